package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// strict is a platform that lets 30 sends a second pass, and one a second to one chat. It refuses what is more, and counts that.
// It keeps no message, so that the memory measured is the bot's.
type strict struct {
	*bottest.Memory
	takes func() time.Duration

	mu      sync.Mutex
	last    []time.Time // of the last second
	chats   map[string]time.Time
	said    map[string]time.Time // who waits for an answer, since when
	waited  []time.Duration      // for one, from when the platform would have taken it
	sent    int
	refused int
}

func (*strict) Pace() bot.Pace {
	return bot.Pace{PerSecond: 25, ChatEvery: time.Second, ChatBurst: 1}
}

func (p *strict) Send(ctx context.Context, q flows.Queued) (string, error) {
	defer time.Sleep(p.takes())
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.last = slices.DeleteFunc(p.last, func(t time.Time) bool { return now.Sub(t) >= time.Second })
	before := p.chats[q.To.User]
	if q.Message.Op == flows.Show {
		if now.Sub(before) < time.Second {
			p.refused++
			return "", &bot.SendError{Class: bot.Limited, Code: "429", After: time.Second}
		}
		p.chats[q.To.User] = now
	}
	if len(p.last) >= 30 {
		p.refused++
		return "", &bot.SendError{Class: bot.Limited, Code: "429", After: time.Second, Global: true}
	}
	p.last = append(p.last, now)
	p.sent++
	if since, ok := p.said[q.To.User]; ok && q.Message.Lane == flows.LaneReply {
		if free := before.Add(time.Second); free.After(since) { // their chat had just got something: no one can be faster
			since = free
		}
		p.waited = append(p.waited, now.Sub(since))
		delete(p.said, q.To.User)
	}
	return fmt.Sprint(p.sent), nil
}

// hear lets somebody say something, who gets two answers.
func (p *strict) hear(user string) {
	p.mu.Lock()
	p.said[user] = time.Now()
	p.mu.Unlock()
	p.Say(user, "count 2")
}

// Ten minutes in which all of a day comes together: everybody gets something scheduled, and somebody says something all the
// time. The platform never has to say that we are too fast, replies pass by, and it takes little memory. Without REWOO_SOAK it is
// a day of one minute, for a tenth of the people.
func TestTenMinuteDay(t *testing.T) {
	couples, minutes := 1000, 1
	if os.Getenv("REWOO_SOAK") != "" {
		couples, minutes = 10_000, 10
	}
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open(filepath.Join(t.TempDir(), "rewoo.db"), storage.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		chance := rand.New(rand.NewPCG(1, 2)) // guarded by p.mu, or used before Run
		p := &strict{Memory: bottest.NewMemory("memory"), chats: map[string]time.Time{}, said: map[string]time.Time{}}
		p.takes = func() time.Duration { return time.Duration(50+rand.N(100)) * time.Millisecond }
		o := bot.Options{Store: db, Machine: bottest.Echo{}, Adapters: []bot.Adapter{p}, Log: slog.New(slog.DiscardHandler)}
		populate(t, o, 2*couples, func() time.Time {
			return time.Now().Add(time.Duration(chance.Int64N(int64(time.Duration(minutes) * 48 * time.Second))))
		})
		life := bottest.Start(t, o)
		peak := uint64(0)
		for i := range 60 * minutes {
			for range 3 {
				p.hear(fmt.Sprint("clock", chance.IntN(2*couples)))
				time.Sleep(time.Second / 3)
			}
			if i%20 == 0 {
				peak = max(peak, inUse())
			}
		}
		synctest.Wait()
		p.mu.Lock()
		slices.Sort(p.waited)
		n := len(p.waited)
		t.Logf("%d couples: %d sent, %d refused; replies p50 %v, p99 %v, last %v; at most %d MB", couples, p.sent, p.refused,
			p.waited[n/2], p.waited[n*99/100], p.waited[n-1], peak>>20)
		if p.refused > 0 {
			t.Errorf("refused %d times", p.refused)
		}
		if p.sent < 60*minutes*23 {
			t.Errorf("%d sent, though something always waited", p.sent)
		}
		if n < 150*minutes || p.waited[n-1] > 200*time.Millisecond {
			t.Errorf("%d replies, the last after %v", n, p.waited[n-1])
		}
		if peak>>20 > 100 {
			t.Errorf("%d MB, want at most 100", peak>>20)
		}
		p.mu.Unlock()
		if err := life.Stop(); err != nil {
			t.Error(err)
		}
	})
}

// populate makes n people, each with a reminder.
func populate(t testing.TB, o bot.Options, n int, due func() time.Time) {
	t.Helper()
	const stroke = 500
	from := 0
	m := &machine{}
	m.step = func(flows.Input, flows.Event) (out flows.Output, ok bool) {
		for i := from; i < min(from+stroke, n); i++ {
			id := fmt.Sprintf("%032x", i)
			p := flows.Person{ID: flows.PersonID(id), Addr: flows.Address{Platform: "memory", User: fmt.Sprint("clock", i), Chat: fmt.Sprint("clock", i)}}
			p.Timers = []flows.Timer{{Name: id + "/remind", Due: due(), What: "remind"}}
			out.States = append(out.States, flows.State{Unit: flows.UnitID(id), People: []flows.Person{p}})
		}
		return out, true
	}
	o.Machine, o.Adapters = m, nil
	for ; from < n; from += stroke {
		if err := bot.New(o).Handle(context.Background(), flows.Event{ID: fmt.Sprint("populate", from), Kind: flows.Other}); err != nil {
			t.Fatal(err)
		}
	}
}

// inUse is the memory that the process holds, but for what it gave back.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}
