package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rewoo/flows"
)

// postbox is one platform's side of the picture.
type postbox struct {
	adapter Adapter // nil: rows for a platform that is not configured wait until they are too old
	flying  int
	closed  time.Time      // a global limit holds until then
	ready   []flows.Queued // of the last scan: may be sent now, first things first
}

// line is one account's. It exists while rows wait.
type line struct {
	key   string // of its first row
	busy  bool   // which is being sent
	tries int    // and has failed so often
	next  time.Time
}

// scan looks at the outbox if something changed. While there is still something to send it does not look again before
// rest is over, which is 50 ms, or ten times what looking took, or a second: a morning with thousands of rows would otherwise be read
// thousands of times, and nothing else be done. It makes no difference whether somebody waits in Settle: their answer comes
// when nothing is left to send, and then each landing leads to a look.
func (d *deliverer) scan(ctx context.Context) error {
	wall := time.Now()
	if !d.dirty || (d.startable() && wall.Sub(d.scanned) < d.rest) {
		return nil
	}
	heads, err := d.store.Heads(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("bot: outbox: %w", err)
	}
	took := time.Since(wall)
	d.dirty, d.scanned, d.retry = false, wall.Add(took), time.Time{}
	d.rest = min(max(rescan, 10*took), restMax)
	for _, p := range d.posts {
		p.ready = p.ready[:0]
	}
	seen := make(map[account]bool, len(heads))
	for _, q := range heads {
		if a := accountOf(q.To); !seen[a] { // of two people who had one account, one after the other, the older first
			seen[a] = true
			d.sort(q, a, wall)
		}
	}
	for a, l := range d.lines {
		if !seen[a] && !l.busy {
			delete(d.lines, a)
		}
	}
	for _, p := range d.posts {
		slices.SortStableFunc(p.ready, func(x, y flows.Queued) int { return int(x.Message.Lane - y.Message.Lane) })
	}
	return nil
}

// sort puts the first row of an account where it belongs: ready, or left to wait.
func (d *deliverer) sort(q flows.Queued, a account, wall time.Time) {
	l, p := d.lines[a], d.posts[a.platform]
	if l == nil {
		l = &line{}
		d.lines[a] = l
	}
	if p == nil {
		d.log.Warn("messages wait for a platform without an adapter", "platform", a.platform)
		p = &postbox{}
		d.posts[a.platform] = p
	}
	if l.busy {
		return
	}
	if l.key != q.Key {
		*l = line{key: q.Key}
	}
	if d.tooLate(q) {
		p.ready = append(p.ready, q) // to be dropped
		return
	}
	if p.adapter == nil || d.holds.has(a) {
		return
	}
	next := l.next
	if p.closed.After(next) {
		next = p.closed
	}
	if !next.After(wall) {
		p.ready = append(p.ready, q)
	} else if d.retry.IsZero() || next.Before(d.retry) {
		d.retry = next
	}
}

func (d *deliverer) tooLate(q flows.Queued) bool {
	return !q.Message.Until.IsZero() && d.now().After(q.Message.Until)
}

func (d *deliverer) startable() bool {
	for _, p := range d.posts {
		if len(p.ready) > 0 {
			return true
		}
	}
	return false
}
