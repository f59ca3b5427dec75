package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rewoo/bot"
)

const maxHookBody = 1 << 20 // bytes of an update

// hook is a checked Webhook.
type hook struct {
	listen   string
	listener net.Listener
	url      string
	path     string
	secret   secret
}

// newHook checks a Webhook. Nobody listens yet.
func newHook(o Webhook, token string) (*hook, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return nil, errors.New("telegram: webhook.url must look like https://HOST/PATH")
	}
	path := o.Path
	if path == "" {
		path = u.Path
	}
	if path == "" {
		path = "/"
	}
	_, key, _ := strings.Cut(token, ":")
	switch {
	case strings.Contains(o.URL, key) || strings.Contains(path, key):
		return nil, errors.New("telegram: the token must not be in webhook.url, which others get to see; any other path will do")
	case !strings.HasPrefix(path, "/"):
		return nil, errors.New("telegram: webhook.path must start with a slash")
	case !secretForm.MatchString(o.Secret):
		return nil, errors.New("telegram: webhook.secret must be 32 to 256 of A-Z, a-z, 0-9, _ and -; without it anybody could write to the bot")
	case o.Listen == "" && o.Listener == nil:
		return nil, errors.New("telegram: webhook.listen is empty; 127.0.0.1:8443 is a good place behind a reverse proxy")
	}
	return &hook{listen: o.Listen, listener: o.Listener, url: o.URL, path: path, secret: hide(o.Secret)}, nil
}

// serve takes updates from Telegram until ctx ends.
func (in *intake) serve(ctx context.Context) error {
	l := in.hook.listener
	if l == nil {
		var err error
		if l, err = net.Listen("tcp", in.hook.listen); err != nil {
			return &bot.PlatformError{
				Code: "listen", Problem: "Telegram's webhook cannot listen on " + in.hook.listen,
				Hint: "another program may use that address, or it is not this machine's; choose another one",
			}
		}
	}
	inner, end := context.WithCancelCause(ctx)
	defer end(nil)
	h := &hookServer{intake: in, ctx: inner, end: end, lanes: map[string]*lane{}}
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 40 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			end(fmt.Errorf("telegram: webhook: %w", err))
		}
	})
	wg.Go(func() {
		if err := h.watch(inner); err != nil {
			end(err)
		}
	})
	<-inner.Done()
	h.shut()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), in.grace)
	defer cancel()
	if server.Shutdown(late) != nil {
		server.Close()
	}
	wg.Wait()
	h.wg.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return context.Cause(inner)
}

// hookServer answers Telegram.
type hookServer struct {
	*intake
	ctx   context.Context
	end   context.CancelCauseFunc
	wg    sync.WaitGroup // updates under way
	taken atomic.Int64   // updates handled so far

	mu      sync.Mutex
	closing bool
	lanes   map[string]*lane
}

// lane makes the updates of one person wait for each other: a tap and a text may come at the same moment.
type lane struct {
	mu   sync.Mutex
	uses int
}

func (h *hookServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := h.take(w, r)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if status != http.StatusOK {
		w.Header().Set("Connection", "close") // or the server would read the rest of the body first
	}
	w.WriteHeader(status)
}

// take reads nothing of a body before it knows that Telegram sends it, and gives 200 only for what is committed or means
// nothing.
func (h *hookServer) take(w http.ResponseWriter, r *http.Request) int {
	switch {
	case r.URL.Path != h.hook.path:
		return http.StatusNotFound
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case !same(r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), h.hook.secret()):
		return http.StatusUnauthorized
	case r.ContentLength > maxHookBody:
		return http.StatusRequestEntityTooLarge
	case !h.enter():
		return http.StatusServiceUnavailable
	}
	defer h.wg.Done()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHookBody))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return http.StatusRequestEntityTooLarge
	}
	if err != nil || !json.Valid(body) {
		return http.StatusBadRequest // cut off on the way: it comes again
	}
	u, err := convert(body)
	if err != nil {
		h.log.Warn("an update cannot be read; left out", "platform", Platform, "bytes", len(body))
		return http.StatusOK
	}
	defer h.lane(u.person)()
	if err := h.one(h.ctx, u); err != nil {
		if h.ctx.Err() != nil {
			return http.StatusServiceUnavailable
		}
		h.end(err)
		return http.StatusInternalServerError
	}
	h.taken.Add(1)
	return http.StatusOK
}

// enter counts a request in, unless it is too late.
func (h *hookServer) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closing {
		h.wg.Add(1)
	}
	return !h.closing
}

func (h *hookServer) shut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closing = true
}

// same compares in a time that says nothing, not even about lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// lane waits for person's turn, and gives what ends it.
func (h *hookServer) lane(person string) func() {
	h.mu.Lock()
	l := h.lanes[person]
	if l == nil {
		l = &lane{}
		h.lanes[person] = l
	}
	l.uses++
	h.mu.Unlock()
	l.mu.Lock()
	return func() {
		l.mu.Unlock()
		h.mu.Lock()
		defer h.mu.Unlock()
		if l.uses--; l.uses == 0 {
			delete(h.lanes, person)
		}
	}
}
