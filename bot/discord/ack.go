package discord

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"rewoo/flows"
)

// Types of the first answer to an interaction.
const (
	pong         = 1
	say          = 4
	deferMessage = 5
	deferUpdate  = 6
	showModal    = 9
	answerWithin = 3 * time.Second
)

// callback is the first answer.
type callback struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

// reply is an interaction that is to be answered after its event is committed; or before, if that takes too long: then
// an unanswered interaction would be lost for the person, while an event that fails after its answer ends Run, and is
// as lost as every tap during a crash. Whoever sees nothing happen taps again.
type reply struct {
	r     *run
	in    incoming
	once  sync.Once
	late  *time.Timer
	http  chan<- callback // 1 slot; nil: the gateway
	taken time.Time
}

// committed answers, unless that is done.
func (p *reply) committed() {
	p.late.Stop()
	p.once.Do(p.send)
}

func (p *reply) send() {
	t := deferUpdate
	if p.in.what == command {
		t = deferMessage
	}
	if p.http != nil {
		p.http <- callback{Type: t} // whoever waits for it settles the reply once it is written
		return
	}
	p.r.spawn(func(ctx context.Context) { p.settle(p.r.callback(ctx, p.in, callback{Type: t})) })
}

// settle notes whether the deferral of a command stands.
func (p *reply) settle(ok bool) {
	if p.in.what == command {
		p.r.replies.settle(p.in.event.ID, ok, p.r.now())
	}
}

// interaction deals with one that came in at. http gets its first answer; nil: that goes to Discord.
func (r *run) interaction(in incoming, at time.Time, http chan<- callback) {
	now := func(c callback) {
		if http != nil {
			http <- c
			return
		}
		r.spawn(func(ctx context.Context) { r.callback(ctx, in, c) })
	}
	if in.what == opening && !r.look().FreeText { // of a message from before the switch was turned off
		in.what, in.event.Kind, in.event.Action = tap, flows.Pressed, in.form.Action
	}
	switch in.what {
	case foreign:
		now(callback{Type: say, Data: map[string]any{
			"content": plain(r.look().Lines.PrivateOnly), "flags": ephemeral, "allowed_mentions": mentions{Parse: []string{}},
		}})
	case opening:
		now(callback{Type: showModal, Data: modalOf(in.form, r.look())})
	case tap, command:
		if in.event.From.User == r.me.ID {
			return
		}
		p := &reply{r: r, in: in, http: http, taken: at}
		if in.what == command {
			r.replies.hold(in.event.ID, &deferred{app: in.app, token: in.token, chat: in.event.From.Chat, at: r.now(), acked: make(chan struct{})})
		}
		p.late = time.AfterFunc(r.times.Defer-time.Since(at), func() { p.once.Do(p.send) })
		if !r.lanes.put(item{in: in, reply: p}) {
			p.late.Stop()
			p.once.Do(func() { // nothing is answered: the app says that it failed
				if http != nil {
					close(http)
				}
			})
			p.settle(false)
		}
	}
}

// callback gives the first answer to Discord, and tells whether it stands, and is ours to fill. Nobody can do anything about one that does
// not: the work is done, and its messages come all the same.
func (r *run) callback(ctx context.Context, in incoming, c callback) bool {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	err := r.rest.do(ctx, call{
		method: http.MethodPost, path: "/interactions/" + url.PathEscape(in.id) + "/" + url.PathEscape(in.token) + "/callback", body: c, open: true,
	}, nil)
	if err == nil {
		return true
	}
	failed := sendError(err, false)
	r.log.Info("an interaction was not answered", "platform", Platform, "type", c.Type, "failure", failed)
	return false // nor when it was answered before (40060): what stands there may be filled by now, and is not ours to take away
}

// takeAway deletes the answer to a command that nothing filled.
func (r *run) takeAway(ctx context.Context, d *deferred) {
	if err := r.rest.do(ctx, call{method: http.MethodDelete, path: d.path(), open: true}, nil); err != nil {
		r.log.Info("an empty answer was not taken away", "platform", Platform, "failure", sendError(err, false))
	}
}
