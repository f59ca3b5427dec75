package storage

import (
	"strings"
	"time"

	"rewoo/flows"
)

// The least bytes that an element takes.
const (
	minString  = 1
	minInt     = 1
	minTime    = 1
	minBlock   = 2
	minValue   = 4
	minMark    = 2
	minWait    = 2
	minCard    = 2
	minButton  = 6
	minTimer   = 8
	minFrame   = 8
	minTrack   = 8
	minID      = 1
	minMap     = 1
	minOpened  = 8
	minOffer   = 5
	minVote    = 3
	minComing  = 4
	minShown   = 3
	minPassed  = 4
	minAddress = 3
	minRecord  = 5
	minVersion = 2
	minHalf    = 3
)

func decodeCouple(s string) (c couplePart, err error) {
	d := decoder{s: s}
	d.version()
	c.Couple.Since = d.time()
	if n := d.count(minID + minString); n > 0 {
		c.Couple.Names = make(map[flows.PersonID]string, n)
		last := ""
		for i := range n {
			id := d.id()
			d.ascending(i, last, id)
			c.Couple.Names[flows.PersonID(id)] = d.str()
			last = id
		}
	}
	c.Couple.Facts = d.values()
	c.People = decodeSlice(&d, minID, func(id *flows.PersonID) { *id = flows.PersonID(d.id()) })
	if d.v >= 2 {
		d.doors(&c.Couple)
	}
	if err := d.end(); err != nil {
		return couplePart{}, err
	}
	return c, nil
}

// doors reads what versions 2 and 4 added to a couple.
func (d *decoder) doors(c *flows.Couple) {
	c.Opened = decodeSlice(d, minOpened, func(o *flows.Opened) {
		*o = flows.Opened{By: flows.PersonID(d.id()), Name: d.str(), Value: d.value(), At: d.time(), Until: d.time()}
	})
	c.Offers = decodeSlice(d, minOffer, func(o *flows.Offer) {
		*o = flows.Offer{By: flows.PersonID(d.id()), Key: d.str(), Question: d.str(), Words: d.str(), Until: d.time()}
		if d.v >= 3 {
			d.bools(&o.Own)
		}
		if d.v >= 4 {
			o.Name, o.Opens = d.str(), d.str()
		}
	})
	c.Votes = decodeSlice(d, minVote, func(v *flows.Vote) {
		*v = flows.Vote{By: flows.PersonID(d.id()), Key: d.str(), At: d.time()}
	})
	if d.v >= 4 {
		c.Records = decodeSlice(d, minRecord, d.record)
	}
}

// passing reads what version 2 added to a person.
func (d *decoder) passing(p *flows.Person) {
	p.Ends = decodeMap(d, minTime, d.time)
	p.Coming = decodeSlice(d, minComing, func(c *flows.Coming) {
		*c = flows.Coming{Card: d.card(), Due: d.time(), Class: d.str()}
	})
	p.Shown = decodeSlice(d, minShown, func(s *flows.Shown) {
		*s = flows.Shown{ID: d.str(), Message: d.str(), At: d.time()}
	})
	p.Passed = decodeSlice(d, minPassed, func(x *flows.Passed) {
		*x = flows.Passed{Card: d.card(), At: d.time(), Undo: d.str()}
	})
}

func (d *decoder) card() flows.Card {
	c := flows.Card{ID: d.str(), Body: d.blocks()}
	if d.v >= 4 {
		c.Opens, c.Bound, c.Both = d.str(), d.bound(), d.halves()
	}
	return c
}

func (d *decoder) record(r *flows.Record) {
	r.ID, r.Kind, r.State = d.str(), d.str(), d.str()
	r.Versions = decodeSlice(d, minVersion, func(v *flows.Version) { *v = flows.Version{At: d.time(), Fields: d.values()} })
	r.Changed = d.time()
}

func (d *decoder) bound() *flows.Bound {
	var there bool
	if d.bools(&there); !there {
		return nil
	}
	return &flows.Bound{Kind: d.str(), ID: d.str(), Fields: d.values()}
}

func (d *decoder) halves() []flows.Half {
	return decodeSlice(d, minHalf, func(h *flows.Half) { *h = flows.Half{Name: d.str(), Mine: d.str(), Theirs: d.str()} })
}

