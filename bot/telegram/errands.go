package telegram

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

const (
	maxErrands  = 64               // under way at a time
	errandTime  = 10 * time.Second // how long one may take
	errandGrace = time.Second      // for those under way at the end
	groupEvery  = time.Hour        // between two lines to one group
	maxGroups   = 1000             // that are remembered; beyond it nothing is said
	restMax     = 15 * time.Second // the longest wait between two tries: taps die after 150 s
	greetMax    = 10 * time.Minute // and between two tries at the menu
	rivalGone   = time.Minute      // after which a second poller counts as gone
	tellEvery   = time.Hour        // the log hears again of one that is not
)

// errands are small calls that nobody waits for: answers to taps and the line to groups. They never fail anybody.
type errands struct {
	ctx    context.Context
	cancel func()
	slots  chan struct{}
	wg     sync.WaitGroup
}

func newErrands(ctx context.Context) *errands {
	e := &errands{slots: make(chan struct{}, maxErrands)}
	e.ctx, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return e
}

// run does f on a goroutine of its own, or not at all if too many are under way.
func (e *errands) run(f func(context.Context)) bool {
	select {
	case e.slots <- struct{}{}:
	default:
		return false
	}
	e.wg.Go(func() {
		defer func() { <-e.slots }()
		ctx, cancel := context.WithTimeout(e.ctx, errandTime)
		defer cancel()
		f(ctx)
	})
	return true
}

// always runs f, which ends by itself in time.
func (e *errands) always(f func()) { e.wg.Go(f) }

// stop waits until all have ended, and makes them after a moment.
func (e *errands) stop() {
	late := time.AfterFunc(errandGrace, e.cancel)
	defer late.Stop()
	e.wg.Wait()
	e.cancel()
}

// after does what a committed update asks for besides: the tap's wheel stops, the group hears the one line.
func (in *intake) after(u update) {
	if u.callback != "" {
		ok := in.errands.run(func(ctx context.Context) {
			_, failure := in.try(ctx, 0, false, func(ctx context.Context) error {
				_, err := in.api().AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: u.callback})
				return err
			})
			if failure != nil {
				in.log.Debug("a tap was not answered", "platform", Platform, "failure", failure)
			}
		})
		if !ok {
			in.log.Warn("too many taps to answer at once; one was not, which harms nothing", "platform", Platform)
		}
	}
	if u.group != 0 && in.shows.Load().lines.PrivateOnly != "" && in.groups.turn(u.group, time.Now()) {
		in.errands.run(func(ctx context.Context) {
			yes := true
			_, failure := in.try(ctx, 0, false, func(ctx context.Context) error {
				_, err := in.api().SendMessage(ctx, &tg.SendMessageParams{
					ChatID: u.group, Text: in.shows.Load().lines.PrivateOnly, LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &yes},
				})
				return err
			})
			if failure != nil {
				in.log.Debug("a group was not told", "platform", Platform, "failure", failure)
			}
		})
	}
}

// groups knows which groups were told lately.
type groups struct {
	mu   sync.Mutex
	told map[int64]time.Time
}

// turn tells whether group may hear the line now, and notes that it does.
func (g *groups) turn(group int64, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at, ok := g.told[group]; ok && now.Sub(at) < groupEvery {
		return false
	}
	if g.told == nil {
		g.told = map[int64]time.Time{}
	}
	if len(g.told) >= maxGroups {
		for id, at := range g.told {
			if now.Sub(at) >= groupEvery {
				delete(g.told, id)
			}
		}
	}
	if _, ok := g.told[group]; !ok && len(g.told) >= maxGroups {
		return false
	}
	g.told[group] = now
	return true
}

// rests are the waits between tries: doubling, the upper half by chance.
type rests struct {
	first, most time.Duration
	n           int
}

func (r *rests) next() time.Duration {
	d := r.most
	if r.n < 20 {
		d = min(r.first<<r.n, r.most)
	}
	r.n++
	return d/2 + rand.N(d/2+1)
}

func (r *rests) reset() { r.n = 0 }

// sleep waits for d, or until ctx ends, and tells whether to go on.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
