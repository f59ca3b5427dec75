package bottest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// MemoryHarness is the harness of Memory itself, over stores of whoever calls it: a pattern for others, and a way to
// run the suite against a store.
func MemoryHarness(store func(t *testing.T) bot.Store) Harness {
	return Harness{
		New:    func(*testing.T) Platform { return memoryPlatform{NewMemory("memory")} },
		Store:  store,
		People: [2]string{"a", "b"},
		Drops:  true,
	}
}

type memoryPlatform struct{ *Memory }

func (p memoryPlatform) Start(t *testing.T, s Setup) Running {
	return memoryRunning{p.Memory, Start(t, bot.Options{
		Store: s.Store, Machine: s.Machine, Log: s.Log, Adapters: []bot.Adapter{p.Memory},
	})}
}

type memoryRunning struct {
	*Memory
	life *Life
}

func (r memoryRunning) Say(user, text string) error {
	r.Memory.Say(user, text)
	return nil
}

func (r memoryRunning) Received(user string) []string { return r.Texts(user) }

func (r memoryRunning) Stop() error { return r.life.Stop() }

func (r memoryRunning) Done() <-chan struct{} { return r.life.Done() }

func (r memoryRunning) FailSend(user string, class bot.Class, n int) bool {
	var mu sync.Mutex
	r.Fail(func(q flows.Queued) error {
		mu.Lock()
		defer mu.Unlock()
		if q.To.User != user || n == 0 {
			return nil
		}
		n--
		return &bot.SendError{Class: class, After: time.Second, Code: "on purpose", Err: errors.New("a library quotes: " + word)}
	})
	return true
}
