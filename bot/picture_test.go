package bot_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// A row that came without a hint is found by the sweep, however much goes on meanwhile.
func TestSweepComesInTheMidstOfTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		synctest.Wait()
		s.crowd(bot.New(s.options()), "unhinted", 1) // by another bot, so that this one is not told
		for i := range 7 {
			time.Sleep(5 * time.Second)
			s.say(anna, fmt.Sprint(i))
		}
		synctest.Wait()
		s.sees("unhinted0", "heard: unhinted")
		s.stop()
	})
}

// strangers is a machine that answers everybody and keeps nobody: each event of an account is of a new person.
func strangers() *machine {
	var n atomic.Int64
	m := &machine{}
	m.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
		i := n.Add(1)
		to := flows.PersonID(fmt.Sprintf("%032x", 1000-i)) // in the file, the newest comes first
		return flows.Output{Messages: []flows.Message{{ID: fmt.Sprint(i), To: to, Body: []flows.Block{{Text: ev.Text}}}}}, true
	}
	return m
}

// The row of a second person of one account does not wait for the sweep when the first one's has landed.
func TestTwoPeopleOfOneAccountWakeEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = strangers()
		hang := make(chan struct{})
		s.mem.Fail(func(flows.Queued) error { <-hang; return nil })
		s.start()
		for _, text := range []string{"one", "two", "three"} {
			s.say(anna, text)
			synctest.Wait()
		}
		close(hang)
		time.Sleep(time.Second)
		synctest.Wait()
		s.sees(anna, "one", "two", "three")
		s.stop()
	})
}

// Nor does it overtake one that backs off: they have one chat.
func TestTwoPeopleOfOneAccountKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = strangers()
		try := s.fail(anna, bot.Transient)
		s.start()
		for _, text := range []string{"one", "two"} {
			s.say(anna, text)
			synctest.Wait()
		}
		if try.n() != 1 {
			t.Errorf("%d attempts at once", try.n())
		}
		try.class.Store(bot.Class(""))
		time.Sleep(time.Minute)
		synctest.Wait()
		s.sees(anna, "one", "two")
		s.stop()
	})
}

// Nor is it forgotten when it is looked for after the first one's row has gone from the file, and before that is known.
func TestSecondPersonOfAnAccountBetweenDoneAndLanding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = strangers()
		hang := make(chan struct{})
		s.start(func(real bot.Store) bot.Store {
			return store{Store: real, done: func(ctx context.Context, key string) error {
				err := real.Done(ctx, key, flows.Address{}, "")
				<-hang
				return err
			}}
		})
		s.say(anna, "one")
		synctest.Wait()
		s.say(anna, "two")
		synctest.Wait()
		close(hang)
		time.Sleep(time.Second)
		synctest.Wait()
		s.sees(anna, "one", "two")
		s.stop()
	})
}

// What gets too late while a platform takes nothing from us is dropped when it does again, and holds up no Settle till then.
func TestTooLateUnderALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		echo := &machine{}
		echo.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			out := echo.Echo.Step(in, ev)
			if ev.From.User == bela {
				out.Messages[0].Until = ev.At.Add(time.Second)
			}
			return out, true
		}
		s.opt.Machine = echo
		try := s.fail(anna, bot.Limited)
		try.after, try.all = time.Minute, true
		began := time.Now()
		s.start()
		s.say(anna, "hello")
		synctest.Wait()
		try.class.Store(bot.Class(""))
		s.say(bela, "soon too late")
		time.Sleep(2 * time.Second)
		s.settled()
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("Settle came after %v", d)
		}
		time.Sleep(time.Minute + 7*time.Second)
		synctest.Wait()
		s.sees(anna, "heard: hello")
		s.sees(bela)
		if heads, err := s.db.Heads(t.Context()); err != nil || len(heads) != 0 {
			t.Errorf("%d rows are left, %v", len(heads), err)
		}
		s.stop()
	})
}
