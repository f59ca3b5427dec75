package bot

import (
	"container/heap"
	"time"

	"rewoo/flows"
)

// waits knows at whom to look again when: rows that back off, and chats that just got something. So a row that waits costs one
// look at its person, not one at everybody.
type waits []wait

type wait struct {
	at     time.Time
	person flows.PersonID
}

func (w waits) Len() int           { return len(w) }
func (w waits) Less(i, j int) bool { return w[i].at.Before(w[j].at) }
func (w waits) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *waits) Push(x any)        { *w = append(*w, x.(wait)) }

func (w *waits) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	*w = (*w)[:last]
	return x
}

// later looks at the person of l again at at, unless that is so already.
func (d *deliverer) later(l *line, at time.Time) {
	if l.wake.Equal(at) {
		return
	}
	l.wake = at
	heap.Push(&d.waits, wait{at, l.person})
}

// wake gathers those whose time has come.
func (d *deliverer) wake(now time.Time) {
	for len(d.waits) > 0 && !d.waits[0].at.After(now) {
		d.fresh.add(heap.Pop(&d.waits).(wait).person)
	}
}
