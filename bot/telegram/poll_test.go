package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
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

// Updates of any shape: each is passed over, nothing is quoted in the log, and what comes behind is handled.
func TestPollOddities(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	u, b := s.fake.User(annaID), &book{}
	s.fake.Element(`"` + word + `"`)
	s.fake.Element(`{"update_id":"` + word + `"}`)
	s.fake.Raw(`{"telepathy":{"from":{"id":1001},"text":"` + word + `"}}`)
	s.fake.Raw(`{"message":"` + word + `"}`)
	s.fake.Raw(`{"message":{"message_id":1,"date":1,"from":{"id":1001,"is_bot":false,"first_name":"` + word + `"},"chat":{"id":1001,"type":"private"},"paid_media":{"type":"` + word + `"}}}`)
	u.Say("after")
	run(t, s.build(), b.handle)
	until(t, "what is behind is handled", func() bool { return slices.Contains(b.texts(), "after") })
	until(t, "all is confirmed", func() bool { return len(s.fake.Pending()) == 0 })
	if got := b.events(); len(got) != 2 || got[0].Kind != flows.Other {
		t.Errorf("%v", got)
	}
}

// An element without an id and nothing behind it stays at the head of the queue: we go slowly, and do not spin.
func TestPollStuck(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.fake.Element("null")
	b := &book{}
	run(t, s.build(), b.handle)
	time.Sleep(400 * time.Millisecond)
	if n := s.fake.Calls("getUpdates"); n > 6 {
		t.Errorf("%d polls", n)
	}
	s.fake.User(annaID).Say("after")
	until(t, "what is behind is handled", func() bool { return slices.Equal(b.texts(), []string{"after"}) })
	if !strings.Contains(s.log.String(), "bytes=4") {
		t.Error("the log does not tell the size")
	}
}

// Whatever is wrong with the line, we try again, and say what it is.
func TestPollFailures(t *testing.T) {
	for name, c := range map[string]struct {
		fault   faketelegram.Fault
		problem string
	}{
		"a page":          {faketelegram.Fault{Status: 502, HTML: true}, "Telegram is out of reach (502)"},
		"a page as 200":   {faketelegram.Fault{Status: 200, HTML: true}, "Telegram is out of reach (200)"},
		"cut":             {faketelegram.Fault{Cut: true}, "Telegram is out of reach;"},
		"truncated":       {faketelegram.Fault{Body: `{"ok":true,"result":[{"update_id":1,"message":{"text":"` + word}, "Telegram is out of reach (200)"},
		"a wrong result":  {faketelegram.Fault{Body: `{"ok":true,"result":"` + word + `"}`}, "Telegram is out of reach (200)"},
		"an empty object": {faketelegram.Fault{Body: `{}`}, "Telegram is out of reach (200)"},
		"a redirect":      {faketelegram.Fault{Status: 302, Body: "x", Header: map[string][]string{"Location": {"http://elsewhere.invalid/"}}}, "Telegram is out of reach (302)"},
		"a limit":         {faketelegram.Fault{Status: 429, Text: "Too Many Requests", After: 1}, "asks us to wait"},
		"a second poller": {faketelegram.Fault{Status: 409, Text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}, "another process fetches this bot's updates (409)"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t, faketelegram.Options{})
			c.fault.Method, c.fault.Times = "getUpdates", -1
			s.fake.Fail(c.fault)
			u, b := s.fake.User(annaID), &book{}
			u.Say(word)
			a := s.build()
			run(t, a, b.handle)
			until(t, c.problem, func() bool { return strings.Contains(a.Health().Problem, c.problem) })
			if a.Health().Connected || len(b.texts()) > 0 {
				t.Errorf("%+v, %q", a.Health(), b.texts())
			}
			s.fake.Mend()
			until(t, "it goes on", func() bool { return len(b.texts()) == 1 })
			stays := name == "a second poller" // for a while: it may be there still
			if h := a.Health(); !h.Connected || h.Since.IsZero() || (h.Problem != "") != stays {
				t.Errorf("%+v", h)
			}
		})
	}
}

