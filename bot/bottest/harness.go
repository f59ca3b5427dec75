package bottest

import (
	"errors"
	"slices"
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

func (r memoryRunning) Poison(user string) error {
	r.Put(user, flows.Event{Kind: flows.Other})
	return nil
}

func (r memoryRunning) Repeat(user string) error {
	r.Memory.Repeat(user)
	return nil
}

func (r memoryRunning) PressLate(user, label string) error { return r.Press(user, label) }

func (r memoryRunning) Fill(user, text string) error {
	for _, g := range slices.Backward(r.Got(user)) {
		if g.Form != nil {
			r.Put(user, flows.Event{Kind: flows.Filled, Action: g.Form.Action, Text: text})
			return nil
		}
	}
	return errors.New("no form")
}

func (r memoryRunning) LimitAll(after time.Duration) error {
	until := time.Now().Add(after)
	r.Fail(func(flows.Queued) error {
		if left := time.Until(until); left > 0 {
			return &bot.SendError{Class: bot.Limited, Code: "on purpose", After: left, Global: true}
		}
		return nil
	})
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
