package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// onceOrNot is a machine whose answers are better lost than said twice, if they answer "once".
func onceOrNot() *machine {
	m := &machine{}
	m.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
		out := m.Echo.Step(in, ev)
		for i := range out.Messages {
			out.Messages[i].Once = strings.HasPrefix(ev.Text, "once")
		}
		return out, true
	}
	return m
}

func TestAmbiguous(t *testing.T) {
	for _, c := range []struct {
		text  string
		nonce time.Duration
		n     int // attempts in an hour
	}{
		{"once", 0, 1},
		{"often", 0, 2},
		{"once", 20 * time.Second, -1},  // as many as fit into the nonce's time
		{"often", 20 * time.Second, -2}, // and one more
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			s.opt.Machine = onceOrNot()
			s.pacing(bot.Pace{Nonce: c.nonce})
			try := s.fail(anna, bot.Ambiguous)
			s.start()
			s.mem.Say(anna, c.text)
			time.Sleep(time.Hour)
			synctest.Wait()
			within := 0
			for _, at := range try.at {
				if at.Sub(try.at[0]) < c.nonce {
					within++
				}
			}
			switch {
			case c.nonce == 0 && try.n() != c.n,
				c.n == -1 && (within != try.n() || within < 3),
				c.n == -2 && (within != try.n()-1 || within < 3):
				t.Errorf("%s, nonce for %v: %d attempts, %d within that", c.text, c.nonce, try.n(), within)
			}
			if heads, err := s.db.Heads(t.Context()); len(heads) != 0 || err != nil {
				t.Errorf("%d rows wait, %v", len(heads), err)
			}
			if !strings.Contains(s.log.String(), "gave up") {
				t.Error("it was given up without a word")
			}
			try.class.Store(bot.Class(""))
			s.say(anna, "next")
			synctest.Wait()
			s.sees(anna, "heard: next")
			s.stop()
		})
	}
}

// marks counts what is marked in a store.
type marks struct {
	bot.Store
	set, taken atomic.Int64
}

func (m *marks) Mark(ctx context.Context, key string, at time.Time) error {
	if at.IsZero() {
		m.taken.Add(1)
	} else {
		m.set.Add(1)
	}
	return m.Store.Mark(ctx, key, at)
}

// What was on its way when the process was killed: said again, or lost, as it is better.
func TestKilledBetweenMarkAndDone(t *testing.T) {
	for _, c := range []struct {
		text        string
		nonce, away time.Duration
		marked      int64
		sees        []string
	}{
		{"once", 0, time.Second, 1, nil},
		{"once", time.Minute, time.Second, 1, []string{"heard: once"}},
		{"once", time.Minute, 2 * time.Minute, 1, nil},
		{"often", 0, time.Second, 0, []string{"heard: often"}},
		{"often", time.Minute, time.Hour, 0, []string{"heard: often"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			s.opt.Machine = onceOrNot()
			s.pacing(bot.Pace{Nonce: c.nonce})
			killed := errors.New("killed")
			s.mem.Fail(func(flows.Queued) error { return nil })
			m := &marks{}
			s.start(func(st bot.Store) bot.Store {
				m.Store = st
				return store{Store: m, done: func(context.Context, string) error { return killed }}
			})
			s.mem.Say(anna, c.text)
			<-s.life.Done()
			if err := s.life.Stop(); !errors.Is(err, killed) {
				t.Fatal(err)
			}
			if m.set.Load() != c.marked || m.taken.Load() != 0 {
				t.Errorf("%s: marked %d times, taken back %d times", c.text, m.set.Load(), m.taken.Load())
			}
			time.Sleep(c.away)
			// The platform knows nothing of it, so that it can be seen what is sent.
			s.mem = bottest.NewMemory("memory")
			s.pacing(bot.Pace{Nonce: c.nonce})
			s.start()
			synctest.Wait()
			s.sees(anna, c.sees...)
			if heads, err := s.db.Heads(t.Context()); len(heads) != 0 || err != nil {
				t.Errorf("%d rows wait, %v", len(heads), err)
			}
			if dropped := strings.Contains(s.log.String(), "better lost"); dropped == (len(c.sees) > 0) {
				t.Errorf("dropped with a word: %v", dropped)
			}
			s.stop()
		})
	}
}

