package bot_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// failure is what an adapter reports; its library quotes what people wrote.
func failure(class bot.Class) *bot.SendError {
	return &bot.SendError{Class: class, Code: "42", Err: errors.New("the library says: " + canary)}
}

// attempts counts the sends to user, and makes them fail as long as class says one.
type attempts struct {
	user  string
	class atomic.Value // bot.Class; "" lets them through
	after time.Duration
	all   bool // Limited for everybody

	mu sync.Mutex
	at []time.Time
}

func (s *stand) fail(user string, class bot.Class) *attempts {
	a := &attempts{user: user}
	a.class.Store(class)
	s.mem.Fail(func(q flows.Queued) error {
		if q.To.User != a.user {
			return nil
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.at = append(a.at, time.Now())
		if c := a.class.Load().(bot.Class); c != "" {
			f := failure(c)
			f.After, f.Global = a.after, a.all
			return f
		}
		return nil
	})
	return a
}

func (a *attempts) n() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.at)
}

func TestCommittedMessageSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		try := s.fail(anna, bot.Transient)
		s.start()
		s.say(anna, "one")
		s.say(anna, "two")
		synctest.Wait() // honest: it has tried, and backs off
		if try.n() != 1 {
			t.Fatalf("%d attempts before the restart", try.n())
		}
		s.restart()
		synctest.Wait()
		if try.n() != 2 {
			t.Fatalf("%d attempts after the restart", try.n())
		}
		s.sees(anna)
		try.class.Store(bot.Class(""))
		time.Sleep(time.Minute)
		synctest.Wait()
		s.sees(anna, "heard: one", "heard: two")
	})
}

func TestFailingPersonHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		hang := make(chan struct{})
		s.mem.Fail(func(q flows.Queued) error {
			if q.To.User == anna {
				<-hang
			}
			return nil
		})
		s.start()
		s.say(anna, "hello")
		synctest.Wait() // her message is on its way, and stays there
		start := time.Now()
		for i := range 5 {
			s.say(bela, fmt.Sprint(i))
		}
		synctest.Wait()
		s.sees(bela, "heard: 0", "heard: 1", "heard: 2", "heard: 3", "heard: 4")
		close(hang)
		synctest.Wait()
		s.sees(anna, "heard: hello")

		s.fail(anna, bot.Transient)
		s.say(anna, "again")
		synctest.Wait()
		s.say(bela, "5")
		synctest.Wait()
		if got := s.mem.Texts(bela); len(got) != 6 {
			t.Errorf("a message that backs off holds up another person: %q", got)
		}
		if time.Since(start) != 0 {
			t.Errorf("it took %v", time.Since(start))
		}
	})
}

func TestOrderSurvivesFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		var flying, most, calls atomic.Int64
		s.mem.Fail(func(q flows.Queued) error {
			if n := flying.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer flying.Add(-1)
			time.Sleep(10 * time.Millisecond)
			switch calls.Add(1) % 3 {
			case 0:
				return failure(bot.Transient)
			case 1:
				return failure(bot.Ambiguous)
			}
			return nil
		})
		s.start()
		s.mem.Say(anna, "count 8")
		time.Sleep(5 * time.Second)
		s.restart()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		s.sees(anna, "1", "2", "3", "4", "5", "6", "7", "8")
		if most.Load() != 1 {
			t.Errorf("%d messages of one person were under way at a time", most.Load())
		}
	})
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		try := s.fail(anna, bot.Transient)
		s.start()
		s.say(anna, "hello")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		for i := range try.n() - 1 {
			most := min(time.Second<<min(i, 10), time.Minute)
			if gap := try.at[i+1].Sub(try.at[i]); gap < most/2 || gap > most {
				t.Errorf("attempt %d came after %v, want %v to %v", i+2, gap, most/2, most)
			}
		}
		if try.n() < 13 || try.n() > 30 {
			t.Errorf("%d attempts in 10 minutes", try.n())
		}
	})
}

func TestLimited(t *testing.T) {
	for _, all := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			try := s.fail(anna, bot.Limited)
			try.after, try.all = 30*time.Second, all
			s.start()
			s.say(anna, "hello")
			synctest.Wait()
			try.class.Store(bot.Class(""))
			s.say(bela, "hello")
			time.Sleep(29 * time.Second)
			synctest.Wait()
			s.sees(anna)
			if got := len(s.mem.Texts(bela)) == 0; got != all {
				t.Errorf("a limit for all is %v, and the other one waits is %v", all, got)
			}
			time.Sleep(5 * time.Second) // the limit, and a tenth of it at most
			synctest.Wait()
			s.sees(anna, "heard: hello")
			s.sees(bela, "heard: hello")
		})
	}
}
