package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// insert writes a record past all guards.
func insert(t *testing.T, db *DB, bucket, key string, content []byte) {
	t.Helper()
	err := db.bolt.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).Put([]byte(key), pack(bucket, key, content))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ids(rows []flows.Queued) (out []string) {
	for _, q := range rows {
		out = append(out, q.Message.ID)
	}
	return out
}

func heads(t *testing.T, db *DB) []flows.Queued {
	t.Helper()
	rows, err := db.Heads(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestOutbox(t *testing.T) {
	db := openNew(t)
	s := alone(1, 1)
	s.People = append(s.People, somebody(2))
	put(t, db, s, alone(3, 3))
	send := func(id string, from int, to ...int) {
		step1(t, db, said(id, from), does(func(in flows.Input, _ flows.Event) flows.Output {
			out := flows.Output{States: []flows.State{in.Self}}
			for i, n := range to {
				out.Messages = append(out.Messages, flows.Message{ID: fmt.Sprint(id, i), To: person(n),
					Body: []flows.Block{{Text: "<hello> & \u2028"}}, Until: t0.Add(time.Nanosecond)})
			}
			return out
		}))
	}
	if h := heads(t, db); h != nil {
		t.Errorf("empty: %v", h)
	}
	send("c", 3, 3)
	send("b", 2, 2, 1, 2)
	for i := range 20 { // more than ten: keys must not sort as words
		send(fmt.Sprint("a", i, "."), 1, 1)
	}
	first := heads(t, db)
	if got := ids(first); !slices.Equal(got, []string{"c0", "b0", "b1"}) {
		t.Errorf("heads: %v", got)
	}
	if q := first[0]; q.Message.Body[0].Text != "<hello> & \u2028" || !q.Message.Until.Equal(t0.Add(1)) || q.To != addr(3) || q.Person != person(3) {
		t.Errorf("%+v", q)
	}
	var order []string
	for {
		h := heads(t, db)
		i := slices.IndexFunc(h, func(q flows.Queued) bool { return q.Person == person(1) })
		if i < 0 {
			break
		}
		order = append(order, h[i].Message.ID)
		for range 2 { // the second time it is not there
			if err := db.Done(ctx, h[i].Key, flows.Address{}, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(order) != 21 || order[0] != "b1" || order[1] != "a0.0" || order[20] != "a19.0" {
		t.Errorf("order: %v", order)
	}
	if got := ids(snapshot(t, db).Outbox); !slices.Equal(got, []string{"c0", "b0", "b2"}) {
		t.Errorf("left: %v", got)
	}
	if err := db.Done(ctx, "no such key", flows.Address{}, ""); err != nil {
		t.Error(err)
	}
	if err := db.Done(ctx, "", flows.Address{}, ""); err != nil {
		t.Error(err)
	}
}

// Keys go up even when the outbox was empty in between, and over a restart: a key is never used twice.
func TestOutboxKeysGoUp(t *testing.T) {
	path := t.TempDir() + "/rewoo.db"
	last := ""
	for i := range 5 {
		db := reopen(t, path)
		step1(t, db, said(fmt.Sprint(i), 1), gives(flows.Output{States: []flows.State{alone(1, 1)}, Messages: []flows.Message{{ID: "m", To: person(1)}}}))
		h := heads(t, db)
		if len(h) != 1 || h[0].Key <= last {
			t.Fatalf("%q after %q", h[0].Key, last)
		}
		last = h[0].Key
		if err := db.Done(ctx, last, flows.Address{}, ""); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
}

func TestDue(t *testing.T) {
	db := openNew(t)
	if due, next, err := db.Due(ctx, t0, 10); due != nil || !next.IsZero() || err != nil {
		t.Errorf("empty: %v %v %v", due, next, err)
	}
	s, u := alone(1, 1), alone(2, 2)
	s.People[0].Timers = []flows.Timer{timer("late", time.Hour+1), timer("now", 0), timer("zero", 0), timer("past", -time.Hour)}
	s.People[0].Timers[2].Due = time.Time{}
	u.People[0].Timers = []flows.Timer{timer("soon", time.Nanosecond), timer("", -time.Minute)}
	put(t, db, s, u)
	names := func(now time.Time, limit int) (out []string, next time.Time) {
		due, next, err := db.Due(ctx, now, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range due {
			out = append(out, d.Timer)
		}
		return out, next
	}
	soon, late := t0.Add(1), t0.Add(time.Hour+1)
	for _, c := range []struct {
		now   time.Time
		limit int
		want  []string
		next  time.Time
	}{
		{t0, 10, []string{"zero", "past", "", "now"}, soon},
		{t0, 2, []string{"zero", "past"}, soon},
		{t0, 0, nil, soon},
		{t0.Add(time.Hour), 10, []string{"zero", "past", "", "now", "soon"}, late},
		{late, 10, []string{"zero", "past", "", "now", "soon", "late"}, time.Time{}},
		{t0.In(time.FixedZone("", 3600)), 1, []string{"zero"}, soon},
	} {
		got, next := names(c.now, c.limit)
		if !slices.Equal(got, c.want) || !next.Equal(c.next) {
			t.Errorf("%v, %d: %v, next %v", c.now, c.limit, got, next)
		}
	}
	due, _, _ := db.Due(ctx, t0, 1) // a time that no key can hold fires all the same
	d := due[0]
	step1(t, db, flows.Event{ID: "z", Kind: flows.Fired, Unit: d.Unit, Timer: d.Timer, Due: d.At, At: t0},
		does(func(in flows.Input, _ flows.Event) flows.Output {
			if in.Timer == nil || in.Timer.Name != "zero" {
				t.Errorf("%+v", in.Timer)
			}
			return flows.Output{States: []flows.State{in.Self}}
		}))
	if got, _ := names(t0, 1); !slices.Equal(got, []string{"past"}) {
		t.Errorf("after firing: %v", got)
	}
}

func TestPrune(t *testing.T) {
	db := openNew(t)
	put(t, db, alone(1, 1))
	s := []flows.State{alone(1, 1)}
	day := 24 * time.Hour
	entries := []flows.Entry{keep(1, "short", day), keep(1, "long", 30*day), keep(1, "longer", day)}
	step1(t, db, said("keep", 1), gives(flows.Output{States: s, Journal: entries}))
	longer := keep(1, "longer", 40*day) // in the place of the older one
	later := said("later", 1)
	later.At = t0.Add(3 * day)
	step1(t, db, later, gives(flows.Output{States: s, Journal: []flows.Entry{longer}}))
	if snap := snapshot(t, db); !reflect.DeepEqual(snap.Journal, []flows.Entry{entries[1], longer, entries[0]}) {
		t.Errorf("%+v", snap.Journal)
	}
	prune := func(now time.Time) {
		t.Helper()
		if err := db.Prune(ctx, now); err != nil {
			t.Fatal(err)
		}
		check(t, db)
	}
	prune(t0.Add(day - 1))
	if n := len(snapshot(t, db).Journal); n != 3 {
		t.Errorf("too early: %d", n)
	}
	prune(t0.Add(day))
	if snap := snapshot(t, db); !reflect.DeepEqual(snap.Journal, []flows.Entry{entries[1], longer}) {
		t.Errorf("%+v", snap.Journal)
	}
	prune(t0.Add(7*day - 1))
	if res := step1(t, db, said("keep", 1), never(t)); !res.Seen {
		t.Error("forgotten too early")
	}
	prune(t0.Add(7 * day))
	if res := step1(t, db, later, never(t)); !res.Seen {
		t.Error("forgotten too early")
	}
	if res := step1(t, db, said("keep", 1), gives(flows.Output{States: s})); res.Seen {
		t.Error("remembered for more than seven days")
	}
	prune(t0.Add(100 * day))
	if got := contents(t, db); len(got[bSeen])+len(got[bSeenAt])+len(got[bJournal])+len(got[bUntil]) != 0 {
		t.Errorf("left: %v", got)
	}
}

// A step that comes between looking and removing wins: what it wrote stays.
func TestPruneBesideAStep(t *testing.T) {
	db := openNew(t)
	write := func(id string, until time.Duration) {
		step1(t, db, said(id, 9), does(func(in flows.Input, _ flows.Event) flows.Output {
			s := in.Self
			if s.Unit == "" {
				s = alone(1, 9)
			}
			return flows.Output{States: []flows.State{s}, Journal: []flows.Entry{keep(9, "x", until)}}
		}))
	}
	write("a", time.Minute)
	keys, err := db.ended(ctx, bUntil, t0.Add(time.Hour))
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	write("b", 2*time.Hour)
	if err := db.removeEnded(ctx, bUntil, bJournal, keys); err != nil {
		t.Fatal(err)
	}
	if n := len(check(t, db).Journal); n != 1 {
		t.Errorf("%d entries", n)
	}
}

func TestPruneMany(t *testing.T) {
	db := openNew(t)
	err := db.bolt.Update(func(tx *bolt.Tx) error {
		s := &step{db: db, tx: tx}
		for i := range 3*pruneBatch + 1 {
			s.ev = said(fmt.Sprint(i), 1)
			if err := s.mark(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Prune(ctx, t0.Add(8*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := len(contents(t, db)[bSeen]); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// A changed byte anywhere in a record is noticed by whoever reads it; the error names the bucket and nothing of the content.
func TestFlippedByte(t *testing.T) {
	p := full(1)
	p.Facts = map[string]flows.Value{"name": {S: "private"}}
	state := flows.State{Unit: unit(1), People: []flows.Person{p}}
	for bucket, read := range map[string]func(*DB) error{
		bState:   func(db *DB) error { _, err := db.Snapshot(ctx); return err },
		bAccount: func(db *DB) error { _, err := db.Step(ctx, said("new", 1), gives(flows.Output{})); return err },
		bPerson:  func(db *DB) error { _, err := db.Step(ctx, said("new", 1), gives(flows.Output{})); return err },
		bMeta:    func(db *DB) error { _, err := db.Step(ctx, said("new", 1), gives(flows.Output{})); return err },
		bCode: func(db *DB) error {
			_, err := db.Step(ctx, said("new", 9), fake{
				needs: func(flows.State, flows.PersonID, flows.Event) string {
					return "code/" + flows.CodeDigest(p.Pair.Code)
				},
				step: func(flows.Input, flows.Event) flows.Output { return flows.Output{} },
			})
			return err
		},
		bDue:     func(db *DB) error { _, _, err := db.Due(ctx, t0, 1); return err },
		bJournal: func(db *DB) error { _, err := db.Snapshot(ctx); return err },
		bUntil:   func(db *DB) error { return db.Prune(ctx, t0.AddDate(1, 0, 0)) },
		bOutbox:  func(db *DB) error { _, err := db.Heads(ctx); return err },
		bSeen:    func(db *DB) error { _, err := db.Step(ctx, said("e", 1), gives(flows.Output{})); return err },
		bSeenAt:  func(db *DB) error { return db.Prune(ctx, t0.AddDate(1, 0, 0)) },
	} {
		t.Run(bucket, func(t *testing.T) {
			db := openNew(t)
			step1(t, db, said("e", 1), gives(flows.Output{States: []flows.State{state}, WrongCode: true,
				Journal: []flows.Entry{keep(1, "x", time.Hour)}, Messages: []flows.Message{{ID: "private", To: p.ID}}}))
			for at := range 12 {
				whole := flip(t, db, bucket, at)
				err := read(db)
				var de *DamageError
				if !errors.As(err, &de) || de.Bucket != bucket || !strings.Contains(err.Error(), bucket) {
					t.Errorf("byte %d: %v", at, err)
				} else if strings.Contains(err.Error(), "private") || strings.Contains(err.Error(), string(p.ID)) {
					t.Errorf("byte %d: %v says too much", at, err)
				}
				whole()
			}
		})
	}
}

// flip changes one byte in every record of a bucket (counted from the end when the record is short) and gives what undoes that.
func flip(t *testing.T, db *DB, bucket string, at int) (undo func()) {
	t.Helper()
	change := func() {
		err := db.bolt.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			rows := map[string][]byte{}
			b.ForEach(func(k, v []byte) error {
				if string(k) != formatKey {
					rows[string(k)] = slices.Clone(v)
				}
				return nil
			})
			for k, v := range rows {
				v[at%len(v)] ^= 0x10
				if err := b.Put([]byte(k), v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	change()
	return change
}

func TestRecordInAnothersPlace(t *testing.T) {
	rec := pack("state", "ab", []byte("x"))
	if _, err := unpack("state", "ab", rec); err != nil {
		t.Error(err)
	}
	for _, at := range [][2]string{{"state", "a"}, {"due", "ab"}, {"statea", "b"}, {"stat", "eab"}, {"stale", "ab"}, {"state", "ac"}} {
		if _, err := unpack(at[0], at[1], rec); err == nil {
			t.Errorf("it opens at %q", at)
		}
	}
}

// A record of a later kind is not read as one of ours, though its check sum is right.
func TestRecordVersion(t *testing.T) {
	rec := pack("state", "ab", []byte("x"))
	rec[0]++
	binary.BigEndian.PutUint32(rec[1:], checksum("state", "ab", rec))
	if _, err := unpack("state", "ab", rec); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("%v", err)
	}
}

// FuzzRecord: a record gives back what went in, has no other form, and is refused when one bit of it changed.
func FuzzRecord(f *testing.F) {
	f.Add("state", "key", []byte("content"), []byte{1, 2, 3})
	f.Add("", "", []byte{}, pack("", "", nil))
	f.Add("due", "a/b", bytes.Repeat([]byte{0xff}, 100), pack("due", "a/b", []byte("x")))
	f.Fuzz(func(t *testing.T, bucket, key string, content, junk []byte) {
		if len(bucket)+len(key)+len(content)+len(junk) > 64<<10 {
			t.Skip()
		}
		rec := pack(bucket, key, content)
		got, err := unpack(bucket, key, rec)
		if err != nil || string(got) != string(content) {
			t.Errorf("%q %v", got, err)
		}
		bit := len(junk) % (8 * len(rec))
		rec[bit/8] ^= 1 << (bit % 8)
		if _, err := unpack(bucket, key, rec); err == nil {
			t.Errorf("a record of %q with bit %d changed is taken", content, bit)
		}
		if got, err := unpack(bucket, key, junk); err == nil && !bytes.Equal(pack(bucket, key, got), junk) {
			t.Errorf("%q is a record of %q, which has another", junk, got)
		}
	})
}
