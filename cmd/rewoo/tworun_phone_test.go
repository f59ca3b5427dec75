package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// phone is a platform in memory: it keeps what was sent, and can be blocked.
type phone struct {
	name string
	now  func() time.Time

	mu      sync.Mutex
	shown   map[string][]*bubble
	lines   map[string][]string
	blocked map[string]bool
}

func newPhone(name string, now func() time.Time) *phone {
	return &phone{name: name, now: now, shown: map[string][]*bubble{}, lines: map[string][]string{}, blocked: map[string]bool{}}
}

type bubble struct {
	m      flows.Message
	closed bool
}

func (ph *phone) Name() string { return ph.name }

func (ph *phone) Run(ctx context.Context, _ func(context.Context, flows.Event) error) error {
	<-ctx.Done()
	return nil
}

func (ph *phone) Send(_ context.Context, q flows.Queued) (string, error) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	who, m := q.To.User, q.Message
	plain, form := m, flows.Form{}
	if plain.Form = nil; m.Form != nil { // a pointer: in two lives two
		form = *m.Form
	}
	ph.lines[who] = append(ph.lines[who], fmt.Sprintf("%s %+v form %+v blocked %t", ph.now().Format(time.RFC3339Nano), plain, form, ph.blocked[who]))
	if ph.blocked[who] {
		return "", &bot.SendError{Class: bot.Unreachable, Code: "403"}
	}
	if m.Op == flows.Show {
		ph.shown[who] = append(ph.shown[who], &bubble{m: m})
	}
	for _, s := range ph.shown[who] {
		s.closed = s.closed || s.m.ID == m.On
	}
	return "", nil
}

// calls are all that was ever sent to who, or tried.
func (ph *phone) calls(who string) []string {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	return slices.Clone(ph.lines[who])
}

func (ph *phone) got(who, words string) bool {
	return slices.ContainsFunc(ph.calls(who), func(l string) bool { return strings.Contains(l, words) })
}

// form finds the latest message with an open form.
func (ph *phone) form(who string) (found *bubble) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	for _, s := range ph.shown[who] {
		if s.m.Form != nil && !s.closed {
			found = s
		}
	}
	return found
}

// button finds the latest message with a button of this label, open ones first.
func (ph *phone) button(who, label string) (found *bubble) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	for _, s := range ph.shown[who] {
		has := slices.ContainsFunc(s.m.Choices, func(c flows.Choice) bool { return c.Label == label })
		if has && (found == nil || found.closed || !s.closed) {
			found = s
		}
	}
	return found
}
