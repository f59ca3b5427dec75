package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// tokenLives is how long the token of an interaction is used. Discord says 15 minutes.
const tokenLives = 14 * time.Minute

// skew is how far our clock may be behind Discord's.
const skew = 10 * time.Second

// replies are the commands whose answer is still to be filled. They are in memory only: after a restart the answer
// is sent as a message of its own.
type replies struct {
	mu   sync.Mutex
	open map[string]*deferred // by event id
	past *bounded[bool]       // events whose answer was taken: a repeat must not take it away
}

// deferred is the "thinking …" under a command.
type deferred struct {
	app, token, chat string
	at               time.Time
	acked            chan struct{} // closed when Discord has, or has not, taken the deferral
	shown            bool          // it has
	since            time.Time     // when it did
}

func newReplies() *replies {
	return &replies{open: map[string]*deferred{}, past: newBounded[bool](maxCache)}
}

// hold keeps a token. One that is known is kept as it is: a repeat has the same.
func (r *replies) hold(event string, d *deferred) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, old := range r.open {
		if d.at.Sub(old.at) > tokenLives || len(r.open) >= maxCache {
			delete(r.open, id)
		}
	}
	if _, past := r.past.get(event); r.open[event] == nil && !past {
		r.open[event] = d
	}
}

// settle notes what became of the deferral.
func (r *replies) settle(event string, shown bool, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.open[event]
	if d == nil || d.since != (time.Time{}) {
		return
	}
	d.shown, d.since = shown, at
	close(d.acked)
	if !shown {
		delete(r.open, event)
	}
}

// find gives the deferral of an event without taking it.
func (r *replies) find(event string) *deferred {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open[event]
}

// take gives it to one caller alone.
func (r *replies) take(event string, now time.Time) (*deferred, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.open[event]
	if d == nil {
		return nil, false
	}
	delete(r.open, event)
	r.past.put(event, true)
	return d, d.shown && now.Sub(d.at) < tokenLives
}

// unused takes those that nothing has filled since before.
func (r *replies) unused(before time.Time) (out []*deferred) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for event, d := range r.open {
		if d.shown && d.since.Before(before) {
			delete(r.open, event)
			out = append(out, d)
		}
	}
	return out
}

func (d *deferred) path() string {
	return "/webhooks/" + url.PathEscape(d.app) + "/" + url.PathEscape(d.token) + "/messages/@original"
}

// answer fills the answer to the command that q answers. An empty id means that q goes the usual way.
func (a *Adapter) answer(ctx context.Context, q flows.Queued, p part) (made, error) {
	d := a.replies.find(q.Answers)
	if d == nil {
		return a.answered(ctx, q, p)
	}
	select {
	case <-d.acked:
	case <-time.After(3 * time.Second):
	case <-ctx.Done():
		return made{}, &failure{err: ctx.Err()}
	}
	d, ok := a.replies.take(q.Answers, a.now())
	if !ok {
		return made{}, nil
	}
	var m made
	var err error
	for wait := 50 * time.Millisecond; ; wait *= 2 { // over HTTP, our deferral may still be on its way in
		err = a.rest.do(ctx, call{method: http.MethodPatch, path: d.path(), body: p.body(""), image: p.Image, open: true}, &m)
		if f, ok := errors.AsType[*failure](err); !ok || f.code != 10015 || wait > 500*time.Millisecond || sleep(ctx, wait) != nil {
			break
		}
	}
	switch {
	case err == nil:
		if m.Channel == "" {
			m.Channel = d.chat
		}
		return m, nil
	case sendError(err, false).Class == bot.Stale:
		return made{}, nil
	}
	a.replies.again(q.Answers, d) // the next try fills it: it is an edit, and can be made twice
	return made{}, err
}

// again gives a token back.
func (r *replies) again(event string, d *deferred) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[event] = d
	d.since = d.since.Add(time.Hour) // and nobody takes the answer away meanwhile
}

// answered looks whether an earlier run filled the answer and died before it could note that: such an answer knows no
// nonce. Only a command from before this run is worth the question.
func (a *Adapter) answered(ctx context.Context, q flows.Queued, p part) (made, error) {
	_, id, ok := strings.Cut(q.Answers, "/i/")
	if !ok || q.To.Chat == "" || !strings.HasPrefix(q.Answers, Platform+"/") || moment(id).After(a.began.Add(skew)) {
		return made{}, nil
	}
	var page []json.RawMessage
	query := url.Values{"after": {id}, "limit": {"50"}}
	err := a.rest.do(ctx, call{method: http.MethodGet, path: "/channels/" + url.PathEscape(q.To.Chat) + "/messages", query: query}, &page)
	if err != nil {
		if sendError(err, false).Class == bot.Stale {
			return made{}, nil
		}
		return made{}, err
	}
	for _, raw := range page {
		var m struct {
			made
			Content string
			Answers struct{ ID string } `json:"interaction_metadata"`
		}
		if json.Unmarshal(raw, &m) == nil && m.Answers.ID == id && m.Content == strings.TrimSpace(p.Content) && m.Content != "" {
			return m.made, nil
		}
	}
	return made{}, nil
}
