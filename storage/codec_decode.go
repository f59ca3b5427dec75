package storage

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
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

// knownVersion refuses a part that a newer rewoo wrote, before it is read.
func knownVersion(part string) error {
	d := decoder{s: part}
	if d.version(); d.v > codecVersion {
		return &VersionError{bState, d.v}
	}
	return nil
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
