package telegram_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/flows"
)

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
			if c.fault.After > 0 { // and it waits as long as it was told
				time.Sleep(300 * time.Millisecond)
				if n := s.fake.Calls("getUpdates"); n != 1 {
					t.Errorf("%d polls", n)
				}
			}
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
	before := s.fake.Calls("getUpdates")
	time.Sleep(500 * time.Millisecond)
	if n := s.fake.Calls("getUpdates") - before; n > 16 {
		t.Errorf("%d polls in half a second", n)
	}
}
