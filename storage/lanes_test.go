package storage

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// A reply passes ten thousand timers that were there first.
func TestReplyPassesTheClock(t *testing.T) {
	c := newCrowd(t)
	const many = 10_000
	fired := make([]*call, many)
	before := 0
	for i := range fired { // without ten thousand goroutines: one answers for all
		fired[i] = &call{ctx: ctx, what: "test", run: func(*bolt.Tx) error { before++; return nil }}
		if err := c.writers.join(fired[i], scheduled); err != nil {
			t.Fatal(err)
		}
	}
	for i, kind := range []flows.Kind{flows.Said, flows.Pressed, flows.Other, flows.Gone} {
		ev := said(string(kind), i)
		ev.Kind = kind
		c.step(ev, does(func(flows.Input, flows.Event) flows.Output {
			if before != 0 {
				t.Errorf("%s came after %d timers", kind, before)
			}
			return flows.Output{}
		}))
	}
	c.waits(func() { // Done too
		if err := c.Done(ctx, "no such key", flows.Address{}, ""); err != nil || len(c.later(fired)) < many/2 { // a group or two may have gone before this looks
			t.Errorf("%d of %d timers wait (%v)", len(c.later(fired)), many, err)
		}
	})
	c.waits(func() { // and the clock has its place after them
		if _, err := c.Step(ctx, flows.Event{ID: "timer", Kind: flows.Fired, Unit: unit(1), Timer: "t", Due: t0, At: t0}, never(t)); err != nil {
			t.Error(err)
		}
		if n := len(c.later(fired)); n != 0 {
			t.Errorf("%d timers that came first wait", n)
		}
	})
	c.callers.Go(func() {
		for _, f := range fired {
			if <-f.wake; f.leads {
				c.lead()
			}
		}
	})
	c.letGo()
	if before != many {
		t.Errorf("%d timers ran", before)
	}
}

// later gives those of calls that still wait.
func (c *crowd) later(calls []*call) []*call {
	c.writers.mu.Lock()
	defer c.writers.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(calls), func(f *call) bool { return !slices.Contains(c.writers.waiting[scheduled], f) })
}

func TestLanesShareAGroup(t *testing.T) {
	for _, c := range []struct{ p, s, wantP, wantS int }{
		{1, 0, 1, 0}, {0, 1, 0, 1}, {1, 1, 1, 1}, {600, 0, 512, 0}, {0, 600, 0, 128},
		{1, 600, 1, 16}, {100, 600, 100, 25}, {100, 3, 100, 3}, {512, 3, 509, 3}, {9999, 9999, 384, 128}, {400, 9999, 400, 100},
	} {
		w := &writers{}
		for range c.p {
			w.waiting[prompt] = append(w.waiting[prompt], &call{what: "p"})
		}
		for range c.s {
			w.waiting[scheduled] = append(w.waiting[scheduled], &call{what: "s"})
		}
		group := w.take()
		p := 0
		for p < len(group) && group[p].what == "p" {
			p++
		}
		if s := len(group) - p; p != c.wantP || s != c.wantS {
			t.Errorf("of %d and %d it takes %d and %d", c.p, c.s, p, s)
		}
		if p+len(w.waiting[prompt]) != c.p || len(group)-p+len(w.waiting[scheduled]) != c.s {
			t.Errorf("of %d and %d some are lost", c.p, c.s)
		}
	}
	for p := range 1200 { // a place of five, whatever waits
		w := &writers{}
		w.waiting[prompt], w.waiting[scheduled] = make([]*call, p), make([]*call, 1000)
		n := len(w.take())
		if s := 1000 - len(w.waiting[scheduled]); n > maxGroup || 5*s < n {
			t.Fatalf("beside %d the clock has %d places of %d", p, s, n)
		}
	}
}

// The clock comes to its turn though replies never stop coming.
func TestClockDoesNotStarve(t *testing.T) {
	c := newCrowd(t)
	var stop atomic.Bool
	var replies atomic.Int64
	for range 40 {
		c.waits(func() {
			for !stop.Load() {
				c.update(ctx, prompt, "test", func(*bolt.Tx) error { return nil })
				replies.Add(1)
			}
		})
	}
	var timers sync.WaitGroup
	for range 200 {
		timers.Add(1)
		c.waits(func() {
			defer timers.Done()
			if err := c.update(ctx, scheduled, "test", func(*bolt.Tx) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	go func() {
		timers.Wait()
		stop.Store(true)
	}()
	defer time.AfterFunc(20*time.Second, func() { stop.Store(true) }).Stop()
	c.letGo()
	if n := replies.Load(); n > 40*200 {
		t.Errorf("200 timers waited for %d replies", n)
	}
}
