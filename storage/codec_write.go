package storage

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"rewoo/flows"
)

func (e *encoder) card(c *flows.Card) {
	e.str(c.ID)
	e.blocks(c.Body)
	e.str(c.Opens)
	e.bound(c.Bound)
	e.halves(c.Both)
}

func (e *encoder) record(r *flows.Record) {
	e.str(r.ID)
	e.str(r.Kind)
	e.str(r.State)
	encodeSlice(e, r.Versions, func(v *flows.Version) {
		e.time(v.At)
		e.values(v.Fields)
	})
	e.time(r.Changed)
}

func (e *encoder) bound(b *flows.Bound) {
	if e.bools(b != nil); b != nil {
		e.str(b.Kind)
		e.str(b.ID)
		e.values(b.Fields)
	}
}

func (e *encoder) halves(all []flows.Half) {
	encodeSlice(e, all, func(h *flows.Half) {
		e.str(h.Name)
		e.str(h.Mine)
		e.str(h.Theirs)
	})
}

func (e *encoder) track(t *flows.Track) {
	e.int(t.ID)
	e.str(string(t.Phase))
	e.int(t.Visit)
	e.str(t.Prompt)
	e.time(t.Expires)
	e.bools(t.Parked)
	encodeSlice(e, t.Frames, func(f *flows.Frame) {
		e.str(f.Flow)
		e.str(f.Step)
		e.values(f.Answers)
		encodeMap(e, f.Items, e.str)
		e.int(f.Sharing)
		e.blocks(f.Preview)
		e.bools(f.Followed, f.Held)
		e.strs(f.Picked)
		e.str(f.Shape)
		encodeMap(e, f.Visits, e.int)
		e.bound(f.Record)
		e.halves(f.Both)
		e.int(f.Page)
	})
	encodeSlice(e, t.Marks, func(m *flows.Mark) {
		e.int(m.Depth)
		e.str(m.Step)
	})
	e.time(t.Asked)
}

func (e *encoder) timer(t *flows.Timer, person string) {
	rest, own := t.Name, 0
	if person != "" && strings.HasPrefix(rest, person) {
		rest, own = rest[len(person):], 1
	}
	e.uint(len(rest)<<1 | own)
	e.b = append(e.b, rest...)
	e.time(t.Due)
	e.int(t.Track)
	e.int(t.Visit)
	e.str(t.What)
	e.str(t.Flow)
	e.str(t.Nominal)
	e.str(t.Shape)
	e.str(t.Record)
}

func (e *encoder) pairing(p *flows.Pairing) {
	e.str(p.Code)
	e.time(p.Expires)
	e.id(string(p.Peer))
	e.id(string(p.Person))
	e.str(p.Name)
	e.bools(p.Confirmed, p.Ended, p.Account, p.Move)
	e.str(p.At.Platform)
	e.str(p.At.User)
	e.str(p.At.Chat)
}

func (e *encoder) values(m map[string]flows.Value) {
	encodeMap(e, m, e.value)
}

func (e *encoder) value(v flows.Value) {
	e.str(v.S)
	e.int(v.N)
	e.strs(v.L)
	e.str(string(v.T))
}

func (e *encoder) blocks(all []flows.Block) {
	encodeSlice(e, all, func(b *flows.Block) {
		e.str(b.Text)
		e.bools(b.Quote, b.Own)
	})
}

func (e *encoder) strs(all []string) {
	encodeSlice(e, all, func(s *string) { e.str(*s) })
}

func encodeSlice[T any](e *encoder, all []T, write func(*T)) {
	e.uint(len(all))
	for i := range all {
		write(&all[i])
	}
}

func encodeMap[V any](e *encoder, m map[string]V, value func(V)) {
	from := e.sortedKeys(func(keys []string) []string {
		for k := range m {
			keys = append(keys, k)
		}
		return keys
	})
	for i := range len(m) { // value may move e.keys
		k := e.keys[from+i]
		e.str(k)
		value(m[k])
	}
	e.keys = e.keys[:from]
}

// sortedKeys puts the keys of a map behind those of the maps around it, and their number into the part.
func (e *encoder) sortedKeys(add func([]string) []string) (from int) {
	from = len(e.keys)
	e.keys = add(e.keys)
	slices.Sort(e.keys[from:])
	e.uint(len(e.keys) - from)
	return from
}

func (e *encoder) uint(n int) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

func (e *encoder) int(n int) { e.b = binary.AppendVarint(e.b, int64(n)) }

func (e *encoder) str(s string) {
	e.uint(len(s))
	e.b = append(e.b, s...)
}

func (e *encoder) id(s string) {
	if !validID(s) {
		e.uint(len(s) + 1)
		e.b = append(e.b, s...)
		return
	}
	e.b = append(e.b, 0)
	e.b, _ = hex.AppendDecode(e.b, []byte(s))
}

func (e *encoder) bools(all ...bool) {
	var n byte
	for i, on := range all {
		if on {
			n |= 1 << i
		}
	}
	e.b = append(e.b, n)
}

func (e *encoder) time(t time.Time) {
	sec := t.Unix()
	switch {
	case t.IsZero():
		e.b = append(e.b, 0)
	case fitsNanos(sec):
		e.b = binary.AppendVarint(append(e.b, 1), t.UnixNano())
	default:
		e.b = binary.AppendVarint(append(e.b, 2), sec)
		e.uint(t.Nanosecond())
	}
}

func fitsNanos(sec int64) bool { return -nanoSpan <= sec && sec <= nanoSpan }
