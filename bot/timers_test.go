package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

func TestTimerTakesTheSamePathAsAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		s.mem.Say(anna, "remind me in 5s") // the loop had gone to sleep for 30 s: the commit wakes it
		time.Sleep(4 * time.Second)
		synctest.Wait()
		s.sees(anna, "I will")
		time.Sleep(3 * time.Second)
		synctest.Wait()
		s.sees(anna, "I will", "reminder")
		s.mem.Say(anna, "remind me in 1h")
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		s.sees(anna, "I will", "reminder", "I will")
		s.restart() // the row survives
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		s.sees(anna, "I will", "reminder", "I will", "reminder")
	})
}

func TestWhatFellDueWhileDownFiresAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		s.mem.Say(anna, "remind me in 1h")
		s.mem.Say(bela, "remind me in 1m")
		s.settled()
		s.stop()
		time.Sleep(150 * time.Minute)
		s.start()
		time.Sleep(time.Second)
		synctest.Wait()
		s.sees(anna, "I will", "reminder")
		s.sees(bela, "I will") // fired too, but what it says was good for two hours
	})
}

func TestPanickingTimerDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{}
		s.opt.Machine = m
		s.start()
		s.mem.Say(anna, "boom later in 10m")
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := m.runs(flows.Fired); n != 1 {
			t.Errorf("it fired %d times", n)
		}
		s.sees(anna, "I will") // no apology for what they did not do
		s.say(anna, "after")
		s.settled()
		s.sees(anna, "I will", "heard: after")
	})
}

// A store whose rows outlive their firing is broken, but must not cost a core.
func TestRowThatStaysDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		var asked atomic.Int64
		stuck := []flows.Due{{Unit: "u", Timer: "t", At: time.Now()}}
		s.start(func(in bot.Store) bot.Store {
			return store{Store: in, due: func(context.Context, time.Time, int) ([]flows.Due, time.Time, error) {
				asked.Add(1)
				return stuck, time.Time{}, nil
			}}
		})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := asked.Load(); n > 130 {
			t.Errorf("the time index was read %d times in a minute", n)
		}
	})
}

// A timer set again for the very moment at which it fired would be a repeat of an event: it is a bug, not a silence.
func TestTimerSetAgainForTheSameMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = &machine{step: func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			if ev.Kind != flows.Fired {
				return flows.Output{}, false
			}
			in.Self.People[0].Timers = append(in.Self.People[0].Timers, *in.Timer)
			return flows.Output{States: []flows.State{in.Self}}, true
		}}
		s.start()
		s.mem.Say(anna, "remind me in 1m")
		time.Sleep(time.Hour)
		synctest.Wait()
		if !strings.Contains(s.log.String(), "for the moment at which it fired") {
			t.Error("nobody is told")
		}
		if _, ok, err := s.life.NextDue(t.Context()); ok || err != nil {
			t.Errorf("a row is left (%v)", err)
		}
	})
}

func TestWallClockThatJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		var ahead atomic.Int64
		s.opt.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		s.start()
		s.mem.Say(anna, "remind me in 8h")
		s.settled()
		ahead.Store(int64(9 * time.Hour)) // the machine was asleep: no timer of the process noticed
		time.Sleep(31 * time.Second)
		synctest.Wait()
		s.sees(anna, "I will", "reminder")
		s.mem.Say(anna, "remind me in 1h")
		s.settled()
		ahead.Store(0)
		time.Sleep(9 * time.Hour)
		synctest.Wait()
		s.sees(anna, "I will", "reminder", "I will")
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		s.sees(anna, "I will", "reminder", "I will", "reminder")
	})
}

func TestWeekOfTimers(t *testing.T) {
	start := time.Now()
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{step: func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			if ev.Kind != flows.Fired {
				return flows.Output{}, false
			}
			p := &in.Self.People[0]
			next := *in.Timer
			next.Due = ev.Due.Add(24 * time.Hour)
			p.Timers = append(p.Timers, next)
			p.LastMsg++
			msg := flows.Message{ID: next.Due.Format("20060102T150405"), To: p.ID, Body: []flows.Block{{Text: ev.At.Sub(ev.Due).Truncate(2 * time.Second).String()}}}
			return flows.Output{States: []flows.State{in.Self}, Messages: []flows.Message{msg}}, true
		}}
		s.opt.Machine = m
		s.start()
		s.mem.Say(anna, "remind me in 20h")
		s.mem.Say(bela, "remind me in 21h")
		time.Sleep(7 * 24 * time.Hour)
		synctest.Wait()
		daily := strings.Split("I will"+strings.Repeat(" 0s", 7), " ")
		daily = append([]string{"I will"}, daily[2:]...)
		s.sees(anna, daily...)
		s.sees(bela, daily...)
	})
	if took := time.Since(start); took > 10*time.Second { // 0.3 s; the race detector and a busy machine need more
		t.Errorf("a week took %v", took)
	}
}

func TestManualClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		var now atomic.Pointer[time.Time]
		now.Store(&start)
		var fired []string
		s.opt.Now = func() time.Time { return *now.Load() }
		s.opt.Manual = true
		s.opt.Machine = &machine{step: func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			if ev.Kind == flows.Fired {
				fired = append(fired, ev.Due.Sub(start).String()+" at "+ev.At.Sub(start).String())
			}
			return flows.Output{}, false
		}}
		s.start()
		if _, ok, err := s.life.NextDue(t.Context()); ok || err != nil {
			t.Errorf("something is due (%v)", err)
		}
		s.mem.Say(anna, "remind me in 3h")
		s.mem.Say(bela, "remind me in 2h")
		s.settled()
		time.Sleep(24 * time.Hour) // real time is nothing
		s.settled()
		s.sees(anna, "I will")
		next, ok, err := s.life.NextDue(t.Context())
		if !ok || err != nil || !next.Equal(start.Add(2*time.Hour)) {
			t.Errorf("next due %v %v (%v)", next, ok, err)
		}
		later := start.Add(5 * time.Hour)
		now.Store(&later)
		time.Sleep(time.Hour) // nobody called Fire
		if next, ok, err = s.life.NextDue(t.Context()); !ok || err != nil || !next.Equal(start.Add(2*time.Hour)) {
			t.Errorf("next due, in the past: %v %v (%v)", next, ok, err)
		}
		if n, err := s.life.Fire(t.Context(), start.Add(time.Hour)); n != 0 || err != nil {
			t.Errorf("fired %d too early (%v)", n, err)
		}
		if n, err := s.life.Fire(t.Context(), start.Add(4*time.Hour)); n != 2 || err != nil {
			t.Errorf("fired %d (%v)", n, err)
		}
		if n, err := s.life.Fire(t.Context(), later); n != 0 || err != nil {
			t.Errorf("fired %d again (%v)", n, err)
		}
		if got := strings.Join(fired, ", "); got != "2h0m0s at 4h0m0s, 3h0m0s at 4h0m0s" {
			t.Errorf("fired %s", got)
		}
	})
}

// firings is a store with these rows due, whose steps take a millisecond and are written down.
type firings struct {
	mu     sync.Mutex
	rows   []flows.Due
	began  []flows.Event
	inside map[flows.UnitID]time.Time // whose step is under way → its Due
	most   int                        // of them at a time
	broken string                     // the timer whose step fails
	faults []string
}

func (f *firings) wrap(manual bool) func(bot.Store) bot.Store {
	return func(in bot.Store) bot.Store {
		return store{Store: in, due: f.due, step: func(_ context.Context, ev flows.Event, _ flows.Machine) (flows.Result, error) {
			f.begin(ev, manual)
			time.Sleep(time.Millisecond)
			f.mu.Lock()
			defer f.mu.Unlock()
			delete(f.inside, ev.Unit)
			if ev.Timer == f.broken {
				return flows.Result{}, errBroken
			}
			return flows.Result{}, nil
		}}
	}
}

var errBroken = errors.New("broken")

func (f *firings) begin(ev flows.Event, manual bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for unit, due := range f.inside {
		if unit == ev.Unit {
			f.faults = append(f.faults, "two of one unit at a time")
		}
		if manual && !due.Equal(ev.Due) {
			f.faults = append(f.faults, "two moments at a time")
		}
	}
	f.began = append(f.began, ev)
	f.inside[ev.Unit] = ev.Due
	f.most = max(f.most, len(f.inside))
}

func (f *firings) due(_ context.Context, now time.Time, limit int) ([]flows.Due, time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(limit, len(f.rows))
	due := f.rows[:n:n]
	f.rows = f.rows[n:]
	return due, time.Time{}, nil
}

func TestUnitsFireAtTheSameTime(t *testing.T) {
	const units, moments = 30, 9
	for _, manual := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			start := time.Now()
			f := &firings{inside: map[flows.UnitID]time.Time{}}
			for m := range moments {
				for u := range units {
					f.rows = append(f.rows, flows.Due{Unit: flows.UnitID(fmt.Sprint("u", u)), Timer: fmt.Sprint(m), At: start.Add(time.Duration(m))})
				}
			}
			s.opt.Manual = manual
			b := bot.New(s.options(f.wrap(manual)))
			if n, err := b.Fire(t.Context(), start.Add(time.Hour)); n != units*moments || err != nil {
				t.Errorf("fired %d (%v)", n, err)
			}
			if took := time.Since(start); f.most != units || took > 2*moments*time.Millisecond {
				t.Errorf("%d at a time, in %v", f.most, took)
			}
			if f.faults != nil {
				t.Errorf("%d faults: %s", len(f.faults), f.faults[0])
			}
			last := map[flows.UnitID]time.Time{}
			for i, ev := range f.began {
				if !ev.Due.After(last[ev.Unit]) {
					t.Fatalf("manual %v: %s out of the order of its unit", manual, ev.ID)
				}
				if manual && i > 0 && ev.Due.Before(f.began[i-1].Due) {
					t.Fatalf("%s out of the order of time", ev.ID)
				}
				last[ev.Unit] = ev.Due
			}
		})
	}
}

func TestFiringThatFails(t *testing.T) {
	for _, manual := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			f := &firings{inside: map[flows.UnitID]time.Time{}, broken: "5"}
			for m := range 10 {
				f.rows = append(f.rows, flows.Due{Unit: "u", Timer: fmt.Sprint(m), At: time.Now().Add(time.Duration(m))})
			}
			s.opt.Manual = manual
			b := bot.New(s.options(f.wrap(manual)))
			n, err := b.Fire(t.Context(), time.Now().Add(time.Hour))
			if n != 5 || !errors.Is(err, errBroken) || len(f.began) != 6 {
				t.Errorf("fired %d of %d (%v)", n, len(f.began), err)
			}
		})
	}
}

func TestFailingTimeIndexIsFatal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		broken := errors.New("disk")
		s.start(func(in bot.Store) bot.Store {
			return store{Store: in, due: func(context.Context, time.Time, int) ([]flows.Due, time.Time, error) {
				return nil, time.Time{}, broken
			}}
		})
		<-s.life.Done()
		if err := s.life.Stop(); !errors.Is(err, broken) {
			t.Errorf("Run: %v", err)
		}
	})
}
