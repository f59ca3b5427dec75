package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/flows"
	"rewoo/storage"
)

const couples = 1000

// A day of 1,000 couples who all have their check-in at the same minute, and all come to it: two thousand knocks, and what
// they say and get until nobody has anything open, then the night and the day after. Each has lived with rewoo for a
// month before. Over a real file that flushes to the disk: at most 5 s and 100 MB of anonymous memory. Without the flushes, to
// tell what is the disk's.
func BenchmarkThousandCouples(b *testing.B) {
	lib, err := flows.LoadShipped()
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range []struct {
		name string
		storage.Options
	}{{name: "disk"}, {"nosync", storage.Options{NoSync: true}}} {
		b.Run(o.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "rewoo.db")
			settle(b, path, lib)
			db, err := storage.Open(path, o.Options)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			days(b, openTown(b, db, lib, firstEvening.AddDate(0, 0, 31)))
		})
	}
}

// days measures one day after another.
func days(b *testing.B, tw *town) {
	people := make([]*townsman, 2*couples)
	for i := range people {
		people[i] = &townsman{user: fmt.Sprint(i), shares: i%2 == 0}
	}
	debug.FreeOSMemory()
	peak, before := watchMemory(), cpuSeconds()
	inputs, day := 0, 0
	for b.Loop() {
		day++
		n, err := tw.day(b.Context(), people, day)
		if err != nil {
			b.Fatal(err)
		}
		inputs += n
	}
	b.ReportMetric((cpuSeconds()-before)/float64(b.N), "cpu-s/op") // the figure to go by where others use the machine too
	b.ReportMetric(peak(), "MB-peak-anon")
	b.ReportMetric(float64(inputs)/float64(b.N), "inputs/op")
	b.ReportMetric(float64(tw.sent.Load())/float64(b.N), "messages/op")
	if err := tw.life.Stop(); err != nil {
		b.Fatal(err)
	}
}

var firstEvening = time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)

// settle makes a database of couples who have lived a month with rewoo: one did, the others are its copies under other names.
// The people of couple u are users 2u and 2u+1.
func settle(b *testing.B, path string, lib *flows.Library) {
	b.Helper()
	db, err := storage.Open(path, storage.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	one := liveMonth(b, db, lib)
	moveCouples(b, db, 1, couples, func(u int) flows.State { return copyOf(one, u) })
}

// liveMonth lets a couple live a month in an empty database, and gives what it is then.
func liveMonth(b *testing.B, db *storage.DB, lib *flows.Library) flows.State {
	b.Helper()
	tw := openTown(b, db, lib, firstEvening.Add(-3*time.Hour))
	if err := tw.pair(b.Context()); err != nil {
		b.Fatal(err)
	}
	tw.clock.Store(firstEvening.Unix())
	two := []*townsman{{user: "0", shares: true}, {user: "1"}}
	for day := range 31 {
		if _, err := tw.day(b.Context(), two, day); err != nil {
			b.Fatal(err)
		}
	}
	if err := tw.life.Stop(); err != nil {
		b.Fatal(err)
	}
	snap, err := db.Snapshot(b.Context())
	if err != nil || len(snap.States) != 1 || len(snap.States[0].People) != 2 {
		b.Fatalf("no couple: %+v %v", snap.States, err)
	}
	return snap.States[0]
}

// moveIn is a machine that makes a state of somebody unknown.
type moveIn struct{ s flows.State }

func (moveIn) Needs(flows.State, flows.PersonID, flows.Event) string { return "" }

func (m moveIn) Step(flows.Input, flows.Event) flows.Output {
	return flows.Output{States: []flows.State{m.s}}
}

// copyOf is couple 0 as couple u.
func copyOf(s flows.State, u int) flows.State {
	s = s.Clone()
	s.Unit = flows.UnitID(fmt.Sprintf("%032x", u))
	s.Couple.Names = map[flows.PersonID]string{}
	for i := range s.People {
		p := &s.People[i]
		was := p.ID
		n, _ := strconv.Atoi(p.Addr.User)
		n += 2 * u
		p.ID = flows.PersonID(fmt.Sprintf("%010x%022x", n, n))
		p.Addr.User, p.Addr.Chat = strconv.Itoa(n), strconv.Itoa(n)
		s.Couple.Names[p.ID] = p.Name()
		for j := range p.Timers {
			p.Timers[j].Name = strings.Replace(p.Timers[j].Name, string(was), string(p.ID), 1)
		}
	}
	return s
}

// pair brings users 0 and 1 in and together.
func (tw *town) pair(ctx context.Context) error {
	first := []string{"/start", "[Go on]", "[I agree]", "[I am 18 or over]", "[Continue]"}
	zero := append(first, "Ana", "UTC", "[Yes]", "20:00", "[That suits me]", "[I was hurt]", "[Make a code]")
	one := append(first, "Ben", "UTC", "[Yes]", "20:00", "[That suits me]", "[I broke trust]", "[I have a code]", "{code}", "[Go on together]")
	for user, inputs := range [][]string{zero, one, {"[Go on together]"}} {
		for _, input := range inputs {
			if err := tw.do(ctx, strconv.Itoa(user%2), strings.Replace(input, "{code}", tw.code, 1)); err != nil {
				return err
			}
			if err := tw.life.Settle(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// watchMemory looks at the process's anonymous memory until the function that it gives is called, which tells the most there
// was, in MB; 0 where the system does not say.
func watchMemory() (peak func() float64) {
	var most atomic.Int64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			most.Store(max(most.Load(), rssAnon()))
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(done)
		<-ended
		return float64(most.Load()) / 1e6
	}
}

// cpuSeconds is what the process has used of all processors; 0 where the system does not say.
func cpuSeconds() float64 {
	b, _ := os.ReadFile("/proc/self/stat")
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:])) // before that is the program's name
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return float64(user+system) / 100
}

func rssAnon() int64 {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(b), "RssAnon:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseInt(kb, 10, 64)
	return n << 10
}

// From starting the program to its page: at most 300 ms, with a new folder and with one that is there.
func BenchmarkServe(b *testing.B) {
	if _, err := built(); err != nil {
		b.Fatal(err)
	}
	serve := func(b *testing.B, dir string) {
		p := startTry(b, "--data", dir)
		resp, err := http.Get(p.url)
		b.StopTimer()
		defer b.StartTimer()
		defer p.kill()
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			b.Fatal(resp.Status)
		}
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			serve(b, b.TempDir())
		}
	})
	b.Run("again", func(b *testing.B) {
		dir := b.TempDir()
		serve(b, dir)
		for b.Loop() {
			serve(b, dir)
		}
	})
}
