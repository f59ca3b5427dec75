package storage

import (
	"bytes"
	"sync"
	"time"

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
// person when facts end, what is coming, shown and passed on; of a frame whether it is held. Version 3 added, behind those of
// version 2, a person's further accounts; of a half of a reveal and of a block whether its words were typed; of a track, behind its marks, when it asked; of a pairing whether it joins accounts, which of them made the code, and whether that is given up.
// Version 4 added, behind those of version 3, the records of a couple and of a person; of a frame its shape, how often it came to
// a step, its record, what a reveal showed and the page; of a timer and of what waits its record; of a card and of a half of a reveal what they open.
// All of them are still read.
const codecVersion = 4

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
	encodeSlice(e, c.People, func(id *flows.PersonID) { e.id(string(*id)) })
	e.doors(&c.Couple)
	return e.end()
}

// doors writes what versions 2 and 4 added to a couple.
func (e *encoder) doors(c *flows.Couple) {
	encodeSlice(e, c.Opened, func(o *flows.Opened) {
		e.id(string(o.By))
		e.str(o.Name)
		e.value(o.Value)
		e.time(o.At)
		e.time(o.Until)
	})
	encodeSlice(e, c.Offers, func(o *flows.Offer) {
		e.id(string(o.By))
		e.str(o.Key)
		e.str(o.Question)
		e.str(o.Words)
		e.time(o.Until)
		e.bools(o.Own)
		e.str(o.Name)
		e.str(o.Opens)
	})
	encodeSlice(e, c.Votes, func(v *flows.Vote) {
		e.id(string(v.By))
		e.str(v.Key)
		e.time(v.At)
	})
	encodeSlice(e, c.Records, e.record)
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
	encodeSlice(e, p.Tracks, e.track)
	encodeSlice(e, p.Timers, func(t *flows.Timer) { e.timer(t, string(p.ID)) })
	encodeSlice(e, p.Buttons, func(b *flows.Button) {
		e.str(b.Token)
		e.int(b.Track)
		e.int(b.Visit)
		e.str(b.Choice)
		e.str(b.Label)
		e.str(b.Value)
	})
	encodeSlice(e, p.Inbox, e.card)
	encodeSlice(e, p.Waiting, func(w *flows.Wait) {
		e.str(w.Flow)
		e.time(w.Until)
		e.str(w.Record)
	})
	if p.Pair != nil {
		e.pairing(p.Pair)
	}
	encodeSlice(e, p.Tries, func(t *time.Time) { e.time(*t) })
	e.str(p.Parked)
	encodeSlice(e, p.Draws.InOrder(), func(l *flows.DrawnList) { // a map of maps, which is kept in order
		e.str(l.List)
		encodeSlice(e, l.Items, func(x *flows.Drawn) {
			e.str(x.Item)
			e.time(x.At)
		})
	})
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

// passing writes what versions 2 to 4 added to a person.
func (e *encoder) passing(p *flows.Person) {
	encodeMap(e, p.Ends, e.time)
	encodeSlice(e, p.Coming, func(c *flows.Coming) {
		e.card(&c.Card)
		e.time(c.Due)
		e.str(c.Class)
	})
	encodeSlice(e, p.Shown, func(s *flows.Shown) {
		e.str(s.ID)
		e.str(s.Message)
		e.time(s.At)
	})
	encodeSlice(e, p.Passed, func(x *flows.Passed) {
		e.card(&x.Card)
		e.time(x.At)
		e.str(x.Undo)
	})
	encodeSlice(e, p.Also, func(a *flows.Address) {
		e.str(a.Platform)
		e.str(a.User)
		e.str(a.Chat)
	})
	encodeSlice(e, p.Records, e.record)
}
