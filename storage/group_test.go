package storage

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// crowd is a database on whose first commit everybody waits until it is let go.
type crowd struct {
	*DB
	t       *testing.T
	log     bytes.Buffer
	commits atomic.Int64 // begun, the first one too
	release chan bool
	callers sync.WaitGroup
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{t: t, release: make(chan bool)}
	inside := make(chan bool)
	o := Options{NoSync: true, Log: slog.New(slog.NewTextHandler(&c.log, nil)), hold: func() {
		if c.commits.Add(1) == 1 {
			close(inside)
			<-c.release
		}
	}}
	var err error
	if c.DB, err = Open(filepath.Join(t.TempDir(), "rewoo.db"), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.callers.Go(func() {
		if _, err := c.Step(ctx, said("the first", 900), gives(flows.Output{})); err != nil {
			t.Error(err)
		}
	})
	<-inside
	return c
}

// waits runs f in a goroutine of its own, and returns when its call waits behind all others.
func (c *crowd) waits(f func()) {
	c.t.Helper()
	n := c.waiting()
	c.callers.Go(f)
	for end := time.Now().Add(10 * time.Second); c.waiting() == n; runtime.Gosched() {
		if time.Now().After(end) {
			c.t.Fatal("it does not wait")
		}
	}
}

func (c *crowd) waiting() int {
	c.writers.mu.Lock()
	defer c.writers.mu.Unlock()
	return len(c.writers.waiting[prompt]) + len(c.writers.waiting[scheduled])
}

// letGo lets the first commit go, and waits for all callers. It tells how many more commits there were.
func (c *crowd) letGo() int {
	close(c.release)
	c.callers.Wait()
	return int(c.commits.Load()) - 1
}

// step queues a step that must succeed.
func (c *crowd) step(ev flows.Event, m flows.Machine) {
	c.t.Helper()
	c.waits(func() {
		if _, err := c.Step(ctx, ev, m); err != nil {
			c.t.Errorf("%s: %v", ev.ID, err)
		}
	})
}

// tally makes unit n, or counts in it, and says the count.
func tally(n int, ran *atomic.Int64) fake {
	return does(func(in flows.Input, ev flows.Event) flows.Output {
		ran.Add(1)
		s := in.Self
		if s.Unit == "" {
			s = alone(n, n)
		}
		p := &s.People[0]
		p.LastMsg++
		return flows.Output{States: []flows.State{s}, Messages: []flows.Message{{ID: fmt.Sprint(p.LastMsg), To: p.ID, Body: []flows.Block{{Text: ev.ID}}}}}
	})
}

func TestThoseWhoWaitShareACommit(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	for i := range 200 {
		c.step(said(fmt.Sprint("e", i), i), tally(i, &ran))
	}
	c.step(said("e7", 7), never(t)) // seen, though nobody has committed that yet
	c.waits(func() {
		if err := c.Done(ctx, "no such key", flows.Address{}, ""); err != nil {
			t.Error(err)
		}
	})
	if n := c.letGo(); n != 1 || ran.Load() != 200 {
		t.Errorf("%d commits, %d runs", n, ran.Load())
	}
	if snap := check(t, c.DB); len(snap.States) != 200 || len(snap.Outbox) != 200 {
		t.Errorf("%d units, %d messages", len(snap.States), len(snap.Outbox))
	}
	commits := c.commits.Load()
	if err := c.Done(ctx, "no such key", flows.Address{}, ""); err != nil {
		t.Error(err)
	}
	step1(t, c.DB, said("e7", 7), never(t))
	if n := c.commits.Load() - commits; n != 0 {
		t.Errorf("%d commits of nothing", n)
	}
	for i, q := range heads(t, c.DB) {
		c.callers.Go(func() {
			if err := c.Done(ctx, q.Key, flows.Address{}, ""); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	c.callers.Wait()
	if n := len(heads(t, c.DB)); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestGroupsAreBounded(t *testing.T) {
	c := newCrowd(t)
	biggest, size, group := 0, 0, 0
	for range maxGroup + 100 {
		c.waits(func() {
			c.update(ctx, prompt, "test", func(tx *bolt.Tx) error {
				if tx.ID() != group {
					group, size = tx.ID(), 0
				}
				size++
				biggest = max(biggest, size)
				return nil
			})
		})
	}
	if n := c.letGo(); n != 2 || biggest != maxGroup {
		t.Errorf("%d commits, the biggest of %d", n, biggest)
	}
}

// Among 64, one panics after others of its unit have written, and one finds damage: the others are committed, in order.
func TestOneFailsAmongMany(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	var failed [2]error
	for i := range 64 {
		ev := said(fmt.Sprintf("e%02d", i), i%8)
		switch i {
		case 30:
			c.waits(func() {
				_, failed[0] = c.Step(ctx, ev, does(func(in flows.Input, _ flows.Event) flows.Output {
					panic("a private word of " + in.Self.People[0].Addr.User)
				}))
			})
		case 50:
			c.waits(func() {
				failed[1] = c.update(ctx, prompt, "test", func(tx *bolt.Tx) error {
					if err := tx.Bucket([]byte(bSeen)).Put([]byte("half a step"), nil); err != nil {
						return err
					}
					return &DamageError{bState, "a test"}
				})
			})
		default:
			c.step(ev, tally(i%8, &ran))
		}
	}
	if n := c.letGo(); n != 3 { // before, between, behind
		t.Errorf("%d commits", n)
	}
	if n := ran.Load(); n > 2*62 {
		t.Errorf("62 steps ran %d times", n)
	}
	if err := failed[0]; err == nil || err.Error() != "step: panic (string), nothing was changed" {
		t.Errorf("the panic: %v", err)
	}
	var de *DamageError
	if !errors.As(failed[1], &de) {
		t.Errorf("the damage: %v", failed[1])
	}
	if log := c.log.String(); strings.Count(log, "panic (string), nothing") != 1 || strings.Contains(log, "private") || !strings.Contains(log, "group_test.go") {
		t.Errorf("log: %s", log)
	}
	snap := check(t, c.DB)
	if len(snap.Outbox) != 62 {
		t.Errorf("%d messages", len(snap.Outbox))
	}
	inOrder(t, snap)
	if res, err := c.Step(ctx, said("e30", 6), gives(flows.Output{})); err != nil || res.Seen {
		t.Errorf("what panicked is seen: %v", err)
	}
}

// inOrder sees to it that messages were queued in the order of their texts.
func inOrder(t *testing.T, snap Snapshot) {
	t.Helper()
	last := ""
	for _, q := range snap.Outbox {
		text := q.Message.Body[0].Text
		if text <= last {
			t.Errorf("%s after %s", text, last)
		}
		last = text
	}
}

// What a step is told when it runs again is told about its last run.
func TestResultIsOfTheLastRun(t *testing.T) {
	c := newCrowd(t)
	runs := 0
	c.waits(func() {
		res, err := c.Step(ctx, said("e", 1), does(func(flows.Input, flows.Event) flows.Output {
			runs++
			out := flows.Output{States: []flows.State{alone(1, 1)}}
			if runs == 1 {
				out.Messages = []flows.Message{{ID: "m", To: person(1)}}
			}
			return out
		}))
		if err != nil || res.Queued != 0 {
			t.Errorf("%+v %v", res, err)
		}
	})
	c.waits(func() { c.update(ctx, prompt, "test", func(*bolt.Tx) error { return errors.New("no") }) })
	c.letGo()
	if n := len(check(t, c.DB).Outbox); runs != 2 || n != 0 {
		t.Errorf("%d runs, %d messages", runs, n)
	}
}

func TestStepsOfOneUnitSeeEachOther(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	for i := range 100 {
		c.step(said(fmt.Sprintf("e%02d", i), 1), tally(1, &ran))
	}
	if n := c.letGo(); n != 1 {
		t.Errorf("%d commits", n)
	}
	snap := check(t, c.DB)
	if n := snap.States[0].People[0].LastMsg; n != 100 {
		t.Errorf("%d steps took effect", n)
	}
	inOrder(t, snap)
}

// A commit that fails fails all of its group, and the next one goes on.
func TestCommitThatFails(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	hold := c.hold
	var bad atomic.Bool
	bad.Store(true)
	c.DB.hold = func() {
		hold()
		if bad.CompareAndSwap(true, false) {
			panic("as if the disk were gone")
		}
	}
	errs := make(chan error, 10)
	for i := range 10 {
		c.waits(func() {
			_, err := c.Step(ctx, said(fmt.Sprint("e", i%9), i%9), tally(i%9, &ran)) // the last is seen in its group, and yet not on the disk
			errs <- err
		})
	}
	c.letGo()
	for range 10 {
		if err := <-errs; err == nil {
			t.Error("acknowledged")
		}
	}
	if n := len(check(t, c.DB).States); n != 0 {
		t.Errorf("%d units", n)
	}
	step1(t, c.DB, said("e1", 1), tally(1, &ran))
}

// A machine that ends its goroutine, as t.Fatal in it does, leaves nobody waiting.
func TestMachineEndsItsGoroutine(t *testing.T) {
	c := newCrowd(t)
	errs := make(chan error, 3)
	for i := range 3 {
		c.waits(func() {
			err := errors.New("ended")
			defer func() { errs <- err }()
			_, err = c.Step(ctx, said(fmt.Sprint("e", i), i), does(func(flows.Input, flows.Event) flows.Output {
				runtime.Goexit()
				return flows.Output{}
			}))
		})
	}
	c.letGo()
	for range 3 {
		if err := <-errs; err == nil {
			t.Error("acknowledged")
		}
	}
	put(t, c.DB, alone(1, 1))
}
