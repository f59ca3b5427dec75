package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
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
	if _, err := a.Me(context.Background()); class(err) != bot.Transient {
		t.Errorf("Me: %v", err)
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

// What is sent looks as it should: quotes, protection, no previews, a photo, the buttons on the last part.
func TestSendShows(t *testing.T) {
	s, a, u := sender(t, faketelegram.Options{})
	ctx := context.Background()
	long := strings.Repeat("A sentence of some length. ", 200)
	for i, m := range []flows.Message{
		{Body: []flows.Block{{Text: "😀"}, {Text: "*a* quote", Quote: true}}, Private: true},
		{Body: words(long), Choices: []flows.Choice{{Label: "Go on", Action: strings.Repeat("ä", 32)}}},
		{Body: words("Look"), Image: &flows.Image{Bytes: []byte("PNG")}, Private: true, Choices: []flows.Choice{{Label: "Nice", Action: "x"}}},
		{Body: words(strings.Repeat("😀", 2048))},
		{Body: words(strings.Repeat("😀", 512)), Image: &flows.Image{Bytes: []byte("PNG")}},
	} {
		if _, err := a.Send(ctx, say(fmt.Sprint(i), m)); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	got := u.Messages()
	if len(got) != 6 {
		t.Fatalf("%d messages", len(got))
	}
	if m := got[0]; !m.Protected || !m.NoPreview || m.Text != "😀\n*a* quote" || !slices.Equal(m.Entities, []faketelegram.Entity{{Type: "blockquote", Offset: 3, Length: 9}}) {
		t.Errorf("%+v", m)
	}
	if got[1].Buttons != nil || got[2].Buttons == nil || got[1].Protected || !got[1].NoPreview || !got[2].NoPreview {
		t.Errorf("%+v\n%+v", got[1], got[2])
	}
	if m := got[3]; !m.Photo || !m.Protected || m.Text != "Look" || m.PhotoSize != 3 || m.Buttons == nil {
		t.Errorf("%+v", m)
	}
	for _, r := range s.fake.Requests("") {
		if r.Values["parse_mode"] != "" {
			t.Errorf("%s with parse_mode", r.Method)
		}
	}
}

// A retry goes on where the first attempt failed; the ref names all parts, the one with the buttons first.
func TestSendGoesOn(t *testing.T) {
	s, a, u := sender(t, faketelegram.Options{})
	ctx := context.Background()
	q := say("m", flows.Message{Body: words(strings.Repeat("A sentence of some length. ", 400)), Choices: []flows.Choice{{Label: "Go on", Action: "x"}}})
	s.fake.Fail(faketelegram.Fault{Slow: time.Millisecond})
	s.fake.Fail(faketelegram.BadGateway(annaID, 2))
	for range 2 {
		if _, err := a.Send(ctx, q); class(err) != bot.Transient {
			t.Fatal(err)
		}
	}
	other := q
	other.Message.ID = "another"
	other.Message.Body = words("in between")
	if _, err := a.Send(ctx, other); err != nil {
		t.Fatal(err)
	}
	ref, err := a.Send(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	got := u.Messages()
	if len(got) != 4 {
		t.Fatalf("%d messages", len(got))
	}
	if want := fmt.Sprintf("%d,%d,%d", got[3].ID, got[2].ID, got[0].ID); ref != want {
		t.Errorf("ref %s, want %s", ref, want)
	}
	shut := say("c", flows.Message{Op: flows.Close, On: "m"})
	shut.Ref = ref
	if _, err := a.Send(ctx, shut); err != nil {
		t.Error(err)
	}
	if m := u.Messages()[3]; m.Buttons != nil {
		t.Error("the buttons are still there")
	}
	if _, err := a.Send(ctx, shut); class(err) != bot.Unchanged {
		t.Error(err)
	}
	gone := say("d", flows.Message{Op: flows.Delete, On: "m"})
	gone.Ref = ref
	s.fake.Fail(faketelegram.Fault{Slow: time.Millisecond})
	s.fake.Fail(faketelegram.BadGateway(annaID, 1))
	if _, err := a.Send(ctx, gone); class(err) != bot.Transient {
		t.Error(err)
	}
	if _, err := a.Send(ctx, gone); err != nil {
		t.Error(err)
	}
	if texts := u.Texts(); !slices.Equal(texts, []string{"in between"}) {
		t.Errorf("%d texts are left", len(texts))
	}
	if _, err := a.Send(ctx, gone); class(err) != bot.Stale {
		t.Error(err)
	}
}

func TestSendRefs(t *testing.T) {
	_, a, _ := sender(t, faketelegram.Options{})
	for _, op := range []flows.Op{flows.Close, flows.Delete} {
		for _, ref := range []string{"", "x", "0", "-1", "999"} {
			q := say("m", flows.Message{Op: op, On: "n"})
			q.Ref = ref
			if _, err := a.Send(context.Background(), q); class(err) != bot.Stale {
				t.Errorf("%s %q: %v", op, ref, err)
			}
		}
	}
}

// After 48 hours nothing can be deleted.
func TestSendDeleteTooLate(t *testing.T) {
	clock := &bottest.Clock{}
	clock.Set(time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC))
	_, a, u := sender(t, faketelegram.Options{Now: clock.Now})
	ref, err := a.Send(context.Background(), say("m", flows.Message{Body: words("a")}))
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(clock.Now().Add(48 * time.Hour))
	q := say("d", flows.Message{Op: flows.Delete})
	q.Ref = ref
	if _, err := a.Send(context.Background(), q); class(err) != bot.Stale || u.Messages()[0].Deleted {
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
	if send("1001") || send("1001") {
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

// Sixteen sends at a time, as the bot makes them.
func TestSendTogether(t *testing.T) {
	s, a, _ := sender(t, faketelegram.Options{})
	var wg sync.WaitGroup
	for i := range 16 {
		id := int64(2000 + i)
		s.fake.User(id).Start("")
		wg.Go(func() {
			for n := range 10 {
				q := flows.Queued{To: flows.Address{Platform: "telegram", User: fmt.Sprint(id)}, Message: flows.Message{ID: fmt.Sprint(n), Body: words(fmt.Sprint(n))}}
				if _, err := a.Send(context.Background(), q); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 16 {
		if got := s.fake.User(int64(2000 + i)).Texts(); len(got) != 10 || got[9] != "9" {
			t.Errorf("%q", got)
		}
	}
}

func TestPace(t *testing.T) {
	_, a, _ := sender(t, faketelegram.Options{})
	if p := a.Pace(); p != (bot.Pace{PerSecond: 25, ChatEvery: time.Second, ChatBurst: 3}) {
		t.Errorf("%+v", p)
	}
}
