package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

const annaID = 1001

var anna = flows.Address{Platform: "telegram", User: "1001", Chat: "1001"}

func say(id string, m flows.Message) flows.Queued {
	m.ID = id
	return flows.Queued{To: anna, Message: m}
}

func words(texts ...string) (out []flows.Block) {
	for _, text := range texts {
		out = append(out, flows.Block{Text: text})
	}
	return out
}

// sender is an adapter whose fake knows Anna.
func sender(t *testing.T, o faketelegram.Options) (*stand, *telegram.Adapter, *faketelegram.User) {
	s := newStand(t, o)
	u := s.fake.User(annaID)
	u.Start("")
	a := s.build()
	return s, a, u
}

// class is that of a failed send; "" if it went well.
func class(err error) bot.Class {
	if f, ok := errors.AsType[*bot.SendError](err); ok {
		return f.Class
	}
	if err != nil {
		return "no SendError"
	}
	return ""
}

func TestSendClasses(t *testing.T) {
	s, a, _ := sender(t, faketelegram.Options{})
	for name, c := range map[string]struct {
		fault faketelegram.Fault
		once  bool
		want  bot.Class
		code  string
		after time.Duration
	}{
		"well":                  {fault: faketelegram.Fault{}},
		"429":                   {fault: faketelegram.Flood(0, 1, 7), want: bot.Limited, code: "429", after: 7 * time.Second},
		"429 without a time":    {fault: faketelegram.Flood(0, 1, 0), want: bot.Limited, code: "429", after: time.Second},
		"429 of a proxy":        {fault: faketelegram.Fault{Status: 429, HTML: true, Header: http.Header{"Retry-After": {"3"}}}, want: bot.Limited, code: "429", after: 3 * time.Second},
		"403":                   {fault: faketelegram.Forbidden(0, 1), want: bot.Unreachable, code: "403"},
		"no such chat":          {fault: faketelegram.BadRequest(0, 1, "chat not found"), want: bot.Unreachable, code: "400"},
		"not modified":          {fault: faketelegram.BadRequest(0, 1, "message is not modified: specified new …"), want: bot.Unchanged, code: "400"},
		"nothing to edit":       {fault: faketelegram.BadRequest(0, 1, "message to edit not found"), want: bot.Stale, code: "400"},
		"nothing to delete":     {fault: faketelegram.BadRequest(0, 1, "message to delete not found"), want: bot.Stale, code: "400"},
		"too old to delete":     {fault: faketelegram.BadRequest(0, 1, "message can't be deleted for everyone"), want: bot.Stale, code: "400"},
		"our mistake":           {fault: faketelegram.BadRequest(0, 1, "can't parse entities: "+word), want: bot.Invalid, code: "400"},
		"401":                   {fault: faketelegram.Unauthorized(0, 1), want: bot.Fatal, code: "401"},
		"404":                   {fault: faketelegram.Fault{Status: 404, Text: "Not Found"}, want: bot.Fatal, code: "404"},
		"404 of a proxy":        {fault: faketelegram.Fault{Status: 404, HTML: true}, want: bot.Transient, code: "404"},
		"502":                   {fault: faketelegram.BadGateway(0, 1), want: bot.Transient, code: "502"},
		"502 for once":          {fault: faketelegram.BadGateway(0, 1), once: true, want: bot.Ambiguous, code: "502"},
		"500":                   {fault: faketelegram.Fault{Status: 500, Text: "Internal Server Error"}, want: bot.Transient, code: "500"},
		"cut before":            {fault: faketelegram.Fault{Cut: true}, want: bot.Ambiguous},
		"lost after":            {fault: faketelegram.Fault{Lost: true}, want: bot.Ambiguous},
		"a page in place of it": {fault: faketelegram.Fault{Status: 200, HTML: true}, want: bot.Ambiguous, code: "200"},
		"half an answer":        {fault: faketelegram.Fault{Body: `{"ok":true,"result":{"text":"` + word}, want: bot.Ambiguous, code: "200"},
		"a result of no use":    {fault: faketelegram.Fault{Body: `{"ok":true,"result":"` + word + `"}`}},
	} {
		s.fake.Fail(c.fault)
		_, err := a.Send(context.Background(), say("m-"+name, flows.Message{Body: words(word), Once: c.once}))
		s.fake.Mend()
		if got := class(err); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
			continue
		}
		if f, ok := errors.AsType[*bot.SendError](err); ok && (f.Code != c.code || f.After != c.after || f.Global) {
			t.Errorf("%s: code %s after %v global %v", name, f.Code, f.After, f.Global)
		}
		for _, text := range []string{fmt.Sprintf("%v %+v %#v", err, err, err), fmt.Sprint(errors.Unwrap(err))} {
			if strings.Contains(text, word) || strings.Contains(text, s.fake.Token()) || strings.Contains(text, "html") {
				t.Errorf("%s: the error tells too much: %s", name, text)
			}
		}
	}
}

