package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// shaky is a platform in memory of another name, whose Run does as it is told before it does what it should.
type shaky struct {
	*bottest.Memory
	run func(ctx context.Context) error // an error ends it; nil: it runs

	mu   sync.Mutex
	runs []time.Time
}

func newShaky(run func(context.Context) error) *shaky {
	return &shaky{Memory: bottest.NewMemory("shaky"), run: run}
}

func (a *shaky) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	a.mu.Lock()
	a.runs = append(a.runs, time.Now())
	a.mu.Unlock()
	if err := a.run(ctx); err != nil {
		return err
	}
	return a.Memory.Run(ctx, handle)
}

// gaps are the times between its runs.
func (a *shaky) gaps() (gaps []time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.runs[1:] {
		gaps = append(gaps, a.runs[i+1].Sub(a.runs[i]))
	}
	return gaps
}

// supervised puts the stand on its own platform and another one, both supervised.
func (s *stand) supervised(a bot.Adapter) {
	s.opt.Supervise = true
	s.opt.Adapters = []bot.Adapter{s.mem, a}
}

func TestFailingAdapterIsRunAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fail        func(context.Context) error
		least, most time.Duration
		says        []string
	}{
		"ends":   {func(context.Context) error { return errors.New("cable cut") }, time.Second, time.Minute, []string{"cable cut"}},
		"panics": {func(context.Context) error { panic(canary) }, time.Second, time.Minute, []string{"panicked"}},
		"knows why": {func(context.Context) error {
			return &bot.PlatformError{Code: "409", Problem: "a second one runs", Hint: "stop it"}
		},
			time.Minute, 15 * time.Minute, []string{"a second one runs", "code=409", "stop it"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(t)
				var mended atomic.Bool
				a := newShaky(func(ctx context.Context) error {
					if mended.Load() {
						return nil
					}
					return c.fail(ctx)
				})
				s.supervised(a)
				s.start()
				a.Say(anna, "waits")
				s.say(bela, "hello")
				time.Sleep(3 * time.Hour)
				synctest.Wait()
				s.sees(bela, "heard: hello")
				gaps := a.gaps()
				for i, gap := range gaps {
					most := min(c.least<<min(i, 10), c.most)
					if gap < most/2 || gap > most {
						t.Errorf("run %d came after %v, want %v to %v", i+2, gap, most/2, most)
					}
				}
				if len(gaps) < 10 {
					t.Errorf("%d runs in 3 hours", len(gaps)+1)
				}
				if n := strings.Count(s.log.String(), "level=ERROR"); n != 1 {
					t.Errorf("%d lines of one problem:\n%s", n, s.log.String())
				}
				for _, says := range c.says {
					if !strings.Contains(s.log.String(), says) {
						t.Errorf("the log does not say %q", says)
					}
				}
				mended.Store(true)
				time.Sleep(16 * time.Minute)
				synctest.Wait()
				if got := a.Texts(anna); len(got) != 1 {
					t.Errorf("when it is mended they see %q", got)
				}
				s.stop()
			})
		})
	}
}

// A send that says that nothing can be sent any more closes its platform, for as long as somebody may need to mend it. The other
// one goes on, and what waits is sent then.
func TestFatalSendClosesItsPlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		a := newShaky(func(context.Context) error { return nil })
		s.supervised(a)
		var sends atomic.Int64
		var mended atomic.Bool
		a.Fail(func(flows.Queued) error {
			sends.Add(1)
			if mended.Load() {
				return nil
			}
			return failure(bot.Fatal)
		})
		s.start()
		a.Say(anna, "one")
		synctest.Wait()
		s.crowdOn("shaky", "many", 30)
		s.say(bela, "hello")
		time.Sleep(25 * time.Second)
		synctest.Wait()
		s.sees(bela, "heard: hello")
		if n := sends.Load(); n != 1 {
			t.Errorf("%d sends to a platform that takes none", n)
		}
		began := time.Now()
		if err := s.life.Settle(t.Context()); err != nil || time.Since(began) > time.Second {
			t.Errorf("what waits for it kept others waiting for %v, %v", time.Since(began), err)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if runs := len(a.gaps()) + 1; runs < 8 || runs > 30 {
			t.Errorf("run %d times in two hours", runs)
		}
		if n := strings.Count(s.log.String(), "level=ERROR"); n != 1 {
			t.Errorf("%d lines of one problem", n)
		}
		mended.Store(true)
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		if got := a.Texts(anna); len(got) != 1 {
			t.Errorf("she sees %q", got)
		}
		if got := a.Texts("many29"); len(got) != 1 {
			t.Errorf("the last of those who waited sees %q", got)
		}
		s.stop()
	})
}

