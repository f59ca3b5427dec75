package bot

import (
	"context"
	"fmt"

	"rewoo/flows"
)

// fly sends one row and does what follows from it in the store. It runs on a goroutine of its own, so that a slow
// platform and a slow disk hold up nobody else.
func (d *deliverer) fly(ctx context.Context, a Adapter, f flight, tries int) flight {
	var ref string
	if f.stale {
		f.verdict = verdict{done: true}
		d.log.Info("dropped a message that came too late", "person", f.row.Person, "message", f.row.Message)
	} else {
		ref, f.failure = send(ctx, a, f.row)
		if f.verdict = judge(f.failure, tries); f.verdict.hold && f.row.Message.At != nil {
			f.verdict = verdict{done: true} // not where its person is: they are in reach elsewhere, and more may follow there
		}
		d.report(f)
	}
	keep := context.WithoutCancel(ctx) // what was sent is done, even if we are asked to stop now
	switch {
	case f.verdict.done:
		if err := d.store.Done(keep, f.row.Key, ref); err != nil {
			f.err = fmt.Errorf("bot: message %s was sent but not crossed off: %w", f.row.Message.ID, err)
		}
	case f.verdict.hold:
		f.err = d.gone(keep, f.row)
	}
	return f
}

// send lets no panic of an adapter out: such a message would bring the bot down at every start.
func send(ctx context.Context, a Adapter, q flows.Queued) (ref string, failure *SendError) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			c := caught(v)
			failure = &SendError{Class: Invalid, Code: fmt.Sprintf("panic %s at %s", c.what, c.where)}
		}
	}()
	ref, err := a.Send(ctx, q)
	return ref, failureOf(err)
}

// gone tells the engine that a person cannot be reached, unless they wrote while the message was under way. The event
// has the message's id, so one message tells it once, over restarts too.
func (d *deliverer) gone(ctx context.Context, q flows.Queued) error {
	if d.holds.heardSince(accountOf(q.To)) {
		return nil
	}
	return d.Handle(ctx, flows.Event{ID: "gone/" + q.Message.ID, Kind: flows.Gone, From: q.To})
}

// report logs how a send went: ids, class and code.
func (d *deliverer) report(f flight) {
	attrs := []any{"person", f.row.Person, "message", f.row.Message, "failure", f.failure}
	switch {
	case f.failure == nil:
		d.log.Debug("sent", attrs[:4]...)
	case f.failure.Class == Invalid:
		d.log.Error("dropped a message that the platform does not take", attrs...)
	case f.failure.Class == Unreachable:
		d.log.Info("a person cannot be reached", attrs...)
	case f.verdict.done:
		d.log.Debug("nothing left to do for a message", attrs...)
	default:
		d.log.Warn("a message was not sent", attrs...)
	}
}
