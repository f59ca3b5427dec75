package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"rewoo/bot/bottest/faketelegram"
	"rewoo/flows"
)

var errDisk = errors.New("the disk failed, on purpose")

// book notes what was handed over.
type book struct {
	mu   sync.Mutex
	ids  []string
	text []string
	evs  []flows.Event
	fail func(flows.Event) error
}

func (b *book) handle(_ context.Context, ev flows.Event) error {
	b.mu.Lock()
	fail := b.fail
	b.mu.Unlock()
	if fail != nil {
		if err := fail(ev); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ids, b.text, b.evs = append(b.ids, ev.ID), append(b.text, ev.Text), append(b.evs, ev)
	return nil
}

func (b *book) texts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.text)
}

func (b *book) events() []flows.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.evs)
}

func numbered(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint(word, " ", i))
	}
	return out
}

// Ten updates lie there, and the process dies in one of them: none is lost, none comes twice but what was not committed.
func TestPollCrash(t *testing.T) {
	for _, hook := range []bool{false, true} {
		for _, at := range []int{0, 3, 9} {
			t.Run(fmt.Sprint(hook, at), func(t *testing.T) {
				s := newStand(t, faketelegram.Options{})
				s.hook = hook
				u := s.fake.User(annaID)
				for _, text := range numbered(10) {
					u.Say(text)
				}
				b := &book{}
				b.fail = func(ev flows.Event) error {
					if ev.Text == fmt.Sprint(word, " ", at) {
						return errDisk
					}
					return nil
				}
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				defer cancel()
				if err := s.build().Run(ctx, b.handle); !errors.Is(err, errDisk) {
					t.Fatalf("Run ended with: %v", err)
				}
				if got := b.texts(); !slices.Equal(got, numbered(at)) {
					t.Fatalf("before the crash: %q", got)
				}
				b.fail = nil
				run(t, s.build(), b.handle)
				until(t, "all come", func() bool { return slices.Contains(b.texts(), fmt.Sprint(word, " ", 9)) })
				seen := map[string]bool{}
				var once []string
				for i, id := range b.ids {
					if !seen[id] { // the store drops repeats
						once = append(once, b.text[i])
					}
					seen[id] = true
				}
				if !slices.Equal(once, numbered(10)) {
					t.Errorf("%q", once)
				}
			})
		}
	}
}

// Nothing is confirmed that is not committed, and everything that is.
func TestPollConfirms(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	a, b := s.fake.User(1001), s.fake.User(1002)
	first := a.Say("slow")
	b.Say("quick")
	gate := make(chan struct{})
	book := &book{fail: func(ev flows.Event) error {
		if ev.Text == "slow" {
			<-gate
		}
		return nil
	}}
	run(t, s.build(), book.handle)
	until(t, "b is heard", func() bool { return slices.Equal(book.texts(), []string{"quick"}) })
	for i := range 3 { // people do not wait, even for those whose updates came before
		b.Say(fmt.Sprint("more ", i))
		until(t, "b is heard", func() bool { return len(book.texts()) == i+2 })
	}
	if p := s.fake.Pending(); len(p) != 5 || p[0] != first {
		t.Errorf("pending: %v, want 5 from %d on", p, first)
	}
	polls := s.fake.Calls("getUpdates")
	time.Sleep(300 * time.Millisecond)
	if n := s.fake.Calls("getUpdates") - polls; n > 20 {
		t.Errorf("%d polls in 300 ms while one person waits", n)
	}
	close(gate)
	until(t, "all is confirmed", func() bool { return len(s.fake.Pending()) == 0 })
	if got := book.texts(); len(got) != 5 {
		t.Errorf("handed over: %q", got)
	}
	for _, r := range s.fake.Requests("getUpdates") {
		if r.Values["allowed_updates"] != `["message","edited_message","callback_query","my_chat_member"]` || r.Values["limit"] != "100" || !r.JSON {
			t.Fatalf("a poll with %v", r.Values)
		}
	}
}

