package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

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

// A platform whose sends hang, with a queue behind them, holds up no other platform.
func TestPlatformsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		hang := make(chan struct{})
		s.mem.Fail(func(flows.Queued) error { <-hang; return nil })
		other := bottest.NewMemory("other")
		s.opt.Adapters = []bot.Adapter{s.mem, other}
		s.crowd(bot.New(s.options()), "hanging", 40)
		s.start()
		synctest.Wait()
		other.Say(anna, canary+" hello")
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if got := other.Texts(anna); len(got) != 1 {
			t.Errorf("the other platform got %q", got)
		}
		close(hang)
		s.settled()
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

// Settle asks the outbox, whoever put something there: a hint that is lost costs nothing.
func TestSettleLooksAtTheOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		synctest.Wait()
		s.crowd(bot.New(s.options()), "unseen", 1) // another bot: ours gets no hint
		s.settled()
		s.sees("unseen0", "heard: unseen")
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
