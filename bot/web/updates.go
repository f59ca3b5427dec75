package web

import (
	"context"
	"fmt"

	"rewoo/flows"
)

// keptError says that an update was written down, and why there is no answer to it yet.
type keptError struct{ error }

func (e keptError) Unwrap() error { return e.error }

// update takes in what a person said or pressed, hands it to the bot and waits for everything that it makes the bot
// say. It gives back what is new on that phone. An error that is not a keptError means that nothing was taken in.
func (p *Page) update(ctx context.Context, handle handleFunc, r record) ([]message, error) {
	p.moving.RLock()
	defer p.moving.RUnlock()
	ph := p.phones[r.Person]
	ph.turn.Lock()
	defer ph.turn.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	before, err := p.accept(ph, r)
	if err != nil {
		return nil, err
	}
	if err := p.handOver(ctx, handle, ph); err != nil {
		return nil, keptError{err}
	}
	if err := p.settle(ctx); err != nil {
		return nil, keptError{err}
	}
	return p.since(ph, before), nil
}

// accept numbers and writes an update, and gives the rev of before.
func (p *Page) accept(ph *phone, r record) (before int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.Update, r.At = ph.updates+1, p.now
	before = ph.rev
	return before, p.commit(r)
}

type handleFunc = func(context.Context, flows.Event) error

// handOver gives the bot every unacknowledged update of a person, in order. The caller holds turn, or is alone.
func (p *Page) handOver(ctx context.Context, handle handleFunc, ph *phone) error {
	for {
		r, ok := p.firstPending(ph)
		if !ok {
			return nil
		}
		if err := handle(ctx, eventOf(r)); err != nil {
			return p.breaks(ctx, fmt.Errorf("hand update %d of %s to the bot: %w", r.Update, r.Person, err))
		}
		if err := p.acknowledge(r); err != nil {
			return err
		}
	}
}

func (p *Page) firstPending(ph *phone) (record, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(ph.pending) == 0 {
		return record{}, false
	}
	return ph.pending[0], true
}

func (p *Page) acknowledge(r record) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.commit(record{Kind: "ack", Person: r.Person, Update: r.Update})
}

// eventOf converts an update; the bot stamps it with its own time and chance.
func eventOf(r record) flows.Event {
	ev := flows.Event{
		ID:   fmt.Sprintf("%s/%s/%d", platform, r.Person, r.Update),
		Kind: flows.Said,
		From: flows.Address{Platform: platform, User: r.Person, Chat: r.Person},
		Text: r.Text,
	}
	if r.Kind == "press" {
		ev.Kind, ev.Text, ev.Action = flows.Pressed, "", r.Action
	}
	return ev
}
