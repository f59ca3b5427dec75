package bot_test

import (
	"context"
	"fmt"
	"slices"
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

// paced is a platform in memory that has a pace, and writes down when it was sent what.
type paced struct {
	*bottest.Memory
	pace bot.Pace

	mu   sync.Mutex
	sent []sending
}

type sending struct {
	at time.Time
	q  flows.Queued
}

func (p *paced) Pace() bot.Pace { return p.pace }

func (p *paced) Send(ctx context.Context, q flows.Queued) (string, error) {
	p.mu.Lock()
	p.sent = append(p.sent, sending{time.Now(), q})
	p.mu.Unlock()
	return p.Memory.Send(ctx, q)
}

// all gives a copy of what was sent.
func (p *paced) all() []sending {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// to gives when user was sent something, from began on.
func (p *paced) to(user string, began time.Time) (at []time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.sent {
		if strings.HasPrefix(s.q.To.User, user) {
			at = append(at, s.at.Sub(began))
		}
	}
	return at
}

// pacing puts the stand on a platform with a pace.
func (s *stand) pacing(pace bot.Pace) *paced {
	p := &paced{Memory: s.mem, pace: pace}
	s.opt.Adapters = []bot.Adapter{p}
	return p
}

// clockwork is a machine that answers "clock" by the clock, "card" with a card, and all else with a reply.
func clockwork() *machine {
	m := &machine{}
	lanes := map[string]flows.Lane{"clock": flows.LaneScheduled, "clock-last": flows.LaneScheduled, "card": flows.LaneCard}
	m.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
		out := m.Echo.Step(in, ev)
		out.Messages[0].Lane = lanes[ev.Text]
		return out, true
	}
	return m
}

// mob lets n people have something scheduled to be sent, some hundred at one stroke.
func mob(t testing.TB, o bot.Options, platform string, n int) {
	t.Helper()
	const stroke = 500
	m := &machine{}
	from := 0
	m.step = func(flows.Input, flows.Event) (out flows.Output, ok bool) {
		for i := from; i < min(from+stroke, n); i++ {
			id := fmt.Sprintf("%032x", i)
			a := flows.Address{Platform: platform, User: fmt.Sprint("clock", i)}
			out.States = append(out.States, flows.State{Unit: flows.UnitID(id), People: []flows.Person{{ID: flows.PersonID(id), Addr: a}}})
			out.Messages = append(out.Messages, flows.Message{
				ID: fmt.Sprint(i), To: flows.PersonID(id), Lane: flows.LaneScheduled, Body: []flows.Block{{Text: "scheduled"}},
			})
		}
		return out, true
	}
	o.Machine = m
	for ; from < n; from += stroke {
		if err := bot.New(o).Handle(context.Background(), flows.Event{ID: fmt.Sprint("mob", from), Kind: flows.Other}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReplyPassesByWhatIsScheduled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = clockwork()
		p := s.pacing(bot.Pace{PerSecond: 25})
		mob(t, s.options(), "memory", 20_000)
		s.start()
		synctest.Wait()
		for range 20 {
			time.Sleep(777 * time.Millisecond)
			began := time.Now()
			s.mem.Say(anna, "hello")
			time.Sleep(2 * time.Second)
			synctest.Wait()
			at := p.to(anna, began)
			if late := at[len(at)-1]; late < 0 || late > 200*time.Millisecond {
				t.Fatalf("the reply left after %v", late)
			}
		}
		if n, want := len(p.all()), 20*2777*25/1000; n < want-2 || n > want+2 {
			t.Errorf("%d sends in 55 s, want %d", n, want)
		}
		s.stop()
	})
}

// What is scheduled for somebody stands before the reply to them: it does not keep them waiting for all the rest.
func TestWhoWroteIsNotBehindWhatIsScheduledForThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = clockwork()
		p := s.pacing(bot.Pace{PerSecond: 10})
		waiting := bot.New(s.options())
		s.crowd(waiting, "clock", 200)
		s.crowd(waiting, "clock-last", 1)
		s.start()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		began := time.Now()
		s.mem.Say("clock-last0", "hello")
		time.Sleep(time.Second)
		synctest.Wait()
		s.sees("clock-last0", "heard: clock-last", "heard: hello")
		if at := p.to("clock-last0", began); len(at) != 2 || at[1] > 400*time.Millisecond {
			t.Errorf("sent at %v", at)
		}
		for _, x := range p.all() { // an adapter with lines of its own has to know
			want := flows.LaneScheduled
			if x.q.To.User == "clock-last0" {
				want = flows.LaneReply
			}
			if x.q.Message.Lane != want {
				t.Fatalf("a message to %s came with lane %d, want %d", x.q.To.User, x.q.Message.Lane, want)
			}
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if n := len(p.all()); n != 202 {
			t.Errorf("%d sends for 202 messages", n)
		}
		s.stop()
	})
}

// Of the tokens a fifth is for what is scheduled, however many replies there are.
func TestScheduledIsNotStarved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = clockwork()
		p := s.pacing(bot.Pace{PerSecond: 10})
		waiting := bot.New(s.options())
		s.crowd(waiting, "clock", 100)
		s.crowd(waiting, "card", 100)
		s.crowd(waiting, "reply", 200)
		s.start()
		began := time.Now()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if clock, card, reply := len(p.to("clock", began)), len(p.to("card", began)), len(p.to("reply", began)); clock < 20 || clock > 21 || card != 0 || reply < 80 {
			t.Errorf("%d replies, %d cards, %d scheduled", reply, card, clock)
		}
		s.stop()
	})
}

