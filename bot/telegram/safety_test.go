package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

const canary = "AACanaryCanaryCanaryCanaryCanaryCa_-9"

// No token, good or bad, is in an error.
func TestCheckToken(t *testing.T) {
	for _, bad := range []string{"", canary, ":" + canary, "x1:" + canary, "12:short", "12:" + canary + "\n", " 12:" + canary, "12:" + canary + "/x", "12:" + canary + "\x00", "12:" + canary + "é", "1 2:" + canary} {
		err := telegram.CheckToken(bad)
		if err == nil {
			t.Errorf("%q is taken", bad)
			continue
		}
		_, other := telegram.New(telegram.Options{Token: bad})
		if other == nil || strings.Contains(err.Error()+other.Error(), "Canary") {
			t.Errorf("%v, %v", err, other)
		}
	}
	if err := telegram.CheckToken("12:" + canary); err != nil {
		t.Error(err)
	}
}

func TestAPIURL(t *testing.T) {
	for url, good := range map[string]bool{
		"": true, "https://api.example.org": true, "http://127.0.0.1:8081/": true, "https://api.example.org/telegram": true,
		"api.example.org": false, "ftp://api.example.org": false, "https://": false, "https://a:b@example.org": false, "https://example.org?x=1": false, "https://example.org\n": false, "%": false,
	} {
		if _, err := telegram.New(telegram.Options{Token: "12:" + canary, APIURL: url}); (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// However an adapter and its errors are printed, there is no token and no secret.
func TestPrinted(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	a := s.build()
	var log bottest.Log
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("printed", "adapter", a, "health", a.Health())
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+verb+verb, a, struct{ A, B any }{a, &a}, []any{a})
		fmt.Fprintf(&log, verb, a.Health())
	}
	for _, secret := range []string{"AAFake", hookSecret, fmt.Sprintf("%x", "AAFake"), fmt.Sprintf("%x", hookSecret)} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("it shows %q", secret)
		}
	}
}

// A redirect is not followed: the next host would get the token, in the Referer.
func TestRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it went elsewhere") }))
	defer elsewhere.Close()
	for _, code := range []int{301, 302, 307, 308} {
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, code) }))
		a, err := telegram.New(telegram.Options{Token: "12:" + canary, APIURL: api.URL})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Me(context.Background()); class(err) != bot.Transient {
			t.Errorf("%d: %v", code, err)
		}
		if _, err := a.Send(context.Background(), say("m", flows.Message{Body: words("a")})); class(err) != bot.Transient {
			t.Errorf("%d: %v", code, err)
		}
		api.Close()
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// An answer without end is given up.
func TestEndlessAnswer(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for w, chunk := w, make([]byte, 1<<20); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer api.Close()
	a, err := telegram.New(telegram.Options{Token: "12:" + canary, APIURL: api.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Me(context.Background()); class(err) != bot.Ambiguous {
		t.Error(err)
	}
}

var account = regexp.MustCompile(`\b100[1-5]\b`)

// A day of everything that goes wrong: no word and no token in any line of the log, one record a line, no controls.
func TestLog(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	nasty := word + "\n\x1b[31m\u202e\u2066level=ERROR"
	for _, f := range []faketelegram.Fault{
		{Method: "getUpdates", Body: `{"ok":true,"result":[{"update_id":1,"message":{"text":"` + word},
		{Method: "getUpdates", Status: 400, Text: "Bad Request: " + nasty},
		{Method: "getUpdates", Status: 502, HTML: true},
		{Method: "getMe", Status: 400, Text: nasty},
		{Method: "setMyCommands", Status: 400, Text: nasty},
		{Method: "answerCallbackQuery", Status: 400, Text: nasty},
		{Chat: 1001, Status: 400, Text: nasty}, {Chat: 1002, Status: 403, Text: nasty}, {Chat: 1003, Lost: true}, {Chat: 1004, Body: nasty},
		{Chat: 1005, Status: 500, Body: nasty},
	} {
		s.fake.Fail(f)
	}
	s.opt.Commands = []flows.Command{{Name: "help", About: "What there is"}}
	s.fake.Group(-5, "group")
	u := s.fake.User(annaID)
	s.start()
	u.GroupSay(-5, nasty)
	s.fake.Raw(`{"message":"` + word + `"}`)
	s.fake.Element(`"` + word + `"`)
	for i := range 5 {
		s.fake.User(annaID + int64(i)).Say(nasty)
	}
	u.Say("ask")
	until(t, "it asks", func() bool { return u.Press("Yes") == nil })
	until(t, "it answers", func() bool { return strings.Contains(strings.Join(u.Texts(), ""), "you chose Yes") })
	if err := s.life.Stop(); err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(s.log.String()) {
		if !strings.HasPrefix(line, "time=") || strings.ContainsAny(line, "\x1b\u202e\u2066") || account.MatchString(line) {
			t.Errorf("%q", line)
		}
	}
}

// The host in front of the token is the only one that is ever asked.
func TestEgress(t *testing.T) {
	var asked []string
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Host)
		return nil, errors.New("nobody is there")
	})
	for api, want := range map[string]string{"": "api.telegram.org", "http://self.example:8081": "self.example:8081"} {
		asked = nil
		a, err := telegram.New(telegram.Options{Token: "12:" + canary, APIURL: api, Client: &http.Client{Transport: transport}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		a.Me(ctx)
		a.Send(ctx, say("m", flows.Message{Body: words("https://elsewhere.example"), Image: &flows.Image{Bytes: []byte("x")}}))
		cancel()
		if len(asked) != 2 || asked[0] != want || asked[1] != want {
			t.Errorf("%q", asked)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
