package flows

import (
	"maps"
	"slices"
	"time"
)

// modelWorld is what a step of the model begins from: the unit of the person whose flow it is, whoever they may connect with,
// and what time it is.
type modelWorld struct {
	self State
	peer *State // a stranger's unit, while there is a code between the two
	now  time.Time
	used string // a button that was pressed before
}

// The people, by the names of their accounts.
const (
	modelMe    = "a"
	modelThey  = "b"
	modelOther = "c" // a stranger, or another account: whoever enters a code
)

func modelAddr(user string) Address { return Address{Platform: "model", User: user} }

// modelIDs are long enough for ids of messages.
var modelIDs = map[string]PersonID{modelMe: "aaaaaaaaaaaaaaaa", modelThey: "bbbbbbbbbbbbbbbb", modelOther: "cccccccccccccccc"}

func (w *modelWorld) person(user string) (*State, *Person) {
	for _, s := range []*State{&w.self, w.peer} {
		if s == nil {
			continue
		}
		for i := range s.People {
			if s.People[i].Addr.User == user || slices.ContainsFunc(s.People[i].Also, func(a Address) bool { return a.User == user }) {
				return s, &s.People[i]
			}
		}
	}
	return nil, nil
}

// me is the person whose flow it is; nil when they are not kept.
func (w *modelWorld) me() *Person { _, p := w.person(modelMe); return p }

// copied is w so that a tweak may write to it.
func (w *modelWorld) copied() modelWorld {
	out := *w
	out.self.People = slices.Clone(w.self.People)
	return out
}

// own is the track of the flow in question; nil when it has ended, or not begun.
func (m *model) own(w *modelWorld) *Track {
	p := w.me()
	if p == nil {
		return nil
	}
	return p.running(m.flow.Name)
}

func (m *model) isOver(w *modelWorld) bool { return m.own(w) == nil }

// modelElse stands for all other flows of a person.
const modelElse = "model other"

// modelLibrary is all that a flow can lead to, and one other flow for all the rest.
func modelLibrary(l *Library, f *Flow) *Library {
	out := *l
	out.Flows, out.byName, out.views = map[string]*Flow{}, nil, nil // in the language that the flows are written in
	var add func(f *Flow)
	add = func(f *Flow) {
		if f == nil || out.Flows[f.Name] != nil {
			return
		}
		out.Flows[f.Name] = f
		for _, name := range modelCalls(l, f) {
			add(l.Flows[name])
		}
	}
	add(f)
	add(l.flowOn("card"))
	if modelJoins(out.Flows) { // there is another side to it
		for _, other := range l.ordered() {
			if modelJoins(map[string]*Flow{"": other}) {
				add(other)
			}
		}
	}
	out.Flows[modelElse] = modelElseFlow()
	out.Person = maps.Clone(l.Person)
	out.Person["model_time"] = &Decl{Name: "model_time", Type: Time, Default: Value{T: Time, S: "17:00"}}
	out.byName = out.ordered()
	return &out
}

func modelJoins(flows map[string]*Flow) bool {
	for _, f := range flows {
		if slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind.joins() }) {
			return true
		}
	}
	return false
}

