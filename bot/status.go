package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rewoo/flows"
)

// Status is how the bot is doing, for whoever runs it. It holds no ids and no content, and tells nothing of anybody that their
// partner may not know: on a server with one couple it is one of the two who reads it. So people who cannot be reached appear
// nowhere, neither as a failure nor in a number of messages that wait.
type Status struct {
	Started   time.Time        `json:"started,omitzero"` // zero: it does not run
	Platforms []PlatformStatus `json:"platforms"`        // by name
	Overdue   int              `json:"overdue"`          // timers that should have fired; no more than a thousand are counted
	NextDue   time.Time        `json:"next_due,omitzero"`
}

// PlatformStatus is one platform's part of it. The numbers are those of people: of each only the first message counts.
type PlatformStatus struct {
	Name        string     `json:"name"`
	Health      *Health    `json:"health,omitempty"`      // nil: its adapter does not know
	Problem     string     `json:"problem,omitempty"`     // why the adapter does not run, or why it did not last time
	Down        bool       `json:"down,omitempty"`        // the adapter does not run; it is tried again at ClosedUntil
	ClosedUntil time.Time  `json:"closed_until,omitzero"` // nothing is sent until then
	Replies     int        `json:"replies"`               // wait to be sent
	Cards       int        `json:"cards"`                 // likewise
	Scheduled   int        `json:"scheduled"`             // likewise
	BackingOff  int        `json:"backing_off"`           // of these, have failed and will be tried again later
	LastOnline  time.Time  `json:"last_online,omitzero"`  // in reach
	Failures    []Failures `json:"failures,omitempty"`    // of sends, since the start, by class
}

// Failures are failed sends of one class.
type Failures struct {
	Class Class     `json:"class"`
	Code  string    `json:"code,omitempty"` // of the last one
	Last  time.Time `json:"last"`
	Count int       `json:"count"`
}

// overdueMost is how many overdue timers are counted.
const overdueMost = 1000

// Status tells how the bot is doing. It may be called at any time.
func (b *Bot) Status(ctx context.Context) (Status, error) {
	var s Status
	counts, err := b.ask(ctx)
	if err != nil {
		return s, err
	}
	s.Platforms = counts
	if at := b.since.Load(); at != 0 {
		s.Started = time.Unix(0, at).UTC()
	}
	for _, a := range b.adapters {
		p := statusOf(&s, a.Name())
		if prober, ok := a.(Prober); ok {
			h := prober.Health()
			p.Health = &h
		}
		w := b.watches[a.Name()]
		w.mu.Lock()
		p.Problem, p.Down = w.problem, w.down
		if w.until.After(p.ClosedUntil) {
			p.ClosedUntil = w.until
		}
		w.mu.Unlock()
		if p.LastOnline, err = b.LastOnline(ctx, a.Name()); err != nil {
			return s, err
		}
	}
	slices.SortFunc(s.Platforms, func(a, b PlatformStatus) int { return strings.Compare(a.Name, b.Name) })
	now := b.now()
	due, next, err := b.store.Due(ctx, now, overdueMost)
	if err != nil {
		return s, fmt.Errorf("bot: time index: %w", err)
	}
	s.Overdue, s.NextDue = len(due), next
	return s, nil
}

// statusOf finds a platform's part, or makes it.
func statusOf(s *Status, name string) *PlatformStatus {
	i := slices.IndexFunc(s.Platforms, func(p PlatformStatus) bool { return p.Name == name })
	if i < 0 {
		s.Platforms = append(s.Platforms, PlatformStatus{Name: name})
		i = len(s.Platforms) - 1
	}
	return &s.Platforms[i]
}

// ask asks the deliverer what it knows; nothing if it does not run.
func (b *Bot) ask(ctx context.Context) ([]PlatformStatus, error) {
	if !b.started.Load() {
		return nil, nil
	}
	answer := make(chan []PlatformStatus, 1)
	select {
	case b.asks <- answer:
		return <-answer, nil
	case <-b.stopped:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// counts says what waits.
func (d *deliverer) counts() []PlatformStatus {
	now := time.Now()
	all := make([]PlatformStatus, 0, len(d.posts))
	for _, p := range d.posts {
		s := PlatformStatus{Name: p.name}
		if p.closed.After(now) {
			s.ClosedUntil = p.closed
		}
		for _, f := range p.failures {
			s.Failures = append(s.Failures, *f)
		}
		slices.SortFunc(s.Failures, func(a, b Failures) int { return strings.Compare(string(a.Class), string(b.Class)) })
		for a, l := range d.lines {
			if a.platform != p.name || d.holds.has(a) {
				continue
			}
			switch flows.Lane(l.lane) {
			case flows.LaneReply:
				s.Replies++
			case flows.LaneCard:
				s.Cards++
			default:
				s.Scheduled++
			}
			if l.tries > 0 || l.next.After(now) {
				s.BackingOff++
			}
		}
		all = append(all, s)
	}
	return all
}

// note counts a failed send. What says that somebody cannot be reached is left out, like them.
func (p *postbox) note(failure *SendError, now time.Time) {
	if failure == nil || failure.Class == Unreachable {
		return
	}
	f := p.failures[failure.Class]
	if f == nil {
		f = &Failures{Class: failure.Class}
		p.failures[failure.Class] = f
	}
	f.Code, f.Last = failure.Code, now
	f.Count++
}