// What surely did not arrive is not taken for something that may have, not even after a restart.
func TestMarkIsTakenBack(t *testing.T) {
	for _, class := range []bot.Class{bot.Transient, bot.Limited, bot.Unreachable} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			s.opt.Machine = onceOrNot()
			s.pacing(bot.Pace{})
			try := s.fail(anna, class)
			m := &marks{}
			s.start(func(st bot.Store) bot.Store { m.Store = st; return m })
			s.mem.Say(anna, "once")
			time.Sleep(20 * time.Second)
			synctest.Wait()
			s.stop()
			if m.set.Load() != int64(try.n()) || m.taken.Load() != m.set.Load() {
				t.Errorf("%s: %d attempts, %d marks, %d taken back", class, try.n(), m.set.Load(), m.taken.Load())
			}
			try.class.Store(bot.Class(""))
			s.start()
			time.Sleep(time.Minute)
			synctest.Wait()
			s.sees(anna, "heard: once")
			s.stop()
		})
	}
}

// The mark is made when the message has its token, and not before: a mark that waits would say what is not so.
func TestMarkComesAfterTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = onceOrNot()
		s.pacing(bot.Pace{PerSecond: 1})
		m := &marks{}
		s.start(func(st bot.Store) bot.Store { m.Store = st; return m })
		for _, user := range []string{"a", "b", "c", "d"} {
			s.mem.Say(user, "once")
		}
		synctest.Wait()
		for i := range 4 {
			if m.set.Load() != int64(i+1) {
				t.Errorf("after %d s %d marks", i, m.set.Load())
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
		s.stop()
	})
}

// Who moved to another account because the old one cannot be reached gets all there: what is still to be changed on the old one
// holds up nothing, is not reported to the engine, and is tried once.
func TestOldAccountHoldsUpNothing(t *testing.T) {
	for _, held := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			moving := &machine{}
			moving.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
				out := moving.Echo.Step(in, ev)
				if ev.From.User != bela || ev.Kind != flows.Said {
					return out, false
				}
				p := &in.Self.People[0]
				p.Also, p.Addr = []flows.Address{p.Addr}, ev.From
				out = flows.Output{States: []flows.State{in.Self}}
				for i, m := range []flows.Message{{Op: flows.Close, On: fmt.Sprintf("%.8s-1", p.ID)}, {Body: []flows.Block{{Text: "here"}}}} {
					m.ID, m.To = fmt.Sprint("m", i), p.ID
					out.Messages = append(out.Messages, m)
				}
				return out, true
			}
			s.opt.Machine = moving
			s.start(func(in bot.Store) bot.Store {
				return store{Store: in, step: func(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
					if ev.From.User == bela { // the accounts were joined before
						ev.From.User = anna
						return in.Step(ctx, ev, joined{m})
					}
					return in.Step(ctx, ev, m)
				}}
			})
			s.mem.Say(anna, "ask")
			synctest.Wait()
			try := s.fail(anna, bot.Unreachable)
			if held {
				s.mem.Say(anna, "something that cannot be answered")
				synctest.Wait()
			}
			before, gone := try.n(), moving.runs(flows.Gone)
			s.mem.Say(bela, "I am here now")
			time.Sleep(time.Minute)
			synctest.Wait()
			want, tried := []string{"here"}, 1
			if held { // it is known already
				tried = 0
				want = []string{"heard: something that cannot be answered", "here"}
			}
			s.sees(bela, want...)
			if n := try.n() - before; n != tried || moving.runs(flows.Gone) != gone {
				t.Errorf("%d attempts at the old account, %d Gone events", n, moving.runs(flows.Gone)-gone)
			}
			s.stop()
		})
	}
}

// joined is a machine whose person of anna also writes as bela.
type joined struct{ flows.Machine }

func (j joined) Step(in flows.Input, ev flows.Event) flows.Output {
	ev.From.User = bela
	return j.Machine.Step(in, ev)
}

