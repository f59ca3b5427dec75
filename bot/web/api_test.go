package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/flows"
)

// Every rule of the API that ends in an error, and those next to it that do not.
func TestRequests(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
		code                     string
	}{
		{"health", "GET", "/healthz", "", nil, 200, ""},
		{"health by head", "HEAD", "/healthz", "", nil, 200, ""},
		{"state", "GET", "/api/state", "", nil, 200, ""},
		{"bonnet", "GET", "/api/bonnet", "", nil, 200, ""},
		{"the page", "GET", "/", "", nil, 200, ""},
		{"its script", "GET", "/page.js", "", nil, 200, ""},
		{"no such page", "GET", "/static/page.js", "", nil, 404, "not_found"},
		{"no such call", "GET", "/api", "", nil, 404, "not_found"},
		{"a doubled slash", "GET", "//api/state", "", nil, 404, "not_found"},
		{"a trailing slash", "GET", "/api/state/", "", nil, 404, "not_found"},
		{"a way up", "GET", "/api/people/../state", "", nil, 404, "not_found"},
		{"no such person", "GET", "/api/people/c/messages", "", nil, 404, "not_found"},
		{"nobody", "GET", "/api/people//messages", "", nil, 404, "not_found"},
		{"a person alone", "GET", "/api/people/a", "", nil, 404, "not_found"},
		{"a capital", "POST", "/api/people/A/say", `{"text":"x"}`, nil, 404, "not_found"},
		{"nobody says", "POST", "/api/people/c/say", `{"text":"x"}`, nil, 404, "not_found"},
		{"no such verb", "POST", "/api/people/a/shout", `{"text":"x"}`, nil, 404, "not_found"},

		{"get say", "GET", "/api/people/a/say", "", nil, 400, "method"},
		{"put say", "PUT", "/api/people/a/say", `{"text":"x"}`, nil, 400, "method"},
		{"post state", "POST", "/api/state", `{}`, nil, 400, "method"},
		{"delete messages", "DELETE", "/api/people/a/messages", "", nil, 400, "method"},
		{"options", "OPTIONS", "/api/state", "", nil, 400, "method"},
		{"post the page", "POST", "/", `{}`, nil, 400, "method"},

		{"after", "GET", "/api/people/a/messages?after=2", "", nil, 200, ""},
		{"after nothing", "GET", "/api/people/a/messages?after=", "", nil, 200, ""},
		{"after a word", "GET", "/api/people/a/messages?after=x", "", nil, 400, "after"},
		{"after less than nothing", "GET", "/api/people/a/messages?after=-1", "", nil, 400, "after"},
		{"after too much", "GET", "/api/people/a/messages?after=99999999999999999999", "", nil, 400, "after"},

		{"say", "POST", "/api/people/a/say", `{"text":"x"}`, nil, 200, ""},
		{"say nothing", "POST", "/api/people/a/say", `{"text":""}`, nil, 200, ""},
		{"say with room", "POST", "/api/people/a/say", "\n {\"text\" : \"x\"}\t\n", nil, 200, ""},
		{"no body", "POST", "/api/people/a/say", "", nil, 400, "json"},
		{"half a body", "POST", "/api/people/a/say", `{"text":"x"`, nil, 400, "json"},
		{"a comma too many", "POST", "/api/people/a/say", `{"text":"x",}`, nil, 400, "json"},
		{"a list", "POST", "/api/people/a/say", `["x"]`, nil, 400, "json"},
		{"a string", "POST", "/api/people/a/say", `"x"`, nil, 400, "json"},
		{"null", "POST", "/api/people/a/say", `null`, nil, 400, "json"},
		{"two objects", "POST", "/api/people/a/say", `{"text":"x"}{"text":"y"}`, nil, 400, "json"},
		{"something after", "POST", "/api/people/a/say", `{"text":"x"} x`, nil, 400, "json"},
		{"empty object", "POST", "/api/people/a/say", `{}`, nil, 400, "field"},
		{"null text", "POST", "/api/people/a/say", `{"text":null}`, nil, 400, "field"},
		{"text as number", "POST", "/api/people/a/say", `{"text":7}`, nil, 400, "field"},
		{"text as list", "POST", "/api/people/a/say", `{"text":["x"]}`, nil, 400, "field"},
		{"another field", "POST", "/api/people/a/say", `{"text":"x","id":1}`, nil, 400, "field"},
		{"a capital in a field", "POST", "/api/people/a/say", `{"Text":"x"}`, nil, 400, "field"},
		{"a field twice", "POST", "/api/people/a/say", `{"text":"x","text":"y"}`, nil, 400, "field"},

		{"press", "POST", "/api/people/a/press", `{"message":1,"choice":"yes"}`, nil, 200, ""},
		{"press by label", "POST", "/api/people/a/press", `{"message":1,"choice":"Yes, let us"}`, nil, 200, ""},
		{"press by the wrong case", "POST", "/api/people/a/press", `{"message":1,"choice":"yes, let us"}`, nil, 400, "choice"},
		{"press no choice", "POST", "/api/people/a/press", `{"message":1,"choice":"maybe"}`, nil, 400, "choice"},
		{"press the empty choice", "POST", "/api/people/a/press", `{"message":1,"choice":""}`, nil, 400, "choice"},
		{"press the token", "POST", "/api/people/a/press", `{"message":1,"choice":"token-yes"}`, nil, 400, "choice"},
		{"press what has no choices", "POST", "/api/people/a/press", `{"message":2,"choice":"yes"}`, nil, 400, "choice"},
		{"press no message", "POST", "/api/people/a/press", `{"message":99999,"choice":"yes"}`, nil, 404, "message"},
		{"press message 0", "POST", "/api/people/a/press", `{"message":0,"choice":"yes"}`, nil, 404, "message"},
		{"press message -1", "POST", "/api/people/a/press", `{"message":-1,"choice":"yes"}`, nil, 404, "message"},
		{"press the other's message", "POST", "/api/people/b/press", `{"message":1,"choice":"yes"}`, nil, 404, "message"},
		{"press a string", "POST", "/api/people/a/press", `{"message":"1","choice":"yes"}`, nil, 400, "field"},
		{"press half a message", "POST", "/api/people/a/press", `{"message":1.5,"choice":"yes"}`, nil, 400, "field"},
		{"press a huge message", "POST", "/api/people/a/press", `{"message":99999999999999999999,"choice":"yes"}`, nil, 400, "field"},
		{"press without a message", "POST", "/api/people/a/press", `{"choice":"yes"}`, nil, 400, "field"},
		{"press without a choice", "POST", "/api/people/a/press", `{"message":1}`, nil, 400, "field"},

		{"clock idle", "POST", "/api/clock", `{"until":"idle"}`, nil, 200, ""},
		{"clock next", "POST", "/api/clock", `{"until":"next"}`, nil, 200, ""},
		{"clock by nothing", "POST", "/api/clock", `{}`, nil, 400, "clock"},
		{"clock by both", "POST", "/api/clock", `{"forward":"1h","until":"next"}`, nil, 400, "clock"},
		{"clock to a word", "POST", "/api/clock", `{"until":"tomorrow"}`, nil, 400, "clock"},
		{"clock to nothing", "POST", "/api/clock", `{"until":""}`, nil, 400, "clock"},
		{"clock to null", "POST", "/api/clock", `{"until":null}`, nil, 400, "field"},
		{"clock by a number", "POST", "/api/clock", `{"forward":3600}`, nil, 400, "field"},
		{"clock by less than nothing", "POST", "/api/clock", `{"forward":"-1h"}`, nil, 400, "clock"},
		{"clock by 0", "POST", "/api/clock", `{"forward":"0s"}`, nil, 400, "clock"},
		{"clock by 401 days", "POST", "/api/clock", `{"forward":"401d"}`, nil, 400, "clock"},

		{"the charset may be named", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Content-Type", "application/json; charset=utf-8"}, 200, ""},
		{"curl -d's own type", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Content-Type", form}, 200, ""},
		{"a form of another site", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Content-Type", form, "Origin", "http://evil.example"}, 403, "origin"},
		{"a form of a sandbox", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Content-Type", form, "Origin", "null"}, 403, "origin"},

		{"64 KiB", "POST", "/api/people/a/say", sized(64 << 10), nil, 200, ""},
		{"64 KiB and one", "POST", "/api/people/a/say", sized(64<<10 + 1), nil, 413, "too_large"},
		{"64 KiB and room", "POST", "/api/people/a/say", sized(64<<10) + " ", nil, 413, "too_large"},
		{"a megabyte of clock", "POST", "/api/clock", sized(1 << 20), nil, 413, "too_large"},

		{"localhost", "GET", "/api/state", "", []string{"Host", "localhost:8080"}, 200, ""},
		{"LOCALHOST without a port", "GET", "/api/state", "", []string{"Host", "LOCALHOST"}, 200, ""},
		{"another loopback", "GET", "/api/state", "", []string{"Host", "127.9.9.9:1"}, 200, ""},
		{"loopback of IPv6", "GET", "/api/state", "", []string{"Host", "[::1]:8080"}, 200, ""},
		{"a name that points here", "GET", "/api/state", "", []string{"Host", "evil.example:8080"}, 403, "host"},
		{"a name like ours", "GET", "/api/state", "", []string{"Host", "localhost.evil.example"}, 403, "host"},
		{"a name like an address", "GET", "/api/state", "", []string{"Host", "127.0.0.1.evil.example"}, 403, "host"},
		{"an address elsewhere", "GET", "/api/state", "", []string{"Host", "192.168.1.7:8080"}, 403, "host"},
		{"no host", "GET", "/healthz", "", []string{"Host", ""}, 403, "host"},
		{"a host of nonsense", "GET", "/healthz", "", []string{"Host", "[::1"}, 403, "host"},
		{"IPv6 without a port", "GET", "/healthz", "", []string{"Host", "[::1]"}, 200, ""},
		{"a port of nonsense", "GET", "/healthz", "", []string{"Host", "localhost:x"}, 403, "host"},
		{"foreign host before all else", "POST", "/nowhere", sized(1 << 20), []string{"Host", "evil.example"}, 403, "host"},

		{"its own origin", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Origin", "http://127.0.0.1:8080"}, 200, ""},
		{"its own origin by another name", "GET", "/api/state", "", []string{"Host", "localhost:8080", "Origin", "http://LOCALHOST:8080"}, 200, ""},
		{"another site", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Origin", "https://evil.example"}, 403, "origin"},
		{"another port", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Origin", "http://127.0.0.1:3000"}, 403, "origin"},
		{"another name of ours", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Origin", "http://localhost:8080"}, 403, "origin"},
		{"no site at all", "POST", "/api/people/a/say", `{"text":"x"}`, []string{"Origin", "null"}, 403, "origin"},
		{"an empty origin", "GET", "/api/state", "", []string{"Origin", ""}, 403, "origin"},
		{"two origins", "GET", "/api/state", "", []string{"Origin", "http://127.0.0.1:8080", "Origin", "https://evil.example"}, 403, "origin"},
		{"an origin with a way", "GET", "/api/state", "", []string{"Origin", "http://127.0.0.1:8080/x"}, 403, "origin"},
		{"an extension", "GET", "/api/state", "", []string{"Origin", "chrome-extension://127.0.0.1:8080"}, 403, "origin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t, t.TempDir())
			s.bot("a", "Shall we?", "yes", "Yes, let us", "no", "No")
			s.bot("a", "Good evening")
			before := s.file()
			status, answer := s.do(c.method, c.path, c.body, c.header...)
			if status != c.status {
				t.Fatalf("%d %s\nwant %d", status, clip(answer, 300), c.status)
			}
			if c.status == 200 {
				return
			}
			if code, text := errorOf(t, answer); code != c.code || len(text) < 20 {
				t.Errorf("code %q, text %q\nwant code %q", code, text, c.code)
			}
			if s.file() != before || len(s.events) > 0 {
				t.Errorf("it left something behind: %s", strings.TrimPrefix(s.file(), before))
			}
		})
	}
}

// sized is a say of exactly n bytes.
func sized(n int) string {
	const frame = `{"text":""}`
	return `{"text":"` + strings.Repeat("x", n-len(frame)) + `"}`
}

func errorOf(t *testing.T, answer string) (code, text string) {
	t.Helper()
	var body struct {
		Error struct{ Code, Text string }
	}
	dec := json.NewDecoder(strings.NewReader(answer))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&body); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	return body.Error.Code, body.Error.Text
}

func TestAnswersLookAsPromised(t *testing.T) {
	s := newStand(t, t.TempDir(), func(o *Options) {
		o.Title = func(_ context.Context, user string) string { return map[string]string{"b": "Ben"}[user] }
	})
	for path, want := range map[string]string{
		"/healthz":               `{"ok":true}`,
		"/api/state":             `{"now":"2026-03-02T18:00:00Z","people":[{"name":"a","title":"Phone A"},{"name":"b","title":"Ben"}]}`,
		"/api/bonnet":            `{"people":[],"tracks":[],"timers":[],"outbox":[]}`,
		"/api/people/a/messages": `{"messages":[]}`,
	} {
		_, got := s.do("GET", path, "")
		s.same(path, got, want+"\n")
	}
	_, got := s.do("POST", "/api/people/a/say", `{"text":"a & b"}`)
	s.same("say", got, `{"messages":[{"id":1,"rev":1,"at":"2026-03-02T18:00:00Z","from":"me","text":"a \u0026 b","choices":[],"closed":false,"deleted":false},`+
		`{"id":2,"rev":2,"at":"2026-03-02T18:00:00Z","from":"bot","text":"heard: a \u0026 b","choices":[],"closed":false,"deleted":false}]}`+"\n")
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := newStand(t, t.TempDir())
	for _, path := range []string{"/", "/page.js", "/style.css", "/icon.svg", "/api/state", "/nowhere"} {
		w := record1(s, path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		} {
			if got := w.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(w.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s may be framed", path)
		}
	}
}

func TestIdsAndRevs(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.say("a", "hello")
	ask := s.bot("a", "How?", "1", "low", "5", "high")
	gone := s.bot("a", "A secret")
	s.same("at first", brief(s.messages("a", 0)), `1/1 me "hello"
2/2 bot "heard: hello"
3/3 bot "How?" [1 low] [5 high]
4/4 bot "A secret"`)
	s.change("a", flows.Close, ask)
	s.change("a", flows.Delete, gone)
	s.same("after close and delete", brief(s.messages("a", 4)), `3/5 bot "How?" [1 low] [5 high] closed
4/6 bot "" deleted`)
	s.change("a", flows.Close, ask) // closed already: no news
	s.same("after the same again", brief(s.messages("a", 6)), "")
	s.change("a", flows.Delete, ask)
	s.same("a deleted question", brief(s.messages("a", 6)), `3/7 bot "" closed deleted`)
	s.same("b", brief(s.messages("b", 0)), "")
	all := brief(s.messages("a", 0))
	s.again()
	s.same("after a restart", brief(s.messages("a", 0)), all)
}

// A press that was on its way when the question was closed, or taken back, reaches the bot, and its answer the person.
func TestStalePressIsAnswered(t *testing.T) {
	s := newStand(t, t.TempDir())
	id := s.bot("a", "How?", "1", "low", "5", "high")
	for i, op := range []flows.Op{flows.Show, flows.Close, flows.Delete} {
		if op != flows.Show {
			s.change("a", op, id)
		}
		before := s.messages("a", 0)
		rev := 0
		for _, m := range before {
			rev = max(rev, m.Rev)
		}
		got := get[messagesBody](s, "POST", "/api/people/a/press", `{"message":1,"choice":"high"}`).Messages
		s.same("after "+string(op), brief(got), fmt.Sprintf("%d/%d me \"high\"\n%d/%d bot \"heard: token-5\"", 2*i+2, rev+1, 2*i+3, rev+2))
		ev := s.events[i]
		if want := fmt.Sprintf("web/a/%d", i+1); ev.ID != want || ev.Kind != flows.Pressed || ev.Action != "token-5" || ev.Text != "" {
			t.Errorf("event %+v, want id %s", ev, want)
		}
	}
}

// A choice whose label is the id of another: the id counts.
func TestIdsGoBeforeLabels(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.bot("a", "?", "x", "y", "y", "x")
	get[messagesBody](s, "POST", "/api/people/a/press", `{"message":1,"choice":"y"}`)
	s.same("pressed", s.events[0].Action, "token-y")
}

func TestWhatIsNotUTF8(t *testing.T) {
	s := newStand(t, t.TempDir())
	got := get[messagesBody](s, "POST", "/api/people/a/say", "{\"text\":\"a\xff\\ud800b\"}").Messages
	s.same("kept as", got[0].Text, "a\uFFFD\uFFFDb")
	s.bot("a", "broken \xff too")
	all := brief(s.messages("a", 0))
	s.again()
	s.same("after a restart", brief(s.messages("a", 0)), all)
}

// The answer holds what is new on one's own phone only, and two phones do not wait for each other.
func TestTwoPhonesAtOnce(t *testing.T) {
	s := newStand(t, t.TempDir())
	waiting, goOn := make(chan struct{}), make(chan struct{})
	s.answer = func(ev flows.Event) error {
		if ev.Text == "slow" {
			close(waiting)
			<-goOn
		}
		s.bot(ev.From.User, "heard: "+ev.Text)
		return nil
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.same("a", brief(s.say("a", "slow")), "1/1 me \"slow\"\n2/2 bot \"heard: slow\"") })
	<-waiting
	s.same("b", brief(s.say("b", "quick")), "1/1 me \"quick\"\n2/2 bot \"heard: quick\"")
	close(goOn)
	wg.Wait()
}

// Updates of one person are handled one at a time and in the order of the chat, whoever posts them.
func TestOneAtATime(t *testing.T) {
	s := newStand(t, t.TempDir())
	var mu sync.Mutex
	inside := 0
	s.answer = func(ev flows.Event) error {
		mu.Lock()
		inside++
		if inside > 1 {
			t.Error("two updates of one person at once")
		}
		mu.Unlock()
		time.Sleep(time.Millisecond)
		mu.Lock()
		inside--
		mu.Unlock()
		return nil
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() { s.say("a", fmt.Sprint(i)) })
	}
	wg.Wait()
	messages := s.messages("a", 0)
	for i, ev := range s.events {
		if ev.ID != fmt.Sprintf("web/a/%d", i+1) || ev.Text != messages[i].Text {
			t.Fatalf("event %d is %s %q, the chat says %q", i, ev.ID, ev.Text, messages[i].Text)
		}
	}
}

// A bot that fails is not the writer's fault, and the log names neither words nor places.
func TestFailuresAreOurs(t *testing.T) {
	s := newStand(t, t.TempDir(), func(o *Options) {
		o.Inspect = func(context.Context) (Bonnet, error) { return Bonnet{}, errors.New("disk gone") }
	})
	s.answer = func(flows.Event) error { return errors.New("disk gone") }
	for path, body := range map[string]string{"/api/people/a/say": `{"text":"xylophone"}`, "/api/bonnet": ""} {
		method := "POST"
		if body == "" {
			method = "GET"
		}
		status, answer := s.do(method, path, body)
		want := map[string]string{"POST": "503 kept", "GET": "500 internal"}[method]
		if code, _ := errorOf(t, answer); fmt.Sprint(status, " ", code) != want || strings.Contains(answer, "disk") {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
	s.answer = func(flows.Event) error { panic("xylophone") }
	if status, answer := s.do("POST", "/api/people/b/say", `{"text":"xylophone"}`); status != http.StatusInternalServerError {
		t.Errorf("a panic: %d %s", status, answer)
	}
	if log := s.log.String(); strings.Contains(log, "xylophone") || strings.Count(log, "disk gone") != 2 {
		t.Errorf("the log:\n%s", log)
	}
}

func FuzzBodies(f *testing.F) {
	for _, seed := range []string{`{"text":"x"}`, `{"message":1,"choice":"yes"}`, `{"forward":"1d"}`, `{"until":"next"}`, `{"text":"\ud800"}`,
		`{"forward":"1.5d2h"}`, `[[[[`, `{"text":{}}`, "{\"text\":\"\xff\"}", `{"message":1e3,"choice":null}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 64<<10 { // longer ones are in the table above
			t.Skip()
		}
		began := time.Now()
		defer func() {
			if d := time.Since(began); d > 10*time.Second { // several restarts, each with a sync
				t.Errorf("it took %v", d)
			}
		}()
		s := newStand(t, t.TempDir())
		s.bot("a", "?", "yes", "Yes")
		for _, path := range []string{"/api/people/a/say", "/api/people/a/press", "/api/clock"} {
			before := s.file()
			status, answer := s.do("POST", path, body)
			switch status {
			case 200:
				if !json.Valid([]byte(answer)) {
					t.Errorf("%s: not JSON: %s", path, answer)
				}
			case 400, 404, 413:
				errorOf(t, answer)
				if s.file() != before {
					t.Errorf("%s: refused, and kept", path)
				}
			default:
				t.Errorf("%s: %d %s", path, status, answer)
			}
		}
		all, now := brief(s.messages("a", 0)), s.page.Now()
		s.again()
		if brief(s.messages("a", 0)) != all || !s.page.Now().Equal(now) {
			t.Error("a restart changed something")
		}
	})
}

// A picture is shown, and what it shows is said; a deleted one is gone.
func TestPicture(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.send("a", flows.Message{ID: "1", Body: []flows.Block{{Text: "look"}}, Image: &flows.Image{Name: "x.png", Alt: "a <dot>", Bytes: []byte("png")}})
	get := func() string {
		_, got := s.do("GET", "/api/people/a/messages", "")
		return got
	}
	if got := get(); !strings.Contains(got, `"image":{"alt":"a \u003cdot\u003e","src":"data:image/png;base64,cG5n"}`) {
		t.Error(got)
	}
	s.send("a", flows.Message{ID: "2", Op: flows.Delete, On: "1"})
	if got := get(); strings.Contains(got, "image") {
		t.Error(got)
	}
}
