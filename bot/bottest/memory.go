package bottest

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

// Memory is a platform in memory and the adapter that speaks it. It keeps what people said until that is acknowledged,
// so it hands it over again to the next Run; it shows a message once, however often its ID is sent.
type Memory struct {
	name string

	mu     sync.Mutex
	chats  map[string]*chat
	events int // how many there were, for their ids
	fail   func(flows.Queued) error
	wake   chan struct{} // 1 slot: something was said
	slow   time.Duration // how long an acknowledgement takes
}

type chat struct {
	queue []flows.Event // not acknowledged, first things first
	got   []Got
	seen  map[string]bool // by Message.ID
	last  flows.Event     // that was said
}

// Got is a message as its recipient sees it.
type Got struct {
	flows.Message
	Closed  bool // its question can no longer be answered
	Deleted bool
}

// NewMemory makes a platform on which nobody has said anything.
func NewMemory(name string) *Memory {
	return &Memory{name: name, chats: map[string]*chat{}, wake: make(chan struct{}, 1)}
}

func (m *Memory) chat(user string) *chat {
	c := m.chats[user]
	if c == nil {
		c = &chat{seen: map[string]bool{}}
		m.chats[user] = c
	}
	return c
}

// Say writes text as user. It gives the id of the event and does not wait for anybody.
func (m *Memory) Say(user, text string) string {
	return m.Put(user, flows.Event{Kind: flows.Said, Text: text})
}

// Put queues any event of user. It gets an address, and an id unless it has one.
func (m *Memory) Put(user string, ev flows.Event) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events++
	if ev.ID == "" {
		ev.ID = fmt.Sprintf("%s/%d", m.name, m.events)
	}
	ev.From = flows.Address{Platform: m.name, User: user, Chat: user}
	c := m.chat(user)
	c.queue, c.last = append(c.queue, ev), ev
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return ev.ID
}

// Repeat hands over again what user did last.
func (m *Memory) Repeat(user string) {
	m.mu.Lock()
	last := m.chat(user).last
	m.mu.Unlock()
	m.Put(user, last)
}

// SlowAck makes every acknowledgement take d from now on.
func (m *Memory) SlowAck(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.slow = d
}

// Press presses a button as user: the newest that has this label or choice id, be it closed or not.
func (m *Memory) Press(user, choice string) error {
	m.mu.Lock()
	action := ""
	for _, g := range m.chat(user).got {
		for _, c := range g.Choices {
			if c.Label == choice || c.ID == choice {
				action = c.Action
			}
		}
	}
	m.mu.Unlock()
	if action == "" {
		return fmt.Errorf("%s has no button %q", user, choice)
	}
	m.Put(user, flows.Event{Kind: flows.Pressed, Action: action})
	return nil
}

// Fail makes every Send ask f first: an error is what Send returns. nil ends it. f is called from many goroutines.
func (m *Memory) Fail(f func(flows.Queued) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = f
}

// Got gives what user sees, in order of arrival.
func (m *Memory) Got(user string) []Got {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.chat(user).got)
}

// Texts gives the texts of what user sees and was not deleted, in order of arrival.
func (m *Memory) Texts(user string) []string {
	var out []string
	for _, g := range m.Got(user) {
		if !g.Deleted {
			out = append(out, g.Text())
		}
	}
	return out
}

// Waiting tells how many events of user are not acknowledged.
func (m *Memory) Waiting(user string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.chat(user).queue)
}

// Name is the Platform of its addresses.
func (m *Memory) Name() string { return m.name }

// Pace has no limits: Memory drops a repeat for ever.
func (m *Memory) Pace() bot.Pace { return bot.Pace{Nonce: forever} }

// forever is longer than any test.
const forever = 100 * 365 * 24 * time.Hour

// Send shows q to its recipient.
func (m *Memory) Send(ctx context.Context, q flows.Queued) (string, error) {
	m.mu.Lock()
	fail := m.fail
	m.mu.Unlock()
	if fail != nil {
		if err := fail(q); err != nil {
			return "", err
		}
	}
	if err := ctx.Err(); err != nil {
		return "", &bot.SendError{Class: bot.Transient, Code: "ended", Err: err}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.chat(q.To.User)
	if q.Message.Op != flows.Show {
		if err := c.change(q); err != nil {
			return "", err
		}
		return "", nil
	}
	if !c.seen[q.Message.ID] {
		c.got = append(c.got, Got{Message: q.Message})
		c.seen[q.Message.ID] = true
	}
	return refOf(q.Message.ID), nil
}

// refOf is what the platform calls a message.
func refOf(id string) string { return "the message " + id }

func (c *chat) change(q flows.Queued) error {
	m := q.Message
	i := slices.IndexFunc(c.got, func(g Got) bool { return g.ID == m.On })
	switch {
	case q.Ref != "" && q.Ref != refOf(m.On):
		return &bot.SendError{Class: bot.Invalid, Code: "a wrong ref"}
	case i < 0:
		return &bot.SendError{Class: bot.Stale, Code: "no such message"}
	case m.Op == flows.Close:
		c.got[i].Closed = true
	case m.Op == flows.Delete:
		c.got[i].Deleted = true
	default:
		return &bot.SendError{Class: bot.Invalid, Code: "unknown op"}
	}
	return nil
}

// Run hands over what was said until ctx ends or handle fails; it then waits for what is under way.
func (m *Memory) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers sync.WaitGroup
	defer workers.Wait()
	busy := map[string]bool{} // guarded by m.mu
	for {
		m.mu.Lock()
		for user, c := range m.chats {
			if len(c.queue) > 0 && !busy[user] {
				busy[user] = true
				workers.Go(func() {
					if err := m.deliver(ctx, user, busy, handle); err != nil {
						cancel(err)
					}
				})
			}
		}
		m.mu.Unlock()
		select {
		case <-m.wake:
		case <-ctx.Done():
			if err := context.Cause(ctx); !errors.Is(err, ctx.Err()) {
				return err
			}
			return nil
		}
	}
}

// deliver hands over one person's events in order, until none is left. An event is acknowledged (it leaves the queue)
// when handle returned nil, not before.
func (m *Memory) deliver(ctx context.Context, user string, busy map[string]bool, handle func(context.Context, flows.Event) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer delete(busy, user)
	c := m.chat(user)
	for len(c.queue) > 0 && ctx.Err() == nil {
		ev := c.queue[0]
		m.mu.Unlock()
		err := handle(ctx, ev)
		m.mu.Lock()
		if slow := m.slow; slow > 0 && err == nil {
			m.mu.Unlock()
			time.Sleep(slow)
			m.mu.Lock()
		}
		if err != nil {
			return err
		}
		c.queue = c.queue[1:]
	}
	return nil
}
