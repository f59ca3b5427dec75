package fakediscord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is a request as it came. Interaction tokens are in its path.
type Request struct {
	Method, Path, Query string // Path without /api/vN
	Header              http.Header
	Body                []byte // the JSON of it
	At                  time.Time
	Status              int // what was answered; 0: nothing
}

// reply is what goes back.
type reply struct {
	status int
	body   []byte
	header map[string]string
	code   int
}

func refuse(status, code int, message string) reply {
	return reply{status: status, code: code, body: must(json.Marshal(map[string]any{"message": message, "code": code}))}
}

func invalid(field, message string) reply {
	r := refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
	r.body = must(json.Marshal(map[string]any{"message": "Invalid Form Body", "code": 50035, "errors": map[string]any{
		field: map[string]any{"_errors": []any{map[string]any{"code": "BASE_TYPE_BAD", "message": message}}}}}))
	return r
}

// serve answers everything that comes in.
func (f *Fake) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/gateway-ws") {
		f.accept(w, r)
		return
	}
	path, ok := stripVersion(r.URL.Path)
	if !ok {
		f.note("a request to %s, which is not the API", r.URL.Path)
		http.NotFound(w, r)
		return
	}
	b, err := readBody(r)
	if err != nil {
		http.Error(w, "400", http.StatusBadRequest)
		return
	}
	req := Request{Method: r.Method, Path: path, Query: r.URL.RawQuery, Header: r.Header, Body: b.json, At: f.now()}
	f.mu.Lock()
	fail := f.fail
	f.mu.Unlock()
	var failure *Failure
	if fail != nil {
		failure = fail(req)
	}
	if failure == nil {
		failure = &Failure{}
	}
	if failure.Delay > 0 {
		select {
		case <-time.After(failure.Delay):
		case <-r.Context().Done():
			return
		}
	}
	if failure.Cut {
		f.record(req, 0)
		hangUp(w)
		return
	}
	f.mu.Lock()
	rep := f.handle(req, b, failure)
	f.requests = append(f.requests, Request{req.Method, req.Path, req.Query, req.Header, req.Body, req.At, rep.status})
	switch rep.status {
	case 401, 403, 429:
		f.counts.Refused[rep.status]++
	}
	f.touch()
	f.mu.Unlock()
	if failure.Late > 0 {
		select {
		case <-time.After(failure.Late):
		case <-r.Context().Done():
		}
	}
	if failure.Lose {
		hangUp(w)
		return
	}
	f.check(req, rep, failure)
	write(w, rep)
}

func write(w http.ResponseWriter, rep reply) {
	if w.Header().Get("Content-Type") == "" && rep.status != http.StatusNoContent {
		w.Header().Set("Content-Type", "application/json")
	}
	for k, v := range rep.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(rep.status)
	w.Write(rep.body)
}

func (f *Fake) record(req Request, status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	req.Status = status
	f.requests = append(f.requests, req)
	f.touch()
}

func (f *Fake) note(format string, a ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.violate(format, a...)
}

// check asks the description about what was asked and answered.
func (f *Fake) check(req Request, rep reply, failure *Failure) {
	if f.o.Check.Exchange == nil || failure.HTML || rep.code == 50035 || rep.code == 50006 || rep.code == 50109 {
		return // what was refused for its form need not have it
	}
	if err := f.o.Check.Exchange(req.Method, req.Path, req.Body, rep.status, rep.body); err != nil {
		f.note("%s %s: %v", req.Method, req.Path, err)
	}
}

func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			c.Close()
		}
	}
}

func stripVersion(path string) (string, bool) {
	for _, v := range []string{"/api/v9", "/api/v10"} {
		if rest, ok := strings.CutPrefix(path, v); ok && strings.HasPrefix(rest, "/") {
			return rest, true
		}
	}
	return "", false
}

func readBody(r *http.Request) (body, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 32<<20))
	if err != nil {
		return body{}, err
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return body{json: raw}, nil
	}
	form, err := multipart.NewReader(bytes.NewReader(raw), params["boundary"]).ReadForm(32 << 20)
	if err != nil || len(form.Value["payload_json"]) != 1 {
		return body{}, fmt.Errorf("no payload_json: %w", err)
	}
	b := body{json: []byte(form.Value["payload_json"][0])}
	if fs := form.File["files[0]"]; len(fs) == 1 {
		file, err := fs[0].Open()
		if err != nil {
			return body{}, err
		}
		defer file.Close()
		b.name = fs[0].Filename
		if b.file, err = io.ReadAll(file); err != nil {
			return body{}, err
		}
	}
	return b, nil
}

// handle does everything that needs f.mu, which is held.
func (f *Fake) handle(req Request, b body, failure *Failure) reply {
	if ua := req.Header.Get("User-Agent"); !strings.HasPrefix(ua, "DiscordBot (http") {
		f.violate("a request with the User-Agent %q", ua)
		return reply{status: http.StatusForbidden, code: 40333, body: []byte(`{"message":"internal network error","code":40333}`)}
	}
	segments := strings.Split(strings.Trim(req.Path, "/"), "/")
	open := segments[0] == "interactions" || segments[0] == "webhooks"
	auth := req.Header.Get("Authorization")
	switch {
	case open && auth != "":
		f.violate("the bot's token with an interaction")
	case !open && auth != "Bot "+f.o.Token:
		return reply{status: http.StatusUnauthorized, body: []byte(`{"message":"401: Unauthorized","code":0}`)}
	}
	if failure.Status != 0 {
		return failure.reply()
	}
	if segments[0] != "interactions" {
		if r := f.limited(); r.status != 0 {
			return r
		}
	}
	r := f.route(req, segments, b)
	if r.header == nil {
		r.header = map[string]string{}
	}
	return r
}

// limited is the limit of all requests together.
func (f *Fake) limited() reply {
	if f.o.PerSecond < 0 {
		return reply{}
	}
	now := f.now()
	f.recent = slices.DeleteFunc(f.recent, func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if len(f.recent) >= f.o.PerSecond {
		return tooMany(f.recent[0].Add(time.Second).Sub(now), true)
	}
	f.recent = append(f.recent, now)
	return reply{}
}

// tooMany is a 429 as the documentation has it: a global one without bucket headers.
func tooMany(after time.Duration, global bool) reply {
	seconds := strconv.FormatFloat(after.Seconds(), 'f', 3, 64)
	r := reply{status: http.StatusTooManyRequests, body: must(json.Marshal(map[string]any{
		"message": "You are being rate limited.", "code": 0, "retry_after": after.Seconds(), "global": global}))}
	r.header = map[string]string{"Retry-After": strconv.Itoa(int((after + time.Second - 1) / time.Second)), "X-RateLimit-Scope": "user"}
	if global {
		r.header["X-RateLimit-Global"], r.header["X-RateLimit-Scope"] = "true", "global"
	} else {
		maps.Copy(r.header, map[string]string{"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": seconds, "X-RateLimit-Bucket": "abcd1234"})
	}
	return r
}
