package flows

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// taken is one step with all that was needed to judge it.
type modelStep struct {
	w    *modelWorld
	mv   modelMove
	in   Input
	ev   Event
	out  Output
	next modelWorld
	read bool // the other's part was read
	id   int
	how  string
}

// take takes a step and looks at what it did. It is false where the step panicked, or there was none.
func (m *model) take(id int, w *modelWorld, mv modelMove, how string) (next *modelWorld, ok bool) {
	defer func() {
		if e := recover(); e != nil {
			m.finding(id, how, w, "the engine broke: %v", e)
			next, ok = nil, false
		}
	}()
	m.taken++
	m.rep.Transitions++
	if mv.ev.Kind == modelComes {
		out := m.comes(w, mv.ev.Text)
		return &out, true
	}
	if mv.act != nil {
		out := m.engine(w, mv.user, mv.act)
		m.rules(id, how, w, &out)
		return &out, true
	}
	s := &modelStep{w: w, mv: mv, id: id, how: how}
	if !m.input(s) {
		return nil, false
	}
	compare := m.opt.Compare || m.taken%modelSample == 0
	var before Input
	if compare {
		before = frozen(s.in)
	}
	s.out = m.lib.Step(s.in, s.ev)
	read := s.read
	s.next = w.after(s.in, s.out.States) // reads everybody
	s.next.now = s.ev.At
	if s.ev.Kind == Pressed {
		s.next.used = s.ev.Action
	}
	if compare {
		m.pure(s, before)
	}
	s.read = read
	m.private(s)
	m.rules(id, how, w, &s.next)
	return &s.next, true
}

// input makes a step's arguments, as a store would: whoever it is not about stays unread.
func (m *model) input(s *modelStep) bool {
	home, p := s.w.person(s.mv.user)
	s.ev = s.mv.ev
	s.ev.ID, s.ev.From, s.ev.At = "model", modelAddr(s.mv.user), s.w.now.Add(1e9)
	if s.mv.fires != nil {
		t := *s.mv.fires
		s.ev.Kind, s.ev.Timer, s.ev.Due, s.in.Timer = Fired, t.Name, t.Due, &t
		if t.Due.After(s.ev.At) {
			s.ev.At = t.Due
		}
		if s.mv.late {
			s.ev.At = s.ev.At.Add(lateAfter + 1e9)
		}
	}
	if p == nil {
		return s.mv.fires == nil && s.ev.Kind == Said
	}
	s.in.Who = p.ID
	s.in.Self = m.unread(*home, p.ID, &s.read, func(q Person) Person { return q })
	if s.mv.fires != nil && !s.mv.stale {
		_, q := (&modelWorld{self: s.in.Self}).person(s.mv.user)
		q.Timers = slices.DeleteFunc(slices.Clone(q.Timers), func(t Timer) bool { return t.Name == s.mv.fires.Name })
	}
	s.ev.Unit = home.Unit
	if what, key, _ := strings.Cut(m.lib.Needs(s.in.Self, p.ID, s.ev), "/"); what != "" {
		for _, o := range []*State{&s.w.self, s.w.peer} {
			if o != nil && o.Unit != home.Unit && (what == "unit" && string(o.Unit) == key || what == "code" && slices.Contains(o.Codes(), key)) {
				s.in.Other = o
			}
		}
	}
	return true
}

// unread leaves all but one to be read when a step does.
func (m *model) unread(s State, who PersonID, read *bool, as func(Person) Person) State {
	s.People = slices.Clone(s.People)
	for i, p := range s.People {
		if p.ID != who {
			s.People[i] = Person{ID: p.ID, Addr: p.Addr, Rest: func() Person { *read = true; return as(p.clone()) }}
		}
	}
	return s
}

// frozen is an input that nothing can change.
func frozen(in Input) Input {
	in.Self = in.Self.Clone()
	if in.Other != nil {
		o := in.Other.Clone()
		in.Other = &o
	}
	return in
}

// pure asks that a step leaves its arguments alone, and does the same when the event comes again.
func (m *model) pure(s *modelStep, before Input) {
	if !sameStates([]State{s.in.Self}, []State{before.Self}) || s.in.Other != nil && !sameStates([]State{*s.in.Other}, []State{*before.Other}) {
		m.finding(s.id, s.how, s.w, "a step changes what it was given")
		return
	}
	again := m.lib.Step(s.in, s.ev)
	if !sameStates(s.out.States, again.States) || !reflect.DeepEqual(s.out.Messages, again.Messages) || !reflect.DeepEqual(s.out.Journal, again.Journal) {
		m.finding(s.id, s.how, s.w, "the same event comes to something else when it comes again")
	}
}

