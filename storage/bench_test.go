package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// heldSync is what a slow disk would add to a commit.
const heldSync = 2 * time.Millisecond

// openBench opens a new database that does flush to the disk, with lively couples 1 to n in it, the people of couple u being
// 2u and 2u+1.
func openBench(b *testing.B, n int, held time.Duration) *DB {
	b.Helper()
	var o Options
	if held > 0 {
		o.hold = func() { time.Sleep(held) }
	}
	db, err := Open(filepath.Join(b.TempDir(), "rewoo.db"), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	together(n, func(i int) {
		couple := flows.Output{States: []flows.State{lively(i + 1)}}
		if _, err := db.Step(ctx, said(fmt.Sprint("put ", i), 9999), gives(couple)); err != nil {
			b.Error(err)
		}
	})
	return db
}

// together runs f n times at once, and waits.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// lively is the couple of the fixture under another name: unit u, of people 2u and 2u+1.
func lively(u int) flows.State {
	s, err := month()
	if err != nil {
		panic(err)
	}
	s = s.Clone()
	s.Unit, s.Couple.Names = unit(u), map[flows.PersonID]string{}
	for i := range s.People {
		p := &s.People[i]
		was := p.ID
		p.ID, p.Addr = person(2*u+i), addr(2*u+i)
		s.Couple.Names[p.ID] = p.Facts["name"].S
		for j := range p.Timers {
			p.Timers[j].Name = strings.Replace(p.Timers[j].Name, string(was), string(p.ID), 1)
		}
	}
	return s
}

// answer is a machine that does what one answer in a check-in does to the rows, and no thinking.
var answer = does(func(in flows.Input, ev flows.Event) flows.Output {
	p, _ := in.Self.Person(in.Who)
	p.LastMsg++
	p.LastVisit++
	p.Timers[0].Due = p.Timers[0].Due.Add(time.Minute)
	p.Tracks[0].Visit = p.LastVisit
	id := fmt.Sprint(p.LastMsg)
	text := "And what would have made the evening better, if anything? You can skip this one."
	return flows.Output{
		States:   []flows.State{in.Self},
		Messages: []flows.Message{{ID: id, To: p.ID, Body: []flows.Block{{Text: text}}, Until: t0.Add(time.Hour)}},
		Journal:  []flows.Entry{{Person: p.ID, ID: id, Until: t0.AddDate(1, 0, 0)}},
	}
})

// row is what a step wrote at one place: a record, or nil for what it removed.
type row struct {
	place
	rec []byte
	had bool // something lay there before
}

// rowsOfOneStep gives the rows that one step of answer writes.
func rowsOfOneStep(b *testing.B) (rows []row) {
	b.Helper()
	db := openBench(b, 1, 0)
	before := everything(b, db)
	if _, err := db.Step(ctx, said("a step", 2), answer); err != nil {
		b.Fatal(err)
	}
	after := everything(b, db)
	for at, rec := range after {
		if old, had := before[at]; !bytes.Equal(old, rec) || !had {
			rows = append(rows, row{at, rec, had})
		}
	}
	for at := range before {
		if _, ok := after[at]; !ok {
			rows = append(rows, row{at, nil, true})
		}
	}
	return rows
}

func everything(b *testing.B, db *DB) map[place][]byte {
	b.Helper()
	all := map[place][]byte{}
	err := db.bolt.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bu *bolt.Bucket) error {
			return bu.ForEach(func(k, v []byte) error {
				all[place{string(name), string(k)}] = bytes.Clone(v)
				return nil
			})
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// bare writes rows like these with bbolt and nothing else: records of the same length where they lie, and new ones beside
// the new ones.
func bare(b *testing.B, db *DB, rows []row, n int) {
	b.Helper()
	err := db.bolt.Update(func(tx *bolt.Tx) error {
		for _, r := range rows {
			key, rec := []byte(r.key), bytes.Clone(r.rec)
			switch {
			case r.bucket == bSeen:
				key = []byte(seenKey(fmt.Sprint("bare ", n)))
			case !r.had || r.rec == nil:
				key = binary.BigEndian.AppendUint64(key[:len(key)-8:len(key)-8], uint64(n))
			}
			bu := tx.Bucket([]byte(r.bucket))
			if r.rec == nil {
				binary.BigEndian.PutUint64(key[len(key)-8:], uint64(n-1)) // what the last one put
				if err := bu.Delete(key); err != nil {
					return err
				}
				continue
			}
			if len(rec) > recordHead {
				binary.BigEndian.PutUint32(rec[1:], uint32(n))
			}
			if err := bu.Put(key, rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func BenchmarkBare(b *testing.B) {
	rows, db := rowsOfOneStep(b), openBench(b, 64, 0)
	n := 0
	for b.Loop() {
		n++
		bare(b, db, rows, n)
	}
}

// One event alone, on the disk. x-bare: how many times as long as a bare transaction of the same bytes takes, in the median,
// the two taking turns. At most 1.5.
func BenchmarkAlone(b *testing.B) {
	rows, db, other := rowsOfOneStep(b), openBench(b, 64, 0), openBench(b, 64, 0)
	var ours, theirs []time.Duration
	n := 0
	for b.Loop() {
		n++
		ev := said(fmt.Sprint("event ", n), 2+n%128)
		start := time.Now()
		if _, err := db.Step(ctx, ev, answer); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(start))
		b.StopTimer()
		start = time.Now()
		bare(b, other, rows, n)
		theirs = append(theirs, time.Since(start))
		b.StartTimer()
	}
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-bare")
}

// 256 events of 256 couples at once. x-single: how many times as fast as one after the other. At least 3 on any disk, 10
// on one whose sync takes 2 ms.
func BenchmarkGroup256(b *testing.B) {
	for name, held := range map[string]time.Duration{"disk": 0, "held2ms": heldSync} {
		b.Run(name, func(b *testing.B) {
			const many = 256
			db := openBench(b, many, held)
			step := func(what string, n, i int) {
				if _, err := db.Step(ctx, said(fmt.Sprint(what, n, " ", i), 2*(i+1)), answer); err != nil {
					b.Error(err)
				}
			}
			var ours, single []time.Duration
			n := 0
			for b.Loop() {
				n++
				start := time.Now()
				together(many, func(i int) { step("together ", n, i) })
				ours = append(ours, time.Since(start))
				b.StopTimer()
				start = time.Now()
				for i := range many / 4 {
					step("single ", n, 4*i)
				}
				single = append(single, 4*time.Since(start))
				b.StartTimer()
			}
			b.ReportMetric(float64(median(single))/float64(median(ours)), "x-single")
		})
	}
}
