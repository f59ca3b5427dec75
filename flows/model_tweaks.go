package flows

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// modelTweak is a difference that the key does not hold: a fact that another flow may have set, a list of which other items were
// drawn before. A step is taken with each that it may read.
type modelTweak struct {
	how    string
	change func(m *model, w *modelWorld)
}

// onMe changes a copy of the person whose flow it is.
func onMe(how string, change func(m *model, w *modelWorld, p *Person)) modelTweak {
	return modelTweak{how: how, change: func(m *model, w *modelWorld) {
		if p := w.me(); p != nil {
			p.Facts, p.Ends = maps.Clone(p.Facts), maps.Clone(p.Ends)
			if p.Facts == nil {
				p.Facts = map[string]Value{}
			}
			change(m, w, p)
		}
	}}
}

// tweaks are those for the conditions that the next step may read.
func (m *model) tweaks(w *modelWorld) []modelTweak {
	t := m.own(w)
	if t == nil {
		return nil
	}
	return m.factTweaks(w, m.fold.ahead(t))
}

func (m *model) factTweaks(w *modelWorld, seg *modelSegment) []modelTweak {
	var out []modelTweak
	for _, name := range keysOf(seg.facts) {
		if fact, ok := cutScope(name, "person"); ok {
			out = append(out, m.personTweaks(fact)...)
		} else if what, ok := cutScope(name, "count"); ok {
			out = append(out, recordTweaks(what)...)
		} else if fact, ok := cutScope(name, "couple"); ok {
			for _, v := range modelValues(m.lib.Couple[fact]) {
				out = append(out, modelTweak{how: name + " = " + v.show(nil), change: func(m *model, w *modelWorld) {
					w.self.Couple.Facts = maps.Clone(w.self.Couple.Facts)
					if w.self.Couple.Facts == nil {
						w.self.Couple.Facts = map[string]Value{}
					}
					w.self.Couple.Facts[fact] = v
				}})
			}
		}
	}
	return out
}

// recordTweaks are none of a kind, of all its states.
func recordTweaks(what string) []modelTweak {
	kind, _, _ := strings.Cut(what, ".")
	gone := func(all []Record) []Record {
		return slices.DeleteFunc(slices.Clone(all), func(r Record) bool { return r.Kind == kind })
	}
	return []modelTweak{onMe("there is no "+kind, func(_ *model, w *modelWorld, p *Person) {
		p.Records, w.self.Couple.Records = gone(p.Records), gone(w.self.Couple.Records)
	})}
}

// personTweaks are the values of one fact. What is computed is set by what it is computed from.
func (m *model) personTweaks(fact string) []modelTweak {
	d := m.lib.Person[fact]
	if d == nil {
		return nil
	}
	if d.Derived != "" {
		return derivedTweaks[d.Derived]
	}
	out := []modelTweak{onMe(fact+" is not set", func(_ *model, _ *modelWorld, p *Person) { delete(p.Facts, fact) })}
	for _, v := range modelValues(d) {
		out = append(out, onMe(fact+" = "+v.show(nil), func(_ *model, _ *modelWorld, p *Person) { p.Facts[fact] = v }))
	}
	return out
}

// derivedTweaks make computed facts come out in several ways.
var derivedTweaks = map[string][]modelTweak{
	"checkin_in_quiet": {
		onMe("the check-in is in quiet hours", func(_ *model, _ *modelWorld, p *Person) { p.Facts["checkin"] = Value{T: Time, S: "23:00"} }),
		onMe("the check-in is by day", func(_ *model, _ *modelWorld, p *Person) { p.Facts["checkin"] = Value{T: Time, S: "19:00"} }),
	},
	"light_week": {laterTweak(7), laterTweak(14), laterTweak(21)},
	"idea_day":   {laterTweak(1), laterTweak(2)},
	"idea_today": {
		onMe("an idea was taken today", func(m *model, w *modelWorld, p *Person) {
			if l := m.lib.Lists["ideas"]; l != nil {
				p.drew("ideas", l.Items[0].ID, w.now)
			}
		}),
		onMe("no idea was taken", func(m *model, w *modelWorld, p *Person) { p.Draws = nil }),
	},
	"accounts": {onMe("another account", func(_ *model, _ *modelWorld, p *Person) {
		p.Also = append(slices.Clone(p.Also), Address{Platform: "also", User: "y"})
	})},
}

func laterTweak(days int) modelTweak {
	return modelTweak{how: itoa(days) + " days later", change: func(_ *model, w *modelWorld) { w.now = w.now.Add(time.Duration(days) * day) }}
}

// modelValues are the values that a fact can have, as far as they can be told apart.
func modelValues(d *Decl) []Value {
	if d == nil {
		return nil
	}
	switch d.Type {
	case Scale:
		var out []Value
		for n := d.From; n <= d.To; n++ {
			out = append(out, Value{T: Scale, N: n})
		}
		return out
	case YesNo:
		return []Value{yesNo(true), yesNo(false)}
	case OneOf:
		var out []Value
		for _, o := range d.Options {
			out = append(out, Value{T: OneOf, S: o.ID})
		}
		return out
	case Multi:
		return []Value{{T: Multi, L: optionIDs(d)[:1]}, {T: Multi, L: optionIDs(d)}}
	case Time:
		return []Value{{T: Time, S: "19:00"}}
	case Zone:
		return []Value{{T: Zone, S: "Europe/Berlin"}}
	case Number:
		return []Value{{T: Number, N: d.From}, {T: Number, N: d.To}}
	case Date:
		return []Value{{T: Date, S: "2026-12-24"}}
	case Span:
		return []Value{d.Default}
	}
	return []Value{{T: d.Type, S: "x"}}
}