// sameStates compares states, but for the way to whoever was not read.
func sameStates(a, b []State) bool {
	plain := func(all []State) []State {
		all = slices.Clone(all)
		for i := range all {
			all[i].People = slices.Clone(all[i].People)
			for j := range all[i].People {
				all[i].People[j].Rest = nil
			}
		}
		return all
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

// private asks that nothing of one person reaches the other but by a tap on a door.
func (m *model) private(s *modelStep) {
	if s.in.Other != nil || len(s.in.Self.People) < 2 {
		return // they enter a code, and know of each other
	}
	door := m.tapsDoor(s)
	for _, msg := range s.out.Messages {
		if msg.To != s.in.Who && msg.To != "" && !door {
			m.finding(s.id, s.how, s.w, "something is said to the other, and nobody tapped on a door")
		}
	}
	if m.coupleChanged(s) && !door {
		m.finding(s.id, s.how, s.w, "what is the other's changes, and nobody tapped on a door")
	}
	if !s.read { // nothing can depend on what was not read
		return
	}
	if !door {
		m.notTouched(s)
	}
	m.passedAsShown(s)
	in := s.in
	read := false
	home, _ := s.w.person(s.mv.user)
	in.Self = m.unread(*home, in.Who, &read, m.beside)
	if s.mv.fires != nil {
		in.Self.People[slices.IndexFunc(in.Self.People, func(p Person) bool { return p.ID == in.Who })] = s.in.Self.People[slices.IndexFunc(s.in.Self.People, func(p Person) bool { return p.ID == in.Who })]
	}
	beside := m.lib.Step(in, s.ev)
	if a, b := ownOutput(s.out, in.Who), ownOutput(beside, in.Who); !reflect.DeepEqual(a, b) {
		m.finding(s.id, s.how, s.w, "what one gets here depends on what the other does in silence")
	}
}

// ownOutput is what a step comes to for one person.
func ownOutput(out Output, who PersonID) []any {
	var all []any
	for _, s := range out.States {
		if p, ok := s.Person(who); ok {
			all = append(all, *p)
		}
	}
	for _, msg := range out.Messages {
		if msg.To == who {
			all = append(all, msg)
		}
	}
	return append(all, out.Journal)
}

// tapsDoor says that the event answers an open step that leads to the other, or takes something back.
func (m *model) tapsDoor(s *modelStep) bool {
	_, p := s.w.person(s.mv.user)
	if p == nil || s.ev.Kind == Fired {
		return false
	}
	if b, ok := p.button(s.ev.Action); ok && b.Track == 0 {
		return true
	}
	for i := range p.Tracks {
		if st := m.lib.stepOf(&p.Tracks[i]); st != nil && st.Kind.door() && p.Tracks[i].Phase == Asking {
			return s.ev.Kind == Pressed || s.ev.Kind == Said
		}
	}
	return false
}

// notTouched asks that the other is as they were.
func (m *model) notTouched(s *modelStep) {
	was, _ := s.w.self.Partner(s.in.Who)
	for _, st := range s.out.States {
		if now, ok := st.Partner(s.in.Who); ok && now.Rest == nil && was != nil {
			r := &run{lib: m.lib, ev: s.ev, self: &State{People: []Person{was.clone()}}}
			r.expirePerson(&r.self.People[0])
			r.schedules(&r.self.People[0])
			r.revealTimer(&s.w.self, &r.self.People[0])
			if !reflect.DeepEqual(*now, r.self.People[0]) {
				m.finding(s.id, s.how, s.w, "the other's part changes, and nobody tapped on a door")
			}
		}
	}
}

// coupleChanged says that something of the other's that lies with the couple is another than before.
func (m *model) coupleChanged(s *modelStep) bool {
	theirs := func(c *Couple) string {
		var b strings.Builder
		for _, o := range c.Opened {
			if o.By != s.in.Who && o.Until.After(s.ev.At) {
				fmt.Fprint(&b, o.Name, o.Value, o.Until, ";")
			}
		}
		for _, o := range c.Offers {
			if o.By != s.in.Who && o.Until.Add(2*day).After(s.ev.At) {
				fmt.Fprint(&b, o.Key, o.Words, o.Until, ";")
			}
		}
		for _, v := range c.Votes {
			if v.By != s.in.Who && v.At.Add(2*day).After(s.ev.At) {
				fmt.Fprint(&b, v.Key, v.At, ";")
			}
		}
		return b.String()
	}
	for i := range s.out.States {
		if len(s.out.States[i].People) == 2 {
			return theirs(&s.in.Self.Couple) != theirs(&s.out.States[i].Couple)
		}
	}
	return false
}

// passedAsShown asks that what goes across is what the preview showed, to the letter.
func (m *model) passedAsShown(s *modelStep) {
	was, ok := s.w.self.Partner(s.in.Who)
	now, ok2 := s.next.self.Partner(s.in.Who)
	_, p := s.w.person(s.mv.user)
	if !ok || !ok2 || len(now.Coming) <= len(was.Coming) {
		return
	}
	body := now.Coming[len(now.Coming)-1].Body
	for i := range p.Tracks {
		if slices.Equal(p.Tracks[i].top().Preview, body) {
			return
		}
	}
	m.finding(s.id, s.how, s.w, "what goes across is not what was shown before")
}
