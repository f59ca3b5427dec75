package discord

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"rewoo/bot"
	"rewoo/flows"
)

const (
	ackGrace  = time.Second // for answers under way when Run ends
	ackMost   = 256         // of them at a time
	rawMost   = 1024        // events between the gateway and the dispatcher
	slowEvery = 20          // fetches a second, of what was missed: replies need the rest
)

// run is one Run.
type run struct {
	*Adapter
	ctx    context.Context // ends when Run is to end
	stop   context.CancelCauseFunc
	handle func(context.Context, flows.Event) error
	me     Identity
	raw    chan rawEvent
	lanes  *lanes
	slow   *rate.Limiter

	ackCtx  context.Context
	ackStop context.CancelFunc
	acks    sync.WaitGroup
	ackRoom chan struct{}
	ackMu   sync.Mutex
	ackEnd  bool // no answer is begun any more

	up       atomic.Bool  // the gateway session is there, and it is known what was missed
	losses   atomic.Int64 // how often it was lost
	menuOnce sync.Once
}

type rawEvent struct {
	name string
	data json.RawMessage
	at   time.Time
	loss int64 // run.losses then
}

// Run receives until ctx ends. See the package comment for its goroutines, all of which end before it returns, but for
// those of a gateway session that hangs.
func (a *Adapter) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{
		Adapter: a, ctx: inner, stop: stop, handle: handle, raw: make(chan rawEvent, rawMost), lanes: newLanes(inner),
		slow: rate.NewLimiter(slowEvery, 1), ackRoom: make(chan struct{}, ackMost),
	}
	r.ackCtx, r.ackStop = context.WithCancel(context.WithoutCancel(ctx))
	defer r.ackStop()
	if err := r.begin(); err == nil {
		r.all()
	}
	a.online(false)
	err := context.Cause(inner)
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
		return nil
	}
	if p, ok := errors.AsType[*bot.PlatformError](err); ok {
		a.problem(p.Error())
	}
	return err
}

// all runs every goroutine, and returns when the last one has ended.
func (r *run) all() {
	var g sync.WaitGroup
	loop := func(f func() error) {
		g.Go(func() {
			if err := f(); err != nil {
				r.stop(err)
			}
		})
	}
	loop(r.connect)
	loop(r.dispatch)
	loop(r.keep)
	for range workers {
		loop(func() error { return r.workLane(false) })
	}
	for range slowpokes {
		loop(func() error { return r.workLane(true) })
	}
	if r.endpoint != nil {
		loop(r.serve)
	}
	g.Wait()
	r.finish()
}

// finish gives what is under way a moment, and takes away answers that nobody will fill: only then is it known which stand.
func (r *run) finish() {
	late := time.AfterFunc(ackGrace, r.ackStop)
	defer late.Stop()
	r.ackMu.Lock()
	r.ackEnd = true
	r.ackMu.Unlock()
	r.acks.Wait()
	var g sync.WaitGroup
	for _, d := range r.replies.unused(r.now().Add(2 * time.Hour)) {
		select {
		case r.ackRoom <- struct{}{}:
			g.Go(func() {
				defer func() { <-r.ackRoom }()
				r.takeAway(r.ackCtx, d)
			})
		case <-r.ackCtx.Done():
		}
	}
	g.Wait()
}

// spawn does something that nobody waits for, such as an answer to an interaction, unless Run has ended. It waits while
// too much is under way.
func (r *run) spawn(do func(context.Context)) {
	r.ackMu.Lock()
	if r.ackEnd {
		r.ackMu.Unlock()
		return
	}
	r.acks.Add(1)
	r.ackMu.Unlock()
	select {
	case r.ackRoom <- struct{}{}:
	case <-r.ackCtx.Done():
		r.acks.Done()
		return
	}
	go func() {
		defer r.acks.Done()
		defer func() { <-r.ackRoom }()
		do(r.ackCtx)
	}()
}

// dispatch takes events of the gateway in their order.
func (r *run) dispatch() error {
	for {
		select {
		case e := <-r.raw:
			if err := r.event(e); err != nil {
				return err
			}
		case <-r.stale:
			r.spawn(r.setCommands)
		case <-r.ctx.Done():
			return nil
		}
	}
}

func (r *run) event(e rawEvent) error {
	switch e.name {
	case "READY", "RESUMED":
		r.log.Info("connected", "platform", Platform, "resumed", e.name == "RESUMED")
		r.online(true)
		r.menuOnce.Do(func() { r.spawn(r.setCommands) })
		if e.name == "READY" {
			r.up.Store(false) // all is well only when it is known what was missed
			if err := r.catchUp(); err != nil {
				return err
			}
		}
		if r.up.Store(true); r.losses.Load() != e.loss { // it is lost again
			r.up.Store(false)
		}
	case "MESSAGE_CREATE":
		in := ofMessage(r.me.AppID, e.data)
		if in.what == message {
			r.lanes.put(item{in: in})
		}
	case "INTERACTION_CREATE":
		in := ofInteraction(r.me.AppID, e.data)
		r.interaction(in, e.at, nil)
	}
	return nil
}

// workLane handles what waits until Run ends. An error of handle ends Run: nothing may be acknowledged any more.
func (r *run) workLane(slow bool) error {
	for {
		p, it, ok := r.lanes.take(slow)
		if !ok {
			return nil
		}
		if it.fetch != nil {
			if err := r.fetch(p, it.fetch, it.chat, slow); err != nil {
				return err
			}
			continue
		}
		if err := r.commit(it); err != nil {
			return err
		}
		r.lanes.done(p)
	}
}

// commit hands one event over, and acknowledges it then.
func (r *run) commit(it item) error {
	if err := r.handle(r.ctx, it.in.event); err != nil {
		return err
	}
	if it.reply != nil {
		it.reply.committed()
	}
	return nil
}

// keep notes that all is well, and takes away answers that nothing filled.
func (r *run) keep() error {
	var noted time.Time
	for {
		if err := sleep(r.ctx, r.times.Tick); err != nil {
			return nil
		}
		for _, d := range r.replies.unused(r.now().Add(-r.times.Unused)) {
			r.spawn(func(ctx context.Context) { r.takeAway(ctx, d) })
		}
		if r.desk == nil || !r.up.Load() || !r.lanes.caughtUp() || time.Since(noted) < r.times.Online {
			continue
		}
		if r.lanes.slower(margin / 2) {
			continue // a crash now would lose what came before the margin
		}
		if err := r.desk.Online(r.ctx, Platform); err != nil {
			return err
		}
		noted = time.Now()
	}
}