// What is scheduled never takes all places: a platform that is slow would hold up replies with it.
func TestScheduledLeavesPlacesToReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = clockwork()
		hang := make(chan struct{})
		s.mem.Fail(func(q flows.Queued) error {
			if strings.HasPrefix(q.To.User, "clock") {
				<-hang
			}
			return nil
		})
		s.crowd(bot.New(s.options()), "clock", 30)
		s.start()
		synctest.Wait()
		s.say(anna, "hello")
		synctest.Wait()
		s.sees(anna, "heard: hello")
		close(hang)
		synctest.Wait()
		s.sees("clock29", "heard: clock")
		s.stop()
	})
}

func TestPlatformPaceCountsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		p := s.pacing(bot.Pace{PerSecond: 4})
		s.start()
		s.mem.Say(anna, "ask")
		s.settled()
		if err := s.mem.Press(anna, "Yes"); err != nil {
			t.Fatal(err)
		}
		s.settled()
		sent := p.all()
		if len(sent) != 3 || sent[1].q.Message.Op != flows.Close {
			t.Fatalf("%d sends", len(sent))
		}
		for i := range sent[1:] {
			if gap := sent[i+1].at.Sub(sent[i].at); gap != 250*time.Millisecond {
				t.Errorf("send %d came %v after the one before", i+1, gap)
			}
		}
		s.stop()
	})
}

// A chat that got much has to wait, and nobody with it. What changes an earlier message does not count.
func TestChatPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		echo := &machine{}
		echo.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			out := echo.Echo.Step(in, ev)
			if len(out.Messages) == 6 {
				out.Messages[4].Op, out.Messages[4].On = flows.Close, out.Messages[0].ID
			}
			return out, true
		}
		s.opt.Machine = echo
		p := s.pacing(bot.Pace{ChatEvery: time.Second, ChatBurst: 3})
		heads := &slowHeads{}
		s.start(func(st bot.Store) bot.Store { heads.Store = st; return heads })
		synctest.Wait()
		began := time.Now()
		s.mem.Say(anna, "count 6")
		synctest.Wait()
		s.say(bela, "hello")
		synctest.Wait()
		s.sees(bela, "heard: hello")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got, want := fmt.Sprint(p.to(anna, began)), "[0s 0s 0s 1s 1s 2s]"; got != want {
			t.Errorf("sent at %s, want %s", got, want)
		}
		began = time.Now()
		s.mem.Say(anna, "count 5")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got, want := fmt.Sprint(p.to(anna, began)[6:]), "[0s 0s 0s 1s 2s]"; got != want {
			t.Errorf("after a rest sent at %s, want %s", got, want)
		}
		if n := heads.reads.Load(); n > 2 {
			t.Errorf("all of the outbox was read %d times: a chat that waits is looked at alone", n)
		}
		s.stop()
	})
}

// Two chats that are limited within a second mean everybody, and after that all goes slower, for a while.
func TestTwoLimitedChatsHoldThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = clockwork()
		p := s.pacing(bot.Pace{PerSecond: 10})
		var limited atomic.Bool
		limited.Store(true)
		s.mem.Fail(func(q flows.Queued) error {
			if limited.Load() && strings.HasPrefix(q.To.User, "reply") {
				time.Sleep(900 * time.Millisecond) // so that others are under way when the first ones are refused
				f := failure(bot.Limited)
				f.After = 20 * time.Second
				return f
			}
			return nil
		})
		waiting := bot.New(s.options())
		s.crowd(waiting, "reply", 6)
		s.crowd(waiting, "clock", 2000)
		s.start()
		began := time.Now()
		time.Sleep(19 * time.Second)
		synctest.Wait()
		sent := len(p.all())
		if sent > 12 {
			t.Fatalf("%d sends in 19 s of a limit that began within two", sent)
		}
		limited.Store(false)
		time.Sleep(15*time.Second - time.Millisecond)
		synctest.Wait()
		after := p.to("", began)[sent:]
		if first := after[0]; first < 21*time.Second || first > 24*time.Second {
			t.Errorf("it went on after %v", first)
		}
		if gap := after[2] - after[1]; gap < 123*time.Millisecond || gap > 126*time.Millisecond {
			t.Errorf("then one each %v, want 8 a second", gap)
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		after = p.to("", began)
		if gap := after[len(after)-1] - after[len(after)-2]; gap != 100*time.Millisecond {
			t.Errorf("three minutes later one each %v, want 10 a second", gap)
		}
		s.stop()
	})
}

// One chat that is limited holds itself, and it was no attempt.
func TestOneLimitedChatHoldsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		p := s.pacing(bot.Pace{PerSecond: 10})
		try := s.fail(anna, bot.Limited)
		try.after = 10 * time.Second
		s.start()
		s.say(anna, "hello")
		began := time.Now()
		for range 30 {
			time.Sleep(time.Second)
			s.say(bela, "hello")
		}
		try.class.Store(bot.Class(""))
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if n := len(s.mem.Texts(bela)); n != 30 {
			t.Errorf("the other one got %d of 30", n)
		}
		at := p.to(anna, began)
		if len(at) != 4 {
			t.Fatalf("attempts at %v", at)
		}
		for i := range at[1:] {
			if gap := at[i+1] - at[i]; gap < 10*time.Second || gap > 11*time.Second+100*time.Millisecond {
				t.Errorf("attempts at %v", at)
			}
		}
		s.sees(anna, "heard: hello")
		s.stop()
	})
}
