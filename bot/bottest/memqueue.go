package bottest

import (
	"context"
	"slices"
	"strings"
	"time"

	"rewoo/flows"
)

// Heads gives the first waiting row of every person that has one, or of those that are named, oldest first.
func (s *MemStore) Heads(ctx context.Context, of ...flows.PersonID) ([]flows.Queued, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var heads []flows.Queued
	has := map[flows.PersonID]bool{}
	for _, q := range s.outbox {
		if !has[q.Person] && (len(of) == 0 || slices.Contains(of, q.Person)) {
			has[q.Person] = true
			if on, ok := s.sent[sentKey{q.Person, q.Message.On}]; ok && q.Message.Op != flows.Show {
				q.Left = !q.To.Same(on.to)
				q.To, q.Ref = on.to, on.ref
			}
			heads = append(heads, q)
		}
	}
	return heads, ctx.Err()
}

// Done removes a row, and keeps what the platform calls its message.
func (s *MemStore) Done(ctx context.Context, key string, at flows.Address, ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.outbox {
		switch {
		case q.Key != key:
		case q.Message.Op == flows.Delete:
			delete(s.sent, sentKey{q.Person, q.Message.On})
		case q.Message.Op == flows.Show && ref != "":
			since := q.At
			if s.latest.After(since) {
				since = s.latest
			}
			if at == (flows.Address{}) {
				at = q.To
			}
			s.sent[sentKey{q.Person, q.Message.ID}] = sent{at, ref, since}
		}
	}
	s.outbox = slices.DeleteFunc(s.outbox, func(q flows.Queued) bool { return q.Key == key })
	s.forgetSent()
	return ctx.Err()
}

// forgetSent forgets what was sent to those who are in no unit and have nothing to wait for.
func (s *MemStore) forgetSent() {
	if len(s.sent) == 0 {
		return
	}
	known := map[flows.PersonID]bool{}
	for _, u := range s.units {
		for _, p := range u.People {
			known[p.ID] = true
		}
	}
	for _, q := range s.outbox {
		known[q.Person] = true
	}
	for k := range s.sent {
		if !known[k.to] {
			delete(s.sent, k)
		}
	}
}

// readdress sends what waits for somebody after them.
func (s *MemStore) readdress(id flows.PersonID, to flows.Address) {
	for i := range s.outbox {
		q := &s.outbox[i]
		if q.Person != id || q.Message.At != nil {
			continue
		}
		if !q.To.Same(to) {
			q.Answers = ""
		}
		q.To = to
	}
}

// Mark notes when a row was about to be sent.
func (s *MemStore) Mark(ctx context.Context, key string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.outbox {
		if s.outbox[i].Key == key {
			s.outbox[i].Marked = at
		}
	}
	return ctx.Err()
}

// Online notes that a platform was in reach.
func (s *MemStore) Online(ctx context.Context, platform string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.online[platform] = at
	return ctx.Err()
}

// LastOnline is what Online noted last.
func (s *MemStore) LastOnline(ctx context.Context, platform string) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.online[platform], ctx.Err()
}

// People lists the accounts of a platform.
func (s *MemStore) People(ctx context.Context, platform, after string, limit int, keep func(*flows.Person) bool) (page []flows.Address, next string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.units {
		for _, p := range u.Clone().People {
			for i, a := range p.Accounts() {
				if a.Platform == platform && a.User > after && (keep == nil || i == 0 && keep(&p)) {
					page = append(page, a)
				}
			}
		}
	}
	slices.SortFunc(page, func(a, b flows.Address) int { return strings.Compare(a.User, b.User) })
	if len(page) > limit {
		page = page[:limit]
		next = page[limit-1].User
	}
	return page, next, ctx.Err()
}