// A refused token ends Run with what the operator has to do.
func TestPollRefused(t *testing.T) {
	for _, code := range []int{401, 404} {
		s := newStand(t, faketelegram.Options{})
		s.fake.Fail(faketelegram.Fault{Method: "getUpdates", Status: code, Text: "Unauthorized", Times: -1})
		s.fake.Fail(faketelegram.Fault{Method: "getMe", Status: code, Text: "Unauthorized", Times: -1})
		a := s.build()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, me := a.Me(ctx)
		for _, err := range []error{a.Run(ctx, (&book{}).handle), me} {
			p, ok := errors.AsType[*bot.PlatformError](err)
			if !ok || p.Code != strconv.Itoa(code) || p.Problem == "" || p.Hint == "" || strings.Contains(p.Error(), "AAFake") {
				t.Errorf("%d: %v", code, err)
			}
		}
		if h := a.Health(); h.Connected || !strings.Contains(h.Problem, "token") {
			t.Errorf("%+v", h)
		}
	}
}

// A webhook that somebody set is taken away, and nothing that waits is dropped.
func TestPollUnhooks(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	end := run(t, s.build(), (&book{}).handle)
	until(t, "the webhook is set", func() bool { return s.fake.Calls("getWebhookInfo") > 0 })
	end()
	s.fake.User(annaID).Say(word)
	s.hook = false
	b := &book{}
	run(t, s.build(), b.handle)
	until(t, "it is handled", func() bool { return slices.Equal(b.texts(), []string{word}) })
	if r := s.fake.Requests("deleteWebhook"); len(r) != 1 || r[0].Values["drop_pending_updates"] != "false" {
		t.Errorf("%+v", r)
	}
}

