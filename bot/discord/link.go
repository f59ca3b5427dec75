package discord

import (
	"bytes"
	"context"
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

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// link is one discordgo Session. It is used until it hangs, and then left to itself: a hung Session holds its lock for
// ever, so nothing here looks into it.
type link struct {
	r    *run
	sess *discordgo.Session
	dead chan struct{} // closed when it is abandoned, or Run ends: it delivers nothing any more
	once sync.Once
	down chan struct{} // 1 slot: it lost its connection
	url  atomic.Pointer[url.URL]

	ready atomic.Bool
	heard chan struct{} // 1 slot: it became ready

	mu   sync.Mutex
	conn *idleConn
}

var errDead = errors.New("discord: an abandoned session")

// newLink makes a Session with all that keeps it from doing harm. It connects nowhere.
func (r *run) newLink() (*link, error) {
	s, err := discordgo.New("Bot " + r.rest.token())
	if err != nil {
		return nil, fmt.Errorf("discord: make a session: %w", err)
	}
	l := &link{r: r, sess: s, dead: make(chan struct{}), down: make(chan struct{}, 1), heard: make(chan struct{}, 1)}
	s.SyncEvents = true // in order, on the goroutine that reads
	s.StateEnabled = false
	s.ShouldReconnectOnError = false
	s.ShouldReconnectVoiceOnSessionError = false
	s.ShouldRetryOnRateLimit = false
	s.MaxRestRetries = 0
	s.Compress = false
	s.LogLevel = discordgo.LogError
	s.UserAgent = agent
	s.Identify.Compress = false
	s.Identify.Intents = discordgo.IntentsDirectMessages
	s.Identify.Properties.Browser, s.Identify.Properties.Device = "rewoo", "rewoo"
	s.Client = &http.Client{Transport: lookup{l}}
	s.Dialer = &websocket.Dialer{NetDialContext: l.dial, HandshakeTimeout: 15 * time.Second}
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { l.event(e.Type, e.RawData) })
	s.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) {
		l.ready.Store(false)
		hint(l.down)
	})
	return l, nil
}

// hint fills a 1-slot channel.
func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// event takes what the Session delivers. It runs under the Session's lock now and then, so it calls nothing of it.
func (l *link) event(name string, data []byte) {
	switch name {
	case "READY", "RESUMED":
		l.ready.Store(true)
		hint(l.heard)
	case "MESSAGE_CREATE", "INTERACTION_CREATE":
	default:
		return
	}
	select {
	case <-l.dead:
		return
	default:
	}
	select {
	case l.r.raw <- rawEvent{name: name, data: data, at: time.Now(), loss: l.r.losses.Load()}:
	case <-l.dead:
	case <-l.r.ctx.Done():
	}
}

// dial is the only way of a Session to the network.
func (l *link) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	select {
	case <-l.dead:
		return nil, errDead
	default:
	}
	u := l.url.Load()
	if u == nil || hostPort(u) != addr {
		return nil, errHost
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(l.r.ctx, cancel)()
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	conn := &idleConn{Conn: c, idle: l.r.times.Idle}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	return conn, nil
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"ws": "80", "wss": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// brokenFor is how long its connection has been broken.
func (l *link) brokenFor() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return 0
	}
	return l.conn.brokenFor()
}

// cut breaks its connection.
func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Close()
	}
}

// kill makes it deliver nothing any more.
func (l *link) kill() {
	l.once.Do(func() { close(l.dead) })
	l.cut()
}

// end closes it in order, and waits for that at most d.
func (l *link) end(d time.Duration) {
	l.once.Do(func() { close(l.dead) })
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.sess.Close()
	}()
	select {
	case <-done:
	case <-time.After(max(d, 0)):
		l.cut()
	}
}

// lookup answers discordgo's only question, where the gateway is, with what we know, and asks nobody anything.
type lookup struct{ l *link }

func (t lookup) RoundTrip(req *http.Request) (*http.Response, error) {
	u := t.l.url.Load()
	if req.Method != http.MethodGet || !strings.HasSuffix(req.URL.Path, "/gateway") || u == nil {
		return nil, errHost
	}
	b, err := json.Marshal(map[string]string{"url": u.String()})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(b)), ContentLength: int64(len(b)), Request: req,
	}, nil
}

// gatewayURL reads where the gateway is. Discord's own is in discord.gg; any other server's is on its own host.
func gatewayURL(raw string, api *url.URL) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errHost
	}
	own := api.Host == "discord.com"
	switch {
	case own && (u.Scheme != "wss" || !strings.HasSuffix(u.Hostname(), ".discord.gg")):
		return nil, errHost
	case !own && (u.Hostname() != api.Hostname() || u.Scheme != "wss" && (u.Scheme != "ws" || api.Scheme != "http")):
		return nil, errHost
	}
	return u, nil
}

// speaks gets what discordgo logs. It is one for all Sessions of the process, and what it prints holds private text:
// only the constant part of a line is passed on.
var speaks atomic.Pointer[slog.Logger]

// quiet keeps discordgo from printing.
func quiet(log *slog.Logger) {
	speaks.Store(log)
	quieted.Do(func() {
		discordgo.Logger = func(_, _ int, format string, _ ...any) {
			speaks.Load().Debug("discord: discordgo says something", "what", format)
		}
	})
}

var quieted sync.Once
