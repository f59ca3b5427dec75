package bottest

import (
	"context"
	"errors"
	"sync"

	"rewoo/bot"
	"rewoo/flows"
)

var errFault = errors.New("the disk failed, on purpose")

// faults is a store that fails on request: from then on it fails always, as one that crashed would, until it is healed.
type faults struct {
	bot.Store
	mu      sync.Mutex
	where   fault
	hits    int
	blocked map[string]chan struct{} // user → closed when their steps may go on
}

// fault is where a store fails.
type fault int

const (
	nowhere      fault = iota
	beforeCommit       // a step does not happen
	afterCommit        // a step happens, and nobody is told
	beforeDone         // a message that was sent stays in the outbox
)

func (f *faults) set(where fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.where, f.hits = where, 0
}

func (f *faults) heal() { f.set(nowhere) }

// hit tells whether the fault struck.
func (f *faults) hit() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hits > 0
}

func (f *faults) strikes(where fault) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.where == where {
		f.hits++
	}
	return f.where == where
}

// block makes the steps of user wait until the function that it gives is called.
func (f *faults) block(user string) (goOn func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	gate := make(chan struct{})
	f.blocked = map[string]chan struct{}{user: gate}
	return sync.OnceFunc(func() { close(gate) })
}

func (f *faults) Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	if f.strikes(beforeCommit) {
		return flows.Result{}, errFault
	}
	f.mu.Lock()
	gate := f.blocked[ev.From.User]
	f.mu.Unlock()
	if gate != nil {
		<-gate
	}
	res, err := f.Store.Step(ctx, ev, m)
	if err == nil && f.strikes(afterCommit) {
		return flows.Result{}, errFault
	}
	return res, err
}

func (f *faults) Done(ctx context.Context, key string, at flows.Address, ref string) error {
	if f.strikes(beforeDone) {
		return errFault
	}
	return f.Store.Done(ctx, key, at, ref)
}
