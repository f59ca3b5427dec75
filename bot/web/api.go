package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The routes, all of JSON:
//
//	GET  /healthz                               {"ok":true}
//	GET  /api/state                             {"now","people":[{"name","title"}]}
//	GET  /api/bonnet                            {"tracks","timers","outbox"}
//	GET  /api/people/{name}/messages?after=N    {"messages":[…]} with rev > N
//	POST /api/people/{name}/say                 {"text"} → {"messages"}: what is new on that phone
//	POST /api/people/{name}/press               {"message","choice"} → the same
//	POST /api/clock                             {"forward"} or {"until"} → {"now","fired"}
//
// Those for who writes conversations are in author.go.

// apiError is an answer that is an error. Its text is for the person who wrote the request.
type apiError struct {
	status int
	Code   string `json:"code"`
	Text   string `json:"text"`
}

func (e *apiError) Error() string { return e.Text }

func apiErr(status int, code, text string) *apiError { return &apiError{status, code, text} }

var (
	errNotFound = apiErr(http.StatusNotFound, "not_found", "There is nothing at this address. The API begins with /api/state.")
	errInternal = apiErr(http.StatusInternalServerError, "internal", "Something went wrong in rewoo; its log says what.")
	errStopping = apiErr(http.StatusServiceUnavailable, "stopping", "rewoo is stopping and has not taken this. Try again when it is back.")
	errKept     = apiErr(http.StatusServiceUnavailable, "kept", "This is written down and has no answer yet; that comes at the next start of rewoo.")
)

// errMethod says how a path wants to be asked.
func errMethod(w http.ResponseWriter, want string) *apiError {
	w.Header().Set("Allow", want)
	return apiErr(http.StatusBadRequest, "method", "Ask for this with "+want+".")
}

// call is what a route answers with, or why not.
type call func(w http.ResponseWriter, r *http.Request) (any, error)

// route finds the call for a path and answers.
func (p *Page) route(ctx context.Context, handle handleFunc, w http.ResponseWriter, r *http.Request) {
	method, fn := p.find(ctx, handle, r.URL.Path)
	var (
		body any
		err  error = errNotFound
	)
	switch {
	case fn == nil:
	case r.Method != method && !(method == http.MethodGet && r.Method == http.MethodHead):
		err = errMethod(w, method)
	default:
		body, err = fn(w, r)
	}
	if err != nil {
		p.fail(w, p.told(ctx, err))
		return
	}
	reply(w, http.StatusOK, body)
}

// told turns an error that is not the asker's into one that says what became of their request, and logs it, unless it
// is just the end of the page.
func (p *Page) told(ctx context.Context, err error) error {
	if errors.As(err, new(*apiError)) {
		return err
	}
	if ctx.Err() == nil {
		p.lg.Error("a request of the page failed", "err", err)
	}
	switch {
	case errors.As(err, new(keptError)):
		return errKept
	case ctx.Err() != nil:
		return errStopping
	}
	return errInternal
}

func (p *Page) find(ctx context.Context, handle handleFunc, path string) (method string, fn call) {
	switch path {
	case "/healthz":
		return http.MethodGet, func(http.ResponseWriter, *http.Request) (any, error) { return map[string]bool{"ok": true}, nil }
	case "/api/state":
		return http.MethodGet, func(_ http.ResponseWriter, r *http.Request) (any, error) { return p.state(r.Context()), nil }
	case "/api/bonnet":
		return http.MethodGet, func(_ http.ResponseWriter, r *http.Request) (any, error) { return p.bonnet(r.Context()) }
	case "/api/clock":
		return http.MethodPost, func(w http.ResponseWriter, r *http.Request) (any, error) { return p.postClock(ctx, w, r) }
	}
	if rest, ok := strings.CutPrefix(path, "/api/author/"); ok && p.opts.Author != nil {
		return p.findAuthor(ctx, rest)
	}
	rest, ok := strings.CutPrefix(path, "/api/people/")
	if !ok {
		return "", nil
	}
	name, verb, _ := strings.Cut(rest, "/")
	ph := p.phones[name]
	if ph == nil {
		return "", nil
	}
	switch verb {
	case "messages":
		return http.MethodGet, func(_ http.ResponseWriter, r *http.Request) (any, error) { return p.getMessages(ph, r) }
	case "say":
		return http.MethodPost, func(w http.ResponseWriter, r *http.Request) (any, error) { return p.postSay(ctx, handle, ph, w, r) }
	case "press":
		return http.MethodPost, func(w http.ResponseWriter, r *http.Request) (any, error) {
			return p.postPress(ctx, handle, ph, w, r)
		}
	}
	return "", nil
}

