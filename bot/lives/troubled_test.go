package lives

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// moment is a place at which a life can be broken: an operation, and when in it. Every one of them is there once in a life,
// whoever goes first, so a life in peace lists all there are.
type moment struct {
	op string // "step EVENT", "done PERSON MESSAGE", "prune TIME", "send PERSON MESSAGE", "ack EVENT"
	at string
}

// When in an operation.
const (
	before = "before" // nothing of it happens
	after  = "after"  // all of it happens, and whoever asked hears of a failure
	// Only of ack, which is Handle's return to the platform: it did not hear of it and hands the event over again,
	again   = "again"   // at once,
	restart = "restart" // to the next life of a bot that ended meanwhile,
	late    = "late"    // after the event that came next
)

var errFault = errors.New("a failure on purpose")

// trouble lets one moment fail, the first time that it comes.
type trouble struct {
	mu      sync.Mutex
	fault   moment // "": none
	struck  bool
	moments []moment // that came, in order
}

func (tr *trouble) strikes(m moment) bool {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.moments = append(tr.moments, m)
	if tr.struck || m != tr.fault {
		return false
	}
	tr.struck = true
	return true
}

// store fails when trouble says so.
type store struct {
	bot.Store
	tr *trouble
	ph *phones
}

func (s store) Step(ctx context.Context, ev flows.Event, m flows.Machine) (res flows.Result, err error) {
	err = s.tr.around("step "+ev.ID, func() error {
		res, err = s.Store.Step(ctx, ev, m)
		return err
	})
	if err != nil {
		return flows.Result{}, err
	}
	return res, nil
}

func (s store) Done(ctx context.Context, key string, at flows.Address, ref string) error {
	c := s.ph.row(key)
	return s.tr.around("done "+c.user+" "+c.message, func() error {
		return s.Store.Done(ctx, key, at, ref)
	})
}

func (s store) Prune(ctx context.Context, now time.Time) error {
	return s.tr.around("prune "+now.Format(time.RFC3339), func() error { return s.Store.Prune(ctx, now) })
}

func (tr *trouble) around(op string, do func() error) error {
	if tr.strikes(moment{op, before}) {
		return errFault
	}
	if err := do(); err != nil {
		return err
	}
	if tr.strikes(moment{op, after}) {
		return errFault
	}
	return nil
}

// troubled is a carrier that goes on with a new bot over the same store when a failure of that has ended one.
type troubled struct {
	lib    *flows.Library
	db     kept
	tr     *trouble
	ph     *phones
	clock  *bottest.Clock
	bot    *bot.Bot
	cancel func()
	ended  chan error
	held   *flows.Event // acknowledged, unheard; it comes again after the next
	lives  int
}

// begin starts a bot.
func (c *troubled) begin() {
	c.ph.begin(c.lives)
	c.lives++
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel, c.ended = cancel, make(chan error, 1)
	c.bot = newBot(store{crosser{c.db, c.ph}, c.tr, c.ph}, c.lib, c.ph, c.clock)
	go func(b *bot.Bot, ended chan error) { ended <- b.Run(ctx) }(c.bot, c.ended)
	<-c.ph.ready
}

// over waits for the end of a bot that a failure of the store has to end.
func (c *troubled) over(err error) error {
	if !errors.Is(err, errFault) && !errors.Is(err, bot.ErrStopped) {
		return err
	}
	select {
	case err = <-c.ended:
	case <-time.After(time.Minute):
		return errors.New("the store failed, and the bot runs on")
	}
	c.cancel()
	if !errors.Is(err, errFault) {
		return fmt.Errorf("the store failed, and the bot ended with %w", err)
	}
	c.begin()
	return nil
}

func (c *troubled) deliver(ev flows.Event) error {
	if err := c.hand(ev); err != nil {
		return err
	}
	if c.held != nil {
		held := *c.held
		c.held = nil
		if err := c.hand(held); err != nil {
			return err
		}
	}
	op := "ack " + ev.ID
	switch {
	case c.tr.strikes(moment{op, again}):
		return c.hand(ev)
	case c.tr.strikes(moment{op, restart}):
		if err := c.end(); err != nil {
			return err
		}
		c.begin()
		return c.hand(ev)
	case c.tr.strikes(moment{op, late}):
		c.held = &ev
	}
	return nil
}

// hand hands ev over as an adapter does: an error of handle ends the adapter, and the platform keeps the event.
func (c *troubled) hand(ev flows.Event) error {
	for {
		err := c.ph.handle(context.Background(), ev)
		if err == nil {
			return nil
		}
		c.ph.broken <- err
		if err := c.over(err); err != nil {
			return err
		}
	}
}

// end ends the bot in order.
func (c *troubled) end() error {
	c.cancel()
	return <-c.ended
}

// settle also waits for what backs off.
func (c *troubled) settle() error {
	for range 100 {
		err := c.bot.Settle(context.Background())
		if err != nil {
			if err := c.over(err); err != nil {
				return err
			}
			continue
		}
		heads, err := c.db.Heads(context.Background())
		if err != nil || len(heads) == 0 {
			return err
		}
		time.Sleep(time.Second)
	}
	return errors.New("messages wait, and nothing comes of it")
}

func (c *troubled) fire(now time.Time) error {
	for {
		_, err := c.bot.Fire(context.Background(), now)
		if err == nil {
			return nil
		}
		c.ph.broken <- err // Run is to end, as with a timer loop of its own
		if err := c.over(err); err != nil {
			return err
		}
	}
}

func (c *troubled) nextDue() (time.Time, bool, error) { return c.bot.NextDue(context.Background()) }
