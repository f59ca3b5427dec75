package bot

import (
	"context"
	"fmt"
	"time"

	"rewoo/flows"
)

// How the timer loop sleeps: never shorter, so that no row can make it spin; never longer, so that a jump of the wall
// clock (which the process's own timers do not see) is noticed soon.
const (
	napMin = time.Second
	napMax = 30 * time.Second
)

// dueBatch is how many due rows are read at a time: no reader of the store is open while they are handed over.
const dueBatch = 100

// tidyEvery is how often old marks are pruned, in the time of events.
const tidyEvery = time.Hour

// timers hands over what falls due until ctx ends. What fell due while nobody looked is handed over at once, in order;
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

// Fire hands over every row due at or before now, in order, as Fired events with At = now, and tells how many. Rows
// that a step sets meanwhile count too.
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
		fresh := false
		for _, d := range due {
			ev := flows.Event{ID: firedID(d), Kind: flows.Fired, At: now, Unit: d.Unit, Timer: d.Timer, Due: d.At}
			if given[ev.ID] {
				continue
			}
			given[ev.ID], fresh = true, true
			res, err := b.handle(ctx, ev)
			if err != nil {
				return n, next, err
			}
			if !res.Seen {
				n++
			}
		}
		if len(due) > 0 && !fresh { // a row that outlives its firing must not make us spin
			b.log.Error("due rows stay after they fired", "rows", len(due))
		}
		if !fresh {
			return n, next, nil
		}
	}
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
