package main

import (
	"sync/atomic"

	"rewoo/flows"
)

// place is a library that may learn while it runs where it is, because a bot's name, and so its invitation link, is not known
// before the platform was in reach once; and that another one may take the place of (reload.go). Each call of the machine is of
// one library from its beginning to its end.
type place struct{ lib atomic.Pointer[flows.Library] }

func newPlace(lib *flows.Library) *place {
	p := &place{}
	p.lib.Store(lib)
	return p
}

func (p *place) Needs(self flows.State, who flows.PersonID, ev flows.Event) string {
	return p.lib.Load().Needs(self, who, ev)
}

func (p *place) Step(in flows.Input, ev flows.Event) flows.Output { return p.lib.Load().Step(in, ev) }

// Apology makes it a bot.Apologizer.
func (p *place) Apology(in flows.Input, ev flows.Event) flows.Output {
	return p.lib.Load().Apology(in, ev)
}

// TooFast makes it a bot.Slower.
func (p *place) TooFast(in flows.Input, ev flows.Event) flows.Output {
	return p.lib.Load().TooFast(in, ev)
}
