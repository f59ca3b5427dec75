package flows

import (
	"maps"
	"strings"
	"time"
)

// assign sets lasting facts of p. An unknown value takes the fact back to its default.
func (r *run) assign(p *Person, t *Track, st *Step) {
	get := r.names(p, t, nil)
	if p.Facts = maps.Clone(p.Facts); p.Facts == nil { // the old one is the argument's
		p.Facts = map[string]Value{}
	}
	if p.Ends = maps.Clone(p.Ends); p.Ends == nil {
		p.Ends = map[string]time.Time{}
	}
	for _, a := range st.Sets {
		if fact, ok := cutScope(a.Name, "couple"); ok {
			r.agreeOn(p, fact, a, get)
			continue
		}
		name := strings.TrimPrefix(a.Name, "person.")
		d := r.lib.Person[name]
		if d == nil || name == a.Name {
			continue
		}
		v, ok := a.Expr.Value(get)
		delete(p.Ends, name)
		if !ok {
			delete(p.Facts, name)
			continue
		}
		v.T = d.Type
		p.Facts[name] = v
		if st.For > 0 {
			p.Ends[name] = r.ev.At.Add(r.spanOf(p, st.ForOf, st.For))
		}
	}
	if r.base != nil {
		r.lib = r.base.viewOf(p) // it may have been the language
	}
}

// agreeOn sets a fact of the couple to what both said yes to. Each of the two does it, and the second time nothing changes.
func (r *run) agreeOn(p *Person, fact string, a Assign, get func(string) (Value, bool)) {
	d, c := r.lib.Couple[fact], &r.home(p).Couple
	v, ok := a.Expr.Value(get)
	if d == nil || !ok || !r.home(p).paired() {
		return
	}
	if c.Facts = maps.Clone(c.Facts); c.Facts == nil { // the old one is the argument's
		c.Facts = map[string]Value{}
	}
	v.T = d.Type
	c.Facts[fact] = v
}

// names gives conditions what they may read: this session's answers, the person's facts, and where a list is gone through,
// the item at hand, which may change between two readings.
func (r *run) names(p *Person, t *Track, item **Item) func(string) (Value, bool) {
	home := r.home(p)
	return func(name string) (Value, bool) {
		scope, field, _ := strings.Cut(name, ".")
		switch scope {
		case "me":
			v, ok := t.top().Answers[field]
			return v, ok
		case "person":
			if d := r.lib.Person[field]; d != nil && d.Derived != "" {
				return r.lib.derive(home, p, d, r.ev.At)
			}
			return r.lib.known(p, field)
		case "couple":
			return r.lib.coupleKnown(home, p, field, r.ev.At)
		case "you":
			if field == "name" && home.paired() {
				return Value{T: Text, S: r.lib.partnerName(home, p)}, true
			}
			return home.opened(p, field)
		case "item":
			if item != nil {
				v, ok := (*item).Fields[field]
				return v, ok
			}
		case recordScope:
			return r.recordValue(p, t.top(), field)
		case countScope:
			return Value{T: Scale, N: r.countRecords(p, field)}, true
		}
		return Value{}, false
	}
}

// holes gives texts what they may show to p.
func (r *run) holes(p *Person, t *Track) func(string) string {
	return func(hole string) string {
		scope, field, _ := strings.Cut(hole, ".")
		switch scope {
		case "me":
			if v, ok := t.top().Answers[field]; ok {
				return r.lib.show(v, r.declOf(t, field))
			}
			return ""
		case recordScope:
			if rec := t.top().Record; rec != nil && rec.Fields != nil && r.hidden(p, t) {
				return hiddenWords
			}
			return r.recordHole(p, t.top(), field)
		case "both":
			return r.bothHole(p, t, field)
		case "pair":
			return r.pairHole(p, field)
		case "person", "couple", "you":
			if hole == "you.name" {
				return r.lib.partnerName(r.home(p), p)
			}
			v, _ := r.names(p, t, nil)(hole)
			if scope == "couple" {
				return r.lib.show(v, r.lib.Couple[field])
			}
			return r.lib.show(v, r.lib.Person[field])
		}
		if found, ok := r.foundHole(t, scope, field); ok {
			return found
		}
		item := r.item(t, scope)
		switch {
		case item == nil:
			return ""
		case field == "text":
			return item.Text
		}
		return item.Fields[field].show(nil)
	}
}

// item is what a draw bound to a name.
func (r *run) item(t *Track, binding string) *Item {
	f := t.top()
	flow := r.lib.flowOf(f)
	id, ok := f.Items[binding]
	if flow == nil || !ok {
		return nil
	}
	for _, st := range flow.Steps {
		if st.Kind == KDraw && st.Draw == binding {
			if list := r.lib.Lists[st.From]; list != nil {
				if item := list.ByID[id]; item != nil {
					return item
				}
			}
		}
	}
	return nil
}

// asked is the question that an answer of the flow under way belongs to; nil when none asks it.
func (r *run) asked(t *Track, name string) *question {
	flow := r.lib.flowOf(t.top())
	if flow == nil {
		return nil
	}
	for _, st := range flow.Steps {
		if st.Kind == KAsk && st.Ask == name {
			if q, ok := r.question(t, st); ok {
				return q
			}
		}
	}
	return nil
}

// declOf is the declaration in force for an answer: the drawn question's own where there is one.
func (r *run) declOf(t *Track, name string) *Decl {
	if q := r.asked(t, name); q != nil {
		return q.labelled(r.lib)
	}
	if flow := r.lib.flowOf(t.top()); flow != nil {
		return flow.Answers[name]
	}
	return nil
}
