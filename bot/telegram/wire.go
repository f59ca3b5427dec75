package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"rewoo/bot"
)

const (
	maxAnswer = 16 << 20         // bytes of a response: 100 updates are far below
	sendTime  = 20 * time.Second // near its limits Telegram holds a connection for that long
)

// wire is the one way out: to one host, without following redirects (the token is in the path, and would be in the
// Referer), and with a note of what happened to each call.
type wire struct {
	host   string
	client *http.Client
}

var errHost = errors.New("telegram: a request to a host that is not configured")

func newWire(host string, transport http.RoundTripper) *wire {
	if transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.Proxy = nil              // no host but the configured one: in the clear a proxy of the environment would see the token
		t.MaxIdleConnsPerHost = 64 // sends, answers to taps and the poll share one host
		transport = t
	}
	return &wire{host: host, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (w *wire) close() { w.client.CloseIdleConnections() }

// call is what is known of one call.
type call struct {
	written     atomic.Bool // its headers left: it may have had its effect
	answered    bool        // a whole response came
	api         bool        // the response is one of the Bot API, not of something in between
	ok          bool
	code        int
	description string
	after       time.Duration
	result      json.RawMessage
}

type callKey struct{}

// Do sends a request of the library's or of ours. The response is read whole, so that no library reads without limit.
func (w *wire) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Host != w.host {
		return nil, errHost
	}
	c, _ := req.Context().Value(callKey{}).(*call)
	if c == nil {
		c = &call{}
	}
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{WroteHeaders: func() { c.written.Store(true) }})
	resp, err := w.client.Do(req.WithContext(ctx))
	if err != nil {
		return nil, bare(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, bare(err)
	}
	if len(body) > maxAnswer {
		return nil, errors.New("telegram: the answer is too long")
	}
	c.note(resp, body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// bare takes the URL out of an error, which holds the token.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

func (c *call) note(resp *http.Response, body []byte) {
	var answer struct {
		OK          *bool           `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Code        int             `json:"error_code"`
		Description string          `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	c.answered, c.code = true, resp.StatusCode
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err := json.Unmarshal(body, &answer); err == nil && answer.OK != nil {
		c.api, c.ok, c.description, c.result = true, *answer.OK, answer.Description, answer.Result
		if answer.Code != 0 {
			c.code = answer.Code
		}
		seconds = max(seconds, answer.Parameters.RetryAfter)
	}
	c.after = time.Duration(seconds) * time.Second
}

// call makes a request of our own, with a JSON body unless params is nil.
func (a *Adapter) call(ctx context.Context, method string, params, into any) *bot.SendError {
	body := []byte{}
	if params != nil {
		var err error
		if body, err = json.Marshal(params); err != nil {
			return &bot.SendError{Class: bot.Invalid}
		}
	}
	c := &call{}
	ctx = context.WithValue(ctx, callKey{}, c)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+"/bot"+a.token()+"/"+method, bytes.NewReader(body))
	if err != nil {
		return &bot.SendError{Class: bot.Invalid} // err holds the URL
	}
	if params != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	_, err = a.wire.Do(req)
	if failure := c.failure(err, false); failure != nil {
		return failure
	}
	if err := json.Unmarshal(c.result, into); err != nil {
		return &bot.SendError{Class: bot.Transient, Code: strconv.Itoa(c.code)} // err may quote what people wrote
	}
	return nil
}