// modelCalls are the flows that may follow on a step of f, by a call or otherwise.
func modelCalls(l *Library, f *Flow) []string {
	var out []string
	for _, s := range f.Steps {
		out = append(out, s.Run, s.Opens)
		for _, name := range s.Then {
			out = append(out, name)
		}
		if d := f.Answers[s.Ask]; d != nil && s.Follow && l.Lists[d.List] != nil {
			for _, it := range l.Lists[d.List].Items {
				for _, name := range it.Then {
					out = append(out, name)
				}
			}
		}
		if k := l.Records[s.Record]; k != nil && k.Remind != nil {
			out = append(out, k.Remind.Run)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func modelElseFlow() *Flow {
	f := &Flow{Name: modelElse, Version: 1, Title: "Other", Who: "one", Start: Start{Command: "model", Schedule: "person.model_time"},
		Knock: "Something is ready.", Expires: 20 * time.Hour, Answers: map[string]*Decl{"a": {Name: "a", Type: YesNo, Keep: day}}}
	done := Target{Step: "done"}
	f.Steps = []*Step{
		{ID: "a", Kind: KAsk, Ask: "a", Text: "Well?", Skip: done, Go: done, Timeout: &Timeout{After: time.Hour, Go: done}},
		{ID: "done", Kind: KEnd, End: "done"},
	}
	f.ByID = map[string]*Step{"a": f.Steps[0], "done": f.Steps[1]}
	return f
}

// somebody is a person who has gone through the first steps.
func (m *model) somebody(user string) Person {
	p := Person{ID: modelIDs[user], Addr: modelAddr(user), Joined: modelNow.Add(-30 * day), Welcomed: true, LastMsg: 100, LastVisit: 10, LastTrack: 4,
		Facts: map[string]Value{"name": {T: Text, S: modelUsers[user]}, "zone": {T: Zone, S: "UTC"}}}
	return p
}

// couple are the two, connected a while ago.
func (m *model) couple() modelWorld {
	a, b := m.somebody(modelMe), m.somebody(modelThey)
	s := State{Unit: "unit of two", People: []Person{a, b}, Couple: Couple{Since: modelNow.Add(-20 * day),
		Names: map[PersonID]string{a.ID: "Ana", b.ID: "Ben"}, Facts: map[string]Value{"zone": {T: Zone, S: "UTC"}}}}
	return modelWorld{self: s, now: modelNow}
}

// alone is one person without another.
func (m *model) alone() modelWorld {
	return modelWorld{self: State{Unit: "unit of one", People: []Person{m.somebody(modelMe)}}, now: modelNow}
}

// engine does something of the engine's own for a person, outside of any event: what only another flow could lead to.
func (m *model) engine(w *modelWorld, user string, do func(r *run, p *Person)) modelWorld {
	home, p := w.person(user)
	if p == nil {
		return *w
	}
	self := home.work()
	r := &run{lib: m.lib, ev: Event{ID: "model", Kind: Said, From: p.Addr, At: w.now}, self: &self, in: Input{Who: p.ID}}
	r.expire(r.self)
	if q, ok := r.self.Person(p.ID); ok {
		do(r, q)
	}
	r.finish()
	return w.after(Input{Self: *home}, r.out.States)
}

// after is the world that a step leaves. Whoever parts is out of it.
func (w *modelWorld) after(in Input, states []State) modelWorld {
	out := *w
	for _, s := range []*State{&in.Self, in.Other} {
		switch {
		case s == nil:
		case s.Unit == w.self.Unit:
			out.self = State{}
		case w.peer != nil && s.Unit == w.peer.Unit:
			out.peer = nil
		}
	}
	for i := range states {
		s := states[i]
		people := make([]Person, len(s.People))
		mine := false
		for j, p := range s.People {
			if p.Rest != nil {
				p = p.Rest()
			}
			people[j] = p
			mine = mine || slices.ContainsFunc(p.Accounts(), func(a Address) bool { return a.User == modelMe })
		}
		if s.People = people; mine {
			out.self = s
		} else if w.peer != nil && slices.ContainsFunc(w.peer.People, func(p Person) bool { return p.ID == people[0].ID }) || people[0].Addr.User == modelOther && len(in.Self.People) < 2 {
			out.peer = &s
		}
	}
	return out
}

// starts are the ways into the flow.
func (m *model) starts(w *modelWorld) []modelMove {
	var out []modelMove
	s := m.flow.Start
	switch {
	case s.On == "welcome":
		out = append(out, said("/start"))
	case s.On == "card":
		for _, t := range w.me().Timers {
			if t.What == "pass" {
				out = append(out, fires(t, false))
			}
		}
	case s.Command != "":
		out = append(out, said("/"+s.Command))
	}
	if s.Schedule != "" || m.flow.Knock != "" {
		out = append(out, modelMove{how: "the flow knocks", user: modelMe, act: func(r *run, p *Person) {
			id := r.push(p, m.flow, Knocking)
			m.about(p.track(id).top())
			r.knock(p, id, LaneScheduled, r.ev.At.Add(lateAfter))
		}})
	}
	if s.none() {
		out = append(out, modelMove{how: "the flow begins", user: modelMe, act: func(r *run, p *Person) {
			r.parkFocus(p)
			id := r.push(p, m.flow, Asking)
			m.about(p.track(id).top())
			r.walk(p, id)
		}})
	}
	if kind := m.lib.Records[m.flow.About]; kind != nil {
		out = append(out, modelMove{how: "the flow begins, about a snapshot", user: modelMe, act: func(r *run, p *Person) {
			r.parkFocus(p)
			id := r.push(p, m.flow, Asking)
			p.track(id).top().Record = &Bound{Kind: kind.Name, ID: "of the other", Fields: m.someFields(kind)}
			r.walk(p, id)
		}})
	}
	return out
}

// modelCard is a card as a share makes it.
func modelCard(words string) []Block {
	return []Block{{Text: "From your partner:"}, {Text: "What was today like?"}, {Text: words, Quote: true, Own: true}}
}
