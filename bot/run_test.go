package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

func TestStepUnderWayIsFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start(func(in bot.Store) bot.Store {
			return store{Store: in, step: func(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
				time.Sleep(5 * time.Second)
				return in.Step(ctx, ev, m)
			}}
		})
		s.say(anna, "one")
		s.say(anna, "two")
		time.Sleep(time.Second)
		start := time.Now()
		s.stop()
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("the stop took %v", took)
		}
		if n := s.mem.Waiting(anna); n != 1 {
			t.Errorf("%d events are not acknowledged, want the second only", n)
		}
		s.start()
		s.settled()
		s.sees(anna, "heard: one", "heard: two")
	})
}

func TestSendUnderWayHasAGrace(t *testing.T) {
	for _, d := range []struct {
		send, stop time.Duration
		sent       bool
	}{{time.Second, time.Second, true}, {time.Hour, 2 * time.Second, false}} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			var calls atomic.Int64
			s.opt.Adapters = []bot.Adapter{slow{s.mem, d.send, &calls}}
			s.start()
			s.mem.Say(anna, "count 2")
			synctest.Wait()
			start := time.Now()
			s.stop()
			if took := time.Since(start); took != d.stop {
				t.Errorf("the stop took %v, want %v", took, d.stop)
			}
			if calls.Load() != 1 {
				t.Errorf("%d sends, of which one before the end", calls.Load())
			}
			if d.sent {
				s.sees(anna, "1")
			} else {
				s.sees(anna)
			}
			s.opt.Adapters = nil
			s.start()
			s.settled()
			s.sees(anna, "1", "2")
		})
	}
}

// slow takes its time for every send, unless its context ends.
type slow struct {
	*bottest.Memory
	takes time.Duration
	calls *atomic.Int64
}

func (a slow) Send(ctx context.Context, q flows.Queued) (string, error) {
	a.calls.Add(1)
	select {
	case <-time.After(a.takes):
		return a.Memory.Send(context.WithoutCancel(ctx), q)
	case <-ctx.Done():
		return "", &bot.SendError{Class: bot.Ambiguous, Err: ctx.Err()}
	}
}

// A send that never ends gives up after a minute, and the person's line moves again.
func TestSendThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		var calls atomic.Int64
		s.opt.Adapters = []bot.Adapter{slow{s.mem, time.Hour, &calls}}
		s.start()
		s.say(anna, "hello")
		time.Sleep(3*time.Minute + 30*time.Second)
		synctest.Wait()
		if n := calls.Load(); n != 4 {
			t.Errorf("%d attempts, want 4", n)
		}
	})
}

func TestFailingStoreIsFatalAndNothingIsAcknowledged(t *testing.T) {
	disk := errors.New("disk")
	for name, wrap := range map[string]func(bot.Store) bot.Store{
		"step": func(in bot.Store) bot.Store {
			return store{Store: in, step: func(context.Context, flows.Event, flows.Machine) (flows.Result, error) {
				return flows.Result{}, disk
			}}
		},
		"heads": func(in bot.Store) bot.Store {
			return store{Store: in, head: func(context.Context) ([]flows.Queued, error) { return nil, disk }}
		},
		"done": func(in bot.Store) bot.Store {
			return store{Store: in, done: func(context.Context, string) error { return disk }}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(t)
				s.start(wrap)
				s.say(anna, "hello")
				<-s.life.Done()
				if err := s.life.Stop(); !errors.Is(err, disk) || strings.Contains(err.Error(), canary) {
					t.Errorf("Run: %v", err)
				}
				if n := s.mem.Waiting(anna); name == "step" && n != 1 {
					t.Error("the event was acknowledged")
				}
				s.start()
				s.settled()
				s.sees(anna, "heard: hello")
			})
		})
	}
}

// odd is an adapter whose Run does what it is told.
type odd struct {
	name string
	run  func(context.Context) error
}

func (o odd) Name() string { return o.name }

func (o odd) Run(ctx context.Context, _ func(context.Context, flows.Event) error) error {
	return o.run(ctx)
}

func (odd) Send(context.Context, flows.Queued) (string, error) { return "", nil }

func TestAdapterThatStops(t *testing.T) {
	cause := errors.New("token refused")
	for want, run := range map[string]func(context.Context) error{
		"adapter odd stopped without being asked to": func(context.Context) error { return nil },
		"adapter odd: token refused":                 func(context.Context) error { return cause },
		"adapter odd panicked: string at":            func(context.Context) error { panic(canary) },
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			s.opt.Adapters = []bot.Adapter{s.mem, odd{"odd", run}}
			s.start()
			<-s.life.Done()
			if err := s.life.Stop(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), canary) {
				t.Errorf("Run: %v, want %q", err, want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Adapters = []bot.Adapter{odd{"odd", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}}
		s.start()
		s.stop()
	})
}

func TestRunRefuses(t *testing.T) {
	s := newStand(t)
	s.opt.Adapters = []bot.Adapter{s.mem, s.mem}
	if err := bot.New(s.options()).Run(t.Context()); err == nil || !strings.Contains(err.Error(), `"memory"`) {
		t.Errorf("two adapters of one name: %v", err)
	}
	s.opt.Adapters = nil
	b := bot.New(s.options())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Run(ended); err != nil {
		t.Errorf("a context that has ended: %v", err)
	}
	if err := b.Run(t.Context()); err == nil {
		t.Error("it ran twice")
	}
}

func TestSendErrorKeepsItsSecret(t *testing.T) {
	var log bottest.Log
	f := failure(bot.Limited)
	f.After, f.Global = time.Second, true
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		lg := slog.New(h)
		lg.Error("as it is", "err", f)
		lg.Error("wrapped", "err", errors.Join(errors.New("x"), f))
		lg.Error(f.Error())
	}
	if out := log.String(); strings.Contains(out, canary) || !strings.Contains(out, "limited") || !strings.Contains(out, "42") {
		t.Errorf("the log says:\n%s", out)
	}
	if !errors.Is(f, f.Err) {
		t.Error("the cause cannot be asked for")
	}
}
