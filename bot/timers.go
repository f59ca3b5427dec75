package bot

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rewoo/flows"
)

// How the timer loop sleeps: never shorter, so that no row can make it spin; never longer, so that a jump of the wall
// clock (which the process's own timers do not see) is noticed soon.
const (
	napMin = time.Second
	napMax = 30 * time.Second
)

// dueBatch is how many due rows are read at a time, and so how many may be handed over at once, which the store makes one
// commit of. No reader of the store is open meanwhile.
const dueBatch = 128

// tidyEvery is how often old marks are pruned, in the time of events.
const tidyEvery = time.Hour

// timers hands over what falls due until ctx ends. What fell due while nobody looked is handed over at once;
// whether it still means something is the engine's to judge.
func (b *Bot) timers(ctx context.Context) error {
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-alarm.C:
		case <-b.clock:
		}
		_, next, err := b.fire(ctx, b.now())
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		nap := napMax
		if !next.IsZero() {
			nap = min(max(next.Sub(b.now()), napMin), napMax)
		}
		alarm.Reset(nap)
	}
}

// Fire hands over every row due at or before now as Fired events with At = now, and tells how many. Rows that a step
// sets meanwhile count too. The rows of one unit go in order. With a Manual clock, so do all: only what is due at the same
// moment, in different units, goes at the same time.
func (b *Bot) Fire(ctx context.Context, now time.Time) (int, error) {
	n, _, err := b.fire(ctx, now)
	return n, err
}

// NextDue gives the moment of the earliest row, which may be in the past; false if there is none.
func (b *Bot) NextDue(ctx context.Context) (time.Time, bool, error) {
	due, next, err := b.store.Due(ctx, b.now(), 1)
	switch {
	case err != nil:
		return time.Time{}, false, fmt.Errorf("bot: time index: %w", err)
	case len(due) > 0:
		return due[0].At, true, nil
	}
	return next, !next.IsZero(), nil
}

// fire also gives the earliest row after now, zero if there is none.
func (b *Bot) fire(ctx context.Context, now time.Time) (n int, next time.Time, err error) {
	if err := b.tidy(ctx, now); err != nil {
		return 0, next, err
	}
	given := map[string]bool{}
	for {
		due, next, err := b.store.Due(ctx, now, dueBatch)
		if err != nil {
			return n, next, fmt.Errorf("bot: time index: %w", err)
		}
		var fresh []flows.Event
		for _, d := range due {
			ev := flows.Event{ID: firedID(d), Kind: flows.Fired, At: now, Unit: d.Unit, Timer: d.Timer, Due: d.At}
			if !given[ev.ID] {
				given[ev.ID] = true
				fresh = append(fresh, ev)
			}
		}
		if len(due) > 0 && len(fresh) == 0 { // a row that outlives its firing must not make us spin
			b.log.Error("due rows stay after they fired", "rows", len(due))
		}
		if len(fresh) == 0 {
			return n, next, nil
		}
		for len(fresh) > 0 {
			some := fresh
			if b.manual {
				some = moment(fresh)
			}
			fired, err := b.handOver(ctx, some)
			if n += fired; err != nil {
				return n, next, err
			}
			fresh = fresh[len(some):]
		}
	}
}

// moment gives the first of evs, and those after it that are due when it is.
func moment(evs []flows.Event) []flows.Event {
	for i, ev := range evs {
		if !ev.Due.Equal(evs[0].Due) {
			return evs[:i]
		}
	}
	return evs
}

// handOver hands over evs, which are at most a batch: those of one unit in their order, the units at the same time. It
// tells how many were new.
func (b *Bot) handOver(ctx context.Context, evs []flows.Event) (int, error) {
	units := map[flows.UnitID][]flows.Event{}
	for _, ev := range evs {
		units[ev.Unit] = append(units[ev.Unit], ev)
	}
	var n atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, ev := range evs { // in order of due time, not of the map
		of := units[ev.Unit]
		delete(units, ev.Unit)
		if of == nil {
			continue
		}
		g.Go(func() error {
			for _, ev := range of {
				res, err := b.handle(ctx, ev, b.machine)
				if err != nil {
					return err
				}
				if !res.Seen {
					n.Add(1)
				}
			}
			return nil
		})
	}
	err := g.Wait()
	return int(n.Load()), err
}

// firedID makes one event of one due moment, whoever hands it over and how often.
func firedID(d flows.Due) string {
	return fmt.Sprintf("timer/%s/%s/%s", d.Unit, d.Timer, d.At.UTC().Format(time.RFC3339Nano))
}

// tidy prunes the store if that was not done for an hour.
func (b *Bot) tidy(ctx context.Context, now time.Time) error {
	last := b.tidied.Load()
	if ago := now.Sub(time.Unix(last, 0)); last != 0 && ago < tidyEvery && ago > -tidyEvery {
		return nil
	}
	if !b.tidied.CompareAndSwap(last, now.Unix()) {
		return nil // somebody else does it
	}
	if err := b.store.Prune(ctx, now); err != nil {
		return fmt.Errorf("bot: prune: %w", err)
	}
	return nil
}
