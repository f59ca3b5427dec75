package telegram_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// knock sends a request to a webhook as anybody can, and gives the status.
func knock(t *testing.T, method, url, secret string, body io.Reader) int {
	t.Helper()
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Logf("%s: %v", url, err)
		return 0
	}
	defer resp.Body.Close()
	if b, _ := io.ReadAll(resp.Body); len(b) > 0 && resp.Request.URL.Path == "/hook" {
		t.Errorf("it says %q", b)
	}
	return resp.StatusCode
}

func hooked(t *testing.T, b *book) (s *stand, end func() error) {
	s = newStand(t, faketelegram.Options{})
	s.hook = true
	end = run(t, s.build(), b.handle)
	until(t, "the webhook is set", func() bool { return s.fake.Calls("getWebhookInfo") > 0 })
	return s, end
}

func TestWebhookAnswers(t *testing.T) {
	b := &book{}
	s, _ := hooked(t, b)
	update := func(id int, text string) string {
		return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"from":{"id":7,"is_bot":false,"first_name":"A"},"chat":{"id":7,"type":"private"},"text":%q}}`, id, text)
	}
	for name, c := range map[string]struct {
		method, path, secret, body string
		want                       int
	}{
		"good":                {"POST", "", hookSecret, update(1, word), 200},
		"no secret":           {"POST", "", "", update(2, word), 401},
		"a forged secret":     {"POST", "", hookSecret[:len(hookSecret)-1] + "x", update(3, word), 401},
		"part of the secret":  {"POST", "", hookSecret[:8], update(4, word), 401},
		"a longer secret":     {"POST", "", hookSecret + "x", update(5, word), 401},
		"a GET":               {"GET", "", hookSecret, "", 405},
		"another path":        {"POST", "/x", hookSecret, update(6, word), 404},
		"the root":            {"POST", "/..", hookSecret, update(6, word), 404},
		"truncated":           {"POST", "", hookSecret, update(7, word)[:90], 400},
		"no JSON":             {"POST", "", hookSecret, "<html>" + word, 400},
		"an unknown shape":    {"POST", "", hookSecret, `{"update_id":8,"telepathy":"` + word + `"}`, 200},
		"no id":               {"POST", "", hookSecret, `{"id":"` + word + `"}`, 200},
		"nothing":             {"POST", "", hookSecret, "", 400},
		"a message of no one": {"POST", "", hookSecret, `{"update_id":9,"message":{"text":"` + word + `"}}`, 200},
	} {
		if got := knock(t, c.method, s.hookURL+c.path, c.secret, strings.NewReader(c.body)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := b.events(); len(got) != 1 || got[0].ID != fmt.Sprintf("telegram/%d/u/1", s.fake.BotID()) || got[0].Text != word {
		t.Errorf("%v", got)
	}
}

// Who does not know the secret, or has too much to say, is answered before they sent anything but headers.
func TestWebhookUnread(t *testing.T) {
	s, _ := hooked(t, &book{})
	headersOnly(t, s, "wrong", 100_000, 401)
	headersOnly(t, s, hookSecret, 100<<20, 413)
}

func headersOnly(t *testing.T, s *stand, secret string, length, want int) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.hookURL, "http://"), "/hook"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: %s\r\nContent-Length: %d\r\n\r\n", secret, length)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != want {
		t.Errorf("%s, want %d", resp.Status, want)
	}
}

// zeros is a body without end, as long as its limit.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A hundred megabytes are refused, and memory stays flat.
func TestWebhookHuge(t *testing.T) {
	s, _ := hooked(t, &book{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, known := range []bool{true, false} {
		body := io.LimitReader(zeros{}, 100<<20)
		req, err := http.NewRequest("POST", s.hookURL, body)
		if err != nil {
			t.Fatal(err)
		}
		if known {
			req.ContentLength = 100 << 20
		}
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hookSecret)
		resp, err := client.Do(req)
		if err != nil { // the server may hang up while we still write
			t.Logf("refused with %v", err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s", resp.Status)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 12<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
	headersOnly(t, s, hookSecret, 1<<20+1, 413)
	if got := knock(t, "POST", s.hookURL, hookSecret, strings.NewReader(strings.Repeat(" ", 1<<20))); got != 400 {
		t.Errorf("a megabyte: %d", got)
	}
}

// 500 when nothing is kept, 200 when it is; Telegram tries again until then.
func TestWebhookCommits(t *testing.T) {
	b := &book{fail: func(flows.Event) error { return errDisk }}
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	a := s.build()
	s.fake.User(annaID).Say(word)
	if err := a.Run(ctx, b.handle); err == nil || ctx.Err() != nil {
		t.Fatalf("Run ended with: %v", err)
	}
	if len(s.fake.Pending()) != 1 {
		t.Fatal("it is lost")
	}
	b.fail = nil
	run(t, s.build(), b.handle)
	until(t, "it comes again", func() bool { return slices.Equal(b.texts(), []string{word}) && len(s.fake.Pending()) == 0 })
}

// Taken away by somebody, it is set again.
func TestWebhookTakenAway(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	a, b := s.build(), &book{}
	a.Probe(10 * time.Millisecond)
	run(t, a, b.handle)
	until(t, "the webhook is set", func() bool { return s.fake.Calls("getWebhookInfo") > 1 })
	resp, err := client.Post(s.fake.URL()+"/bot"+s.fake.Token()+"/deleteWebhook", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	s.fake.User(annaID).Say(word)
	until(t, "it is heard all the same", func() bool { return len(b.texts()) == 1 })
}

// At the end what is under way is finished, and what comes after is sent back.
func TestWebhookStops(t *testing.T) {
	gate := make(chan struct{})
	var begun sync.WaitGroup
	begun.Add(1)
	b := &book{fail: func(flows.Event) error { begun.Done(); <-gate; return nil }}
	s, end := hooked(t, b)
	u := s.fake.User(annaID)
	u.Say(word)
	begun.Wait()
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	time.Sleep(50 * time.Millisecond)
	if got := knock(t, "POST", s.hookURL, hookSecret, strings.NewReader(`{"update_id":1}`)); got != 0 && got != 503 {
		t.Errorf("%d", got)
	}
	close(gate)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if len(b.texts()) != 1 {
		t.Error("it was not finished")
	}
	until(t, "it is confirmed", func() bool { return len(s.fake.Pending()) == 0 })
}

// A step that takes longer than the connection may is waited for: the store is closed after Run.
func TestWebhookWaits(t *testing.T) {
	gate, begun := make(chan struct{}), make(chan struct{})
	b := &book{fail: func(flows.Event) error { close(begun); <-gate; return nil }}
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	a := s.build()
	a.Grace(20 * time.Millisecond)
	end := run(t, a, b.handle)
	s.fake.User(annaID).Say(word)
	<-begun
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	select {
	case <-ended:
		t.Error("Run returned in the middle of a step")
	case <-time.After(200 * time.Millisecond):
	}
	close(gate)
	if err := <-ended; err != nil || len(b.texts()) != 1 {
		t.Errorf("%v, %d handled", err, len(b.texts()))
	}
}

// Setting it is tried until it works; a refused URL is told.
func TestWebhookSets(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	s.fake.Fail(faketelegram.Fault{Method: "setWebhook", Times: 3, Status: 502, HTML: true})
	u, b := s.fake.User(annaID), &book{}
	u.Say(word)
	a := s.build()
	run(t, a, b.handle)
	until(t, "it is heard", func() bool { return len(b.texts()) == 1 })
	r := s.fake.Requests("setWebhook")
	if v := r[len(r)-1].Values; len(r) != 4 || v["url"] != s.hookURL || v["secret_token"] != hookSecret || v["drop_pending_updates"] != "" ||
		v["allowed_updates"] != `["message","edited_message","callback_query","my_chat_member"]` {
		t.Errorf("%d times, %v", len(r), v)
	}
	until(t, "health", func() bool { h := a.Health(); return h.Connected && h.Problem == "" && len(h.Notes) == 1 })
	if s.fake.Calls("getUpdates") > 0 {
		t.Error("it polls too")
	}

	s = newStand(t, faketelegram.Options{})
	s.hook = true
	s.fake.Fail(faketelegram.Fault{Method: "setWebhook", Times: -1, Status: 400, Text: "Bad Request: bad webhook: HTTPS url must be provided for webhook"})
	a = s.build()
	run(t, a, b.handle)
	until(t, "the problem is told", func() bool { return strings.Contains(a.Health().Problem, "webhook.url") })

	s.fake.Mend()
	s.fake.Fail(faketelegram.Fault{Method: "setWebhook", Times: -1, Status: 401, Text: "Unauthorized"})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.build().Run(ctx, b.handle); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("Run ended with: %v", err)
	}
}

// A tap and a text of one person at the same moment: one after the other. People do not wait.
func TestWebhookOrder(t *testing.T) {
	s := newStand(t, faketelegram.Options{})
	s.hook = true
	u, other := s.fake.User(annaID), s.fake.User(1002)
	u.Start("")
	a := s.build()
	if _, err := a.Send(t.Context(), say("m", flows.Message{Body: words("a")})); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	inside := map[string]int{}
	gate := make(chan struct{})
	b := &book{}
	b.fail = func(ev flows.Event) error {
		mu.Lock()
		if inside[ev.From.User]++; inside[ev.From.User] > 1 {
			t.Error("two at once")
		}
		mu.Unlock()
		if ev.From == anna {
			<-gate
		}
		mu.Lock()
		inside[ev.From.User]--
		mu.Unlock()
		return nil
	}
	run(t, a, b.handle)
	for range 5 {
		u.PressData("x")
		u.Say("words")
	}
	other.Say("quick")
	until(t, "the other is heard", func() bool { return slices.Equal(b.texts(), []string{"quick"}) })
	close(gate)
	until(t, "all are", func() bool { return len(b.texts()) == 12 })
}

func TestWebhookOptions(t *testing.T) {
	good := telegram.Webhook{Listen: "127.0.0.1:0", URL: "https://bot.example.org/hook", Secret: hookSecret}
	for name, change := range map[string]func(*telegram.Webhook){
		"no secret":         func(w *telegram.Webhook) { w.Secret = "" },
		"a short secret":    func(w *telegram.Webhook) { w.Secret = strings.Repeat("x", 31) },
		"a long secret":     func(w *telegram.Webhook) { w.Secret = strings.Repeat("x", 257) },
		"an odd secret":     func(w *telegram.Webhook) { w.Secret = strings.Repeat("x", 32) + "!" },
		"no URL":            func(w *telegram.Webhook) { w.URL = "" },
		"no host":           func(w *telegram.Webhook) { w.URL = "https:///hook" },
		"a wrong scheme":    func(w *telegram.Webhook) { w.URL = "ftp://bot.example.org/hook" },
		"the token in it":   func(w *telegram.Webhook) { w.URL += faketelegram.DefaultToken[11:] },
		"a path of nothing": func(w *telegram.Webhook) { w.Path = "hook" },
		"nowhere to listen": func(w *telegram.Webhook) { w.Listen = "" },
	} {
		w := good
		change(&w)
		_, err := telegram.New(telegram.Options{Token: faketelegram.DefaultToken, Webhook: &w})
		if err == nil {
			t.Errorf("%s is taken", name)
		} else if strings.Contains(err.Error(), "AAFake") || w.Secret != "" && strings.Contains(err.Error(), w.Secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := telegram.New(telegram.Options{Token: faketelegram.DefaultToken, Webhook: &good}); err != nil {
		t.Error(err)
	}
}
