package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"

	"rewoo/bot"
	"rewoo/flows"
)

// Platform is the Platform of every address of Telegram's.
const Platform = "telegram"

// publicAPI is where Telegram itself answers.
const publicAPI = "https://api.telegram.org"

// Options is what an Adapter is made of. Token is needed.
type Options struct {
	Token       string          // trimmed; see CheckToken
	APIURL      string          // of a self-hosted Bot API server; "": Telegram's own. No other host is ever spoken to
	Lines       bot.Lines       // what is said in groups
	Commands    []flows.Command // for the menu
	Log         *slog.Logger    // nil: silence
	Webhook     *Webhook        // nil: long polling
	Client      *http.Client    // for tests: only its Transport is used
	PollTimeout time.Duration   // how long one long poll waits, in whole seconds; 0: 25 s, so that the Desk hears of us in time; at most 50 s
}

// Webhook says how Telegram reaches us.
type Webhook struct {
	Listen   string       // "127.0.0.1:8443", behind a reverse proxy that ends TLS
	URL      string       // what Telegram calls; the token must not be in it
	Path     string       // where we answer; "": the path of URL
	Secret   string       // 32 to 256 of A-Za-z0-9_-
	Listener net.Listener // for tests: in place of Listen. Run closes it
}

// Adapter speaks Telegram. Its methods may be called from many goroutines.
type Adapter struct {
	token    secret
	botID    string
	api      func() *tg.Bot // for sends; behind a closure, since fmt would print the token in it
	wire     *wire
	url      string // of the API, without a slash at the end
	shows    atomic.Pointer[shown]
	stale    chan struct{} // 1 slot: the menu is another by now
	log      *slog.Logger
	hook     *hook // nil: long polling
	pollTime time.Duration
	rest     time.Duration // the first wait after a failure
	probe    time.Duration // how often a webhook is looked at
	grace    time.Duration // for requests of a webhook that are under way at the end

	desk     bot.Desk
	state    health
	limits   limits
	progress progress
	groups   groups
}

// shown is what an adapter shows of the library by itself.
type shown struct {
	lines    bot.Lines
	commands []flows.Command
}

var _ bot.Follower = (*Adapter)(nil)

// Identity is the bot's own account.
type Identity struct {
	ID       int64
	Username string
}

// New puts an adapter together. It speaks to nobody. The errors are for the operator and quote no secret.
func New(o Options) (*Adapter, error) {
	if err := CheckToken(o.Token); err != nil {
		return nil, err
	}
	if o.APIURL == "" {
		o.APIURL = publicAPI
	}
	base, err := url.Parse(o.APIURL)
	if err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("telegram: api_url must look like https://HOST or http://HOST:PORT, with neither a user nor a query")
	}
	a := &Adapter{
		token: hide(o.Token), botID: botID(o.Token), url: strings.TrimRight(o.APIURL, "/"), stale: make(chan struct{}, 1),
		log: o.Log, pollTime: o.PollTimeout, rest: 500 * time.Millisecond, probe: 25 * time.Second, grace: 3 * time.Second,
	}
	a.shows.Store(&shown{o.Lines, o.Commands})
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.pollTime <= 0 {
		a.pollTime = 25 * time.Second
	}
	a.pollTime = min(a.pollTime, 50*time.Second) // the server takes no more
	var transport http.RoundTripper
	if o.Client != nil {
		transport = o.Client.Transport
	}
	a.wire = newWire(base.Host, transport)
	if o.Webhook != nil {
		if a.hook, err = newHook(*o.Webhook, o.Token); err != nil {
			return nil, err
		}
	}
	api, err := tg.New(o.Token, tg.WithSkipGetMe(), tg.WithServerURL(a.url), tg.WithHTTPClient(a.pollTime, a.wire),
		tg.WithErrorsHandler(func(error) {}), tg.WithDefaultHandler(nil)) // the library's own handlers print people's words
	if err != nil {
		return nil, errors.New("telegram: the library does not take these options")
	}
	a.api = func() *tg.Bot { return api }
	return a, nil
}

// Follow puts other sentences and another menu in place.
func (a *Adapter) Follow(lines bot.Lines, commands []flows.Command) {
	before := a.shows.Swap(&shown{lines, commands})
	if slices.Equal(before.commands, commands) {
		return
	}
	select {
	case a.stale <- struct{}{}:
	default: // it is going to be set anyway
	}
}

// Name is "telegram".
func (a *Adapter) Name() string { return Platform }

// Pace is what Telegram lets us send.
func (a *Adapter) Pace() bot.Pace {
	return bot.Pace{PerSecond: 25, ChatEvery: time.Second, ChatBurst: 3}
}

// Attach takes the desk, which hears of every time that Telegram was in reach.
func (a *Adapter) Attach(d bot.Desk) { a.desk = d }

// Health is how the connection is.
func (a *Adapter) Health() bot.Health { return a.state.get() }

// Me asks Telegram who we are. A token that is refused is a *bot.PlatformError, everything else a *bot.SendError.
func (a *Adapter) Me(ctx context.Context) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	var me struct {
		ID       int64  `json:"id"`
		Username string `json:"username"`
	}
	if failure := a.call(ctx, "getMe", nil, &me); failure != nil {
		if failure.Class == bot.Fatal {
			return Identity{}, refused(failure.Code)
		}
		return Identity{}, failure
	}
	a.state.name(me.Username)
	return Identity{ID: me.ID, Username: me.Username}, nil
}

// Run receives until ctx ends; see the package comment.
func (a *Adapter) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	defer a.wire.close()
	defer a.state.lost("")
	errands := newErrands(ctx)
	defer errands.stop()
	greeting, enough := context.WithCancel(ctx)
	defer enough() // before errands.stop, which waits for it
	errands.always(func() { a.greet(greeting) })
	in := &intake{Adapter: a, handle: handle, errands: errands}
	if a.hook != nil {
		return in.serve(ctx)
	}
	return in.poll(ctx)
}

// refused is what a wrong token looks like.
func refused(code string) *bot.PlatformError {
	return &bot.PlatformError{
		Code: code, Problem: "Telegram refuses the bot's token",
		Hint: "ask BotFather for the token (/mybots, API Token), write it into the token file, and see that api_url is right if you set it",
	}
}

// eventID names an update for all time.
func (a *Adapter) eventID(update int64) string {
	return fmt.Sprintf("%s/%s/u/%d", Platform, a.botID, update)
}
