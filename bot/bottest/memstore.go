package bottest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rewoo/flows"
)

// MemStore is a bot.Store without a disk: what it keeps lives as long as it does, so several bots, one after the other,
// may be started on it.
type MemStore struct {
	mu      sync.Mutex
	units   map[flows.UnitID]flows.State
	seen    map[string]time.Time
	outbox  []flows.Queued // in order of queueing
	journal []flows.Entry
	wrong   []time.Time // codes of nobody
	rows    int         // queued so far, for keys
	sent    map[sentKey]sent
	online  map[string]time.Time // platform → when it was in reach
	latest  time.Time            // of all events
}

// sentKey names a message that was sent, sent where it went and what the platform calls it.
type (
	sentKey struct {
		to flows.PersonID
		id string
	}
	sent struct {
		to  flows.Address
		ref string
		at  time.Time
	}
)

// NewMemStore makes an empty store.
func NewMemStore() *MemStore {
	return &MemStore{
		units: map[flows.UnitID]flows.State{}, seen: map[string]time.Time{}, sent: map[sentKey]sent{}, online: map[string]time.Time{},
	}
}

// Step handles ev: all of it or nothing.
func (s *MemStore) Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return flows.Result{}, err
	}
	if _, ok := s.seen[ev.ID]; ok {
		return flows.Result{Seen: true}, nil
	}
	in, ok := s.load(ev)
	if !ok { // a timer that is no more
		s.seen[ev.ID] = ev.At
		return flows.Result{}, nil
	}
	if key := m.Needs(in.Self, in.Who, ev); key != "" {
		in.Other = s.find(key, in.Self.Unit)
	}
	out := m.Step(in, ev)
	rows, err := s.queue(in, ev, out)
	if err != nil {
		return flows.Result{}, err
	}
	s.keep(in, ev, out)
	s.outbox = append(s.outbox, rows...)
	s.forgetSent()
	s.seen[ev.ID] = ev.At
	if ev.At.After(s.latest) {
		s.latest = ev.At
	}
	res := flows.Result{Queued: len(rows)}
	for _, q := range rows {
		if !slices.Contains(res.To, q.Person) {
			res.To = append(res.To, q.Person)
		}
	}
	return res, nil
}

// load gives what ev is about: copies, with the timer that fired taken out.
func (s *MemStore) load(ev flows.Event) (in flows.Input, ok bool) {
	for _, at := range s.wrong {
		if ev.At.Sub(at) < 15*time.Minute {
			in.WrongCodes++
		}
	}
	if ev.Kind == flows.Fired {
		in.Self = s.units[ev.Unit].Clone()
		for i := range in.Self.People {
			p := &in.Self.People[i]
			for j, t := range p.Timers {
				if t.Name == ev.Timer && t.Due.Equal(ev.Due) {
					p.Timers = slices.Delete(p.Timers, j, j+1)
					in.Timer, in.Who = &t, p.ID
					return in, true
				}
			}
		}
		return in, false
	}
	for _, u := range s.units {
		for _, p := range u.People {
			if slices.ContainsFunc(p.Accounts(), ev.From.Same) {
				in.Self, in.Who = u.Clone(), p.ID
				return in, true
			}
		}
	}
	return in, true
}

// find gives a copy of the unit that Needs named, nil if there is none but self.
func (s *MemStore) find(key string, self flows.UnitID) *flows.State {
	kind, id, _ := strings.Cut(key, "/")
	for _, u := range s.units {
		if u.Unit != self && (kind == "unit" && string(u.Unit) == id || kind == "code" && slices.Contains(u.Codes(), id)) {
			u = u.Clone()
			return &u
		}
	}
	return nil
}