// Two processes with one token: both stay up, and the operator hears of it.
func TestPollTwice(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	one, two := s.build(), s.build()
	run(t, one, (&book{}).handle)
	run(t, two, (&book{}).handle)
	until(t, "the log tells", func() bool { return strings.Contains(s.log.String(), "another process") })
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

// desk notes when it hears of us.
type desk struct {
	bot.Desk
	mu    sync.Mutex
	heard int
	err   error
	when  func()
}

func (d *desk) Online(_ context.Context, platform string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if platform == "telegram" {
		d.heard++
	}
	if d.when != nil {
		d.when()
	}
	return d.err
}

func (d *desk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard
}

// The desk hears of us when all that waited is handled, not before, and again after an outage.
func TestOnline(t *testing.T) {
	for _, hook := range []bool{false, true} {
		t.Run(fmt.Sprint(hook), func(t *testing.T) {
			s := newStand(t, faketelegram.Options{})
			s.hook = hook
			u := s.fake.User(annaID)
			for _, text := range numbered(150) {
				u.Say(text)
			}
			a, b, d := s.build(), &book{}, &desk{}
			d.when = func() {
				if n := len(b.texts()); n < 150 {
					t.Errorf("online with %d of 150 handled", n)
				}
			}
			a.Attach(d)
			run(t, a, b.handle)
			until(t, "the desk hears", func() bool { return d.count() == 1 })
			if hook {
				return
			}
			s.fake.Fail(faketelegram.Fault{Method: "getUpdates", Times: 2, Status: 502, HTML: true})
			u.Say("more")
			u.Say("and more")
			until(t, "the desk hears again", func() bool { return d.count() == 2 })
		})
	}
}

// A desk that fails has lost its store.
func TestOnlineFails(t *testing.T) {
	for _, hook := range []bool{false, true} {
		s := newStand(t, faketelegram.Options{})
		s.hook = hook
		a := s.build()
		a.Attach(&desk{err: errDisk})
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Run(ctx, (&book{}).handle); !errors.Is(err, errDisk) {
			t.Errorf("Run ended with: %v", err)
		}
	}
}

// The menu and the name come in the end; nothing waits for them.
func TestGreeting(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.opt.Commands = []flows.Command{{Name: "help", About: "What there is"}, {Name: "Bad Name", About: "no"}, {Name: "nothing"}}
	s.fake.Fail(faketelegram.Fault{Method: "getMe", Times: 2, Status: 502, HTML: true})
	s.fake.Fail(faketelegram.Fault{Method: "setMyCommands", Times: 2, Status: 502, HTML: true})
	a := s.build()
	run(t, a, (&book{}).handle)
	until(t, "the menu is set", func() bool { return s.fake.Calls("setMyCommands") == 3 })
	until(t, "the name is known", func() bool { return a.Health().Name == "@rewoo_test_bot" })
	r := s.fake.Requests("setMyCommands")[2]
	if r.Values["commands"] != `[{"command":"help","description":"What there is"}]` || r.Values["scope"] != `{"type":"all_private_chats"}` {
		t.Errorf("%v", r.Values)
	}
	me, err := a.Me(t.Context())
	if err != nil || me != (telegram.Identity{ID: s.fake.BotID(), Username: "rewoo_test_bot"}) {
		t.Errorf("%+v, %v", me, err)
	}
}

// In groups there is one line an hour, and no event. In channels there is nothing.
func TestGroups(t *testing.T) {
	for _, hook := range []bool{false, true} {
		s := newStand(t, faketelegram.Options{})
		s.hook = hook
		s.fake.Group(-5, "supergroup")
		s.fake.Group(-6, "channel")
		u, b := s.fake.User(annaID), &book{}
		run(t, s.build(), b.handle)
		until(t, "it is there", func() bool { return s.fake.Calls("getUpdates")+s.fake.Calls("getWebhookInfo") > 0 })
		for range 3 {
			u.GroupSay(-5, "/start "+word)
			u.GroupSay(-6, word)
		}
		until(t, "the group hears it", func() bool { return len(s.fake.Messages(-5)) == 1 })
		if err := u.GroupPress(-5, "token"); err != nil {
			t.Fatal(err)
		}
		until(t, "the tap is answered", func() bool { _, n := s.fake.Answered(); return n == 1 })
		until(t, "all is confirmed", func() bool { return len(s.fake.Pending()) == 0 })
		if m := s.fake.Messages(-5); len(m) != 1 || m[0].Text != "I only talk in private chats." || m[0].Buttons != nil {
			t.Errorf("%+v", m)
		}
		if len(b.texts()) > 0 || len(s.fake.Messages(-6)) > 0 || len(u.Messages()) > 0 {
			t.Errorf("events %v", b.events())
		}
	}
}

// Files, places and numbers are never fetched; what stands beside them is not read. A block is a Gone event.
func TestKinds(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	u, b := s.fake.User(annaID), &book{}
	run(t, s.build(), b.handle)
	until(t, "it is there", func() bool { return s.fake.Calls("getUpdates") > 0 })
	u.Speaks("de")
	u.Start("a-code")
	for _, content := range []map[string]any{
		faketelegram.Photo(word), faketelegram.Location(), faketelegram.Voice(), faketelegram.Document(),
		faketelegram.Sticker(), faketelegram.Contact(), faketelegram.Poll(), faketelegram.Pinned(),
	} {
		u.Send(content)
	}
	u.Say("a typo")
	u.Edit("no typo")
	u.Block()
	u.Unblock()
	u.Say("last")
	until(t, "all is confirmed", func() bool { return len(s.fake.Pending()) == 0 && slices.Contains(b.texts(), "last") })
	var kinds []flows.Kind
	for _, ev := range b.events() {
		kinds = append(kinds, ev.Kind)
		if ev.From != anna || ev.Locale != "de" || strings.Contains(ev.Text, word) {
			t.Errorf("%+v", ev)
		}
	}
	o := flows.Other
	if want := []flows.Kind{flows.Said, o, o, o, o, o, o, o, flows.Said, o, flows.Gone, flows.Said}; !slices.Equal(kinds, want) {
		t.Errorf("%v", kinds)
	}
	if b.texts()[0] != "/start a-code" {
		t.Errorf("%q", b.texts()[0])
	}
}

// A tap that Telegram kept for too long is gone; words are not.
func TestTapsExpire(t *testing.T) {
	clock := &bottest.Clock{}
	clock.Set(time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC))
	s := newStand(t, faketelegram.Options{Now: clock.Now})
	u, b := s.fake.User(annaID), &book{}
	u.Start("")
	a := s.build()
	if _, err := a.Send(t.Context(), say("m", flows.Message{Body: words("a")})); err != nil {
		t.Fatal(err)
	}
	u.PressData("early")
	u.Say("words")
	clock.Set(clock.Now().Add(150 * time.Second))
	u.PressData("late")
	run(t, a, b.handle)
	until(t, "all is confirmed", func() bool { return len(s.fake.Pending()) == 0 })
	if got := b.events(); len(got) != 3 || got[1].Text != "words" || got[2].Action != "late" {
		t.Errorf("%+v", got)
	}
}
