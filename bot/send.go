package bot

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"rewoo/flows"
)

// flight is a send on its way, and back.
type flight struct {
	row     flows.Queued
	lane    int    // in which it left
	drop    string // why it is not sent at all
	silent  bool   // and that is nobody's business
	past    past
	first   time.Time // when it was sent first and may have arrived; zero: never before
	began   time.Time
	failure *SendError
	err     error // the store failed
	verdict verdict
}

// fly sends one row and does what follows from it in the store. It runs on a goroutine of its own, so that a slow
// platform and a slow disk hold up nobody else.
func (d *deliverer) fly(ctx context.Context, a Adapter, f flight) flight {
	keep := context.WithoutCancel(ctx) // what was sent is done, even if we are asked to stop now
	var ref string
	if f.drop != "" {
		f.verdict = verdict{done: true}
		level := slog.LevelInfo
		if f.silent {
			level = slog.LevelDebug
		}
		d.log.Log(ctx, level, f.drop, "person", f.row.Person, "message", f.row.Message)
	} else {
		at := f.first // a repeat is as old as what it repeats
		if at.IsZero() {
			at = time.Now()
		}
		if f.err = d.mark(keep, f.row, at); f.err != nil {
			return f
		}
		ref, f.failure = send(ctx, a, f.row)
		if !f.first.IsZero() {
			f.past.known = time.Since(f.first)
		} else {
			f.past.known = time.Since(f.began)
		}
		f.verdict = judge(f.failure, f.past)
		d.report(f)
	}
	switch {
	case f.verdict.done:
		if err := d.store.Done(keep, f.row.Key, f.row.To, ref); err != nil {
			f.err = fmt.Errorf("bot: message %s was sent but not crossed off: %w", f.row.Message.ID, err)
		}
		return f
	case f.failure != nil && unsent(f.failure) && f.first.IsZero(): // or what was sent before may have arrived all the same
		f.err = d.mark(keep, f.row, time.Time{})
	}
	if f.verdict.hold && f.err == nil {
		f.err = d.gone(keep, f.row)
	}
	return f
}

// mark notes that a row is about to be sent, if it is one that is better lost than said twice. After a crash in between it is
// not known whether it arrived.
func (d *deliverer) mark(ctx context.Context, q flows.Queued, at time.Time) error {
	if !q.Message.Once {
		return nil
	}
	if err := d.store.Mark(ctx, q.Key, at); err != nil {
		return fmt.Errorf("bot: message %s cannot be marked: %w", q.Message.ID, err)
	}
	return nil
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

// report logs how a send went: ids, class and code. That somebody cannot be reached is no news for whoever reads the log: on a
// server with one couple it may be the partner.
func (d *deliverer) report(f flight) {
	attrs := []any{"person", f.row.Person, "message", f.row.Message, "failure", f.failure}
	switch {
	case f.failure == nil:
		d.log.Debug("sent", attrs[:4]...)
	case f.failure.Class == Invalid:
		d.log.Error("dropped a message that the platform does not take", attrs...)
	case f.failure.Class == Unreachable:
		d.log.Debug("a person cannot be reached", attrs...)
	case f.verdict.lost:
		d.log.Warn("gave up a message that may have arrived", attrs...)
	case f.verdict.done:
		d.log.Debug("nothing left to do for a message", attrs...)
	default:
		d.log.Warn("a message was not sent", attrs...)
	}
}

// elsewhere says that q goes to an account that its person does not use now: if that is out of reach, they may be in reach all
// the same, and more may follow there.
func elsewhere(q flows.Queued) bool { return q.Left || q.Message.At != nil }
