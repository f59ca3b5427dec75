package discord_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/discord"
	"rewoo/flows"
)

const (
	anna = "100000000000000001"
	ben  = "100000000000000002"
)

var words = bot.Lines{PrivateOnly: "I only talk in private chats.", Write: "Write", FormTitle: "In your own words", FormLabel: "Your words", PickOne: "Choose one"}

// quick are the times of tests: what is long enough for Discord is too long to wait for.
var quick = discord.Times{
	Open: 5 * time.Second, Backoff: 5 * time.Millisecond, Longest: 50 * time.Millisecond, Linger: -1, Tick: 10 * time.Millisecond, Online: 20 * time.Millisecond,
}

// desk is what a bot does for the adapter, over restarts: it knows who spoke.
type desk struct {
	mu     sync.Mutex
	known  []flows.Address
	last   time.Time
	online int
	asked  func() // runs when the adapter asks whom it expects, before it is told
}

func (d *desk) Online(context.Context, string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = time.Now()
	d.online++
	return nil
}

func (d *desk) LastOnline(context.Context, string) (time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last, nil
}

func (d *desk) People(_ context.Context, _, after string, limit int) ([]flows.Address, string, error) {
	d.mu.Lock()
	if asked := d.asked; asked != nil {
		d.mu.Unlock()
		asked()
		d.mu.Lock()
	}
	defer d.mu.Unlock()
	var page []flows.Address
	for _, a := range d.known {
		if a.User > after {
			page = append(page, a)
		}
	}
	if len(page) > limit {
		return page[:limit], page[limit-1].User, nil
	}
	return page, "", nil
}

// heard notes that an event of a was kept.
func (d *desk) heard(a flows.Address) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i, found := slices.BinarySearchFunc(d.known, a, func(x, y flows.Address) int {
		if x.User < y.User {
			return -1
		} else if x.User > y.User {
			return 1
		}
		return 0
	}); !found {
		d.known = slices.Insert(d.known, i, a)
	}
}

func (d *desk) knows(user string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.known, func(a flows.Address) bool { return a.User == user })
}

// spoken is an adapter whose desk is that of the test, whatever bot it is given to.
type spoken struct {
	*discord.Adapter
	desk *desk
}

func (s spoken) Attach(bot.Desk) {}

func (s spoken) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	return s.Adapter.Run(ctx, func(ctx context.Context, ev flows.Event) error {
		err := handle(ctx, ev)
		if err == nil {
			s.desk.heard(ev.From)
		}
		return err
	})
}

// stand is a fake Discord and what is tested on it.
type stand struct {
	*testing.T
	fake *fakediscord.Fake
	desk *desk
	log  bottest.Log
}

func newStand(t *testing.T, o fakediscord.Options) *stand {
	t.Helper()
	if o.PerSecond == 0 {
		o.PerSecond = -1
	}
	o.Check = checks()
	fake, err := fakediscord.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{T: t, fake: fake, desk: &desk{}}
	t.Cleanup(func() {
		fake.Close()
		for _, v := range fake.Violations() {
			t.Errorf("Discord would not have it: %s", v)
		}
	})
	return s
}

func (s *stand) options() discord.Options {
	return discord.Options{
		Token: s.fake.Token(), APIURL: s.fake.URL(), FreeText: true, Lines: words, Times: quick,
		Log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (s *stand) adapter(o discord.Options) *discord.Adapter {
	s.Helper()
	a, err := discord.New(o)
	if err != nil {
		s.Fatal(err)
	}
	a.Attach(s.desk)
	return a
}

// await waits for something that should be quick.
func (s *stand) await(what string, ok func() bool) {
	s.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("not in ten seconds: %s", what)
		}
	}
}

// runner is an adapter that runs, and what it handed over.
type runner struct {
	*discord.Adapter
	s      *stand
	cancel context.CancelFunc
	done   chan struct{}
	err    error

	mu     sync.Mutex
	events []flows.Event
	handle func(flows.Event) error
}

// run starts an adapter without a bot. handle is asked about every event that was not handed over before.
func (s *stand) run(o discord.Options, handle func(flows.Event) error) *runner {
	s.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &runner{Adapter: s.adapter(o), s: s, cancel: cancel, done: make(chan struct{}), handle: handle}
	go func() {
		defer close(r.done)
		r.err = r.Run(ctx, r.take)
	}()
	s.Cleanup(func() { r.stop() })
	return r
}

func (r *runner) take(_ context.Context, ev flows.Event) error {
	r.mu.Lock()
	known := slices.ContainsFunc(r.events, func(e flows.Event) bool { return e.ID == ev.ID })
	handle := r.handle
	r.mu.Unlock()
	if known {
		return nil
	}
	if handle != nil {
		if err := handle(ev); err != nil {
			return err
		}
	}
	r.mu.Lock()
	r.events = append(r.events, ev)
	r.mu.Unlock()
	r.s.desk.heard(ev.From)
	return nil
}

func (r *runner) stop() error {
	r.cancel()
	<-r.done
	return r.err
}

// got gives the events so far.
func (r *runner) got() []flows.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

// texts gives what user said, in order of handing over.
func (r *runner) texts(user string) (out []string) {
	for _, e := range r.got() {
		if e.From.User == user && e.Kind == flows.Said {
			out = append(out, e.Text)
		}
	}
	return out
}

// connected waits until it is.
func (r *runner) connected() *runner {
	r.s.Helper()
	r.s.await("the adapter connects", func() bool { return r.Health().Connected })
	return r
}

func chatOf(user string, r *runner) string {
	for _, e := range r.got() {
		if e.From.User == user {
			return e.From.Chat
		}
	}
	return ""
}
