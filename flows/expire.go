package flows

import (
	"maps"
	"slices"
	"time"
)

// expire takes away what has ended by itself, before anything is read: facts that were set for a while, what was opened,
// offered or voted, and the notes by which a card could be taken back.
func (r *run) expire(s *State) {
	c := &s.Couple
	c.Opened = slices.DeleteFunc(c.Opened, func(o Opened) bool { return r.ended(o.Until) })
	c.Offers = slices.DeleteFunc(c.Offers, func(o Offer) bool { return r.ended(o.Until.Add(2 * day)) }) // a reveal can come late
	c.Votes = slices.DeleteFunc(c.Votes, func(v Vote) bool { return r.ended(v.At.Add(2 * day)) })
	c.Records = r.keptRecords(c.Records)
	for i := range s.People {
		r.expirePerson(&s.People[i])
	}
}

// ended says that a moment has passed.
func (r *run) ended(at time.Time) bool { return !at.After(r.ev.At) }

// expirePerson takes away what has ended of one person's own.
func (r *run) expirePerson(p *Person) {
	for _, name := range keysOf(p.Ends) {
		if r.ended(p.Ends[name]) {
			p.Facts, p.Ends = maps.Clone(p.Facts), maps.Clone(p.Ends) // the old ones are the argument's
			delete(p.Facts, name)
			delete(p.Ends, name)
		}
	}
	p.Records = r.keptRecords(p.Records)
	p.Passed = slices.DeleteFunc(p.Passed, func(x Passed) bool { return x.Undo == "" && r.ended(x.At.Add(takeBackFor)) })
	p.Shown = slices.DeleteFunc(p.Shown, func(x Shown) bool { return r.ended(x.At.Add(takeBackFor)) })
}
