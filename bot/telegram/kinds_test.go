package telegram_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

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

// When the flows were loaded again the menu and the line to groups are the new ones; a menu that is the same is not set again.
func TestFollow(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.opt.Commands = []flows.Command{{Name: "help", About: "What there is"}}
	s.fake.Group(-5, "supergroup")
	a := s.build()
	run(t, a, (&book{}).handle)
	until(t, "the menu is set", func() bool { return s.fake.Calls("setMyCommands") == 1 })
	a.Follow(bot.Lines{PrivateOnly: "Somewhere else, please."}, s.opt.Commands)
	s.fake.User(annaID).GroupSay(-5, word)
	until(t, "the group hears it", func() bool { return len(s.fake.Messages(-5)) == 1 })
	if got := s.fake.Messages(-5)[0].Text; got != "Somewhere else, please." {
		t.Errorf("the group hears %q", got)
	}
	if n := s.fake.Calls("setMyCommands"); n != 1 {
		t.Errorf("the same menu was set %d times", n)
	}
	a.Follow(bot.Lines{}, []flows.Command{{Name: "tour", About: "Go round"}})
	until(t, "the new menu is set", func() bool { return s.fake.Calls("setMyCommands") == 2 })
	if r := s.fake.Requests("setMyCommands")[1]; r.Values["commands"] != `[{"command":"tour","description":"Go round"}]` {
		t.Errorf("%v", r.Values)
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

// Files, places and numbers are never fetched; what stands beside them is not read. A block is a Gone event, and its end a Back event.
func TestKinds(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	u, b := s.fake.User(annaID), &book{}
	run(t, s.build(), b.handle)
	until(t, "it is there", func() bool { return s.fake.Calls("getUpdates") > 0 })
	u.Speaks("de")
	u.Start("a-code")
	for _, content := range []map[string]any{
		faketelegram.Photo(word), faketelegram.Location(), faketelegram.Voice(), faketelegram.Document(),
		faketelegram.Sticker(), faketelegram.Contact(), faketelegram.Poll(), faketelegram.Notice(),
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
	if want := []flows.Kind{flows.Said, o, o, o, o, o, o, o, flows.Said, o, flows.Gone, flows.Back, flows.Said}; !slices.Equal(kinds, want) {
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
