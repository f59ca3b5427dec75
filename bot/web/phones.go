package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// platform is the Platform of both addresses.
const platform = "web"

// phone is one person's chat, as the platform keeps it. All but turn is guarded by Page.mu.
type phone struct {
	name string
	turn sync.Mutex // held while one of the person's updates is on its way

	messages []message       // the one with id n is at n-1
	rev      int             // of the newest change
	byID     map[string]int  // flows.Message.ID → id, of what the bot said
	seen     map[string]bool // flows.Message.ID of everything that arrived, changes included
	updates  int             // how many there were
	nth      []int           // of each: its place in Page.done, from 1
	pending  []record        // said or pressed, and not acknowledged
}

// message is a bubble. Choices stay on a deleted one, for a press that was on its way.
type message struct {
	id, rev         int
	at              time.Time
	bot             bool
	text            string
	choices         []flows.Choice
	image           *flows.Image
	closed, deleted bool
}

func newPhone(name string) *phone {
	return &phone{name: name, byID: map[string]int{}, seen: map[string]bool{}}
}

// replay takes in a line of the log.
func (p *Page) replay(r record) error {
	if err := p.check(r); err != nil {
		return err
	}
	p.apply(r)
	return nil
}

// commit writes a record and takes it in. The caller holds mu.
func (p *Page) commit(r record) error {
	if err := p.check(r); err != nil {
		return fmt.Errorf("a %s record that does not fit: %w", r.Kind, err)
	}
	if err := p.log.append(r); err != nil {
		return err
	}
	p.apply(r)
	return nil
}

// check says whether r can follow what is there. Its errors never quote what was said.
func (p *Page) check(r record) error {
	if r.Kind == "clock" {
		if !r.Now.After(p.now) || r.Now.Year() > 9999 {
			return errors.New("the clock goes back")
		}
		return nil
	}
	ph := p.phones[r.Person]
	if ph == nil {
		return errors.New("a record of nobody on this page")
	}
	switch r.Kind {
	case "say", "press":
		if r.Update != ph.updates+1 {
			return fmt.Errorf("update %d of %s after update %d", r.Update, r.Person, ph.updates)
		}
	case "ack":
		if len(ph.pending) == 0 || ph.pending[0].Update != r.Update {
			return fmt.Errorf("update %d of %s is acknowledged out of turn", r.Update, r.Person)
		}
	case "bot", "close", "delete":
		if r.ID == "" || ph.seen[r.ID] {
			return fmt.Errorf("a message of %s without an id of its own", r.Person)
		}
		if _, ok := ph.byID[r.On]; r.Kind != "bot" && !ok {
			return fmt.Errorf("a change of a message that %s never got", r.Person)
		}
	default:
		return errors.New("a kind of record that is not known")
	}
	return nil
}

// apply takes in a record that was checked.
func (p *Page) apply(r record) {
	if r.Kind == "clock" {
		if p.now = r.Now.UTC(); p.start.IsZero() {
			p.start = p.now
		}
		return
	}
	ph := p.phones[r.Person]
	switch r.Kind {
	case "say", "press":
		ph.updates = r.Update
		ph.pending = append(ph.pending, r)
		text := r.Text
		if r.Kind == "press" {
			text = r.Label
		}
		ph.add(message{at: r.At, text: text})
		p.done = append(p.done, Done{Person: r.Person, At: r.At, Press: r.Kind == "press", Text: text})
		ph.nth = append(ph.nth, len(p.done))
	case "ack":
		ph.pending = ph.pending[1:]
	case "bot":
		ph.seen[r.ID] = true
		ph.byID[r.ID] = ph.add(message{at: r.At, bot: true, text: r.Text, choices: r.Choices, image: r.Image})
	case "close", "delete":
		ph.seen[r.ID] = true
		ph.change(ph.byID[r.On], r.Kind == "delete")
	}
}

func (ph *phone) add(m message) (id int) {
	ph.rev++
	m.id, m.rev = len(ph.messages)+1, ph.rev
	ph.messages = append(ph.messages, m)
	return m.id
}

// change closes or deletes; what changes nothing gets no new rev.
func (ph *phone) change(id int, del bool) {
	m := &ph.messages[id-1]
	if m.deleted || m.closed && !del {
		return
	}
	ph.rev++
	m.rev = ph.rev
	if !del {
		m.closed = true
		return
	}
	m.deleted, m.text, m.image = true, "", nil
	m.closed = m.closed || len(m.choices) > 0
}

// Name is the Platform of the page's addresses.
func (p *Page) Name() string { return platform }

// Pace has no limits: a phone drops a repeat for ever.
func (p *Page) Pace() bot.Pace { return bot.Pace{Nonce: 100 * 365 * 24 * time.Hour} }

// Send puts a message on a phone. A repeat, after a crash between sending and Done, changes nothing.
func (p *Page) Send(_ context.Context, q flows.Queued) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ph := p.phones[q.To.User]
	if ph == nil || q.To.Platform != platform || q.Message.ID == "" {
		return "", &bot.SendError{Class: bot.Invalid, Code: "address", Err: errors.New("nobody on this page")}
	}
	m := q.Message
	if ph.seen[m.ID] {
		return "", nil
	}
	r := record{Kind: "bot", Person: ph.name, At: p.now, ID: m.ID}
	switch m.Op {
	case flows.Show:
		r.Text, r.Choices, r.Image = m.Text(), slices.Clone(m.Choices), m.Image
	case flows.Close, flows.Delete:
		if _, ok := ph.byID[m.On]; !ok {
			return "", &bot.SendError{Class: bot.Stale, Code: "gone", Err: errors.New("no such message on this phone")}
		}
		r.Kind, r.On = string(m.Op), m.On
	default:
		return "", &bot.SendError{Class: bot.Invalid, Code: "op", Err: errors.New("not an operation that the page knows")}
	}
	switch err := p.commit(r); {
	case errors.Is(err, errLineTooLong):
		return "", &bot.SendError{Class: bot.Invalid, Code: "size", Err: err}
	case err != nil:
		return "", &bot.SendError{Class: bot.Transient, Code: "log", Err: err}
	}
	return "", nil
}

// since copies the messages of a phone that changed after rev, in the order of their ids.
func (p *Page) since(ph *phone, rev int) []message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []message
	for _, m := range ph.messages {
		if m.rev > rev {
			out = append(out, m)
		}
	}
	return out
}