func (p *Page) getMessages(ph *phone, r *http.Request) (any, error) {
	after, err := afterOf(r)
	if err != nil {
		return nil, err
	}
	return viewsOf(p.since(ph, after)), nil
}

// afterOf is what the asker knows already.
func afterOf(r *http.Request) (int, error) {
	s := r.URL.Query().Get("after")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, apiErr(http.StatusBadRequest, "after", "after has to be a whole number, 0 or more: the newest rev that is already known.")
	}
	return n, nil
}

func (p *Page) postSay(ctx context.Context, handle handleFunc, ph *phone, w http.ResponseWriter, r *http.Request) (any, error) {
	f, err := readBody(w, r, "text")
	if err != nil {
		return nil, err
	}
	text, err := f.str("text")
	if err != nil {
		return nil, err
	}
	return p.post(ctx, handle, w, record{Kind: "say", Person: ph.name, Text: text})
}

func (p *Page) postPress(ctx context.Context, handle handleFunc, ph *phone, w http.ResponseWriter, r *http.Request) (any, error) {
	f, err := readBody(w, r, "message", "choice")
	if err != nil {
		return nil, err
	}
	id, err := f.num("message")
	if err != nil {
		return nil, err
	}
	choice, err := f.str("choice")
	if err != nil {
		return nil, err
	}
	rec, err := p.press(ph, id, choice)
	if err != nil {
		return nil, err
	}
	return p.post(ctx, handle, w, rec)
}

// press finds what is pressed, by id before label. A question that is closed or deleted can still be pressed, as on a
// phone that has not heard of it yet; what the bot makes of that is its own affair.
func (p *Page) press(ph *phone, id int, choice string) (record, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id < 1 || id > len(ph.messages) {
		return record{}, apiErr(http.StatusNotFound, "message", "There is no message with this id on this phone.")
	}
	choices := ph.messages[id-1].choices
	for _, byLabel := range []bool{false, true} {
		for _, c := range choices {
			if !byLabel && c.ID == choice || byLabel && c.Label == choice {
				return record{Kind: "press", Person: ph.name, Message: id, Choice: c.ID, Label: c.Label, Action: c.Action}, nil
			}
		}
	}
	return record{}, apiErr(http.StatusBadRequest, "choice", "The message has no choice with this id or label.")
}

// post hands an update on and answers with what is new; the time to answer begins when that is known.
func (p *Page) post(ctx context.Context, handle handleFunc, w http.ResponseWriter, rec record) (any, error) {
	defer patient(w)()
	messages, err := p.update(ctx, handle, rec)
	if err != nil {
		return nil, err
	}
	return viewsOf(messages), nil
}

func (p *Page) postClock(ctx context.Context, w http.ResponseWriter, r *http.Request) (any, error) {
	f, err := readBody(w, r, "forward", "until")
	if err != nil {
		return nil, err
	}
	to, err := clockTarget(f)
	if err != nil {
		return nil, err
	}
	defer patient(w)()
	fired, err := p.move(ctx, to)
	if errors.Is(err, errFarFuture) {
		return nil, apiErr(http.StatusBadRequest, "clock", "The clock cannot go beyond the year 9999.")
	}
	if err != nil {
		return nil, err
	}
	return struct {
		Now   string `json:"now"`
		Fired int    `json:"fired"`
	}{stamp(p.Now()), fired}, nil
}

func clockTarget(f fields) (target, error) {
	if len(f) != 1 {
		return target{}, apiErr(http.StatusBadRequest, "clock", `Give either "forward", like {"forward":"3h"}, or "until", which is "next" or "idle".`)
	}
	if _, ok := f["forward"]; ok {
		s, err := f.str("forward")
		if err != nil {
			return target{}, err
		}
		d, err := parseForward(s)
		if err != nil {
			return target{}, apiErr(http.StatusBadRequest, "clock", err.Error())
		}
		return target{forward: d}, nil
	}
	s, err := f.str("until")
	if err != nil {
		return target{}, err
	}
	if s != "next" && s != "idle" {
		return target{}, apiErr(http.StatusBadRequest, "clock", `"until" is "next" or "idle".`)
	}
	return target{next: s == "next"}, nil
}

// patient takes the write deadline off a request that may last, and gives back what sets one for its answer.
func patient(w http.ResponseWriter) func() {
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Time{}) // a writer without deadlines is one of a test
	return func() { _ = c.SetWriteDeadline(time.Now().Add(shortTime)) }
}

// fail answers with an error. One that is not meant for the asker is logged instead; none of ours quotes a person.
func (p *Page) fail(w http.ResponseWriter, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		p.lg.Error("a request of the page failed", "err", err)
		e = errInternal
	}
	reply(w, e.status, map[string]*apiError{"error": e})
}

func reply(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","text":"The answer could not be written."}}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a reader who has gone needs no answer
}
