package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"rewoo/bot"
)

const (
	keepStarts = 200              // of the 1000 IDENTIFYs of a day, for whoever has to find out what goes wrong
	deadAfter  = 5 * time.Second  // a Session that does not notice its broken connection by then hangs
	askAgain   = 15 * time.Minute // how the budget is
)

var (
	errHung   = errors.New("discord: the session hangs")
	errOpened = errors.New("discord: the gateway did not begin in time")
	// errUnready: it could not be resumed, and the IDENTIFY that discordgo sent then came to nothing. Why, is only told to who
	// opens a new session.
	errUnready = errors.New("discord: the session cannot be resumed")
)

// backoff is 1, 2, 4 … 60 s, the upper half of it by chance.
type backoff struct {
	least, most, d time.Duration
}

func (b *backoff) next() time.Duration {
	b.d = min(max(2*b.d, b.least), b.most)
	return b.d/2 + rand.N(b.d/2+1)
}

// connect keeps a gateway session until Run ends. Its error is one that no retry mends.
func (r *run) connect() error {
	wait := backoff{least: r.times.Backoff, most: r.times.Longest}
	var l *link
	said, unready := "", 0
	defer func() {
		if l != nil {
			l.end(r.times.Linger)
		}
	}()
	for r.ctx.Err() == nil {
		began := time.Now()
		err := r.once(&l)
		r.down()
		if p, ok := errors.AsType[*bot.PlatformError](err); ok {
			return p
		}
		if r.ctx.Err() != nil {
			return nil
		}
		if !errors.Is(err, errUnready) {
			unready = 0
		} else if unready++; unready > 1 { // once is the network, perhaps
			l.end(r.times.Linger)
			l = nil
		}
		if errors.Is(err, errHung) {
			r.abandon(l)
			l = nil
		}
		if time.Since(began) > r.times.Steady {
			wait.d, said = 0, ""
		}
		d := wait.next()
		level := slog.LevelWarn
		if why := reason(err); why == said {
			level = slog.LevelDebug
		} else {
			said = why
		}
		r.log.Log(r.ctx, level, "the gateway connection ended; it is tried again", "platform", Platform, "after", d, "why", said)
		if !errors.Is(err, errHost) { // that has said more
			r.problem("the gateway connection ended (" + said + "); it is tried again")
		}
		if sleep(r.ctx, d) != nil {
			return nil
		}
	}
	return nil
}

// reason says in a word why a connection ended: never what the library says, which may hold anything.
func reason(err error) string {
	if err == nil {
		return "disconnected"
	}
	if c, ok := errors.AsType[*websocket.CloseError](err); ok {
		return fmt.Sprint("close ", c.Code)
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.Error()
	}
	for _, known := range []error{errHung, errOpened, errUnready, errHost} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "no connection"
}

func (r *run) down() {
	r.losses.Add(1)
	r.up.Store(false)
	r.online(false)
}

// abandon leaves a hung Session to itself. Its goroutines may stay for ever, which is why it is counted.
func (r *run) abandon(l *link) {
	l.kill()
	r.set(func(s *state) { s.abandoned++ })
	r.log.Error("a gateway session hangs and is abandoned", "platform", Platform)
}

// once is one connection, from the question where to until its end.
func (r *run) once(l **link) error {
	u, err := r.allowed()
	if err != nil {
		return err
	}
	if *l == nil {
		if *l, err = r.newLink(); err != nil {
			return err
		}
	}
	at, err := gatewayURL(u, r.rest.base)
	if err != nil {
		r.problem("Discord names a gateway on a host that is not configured; look at discord.api_url")
		return err
	}
	(*l).url.Store(at)
	if err := r.open(*l); err != nil {
		return err
	}
	return r.watch(*l)
}

// allowed asks for the gateway and for what is left of the IDENTIFYs of the day. While that is little it waits: with
// the last of them Discord ends every session and takes the token away.
func (r *run) allowed() (string, error) {
	for told := false; ; told = true {
		var g struct {
			URL   string
			Limit struct {
				Total, Remaining int
				ResetAfter       int64 `json:"reset_after"`
			} `json:"session_start_limit"`
		}
		err := r.rest.do(r.ctx, call{method: http.MethodGet, path: "/gateway/bot"}, &g)
		if unauthorized(err) {
			return "", refused("401")
		}
		if err != nil {
			return "", err
		}
		r.set(func(s *state) { s.starts = fmt.Sprintf("%d of %d IDENTIFYs left", g.Limit.Remaining, g.Limit.Total) })
		if g.Limit.Remaining >= keepStarts {
			return g.URL, nil
		}
		reset := time.Duration(g.Limit.ResetAfter) * time.Millisecond
		if !told {
			r.log.Error("too few IDENTIFYs are left today; no new gateway session until they are reset", "platform", Platform, "left", g.Limit.Remaining, "reset", reset)
		}
		r.problem(fmt.Sprintf("the bot connected too often: %d IDENTIFYs are left, which it does not use; it goes on by itself in %s; find out what makes it restart", g.Limit.Remaining, reset.Round(time.Minute)))
		if err := sleep(r.ctx, min(max(reset, time.Second), askAgain)); err != nil {
			return "", err
		}
	}
}

// open begins the connection of a link, in the time for that. errHung means that the Session is lost.
func (r *run) open(l *link) error {
	l.ready.Store(false)
	for _, c := range []chan struct{}{l.down, l.heard} {
		select {
		case <-c:
		default:
		}
	}
	done := make(chan error, 1)
	go func() { done <- l.sess.Open() }()
	limit := time.NewTimer(r.times.Open)
	defer limit.Stop()
	var why error
	select {
	case err := <-done:
		return opened(err)
	case <-limit.C:
		why = errOpened
	case <-r.ctx.Done():
		why = r.ctx.Err()
	}
	l.cut()
	select {
	case err := <-done:
		if err == nil {
			return nil // at the last moment; the watch sees the broken connection
		}
		return why
	case <-time.After(time.Second):
		l.kill()
		return errHung
	}
}

// opened reads the error of Open.
func opened(err error) error {
	if c, ok := errors.AsType[*websocket.CloseError](err); ok {
		if p := fatalClose(c.Code); p != nil {
			return p
		}
	}
	return err
}

// watch returns when the connection has ended: nil when the Session knows it too, errUnready when it had not begun, errHung when
// the Session does not know.
func (r *run) watch(l *link) error {
	tick := time.NewTicker(r.times.Tick)
	defer tick.Stop()
	late := time.NewTimer(r.times.Open)
	defer late.Stop()
	began := false
	for {
		select {
		case <-l.down:
			select {
			case <-l.heard:
				began = true
			default:
			}
			if !began {
				return errUnready
			}
			return nil
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		case <-l.heard:
			began = true
			late.Stop()
		case <-late.C:
			if !l.ready.Load() {
				l.cut()
			}
		case <-tick.C:
			if l.brokenFor() > deadAfter {
				return errHung
			}
		}
	}
}