func decodePerson(s string) (flows.Person, error) {
	var p flows.Person
	d := decoder{s: s}
	d.version()
	p.ID = flows.PersonID(d.id())
	p.Addr = flows.Address{Platform: d.str(), User: d.str(), Chat: d.str()}
	p.Joined = d.time()
	var pair bool
	d.bools(&p.Welcomed, &p.Stopped, &p.Gone, &pair)
	p.Facts = d.values()
	p.Tracks = decodeSlice(&d, minTrack, d.track)
	p.Timers = decodeSlice(&d, minTimer, func(t *flows.Timer) { d.timer(t, string(p.ID)) })
	p.Buttons = decodeSlice(&d, minButton, func(b *flows.Button) {
		*b = flows.Button{Token: d.str(), Track: d.int(), Visit: d.int(), Choice: d.str(), Label: d.str(), Value: d.str()}
	})
	p.Inbox = decodeSlice(&d, minCard, func(c *flows.Card) { *c = d.card() })
	p.Waiting = decodeSlice(&d, minWait, func(w *flows.Wait) {
		*w = flows.Wait{Flow: d.str(), Until: d.time()}
		if d.v >= 4 {
			w.Record = d.str()
		}
	})
	if pair {
		p.Pair = d.pairing()
	}
	p.Tries = decodeSlice(&d, minTime, func(t *time.Time) { *t = d.time() })
	p.Parked = d.str()
	p.Draws = d.draws()
	p.Nudged = decodeMap(&d, minString, d.str)
	p.Budget = flows.Budget{Date: d.str(), Unasked: d.int(), Knocks: d.int()}
	p.LastTrack = d.int()
	p.LastVisit = d.int()
	p.LastMsg = d.int()
	if d.v >= 2 {
		d.passing(&p)
	}
	if d.v >= 3 {
		p.Also = decodeSlice(&d, minAddress, func(a *flows.Address) {
			*a = flows.Address{Platform: d.str(), User: d.str(), Chat: d.str()}
		})
	}
	if d.v >= 4 {
		p.Records = decodeSlice(&d, minRecord, d.record)
	}
	if err := d.end(); err != nil {
		return flows.Person{}, err
	}
	return p, nil
}

func (d *decoder) track(t *flows.Track) {
	t.ID = d.int()
	t.Phase = flows.Phase(d.str())
	t.Visit = d.int()
	t.Prompt = d.str()
	t.Expires = d.time()
	d.bools(&t.Parked)
	t.Frames = decodeSlice(d, minFrame, func(f *flows.Frame) {
		f.Flow = d.str()
		f.Step = d.str()
		f.Answers = d.values()
		f.Items = decodeMap(d, minString, d.str)
		f.Sharing = d.int()
		f.Preview = d.blocks()
		if d.v >= 2 {
			d.bools(&f.Followed, &f.Held)
		} else {
			d.bools(&f.Followed)
		}
		f.Picked = d.strs()
		if d.v >= 4 {
			f.Shape = d.str()
			f.Visits = decodeMap(d, minInt, d.int)
			f.Record, f.Both, f.Page = d.bound(), d.halves(), d.int()
		}
	})
	t.Marks = decodeSlice(d, minMark, func(m *flows.Mark) { *m = flows.Mark{Depth: d.int(), Step: d.str()} })
	if d.v >= 3 {
		t.Asked = d.time()
	}
}

func (d *decoder) timer(t *flows.Timer, person string) {
	n := d.uint()
	t.Name = d.take(n >> 1)
	whole := person != "" && strings.HasPrefix(t.Name, person)
	switch {
	case n&1 == 0 && whole, n&1 == 1 && person == "":
		d.fail()
	case n&1 == 1:
		t.Name = d.make(person, t.Name)
	}
	t.Due = d.time()
	t.Track = d.int()
	t.Visit = d.int()
	t.What = d.str()
	t.Flow = d.str()
	t.Nominal = d.str()
	t.Shape = d.str()
	if d.v >= 4 {
		t.Record = d.str()
	}
}

func (d *decoder) pairing() *flows.Pairing {
	p := &flows.Pairing{Code: d.str(), Expires: d.time(), Peer: flows.UnitID(d.id()), Person: flows.PersonID(d.id()), Name: d.str()}
	if d.v >= 3 {
		d.bools(&p.Confirmed, &p.Ended, &p.Account, &p.Move)
		p.At = flows.Address{Platform: d.str(), User: d.str(), Chat: d.str()}
	} else {
		d.bools(&p.Confirmed, &p.Ended)
	}
	return p
}

func (d *decoder) values() map[string]flows.Value {
	return decodeMap(d, minValue, d.value)
}

func (d *decoder) value() flows.Value {
	return flows.Value{S: d.str(), N: d.int(), L: d.strs(), T: flows.Type(d.str())}
}

func (d *decoder) blocks() []flows.Block {
	return decodeSlice(d, minBlock, func(b *flows.Block) {
		b.Text = d.str()
		if d.v >= 3 {
			d.bools(&b.Quote, &b.Own)
		} else {
			d.bools(&b.Quote)
		}
	})
}

func (d *decoder) strs() []string { return decodeSlice(d, minString, func(s *string) { *s = d.str() }) }

// draws reads what is a map of maps on the disk.
func (d *decoder) draws() flows.Draws {
	last := ""
	n := 0
	return decodeSlice(d, minString+minMap, func(l *flows.DrawnList) {
		l.List = d.str()
		d.ascending(n, last, l.List)
		last, n = l.List, n+1
		before, i := "", 0
		l.Items = decodeSlice(d, minString+minTime, func(x *flows.Drawn) {
			x.Item = d.str()
			d.ascending(i, before, x.Item)
			before, i = x.Item, i+1
			x.At = d.time()
		})
	})
}
