package main

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/discord"
	"rewoo/bot/telegram"
	"rewoo/flows"
	"rewoo/storage"
)

// world is a platform on loopback with the bot on it: the shipped conversations, a file that flushes to the disk, and couples
// who have lived with rewoo for a month.
type world struct {
	*testing.B
	loopback
	db   *storage.DB
	life *bottest.Life
}

// loopback is a fake platform with many people. Its people are numbered from 0.
type loopback interface {
	address(n int) flows.Address
	person(n int) handset
	adapter(testing.TB, bot.Lines) bot.Adapter // connected to the fake
	shows() *shows
	close()
}

// shows is what a platform says of the new messages that it has got.
type shows struct {
	n    atomic.Int64
	came chan struct{} // 1 slot: n has grown
}

func newShows() *shows { return &shows{came: make(chan struct{}, 1)} }

func (s *shows) add() {
	s.n.Add(1)
	select {
	case s.came <- struct{}{}:
	default:
	}
}

// reach waits until there were n.
func (s *shows) reach(b *testing.B, n int64) {
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for s.n.Load() < n {
		select {
		case <-s.came:
		case <-late.C:
			b.Fatalf("%d messages, want %d", s.n.Load(), n)
		}
	}
}

// lived is a couple who lived with rewoo for a month, and the conversations.
var lived = struct {
	sync.Once
	lib *flows.Library
	one flows.State
}{}

// newWorld is one where that many couples live. The bot is started with start.
func newWorld(b *testing.B, p loopback, couples int, o storage.Options) *world {
	b.Helper()
	lived.Do(func() {
		var err error
		if lived.lib, err = flows.LoadShipped(); err != nil {
			b.Fatal(err)
		}
		db, err := storage.Open(filepath.Join(b.TempDir(), "month.db"), storage.Options{NoSync: true})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		lived.one = liveMonth(b, db, lived.lib)
	})
	w := &world{B: b, loopback: p}
	b.Cleanup(p.close)
	var err error
	if w.db, err = storage.Open(filepath.Join(b.TempDir(), "rewoo.db"), o); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { w.db.Close() })
	moveCouples(b, w.db, 0, couples, func(u int) flows.State {
		s := copyOf(lived.one, u)
		for i := range s.People {
			s.People[i].Addr = p.address(2*u + i)
		}
		return s
	})
	return w
}

// start runs the bot. Its clock begins on the evening on which the month is over.
func (w *world) start(a bot.Adapter) {
	w.Helper()
	began := time.Now()
	lib := lived.lib.With(flows.Setup{Platforms: map[string]flows.Platform{telegram.Platform: {}, discord.Platform: {Forms: true}}})
	w.life = bottest.Start(w.B, bot.Options{
		Store: nothingMissed{w.db}, Machine: lib, Adapters: []bot.Adapter{a}, Manual: true,
		Now: func() time.Time { return firstEvening.AddDate(0, 0, 31).Add(time.Since(began)) },
	})
	for end := time.Now().Add(10 * time.Second); !a.(bot.Prober).Health().Connected; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.Fatal("not connected")
		}
	}
}

// settle waits until nothing is under way.
func (w *world) settle() {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := w.life.Settle(ctx); err != nil {
		w.Fatal(err)
	}
}

// nothingMissed is the store of a bot that was never away. Otherwise Discord would be asked, twenty times a second, what each
// of the thousands wrote meanwhile, and what is measured is an ordinary day.
type nothingMissed struct{ bot.Store }

func (nothingMissed) People(context.Context, string, string, int, func(*flows.Person) bool) ([]flows.Address, string, error) {
	return nil, "", nil
}
