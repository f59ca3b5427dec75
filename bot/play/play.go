package play

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// Folder is where transcripts lie in a library.
const Folder = "transcripts"

// beginning is what the clock shows where a transcript says nothing.
var beginning = time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)

// stop bounds how long one move of the clock may be.
const maxMove = 400 * 24 * time.Hour

// player is one run.
type player struct {
	fsys   fs.FS
	ph     *phones
	bot    *bot.Bot
	store  *twice
	clock  clock
	mark   time.Time // the time last written down
	order  []string
	out    strings.Builder
	muted  bool
	within []string // what is being included, from the outside in
}

// Play plays a transcript over a fresh, empty store and returns what the file says and what came of it. They are equal
// when the transcript holds. An error is a line that cannot be played, or a fault of the store.
func Play(ctx context.Context, fsys fs.FS, lib *flows.Library, store bot.Store, file string) (want, got string, err error) {
	want, got, _, err = Trace(ctx, fsys, lib, store, file)
	return want, got, err
}

// Trace is Play, and also returns what was passed of the flows, inputs of included transcripts counted, each thing once.
func Trace(ctx context.Context, fsys fs.FS, lib *flows.Library, store bot.Store, file string) (want, got string, passed []flows.Covered, err error) {
	lines, want, err := load(fsys, file)
	if err != nil {
		return "", "", nil, err
	}
	if s, said := setup(lines); said {
		lib = lib.With(s)
	}
	traced := &tracer{Library: lib.Traced(), passed: map[flows.Covered]bool{}}
	got, err = run(ctx, fsys, traced, store, func(ctx context.Context, p *player) error { return p.lines(ctx, Path(file), lines) })
	return want, got, slices.Collect(maps.Keys(traced.passed)), err
}

// run starts a player, lets do play with it and ends it. It returns what came; what do took out of the player is not in it.
func run(ctx context.Context, fsys fs.FS, machine flows.Machine, store bot.Store, do func(context.Context, *player) error) (got string, err error) {
	p := &player{fsys: fsys, ph: newPhones()}
	p.clock.set(beginning)
	p.mark = p.clock.now()
	double := &twice{Store: store}
	p.store = double
	p.bot = bot.New(bot.Options{
		Store: double, Machine: machine, Adapters: []bot.Adapter{p.ph}, Manual: true,
		Now:  p.clock.now,
		Seed: Chance,
		Log:  slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.bot.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-ended, double.broken)
	}()
	select {
	case <-p.ph.ready:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	err = do(ctx, p)
	return p.out.String(), err
}

// Chance is the chance of an event of a player: it hangs on the id, so that it is the same every time.
func Chance(id string) flows.Seed { return flows.Seed(sha256.Sum256([]byte("transcript " + id))) }

// InputID is what a player calls the event of its nth input, counted from 1.
func InputID(n int) string { return fmt.Sprintf("%s/%d", platform, n) }

// lines plays the lines of a file. A failure names the file and the line.
func (p *player) lines(ctx context.Context, file string, lines []line) error {
	for i, l := range lines {
		if l.kind == output {
			continue
		}
		if l.kind == again {
			l.lines = since(lines, i)
		}
		if !p.muted {
			p.out.WriteString(l.text + "\n")
		}
		if err := p.play(ctx, l); err != nil {
			var at *LineError
			if errors.As(err, &at) {
				return err
			}
			return &LineError{file, l.n, err.Error()}
		}
	}
	return nil
}

func (p *player) play(ctx context.Context, l line) error {
	switch l.kind {
	case setClock:
		at, err := time.Parse("2006-01-02 15:04", l.input)
		if err != nil {
			return err // unreachable: parse has seen to it
		}
		p.clock.set(at)
		p.mark = at
		return nil
	case include:
		return p.include(ctx, l)
	case again:
		return p.again(ctx, l)
	case locale:
		p.ph.locales[l.who] = l.lang
	case advances:
		since := p.clock.now()
		if err := p.advance(ctx, l); err != nil || !l.away {
			return err
		}
		return p.back(ctx, since)
	case says, presses, fills:
		p.meet(l.who)
		ev, err := p.ph.event(l)
		if err != nil {
			return err
		}
		if err := p.ph.handle(ctx, ev); err != nil {
			return err
		}
		return p.settle(ctx)
	}
	return nil
}

// back tells the bot that everybody's platform is in reach again.
func (p *player) back(ctx context.Context, since time.Time) error {
	for _, who := range p.order {
		if err := p.ph.handle(ctx, p.ph.away(who, since)); err != nil {
			return err
		}
	}
	return p.settle(ctx)
}

func (p *player) meet(who string) {
	for _, w := range p.order {
		if w == who {
			return
		}
	}
	p.order = append(p.order, who)
}

// include plays another transcript's inputs and writes nothing down but that they were played.
func (p *player) include(ctx context.Context, l line) error {
	if slices.Contains(p.within, l.input) {
		return errors.New("transcripts include each other in a circle")
	}
	lines, _, err := load(p.fsys, l.input)
	if err != nil {
		return err
	}
	muted := p.muted
	p.muted, p.within = true, append(p.within, l.input)
	err = p.lines(ctx, Path(l.input), lines)
	p.muted, p.mark = muted, p.clock.now()
	p.within = p.within[:len(p.within)-1]
	return err
}

// again plays the inputs since the last comment once more, or more often, and writes nothing down but that it did.
func (p *player) again(ctx context.Context, l line) (err error) {
	muted, once := p.muted, p.store.once
	p.muted, p.store.once = true, true // the first time has shown that every event takes effect once
	for range l.times {
		for _, x := range l.lines {
			if err = p.play(ctx, x); err != nil {
				return err
			}
		}
	}
	p.muted, p.store.once, p.mark = muted, once, p.clock.now()
	return nil
}

// settle waits until everything is delivered, and writes it down.
func (p *player) settle(ctx context.Context) error {
	if err := p.bot.Settle(ctx); err != nil {
		return err
	}
	came := p.ph.take(p.order)
	if p.muted || came == "" {
		return nil
	}
	if now := p.clock.now(); !now.Equal(p.mark) {
		p.mark = now
		p.out.WriteString("== " + now.Format("Mon 2 Jan 15:04") + "\n")
	}
	p.out.WriteString(came)
	return nil
}

// advance moves the clock as the page does: from one due row to the next, each delivered before the one after it.
func (p *player) advance(ctx context.Context, l line) error {
	now := p.clock.now()
	target := now.Add(l.by)
	next, ok, err := p.bot.NextDue(ctx)
	if err != nil {
		return err
	}
	if l.until == "next" {
		if !ok {
			return errors.New("nothing is due, not ever")
		}
		target = later(next, now)
	}
	if target.Sub(now) > maxMove {
		return errors.New("a move is 400 days at most")
	}
	for ok && !next.After(target) {
		p.clock.set(later(next, p.clock.now()))
		if _, err := p.bot.Fire(ctx, p.clock.now()); err != nil {
			return err
		}
		if err := p.settle(ctx); err != nil {
			return err
		}
		if next, ok, err = p.bot.NextDue(ctx); err != nil {
			return err
		}
	}
	p.clock.set(target)
	return p.settle(ctx)
}

// clock stands still unless it is set; the deliverer reads it from its own goroutine.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
