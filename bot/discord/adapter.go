package discord

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// Platform is the Platform of every address made here.
const Platform = "discord"

const (
	perSecond = 45              // of 50 that Discord allows
	nonceFor  = 2 * time.Minute // how long a repeated nonce surely counts
	maxCache  = 10_000          // entries of each thing kept in memory for a while
)

// Options is what an Adapter is made of. Token is needed; Lines too, where people are to understand it.
type Options struct {
	Token        string // read and trimmed by the caller
	APIURL       string // "": https://discord.com
	FreeText     bool   // messages with a Form get a button that opens it
	Lines        bot.Lines
	Commands     []flows.Command
	Log          *slog.Logger // nil: silence
	Interactions *Endpoint    // nil: interactions come through the gateway
	PerSecond    float64      // requests; 0: 45, of the 50 that Discord allows; below: no limit, for tests
	Times        Times
	Now          func() time.Time // nil: time.Now
}

// Format keeps the token out of whatever is printed.
func (o Options) Format(s fmt.State, _ rune) { fmt.Fprint(s, "discord.Options") }

// Endpoint receives interactions over HTTP. A reverse proxy with TLS stands in front of it.
type Endpoint struct {
	Listen    string       // "127.0.0.1:8081"
	PublicKey string       // of the application, 64 hex digits
	Listener  net.Listener // instead of Listen
}

// Times are the limits of waiting. Zero ones get their usual value.
type Times struct {
	Idle    time.Duration // 90 s: a gateway connection that is silent for longer is dead
	Open    time.Duration // 30 s: for a gateway connection to begin
	Backoff time.Duration // 1 s: between two tries, doubling
	Longest time.Duration // 60 s: of these
	Steady  time.Duration // 60 s: after which a connection counts as good
	Linger  time.Duration // 2 s: for a gateway connection to end when Run ends; below zero: not waited for
	Defer   time.Duration // 2 s: after which an interaction is answered before it is handled
	Unused  time.Duration // 5 s: after which an answer that nothing filled is taken away
	Online  time.Duration // 15 s: between two notes that all is well
	Tick    time.Duration // 1 s: how often these are looked at
}

func (t Times) filled() Times {
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{
		{&t.Idle, 90 * time.Second}, {&t.Open, 30 * time.Second}, {&t.Backoff, time.Second}, {&t.Longest, time.Minute},
		{&t.Steady, time.Minute}, {&t.Linger, 2 * time.Second}, {&t.Defer, 2 * time.Second}, {&t.Unused, 5 * time.Second},
		{&t.Online, 15 * time.Second}, {&t.Tick, time.Second},
	} {
		if *d.at == 0 {
			*d.at = d.usual
		}
	}
	return t
}

// Adapter speaks Discord.
type Adapter struct {
	rest      *client
	shows     atomic.Pointer[shown]
	stale     chan struct{} // 1 slot: the menu is another by now
	log       *slog.Logger
	endpoint  *endpoint // nil: none
	times     Times
	now       func() time.Time
	began     time.Time // when New was called
	perSecond float64
	desk      bot.Desk // nil: not attached

	replies *replies
	parts   *bounded[[]string] // of messages sent in part, by account and message id
	dms     *bounded[string]   // channel by user
	state   state
}

// shown is what an adapter shows of the library by itself.
type shown struct {
	look     look
	commands []flows.Command
}

func (a *Adapter) look() look { return a.shows.Load().look }

// Follow puts other sentences and another menu in place.
func (a *Adapter) Follow(lines bot.Lines, commands []flows.Command) {
	before := a.shows.Load()
	a.shows.Store(&shown{look{FreeText: before.look.FreeText, Lines: lines}, commands})
	if slices.Equal(before.commands, commands) {
		return
	}
	select {
	case a.stale <- struct{}{}:
	default: // it is going to be set anyway
	}
}

