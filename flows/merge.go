package flows

import (
	"slices"
	"time"
)

// Merge makes one couple of two people who each were alone. Both keep what is theirs; names are those that each saw.
func Merge(a, b State, unit UnitID, at time.Time) State {
	a, b = a.Clone(), b.Clone()
	s := State{Unit: unit, People: append(a.People, b.People...)}
	s.Couple = Couple{Since: at, Names: map[PersonID]string{}}
	for i := range s.People {
		p := &s.People[i]
		if p.Rest != nil {
			*p = p.Rest()
		}
		if p.Pair != nil {
			s.Couple.Names[p.Pair.Person] = p.Pair.Name
		}
		if p.Pair != nil && p.Pair.Code != "" { // the couple's clock is that of the one who invited, as it is now
			if zone := p.Facts["zone"]; zone.S != "" {
				s.Couple.Facts = map[string]Value{"zone": zone}
			}
		}
		p.Pair, p.Tries, p.Parked = nil, nil, ""
		for j := range p.Tracks { // a preview that is still open was for somebody else
			for k := range p.Tracks[j].Frames {
				p.Tracks[j].Frames[k].Preview = nil
			}
		}
		p.dropTimer(string(p.ID) + "/code")
		p.leaveBehind()
	}
	return s
}

// leaveBehind ends what the cards of a former couple opened, and lets those that are still to be read open nothing: what one
// person asked is not answered to the next. The cards themselves are their reader's.
func (p *Person) leaveBehind() {
	p.Tracks = slices.DeleteFunc(p.Tracks, func(t Track) bool {
		if t.opened() == "" {
			return false
		}
		p.dropTrackTimers(t.ID, true)
		p.dropButtons(t.ID)
		return true
	})
	for i := range p.Inbox {
		p.Inbox[i].Opens, p.Inbox[i].Bound, p.Inbox[i].Both = "", nil, nil
	}
	for i := range p.Coming {
		p.Coming[i].Opens, p.Coming[i].Bound, p.Coming[i].Both = "", nil, nil
	}
}

// Split parts a couple: who leaves gets a unit of their own, and a copy of
// what both had confirmed. The one who stays keeps the unit, the couple's facts, the
// names and every timer, so that nothing they see tells how it ended.
func Split(s State, who PersonID, unit UnitID) (stay, gone State) {
	s = s.Clone()
	stay = State{Unit: s.Unit, Couple: s.Couple}
	gone = State{Unit: unit}
	for _, p := range s.People {
		if p.ID == who {
			p.Records = append(p.Records, s.Couple.copies()...)
			gone.People = append(gone.People, p)
		} else {
			stay.People = append(stay.People, p)
		}
	}
	return stay, gone
}

// copies are the records of a couple as one of the two takes them along.
func (c *Couple) copies() []Record {
	all := cloneRecords(c.Records)
	for i := range all {
		all[i].ownFields()
	}
	return all
}
