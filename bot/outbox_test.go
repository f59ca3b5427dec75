package bot_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// slowHeads counts how often the outbox is read, which takes a while.
type slowHeads struct {
	bot.Store
	takes time.Duration
	reads atomic.Int64
}

func (s *slowHeads) Heads(ctx context.Context, of ...flows.PersonID) ([]flows.Queued, error) {
	if len(of) == 0 {
		s.reads.Add(1)
		time.Sleep(s.takes)
	}
	return s.Store.Heads(ctx, of...)
}

// A long outbox is not read for every row that leaves it: not when somebody waits for all of it, and the less often the
// longer reading takes.
func TestLongOutboxIsReadRarely(t *testing.T) {
	for takes, most := range map[time.Duration]int64{0: 50, 20 * time.Millisecond: 30} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			s.mem.Fail(func(flows.Queued) error { time.Sleep(20 * time.Millisecond); return nil })
			s.crowd(bot.New(s.options()), "many", 800)
			heads := &slowHeads{takes: takes}
			began := time.Now()
			s.start(func(st bot.Store) bot.Store { heads.Store = st; return heads })
			if err := s.life.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			waited := time.Since(began) // 50 times 16 sends take a second
			if n := heads.reads.Load(); n > most || waited > 2*time.Second {
				t.Errorf("reading takes %v: %d times in %v", takes, n, waited)
			}
			t.Logf("reading takes %v: %d times in %v", takes, heads.reads.Load(), waited)
			s.stop()
		})
	}
}

// Nor for every row that may be tried again, when a platform is out and all back off, each until another moment.
func TestOutboxIsReadRarelyWhileAllBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.mem.Fail(func(flows.Queued) error { return failure(bot.Transient) })
		s.crowd(bot.New(s.options()), "many", 400)
		heads := &slowHeads{takes: 20 * time.Millisecond}
		s.start(func(st bot.Store) bot.Store { heads.Store = st; return heads })
		time.Sleep(30 * time.Second)
		if n := heads.reads.Load(); n > 150 {
			t.Errorf("read %d times in 30 s", n)
		}
		s.mem.Fail(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if rows, err := s.db.Heads(t.Context()); err != nil || len(rows) != 0 {
			t.Errorf("%d people still wait, %v", len(rows), err)
		}
		s.stop()
	})
}
