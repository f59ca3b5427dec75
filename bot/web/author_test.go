package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// writer is an Author of a few lines.
type writer struct {
	mu    sync.Mutex
	news  News
	newer chan struct{}
	saved []History
	err   error
}

func newWriter() *writer { return &writer{newer: make(chan struct{})} }

func (w *writer) Begins() string { return "paired" }
func (w *writer) Folder() string { return "mine" }
func (w *writer) Flows() []FlowView {
	return []FlowView{{Name: "tea", Title: "Tea <b>", Command: "/tea"}}
}
func (w *writer) Map() MapView { return MapView{Links: []MapLink{{From: "tea", To: []string{"cake"}}}} }

func (w *writer) Flow(name string) (FlowDetail, bool) {
	return FlowDetail{FlowView: w.Flows()[0], Begins: []string{}, From: []string{}, Starts: []string{}, Steps: []StepView{}}, name == "tea"
}

func (w *writer) Source(file string) (string, bool) { return "flow: tea\n", file == "tea.yaml" }

func (w *writer) News() (News, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.news, w.newer
}

func (w *writer) tell(state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.news.Seq++
	w.news.State = state
	close(w.newer)
	w.newer = make(chan struct{})
}

func (w *writer) Save(_ context.Context, name string, replace bool, h History) (Saved, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.saved = append(w.saved, h)
	return Saved{Files: []SavedFile{{Name: name}}, Written: replace, Notes: []string{}}, w.err
}

func TestAuthorsRoutes(t *testing.T) {
	w := newWriter()
	s := newStand(t, t.TempDir(), func(o *Options) { o.Author = w })
	if !get[stateView](s, "GET", "/api/state", "").Author {
		t.Error("the page does not say that it has something for authors")
	}
	shelf := get[shelfView](s, "GET", "/api/author/flows", "")
	if len(shelf.Flows) != 1 || shelf.Begins != "paired" || shelf.Folder != "mine" || !shelf.Mark.IsZero() {
		t.Errorf("%+v", shelf)
	}
	if got := get[FlowDetail](s, "GET", "/api/author/flows/tea", ""); got.Title != "Tea <b>" {
		t.Errorf("%+v", got)
	}
	get[MapView](s, "GET", "/api/author/map", "")
	if got := get[map[string]string](s, "GET", "/api/author/source?file=tea.yaml", ""); got["text"] != "flow: tea\n" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "/api/author/flows/cake", "", "There is no flow of this name"},
		{"GET", "/api/author/source?file=../x", "", "There is no such file"},
		{"GET", "/api/author/nothing", "", "There is nothing at this address"},
		{"GET", "/api/author/save", "", "Ask for this with POST"},
		{"POST", "/api/author/flows", "{}", "Ask for this with GET"},
		{"GET", "/api/author/news?after=x", "", "after has to be a whole number"},
		{"POST", "/api/author/mark", `{"x":1}`, "There is no field"},
		{"POST", "/api/author/save", `{"replace":true}`, `The field \"name\" has to be there`},
	} {
		if status, answer := s.do(c.method, c.path, c.body); status < 400 || !strings.Contains(answer, c.want) {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, answer)
		}
	}
	if status, answer := s.do("POST", "/api/author/save", `{"name":"x"}`, "Origin", "https://elsewhere.example"); status != http.StatusForbidden {
		t.Errorf("another site may save: %d %s", status, answer)
	}
}

// Without an author there is nothing for them.
func TestNoAuthor(t *testing.T) {
	s := newStand(t, t.TempDir())
	if get[stateView](s, "GET", "/api/state", "").Author {
		t.Error("the page says that it has something for authors")
	}
	if status, _ := s.do("GET", "/api/author/flows", ""); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}