// drawTweaks are the other items, one of each kind, that a step might have drawn, and that there was none.
func (m *model) drawTweaks(w *modelWorld, next *modelWorld) []modelTweak {
	p, q := w.me(), next.me()
	if p == nil || q == nil {
		return nil
	}
	var out []modelTweak
	for _, name := range m.drawnNow(next, w) {
		list := m.lib.Lists[name]
		if list == nil {
			continue
		}
		seen := map[string]bool{}
		for _, it := range list.Items {
			kind := m.fold.like(list, it.ID)
			if seen[kind] {
				continue
			}
			seen[kind] = true
			out = append(out, onMe("drawn: "+it.ID, func(m *model, w *modelWorld, p *Person) {
				m.letDraw(p, list, it, w.now)
			}))
		}
		out = append(out, m.commonTweaks(w, list)...)
		out = append(out, onMe("nothing left of "+name, func(m *model, w *modelWorld, p *Person) {
			p.Draws = allDrawn(p.Draws, list, nil, w.now.Add(time.Second))
		}))
	}
	return out
}

// commonTweaks are couples who get other items, of each kind one, where a list is drawn from once for both.
func (m *model) commonTweaks(w *modelWorld, list *List) []modelTweak {
	var out []modelTweak
	seen := map[string]bool{}
	for _, f := range m.lib.ordered() {
		for _, st := range f.Steps {
			for n := range 60 { // chance decides which couple gets what
				unit := UnitID("unit of two, " + itoa(n))
				if !st.ForCouple || st.From != list.Name {
					break
				}
				r := m.reader(w.me())
				r.self.Unit, r.self.Couple, r.ev.At = unit, w.self.Couple, w.now
				it := r.drawCommon(&r.self.People[0], &Track{Frames: []Frame{{}}}, st, list)
				if it == nil || seen[m.fold.like(list, it.ID)] {
					continue
				}
				seen[m.fold.like(list, it.ID)] = true
				out = append(out, modelTweak{how: "both draw " + it.ID, change: func(_ *model, w *modelWorld) { w.self.Unit = unit }})
			}
		}
	}
	return out
}

// drawnNow are the lists of which a step drew or offered something.
func (m *model) drawnNow(next, w *modelWorld) []string {
	var out []string
	a, b := m.own(next), m.own(w)
	if a == nil {
		return nil
	}
	for i := range a.Frames {
		f := &a.Frames[i]
		flow := m.lib.flowOf(f)
		for name, id := range f.Items {
			if b != nil && i < len(b.Frames) && b.Frames[i].Items[name] == id || flow == nil || strings.HasSuffix(name, " seen") {
				continue
			}
			if l := m.listOf(flow, strings.TrimSuffix(name, " offered")); l != nil && !slices.Contains(out, l.Name) {
				out = append(out, l.Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// letDraw makes an item the only one that can be drawn: all others were, just now, and it fits its person.
func (m *model) letDraw(p *Person, list *List, it *Item, at time.Time) {
	p.Draws = allDrawn(p.Draws, list, it, at)
	if list.Where == nil {
		return
	}
	var facts []string
	for _, name := range list.Where.refs {
		if f, ok := cutScope(name, "person"); ok && m.lib.Person[f] != nil && m.lib.Person[f].Derived == "" {
			facts = append(facts, f)
		}
	}
	at2 := it
	s := State{People: []Person{*p}}
	r := &run{lib: m.lib, self: &s, ev: Event{At: at}}
	get := r.names(&s.People[0], &Track{Frames: []Frame{{}}}, &at2)
	var try func(i int) bool
	try = func(i int) bool {
		if i == len(facts) {
			return list.Where.Bool(get)
		}
		was, had := p.Facts[facts[i]]
		if try(i + 1) {
			return true
		}
		for _, v := range modelValues(m.lib.Person[facts[i]]) {
			p.Facts[facts[i]] = v // the state shares the map
			if try(i + 1) {
				return true
			}
		}
		if delete(p.Facts, facts[i]); had {
			p.Facts[facts[i]] = was
		}
		return false
	}
	try(0)
}

// allDrawn are draws in which every item of a list was drawn at a time, but for one.
func allDrawn(d Draws, list *List, but *Item, at time.Time) Draws {
	var items []Drawn
	for _, it := range list.Items {
		if it != but {
			items = append(items, Drawn{Item: it.ID, At: at})
		}
	}
	slices.SortFunc(items, func(a, b Drawn) int { return strings.Compare(a.Item, b.Item) })
	out := slices.DeleteFunc(slices.Clone(d), func(l DrawnList) bool { return l.List == list.Name })
	return append(out, DrawnList{List: list.Name, Items: items}).InOrder()
}
