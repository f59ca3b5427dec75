package bot

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"rewoo/flows"
)

const (
	gapMin     = 150 * time.Second     // a platform that was out of reach for longer has lost what was tapped meanwhile
	noteEvery  = 15 * time.Second      // contact is written down no more often than this
	askPage    = 50                    // accounts read at a time
	askEvery   = 50 * time.Millisecond // between two people who are asked again, where a platform sets no pace
	askPortion = 4                     // else they get one send of so many
)

// contact is what is known of a platform's being in reach.
type contact struct {
	wake chan struct{} // 1 slot: gap was set

	mu    sync.Mutex
	last  time.Time // when it was, last; zero: not yet in this run
	noted time.Time // what the store says
	gap   time.Time // since when it was not, as long as people are still to be asked again for it; zero: nobody is
}

// Online is part of [Desk].
func (b *Bot) Online(ctx context.Context, platform string) error {
	c := b.contacts[platform]
	if c == nil {
		return fmt.Errorf("bot: no adapter is named %q", platform)
	}
	if b.watches[platform].well() {
		b.log.Info("a platform is in order again", "platform", platform)
	}
	now := b.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.last
	if last.IsZero() {
		noted, err := b.store.LastOnline(ctx, platform)
		if err != nil {
			return b.fault(fmt.Errorf("bot: contact: %w", err))
		}
		last, c.noted = noted, noted
	}
	c.last = now
	if !last.IsZero() && now.Sub(last) > gapMin {
		// Written down first as it was: a process that ends before all are asked goes on where this one stopped.
		if err := b.note(ctx, c, platform, last); err != nil {
			return err
		}
		c.gap = last
		hint(c.wake)
	}
	if !c.gap.IsZero() || now.Sub(c.noted) < noteEvery {
		return nil
	}
	return b.note(ctx, c, platform, now)
}

// note writes down when a platform was in reach, if that is not what is written. c.mu is held.
func (b *Bot) note(ctx context.Context, c *contact, platform string, at time.Time) error {
	if c.noted.Equal(at) {
		return nil
	}
	if err := b.store.Online(ctx, platform, at); err != nil {
		return b.fault(fmt.Errorf("bot: contact: %w", err))
	}
	c.noted = at
	return nil
}

// LastOnline is part of [Desk].
func (b *Bot) LastOnline(ctx context.Context, platform string) (time.Time, error) {
	if c := b.contacts[platform]; c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.last.IsZero() {
			return c.last, nil
		}
	}
	at, err := b.store.LastOnline(ctx, platform)
	if err != nil {
		err = b.fault(fmt.Errorf("bot: contact: %w", err))
	}
	return at, err
}

// Expecting is part of [Desk].
func (b *Bot) Expecting(ctx context.Context, platform, after string, limit int) ([]flows.Address, string, error) {
	page, next, err := b.store.People(ctx, platform, after, limit, nil)
	if err != nil {
		err = b.fault(fmt.Errorf("bot: people: %w", err))
	}
	return page, next, err
}

// askAgain shows open questions again, whenever a platform was out of reach for long, until ctx ends.
func (b *Bot) askAgain(ctx context.Context, a Adapter) error {
	c := b.contacts[a.Name()]
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
		}
		for since := c.pending(); !since.IsZero(); since = c.pending() {
			b.log.Info("a platform was out of reach; open questions are shown again", "platform", a.Name(), "since", since)
			switch err := b.askAll(ctx, a, since); {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				return err
			}
			c.asked(since)
		}
	}
}

// pending is the gap for which people are still to be asked.
func (c *contact) pending() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gap
}

// asked says that all are, unless there was another gap meanwhile.
func (c *contact) asked(since time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gap.Equal(since) {
		c.gap = time.Time{}
	}
}

// askAll hands over an Away event for everybody who has an open question. With another gap it stops: that one is for all too.
func (b *Bot) askAll(ctx context.Context, a Adapter, since time.Time) error {
	every := askEvery
	if paced, ok := a.(Pacer); ok && paced.Pace().PerSecond > 0 {
		every = time.Duration(askPortion * float64(time.Second) / paced.Pace().PerSecond)
	}
	for after := ""; ; {
		page, next, err := b.store.People(ctx, a.Name(), after, askPage, isAsked)
		if err != nil {
			return fmt.Errorf("bot: people: %w", err)
		}
		for _, to := range page {
			if !b.contacts[a.Name()].pending().Equal(since) {
				return nil
			}
			if err := b.Handle(ctx, flows.Event{ID: awayID(to, since), Kind: flows.Away, From: to, Since: since}); err != nil {
				return err
			}
			if !sleep(ctx, every) {
				return nil
			}
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// awayID makes one event of one gap for one account. It is logged, so it does not hold the account itself.
func awayID(to flows.Address, since time.Time) string {
	sum := sha256.Sum256([]byte(to.User))
	return fmt.Sprintf("away/%s/%d/%x", to.Platform, since.Unix(), sum[:12])
}

// isAsked tells whether a question stands in the chat.
func isAsked(p *flows.Person) bool {
	for _, t := range p.Tracks {
		if t.Phase == flows.Asking && !t.Parked {
			return true
		}
	}
	return false
}