// What is saved is what was done on both phones, in order, with the mark, the same after a restart.
func TestSaveGivesTheHistory(t *testing.T) {
	w := newWriter()
	author := func(o *Options) { o.Author = w }
	s := newStand(t, t.TempDir(), author)
	s.say("b", "first")
	s.clock(`{"forward":"1h"}`)
	get[map[string]any](s, "POST", "/api/author/mark", `{}`)
	s.bot("a", "Shall we?", "y", "Yes")
	get[messagesBody](s, "POST", "/api/people/a/press", `{"message":1,"choice":"y"}`)
	for i, event := range []string{"web/b/1", "web/a/1"} {
		if n, ok := s.page.Nth(event); !ok || n != i+1 {
			t.Errorf("%s is number %d, %v", event, n, ok)
		}
	}
	for _, event := range []string{"web/a/2", "web/c/1", "web/a/0", "timer/x", "web/a/-1"} {
		if n, ok := s.page.Nth(event); ok {
			t.Errorf("%s is number %d", event, n)
		}
	}
	check := func() {
		t.Helper()
		if got := get[Saved](s, "POST", "/api/author/save", `{"name":"x","replace":true}`); !got.Written {
			t.Errorf("%+v", got)
		}
		h := w.saved[len(w.saved)-1]
		want := []Done{{Person: "b", At: start, Text: "first"}, {Person: "a", At: start.Add(time.Hour), Press: true, Text: "Yes"}}
		if !slices.Equal(h.Done, want) || !h.Start.Equal(start) || !h.Now.Equal(start.Add(time.Hour)) {
			t.Errorf("%+v", h)
		}
		if len(h.Shown["a"]) != 2 || h.Shown["a"][0].Text != "Shall we?" || len(h.Shown["b"]) != 1 {
			t.Errorf("shown: %+v", h.Shown)
		}
	}
	check()
	if h := w.saved[0]; h.Mark.Done != 1 || !h.Mark.At.Equal(start.Add(time.Hour)) {
		t.Errorf("%+v", h.Mark)
	}
	if err := s.page.Close(); err != nil {
		t.Fatal(err)
	}
	s.open(author)
	check()
	for err, want := range map[error]int{SaveError{"Not so."}: http.StatusBadRequest, errors.New("disk"): http.StatusInternalServerError} {
		w.err = err
		if status, answer := s.do("POST", "/api/author/save", `{"name":"x"}`); status != want || want == http.StatusBadRequest && !strings.Contains(answer, "Not so.") {
			t.Errorf("%d %s", status, answer)
		}
	}
}

// A question for news waits until there are some, and ends with the page.
func TestNewsWait(t *testing.T) {
	w := newWriter()
	s := newStand(t, t.TempDir(), func(o *Options) { o.Author = w })
	ctx, stop := context.WithCancel(t.Context())
	s.h = s.page.handler(ctx, s.handle)
	answers := make(chan News)
	go func() { answers <- get[News](s, "GET", "/api/author/news?after=0", "") }()
	select {
	case n := <-answers:
		t.Fatalf("there were none: %+v", n)
	case <-time.After(20 * time.Millisecond):
	}
	w.tell("kept")
	if n := <-answers; n.Seq != 1 || n.State != "kept" {
		t.Errorf("%+v", n)
	}
	if n := get[News](s, "GET", "/api/author/news?after=7", ""); n.Seq != 1 {
		t.Errorf("after a restart: %+v", n)
	}
	ended := make(chan int)
	go func() {
		status, _ := s.do("GET", "/api/author/news?after=1", "")
		ended <- status
	}()
	stop()
	if status := <-ended; status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
}

// Hands do what people would, before anybody can open the page; what they cannot do ends it.
func TestHands(t *testing.T) {
	s := newStand(t, t.TempDir())
	h := &Hands{s.page, s.handle}
	ctx := t.Context()
	came, err := h.Say(ctx, "a", "hello")
	if err != nil || len(came) != 1 || came[0] != "heard: hello" {
		t.Errorf("%v %q", err, came)
	}
	older := s.bot("a", "One", "x", "Go")
	newer := s.bot("a", "Two", "y", "Go")
	if came, err = h.Press(ctx, "a", "Go"); err != nil || came[0] != "heard: token-y" {
		t.Errorf("not the latest: %v %q", err, came)
	}
	s.change("a", "close", newer)
	if came, err = h.Press(ctx, "a", "Go"); err != nil || came[0] != "heard: token-x" {
		t.Errorf("not the open one: %v %q", err, came)
	}
	s.change("a", "close", older)
	if came, err = h.Press(ctx, "a", "Go"); err != nil || came[0] != "heard: token-y" {
		t.Errorf("not the latest of the closed: %v %q", err, came)
	}
	if _, err := h.Press(ctx, "b", "Go"); err == nil || !strings.Contains(err.Error(), "no button [Go] on phone B") {
		t.Errorf("%v", err)
	}
	if _, err := h.Say(ctx, "c", "x"); err == nil {
		t.Error("there is no phone c")
	}
	s.setTimers(start.Add(time.Hour))
	if err := h.Move(ctx, 0, true); err != nil || !h.Now().Equal(start.Add(time.Hour)) {
		t.Errorf("%v %s", err, h.Now())
	}
	bad := errors.New("not so")
	s.page.opts.Begin = func(context.Context, *Hands) error { return bad }
	if err := s.page.Run(ctx, s.handle); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
}
