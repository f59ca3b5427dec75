package storage

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/flows"
)

func TestCancelledWhileWaiting(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	soon, cancel := context.WithCancel(ctx)
	left := make(chan error)
	leave := func(id string) {
		c.waits(func() {
			_, err := c.Step(soon, said(id, 5), never(t))
			left <- err
		})
	}
	leave("the next to lead") // were it not gone by then
	c.step(said("e1", 1), tally(1, &ran))
	leave("in the middle")
	c.step(said("e2", 2), tally(2, &ran))
	leave("last")
	cancel()
	for range 3 { // at once, while the writer is held
		if err := <-left; err != context.Canceled {
			t.Error(err)
		}
	}
	if n := c.waiting(); n != 2 {
		t.Errorf("%d wait", n)
	}
	if n := c.letGo(); n != 1 || ran.Load() != 2 {
		t.Errorf("%d commits, %d runs", n, ran.Load())
	}
	if n := len(check(t, c.DB).States); n != 2 {
		t.Errorf("%d units", n)
	}
}

// Who is to lead may not leave: all others would wait for ever.
func TestCancelledWhenCalledToLead(t *testing.T) {
	w := &writers{}
	a, b := &call{ctx: ctx}, &call{ctx: ctx}
	w.join(a, prompt)
	w.take()
	w.join(b, prompt)
	w.pass()
	if w.leave(b, prompt) || !b.leads {
		t.Error("it left")
	}
	if group := w.take(); len(group) != 1 || group[0] != b {
		t.Errorf("%d calls", len(group))
	}
}

// Who is cancelled when it is too late to leave gets the truth, and who leads passes on all the same.
func TestCancelledTooLate(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	for i := range 50 {
		soon, cancel := context.WithCancel(ctx)
		c.waits(func() {
			id := fmt.Sprint("e", i)
			_, err := c.Step(soon, said(id, i), does(func(in flows.Input, ev flows.Event) flows.Output {
				cancel() // while it runs
				return tally(i, &ran).Step(in, ev)
			}))
			if err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	c.letGo()
	if n := len(check(t, c.DB).States); n != 50 {
		t.Errorf("%d units", n)
	}
	for i := range 300 { // any moment
		soon, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		for j := range 3 {
			c.callers.Go(func() { c.Step(ctx, said(fmt.Sprint("noise ", i, j), 60+j), tally(60+j, &ran)) })
		}
		go func() {
			_, err := c.Step(soon, said(fmt.Sprint("cancelled ", i), 70), tally(70, &ran))
			done <- err
		}()
		time.Sleep(time.Duration(i) * time.Microsecond)
		cancel()
		err := <-done
		res, serr := c.Step(ctx, said(fmt.Sprint("cancelled ", i), 70), gives(flows.Output{States: []flows.State{alone(70, 70)}}))
		if serr != nil || res.Seen != (err == nil) || err != nil && err != context.Canceled {
			t.Fatalf("%d: told %v, seen %v (%v)", i, err, res.Seen, serr)
		}
	}
	c.callers.Wait()
	check(t, c.DB)
}

func TestCloseAnswersAllWhoWait(t *testing.T) {
	c := newCrowd(t)
	var ran atomic.Int64
	const many = maxGroup + 88
	for i := range many {
		c.step(said(fmt.Sprint("e", i), i), tally(i, &ran))
	}
	path := c.bolt.Path()
	closed := make(chan error, 2)
	for range 2 {
		go func() { closed <- c.Close() }()
	}
	for !c.refuses() {
		runtime.Gosched()
	}
	late, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := c.Step(late, said("late", 1), never(t)); err == nil || late.Err() != nil { // at once
		t.Errorf("somebody gets in while it closes: %v", err)
	}
	select {
	case <-closed:
		t.Fatal("closed while somebody writes")
	case <-time.After(20 * time.Millisecond):
	}
	c.letGo()
	for range 2 {
		if err := <-closed; err != nil {
			t.Error(err)
		}
	}
	if _, err := c.Step(ctx, said("late", 1), never(t)); err == nil {
		t.Error("a closed database takes a step")
	}
	if n := len(check(t, reopen(t, path)).States); n != many {
		t.Errorf("%d of %d steps are there", n, many)
	}
}

func (c *crowd) refuses() bool {
	c.writers.mu.Lock()
	defer c.writers.mu.Unlock()
	return c.writers.closed
}
