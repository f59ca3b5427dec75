package storage

import (
	"bytes"
	"sync"

	"rewoo/flows"
)

// The codec of the parts of a state, Couple and Person: fields in a fixed order, without names, and one form only for every
// state, so that equal states give equal bytes and a row that did not change is not written.
//
//	part     version byte, fields
//	uint     varint, in its shortest form
//	int      zigzag varint, in its shortest form
//	string   uint length, bytes
//	id       0 and 16 bytes for 32 hex digits, else uint length + 1 and bytes
//	time     0: the zero time; 1, int: nanoseconds since 1970 UTC; 2, int, uint: seconds and nanoseconds, for what does not
//	         fit the former. Zones do not survive: every time comes back in UTC.
//	bools    a byte, the first one in the lowest bit
//	slice    uint length, elements
//	map      uint length, keys and values, keys in ascending order
//	name     of a timer: uint, string without its length; the lowest bit of the uint says that the person's id comes
//	         before the string, the others are its length
//
// Nil and empty are the same and come back as nil. A field more is a version more: keep the decoder of the old one (codec_read.go), add
// a golden file beside the old one, and raise the format number if an older rewoo must not meet the new one.

// Version 2 added, behind the fields of version 1, what the doors need: of a couple what is opened, offered and voted; of a
// person when facts end, what is coming, shown and passed on; of a frame whether it is held. Version 1 is still read.
const codecVersion = 2

// In a whole number of seconds further from 1970 than this, nanoseconds may not fit an int64.
const nanoSpan = 9_223_372_035

type encoder struct {
	b    []byte
	keys []string // of the maps under way, one after the other
}

// encoders keep their room from one part to the next.
var encoders = sync.Pool{New: func() any { return new(encoder) }}

func newEncoder() *encoder {
	e := encoders.Get().(*encoder)
	e.b, e.keys = append(e.b[:0], codecVersion), e.keys[:0]
	return e
}

// end gives the part, and the room back. What people wrote does not stay in it.
func (e *encoder) end() []byte {
	part := bytes.Clone(e.b)
	clear(e.b)
	clear(e.keys[:cap(e.keys)])
	encoders.Put(e)
	return part
}

func encodeCouple(c *couplePart) []byte {
	e := newEncoder()
	e.time(c.Couple.Since)
	from := e.sortedKeys(func(keys []string) []string {
		for id := range c.Couple.Names {
			keys = append(keys, string(id))
		}
		return keys
	})
	for i := range len(e.keys) - from {
		id := e.keys[from+i]
		e.id(id)
		e.str(c.Couple.Names[flows.PersonID(id)])
	}
	e.keys = e.keys[:from]
	e.values(c.Couple.Facts)
	e.uint(len(c.People))
	for _, id := range c.People {
		e.id(string(id))
	}
	e.doors(&c.Couple)
	return e.end()
}

// doors writes what version 2 added to a couple.
func (e *encoder) doors(c *flows.Couple) {
	e.uint(len(c.Opened))
	for i := range c.Opened {
		o := &c.Opened[i]
		e.id(string(o.By))
		e.str(o.Name)
		e.value(o.Value)
		e.time(o.At)
		e.time(o.Until)
	}
	e.uint(len(c.Offers))
	for i := range c.Offers {
		o := &c.Offers[i]
		e.id(string(o.By))
		e.str(o.Key)
		e.str(o.Question)
		e.str(o.Words)
		e.time(o.Until)
	}
	e.uint(len(c.Votes))
	for _, v := range c.Votes {
		e.id(string(v.By))
		e.str(v.Key)
		e.time(v.At)
	}
}

func encodePerson(p *flows.Person) []byte {
	e := newEncoder()
	e.id(string(p.ID))
	e.str(p.Addr.Platform)
	e.str(p.Addr.User)
	e.str(p.Addr.Chat)
	e.time(p.Joined)
	e.bools(p.Welcomed, p.Stopped, p.Gone, p.Pair != nil)
	e.values(p.Facts)
	e.uint(len(p.Tracks))
	for i := range p.Tracks {
		e.track(&p.Tracks[i])
	}
	e.uint(len(p.Timers))
	for i := range p.Timers {
		e.timer(&p.Timers[i], string(p.ID))
	}
	e.uint(len(p.Buttons))
	for i := range p.Buttons {
		b := &p.Buttons[i]
		e.str(b.Token)
		e.int(b.Track)
		e.int(b.Visit)
		e.str(b.Choice)
		e.str(b.Label)
		e.str(b.Value)
	}
	e.uint(len(p.Inbox))
	for i := range p.Inbox {
		e.card(&p.Inbox[i])
	}
	e.uint(len(p.Waiting))
	for _, w := range p.Waiting {
		e.str(w.Flow)
		e.time(w.Until)
	}
	if p.Pair != nil {
		e.pairing(p.Pair)
	}
	e.uint(len(p.Tries))
	for _, t := range p.Tries {
		e.time(t)
	}
	e.str(p.Parked)
	draws := p.Draws.InOrder()
	e.uint(len(draws)) // a map of maps, which is kept in order
	for _, l := range draws {
		e.str(l.List)
		e.uint(len(l.Items))
		for _, x := range l.Items {
			e.str(x.Item)
			e.time(x.At)
		}
	}
	encodeMap(e, p.Nudged, e.str)
	e.str(p.Budget.Date)
	e.int(p.Budget.Unasked)
	e.int(p.Budget.Knocks)
	e.int(p.LastTrack)
	e.int(p.LastVisit)
	e.int(p.LastMsg)
	e.passing(p)
	return e.end()
}

// passing writes what version 2 added to a person.
func (e *encoder) passing(p *flows.Person) {
	encodeMap(e, p.Ends, e.time)
	e.uint(len(p.Coming))
	for i := range p.Coming {
		e.card(&p.Coming[i].Card)
		e.time(p.Coming[i].Due)
		e.str(p.Coming[i].Class)
	}
	e.uint(len(p.Shown))
	for _, s := range p.Shown {
		e.str(s.ID)
		e.str(s.Message)
		e.time(s.At)
	}
	e.uint(len(p.Passed))
	for i := range p.Passed {
		e.card(&p.Passed[i].Card)
		e.time(p.Passed[i].At)
		e.str(p.Passed[i].Undo)
	}
}
