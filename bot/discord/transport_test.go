package discord

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// server answers in virtual time.
type server func(*http.Request) (int, http.Header)

func (s server) RoundTrip(req *http.Request) (*http.Response, error) {
	status, h := s(req)
	if h == nil {
		h = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
}

func ask(t *transport, ctx context.Context, method, path string) error {
	req, err := http.NewRequestWithContext(ctx, method, "https://discord.com/api/v10"+path, nil)
	if err != nil {
		return err
	}
	resp, err := t.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func header(kv ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(kv); i += 2 {
		h.Set(kv[i], kv[i+1])
	}
	return h
}

func testTransport(s server) *transport {
	t := newTransport(&url.URL{Scheme: "https", Host: "discord.com"}, perSecond)
	t.base = s
	return t
}

// Never more than 50 in any second, and all of 45 when there is much to send. First answers to interactions do not count.
func TestLimitOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		tr := testTransport(func(req *http.Request) (int, http.Header) {
			if !strings.HasSuffix(req.URL.Path, "callback") {
				at = append(at, time.Now())
			}
			return 200, nil
		})
		began := time.Now()
		for range 500 {
			if err := errors.Join(ask(tr, t.Context(), "POST", "/channels/1/messages"), ask(tr, t.Context(), "POST", "/interactions/1/t/callback")); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took > 12*time.Second {
			t.Errorf("500 took %v", took)
		}
		for i := range at {
			n := 0
			for _, b := range at[i:] {
				if b.Sub(at[i]) < time.Second {
					n++
				}
			}
			if n > 50 {
				t.Fatalf("%d in a second", n)
			}
		}
	})
}

func TestHolds(t *testing.T) {
	const one, two = "/channels/1/messages", "/channels/2/messages"
	global := header("Retry-After", "3", "X-RateLimit-Global", "true", "X-RateLimit-Scope", "global")
	for _, c := range []struct {
		name   string
		status int
		h      http.Header
		path   string
		least  time.Duration // how long it waits
		most   time.Duration
	}{
		{"a limited route", 429, header("Retry-After", "2", "X-RateLimit-Reset-After", "1.7", "X-RateLimit-Remaining", "0"), one, 2 * time.Second, 2300 * time.Millisecond},
		{"another one", 429, header("Retry-After", "2"), two, 0, 100 * time.Millisecond},
		{"a global limit, the same", 429, global, one, 3 * time.Second, 3400 * time.Millisecond},
		{"a global limit, another", 429, global, two, 3 * time.Second, 3400 * time.Millisecond},
		{"a global limit, an interaction", 429, global, "/interactions/1/t/callback", 0, 0},
		{"an empty bucket", 200, header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "1.5"), one, 1500 * time.Millisecond, 1600 * time.Millisecond},
		{"a full one", 200, header("X-RateLimit-Remaining", "1", "X-RateLimit-Reset-After", "1.5"), one, 0, 100 * time.Millisecond},
		{"nonsense", 200, header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "-1e99"), one, 0, 100 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first := true
				tr := testTransport(func(*http.Request) (int, http.Header) {
					if first {
						first = false
						return c.status, c.h
					}
					return 200, nil
				})
				ask(tr, t.Context(), "POST", one)
				began := time.Now()
				if err := ask(tr, t.Context(), "POST", c.path); err != nil {
					t.Fatal(err)
				}
				if d := time.Since(began); d < c.least || d > c.most {
					t.Errorf("it waited %v", d)
				}
			})
		})
	}
}

// Waiting ends with the context, and a send does not wait long at all.
func TestHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		tr := testTransport(func(*http.Request) (int, http.Header) {
			asked++
			return 429, header("Retry-After", "60", "X-RateLimit-Global", "true")
		})
		ask(tr, t.Context(), "POST", "/channels/1/messages")
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := ask(tr, ctx, "POST", "/channels/1/messages"); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		err := ask(tr, patient(t.Context(), time.Second), "POST", "/channels/2/messages")
		if h, ok := errors.AsType[*held](err); !ok || !h.global || h.after < 50*time.Second {
			t.Errorf("%v", err)
		}
		if asked != 1 {
			t.Errorf("%d requests", asked)
		}
	})
}