// A message that waits goes after its person to another account, once, whatever the first one is doing with it.
func TestRowsFollowTheirPersonOnce(t *testing.T) {
	for _, state := range []string{"waits", "flies", "backs off"} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			moving := &machine{}
			moving.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
				out := moving.Echo.Step(in, ev)
				if ev.Text == "move" {
					p := &out.States[0].People[0]
					p.Also, p.Addr.User = []flows.Address{p.Addr}, bela
				}
				return out, true
			}
			s.opt.Machine = moving
			hang := make(chan struct{})
			switch state {
			case "waits":
				s.pacing(bot.Pace{PerSecond: 0.1})
			case "flies":
				s.mem.Fail(func(q flows.Queued) error {
					if q.To.User == anna {
						<-hang
					}
					return nil
				})
			case "backs off":
				s.fail(anna, bot.Transient)
			}
			var sentTo atomic.Value // the first message of hers
			s.start(func(st bot.Store) bot.Store {
				return store{Store: st, sent: func(at flows.Address) {
					if strings.HasSuffix(at.User, canary) {
						sentTo.CompareAndSwap(nil, at)
					}
				}}
			})
			s.mem.Say("somebody", "first")
			synctest.Wait()
			s.mem.Say(anna, "one")
			synctest.Wait()
			s.mem.Say(anna, "move")
			synctest.Wait()
			close(hang)
			time.Sleep(time.Minute)
			synctest.Wait()
			if state == "flies" {
				if at := sentTo.Load(); at == nil || at.(flows.Address).User != anna {
					t.Errorf("noted as sent to %v", at)
				}
				s.sees(anna, "heard: one")
				s.sees(bela, "heard: move")
			} else {
				s.sees(anna)
				s.sees(bela, "heard: one", "heard: move")
			}
			s.stop()
		})
	}
}

// What a platform calls a message comes back with what changes it, over restarts too, and a reply knows what it answers.
func TestRefsAndAnswersReachTheAdapter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		p := s.pacing(bot.Pace{})
		s.start()
		asked := s.mem.Say(anna, "ask")
		s.settled()
		s.restart()
		if err := s.mem.Press(anna, "Yes"); err != nil {
			t.Fatal(err)
		}
		s.settled()
		sent := p.all()
		if len(sent) != 3 {
			t.Fatalf("%d sends", len(sent))
		}
		question, shut, answer := sent[0].q, sent[1].q, sent[2].q
		if question.Ref != "" || question.Answers != asked || shut.Ref != "the message "+question.Message.ID || shut.To != question.To {
			t.Errorf("%q answers %q; the change is of %q", question.Ref, question.Answers, shut.Ref)
		}
		if answer.Answers == "" || answer.Answers == asked || answer.Ref != "" {
			t.Errorf("the answer to the press answers %q", answer.Answers)
		}
		s.stop()
	})
}

// What may have arrived, and then surely does not for a while, is not sent when the platform would no longer drop the repeat: not
// by the process that knows it, nor by one that finds the mark.
func TestDoubtOutlivesWhatFailsAfterIt(t *testing.T) {
	for _, killed := range []bool{false, true} {
		for _, back := range []time.Duration{20 * time.Second, 61 * time.Second, 10 * time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				const nonce = time.Minute
				s := newStand(t)
				s.opt.Machine = onceOrNot()
				s.pacing(bot.Pace{Nonce: nonce})
				began := time.Now()
				var at []time.Duration // when it may have arrived
				class := func() bot.Class {
					switch at := time.Since(began); {
					case at < 5*time.Second:
						return bot.Ambiguous
					case at < back:
						return bot.Transient
					}
					return ""
				}
				s.mem.Fail(func(flows.Queued) error {
					c := class()
					if c != bot.Transient {
						at = append(at, time.Since(began))
					}
					if c == "" {
						return nil
					}
					return failure(c)
				})
				s.start()
				s.mem.Say(anna, "once")
				time.Sleep(12 * time.Second)
				if killed { // in order, but for what it was doing: the row stays as it is
					s.stop()
					time.Sleep(back - 12*time.Second)
					s.start()
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				if last := at[len(at)-1]; last-at[0] >= nonce {
					t.Errorf("killed %v, back after %v: it may have arrived at %v", killed, back, at)
				}
				if back < nonce && at[len(at)-1] < back {
					t.Errorf("killed %v: it could have been sent again in time: %v", killed, at)
				}
				if heads, err := s.db.Heads(t.Context()); len(heads) != 0 || err != nil {
					t.Errorf("%d rows wait, %v", len(heads), err)
				}
				s.stop()
			})
		}
	}
}