var (
	_ bot.Adapter  = (*Adapter)(nil)
	_ bot.Follower = (*Adapter)(nil)
	_ bot.Pacer    = (*Adapter)(nil)
	_ bot.Prober   = (*Adapter)(nil)
	_ bot.Attacher = (*Adapter)(nil)
)

// New makes an adapter. It does not use the network.
func New(o Options) (*Adapter, error) {
	if err := CheckToken(o.Token); err != nil {
		return nil, err
	}
	base, err := apiURL(o.APIURL)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		stale: make(chan struct{}, 1), log: o.Log, times: o.Times.filled(), now: o.Now,
		replies: newReplies(), parts: newBounded[[]string](maxCache), dms: newBounded[string](maxCache),
	}
	a.shows.Store(&shown{look{FreeText: o.FreeText, Lines: o.Lines}, o.Commands})
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.now == nil {
		a.now = time.Now
	}
	a.began = a.now()
	if a.perSecond = max(o.PerSecond, 0); o.PerSecond == 0 {
		a.perSecond = perSecond
	}
	a.rest = newClient(base, o.Token, a.perSecond)
	if o.Interactions != nil {
		if a.endpoint, err = newEndpoint(*o.Interactions, a.now); err != nil {
			return nil, err
		}
	}
	quiet(a.log)
	return a, nil
}

var tokenShape = regexp.MustCompile(`^[A-Za-z0-9_-]{18,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{20,}$`)

// CheckToken looks at the shape of a bot token alone. Its error does not quote it.
func CheckToken(token string) error {
	if tokenShape.MatchString(token) {
		return nil
	}
	return fmt.Errorf("discord: what was given as the bot's token (%d characters) is none: it has three parts with dots between them; copy it anew from the Developer Portal, page Bot, Reset Token", len(token))
}

func apiURL(raw string) (*url.URL, error) {
	if raw == "" {
		return &url.URL{Scheme: "https", Host: "discord.com"}, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("discord: api_url must be scheme and host alone, like https://discord.com")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// Format keeps everything out of whatever is printed.
func (a *Adapter) Format(s fmt.State, _ rune) { fmt.Fprint(s, "discord") }

// Name is the Platform of its addresses.
func (a *Adapter) Name() string { return Platform }

// Pace is 45 a second. What a chat may get, Discord says in its answers, and the transport keeps; it also says which limits are for
// everybody.
func (a *Adapter) Pace() bot.Pace {
	return bot.Pace{PerSecond: a.perSecond, Exact: true, Nonce: nonceFor}
}

// Attach gives it the bot. Without, missed messages are not fetched.
func (a *Adapter) Attach(d bot.Desk) { a.desk = d }

// state is what Health shows. Its zero value is "not connected".
type state struct {
	mu        sync.Mutex
	connected bool
	since     time.Time
	name      string
	problem   string
	starts    string // what is left of the budget of IDENTIFYs
	abandoned int
}

// Health tells how the connection is.
func (a *Adapter) Health() bot.Health {
	s := &a.state
	s.mu.Lock()
	defer s.mu.Unlock()
	h := bot.Health{Connected: s.connected, Since: s.since, Name: s.name, Problem: s.problem}
	if h.Since.IsZero() {
		h.Since = a.began
	}
	if s.starts != "" {
		h.Notes = append(h.Notes, s.starts)
	}
	if s.abandoned > 0 {
		h.Notes = append(h.Notes, fmt.Sprintf("%d gateway sessions hung and were abandoned", s.abandoned))
	}
	return h
}

// set changes what Health shows.
func (a *Adapter) set(change func(*state)) {
	a.state.mu.Lock()
	defer a.state.mu.Unlock()
	change(&a.state)
}

// online notes that the connection is there, or is not.
func (a *Adapter) online(is bool) {
	a.set(func(s *state) {
		if s.connected != is {
			s.connected, s.since = is, a.now()
		}
		if is {
			s.problem = ""
		}
	})
}

func (a *Adapter) problem(text string) { a.set(func(s *state) { s.problem = text }) }
