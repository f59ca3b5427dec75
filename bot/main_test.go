package bot_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// canary is in all that people say here, in their account names, in the values of panics and in what platform
// libraries quote. No log line may hold it.
const canary = "xylophone"

const (
	anna = "anna-" + canary
	bela = "bela-" + canary
)

// stand is a bot on a platform in memory over a real file; both outlive the bot.
type stand struct {
	*testing.T
	path string
	db   *storage.DB
	mem  *bottest.Memory
	log  bottest.Log
	opt  bot.Options // what the next bot is made of; Store, Adapters and Log are filled in when nil
	life *bottest.Life
}

// newStand starts nothing yet.
func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{T: t, path: filepath.Join(t.TempDir(), "rewoo.db"), mem: bottest.NewMemory("memory")}
	s.opt.Machine = bottest.Echo{}
	s.open()
	t.Cleanup(func() {
		s.db.Close()
		if strings.Contains(s.log.String(), canary) {
			t.Errorf("the log holds a private word:\n%s", s.log.String())
		}
	})
	return s
}

func (s *stand) open() {
	s.Helper()
	db, err := storage.Open(s.path, storage.Options{NoSync: true})
	if err != nil {
		s.Fatal(err)
	}
	s.db = db
}

// options are those of a bot on the open file. wrap, if given, goes between bot and store.
func (s *stand) options(wrap ...func(bot.Store) bot.Store) bot.Options {
	o := s.opt
	o.Store = s.db
	for _, w := range wrap {
		o.Store = w(o.Store)
	}
	if o.Adapters == nil {
		o.Adapters = []bot.Adapter{s.mem}
	}
	o.Log = slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return o
}

func (s *stand) start(wrap ...func(bot.Store) bot.Store) {
	s.Helper()
	s.life = bottest.Start(s.T, s.options(wrap...))
}

// restart stops the bot in order, opens the file anew and starts another bot.
func (s *stand) restart() {
	s.Helper()
	s.stop()
	s.db.Close()
	s.open()
	s.start()
}

func (s *stand) stop() {
	s.Helper()
	if err := s.life.Stop(); err != nil {
		s.Fatalf("Run: %v", err)
	}
}

// sees checks what user sees now.
func (s *stand) sees(user string, want ...string) {
	s.Helper()
	got := strings.Join(s.mem.Texts(user), " | ")
	got = strings.ReplaceAll(got, canary+" ", "")
	if w := strings.Join(want, " | "); got != w {
		s.Fatalf("%s sees: %s\nwant: %s", user, got, w)
	}
}

// say says it with the canary in it; Echo answers "heard: " and the same.
func (s *stand) say(user, text string) { s.mem.Say(user, canary+" "+text) }

// settled waits on the bot's word, not on the clock.
func (s *stand) settled() {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for s.mem.Waiting(anna)+s.mem.Waiting(bela) > 0 {
		time.Sleep(time.Millisecond)
		if ctx.Err() != nil {
			s.Fatal("events are not handled")
		}
	}
	if err := s.life.Settle(ctx); err != nil {
		s.Fatal(err)
	}
}

// store is a bot.Store with some methods replaced.
type store struct {
	bot.Store
	step func(context.Context, flows.Event, flows.Machine) (flows.Result, error)
	due  func(context.Context, time.Time, int) ([]flows.Due, time.Time, error)
	done func(context.Context, string) error
	sent func(flows.Address)
	head func(context.Context) ([]flows.Queued, error)
}

func (s store) Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	if s.step != nil {
		return s.step(ctx, ev, m)
	}
	return s.Store.Step(ctx, ev, m)
}

func (s store) Due(ctx context.Context, now time.Time, limit int) ([]flows.Due, time.Time, error) {
	if s.due != nil {
		return s.due(ctx, now, limit)
	}
	return s.Store.Due(ctx, now, limit)
}

func (s store) Done(ctx context.Context, key string, at flows.Address, ref string) error {
	if s.done != nil {
		return s.done(ctx, key)
	}
	if s.sent != nil {
		s.sent(at)
	}
	return s.Store.Done(ctx, key, at, ref)
}

func (s store) Heads(ctx context.Context, of ...flows.PersonID) ([]flows.Queued, error) {
	if s.head != nil {
		return s.head(ctx)
	}
	return s.Store.Heads(ctx, of...)
}

// machine is Echo with a Step in front of it, and a count of the events that came.
type machine struct {
	bottest.Echo
	step func(in flows.Input, ev flows.Event) (out flows.Output, ok bool)

	mu  sync.Mutex
	ran map[flows.Kind]int
}

func (m *machine) Step(in flows.Input, ev flows.Event) flows.Output {
	m.mu.Lock()
	if m.ran == nil {
		m.ran = map[flows.Kind]int{}
	}
	m.ran[ev.Kind]++
	m.mu.Unlock()
	if m.step != nil {
		if out, ok := m.step(in, ev); ok {
			return out
		}
	}
	return m.Echo.Step(in, ev)
}

func (m *machine) runs(k flows.Kind) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ran[k]
}
