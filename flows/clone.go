package flows

import (
	"maps"
	"slices"
)

// Clone copies s so deeply that no change of the copy can be seen through s.
func (s State) Clone() State {
	s = s.work()
	s.Couple.Names = maps.Clone(s.Couple.Names)
	s.Couple.Facts = cloneValues(s.Couple.Facts)
	for i := range s.Couple.Records {
		s.Couple.Records[i].ownFields()
	}
	for i := range s.People {
		s.People[i].ownMaps()
	}
	return s
}

// work copies s for a step. The maps of the couple and what ownMaps copies stay shared with s: they are most of a state, a
// step writes one of them at most, and whoever does (assign, draw, scheduled) puts a copy in its place. Bodies of cards
// are written by nobody.
func (s State) work() State {
	s.Couple.Opened = slices.Clone(s.Couple.Opened)
	s.Couple.Offers = slices.Clone(s.Couple.Offers)
	s.Couple.Votes = slices.Clone(s.Couple.Votes)
	s.Couple.Records = cloneRecords(s.Couple.Records)
	s.People = slices.Clone(s.People)
	for i := range s.People {
		s.People[i] = s.People[i].clone()
	}
	return s
}

// ownMaps copies what a step shares with its argument.
func (p *Person) ownMaps() {
	p.Facts = cloneValues(p.Facts)
	p.Ends = maps.Clone(p.Ends)
	p.Draws = slices.Clone(p.Draws)
	for i := range p.Draws {
		p.Draws[i].Items = slices.Clone(p.Draws[i].Items)
	}
	p.Nudged = maps.Clone(p.Nudged)
	for i := range p.Inbox {
		p.Inbox[i] = p.Inbox[i].clone()
	}
	for i := range p.Coming {
		p.Coming[i].Card = p.Coming[i].Card.clone()
	}
	for i := range p.Passed {
		p.Passed[i].Card = p.Passed[i].Card.clone()
	}
	for i := range p.Records {
		p.Records[i].ownFields()
	}
}

// ownFields copies what a step shares with its argument: the fields of a version are never written again.
func (rec *Record) ownFields() {
	for i := range rec.Versions {
		rec.Versions[i].Fields = cloneValues(rec.Versions[i].Fields)
	}
}

func (c Card) clone() Card {
	c.Body = slices.Clone(c.Body)
	c.Bound = c.Bound.clone()
	c.Both = slices.Clone(c.Both)
	return c
}

// clone is a copy of its own.
func (b *Bound) clone() *Bound {
	if b == nil {
		return nil
	}
	return &Bound{Kind: b.Kind, ID: b.ID, Fields: cloneValues(b.Fields)}
}

// clone copies all of p but what ownMaps copies.
func (p Person) clone() Person {
	p.Tracks = slices.Clone(p.Tracks)
	for i := range p.Tracks {
		p.Tracks[i] = p.Tracks[i].clone()
	}
	p.Timers = slices.Clone(p.Timers)
	p.Buttons = slices.Clone(p.Buttons)
	p.Inbox = slices.Clone(p.Inbox)
	p.Coming = slices.Clone(p.Coming)
	p.Shown = slices.Clone(p.Shown)
	p.Passed = slices.Clone(p.Passed)
	p.Waiting = slices.Clone(p.Waiting)
	p.Records = cloneRecords(p.Records)
	if p.Pair != nil {
		pair := *p.Pair
		p.Pair = &pair
	}
	p.Tries = slices.Clone(p.Tries)
	p.Also = slices.Clone(p.Also)
	return p
}

func (t Track) clone() Track {
	t.Frames = slices.Clone(t.Frames)
	for i := range t.Frames {
		f := &t.Frames[i]
		f.Answers = cloneValues(f.Answers)
		f.Items = maps.Clone(f.Items)
		f.Preview = slices.Clone(f.Preview)
		f.Picked = slices.Clone(f.Picked)
		f.Visits = maps.Clone(f.Visits)
		f.Record = f.Record.clone()
		f.Both = slices.Clone(f.Both)
	}
	t.Marks = slices.Clone(t.Marks)
	return t
}

// cloneRecords copies records but for the fields of their versions.
func cloneRecords(all []Record) []Record {
	all = slices.Clone(all)
	for i := range all {
		all[i].Versions = slices.Clone(all[i].Versions)
	}
	return all
}

func cloneValues(m map[string]Value) map[string]Value {
	m = maps.Clone(m)
	for k, v := range m {
		if v.L != nil {
			v.L = slices.Clone(v.L)
			m[k] = v
		}
	}
	return m
}