// crowdOn is crowd on another platform.
func (s *stand) crowdOn(platform, name string, n int) {
	s.Helper()
	for i := range n {
		from := flows.Address{Platform: platform, User: name + string(rune('0'+i/10)) + string(rune('0'+i%10))}
		if err := s.life.Handle(s.Context(), flows.Event{ID: from.User, Kind: flows.Said, Text: name, From: from}); err != nil {
			s.Fatal(err)
		}
	}
}

// A good run makes it begin anew: the first wait is short, and what is wrong is said again.
func TestLongRunForgivesTheOnesBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		var runs atomic.Int64
		a := newShaky(func(ctx context.Context) error {
			if runs.Add(1) == 7 {
				time.Sleep(20 * time.Minute)
			}
			return errors.New("cable cut")
		})
		s.supervised(a)
		s.start()
		time.Sleep(22*time.Minute + 30*time.Second)
		synctest.Wait()
		gaps := a.gaps()
		if len(gaps) < 8 || gaps[5] < 16*time.Second || gaps[7] > 3*time.Second {
			t.Errorf("%v", gaps)
		}
		if n := strings.Count(s.log.String(), "level=ERROR"); n != 2 {
			t.Errorf("%d lines", n)
		}
		s.stop()
	})
}

// A store that fails ends all, whatever an adapter makes of it: it may swallow the error, or put it into words of its own.
func TestFailingStoreEndsASupervisedBot(t *testing.T) {
	disk := errors.New("disk")
	for name, run := range map[string]func(context.Context, func(context.Context, flows.Event) error) error{
		"gives it back": func(ctx context.Context, handle func(context.Context, flows.Event) error) error {
			return handle(ctx, flows.Event{ID: "1", Kind: flows.Said})
		},
		"swallows it": func(ctx context.Context, handle func(context.Context, flows.Event) error) error {
			handle(ctx, flows.Event{ID: "1", Kind: flows.Said})
			<-ctx.Done()
			return nil
		},
		"says it otherwise": func(ctx context.Context, handle func(context.Context, flows.Event) error) error {
			handle(ctx, flows.Event{ID: "1", Kind: flows.Said})
			return errors.New("something failed")
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(t)
				s.supervised(handler{odd{name: "odd"}, run})
				s.start(func(in bot.Store) bot.Store {
					return store{Store: in, step: func(context.Context, flows.Event, flows.Machine) (flows.Result, error) {
						return flows.Result{}, disk
					}}
				})
				<-s.life.Done()
				if err := s.life.Stop(); !errors.Is(err, disk) {
					t.Errorf("Run: %v", err)
				}
			})
		})
	}
}

// handler is an adapter that uses its handle.
type handler struct {
	odd
	use func(context.Context, func(context.Context, flows.Event) error) error
}

func (h handler) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	return h.use(ctx, handle)
}

func TestSupervisedBotStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.supervised(newShaky(func(context.Context) error { return &bot.PlatformError{Code: "401"} }))
		s.start()
		time.Sleep(10 * time.Second) // in the midst of a wait
		start := time.Now()
		s.stop()
		if took := time.Since(start); took != 0 {
			t.Errorf("the stop took %v", took)
		}
	})
}
