package bot

import (
	"container/list"
	"sync"
	"time"

	"rewoo/flows"
)

// Flood says how much one account may write: beyond it an event is acknowledged and not read. The person is told once, until
// they were quiet for a while. It is the platform's clock that counts, where an event says what that was: what somebody wrote in an
// hour in which nobody fetched it comes at once, and is not too much.
type Flood struct {
	PerSecond float64 // on the average; zero: 2
	Burst     int     // at once; zero: 60
	Accounts  int     // that are remembered, those who wrote last; zero: 10,000
}

// flood knows who wrote how much lately.
type flood struct {
	Flood

	mu    sync.Mutex
	by    map[account]*list.Element // of *tally
	order *list.List                // who wrote last comes first
}

// tally is one account's.
type tally struct {
	of    account
	dated allowance // for what has a time of its own
	other allowance
	told  bool
}

// allowance is how many events may still come at at.
type allowance struct {
	left float64
	at   time.Time
}

// allowance gives the one that an event is counted by.
func (t *tally) allowance(dated bool) *allowance {
	if dated {
		return &t.dated
	}
	return &t.other
}

// What becomes of an event.
type tide int

const (
	fine     tide = iota
	overflow      // the first that is too much: its person is to be told
	tooMuch
)

func newFlood(o *Flood) *flood {
	if o == nil {
		return nil
	}
	f := &flood{Flood: *o, by: map[account]*list.Element{}, order: list.New()}
	if f.PerSecond <= 0 {
		f.PerSecond = 2
	}
	if f.Burst <= 0 {
		f.Burst = 60
	}
	if f.Accounts <= 0 {
		f.Accounts = 10_000
	}
	return f
}

// judge counts an event of a that was sent at sent; zero: nobody knows.
func (f *flood) judge(a account, sent, now time.Time) tide {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tally(a)
	left := t.allowance(!sent.IsZero())
	if !sent.IsZero() && sent.Before(now) {
		now = sent
	}
	if now.After(left.at) {
		left.left = min(left.left+now.Sub(left.at).Seconds()*f.PerSecond, float64(f.Burst))
		left.at = now
	}
	if left.left >= float64(f.Burst)/2 {
		t.told = false
	}
	if left.left >= 1 {
		left.left--
		return fine
	}
	if t.told {
		return tooMuch
	}
	t.told = true
	return overflow
}

// known takes back what was counted: the event had been handled before.
func (f *flood) known(a account, sent time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	left := f.tally(a).allowance(!sent.IsZero())
	left.left = min(left.left+1, float64(f.Burst))
}

// tally finds an account, or makes room for it: who has not written for longest is forgotten.
func (f *flood) tally(a account) *tally {
	if e, ok := f.by[a]; ok {
		f.order.MoveToFront(e)
		return e.Value.(*tally)
	}
	if f.order.Len() >= f.Accounts {
		last := f.order.Back()
		delete(f.by, last.Value.(*tally).of)
		f.order.Remove(last)
	}
	full := allowance{left: float64(f.Burst)}
	t := &tally{of: a, dated: full, other: full}
	f.by[a] = f.order.PushFront(t)
	return t
}

// tooFast is a machine that reads nothing, and says so if it can.
type tooFast struct{ flows.Machine }

func (tooFast) Needs(flows.State, flows.PersonID, flows.Event) string { return "" }

func (m tooFast) Step(in flows.Input, ev flows.Event) flows.Output {
	if s, ok := m.Machine.(Slower); ok {
		return s.TooFast(in, ev)
	}
	return unchanged(in)
}
