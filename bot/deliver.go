package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rewoo/flows"
)

const (
	maxSends = 16                    // under way at a time, for one adapter
	sendTime = time.Minute           // how long one send may take
	grace    = 2 * time.Second       // for sends under way at shutdown
	sweep    = 30 * time.Second      // the outbox is looked at this often, hint or no hint
	rescan   = 50 * time.Millisecond // least rest between two scans while there is something to send
	restMax  = time.Second           // and the longest
)

// deliverer sends what waits in the outbox. Its goroutine is the only one that touches the fields; senders report
// through landed.
type deliverer struct {
	*Bot
	posts    map[string]*postbox
	lines    map[account]*line
	landed   chan flight
	flying   int
	dirty    bool          // something changed since the last scan
	scanned  time.Time     // when that was
	rest     time.Duration // how long not to look again while something can be sent
	retry    time.Time     // when the first row that backs off may be tried; zero: none does
	settling []chan struct{}
}

// flight is a send that came back.
type flight struct {
	row     flows.Queued
	failure *SendError
	stale   bool  // it was too old, and not sent
	err     error // the store failed
	verdict verdict
}

func newDeliverer(b *Bot) *deliverer {
	d := &deliverer{
		Bot: b, posts: map[string]*postbox{}, lines: map[account]*line{},
		landed: make(chan flight, maxSends), dirty: true,
	}
	for _, a := range b.adapters {
		d.posts[a.Name()] = &postbox{adapter: a}
	}
	return d
}

// run delivers until ctx ends or something fatal happens, and returns when no send is under way any more.
func (d *deliverer) run(ctx context.Context) error {
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	alarm := time.NewTimer(sweep)
	defer alarm.Stop()
	for {
		err := d.look(ctx)
		if err == nil && ctx.Err() == nil {
			d.start(sending)
			d.answer()
			alarm.Reset(d.pause())
			select {
			case <-ctx.Done():
			case <-d.post:
			case settled := <-d.settle:
				d.settling = append(d.settling, settled)
				d.dirty = true
			case f := <-d.landed:
				err = d.land(f)
			case <-alarm.C:
				d.dirty = true
			}
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, d.drain(cancel))
		}
	}
}

// drain waits for the sends under way, and after the grace makes them give up. Their rows stay where they are.
func (d *deliverer) drain(cancel func()) error {
	var err error
	late := time.AfterFunc(grace, cancel)
	defer late.Stop()
	for d.flying > 0 {
		err = errors.Join(err, d.land(<-d.landed))
	}
	return err
}

// start sends as much as may be under way at a time.
func (d *deliverer) start(ctx context.Context) {
	wall := time.Now()
	for _, p := range d.posts {
		if p.closed.After(wall) && p.startable() { // a limit came after the scan
			d.dirty = true
			d.clear(p)
		}
		for p.flying < maxSends {
			q, ok := p.next()
			if !ok {
				break
			}
			l := d.lines[accountOf(q.To)]
			l.busy, l.ready = true, false
			d.holds.takeoff(accountOf(q.To))
			p.flying++
			d.flying++
			f := flight{row: q, stale: d.tooLate(q)}
			tries := l.tries
			go func() { d.landed <- d.fly(ctx, p.adapter, f, tries) }()
		}
	}
}

// answer tells whoever waits for it that all is delivered.
func (d *deliverer) answer() {
	if len(d.settling) == 0 || d.dirty || d.flying > 0 || d.startable() {
		return
	}
	for _, settled := range d.settling {
		close(settled)
	}
	d.settling = nil
}

// pause is how long nothing happens unless somebody says so.
func (d *deliverer) pause() time.Duration {
	if d.dirty {
		return max(d.rest-time.Since(d.scanned), 0)
	}
	next := d.scanned.Add(sweep)
	if !d.retry.IsZero() && d.retry.Before(next) {
		next = d.retry
		if rested := d.scanned.Add(d.rest); next.Before(rested) { // thousands may back off, each until another moment
			next = rested
		}
	}
	return max(time.Until(next), 0)
}

// land takes a send back into the picture. An error is fatal.
func (d *deliverer) land(f flight) error {
	a, v := accountOf(f.row.To), f.verdict
	l, p := d.lines[a], d.posts[a.platform]
	d.flying--
	p.flying--
	l.busy = false
	if l.shared {
		d.dirty = true
	} else {
		d.fresh.add(f.row.Person) // their next row
		if v.done {
			delete(d.lines, a)
		}
	}
	if d.holds.land(a, v.hold) {
		v.wait, v.counts = 0, false // their next input lets the row go at once
	}
	if v.counts {
		l.tries++
	}
	if v.wait > 0 {
		until := time.Now().Add(v.wait)
		if v.all {
			p.closed, d.dirty = until, true
		} else {
			l.next = until
		}
	}
	if f.err != nil {
		return f.err
	}
	if v.fatal {
		return fmt.Errorf("bot: %s lets us send nothing any more; look at its token and its settings: %w",
			a.platform, f.failure)
	}
	return nil
}
