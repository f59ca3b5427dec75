package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
			time.Sleep(2 * time.Second)
			synctest.Wait()
			s.sees(anna, "heard: hello")
			s.sees(bela, "heard: hello")
		})
	}
}

func TestDroppedClasses(t *testing.T) {
	for _, class := range []bot.Class{bot.Stale, bot.Unchanged, bot.Invalid} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			try := s.fail(anna, class)
			s.start()
			s.say(anna, "one")
			synctest.Wait()
			try.class.Store(bot.Class(""))
			s.say(anna, "two")
			synctest.Wait()
			s.sees(anna, "heard: two")
			if class == bot.Invalid && !strings.Contains(s.log.String(), "level=ERROR") {
				t.Error("an invalid message is dropped without a sound")
			}
		})
	}
}

func TestSendThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.mem.Fail(func(q flows.Queued) error {
			if strings.Contains(q.Message.Text(), "one") {
				panic(q.Message.Text())
			}
			return nil
		})
		s.start()
		s.say(anna, "one")
		s.say(anna, "two")
		synctest.Wait()
		s.sees(anna, "heard: two")
	})
}

func TestUnclassifiedFailureIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		var calls atomic.Int64
		s.mem.Fail(func(flows.Queued) error {
			if calls.Add(1) == 1 {
				return errors.New("who knows: " + canary)
			}
			return nil
		})
		s.start()
		s.say(anna, "hello")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.sees(anna, "heard: hello")
	})
}

func TestBlockedPersonIsToldOnceAndHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{}
		s.opt.Machine = m
		try := s.fail(anna, bot.Unreachable)
		s.start()
		s.say(anna, "one")
		synctest.Wait()
		s.mem.Put(anna, flows.Event{Kind: flows.Gone}) // the platform says so too: no input of hers
		s.say(bela, "hello")
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if try.n() != 1 || m.runs(flows.Gone) != 2 {
			t.Errorf("%d attempts, %d Gone events; want 1 and 2", try.n(), m.runs(flows.Gone))
		}
		s.restart()
		time.Sleep(time.Hour)
		synctest.Wait()
		if try.n() != 2 || m.runs(flows.Gone) != 2 {
			t.Errorf("after a restart: %d attempts, %d Gone events; want 2 and 2", try.n(), m.runs(flows.Gone))
		}
		s.sees(anna)
		s.sees(bela, "heard: hello")
		try.class.Store(bot.Class(""))
		s.say(anna, "two")
		synctest.Wait()
		s.sees(anna, "heard: one", "heard: two")
	})
}

// Who writes while a message to them fails is there: no hold, no Gone, another attempt.
func TestUnreachableWhileTheyWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{}
		s.opt.Machine = m
		goOn := make(chan struct{})
		var calls atomic.Int64
		s.mem.Fail(func(flows.Queued) error {
			if calls.Add(1) > 1 {
				return nil
			}
			<-goOn
			return failure(bot.Unreachable)
		})
		s.start()
		s.say(anna, "one")
		synctest.Wait()
		s.say(anna, "two")
		synctest.Wait()
		close(goOn)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.sees(anna, "heard: one", "heard: two")
		if n := m.runs(flows.Gone); n != 0 {
			t.Errorf("%d Gone events", n)
		}
	})
}

func TestTooLateIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		s.mem.Say(anna, "remind me in 1h") // the reminder is good for two hours
		s.settled()
		try := s.fail(anna, bot.Unreachable)
		time.Sleep(time.Hour + 2*time.Second)
		synctest.Wait()
		if try.n() != 1 {
			t.Fatalf("%d attempts", try.n())
		}
		time.Sleep(2*time.Hour + time.Minute)
		try.class.Store(bot.Class(""))
		s.say(anna, "back")
		synctest.Wait()
		s.sees(anna, "I will", "heard: back")
		if try.n() != 2 {
			t.Errorf("%d attempts", try.n())
		}
	})
}

func TestFatalEndsTheBotAndKeepsTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		try := s.fail(anna, bot.Fatal)
		s.start()
		s.say(anna, "hello")
		<-s.life.Done()
		err := s.life.Stop()
		if err == nil || !strings.Contains(err.Error(), "memory") || !strings.Contains(err.Error(), "42") || strings.Contains(err.Error(), canary) {
			t.Errorf("Run: %v", err)
		}
		try.class.Store(bot.Class(""))
		s.start()
		synctest.Wait()
		s.sees(anna, "heard: hello")
	})
}