func TestSendNeverLeft(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close() // nobody listens there now
	a, err := telegram.New(telegram.Options{Token: faketelegram.DefaultToken, APIURL: url})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Send(context.Background(), say("m", flows.Message{Body: words("a"), Once: true}))
	if class(err) != bot.Transient || strings.Contains(fmt.Sprint(errors.Unwrap(err)), "AAFake") {
		t.Errorf("%v: %v", err, errors.Unwrap(err))
	}
	if _, err := a.Me(context.Background()); class(err) != bot.Transient || strings.Contains(fmt.Sprint(errors.Unwrap(err)), "AAFake") {
		t.Errorf("Me: %v: %v", err, errors.Unwrap(err))
	}
}

// A send that hangs ends when its context does, and nobody knows then.
func TestSendHangs(t *testing.T) {
	s, a, _ := sender(t, faketelegram.Options{})
	s.fake.Fail(faketelegram.Fault{Slow: time.Minute})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := a.Send(ctx, say("m", flows.Message{Body: words("a")})); class(err) != bot.Ambiguous {
		t.Error(err)
	}
}

func TestSendAddress(t *testing.T) {
	_, a, _ := sender(t, faketelegram.Options{})
	for _, to := range []flows.Address{{}, {Platform: "telegram"}, {Platform: "telegram", User: "x"}, {Platform: "telegram", User: "-5"}, {Platform: "telegram", User: "0"}, {Platform: "memory", User: "1001"}} {
		if _, err := a.Send(context.Background(), flows.Queued{To: to, Message: flows.Message{Body: words("a")}}); class(err) != bot.Invalid {
			t.Errorf("%v: %v", to, err)
		}
	}
	if _, err := a.Send(context.Background(), flows.Queued{To: flows.Address{Platform: "telegram", User: "1001"}, Message: flows.Message{Body: words("a")}}); err != nil {
		t.Error(err)
	}
	if _, err := a.Send(context.Background(), say("m", flows.Message{Op: "dance"})); class(err) != bot.Invalid {
		t.Error(err)
	}
	if _, err := a.Send(context.Background(), say("m", flows.Message{})); class(err) != bot.Invalid {
		t.Error(err)
	}
}

// Two chats that are refused within a second mean that everybody is.
func TestSendLimits(t *testing.T) {
	s, a, _ := sender(t, faketelegram.Options{})
	s.fake.User(1002).Start("")
	send := func(user string) (global bool) {
		s.fake.Fail(faketelegram.Flood(0, 1, 5))
		_, err := a.Send(context.Background(), flows.Queued{To: flows.Address{Platform: "telegram", User: user}, Message: flows.Message{ID: "m", Body: words("a")}})
		f, ok := errors.AsType[*bot.SendError](err)
		if !ok || f.Class != bot.Limited || f.After != 5*time.Second {
			t.Errorf("%v", err)
			return false
		}
		return f.Global
	}
	if first, second := send("1001"), send("1001"); first || second {
		t.Error("one chat is no reason to stop for all")
	}
	if !send("1002") {
		t.Error("two chats are")
	}
	time.Sleep(1100 * time.Millisecond)
	if send("1001") {
		t.Error("a second later it is one chat again")
	}
}

func TestPace(t *testing.T) {
	_, a, _ := sender(t, faketelegram.Options{})
	if p := a.Pace(); p != (bot.Pace{PerSecond: 25, ChatEvery: time.Second, ChatBurst: 3}) {
		t.Errorf("%+v", p)
	}
}
