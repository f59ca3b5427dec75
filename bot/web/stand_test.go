package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot/bottest"
	"rewoo/flows"
)

var start = time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)

// stand is a page with a bot of a few lines: it answers at once, and has timers that a test may set.
type stand struct {
	*testing.T
	dir  string
	page *Page
	h    http.Handler
	log  bottest.Log

	mu      sync.Mutex
	events  []flows.Event
	fired   []time.Time // what the clock showed when a timer was handed over
	timers  []time.Time
	sent    int
	settled int
	answer  func(flows.Event) error // nil: says "heard: …"
	onFire  func(now time.Time)
}

func newStand(t *testing.T, dir string, change ...func(*Options)) *stand {
	t.Helper()
	s := &stand{T: t, dir: dir}
	s.open(change...)
	return s
}

func (s *stand) open(change ...func(*Options)) {
	s.Helper()
	o := Options{Dir: s.dir, At: start, Log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, f := range change {
		f(&o)
	}
	page, err := Open(o)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { page.Close() })
	page.Attach(s)
	s.page = page
	s.h = page.handler(s.Context(), s.handle)
}

// again is a restart.
func (s *stand) again() {
	s.Helper()
	if err := s.page.Close(); err != nil {
		s.Fatal(err)
	}
	s.open()
}

func (s *stand) handle(_ context.Context, ev flows.Event) error {
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	if answer != nil {
		if err := answer(ev); err != nil {
			return err
		}
	} else {
		s.bot(ev.From.User, "heard: "+ev.Text+ev.Action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, ev)
	return nil
}

// bot says something, with choices named in pairs of id and label.
func (s *stand) bot(user, text string, choices ...string) string {
	s.Helper()
	s.mu.Lock()
	s.sent++
	id := fmt.Sprintf("m-%d", s.sent)
	s.mu.Unlock()
	m := flows.Message{ID: id, Body: []flows.Block{{Text: text}}}
	for i := 0; i < len(choices); i += 2 {
		m.Choices = append(m.Choices, flows.Choice{ID: choices[i], Label: choices[i+1], Action: "token-" + choices[i]})
	}
	s.send(user, m)
	return id
}

func (s *stand) send(user string, m flows.Message) {
	s.Helper()
	if _, err := s.page.Send(s.Context(), queued(user, m)); err != nil {
		s.Errorf("send: %v", err)
	}
}

func (s *stand) change(user string, op flows.Op, on string) {
	s.Helper()
	s.mu.Lock()
	s.sent++
	id := fmt.Sprintf("m-%d", s.sent)
	s.mu.Unlock()
	s.send(user, flows.Message{ID: id, Op: op, On: on})
}

func queued(user string, m flows.Message) flows.Queued {
	return flows.Queued{To: flows.Address{Platform: "web", User: user, Chat: user}, Message: m}
}

func (s *stand) Settle(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled++
	return nil
}

func (s *stand) NextDue(context.Context) (time.Time, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.timers) == 0 {
		return time.Time{}, false, nil
	}
	return slices.MinFunc(s.timers, time.Time.Compare), true, nil
}

func (s *stand) Fire(_ context.Context, now time.Time) (n int, err error) {
	s.mu.Lock()
	kept := s.timers[:0]
	for _, t := range s.timers {
		if t.After(now) {
			kept = append(kept, t)
			continue
		}
		n++
		s.fired = append(s.fired, now)
	}
	s.timers = kept
	onFire := s.onFire
	s.mu.Unlock()
	if onFire != nil {
		onFire(now)
	}
	return n, nil
}

func (s *stand) setTimers(due ...time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timers = append(s.timers, due...)
}

// do asks the page. header is pairs of name and value; a Host of its own is one of them.
func (s *stand) do(method, path, body string, header ...string) (int, string) {
	s.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, in)
	r.Host = "127.0.0.1:8080"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// get asks for something that must be there.
func get[T any](s *stand, method, path, body string) T {
	s.Helper()
	status, answer := s.do(method, path, body)
	if status != http.StatusOK {
		s.Fatalf("%s %s %s: %d %s", method, path, body, status, answer)
	}
	var out T
	dec := json.NewDecoder(strings.NewReader(answer))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&out); err != nil {
		s.Fatalf("%s %s: %v in %s", method, path, err, answer)
	}
	return out
}

type messagesBody struct {
	Messages []messageView `json:"messages"`
}

type clockBody struct {
	Now   string `json:"now"`
	Fired int    `json:"fired"`
}

func (s *stand) messages(user string, after int) []messageView {
	s.Helper()
	return get[messagesBody](s, "GET", fmt.Sprintf("/api/people/%s/messages?after=%d", user, after), "").Messages
}

func (s *stand) say(user, text string) []messageView {
	s.Helper()
	b, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		s.Fatal(err)
	}
	return get[messagesBody](s, "POST", "/api/people/"+user+"/say", string(b)).Messages
}

func (s *stand) clock(body string) clockBody {
	s.Helper()
	return get[clockBody](s, "POST", "/api/clock", body)
}

// file is what the log holds.
func (s *stand) file() string {
	s.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, LogName))
	if err != nil {
		s.Fatal(err)
	}
	return string(b)
}

// brief writes messages down for comparison: id/rev from text [choices] flags.
func brief(messages []messageView) string {
	var out []string
	for _, m := range messages {
		line := fmt.Sprintf("%d/%d %s %q", m.ID, m.Rev, m.From, m.Text)
		for _, c := range m.Choices {
			line += fmt.Sprintf(" [%s %s]", c.ID, c.Label)
		}
		if m.Closed {
			line += " closed"
		}
		if m.Deleted {
			line += " deleted"
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func (s *stand) same(what, got, want string) {
	s.Helper()
	if got != want {
		s.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}

// record1 gives the headers of an answer.
func record1(s *stand, path string) http.Header {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w.Header()
}