// queue makes outbox rows of what is to be said.
func (s *MemStore) queue(in flows.Input, ev flows.Event, out flows.Output) ([]flows.Queued, error) {
	var rows []flows.Queued
	for _, m := range out.Messages {
		units := append(slices.Clone(out.States), in.Self)
		if in.Other != nil {
			units = append(units, *in.Other)
		}
		to, ok := address(units, m.To)
		if m.At != nil {
			to = *m.At
		}
		if !ok && len(in.Self.People) == 0 { // a stranger who is not kept is answered all the same
			to, ok = ev.From, ev.From != flows.Address{}
		}
		if !ok {
			return nil, fmt.Errorf("message %s is for nobody", m.ID)
		}
		s.rows++
		q := flows.Queued{Key: fmt.Sprintf("%s/%012d", m.To, s.rows), Person: m.To, To: to, At: ev.At, Message: m}
		if to.Same(ev.From) {
			q.Answers = ev.ID
		}
		rows = append(rows, q)
	}
	return rows, nil
}

func address(units []flows.State, id flows.PersonID) (flows.Address, bool) {
	for _, u := range units {
		if p, ok := u.Person(id); ok {
			return p.Addr, true
		}
	}
	return flows.Address{}, false
}

func (s *MemStore) keep(in flows.Input, ev flows.Event, out flows.Output) {
	delete(s.units, in.Self.Unit)
	was := in.Self.People
	if in.Other != nil {
		delete(s.units, in.Other.Unit)
		was = append(slices.Clone(was), in.Other.People...)
	}
	left := map[flows.PersonID]bool{}
	for _, u := range out.States {
		if len(u.People) == 0 {
			continue
		}
		s.units[u.Unit] = u.Clone()
		for _, p := range u.People {
			left[p.ID] = true
			for _, old := range was {
				if old.ID == p.ID && old.Addr != p.Addr {
					s.readdress(p.ID, p.Addr)
				}
			}
		}
	}
	s.journal = slices.DeleteFunc(s.journal, func(e flows.Entry) bool {
		return !left[e.Person] && slices.ContainsFunc(was, func(p flows.Person) bool { return p.ID == e.Person })
	})
	for _, e := range out.Journal {
		s.journal = slices.DeleteFunc(s.journal, func(old flows.Entry) bool { return old.Person == e.Person && old.ID == e.ID })
		s.journal = append(s.journal, e)
	}
	if out.WrongCode {
		s.wrong = append(s.wrong, ev.At)
	}
}

// Due reads the timers of all units.
func (s *MemStore) Due(ctx context.Context, now time.Time, limit int) (due []flows.Due, next time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.units {
		for _, p := range u.People {
			for _, t := range p.Timers {
				if !t.Due.After(now) {
					due = append(due, flows.Due{Unit: u.Unit, Timer: t.Name, At: t.Due})
				} else if next.IsZero() || t.Due.Before(next) {
					next = t.Due
				}
			}
		}
	}
	slices.SortFunc(due, func(a, b flows.Due) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(string(a.Unit)+a.Timer, string(b.Unit)+b.Timer)
	})
	return due[:min(limit, len(due))], next, ctx.Err()
}

// Prune forgets marks of more than a week ago, and entries past their time.
func (s *MemStore) Prune(ctx context.Context, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range s.seen {
		if now.Sub(at) > 7*24*time.Hour {
			delete(s.seen, id)
		}
	}
	for k, m := range s.sent {
		if now.Sub(m.at) > 8*24*time.Hour {
			delete(s.sent, k)
		}
	}
	s.journal = slices.DeleteFunc(s.journal, func(e flows.Entry) bool { return now.After(e.Until) })
	return ctx.Err()
}

// Units gives a copy of every unit, in no order: for tests.
func (s *MemStore) Units() []flows.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []flows.State
	for _, u := range s.units {
		out = append(out, u.Clone())
	}
	return out
}

// Journal gives what is kept, by person and then by id: for tests.
func (s *MemStore) Journal() []flows.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.journal)
	slices.SortFunc(out, func(a, b flows.Entry) int {
		return strings.Compare(string(a.Person)+"/"+a.ID, string(b.Person)+"/"+b.ID)
	})
	return out
}
