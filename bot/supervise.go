package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"rewoo/flows"
)

const (
	comebackLeast = time.Second // before an adapter that ended is run again
	comebackMost  = time.Minute
	mendLeast     = time.Minute // and where somebody has to mend something first
	mendMost      = 15 * time.Minute
	steady        = 15 * time.Minute // a run so long was a good one
)

// watch is what the supervisor of an adapter tells the deliverer, and the other way round.
type watch struct {
	on bool // it never changes

	mu      sync.Mutex
	down    bool                    // nothing is sent until the adapter runs again
	until   time.Time               // when that will be
	problem string                  // what is wrong, for the operator; "" when nothing is known to be
	stop    context.CancelCauseFunc // ends the run under way
}

func (w *watch) supervised() bool { return w != nil && w.on }

func (w *watch) isDown() bool {
	if w == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.down
}

// begin says that the adapter runs, and how to end that.
func (w *watch) begin(stop context.CancelCauseFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down, w.until, w.stop = false, time.Time{}, stop
}

// end says that it does not, and why.
func (w *watch) end(problem string, until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down, w.until, w.problem, w.stop = true, until, problem, nil
}

// fail ends the run under way, because of a send that says that no other can succeed.
func (w *watch) fail(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down || w.stop == nil {
		return
	}
	w.down = true
	w.stop(why)
}

// well says that the platform is in reach, and tells whether that is news.
func (w *watch) well() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	news := w.problem != "" && !w.down
	if news {
		w.problem = ""
	}
	return news
}

// storeFault is an error of the store: no supervisor helps against that.
type storeFault struct{ error }

func (e storeFault) Unwrap() error { return e.error }

// fault marks an error as the store's. Where an adapter is supervised it ends Run, whatever the adapter makes of it.
func (b *Bot) fault(err error) error {
	if b.supervised {
		select {
		case b.broken <- err:
		default:
		}
	}
	return storeFault{err}
}

// supervise runs an adapter, over and over if that is wanted. An error ends Run.
func (b *Bot) supervise(ctx context.Context, a Adapter) error {
	w := b.watches[a.Name()]
	if !w.on {
		return b.receive(ctx, a)
	}
	said := ""
	for tries := 0; ; tries++ {
		began := time.Now()
		run, stop := context.WithCancelCause(ctx)
		w.begin(stop)
		hint(b.post)
		err := b.receive(run, a)
		if why, ok := errors.AsType[*SendError](context.Cause(run)); ok {
			err = why
		}
		stop(nil)
		if errors.As(err, new(storeFault)) {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) >= steady {
			tries, said = 0, ""
		}
		wait := comeback(err, tries)
		w.end(problemOf(err), time.Now().Add(wait))
		if text := problemOf(err); text != said {
			b.log.Error("a platform is out of order and will be tried again; what is for it waits", outOfOrder(a.Name(), err)...)
			said = text
		} else {
			b.log.Debug("a platform is still out of order", "platform", a.Name(), "again_in", wait)
		}
		if !sleep(ctx, wait) {
			return nil
		}
	}
}

// receive runs an adapter once. Its end is an error unless it was asked for.
func (b *Bot) receive(ctx context.Context, a Adapter) (err error) {
	defer func() {
		if v := recover(); v != nil {
			c := caught(v)
			err = fmt.Errorf("bot: adapter %s panicked: %s at %s", a.Name(), c.what, c.where)
		}
	}()
	err = a.Run(ctx, func(ctx context.Context, ev flows.Event) error { return b.Handle(ctx, ev) })
	switch {
	case ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())):
		return nil
	case err == nil:
		return fmt.Errorf("bot: adapter %s stopped without being asked to", a.Name())
	}
	return fmt.Errorf("bot: adapter %s: %w", a.Name(), err)
}

// comeback is how long an adapter that ended with err is left alone.
func comeback(err error, tries int) time.Duration {
	if errors.As(err, new(*PlatformError)) || errors.As(err, new(*SendError)) {
		return jitter(mendLeast, mendMost, tries)
	}
	return jitter(comebackLeast, comebackMost, tries)
}

// problemOf says in one line what is wrong, for the operator.
func problemOf(err error) string {
	if pe, ok := errors.AsType[*PlatformError](err); ok {
		return pe.Error()
	}
	if se, ok := errors.AsType[*SendError](err); ok {
		return "it lets us send nothing any more (" + se.Code + "); look at its token and its settings"
	}
	return err.Error()
}

// outOfOrder is the same in parts, for the log.
func outOfOrder(platform string, err error) []any {
	attrs := []any{"platform", platform}
	if pe, ok := errors.AsType[*PlatformError](err); ok {
		return append(attrs, "problem", pe.Problem, "code", pe.Code, "hint", pe.Hint)
	}
	return append(attrs, "problem", problemOf(err))
}

// sleep waits; false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
