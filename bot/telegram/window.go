package telegram

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// window holds the updates that were fetched and are not confirmed: at most a batch of them, since each call starts at
// the first of them. Those of one person are handed over one after the other, by one goroutine; people do not wait for
// each other. fetch alone calls its methods; the goroutines share what mu guards.
type window struct {
	offset int64 // where the next call starts; 0: at the earliest
	hand   func(update) error
	start  func(func() error)

	mu    sync.Mutex
	order []*item            // as they came
	known map[int64]*item    // the same, by id
	lanes map[string][]*item // by person: what is still to be handed over; a lane that is there has its goroutine
	open  int                // in order and not done
	moved chan struct{}      // 1 slot: open has become 0
}

type item struct {
	update
	done bool
}

func newWindow(hand func(update) error, start func(func() error)) *window {
	return &window{
		hand: hand, start: start, known: map[int64]*item{}, lanes: map[string][]*item{}, moved: make(chan struct{}, 1),
	}
}

// confirm moves the offset behind the updates all of whose predecessors are done, and tells whether the window is empty.
// Ids are no numbers to compare: after a quiet week they start anywhere.
func (w *window) confirm() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.order) > 0 && w.order[0].done {
		delete(w.known, w.order[0].id)
		w.offset = w.order[0].id + 1
		w.order = w.order[1:]
	}
	return len(w.order) == 0
}

// add takes what a call gave, and hands over what is new. It gives how many that are, and the bytes of those that have
// no id.
func (w *window) add(batch []json.RawMessage) (fresh, unreadable int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, raw := range batch {
		u, err := convert(raw)
		if err != nil {
			unreadable += max(len(raw), 1)
			continue
		}
		if w.known[u.id] != nil {
			continue
		}
		it := &item{update: u}
		w.order = append(w.order, it)
		w.known[u.id] = it
		w.open++
		fresh++
		lane, busy := w.lanes[u.person]
		w.lanes[u.person] = append(lane, it)
		if !busy {
			w.start(func() error { return w.drain(u.person) })
		}
	}
	return fresh, unreadable
}

// drain hands over what is on a lane, until nothing is or something fails.
func (w *window) drain(person string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lanes[person]) > 0 {
		it := w.lanes[person][0]
		w.mu.Unlock()
		err := w.hand(it.update)
		w.mu.Lock()
		if err != nil {
			return err // the lane stays: nothing behind it is handed over
		}
		w.lanes[person] = w.lanes[person][1:]
		it.done = true
		if w.open--; w.open == 0 {
			select {
			case w.moved <- struct{}{}:
			default:
			}
		}
	}
	delete(w.lanes, person)
	return nil
}

// wait returns when all is done, after a while, or when ctx ends, and tells whether all is done.
func (w *window) wait(ctx context.Context, while time.Duration) bool {
	late := time.NewTimer(while)
	defer late.Stop()
	for {
		w.mu.Lock()
		done := w.open == 0
		w.mu.Unlock()
		if done {
			return true
		}
		select {
		case <-w.moved:
		case <-late.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
