package bot_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

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
			if strings.HasSuffix(q.Message.Text(), "first") {
				panic(q.Message.Text())
			}
			return nil
		})
		s.start()
		s.say(anna, "first")
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

// The platform says that somebody is back: what waits for them goes, though they wrote nothing.
func TestBackEndsAHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		try := s.fail(anna, bot.Unreachable)
		s.start()
		s.say(anna, "one")
		synctest.Wait()
		try.class.Store(bot.Class(""))
		time.Sleep(time.Hour)
		synctest.Wait()
		s.sees(anna)
		s.mem.Put(anna, flows.Event{Kind: flows.Back})
		synctest.Wait()
		s.sees(anna, "heard: one")
		s.stop()
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
		synctest.Wait()
		if heads, err := s.db.Heads(t.Context()); len(heads) != 0 || err != nil {
			t.Errorf("%d rows wait, though it is too late and nobody wrote (%v)", len(heads), err)
		}
		if whoever := s.log.String(); strings.Count(whoever, "came too late") != 1 || strings.Contains(whoever, "level=INFO msg=\"dropped") {
			t.Error("who reads the log learns of somebody to whom nothing can be said")
		}
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
