package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rewoo/flows"
)

// lanes is how many kinds of haste a platform tells apart.
const lanes = int(flows.LaneScheduled) + 1

// postbox is one platform's side of the picture.
type postbox struct {
	adapter Adapter // nil: rows for a platform that is not configured wait until they are too old
	flying  int
	closed  time.Time             // a global limit holds until then
	ready   [lanes][]flows.Queued // may be sent now: replies, then cards, then what comes by the clock
}

// line is one account's. It exists while rows wait.
type line struct {
	key    string         // of its first row
	person flows.PersonID // whose that is
	shared bool           // rows of somebody else, who had the account before or has it now, wait behind it
	busy   bool           // which is being sent
	ready  bool           // which is among the ready ones of its platform
	tries  int            // and has failed so often
	next   time.Time
}

// look brings the picture up to date: those whose part of the outbox may have changed, or all of it.
func (d *deliverer) look(ctx context.Context) error {
	people, all := d.fresh.take()
	d.dirty = d.dirty || all
	if err := d.scan(ctx); err != nil || len(people) == 0 {
		return err
	}
	if err := d.visit(ctx, people); err != nil {
		return err
	}
	return d.scan(ctx) // if it concerns others too
}

// visit looks up the first rows of a few people.
func (d *deliverer) visit(ctx context.Context, people []flows.PersonID) error {
	heads, err := d.store.Heads(ctx, people...)
	if err != nil {
		d.dirty = true
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("bot: outbox: %w", err)
	}
	wall := time.Now()
	for _, q := range heads {
		a := accountOf(q.To)
		switch l := d.lines[a]; {
		case l == nil:
			d.sort(q, a, wall)
		case l.shared || l.person != q.Person: // whose turn it is, only a scan tells
			l.shared, d.dirty = true, true
		case !l.busy && !l.ready:
			d.sort(q, a, wall)
		}
	}
	return nil
}

// next takes the row that goes first; false if there is none.
func (p *postbox) next() (q flows.Queued, ok bool) {
	for i := range p.ready {
		if len(p.ready[i]) > 0 {
			q, p.ready[i] = p.ready[i][0], p.ready[i][1:]
			return q, true
		}
	}
	return q, false
}

// add notes that a row of l may be sent.
func (p *postbox) add(l *line, q flows.Queued) {
	i := min(max(int(q.Message.Lane), 0), lanes-1)
	p.ready[i], l.ready = append(p.ready[i], q), true
}

func (p *postbox) startable() bool {
	return slices.ContainsFunc(p.ready[:], func(rows []flows.Queued) bool { return len(rows) > 0 })
}

// clear forgets what may be sent, until the next scan.
func (d *deliverer) clear(p *postbox) {
	for i := range p.ready {
		for _, q := range p.ready[i] {
			d.lines[accountOf(q.To)].ready = false
		}
		p.ready[i] = nil
	}
}

// scan looks at all of the outbox if something changed that concerns everybody. While there is still something to send it
// does not look again before rest is over, which is 50 ms, or ten times what looking took, or a second: a morning with
// thousands of rows would otherwise be read thousands of times, and nothing else be done. It makes no difference whether
// somebody waits in Settle: their answer comes when nothing is left to send, and then each landing leads to a look.
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
		d.clear(p)
	}
	seen := make(map[account]bool, len(heads))
	for _, q := range heads {
		a := accountOf(q.To)
		if !seen[a] { // of two people who had one account, one after the other, the older first
			d.sort(q, a, wall)
		}
		l := d.lines[a]
		l.shared = seen[a] || l.person != q.Person
		seen[a] = true
	}
	for a, l := range d.lines {
		if !seen[a] && !l.busy {
			delete(d.lines, a)
		}
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
		*l = line{key: q.Key, person: q.Person}
	}
	if d.tooLate(q) && !p.closed.After(wall) {
		p.add(l, q) // to be dropped
		return
	}
	if p.adapter == nil || d.holds.has(a) && q.Message.At == nil {
		return
	}
	next := l.next
	if p.closed.After(next) {
		next = p.closed
	}
	if !next.After(wall) {
		p.add(l, q)
	} else if d.retry.IsZero() || next.Before(d.retry) {
		d.retry = next
	}
}

func (d *deliverer) tooLate(q flows.Queued) bool {
	return !q.Message.Until.IsZero() && d.now().After(q.Message.Until)
}

func (d *deliverer) startable() bool {
	for _, p := range d.posts {
		if p.startable() {
			return true
		}
	}
	return false
}
