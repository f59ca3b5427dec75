package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"rewoo/flows"
)

// Done is something that somebody said or pressed.
type Done struct {
	Person string // "a" or "b"
	At     time.Time
	Press  bool
	Text   string // what was said, or the button's label
}

// Shown is something that the bot said.
type Shown struct {
	Text    string
	Choices []flows.Choice
	Gone    bool // deleted since: what it said is not kept
}

// Mark is a place in what was done: behind so many things, at that time.
type Mark struct {
	Done int
	At   time.Time // zero: no place was marked
}

// History is the whole day on the page: what was done, in order, and what came of it.
type History struct {
	Start, Now time.Time
	Done       []Done
	Shown      map[string][]Shown // by person, in order of arrival
	Mark       Mark
}

// History copies what the log holds.
func (p *Page) History() History {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := History{Start: p.start, Now: p.now, Done: append([]Done(nil), p.done...), Shown: map[string][]Shown{}, Mark: p.mark}
	for _, name := range names {
		for _, m := range p.phones[name].messages {
			if m.bot {
				h.Shown[name] = append(h.Shown[name], Shown{m.text, m.choices, m.deleted})
			}
		}
	}
	return h
}

// SetMark marks where things stand now.
func (p *Page) SetMark() Mark {
	p.moving.Lock() // what is under way is over first
	defer p.moving.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mark = Mark{len(p.done), p.now}
	return p.mark
}

func (p *Page) marked() Mark {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mark
}

// Nth says which of all the things done on both phones an event of the page is, counted from 1.
func (p *Page) Nth(event string) (n int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range names {
		var update int
		if _, err := fmt.Sscanf(event, platform+"/"+name+"/%d", &update); err == nil && update > 0 && update <= len(p.phones[name].nth) {
			return p.phones[name].nth[update-1], true
		}
	}
	return 0, false
}

// Hands do on the phones what people would, through the same log.
type Hands struct {
	p      *Page
	handle handleFunc
}

// Say writes on a phone, and returns what came there.
func (h *Hands) Say(ctx context.Context, person, text string) ([]string, error) {
	return h.update(ctx, record{Kind: "say", Person: person, Text: text})
}

// Press presses a button by its label, on the latest message that has it, open ones first; it returns what came there.
func (h *Hands) Press(ctx context.Context, person, label string) ([]string, error) {
	ph := h.p.phones[person]
	if ph == nil {
		return nil, errNobody
	}
	id := h.p.withButton(ph, label)
	if id == 0 {
		return nil, fmt.Errorf("there is no button [%s] on phone %s", label, strings.ToUpper(person))
	}
	r, err := h.p.press(ph, id, label)
	if err != nil {
		return nil, err
	}
	return h.update(ctx, r)
}

var errNobody = errors.New("nobody on this page")

// Move moves the clock by so much, or on to what is due next.
func (h *Hands) Move(ctx context.Context, by time.Duration, next bool) error {
	_, err := h.p.move(ctx, target{forward: by, next: next})
	return err
}

func (h *Hands) update(ctx context.Context, r record) ([]string, error) {
	if h.p.phones[r.Person] == nil {
		return nil, errNobody
	}
	came, err := h.p.update(ctx, h.handle, r)
	var out []string
	for _, m := range came {
		if m.bot {
			out = append(out, m.text)
		}
	}
	return out, err
}

// withButton is the latest message with a button of this label, an open one if there is; 0 when there is none.
func (p *Page) withButton(ph *phone, label string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, open := range []bool{true, false} {
		for i := len(ph.messages) - 1; i >= 0; i-- {
			for _, c := range ph.messages[i].choices {
				if c.Label == label && ph.messages[i].closed != open {
					return ph.messages[i].id
				}
			}
		}
	}
	return 0
}

// Now is what the clock shows.
func (h *Hands) Now() time.Time { return h.p.Now() }
