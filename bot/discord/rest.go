package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"rewoo/flows"
)

const (
	agent      = "DiscordBot (https://rewoo.invalid, 1)"
	callTime   = 20 * time.Second
	maxAnswer  = 8 << 20
	apiVersion = "/api/v10"
)

// client makes calls. The token is in a function, so that nothing that prints a client shows it.
type client struct {
	http   *http.Client
	limits *transport // in http
	base   *url.URL
	token  func() string
}

func newClient(base *url.URL, token string, perSecond float64) *client {
	limits := newTransport(base, perSecond)
	return &client{
		base: base, token: func() string { return token }, limits: limits,
		http: &http.Client{
			Transport:     limits,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// call is one request.
type call struct {
	method, path string
	query        url.Values
	body         any
	image        *flows.Image // the file of a message; body has its name
	open         bool         // an interaction's own token is in the path: the bot's is not sent
}

// failure is a call that did not work. It prints class and code alone.
type failure struct {
	status  int // 0: no answer
	code    int // of Discord
	after   time.Duration
	global  bool
	held    bool // not asked, because of an earlier limit
	written bool // the request may have arrived
	open    bool
	err     error // may hold a URL with a token: never printed
}

func (f *failure) Error() string {
	switch {
	case f.held:
		return "discord: held back by a limit"
	case f.status == 0 && f.written:
		return "discord: the answer was lost"
	case f.status == 0:
		return "discord: no connection"
	}
	return fmt.Sprintf("discord: status %d, code %d", f.status, f.code)
}

func (f *failure) Unwrap() error { return f.err }

// do makes the call and puts the answer into, if that is not nil. Its error is a *failure.
func (c *client) do(ctx context.Context, r call, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	req, err := c.request(ctx, r)
	if err != nil {
		return &failure{status: http.StatusBadRequest, err: err}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if h, ok := errors.AsType[*held](err); ok {
			return &failure{held: true, after: h.after, global: h.global, err: err}
		}
		return &failure{written: written.Load(), open: r.open, err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return refusal(resp, b, r.open)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return &failure{written: true, open: r.open, err: err}
	}
	return nil
}

// refusal reads an answer that is an error. Pages of front servers have no code.
func refusal(resp *http.Response, b []byte, open bool) *failure {
	f := &failure{status: resp.StatusCode, written: true, open: open}
	var e struct {
		Code       int
		RetryAfter float64 `json:"retry_after"`
		Global     bool
	}
	if json.Unmarshal(b, &e) == nil {
		f.code, f.global = e.Code, e.Global
		if e.RetryAfter > 0 && e.RetryAfter < 86400 {
			f.after = time.Duration(e.RetryAfter * float64(time.Second))
		}
	}
	if f.status == http.StatusTooManyRequests {
		f.after = max(f.after, seconds(resp.Header.Get("Retry-After")), seconds(resp.Header.Get("X-RateLimit-Reset-After")))
		f.global = f.global || resp.Header.Get("X-RateLimit-Global") != "" || resp.Header.Get("X-RateLimit-Scope") == "global"
	}
	return f
}

func (c *client) request(ctx context.Context, r call) (*http.Request, error) {
	var body io.Reader
	kind := "application/json"
	if r.body != nil {
		b, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		if r.image != nil {
			if b, kind, err = form(b, r.image); err != nil {
				return nil, err
			}
		}
		body = bytes.NewReader(b)
	}
	u := *c.base
	u.Path, u.RawQuery = apiVersion+r.path, r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", agent)
	if r.body != nil {
		req.Header.Set("Content-Type", kind)
	}
	if !r.open {
		req.Header.Set("Authorization", "Bot "+c.token())
	}
	return req, nil
}

// form is a body with a picture.
func form(payload []byte, image *flows.Image) ([]byte, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, part := range []struct {
		disposition, kind string
		data              []byte
	}{
		{`form-data; name="payload_json"`, "application/json", payload},
		{fmt.Sprintf(`form-data; name="files[0]"; filename=%q`, fileName(image)), "image/png", image.Bytes},
	} {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {part.disposition}, "Content-Type": {part.kind}})
		if err != nil {
			return nil, "", err
		}
		if _, err := p.Write(part.data); err != nil {
			return nil, "", err
		}
	}
	err := w.Close()
	return b.Bytes(), w.FormDataContentType(), err
}

// fileName is a name that needs no quoting anywhere.
func fileName(image *flows.Image) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return -1
	}, image.Name)
	if name = strings.TrimLeft(name, "."); name == "" || !strings.HasSuffix(name, ".png") {
		name += "picture.png"
	}
	return name[max(0, len(name)-60):]
}
