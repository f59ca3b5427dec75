package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Group commit. bbolt lets one writer in, and what a commit costs is its flush to the disk, not its rows. So whoever comes
// while another commits waits in a lane, and the next transaction takes all that wait. No goroutine of its own does this: who
// finds nobody leading leads, which is to commit one group, his own call among it, and then to wake the first who
// waits, who leads the next. Nobody waits for company: a lone caller commits at once.

// lane is where a call waits.
type lane int

const (
	prompt    lane = iota // somebody is waiting for it, or it makes room: what people do, and Done
	scheduled             // what the clock does: Fired and Prune
	lanes
)

// How many calls make a group. What the clock does may come by the thousand at eight in the evening: a reply that comes
// meanwhile goes into the next group, before all of it, and waits for the group under way, which is short then. But in
// every group the clock gets a place of five, and a few more when replies are few.
const (
	maxGroup     = 512
	maxScheduled = 128 // when nothing else waits
	minScheduled = 16  // beside others
)

// call is a function on its way through a group.
type call struct {
	ctx   context.Context
	what  string
	run   func(tx *bolt.Tx) error // may run more than once; what it wrote counts only when the call's outcome is nil
	err   error                   // of the last run, then the outcome
	stack []byte                  // of a panic in the last run
	done  bool                    // err is the outcome
	leads bool                    // its caller is to commit the next group
	wake  chan struct{}           // closed when either is true; nil if the caller never waits
}

// writers is everybody who wants to write.
type writers struct {
	mu      sync.Mutex
	waiting [lanes][]*call // in order of arrival; if there are any, somebody leads
	leading bool
	last    int // calls in the group before; it belongs to whoever leads
	closed  bool
	idle    chan struct{} // made by close, closed when nobody leads any more
}

// join makes c wait, or lead if nobody does.
func (w *writers) join(c *call, l lane) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return berrors.ErrDatabaseNotOpen
	}
	if w.leading {
		c.wake = make(chan struct{})
	} else {
		w.leading, c.leads = true, true
	}
	w.waiting[l] = append(w.waiting[l], c)
	return nil
}

// leave takes c out again. It is false when that is too late: then c.wake tells the outcome, and soon.
func (w *writers) leave(c *call, l lane) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.waiting[l], c)
	if i < 0 || c.leads {
		return false
	}
	w.waiting[l] = slices.Delete(w.waiting[l], i, i+1)
	return true
}

// take takes the next group out of the lanes. Who leads is in it: he is the first of his lane.
func (w *writers) take() []*call {
	if w.last > 1 {
		runtime.Gosched() // those of the last group may be back with their next call: let them come
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p, s := len(w.waiting[prompt]), len(w.waiting[scheduled])
	if p == 0 {
		s = min(s, maxScheduled)
	} else {
		s = min(s, max((min(p, maxGroup)+3)/4, minScheduled))
		p = min(p, maxGroup-s)
	}
	group := slices.Concat(w.waiting[prompt][:p], w.waiting[scheduled][:s])
	w.waiting[prompt] = slices.Delete(w.waiting[prompt], 0, p)
	w.waiting[scheduled] = slices.Delete(w.waiting[scheduled], 0, s)
	w.last = len(group)
	return group
}

// pass lets the first who waits lead.
func (w *writers) pass() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, calls := range w.waiting {
		if len(calls) > 0 {
			calls[0].leads = true
			close(calls[0].wake)
			return
		}
	}
	w.leading = false
	if w.idle != nil {
		close(w.idle)
		w.idle = nil
	}
}

// close lets nobody in any more, and returns when all who waited have their answer.
func (w *writers) close() {
	w.mu.Lock()
	w.closed = true
	if w.leading && w.idle == nil {
		w.idle = make(chan struct{})
	}
	idle := w.idle
	w.mu.Unlock()
	if idle != nil {
		<-idle
	}
}

// lead commits one group and passes on. The machines of a whole group run on this goroutine: if one of them ends it
// (runtime.Goexit, as a test does that fails), nobody may wait for ever.
func (db *DB) lead() {
	group := db.writers.take()
	defer func() {
		for _, c := range group {
			if !c.done {
				c.answer(errors.New("the goroutine that wrote has ended, and nothing was changed"))
			}
		}
		db.writers.pass()
	}()
	live := make([]*call, 0, len(group))
	for _, c := range group {
		if err := c.ctx.Err(); err != nil { // it ended while c waited
			c.answer(err)
		} else {
			live = append(live, c)
		}
	}
	db.commit(live)
}

// commit runs calls in their order and answers each. bbolt cannot take back a part of a transaction: when a call
// fails, all is undone, those before it run again and are committed, and it comes first in the next transaction, where its
// failure harms nobody. So a call runs at most twice, and order stays.
func (db *DB) commit(calls []*call) {
	for len(calls) > 0 {
		failed, err := db.try(calls)
		switch {
		case failed < 0:
			for _, c := range calls {
				c.answer(err)
			}
			return
		case failed == 0:
			c := calls[0]
			if c.stack != nil {
				db.lg.Error("storage: a call failed", "in", c.what, "why", c.err, "stack", string(c.stack))
			}
			c.answer(c.err)
			calls = calls[1:]
		default:
			db.commit(calls[:failed])
			calls = calls[failed:]
		}
	}
}

// try runs calls in one transaction. If one fails, it says which and nothing is written; else failed is negative and err
// is what all of them get.
func (db *DB) try(calls []*call) (failed int, err error) {
	failed = -1
	defer func() {
		if p := recover(); p != nil { // of bbolt, on its way to the disk
			db.lg.Error("storage: panic, nothing was changed", "in", "commit", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			failed, err = -1, fmt.Errorf("commit: panic (%T), nothing was changed", p)
		}
	}()
	err = db.bolt.Update(func(tx *bolt.Tx) error {
		result := errNothing
		for i, c := range calls {
			switch c.try(tx); c.err {
			case nil:
				result = nil
			case errNothing:
			default:
				failed = i
				return c.err
			}
		}
		if result == nil && db.hold != nil {
			db.hold()
		}
		return result
	})
	return failed, err
}

// try runs the call once. A panic becomes an error; its value may hold what people wrote, where it came from does not.
func (c *call) try(tx *bolt.Tx) {
	defer func() {
		if p := recover(); p != nil {
			c.err, c.stack = fmt.Errorf("panic (%T), nothing was changed", p), debug.Stack()
		}
	}()
	c.stack = nil
	c.err = c.run(tx)
}

// answer tells the outcome.
func (c *call) answer(err error) {
	c.err, c.done = err, true
	if !c.leads {
		close(c.wake)
	}
}
