package storage

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"rewoo/flows"
)

// VersionError says that a record was written by a rewoo that is newer than this one. It is not damage.
type VersionError struct {
	Bucket  string
	Version int
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("bucket %q was written by a newer rewoo (version %d; this one knows version %d); "+
		"start the newer rewoo, or restore a backup from before the update", e.Bucket, e.Version, codecVersion)
}

// decoder reads a part. What it reads are pieces of s, not copies. Once something was wrong, everything reads
// as nothing. It takes only what the encoder writes, or wrote when the part's version was the newest, so that a part of
// this version is written back as the same bytes; and it makes room for no more than what is left can hold, so that damage costs no memory.
type decoder struct {
	s    string
	bad  bool
	v    int             // the version
	made strings.Builder // what is no piece of s: ids, and names of timers
}

// madeRoom holds the ids of a couple, or the id of a person and the names of a few timers.
const madeRoom = 256

// make puts two strings together. One room serves several, which live as long as the state does.
func (d *decoder) make(a, b string) string {
	if n := len(a) + len(b); d.made.Cap()-d.made.Len() < n {
		d.made = strings.Builder{}
		d.made.Grow(max(n, madeRoom))
	}
	from := d.made.Len()
	d.made.WriteString(a)
	d.made.WriteString(b)
	return d.made.String()[from:]
}

// The least bytes that an element takes.
const (
	minString = 1
	minTime   = 1
	minBlock  = 2
	minValue  = 4
	minMark   = 2
	minWait   = 2
	minCard   = 2
	minButton = 6
	minTimer  = 8
	minFrame  = 8
	minTrack  = 8
	minID     = 1
	minMap    = 1
	minOpened = 8
	minOffer  = 5
	minVote   = 3
	minComing = 4
	minShown  = 3
	minPassed = 4
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

// doors reads what version 2 added to a couple.
func (d *decoder) doors(c *flows.Couple) {
	c.Opened = decodeSlice(d, minOpened, func(o *flows.Opened) {
		*o = flows.Opened{By: flows.PersonID(d.id()), Name: d.str(), Value: d.value(), At: d.time(), Until: d.time()}
	})
	c.Offers = decodeSlice(d, minOffer, func(o *flows.Offer) {
		*o = flows.Offer{By: flows.PersonID(d.id()), Key: d.str(), Question: d.str(), Words: d.str(), Until: d.time()}
	})
	c.Votes = decodeSlice(d, minVote, func(v *flows.Vote) {
		*v = flows.Vote{By: flows.PersonID(d.id()), Key: d.str(), At: d.time()}
	})
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

func (d *decoder) card() flows.Card { return flows.Card{ID: d.str(), Body: d.blocks()} }

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
	p.Waiting = decodeSlice(&d, minWait, func(w *flows.Wait) { *w = flows.Wait{Flow: d.str(), Until: d.time()} })
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
	})
	t.Marks = decodeSlice(d, minMark, func(m *flows.Mark) { *m = flows.Mark{Depth: d.int(), Step: d.str()} })
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
}

func (d *decoder) pairing() *flows.Pairing {
	p := &flows.Pairing{Code: d.str(), Expires: d.time(), Peer: flows.UnitID(d.id()), Person: flows.PersonID(d.id()), Name: d.str()}
	d.bools(&p.Confirmed, &p.Ended)
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
		d.bools(&b.Quote)
	})
}

func (d *decoder) strs() []string { return decodeSlice(d, minString, func(s *string) { *s = d.str() }) }

func decodeSlice[T any](d *decoder, least int, read func(*T)) []T {
	n := d.count(least)
	if n == 0 {
		return nil
	}
	all := make([]T, n)
	for i := range all {
		read(&all[i])
	}
	return all
}

func decodeMap[V any](d *decoder, least int, value func() V) map[string]V {
	n := d.count(minString + least)
	if n == 0 {
		return nil
	}
	m := make(map[string]V, n)
	last := ""
	for i := range n {
		k := d.str()
		d.ascending(i, last, k)
		m[k] = value()
		last = k
	}
	return m
}

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

// version reads the first byte.
func (d *decoder) version() {
	b := d.take(1)
	if d.bad {
		return
	}
	if d.v = int(b[0]); d.v < 1 || d.v > codecVersion {
		d.fail()
	}
}

// end gives the error, if there is one. Bytes that are left over are one.
func (d *decoder) end() error {
	if d.s != "" {
		d.fail()
	}
	switch {
	case d.v > codecVersion:
		return &VersionError{bState, d.v}
	case d.bad:
		return &DamageError{bState, "a part of a state is not in its one form"}
	}
	return nil
}

func (d *decoder) fail() { d.s, d.bad = "", true }

func (d *decoder) ascending(i int, last, k string) {
	if i > 0 && k <= last {
		d.fail()
	}
}

// take reads n bytes.
func (d *decoder) take(n uint64) string {
	if n > uint64(len(d.s)) {
		d.fail()
		return ""
	}
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

// uint reads a varint in its shortest form.
func (d *decoder) uint() uint64 {
	if d.s != "" && d.s[0] < 0x80 { // nearly all of them
		n := uint64(d.s[0])
		d.s = d.s[1:]
		return n
	}
	return d.longUint()
}

func (d *decoder) longUint() (n uint64) {
	for i := range min(len(d.s), binary.MaxVarintLen64) {
		b := d.s[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			if b == 0 && i > 0 || i == binary.MaxVarintLen64-1 && b > 1 {
				break
			}
			d.s = d.s[i+1:]
			return n
		}
	}
	d.fail()
	return 0
}

func (d *decoder) int64() int64 {
	n := d.uint()
	return int64(n>>1) ^ -int64(n&1)
}

func (d *decoder) int() int {
	n := d.int64()
	if int64(int(n)) != n { // where an int has 32 bits
		d.fail()
		return 0
	}
	return int(n)
}

// count reads how many elements follow, none of them shorter than least.
func (d *decoder) count(least int) int {
	n := d.uint()
	if n > uint64(len(d.s)/least) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) str() string { return d.take(d.uint()) }

func (d *decoder) id() string {
	n := d.uint()
	if n == 0 && !d.bad {
		var b [idLen]byte
		if raw := d.take(idLen / 2); raw != "" {
			hex.Encode(b[:], []byte(raw))
		}
		return d.make(string(b[:]), "")
	}
	s := d.take(n - min(n, 1))
	if validID(s) {
		d.fail()
	}
	return s
}

func (d *decoder) bools(all ...*bool) {
	b := d.take(1)
	if d.bad {
		return
	}
	for i, on := range all {
		*on = b[0]&(1<<i) != 0
	}
	if b[0]>>len(all) != 0 {
		d.fail()
	}
}

func (d *decoder) time() time.Time {
	form := d.take(1)
	if d.bad {
		return time.Time{}
	}
	var t time.Time
	switch form[0] {
	case 0:
		return t
	case 1:
		ns := d.int64()
		t = time.Unix(0, ns).UTC()
		if !fitsNanos(t.Unix()) {
			d.fail()
		}
	case 2:
		sec, ns := d.int64(), d.uint()
		if fitsNanos(sec) || ns >= uint64(time.Second) {
			d.fail()
			return t
		}
		t = time.Unix(sec, int64(ns)).UTC()
	default:
		d.fail()
	}
	if t.IsZero() {
		d.fail()
	}
	return t
}
