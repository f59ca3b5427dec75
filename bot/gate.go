package bot

import (
	"slices"
	"sync"
	"time"

	"rewoo/flows"
)

const (
	refuseEvery = time.Hour // a stranger is told once in it that this is a private place
	maxRefused  = 10_000    // accounts that are remembered; while there are more, further ones hear nothing
	forgetEvery = time.Minute
)

// GateOptions say who comes in.
type GateOptions struct {
	Named []flows.Address // by Platform and User; Chat does not matter
	Word  string          // what a stranger is told: invited_only of words.yaml; "": nothing
}

// Gate is a machine in front of another one that lets in whoever is known there, whoever is named, and whoever brings a code
// that stands: made by somebody who is named, or who is in a couple, for a partner or for an account of theirs. Whoever came
// by a code and is in no couple lets nobody in, or guests would bring guests without end. A code opens the gate and no more: it is not used up, and the machine behind
// gets it as if it had come by a link, to park it unread. Somebody who comes in and is not kept, because they declined, is
// a stranger again.
//
// Of everybody else nothing is kept. They get one line an hour, the same whatever the reason, and their wrong codes count
// towards the limits that hold for all. What the gate remembers of them, which account got the line and when it tried codes, is
// in memory and bounded; a restart forgets it. It goes by the ids of events, so that a step that runs twice decides twice
// the same. A Gate owns no goroutine.
type Gate struct {
	machine flows.Machine
	named   map[account]bool
	word    string

	mu      sync.Mutex
	refused map[account]*refusal
	tidied  time.Time
}

// refusal is what is remembered of a stranger.
type refusal struct {
	told  occasion   // the last line
	tries []occasion // wrong codes, at most flows.MaxTries
}

// occasion is an event, and when it was.
type occasion struct {
	event string
	at    time.Time
}

// within says that o lies in the time d before ev, and is not ev itself.
func (o occasion) within(d time.Duration, ev flows.Event) bool {
	return o.event != "" && o.event != ev.ID && ev.At.Sub(o.at) < d
}

// NewGate puts a gate in front of m, and is whatever else m is: an Apologizer, a Slower.
func NewGate(m flows.Machine, o GateOptions) *Gate {
	g := &Gate{machine: m, named: map[account]bool{}, word: o.Word, refused: map[account]*refusal{}}
	for _, a := range o.Named {
		g.named[accountOf(a)] = true
	}
	return g
}

// Apology is the machine's behind the gate; it changes nothing where that has none.
func (g *Gate) Apology(in flows.Input, ev flows.Event) flows.Output {
	if m, ok := g.machine.(Apologizer); ok {
		return m.Apology(in, ev)
	}
	return unchanged(in)
}

// TooFast is the machine's behind the gate; it changes nothing where that has none.
func (g *Gate) TooFast(in flows.Input, ev flows.Event) flows.Output {
	if m, ok := g.machine.(Slower); ok {
		return m.TooFast(in, ev)
	}
	return unchanged(in)
}

// Needs asks for the unit of a stranger's code, whether it will be looked at or not.
func (g *Gate) Needs(self flows.State, who flows.PersonID, ev flows.Event) string {
	if !g.stranger(self, who, ev) {
		return g.machine.Needs(self, who, ev)
	}
	if code := flows.EventCode(ev); code != "" {
		return "code/" + flows.CodeDigest(code)
	}
	return ""
}

// Step lets an event through, or refuses it.
func (g *Gate) Step(in flows.Input, ev flows.Event) flows.Output {
	if !g.stranger(in.Self, in.Who, ev) {
		return g.machine.Step(in, ev)
	}
	code, other := flows.EventCode(ev), in.Other
	line, looks := g.refusal(ev, code != "" && in.WrongCodes < flows.MaxWrongCodes, func() bool { return other != nil && other.Opens(code, ev.At, g.isNamed) })
	var out flows.Output
	if looks == opened {
		in.Other = nil
		out = g.machine.Step(in, flows.WithCode(ev, code))
	} else {
		out = flows.Refuse(ev, line)
		out.WrongCode = looks == wrongCode
	}
	if other != nil { // as it was: a unit that is not among the states is removed
		out.States = append(out.States, *other)
	}
	return out
}

func (g *Gate) isNamed(a flows.Address) bool { return g.named[accountOf(a)] }

// stranger says that an event is of somebody who has to bring a code.
func (g *Gate) stranger(self flows.State, who flows.PersonID, ev flows.Event) bool {
	if !input(ev) || ev.Kind == flows.Away || g.isNamed(ev.From) {
		return false
	}
	_, known := self.Person(who)
	return !known
}

// looked is what became of a code.
type looked int

const (
	notLooked looked = iota // there was none, or too many came before it
	wrongCode
	opened
)

// refusal decides about a stranger's event: the line that they get, and whether their code was looked at.
func (g *Gate) refusal(ev flows.Event, may bool, opens func() bool) (line string, what looked) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var r refusal
	if was := g.refused[accountOf(ev.From)]; was != nil {
		r = *was
	}
	tries := slices.DeleteFunc(slices.Clone(r.tries), func(o occasion) bool { return !o.within(flows.TriesFor, ev) })
	switch {
	case !may || len(tries) >= flows.MaxTries:
	case opens():
		return "", opened
	default:
		what = wrongCode
		tries = append(tries, occasion{ev.ID, ev.At})
	}
	r.tries = tries
	if !r.told.within(refuseEvery, ev) {
		line, r.told = g.word, occasion{ev.ID, ev.At}
	}
	if !g.remember(ev, r) {
		line = "" // or a crowd would get a line for each event
	}
	return line, what
}

// remember keeps what there is to know of a stranger, if there is room for it.
func (g *Gate) remember(ev flows.Event, r refusal) bool {
	a := accountOf(ev.From)
	if g.refused[a] == nil && len(g.refused) >= maxRefused {
		if ev.At.Sub(g.tidied) < forgetEvery {
			return false
		}
		g.tidied = ev.At
		for b, r := range g.refused {
			if ev.At.Sub(r.told.at) >= refuseEvery {
				delete(g.refused, b)
			}
		}
		if len(g.refused) >= maxRefused {
			return false
		}
	}
	g.refused[a] = &r
	return true
}
