package fakediscord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"rewoo/bot/bottest"
)

const anna = "100000000000000001"

type tester struct {
	*testing.T
	*Fake
	clock *bottest.Clock
}

func start(t *testing.T, o Options) *tester {
	t.Helper()
	c := &bottest.Clock{}
	c.Set(time.Date(2026, 11, 1, 20, 0, 0, 0, time.UTC))
	o.Now = c.Now
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return &tester{t, f, c}
}

// ask gives the status and the code of an answer, and its text.
func (t *tester) ask(method, path, body string) (int, int, string) {
	t.Helper()
	req, err := http.NewRequest(method, t.URL()+"/api/v10"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "DiscordBot (https://x.example, 1)")
	if !strings.HasPrefix(path, "/interactions") && !strings.HasPrefix(path, "/webhooks") {
		req.Header.Set("Authorization", "Bot "+t.Token())
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	var e struct{ Code int }
	json.Unmarshal(b, &e)
	return resp.StatusCode, e.Code, string(b)
}

func (t *tester) want(status, code int, method, path, body string) {
	t.Helper()
	if s, c, text := t.ask(method, path, body); s != status || c != code {
		t.Errorf("%s %s: %d %d %s, want %d %d", method, path, s, c, text, status, code)
	}
}

const mute = `"allowed_mentions":{"parse":[]}`

func TestDeadlines(t *testing.T) {
	f := start(t, Options{})
	p := f.User(anna)
	callback := func(i *Interaction) string { return "/interactions/" + i.ID + "/" + i.Token + "/callback" }
	original := func(i *Interaction) string { return "/webhooks/" + AppID + "/" + i.Token + "/messages/@original" }
	say := `{"content":"x",` + mute + `}`

	in := p.Command("a")
	f.want(404, 10015, "PATCH", original(in), say) // nothing to edit yet
	f.want(400, 50035, "POST", callback(in), `{"type":6}`)
	f.clock.Move(3 * time.Second)
	f.want(204, 0, "POST", callback(in), `{"type":5}`) // on the last moment
	f.want(400, 40060, "POST", callback(in), `{"type":9,"data":{}}`)
	if m, ok := in.Original(); !ok || !m.Loading {
		t.Errorf("%+v", m)
	}
	f.clock.Move(12*time.Minute - 3*time.Second)
	f.want(200, 0, "PATCH", original(in), say)
	f.clock.Move(3*time.Minute + time.Second)
	f.want(401, 50027, "PATCH", original(in), say)

	late := p.Command("b")
	f.clock.Move(3*time.Second + 1)
	f.want(404, 10062, "POST", callback(late), `{"type":5}`)
	if !late.Failed() || in.Failed() {
		t.Error("who failed?")
	}
	f.want(404, 10062, "POST", "/interactions/5/x/callback", `{"type":5}`)
	tapped := p.Tap("x")
	f.want(204, 0, "POST", callback(tapped), `{"type":9,"data":{"custom_id":"f","title":"t","components":[{"type":1,"components":[{"type":4,"custom_id":"w","style":1,"label":"l","max_length":5}]}]}}`)
	if _, err := p.Submit(tapped, "123456"); err == nil {
		t.Error("more was typed than the form takes")
	}
	sent, err := p.Submit(tapped, "12345")
	if err != nil {
		t.Fatal(err)
	}
	f.want(400, 50035, "POST", callback(sent), `{"type":9,"data":{"custom_id":"f"}}`) // no form after a form
	if v := f.Violations(); len(v) != 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestMessages(t *testing.T) {
	f := start(t, Options{PerSecond: -1})
	p := f.User(anna)
	own := p.Say("hello")
	ch := "/channels/" + p.channel.id + "/messages"
	send := func(content, more string) string { return fmt.Sprintf(`{"content":%q,%s%s}`, content, mute, more) }
	button := func(id, label string) string {
		return fmt.Sprintf(`,"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":%q,"label":%q}]}]`, id, label)
	}
	for _, c := range []struct {
		status, code int
		body         string
	}{
		{200, 0, send(strings.Repeat("x", 2000), "")}, {400, 50035, send(strings.Repeat("x", 2001), "")},
		{200, 0, send(strings.Repeat("🍰", 1000), "")}, {400, 50035, send(strings.Repeat("🍰", 1001), "")},
		{400, 50006, send(" ", "")}, {400, 50035, send("x", `,"nonce":"`+strings.Repeat("n", 26)+`"`)}, {400, 50109, "{"},
		{200, 0, send("x", button("a", strings.Repeat("l", 80)))}, {400, 50035, send("x", button("a", strings.Repeat("l", 81)))},
		{400, 50035, send("x", button("", "l"))}, {400, 50035, send("x", button(strings.Repeat("a", 101), "l"))}, {400, 50035, send("x", button("a", ""))},
		{400, 50035, send("x", `,"components":[{"type":1,"components":[]}]`)}, {400, 50035, send("x", `,"components":[{"type":2}]`)},
	} {
		f.want(c.status, c.code, "POST", ch, c.body)
	}
	n := len(p.Messages())
	nonce := send("once", `,"nonce":"n-1","enforce_nonce":true`)
	f.want(200, 0, "POST", ch, nonce)
	f.clock.Move(5 * time.Minute)
	f.want(200, 0, "POST", ch, nonce)
	if got := len(p.Messages()) - n; got != 1 {
		t.Errorf("a nonce was shown %d times", got)
	}
	f.clock.Move(time.Second)
	f.want(200, 0, "POST", ch, nonce)
	if got := len(p.Messages()) - n; got != 2 {
		t.Errorf("a nonce of long ago was shown %d times", got)
	}
	f.want(403, 50005, "PATCH", ch+"/"+own, send("x", ""))
	f.want(404, 10008, "DELETE", ch+"/5", "")
	f.want(404, 10003, "POST", "/channels/5/messages", send("x", ""))
	f.want(400, 50035, "GET", ch+"?limit=101", "")
	if v := f.Violations(); len(v) != 0 {
		t.Errorf("violations: %q", v)
	}
	f.want(200, 0, "POST", ch, `{"content":"@everyone"}`)
	if v := f.Violations(); len(v) != 1 {
		t.Errorf("violations: %q", v)
	}
}

func TestPages(t *testing.T) {
	f := start(t, Options{})
	p := f.User(anna)
	var ids []string
	for range 5 {
		ids = append(ids, p.Say("x"))
	}
	_, _, text := f.ask("GET", "/channels/"+p.channel.id+"/messages?limit=2&after="+ids[1], "")
	var page []struct{ ID string }
	if json.Unmarshal([]byte(text), &page) != nil || len(page) != 2 || page[0].ID != ids[3] || page[1].ID != ids[2] {
		t.Errorf("%s", text)
	}
}

func TestLimits(t *testing.T) {
	f := start(t, Options{PerChannel: 5})
	f.User(anna).Say("hello")
	for range 50 {
		f.want(200, 0, "GET", "/users/@me", "")
	}
	status, _, text := f.ask("GET", "/users/@me", "")
	if status != 429 || !strings.Contains(text, `"global":true`) {
		t.Errorf("%d %s", status, text)
	}
	f.clock.Move(time.Second)
	ch := "/channels/" + f.User(anna).channel.id + "/messages"
	for range 5 {
		f.want(200, 0, "POST", ch, `{"content":"x",`+mute+`}`)
	}
	if status, _, text := f.ask("POST", ch, `{"content":"x",`+mute+`}`); status != 429 || !strings.Contains(text, `"global":false`) {
		t.Errorf("%d %s", status, text)
	}
	if c := f.Counts(); c.Refused[429] != 2 {
		t.Errorf("%v", c.Refused)
	}
}

func TestWhoMayAsk(t *testing.T) {
	f := start(t, Options{})
	for _, c := range []struct {
		agent, auth, path string
		status, flaws     int
	}{
		{"DiscordBot (https://x.example, 1)", "Bot " + f.Token(), "/api/v9/users/@me", 200, 0}, {"DiscordBot (https://x.example, 1)", f.Token(), "/api/v9/users/@me", 401, 0},
		{"curl", "Bot " + f.Token(), "/api/v10/users/@me", 403, 1}, {"DiscordBot (https://x.example, 1)", "Bot " + f.Token(), "/api/v8/users/@me", 404, 2},
		{"DiscordBot (https://x.example, 1)", "Bot " + f.Token(), "/api/v10/interactions/1/t/callback", 404, 3},
	} {
		method := "GET"
		if strings.HasSuffix(c.path, "callback") {
			method = "POST"
		}
		req, _ := http.NewRequest(method, f.URL()+c.path, bytes.NewReader(nil))
		req.Header = http.Header{"User-Agent": {c.agent}, "Authorization": {c.auth}}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status || len(f.Violations()) != c.flaws {
			t.Errorf("%+v: %d, %q", c, resp.StatusCode, f.Violations())
		}
	}
}

// socket is a bot's side of the gateway.
type socket struct {
	*testing.T
	ws *websocket.Conn
}

func (f *tester) dial() socket {
	f.Helper()
	ws, _, err := websocket.Dial(f.Context(), "ws"+f.URL()[4:]+"/gateway-ws?v=10&encoding=json", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { ws.CloseNow() })
	return socket{f.T, ws}
}

func (s socket) say(frame string) {
	s.Helper()
	if err := s.ws.Write(s.Context(), websocket.MessageText, []byte(frame)); err != nil {
		s.Fatal(err)
	}
}

// hear gives the op and the name of the next frame; a close is its code.
func (s socket) hear() string {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 5*time.Second)
	defer cancel()
	_, b, err := s.ws.Read(ctx)
	if err != nil {
		return fmt.Sprint("close ", int(websocket.CloseStatus(err)))
	}
	var frame struct {
		Op int
		T  string
		S  int
		D  struct {
			Session string `json:"session_id"`
			Content string
		}
	}
	json.Unmarshal(b, &frame)
	return strings.TrimRight(fmt.Sprint(frame.Op, " ", frame.T, " ", frame.D.Content, frame.D.Session), " ")
}

func (s socket) hears(want ...string) {
	s.Helper()
	for _, w := range want {
		if got := s.hear(); got != w {
			s.Fatalf("heard %q, want %q", got, w)
		}
	}
}

func TestGateway(t *testing.T) {
	f := start(t, Options{})
	identify := func(intents int) string {
		return fmt.Sprintf(`{"op":2,"d":{"token":"Bot %s","intents":%d}}`, f.Token(), intents)
	}
	deaf := f.dial()
	deaf.hears("10")
	deaf.say(identify(0))
	deaf.hears("0 READY session-1")
	s := f.dial()
	s.hears("10")
	s.say(`{"op":1,"d":null}`)
	s.hears("11")
	s.say(identify(intentDM))
	s.hears("0 READY session-2")
	f.User(anna).Say("one")
	s.hears("0 MESSAGE_CREATE one")
	f.Gateway().Reconnect()
	s.hears("7")
	deaf.hears("7") // and nothing of what anna said
	s.ws.Close(4000, "")
	f.Await(5*time.Second, func() bool { f.mu.Lock(); defer f.mu.Unlock(); return len(f.conns) == 1 })
	f.User(anna).Say("two")
	resume := fmt.Sprintf(`{"op":6,"d":{"token":%q,"session_id":"session-2","seq":2}}`, f.Token())
	s = f.dial()
	s.hears("10")
	s.say(resume)
	s.hears("0 MESSAGE_CREATE two", "0 RESUMED")
	s.ws.CloseNow()
	f.Await(5*time.Second, func() bool { return f.lost("session-2") })
	f.clock.Move(4 * time.Minute)
	s = f.dial()
	s.hears("10")
	s.say(resume)
	s.hears("9") // too late
	s.say(identify(intentDM))
	s.hears("0 READY session-3")
	s.ws.Close(1000, "")
	f.Await(5*time.Second, func() bool { f.mu.Lock(); defer f.mu.Unlock(); return len(f.sessions) == 2 })
	s = f.dial()
	s.hears("10")
	s.say(`{"op":2,"d":{"token":"x"}}`)
	s.hears("close 4004")
	if c := f.Counts(); c.Identifies != 4 || c.Resumes != 2 {
		t.Errorf("%+v", c)
	}
	if v := f.Violations(); len(v) != 0 {
		t.Errorf("violations: %q", v)
	}
}

// lost tells whether a session waits to be resumed.
func (f *Fake) lost(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.sessions {
		if s.id == id {
			return s.conn == nil
		}
	}
	return false
}
