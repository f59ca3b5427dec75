package bot

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"rewoo/flows"
)

// guard is the Machine that the store gets: it never panics and never gives an output that a store could not keep. One
// guard serves one event; the store may run it more than once.
type guard struct {
	machine flows.Machine
	needs   *bug // what Needs met in its last run
	step    *bug // what Step met in its last run
}

// bug says what broke, without a word of anybody.
type bug struct {
	what  string // the type of a panic's value, or the rule that an output broke
	where string // function and line
}

func (g *guard) Needs(self flows.State, who flows.PersonID, ev flows.Event) (key string) {
	g.needs = nil
	defer func() {
		if v := recover(); v != nil {
			g.needs, key = caught(v), ""
		}
	}()
	return g.machine.Needs(self.Clone(), who, ev)
}

// Step gives the machine a copy of in: what a panic leaves behind of it is thrown away.
func (g *guard) Step(in flows.Input, ev flows.Event) (out flows.Output) {
	if g.step = g.needs; g.step != nil {
		return g.sorry(in, ev)
	}
	defer func() {
		if v := recover(); v != nil {
			g.step = caught(v)
			out = g.sorry(in, ev)
		}
	}()
	out = g.machine.Step(clone(in), ev)
	if what := flaw(in, ev, out); what != "" {
		g.step = &bug{what: what}
		return g.sorry(in, ev)
	}
	return out
}

// sorry leaves everything as it is, with an apology if a person we know wrote and the machine has one. After a timer the
// machine may put in order what waited for it, but says nothing.
func (g *guard) sorry(in flows.Input, ev flows.Event) (out flows.Output) {
	as := unchanged(in)
	ap, ok := g.machine.(Apologizer)
	if !ok || in.Who == "" || ev.Kind == flows.Gone || ev.Kind == flows.Back {
		return as
	}
	defer func() {
		if recover() != nil {
			out = as
		}
	}()
	if out = ap.Apology(clone(in), ev); flaw(in, ev, out) != "" {
		return as
	}
	if !input(ev) {
		out.Messages = slices.DeleteFunc(out.Messages, func(m flows.Message) bool { return m.Op == flows.Show })
	}
	return out
}

// input tells whether a person did something, as opposed to a clock or a platform.
func input(ev flows.Event) bool {
	return ev.Kind != flows.Fired && ev.Kind != flows.Gone && ev.Kind != flows.Back && ev.Kind != flows.Away
}

func clone(in flows.Input) flows.Input {
	in.Self = in.Self.Clone()
	if in.Other != nil {
		other := in.Other.Clone()
		in.Other = &other
	}
	if in.Timer != nil {
		timer := *in.Timer
		in.Timer = &timer
	}
	return in
}

// unchanged keeps the units as they are. Somebody who was unknown stays so: there is no unit without people.
func unchanged(in flows.Input) flows.Output {
	in = clone(in)
	var out flows.Output
	if len(in.Self.People) > 0 {
		out.States = append(out.States, in.Self)
	}
	if in.Other != nil {
		out.States = append(out.States, *in.Other)
	}
	return out
}

// flaw names the rule that out breaks, "" if none: what a store would have to refuse, for ever, or what would be lost
// without a sound.
func flaw(in flows.Input, ev flows.Event, out flows.Output) string {
	people := map[flows.PersonID]bool{}
	for _, s := range out.States {
		timers := map[string]bool{}
		for _, p := range s.People {
			switch {
			case s.Unit == "":
				return "a unit without an id"
			case p.ID == "":
				return "a person without an id"
			case people[p.ID]:
				return "a person twice"
			}
			people[p.ID] = true
			for _, t := range p.Timers {
				switch {
				case t.Name == "" || t.Due.IsZero():
					return "a timer without a name or a moment"
				case timers[t.Name]:
					return "two timers of one name"
				case ev.Kind == flows.Fired && s.Unit == ev.Unit && t.Name == ev.Timer && t.Due.Equal(ev.Due):
					return "a timer set again for the moment at which it fired" // its event would be a repeat
				}
				timers[t.Name] = true
			}
		}
	}
	for _, p := range in.Self.People { // a last word to somebody who leaves
		people[p.ID] = true
	}
	if in.Other != nil {
		for _, p := range in.Other.People {
			people[p.ID] = true
		}
	}
	ids := map[flows.PersonID]map[string]bool{}
	for _, m := range out.Messages {
		switch {
		case !people[m.To] && !(input(ev) && len(in.Self.People) == 0): // a stranger who is not kept is answered all the same
			return "a message to nobody"
		case m.ID == "" || len(m.ID) > 25:
			return "a message id that is empty or too long"
		case m.At != nil && !hasAccount(in, out, m.To, *m.At):
			return "a message to an account that is not its person's"
		case ids[m.To][m.ID]:
			return "a message id twice"
		case ids[m.To] == nil:
			ids[m.To] = map[string]bool{}
		}
		ids[m.To][m.ID] = true
	}
	return ""
}

// hasAccount says that an account is one of somebody's, before the step or after it.
func hasAccount(in flows.Input, out flows.Output, who flows.PersonID, a flows.Address) bool {
	states := append(slices.Clone(out.States), in.Self)
	if in.Other != nil {
		states = append(states, *in.Other)
	}
	return slices.ContainsFunc(states, func(s flows.State) bool {
		p, ok := s.Person(who)
		return ok && slices.ContainsFunc(p.Accounts(), func(b flows.Address) bool { return accountOf(a) == accountOf(b) })
	})
}

// caught describes a panic by its type and its place: its value may hold somebody's words. Call it in the deferred
// function that recovered.
func caught(v any) *bug {
	b := &bug{what: fmt.Sprintf("%T", v)}
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	panicked := false
	for {
		f, more := frames.Next()
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			b.where = fmt.Sprintf("%s:%d", f.Function, f.Line)
			return b
		}
		panicked = panicked || f.Function == "runtime.gopanic"
		if !more {
			return b
		}
	}
}