func TestRoutes(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v10/channels/1/messages":             "GET channels/1/messages",
		"/api/v10/channels/1/messages/2":           "GET channels/1/messages/*",
		"/api/v9/interactions/1/token/callback":    "GET interactions/*/*/callback",
		"/api/v10/webhooks/1/t/messages/@original": "GET webhooks/1/t/messages/@original",
		"/api/v10/users/@me/channels":              "GET users/@me/channels",
	} {
		if got := route("GET", path); got != want {
			t.Errorf("%s is %s", path, got)
		}
	}
}

// Nothing is asked of a host that is not configured.
func TestOtherHosts(t *testing.T) {
	tr := testTransport(func(*http.Request) (int, http.Header) { t.Error("it was asked"); return 200, nil })
	for _, u := range []string{"https://evil.example/api/v10/users/@me", "http://discord.com/api/v10/users/@me", "https://discord.com:8443/api/v10/gateway"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", u, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.RoundTrip(req); !errors.Is(err, errHost) {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestGatewayHosts(t *testing.T) {
	own, other := &url.URL{Scheme: "https", Host: "discord.com"}, &url.URL{Scheme: "http", Host: "127.0.0.1:9"}
	for _, c := range []struct {
		raw string
		api *url.URL
		ok  bool
	}{
		{"wss://gateway.discord.gg", own, true}, {"wss://gateway-us-east1-b.discord.gg/", own, true},
		{"ws://gateway.discord.gg", own, false}, {"wss://discord.gg.evil.example", own, false}, {"wss://evildiscord.gg", own, false}, {"wss://gateway.discord.com", own, false},
		{"wss://127.0.0.1", own, false}, {"https://gateway.discord.gg", own, false}, {"", own, false}, {"::", own, false},
		{"ws://127.0.0.1:7/ws", other, true}, {"ws://127.0.0.2:9", other, false}, {"wss://gateway.discord.gg", other, false}, {"http://127.0.0.1:9", other, false},
		{"ws://host.example", &url.URL{Scheme: "https", Host: "host.example"}, false}, {"wss://host.example", &url.URL{Scheme: "https", Host: "host.example"}, true},
	} {
		if _, err := gatewayURL(c.raw, c.api); (err == nil) != c.ok {
			t.Errorf("%s of %s: %v", c.raw, c.api, err)
		}
	}
}

// What has time lets a reply go first, however much of it waits, and is not starved by replies.
func TestWhatHasTimeLetsRepliesGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slow, fast atomic.Int64
		tr := testTransport(func(req *http.Request) (int, http.Header) {
			if req.Context().Value(unhurriedKey{}) != nil {
				slow.Add(1)
			} else {
				fast.Add(1)
			}
			return 200, nil
		})
		get := func(ctx context.Context) {
			if err := ask(tr, ctx, "GET", "/channels/1/messages"); err != nil {
				t.Error(err)
			}
		}
		for range 100 {
			go get(unhurried(t.Context()))
		}
		synctest.Wait()
		for range 10 {
			began := time.Now()
			get(t.Context())
			if took := time.Since(began); took > 3*time.Second/perSecond {
				t.Errorf("a reply waited for %v", took)
			}
		}
		if n := slow.Load(); n > 40 {
			t.Errorf("%d that have time are through already; too few waited", n)
		}
		before := slow.Load()
		for range 90 { // two seconds of nothing but replies, more than one at a time
			go get(t.Context())
			go get(t.Context())
			time.Sleep(time.Second / perSecond)
		}
		if n := slow.Load() - before; n < 2 {
			t.Errorf("%d that have time went beside the replies", n)
		}
		time.Sleep(time.Minute)
		if n := slow.Load(); n != 100 {
			t.Errorf("%d of 100 arrived", n)
		}
		ctx, cancel := context.WithCancel(t.Context())
		tr.queue <- struct{}{}
		cancel()
		if err := ask(tr, unhurried(ctx), "GET", "/channels/1/messages"); !errors.Is(err, context.Canceled) {
			t.Errorf("a request that was called off: %v", err)
		}
	})
}
