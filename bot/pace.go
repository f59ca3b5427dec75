package bot

import (
	"time"

	"rewoo/flows"
)

const (
	maxScheduled = 12          // of the sends under way: the rest is for people who wait for an answer
	fairness     = 5           // of so many sends one is scheduled, if any waits, so that those never starve
	slowest      = 1.0         // sends a second, however often a platform says that it was too fast
	together     = time.Second // two chats that are limited within this mean everybody
	recovers     = 1.0 / 60    // sends a second that come back every second
	chatsKept    = 4096        // chats whose pace is remembered before those that are over are looked for
)

// postbox is one platform's side of the picture.
type postbox struct {
	name     string
	adapter  Adapter // nil: rows for a platform that is not configured wait until they are too old
	pace     Pace
	watch    *watch
	flying   int
	clocked  int                   // of these, scheduled ones
	ready    [lanes][]flows.Queued // may be sent now: replies, then cards, then what comes by the clock
	closed   time.Time             // a limit for everybody holds until then
	free     time.Time             // the next send may leave then
	since    int                   // sends since a scheduled one, while one waited
	rate     float64               // sends a second, at slowed
	slowed   time.Time
	limited  time.Time             // when somebody was limited last
	chats    map[account]time.Time // when all that a chat got will have been paid for
	failures map[Class]*Failures
}

func newPostbox(name string, a Adapter, w *watch) *postbox {
	p := &postbox{name: name, adapter: a, watch: w, chats: map[account]time.Time{}, failures: map[Class]*Failures{}}
	if paced, ok := a.(Pacer); ok {
		p.pace = paced.Pace()
	}
	p.rate = p.pace.PerSecond
	return p
}

// open tells whether the platform takes anything from us.
func (p *postbox) open(now time.Time) bool { return !p.closed.After(now) && !p.watch.isDown() }

// startable tells whether something will be sent before long, without anything having to happen first.
func (p *postbox) startable(now time.Time) bool {
	if !p.open(now) {
		return false
	}
	for _, rows := range p.ready {
		if len(rows) > 0 {
			return true
		}
	}
	return false
}

// pick gives the lane whose turn it is; false if nothing may start, whatever the time.
func (p *postbox) pick() (lane int, ok bool) {
	if p.flying >= maxSends || p.watch.isDown() {
		return 0, false
	}
	last := lanes - 1
	clock := len(p.ready[last]) > 0 && p.clocked < maxScheduled
	if clock && p.pace.PerSecond > 0 && p.since >= fairness-1 {
		return last, true
	}
	for i := range p.ready[:last] {
		if len(p.ready[i]) > 0 {
			return i, true
		}
	}
	return last, clock
}

// opens is when the next row may leave, as far as time decides it.
func (p *postbox) opens() time.Time {
	if p.closed.After(p.free) {
		return p.closed
	}
	return p.free
}

// take takes a row out of its lane.
func (p *postbox) take(lane int) flows.Queued {
	q := p.ready[lane][0]
	p.ready[lane][0] = flows.Queued{} // or the slice would keep it
	p.ready[lane] = p.ready[lane][1:]
	return q
}

// spend notes that a row of a lane leaves now.
func (p *postbox) spend(lane int, q flows.Queued, now time.Time) {
	p.since++
	if lane == lanes-1 || len(p.ready[lanes-1]) == 0 {
		p.since = 0
	}
	if p.pace.PerSecond > 0 {
		p.free = now.Add(time.Duration(float64(time.Second) / p.speed(now)))
	}
	if p.pace.ChatEvery <= 0 || q.Message.Op != flows.Show {
		return
	}
	a := accountOf(q.To)
	paid := p.chats[a]
	if paid.Before(now) {
		paid = now
	}
	p.chats[a] = paid.Add(p.pace.ChatEvery)
	if len(p.chats) >= chatsKept {
		for a, paid := range p.chats {
			if !paid.After(now) {
				delete(p.chats, a)
			}
		}
	}
}

// chatFree is when q may be sent, as far as its chat decides it.
func (p *postbox) chatFree(q flows.Queued) time.Time {
	paid, ok := p.chats[accountOf(q.To)]
	if !ok || q.Message.Op != flows.Show {
		return time.Time{}
	}
	return paid.Add(-time.Duration(max(p.pace.ChatBurst, 1)-1) * p.pace.ChatEvery)
}

// speed is how many sends a second the platform seems to take now.
func (p *postbox) speed(now time.Time) float64 {
	return min(p.rate+max(now.Sub(p.slowed).Seconds(), 0)*recovers, p.pace.PerSecond)
}

// limit notes that we were too fast: wait is how long the platform wants to be left alone. When it means all, or said so to two
// chats at once (one chat waits longer than that), unless it is exact about what it means, nobody gets anything, and afterwards all goes slower for a while.
func (p *postbox) limit(wait time.Duration, all bool, now time.Time) {
	again := !p.pace.Exact && now.Sub(p.limited) < together
	p.limited = now
	if !all && !again {
		return
	}
	until := now.Add(wait)
	if p.pace.PerSecond > 0 && !p.closed.After(now) { // the sends under way will say the same
		p.rate, p.slowed = max(p.speed(now)*0.8, min(slowest, p.pace.PerSecond)), until
	}
	if until.After(p.closed) {
		p.closed = until
	}
}
