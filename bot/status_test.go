package bot_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// probed is a platform in memory that knows how it is.
type probed struct{ *bottest.Memory }

func (probed) Health() bot.Health { return bot.Health{Connected: true, Name: "a bot"} }

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = clockwork()
		s.opt.Adapters = []bot.Adapter{probed{s.mem}}
		began := time.Now()
		s.mem.Fail(func(q flows.Queued) error {
			switch {
			case strings.HasPrefix(q.To.User, "held"):
				return failure(bot.Unreachable)
			case strings.HasPrefix(q.To.User, "clock"), q.To.User == anna:
				return failure(bot.Transient)
			}
			return nil
		})
		waiting := bot.New(s.options())
		if st, err := waiting.Status(t.Context()); err != nil || !st.Started.IsZero() || len(st.Platforms) != 1 {
			t.Errorf("before Run: %+v, %v", st, err)
		}
		s.crowd(waiting, "clock", 3)
		s.crowd(waiting, "held", 2)
		s.start()
		s.mem.Say(anna, "hello")
		s.mem.Say(bela, "remind me in 2h")
		time.Sleep(time.Second / 4)
		synctest.Wait()
		st, err := s.life.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p := st.Platforms[0]
		if !st.Started.Equal(began) || len(st.Platforms) != 1 || p.Name != "memory" || p.Health == nil || p.Health.Name != "a bot" {
			t.Errorf("%+v", st)
		}
		if p.Replies != 1 || p.Cards != 0 || p.Scheduled != 3 || p.BackingOff != 4 {
			t.Errorf("%d replies, %d cards, %d scheduled, %d of them back off", p.Replies, p.Cards, p.Scheduled, p.BackingOff)
		}
		if len(p.Failures) != 1 || p.Failures[0].Class != bot.Transient || p.Failures[0].Count != 4 || p.Failures[0].Code != "42" {
			t.Errorf("failures: %+v", p.Failures)
		}
		if want := began.Add(2 * time.Hour); st.Overdue != 0 || !st.NextDue.Equal(want) {
			t.Errorf("%d overdue, next at %v", st.Overdue, st.NextDue)
		}
		text, err := json.Marshal(st)
		if err != nil || strings.Contains(string(text), canary) || strings.Contains(strings.ToLower(string(text)), "unreach") || strings.Contains(string(text), "held") {
			t.Errorf("it tells too much: %s, %v", text, err)
		}
		s.stop()
		if st, err := s.life.Status(t.Context()); err != nil || len(st.Platforms) != 1 {
			t.Errorf("after the end: %+v, %v", st, err)
		}
	})
}

// What nobody can see: a server with one couple is run by one of the two.
func TestNobodyIsToldWhoCannotBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.fail(anna, bot.Unreachable)
		s.start()
		s.say(anna, "hello")
		synctest.Wait()
		for line := range strings.Lines(s.log.String()) {
			if !strings.Contains(line, "level=DEBUG") {
				t.Errorf("the log says %s", line)
			}
		}
		s.stop()
	})
}

func TestStatusOfAFailedPlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.supervised(odd{name: "odd", run: func(context.Context) error { return &bot.PlatformError{Code: "401", Problem: "no token", Hint: "look"} }})
		s.start()
		synctest.Wait()
		st, err := s.life.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p := st.Platforms[1]
		if p.Name != "odd" || p.Problem != "no token (401); look" || time.Until(p.ClosedUntil) < 30*time.Second {
			t.Errorf("%+v", p)
		}
		s.stop()
	})
}
