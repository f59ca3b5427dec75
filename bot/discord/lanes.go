package discord

import (
	"context"
	"sync"
	"time"
)

const (
	laneMost   = 64   // events that wait for one person
	lanesMost  = 8192 // and for all
	workers    = 32   // handle what people do now
	slowpokes  = 4    // fetch what was missed
	fetchTries = 3
	gapsMost   = slowEvery * 100 // what can be fetched in 100 s: after 150 s without a note people are asked again
)

// lanes are what waits to be handled: each person's in order, people side by side. A person who writes faster than
// they can be answered keeps a short queue here and the rest on Discord: behind their last event a fetch stands in line.
type lanes struct {
	mu     sync.Mutex
	room   *sync.Cond // something was taken out, or all ends
	work   *sync.Cond // something may be taken out, or all ends
	people map[string]*lane
	now    []*lane // with something that was done just now; may name a lane twice, or one that is empty
	slow   []*lane // that only have a fetch of what was missed
	total  int     // events in all queues
	behind int     // lanes that wait for a fetch after a gap, as far as they count
	ended  bool
}

type lane struct {
	user, chat string
	queue      []item
	busy       bool   // a worker has it
	parked     bool   // a fetch failed, and is to be tried later
	skipped    string // the newest message that was left on Discord
}

// item is an event, or a fetch.
type item struct {
	at    time.Time // since when it waits
	in    incoming
	reply *reply
	fetch *fetch
	chat  string // where to fetch from, when it is taken
}

// fetch asks for what a person wrote after a message.
type fetch struct {
	after  string
	gap    bool // it closes a gap of the connection, not of the queue
	counts bool // in behind
	tries  int
}

func newLanes(ctx context.Context) *lanes {
	l := &lanes{people: map[string]*lane{}}
	l.room, l.work = sync.NewCond(&l.mu), sync.NewCond(&l.mu)
	context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ended = true
		l.room.Broadcast()
		l.work.Broadcast()
	})
	return l
}

func (l *lanes) of(user, chat string) *lane {
	p := l.people[user]
	if p == nil {
		p = &lane{user: user}
		l.people[user] = p
	}
	if chat != "" {
		p.chat = chat
	}
	return p
}

// put adds an event. It waits while there are too many in all. It tells whether the event will be handled.
func (l *lanes) put(it item) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.total >= lanesMost && !l.ended {
		l.room.Wait()
	}
	if l.ended {
		return false
	}
	p := l.of(it.in.event.From.User, it.in.event.From.Chat)
	if len(p.queue) >= laneMost {
		return l.leave(p, it)
	}
	it.at = time.Now()
	p.queue = append(p.queue, it)
	l.total++
	l.ready(p)
	return true
}

// ready puts a lane where a worker finds it.
func (l *lanes) ready(p *lane) {
	if p.busy || p.parked || len(p.queue) == 0 {
		return
	}
	if len(p.queue) == 1 && p.queue[0].fetch != nil && p.queue[0].fetch.gap {
		l.slow = append(l.slow, p)
	} else {
		l.now = append(l.now, p)
	}
	l.work.Broadcast()
}

// take gives the first item of the next lane that nobody has, and keeps the lane for the caller until done. ok is
// false when all ends.
func (l *lanes) take(slow bool) (p *lane, it item, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if l.ended {
			return nil, item{}, false
		}
		list := &l.now
		if slow {
			list = &l.slow
		}
		for len(*list) > 0 {
			p := (*list)[0]
			*list = (*list)[1:]
			if !p.busy && !p.parked && len(p.queue) > 0 && l.people[p.user] == p {
				p.busy = true
				it := p.queue[0]
				it.chat = p.chat
				return p, it, true
			}
		}
		l.work.Wait()
	}
}

// done gives the lane back, without its first item.
func (l *lanes) done(p *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(p)
	l.release(p)
}

// drop takes the first item out. l.mu is held.
func (l *lanes) drop(p *lane) {
	it := p.queue[0]
	p.queue[0] = item{}
	p.queue = p.queue[1:]
	if it.fetch == nil {
		l.total--
		l.room.Signal()
	} else if it.fetch.counts {
		l.behind--
	}
}

// more gives the lane back with its first item still there: a fetch that is to go on, after d.
func (l *lanes) more(p *lane, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d > 0 {
		p.parked = true
		time.AfterFunc(d, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			p.parked = false
			l.ready(p)
		})
	}
	l.release(p)
}

func (l *lanes) release(p *lane) {
	p.busy = false
	if len(p.queue) == 0 {
		delete(l.people, p.user)
		return
	}
	l.ready(p)
}

// caughtUp tells whether no gap is open.
func (l *lanes) caughtUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.behind == 0
}

// slower tells whether something has waited for longer than d.
func (l *lanes) slower(d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.people {
		for _, it := range p.queue[:min(1, len(p.queue))] {
			if it.fetch == nil && time.Since(it.at) > d {
				return true
			}
		}
	}
	return false
}