// More than a batch from many people, in order for each.
func TestPollMany(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	const people, things = 40, 10
	for i := range things {
		for p := range people {
			s.fake.User(int64(5000 + p)).Say(fmt.Sprint(i))
		}
	}
	b := &book{}
	run(t, s.build(), b.handle)
	until(t, "all is confirmed", func() bool { return len(s.fake.Pending()) == 0 })
	next := map[string]int{}
	for _, ev := range b.events() {
		if ev.Text != strconv.Itoa(next[ev.From.User]) {
			t.Fatalf("%s comes out of order", ev.ID)
		}
		next[ev.From.User]++
	}
	if len(b.ids) != people*things {
		t.Errorf("%d were handed over", len(b.ids))
	}
}

// After a quiet week ids start anywhere, also lower.
func TestPollJump(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	u, b := s.fake.User(annaID), &book{}
	run(t, s.build(), b.handle)
	for i, id := range []int64{700_000_001, 3, 900_000_000, 12} {
		s.fake.Jump(id)
		u.Say(fmt.Sprint("a", i))
		u.Say(fmt.Sprint("b", i))
		until(t, "both are handled and confirmed", func() bool { return len(s.fake.Pending()) == 0 && len(b.texts()) == 2*i+2 })
	}
	if got, want := b.texts(), []string{"a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if b.ids[2] != fmt.Sprintf("telegram/%d/u/3", s.fake.BotID()) {
		t.Errorf("id %s", b.ids[2])
	}
}

// Presses are answered after the commit, and a failing answer harms nothing.
func TestPollAnswersTaps(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	u := s.fake.User(annaID)
	s.start()
	u.Say("ask")
	s.expect(u, "yes or no?")
	s.fake.Fail(faketelegram.BadGateway(0, 1))
	s.fake.Fail(faketelegram.Fault{Method: "answerCallbackQuery", Cut: true})
	s.fake.Mend()
	s.fake.Fail(faketelegram.Fault{Method: "answerCallbackQuery", Status: 400, Text: "Bad Request: query is too old " + word})
	if err := u.Press("Yes"); err != nil {
		t.Fatal(err)
	}
	s.expect(u, "yes or no?", "you chose Yes")
	until(t, "the buttons go", func() bool { return u.Messages()[0].Buttons == nil })
	if err := u.Press("No"); err == nil {
		t.Error("a button is still there")
	}
	u.PressOld("No")
	s.expect(u, "yes or no?", "you chose Yes", "that button is old")
	until(t, "it is answered", func() bool { _, n := s.fake.Answered(); return n == 1 })
	u.PressData("somebody-else's")
	s.expect(u, "yes or no?", "you chose Yes", "that button is old", "that button is old")
}

// Nothing is answered before it is committed.
func TestPollAnswersLate(t *testing.T) {
	for _, hook := range []bool{false, true} {
		s := newStand(t, faketelegram.Options{})
		s.hook = hook
		u := s.fake.User(annaID)
		u.Start("")
		gate := make(chan struct{})
		b := &book{fail: func(ev flows.Event) error {
			if ev.Kind == flows.Pressed {
				<-gate
			}
			return nil
		}}
		a := s.build()
		if _, err := a.Send(t.Context(), say("m", flows.Message{Body: words("a")})); err != nil {
			t.Fatal(err)
		}
		run(t, a, b.handle)
		u.PressData("x")
		time.Sleep(100 * time.Millisecond)
		if s.fake.Calls("answerCallbackQuery") > 0 {
			t.Error("answered before the commit")
		}
		close(gate)
		until(t, "it is answered", func() bool { _, n := s.fake.Answered(); return n == 1 })
	}
}

// A stop does not wait for answers for long, and handlers of a person who is stuck hold nobody up.
func TestPollStops(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	u := s.fake.User(annaID)
	u.Start("")
	a, b := s.build(), &book{}
	if _, err := a.Send(t.Context(), say("m", flows.Message{Body: words("a")})); err != nil {
		t.Fatal(err)
	}
	s.fake.SlowAck(time.Minute)
	end := run(t, a, b.handle)
	for range 200 { // more than are answered at a time
		u.PressData("x")
	}
	until(t, "all are handled", func() bool { return len(b.texts()) == 201 })
	begun := time.Now()
	if err := end(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("the stop took %v", took)
	}
}
