package web

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxForward is how far one move may go.
const maxForward = 400 * 24 * time.Hour

// maxRounds bounds how often timers may set further timers for the very same instant.
const maxRounds = 1000

// Now is what the page's clock shows: UTC, and the same until somebody moves it.
func (p *Page) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// startClock sets the clock of a first start; later ones find it in the log.
func (p *Page) startClock() error {
	if !p.now.IsZero() {
		if at := p.opts.At; !at.IsZero() && !at.Equal(p.now) {
			p.lg.Warn("the clock goes on where it stood; --at counts on the first start only", "now", stamp(p.now))
		}
		return nil
	}
	at := p.opts.At
	if at.IsZero() {
		at = time.Now().Truncate(time.Second)
	}
	return p.setClock(at)
}

// setClock moves the clock to t, on disk first. It never goes back.
func (p *Page) setClock(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	t = t.UTC().Round(0)
	if !t.After(p.now) {
		return nil
	}
	return p.commit(record{Kind: "clock", Now: t})
}

// target says where a move is to end: by so much, at the next due row, or where it is.
type target struct {
	forward time.Duration
	next    bool
}

// errFarFuture is for years that a timestamp cannot be written with.
var errFarFuture = errors.New("the clock cannot go beyond the year 9999")

// move takes the clock to its target, hands over everything that falls due on the way, in order and each at its own
// time, and returns when all of it was delivered. fired counts the timers.
func (p *Page) move(ctx context.Context, to target) (fired int, err error) {
	p.moving.Lock()
	defer p.moving.Unlock()
	end := p.Now().Add(to.forward)
	if to.next {
		next, ok, err := p.world.NextDue(ctx)
		if err != nil {
			return 0, p.breaks(ctx, fmt.Errorf("ask what is due next: %w", err))
		}
		if ok && next.After(end) {
			end = next
		}
	}
	if end.UTC().Year() > 9999 {
		return 0, errFarFuture
	}
	if fired, err = p.fireUntil(ctx, end); err != nil {
		return fired, err
	}
	if err := p.setClock(end); err != nil {
		return fired, err
	}
	return fired, p.settle(ctx)
}

func (p *Page) fireUntil(ctx context.Context, end time.Time) (fired int, err error) {
	for rounds := 0; ; rounds++ {
		next, ok, err := p.world.NextDue(ctx)
		if err != nil {
			return fired, p.breaks(ctx, fmt.Errorf("ask what is due next: %w", err))
		}
		if !ok || next.After(end) {
			return fired, nil
		}
		before := p.Now()
		if err := p.setClock(next); err != nil {
			return fired, err
		}
		now := p.Now()
		if now.After(before) {
			rounds = 0
		}
		n, err := p.world.Fire(ctx, now)
		fired += n
		switch {
		case err != nil:
			return fired, p.breaks(ctx, fmt.Errorf("hand over what is due at %s: %w", stamp(now), err))
		case n == 0:
			return fired, fmt.Errorf("a timer is due at %s and was not handed over", stamp(next))
		case rounds >= maxRounds:
			return fired, fmt.Errorf("timers keep setting timers for %s", stamp(now))
		}
		if err := p.settle(ctx); err != nil {
			return fired, err
		}
	}
}

func (p *Page) settle(ctx context.Context) error {
	if err := p.world.Settle(ctx); err != nil {
		return fmt.Errorf("wait for the deliveries: %w", err)
	}
	return nil
}

// stamp writes a time as the API does: RFC 3339, UTC, with fractions of a second only when there are some.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// parseForward reads "3h", "1h30m", "1d", "1d12h": a Go duration that may begin with days of 24 hours. It has to be
// more than nothing and at most maxForward.
func parseForward(s string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a length of time; write it like 45m, 3h, 1h30m or 2d", clip(s, 40))
	days, rest, ok := strings.Cut(s, "d")
	if !ok {
		days, rest = "", s
	}
	var sum time.Duration
	if ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || strings.Trim(days, "0123456789.") != "" {
			return 0, bad
		}
		if n > maxForward.Hours()/24 {
			return 0, errTooFar
		}
		sum = time.Duration(n * 24 * float64(time.Hour))
	}
	if rest != "" || !ok {
		d, err := time.ParseDuration(rest)
		if err != nil || ok && strings.ContainsAny(rest, "+-") {
			return 0, bad
		}
		if d > maxForward {
			return 0, errTooFar
		}
		sum += d
	}
	switch {
	case sum <= 0:
		return 0, errors.New("the clock only goes forward: the length of time has to be more than nothing")
	case sum > maxForward:
		return 0, errTooFar
	}
	return sum, nil
}

var errTooFar = errors.New("one move goes at most 400 days forward; move in several")

// clip keeps the first n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
