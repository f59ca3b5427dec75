package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rewoo/flows"
)

// ErrStopped is what Settle returns once Run has returned.
var ErrStopped = errors.New("bot: it has stopped")

// Options is what a Bot is made of. Store and Machine are needed, the rest may stay empty.
type Options struct {
	Store    Store
	Machine  flows.Machine // an Apologizer too, if people are to be told when a step breaks
	Adapters []Adapter
	Now      func() time.Time                // the time of events; nil: time.Now
	Seed     func(eventID string) flows.Seed // chance for an event; nil: crypto/rand
	Log      *slog.Logger                    // nil: silence
	Manual   bool                            // no timer loop: whoever owns the clock calls Fire
	// Supervise keeps the others running when an adapter ends or can send nothing more: it is run again after a while, and what
	// is for its platform waits. Without it the bot ends with it.
	Supervise bool
	Flood     *Flood // nil: everybody may write as much as they like
}

// Bot is one running rewoo.
type Bot struct {
	store      Store
	machine    flows.Machine
	adapters   []Adapter
	now        func() time.Time
	seed       func(string) flows.Seed
	log        *slog.Logger
	manual     bool
	supervised bool
	flood      *flood // nil: off
	watches    map[string]*watch
	contacts   map[string]*contact
	broken     chan error // 1 slot: a store that failed under an adapter that is supervised
	asks       chan chan []PlatformStatus

	post    chan struct{} // 1 slot: fresh holds something
	fresh   fresh         // whose part of the outbox may have changed
	clock   chan struct{} // 1 slot: the time index may have changed
	settle  chan chan struct{}
	holds   *holds
	tidied  atomic.Int64 // when Prune ran last, Unix seconds of now
	started atomic.Bool
	since   atomic.Int64  // when Run began, Unix nanoseconds
	stopped chan struct{} // closed when Run has returned
}

// New puts a bot together. It starts nothing.
func New(o Options) *Bot {
	b := &Bot{
		store: o.Store, machine: o.Machine, adapters: o.Adapters, now: o.Now, seed: o.Seed, log: o.Log, manual: o.Manual,
		post: make(chan struct{}, 1), clock: make(chan struct{}, 1), settle: make(chan chan struct{}),
		holds: newHolds(), stopped: make(chan struct{}),
		supervised: o.Supervise, flood: newFlood(o.Flood), watches: map[string]*watch{}, contacts: map[string]*contact{},
		broken: make(chan error, 1), asks: make(chan chan []PlatformStatus),
	}
	for _, a := range b.adapters {
		b.watches[a.Name()] = &watch{on: o.Supervise}
		b.contacts[a.Name()] = &contact{wake: make(chan struct{}, 1)}
	}
	if b.now == nil {
		b.now = time.Now
	}
	if b.seed == nil {
		b.seed = func(string) (s flows.Seed) {
			rand.Read(s[:]) // never fails: it would end the process
			return s
		}
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	return b
}

// Run does everything until ctx ends, and then returns nil once all that was under way has ended. It returns an error
// when the store failed, or, unless they are supervised, an adapter stopped or can send nothing more; then too everything has
// ended. The store may be closed when it has returned. It may be called once.
func (b *Bot) Run(ctx context.Context) error {
	if !b.started.CompareAndSwap(false, true) {
		return errors.New("bot: Run was called twice; make a new Bot")
	}
	defer close(b.stopped)
	names := map[string]bool{}
	for _, a := range b.adapters {
		if names[a.Name()] {
			return fmt.Errorf("bot: two adapters are named %q; leave one of them out", a.Name())
		}
		names[a.Name()] = true
	}
	b.since.Store(b.now().UnixNano())
	for _, a := range b.adapters {
		if at, ok := a.(Attacher); ok {
			at.Attach(b)
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, a := range b.adapters {
		g.Go(func() error { return b.supervise(gctx, a) })
		g.Go(func() error { return b.askAgain(gctx, a) })
	}
	g.Go(func() error {
		select {
		case <-gctx.Done():
			return nil
		case err := <-b.broken:
			return err
		}
	})
	g.Go(func() error { return newDeliverer(b).run(gctx) })
	if !b.manual {
		g.Go(func() error { return b.timers(gctx) })
	}
	return g.Wait()
}

// Handle gives ev to the engine. nil means that it is committed, now or earlier: its sender may be told. An error means
// that nothing is known to be kept, and that ev should come again. It stamps At and Seed where they are zero. What is too much at
// once is not handled and counts as if it were (Options.Flood).
//
// A step that panics is not an error: ev counts as handled (see the package comment). Once begun, a step is finished
// even if ctx ends.
func (b *Bot) Handle(ctx context.Context, ev flows.Event) error {
	m, counted := b.machine, false
	if b.flood != nil && input(ev) {
		switch b.flood.judge(accountOf(ev.From), ev.Sent, time.Now()) {
		case fine:
			counted = true
		case overflow:
			m = tooFast{b.machine}
		case tooMuch:
			return nil
		}
	}
	res, err := b.handle(ctx, ev, m)
	if counted && res.Seen {
		b.flood.known(accountOf(ev.From), ev.Sent)
	}
	return err
}

func (b *Bot) handle(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	if err := ctx.Err(); err != nil {
		return flows.Result{}, fmt.Errorf("bot: event %s: %w", ev.ID, err)
	}
	if ev.ID == "" {
		return flows.Result{}, fmt.Errorf("bot: an event %q without an id; its adapter must give it one", ev.Kind)
	}
	if ev.At.IsZero() {
		ev.At = b.now()
	}
	if ev.Seed == (flows.Seed{}) {
		ev.Seed = b.seed(ev.ID)
	}
	// An input shows that its person was there when it came. Noted after the step, it would also speak for the time of
	// its own answer's way out.
	ended := (input(ev) || ev.Kind == flows.Back) && b.holds.heard(accountOf(ev.From))
	g := &guard{machine: m}
	res, err := b.store.Step(context.WithoutCancel(ctx), ev, g)
	if err != nil {
		return res, b.fault(fmt.Errorf("bot: event %s: %w", ev.ID, err))
	}
	if g.step != nil && !res.Seen {
		b.log.Error("a step broke; its event counts as handled", "event", ev, "what", g.step.what, "where", g.step.where)
	}
	b.log.Debug("handled", "event", ev, "seen", res.Seen) // not how much was queued: some of it may be the other's
	if ended || res.Queued > 0 {
		b.fresh.add(res.To...)
		if input(ev) {
			b.fresh.wrote(accountOf(ev.From))
		}
		if ended {
			b.fresh.everybody()
		}
		hint(b.post)
	}
	if !res.Seen { // or a due row that outlives its firing would keep the timer loop awake
		hint(b.clock)
	}
	return res, nil
}

// hint fills a 1-slot channel: one hint that nobody has taken yet is as good as two.
func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Settle returns when nothing deliverable is left in the outbox and no send is under way. Rows that back off, are held
// or belong to a platform without an adapter do not count. It waits for Run to start, and returns ErrStopped once Run
// has returned.
func (b *Bot) Settle(ctx context.Context) error {
	settled := make(chan struct{})
	select {
	case b.settle <- settled:
	case <-b.stopped:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-settled:
		return nil
	case <-b.stopped:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}
