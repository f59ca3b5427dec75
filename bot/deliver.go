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
	waits    waits                 // whom to look at again, and when
	turn     map[string]turn       // by key: where a row that is ready stands
	here     map[account]time.Time // who wrote just now: until then all that waits for them goes first
	aloft    map[string]bool       // by key: which rows are being sent
	landed   chan flight
	flying   int
	dirty    bool          // something changed since the last scan
	scanned  time.Time     // when that was
	rest     time.Duration // how long not to look again while something can be sent
	settling []chan struct{}
}

func newDeliverer(b *Bot) *deliverer {
	d := &deliverer{
		Bot: b, posts: map[string]*postbox{}, lines: map[account]*line{},
		turn: map[string]turn{}, here: map[account]time.Time{}, aloft: map[string]bool{}, landed: make(chan flight, maxSends), dirty: true,
	}
	for _, a := range b.adapters {
		d.posts[a.Name()] = newPostbox(a.Name(), a, b.watches[a.Name()])
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
			case asked := <-d.asks:
				asked <- d.counts()
			case f := <-d.landed:
				err = d.land(f)
			case <-alarm.C:
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

// start sends as much as may be under way at a time, and no faster than the platform likes: first there has to be a place and
// the time has to be right, then the first of the highest lane goes.
func (d *deliverer) start(ctx context.Context) {
	wall := time.Now()
	for _, p := range d.posts {
		for {
			lane, ok := p.pick()
			if !ok || p.opens().After(wall) {
				break
			}
			d.launch(ctx, p, lane, wall)
		}
	}
}

// launch sends a row, or drops it.
func (d *deliverer) launch(ctx context.Context, p *postbox, lane int, wall time.Time) {
	q := p.take(lane)
	a := accountOf(q.To)
	l := d.lines[a]
	if d.turn[q.Key] != (turn{a, lane}) { // it stands elsewhere by now
		return
	}
	delete(d.turn, q.Key)
	d.aloft[q.Key] = true
	l.busy, l.ready = true, false
	d.holds.takeoff(a)
	p.flying++
	d.flying++
	if lane == lanes-1 {
		p.clocked++
	}
	if q.Message.Once && !q.Marked.IsZero() && !l.mine {
		l.first = q.Marked // by a process that ended before it knew what became of it
	}
	f := flight{row: q, lane: lane, first: l.first, began: wall, past: past{
		tries: l.tries, doubts: l.doubts, nonce: p.pace.Nonce, once: q.Message.Once, left: elsewhere(q),
	}}
	switch {
	case d.tooLate(q):
		f.drop = "dropped a message that came too late"
	case !l.mine && !l.first.IsZero() && !(p.pace.Nonce > 0 && wall.Sub(l.first) < p.pace.Nonce):
		f.drop = "dropped a message that may have been sent before the last end, and is better lost than said twice"
	case elsewhere(q) && d.holds.has(a):
		f.drop, f.silent = "passed over a message on an account that is used no more", true
	default:
		p.spend(lane, q, wall)
	}
	f.row.Message.Lane = flows.Lane(lane) // how urgent it is by now: the adapter may have lines of its own
	l.mine = true
	go func() { d.landed <- d.fly(ctx, p.adapter, f) }()
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
	next := d.scanned.Add(sweep)
	if d.dirty {
		next = d.scanned.Add(d.rest)
	}
	if len(d.waits) > 0 && d.waits[0].at.Before(next) {
		next = d.waits[0].at
	}
	for _, p := range d.posts {
		if _, ok := p.pick(); ok && p.opens().Before(next) {
			next = p.opens()
		}
	}
	return max(time.Until(next), 0)
}

// land takes a send back into the picture. An error is fatal.
func (d *deliverer) land(f flight) error {
	a, v, now := accountOf(f.row.To), f.verdict, time.Now()
	l, p := d.lines[a], d.posts[a.platform]
	d.flying--
	p.flying--
	if f.lane == lanes-1 {
		p.clocked--
	}
	l.busy = false
	delete(d.aloft, f.row.Key)
	p.note(f.failure, now)
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
	if f.failure != nil && f.failure.Class == Ambiguous && l.first.IsZero() {
		l.first = f.began
	}
	if v.doubt {
		l.doubts++
	}
	if v.limit {
		p.limit(v.wait, v.all, now)
	}
	if v.wait > 0 {
		l.next = now.Add(v.wait)
	}
	switch {
	case f.err != nil:
		return f.err
	case v.fatal && p.watch.supervised():
		p.watch.fail(f.failure)
	case v.fatal:
		return fmt.Errorf("bot: %s lets us send nothing any more; look at its token and its settings: %w",
			a.platform, f.failure)
	}
	return nil
}

// laneOf is the lane of a row, whatever its number.
func laneOf(q flows.Queued) int { return min(max(int(q.Message.Lane), 0), lanes-1) }
