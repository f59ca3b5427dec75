package discord

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// transport is the only way to Discord's REST: it keeps the limits, honours contexts, and speaks to one host.
type transport struct {
	base    http.RoundTripper
	host    *url.URL
	limiter *rate.Limiter
	queue   chan struct{} // 1 slot: of what has time, one request at a time stands in line for its turn

	mu     sync.Mutex
	all    time.Time            // until when everything waits
	routes map[string]time.Time // until when a route waits
}

// A burst and the rate together stay within 50 in any second.
const burst = 5

func newTransport(host *url.URL, perSecond float64) *transport {
	limit := rate.Limit(perSecond)
	if perSecond <= 0 {
		limit = rate.Inf
	}
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.Proxy = nil // no host but the configured one
	base.MaxIdleConnsPerHost = 32
	base.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second} // or a dead connection is used for long
	return &transport{base: base, host: host, limiter: rate.NewLimiter(limit, burst), queue: make(chan struct{}, 1), routes: map[string]time.Time{}}
}

// held is a request that was not made, since Discord asked for a longer rest than its caller wants to wait for.
type held struct {
	after  time.Duration
	global bool
}

func (h *held) Error() string { return "discord: held back by a limit" }

var errHost = errors.New("discord: a request to a host that is not configured")

type patienceKey struct{}

// patient says how long a request may wait for a limit, instead of as long as its context.
func patient(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

type unhurriedKey struct{}

// unhurried says that nobody waits for a request: it lets those go first for which somebody does.
func unhurried(ctx context.Context) context.Context {
	return context.WithValue(ctx, unhurriedKey{}, true)
}

// RoundTrip waits its turn. The first answer to an interaction counts for no limit and waits for none.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != t.host.Host || req.URL.Scheme != t.host.Scheme {
		return nil, errHost
	}
	key := route(req.Method, req.URL.Path)
	if !strings.HasSuffix(key, "/callback") {
		if err := t.wait(req.Context(), key); err != nil {
			return nil, err
		}
		if err := t.turn(req.Context()); err != nil {
			return nil, err
		}
	}
	resp, err := t.base.RoundTrip(req)
	if err == nil {
		t.learn(key, resp)
	}
	return resp, err
}

// turn returns when the limit of all lets one more through. Turns are given away in the order in which they are asked for, so
// what has time asks one by one: a reply stands behind one of them, not behind all.
func (t *transport) turn(ctx context.Context) error {
	if ctx.Value(unhurriedKey{}) != nil {
		select {
		case t.queue <- struct{}{}:
			defer func() { <-t.queue }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return t.limiter.Wait(ctx)
}

// wait returns when neither everything nor key has to rest.
func (t *transport) wait(ctx context.Context, key string) error {
	patience, limited := ctx.Value(patienceKey{}).(time.Duration)
	for {
		t.mu.Lock()
		all, one := time.Until(t.all), time.Until(t.routes[key])
		t.mu.Unlock()
		d := max(all, one)
		if d <= 0 {
			return nil
		}
		if limited && d > patience {
			return &held{after: d, global: all >= one}
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// learn takes what an answer says about limits.
func (t *transport) learn(key string, resp *http.Response) {
	h := resp.Header
	after := seconds(h.Get("X-RateLimit-Reset-After"))
	limited := resp.StatusCode == http.StatusTooManyRequests
	if limited {
		after = max(after, seconds(h.Get("Retry-After")), 50*time.Millisecond)
		after += rand.N(after/10 + time.Millisecond) // so that all who waited do not come back at once
	}
	if !limited && (h.Get("X-RateLimit-Remaining") != "0" || after <= 0) {
		return
	}
	until := time.Now().Add(after)
	t.mu.Lock()
	defer t.mu.Unlock()
	if limited && (h.Get("X-RateLimit-Global") != "" || h.Get("X-RateLimit-Scope") == "global") {
		t.all = later(t.all, until)
		return
	}
	t.routes[key] = later(t.routes[key], until)
	if len(t.routes) > maxCache {
		for k, u := range t.routes {
			if time.Until(u) <= 0 {
				delete(t.routes, k)
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 86400 {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// route names the bucket of a request: its path without the ids of messages, and without interaction tokens.
func route(method, path string) string {
	_, path, _ = strings.Cut(strings.TrimPrefix(path, "/api/"), "/")
	seg := strings.Split(path, "/")
	switch {
	case len(seg) == 4 && seg[0] == "channels":
		seg[3] = "*"
	case len(seg) == 4 && seg[0] == "interactions":
		seg[1], seg[2] = "*", "*"
	}
	return method + " " + strings.Join(seg, "/")
}

// sleep waits, or gives the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
