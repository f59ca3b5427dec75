package bot

import (
	"context"
	"fmt"
	"time"

	"rewoo/flows"
)

// lanes is how many kinds of haste a platform tells apart.
const lanes = int(flows.LaneScheduled) + 1

// line is one account's. It exists while rows wait.
type line struct {
	key    string         // of its first row
	since  time.Time      // when that became the first, as far as this process knows
	person flows.PersonID // whose that is
	shared bool           // rows of somebody else, who had the account before or has it now, wait behind it
	busy   bool           // which is being sent
	ready  bool           // which is among the ready ones of its platform
	lane   int            // and which haste it has
	mine   bool           // this process has tried to send it
	tries  int            // and has failed so often
	doubts int            // and does not know so often whether it arrived
	first  time.Time      // when it may have arrived first; zero: never
	next   time.Time      // not to be tried before
	wake   time.Time      // when the person is looked at again for it
}

// look brings the picture up to date: those whose part of the outbox may have changed, or all of it.
func (d *deliverer) look(ctx context.Context) error {
	wall := time.Now()
	d.wake(wall)
	people, all, heard := d.fresh.take()
	for _, a := range heard {
		d.here[a] = wall.Add(hereFor)
	}
	d.dirty = d.dirty || all || wall.Sub(d.scanned) >= sweep
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
		case !l.busy && (!l.ready || l.lane > d.laneFor(q, a, wall)):
			d.sort(q, a, wall)
		}
	}
	return nil
}

// turn is where a row that is ready stands. What stands elsewhere too is passed over there.
type turn struct {
	account
	lane int
}

// patience is how long a message to an account that its person does not use now may hold up what follows. Buttons that stay are
// harmless, since they do nothing any more; a word, or one that is to disappear, gets longer.
func patience(q flows.Queued) time.Duration {
	if q.Message.Op == flows.Close {
		return 15 * time.Second
	}
	return time.Minute
}

// hereFor is how long somebody who wrote is taken to be there.
const hereFor = 30 * time.Second

// laneFor is the lane in which q leaves. What waits for somebody who waits for an answer goes as fast as that: it stands
// before it.
func (d *deliverer) laneFor(q flows.Queued, a account, wall time.Time) int {
	if d.here[a].After(wall) {
		return int(flows.LaneReply)
	}
	return laneOf(q)
}

// add notes that a row of l may be sent.
func (d *deliverer) add(p *postbox, l *line, q flows.Queued, wall time.Time) {
	a := accountOf(q.To)
	if was, ok := d.turn[q.Key]; ok && was.account != a { // it goes after its person to another account
		if old := d.lines[was.account]; old != nil {
			old.ready = false
			d.dirty = d.dirty || old.shared
		}
	}
	l.lane = d.laneFor(q, a, wall)
	p.ready[l.lane], l.ready = append(p.ready[l.lane], q), true
	d.turn[q.Key] = turn{a, l.lane}
}

// clear forgets what may be sent, until the next scan.
func (d *deliverer) clear(p *postbox) {
	for i := range p.ready {
		for _, q := range p.ready[i] {
			if l := d.lines[accountOf(q.To)]; l != nil {
				l.ready = false
			}
			delete(d.turn, q.Key)
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
	d.dirty, d.scanned = false, wall.Add(took)
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
	for a, until := range d.here {
		if !until.After(wall) {
			delete(d.here, a)
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
		p = newPostbox(a.platform, nil, nil)
		d.posts[a.platform] = p
	}
	if l.busy || d.aloft[q.Key] {
		return
	}
	if l.key != q.Key {
		*l = line{key: q.Key, since: wall, person: q.Person, lane: d.laneFor(q, a, wall)}
	}
	if elsewhere(q) && d.passes(p, l, q, a, wall) {
		return
	}
	if d.tooLate(q) {
		d.add(p, l, q, wall) // to be dropped
		return
	}
	if p.adapter == nil || d.holds.has(a) && !elsewhere(q) {
		return
	}
	next := l.next
	if free := p.chatFree(q); free.After(next) {
		next = free
	}
	if next.After(wall) {
		d.later(l, next)
	} else {
		d.add(p, l, q, wall)
	}
}

// passes deals with a row for an account that its person does not use now, if it cannot go there at once: what follows it is for
// where they are, so it is given up soon.
func (d *deliverer) passes(p *postbox, l *line, q flows.Queued, a account, wall time.Time) bool {
	end := l.since.Add(patience(q))
	switch {
	case p.adapter == nil, d.tooLate(q) && !p.open(wall), !end.After(wall) && (l.mine || !p.open(wall)):
		l.lane, l.ready = d.laneFor(q, a, wall), true
		d.turn[q.Key] = turn{a, l.lane}
		d.useless = append(d.useless, q)
	case !p.open(wall) || l.next.After(wall):
		at := end
		if l.next.After(wall) && l.next.Before(end) {
			at = l.next
		} else if soon := wall.Add(time.Second); soon.Before(end) { // it may be open again by then
			at = soon
		}
		d.later(l, at)
	default:
		return false
	}
	return true
}

func (d *deliverer) tooLate(q flows.Queued) bool {
	return !q.Message.Until.IsZero() && d.now().After(q.Message.Until)
}

func (d *deliverer) startable() bool {
	wall := time.Now()
	for _, p := range d.posts {
		if p.startable(wall) {
			return true
		}
	}
	return false
}