// crowd lets n people say hello to a bot that does not run yet, so that a row waits for each; lane is what they get.
func (s *stand) crowd(b *bot.Bot, name string, n int) {
	s.Helper()
	for i := range n {
		ev := flows.Event{ID: fmt.Sprint(name, i), Kind: flows.Said, Text: name, From: flows.Address{Platform: "memory", User: fmt.Sprint(name, i)}}
		if err := b.Handle(s.Context(), ev); err != nil {
			s.Fatal(err)
		}
	}
}

func TestRepliesGoBeforeScheduled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		lanes := map[string]flows.Lane{"reply": flows.LaneReply, "card": flows.LaneCard, "clock": flows.LaneScheduled}
		echo := &machine{}
		echo.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			out := echo.Echo.Step(in, ev)
			out.Messages[0].Lane = lanes[ev.Text]
			return out, true
		}
		s.opt.Machine = echo
		next := make(chan struct{})
		var mu sync.Mutex
		var order []string
		s.mem.Fail(func(q flows.Queued) error {
			mu.Lock()
			order = append(order, strings.Trim(q.To.User, "0123456789"))
			mu.Unlock()
			<-next
			return nil
		})
		waiting := bot.New(s.options())
		s.crowd(waiting, "clock", 40)
		s.crowd(waiting, "card", 20)
		s.crowd(waiting, "reply", 16)
		s.start()
		synctest.Wait()
		if len(order) != 16 || slices.Contains(order, "card") || slices.Contains(order, "clock") {
			t.Fatalf("first %d went, want 16 replies: %q", len(order), order)
		}
		for range 4 { // a card takes each place that gets free
			next <- struct{}{}
			synctest.Wait()
		}
		if len(order) != 20 || slices.Contains(order, "clock") {
			t.Fatalf("then went %q", order[16:])
		}
		s.mem.Say("reply", "reply") // a late one overtakes what waits
		time.Sleep(time.Second)
		next <- struct{}{}
		synctest.Wait()
		if order[20] != "reply" {
			t.Errorf("a late reply waits behind %q", order[20])
		}
		close(next)
		synctest.Wait()
		time.Sleep(time.Second) // between scans of a long outbox
		if len(order) != 77 {
			t.Errorf("%d of 77 went", len(order))
		}
		s.stop()
	})
}

func TestPlatformWithoutAnAdapter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		b := bot.New(s.options())
		ev := flows.Event{ID: "1", Kind: flows.Said, Text: canary, From: flows.Address{Platform: "elsewhere", User: anna}}
		if err := b.Handle(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
		s.start()
		s.say(bela, "hello")
		s.settled()
		s.sees(bela, "heard: hello")
		heads, err := s.db.Heads(t.Context())
		if err != nil || len(heads) != 1 {
			t.Errorf("%d rows wait (%v)", len(heads), err)
		}
	})
}

func TestSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		o := s.options()
		slow := time.Second
		s.mem.Fail(func(flows.Queued) error { time.Sleep(slow); return nil })
		b := bot.New(o)
		ctx, cancel := context.WithCancel(t.Context())
		early := make(chan error, 1)
		if err := b.Handle(ctx, flows.Event{ID: "1", Kind: flows.Said, Text: "count 3", From: flows.Address{Platform: "memory", User: anna}}); err != nil {
			t.Fatal(err)
		}
		go func() { early <- b.Settle(ctx) }()
		synctest.Wait()
		ran := make(chan error, 1)
		go func() { ran <- b.Run(ctx) }()
		if err := <-early; err != nil {
			t.Error(err)
		}
		s.sees(anna, "1", "2", "3") // all of it, what was under way too
		s.fail(anna, bot.Transient)
		if err := b.Handle(ctx, flows.Event{ID: "2", Kind: flows.Said, Text: "count 2", From: flows.Address{Platform: "memory", User: anna}}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := b.Settle(ctx); err != nil || time.Since(start) != 0 {
			t.Errorf("a row that backs off: %v after %v", err, time.Since(start))
		}
		impatient, end := context.WithTimeout(ctx, time.Second)
		defer end()
		s.mem.Fail(func(flows.Queued) error { time.Sleep(time.Minute); return nil })
		time.Sleep(time.Second)
		if err := b.Settle(impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a send under way for a minute: %v", err)
		}
		late := make(chan error, 1)
		go func() { late <- b.Settle(context.Background()) }()
		synctest.Wait()
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		if err := <-late; !errors.Is(err, bot.ErrStopped) {
			t.Errorf("while it stops: %v", err)
		}
		if err := b.Settle(context.Background()); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("after the end: %v", err)
		}
	})
}
