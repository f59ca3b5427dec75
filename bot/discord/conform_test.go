package discord_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
)

func TestConforms(t *testing.T) {
	bottest.Conform(t, bottest.Harness{
		New: func(t *testing.T) bottest.Platform {
			t.Cleanup(func() { time.Sleep(1100 * time.Millisecond) }) // discordgo sleeps for a second in Close
			return platform{newStand(t, fakediscord.Options{})}
		},
		Store:  func(*testing.T) bot.Store { return bottest.NewMemStore() },
		People: [2]string{anna, ben},
		Drops:  true,
	})
}

type platform struct{ *stand }

func (p platform) Start(t *testing.T, s bottest.Setup) bottest.Running {
	o := p.options()
	o.Log = s.Log
	a := p.adapter(o)
	r := &running{stand: p.stand, life: bottest.Start(t, bot.Options{
		Store: s.Store, Machine: s.Machine, Log: s.Log, Adapters: []bot.Adapter{spoken{a, p.desk}},
	})}
	p.await("the bot connects", func() bool {
		select {
		case <-r.life.Done():
			return true
		default:
			return a.Health().Connected
		}
	})
	return r
}

type running struct {
	*stand
	life *bottest.Life
}

// Say is taken once Discord keeps it for somebody whom the bot will ask about. Of somebody unknown it is once the bot
// has it: nobody asks Discord what strangers wrote while the bot was away.
func (r *running) Say(user, text string) error {
	r.fake.User(user).Say(text)
	for {
		if r.desk.knows(user) {
			return nil
		}
		select {
		case <-r.life.Done():
			if r.desk.knows(user) {
				return nil
			}
			return errors.New("nobody will know of this")
		case <-time.After(time.Millisecond):
		}
	}
}

func (r *running) Press(user, label string) error {
	_, err := r.fake.User(user).Press(label)
	return err
}

func (r *running) Received(user string) []string {
	texts := r.fake.User(user).Received()
	for i, s := range texts {
		texts[i] = fakediscord.Shown(s)
	}
	return texts
}

func (r *running) Stop() error { return r.life.Stop() }

func (r *running) Done() <-chan struct{} { return r.life.Done() }

// failures are what Discord does for a class.
var failures = map[bot.Class]fakediscord.Failure{
	bot.Transient:   {Status: 502, HTML: true},
	bot.Ambiguous:   {Lose: true},
	bot.Limited:     {Status: 429, After: 1200 * time.Millisecond},
	bot.Stale:       {Status: 404, Code: 10008},
	bot.Invalid:     {Status: 400, Code: 50035},
	bot.Unreachable: {Status: 403, Code: 50007},
	bot.Fatal:       {Status: 401},
}

func (r *running) FailSend(user string, class bot.Class, n int) bool {
	how, ok := failures[class]
	if !ok {
		return false
	}
	var mu sync.Mutex
	person := r.fake.User(user)
	r.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		mu.Lock()
		defer mu.Unlock()
		if n == 0 || !r.fake.Sending(req, person) {
			return nil
		}
		n--
		return &how
	})
	return true
}

// LimitAll refuses the next send of anybody, and says that all must wait.
func (r *running) LimitAll(after time.Duration) error {
	var once sync.Once
	r.fake.Fail(func(req fakediscord.Request) (how *fakediscord.Failure) {
		if req.Method == "POST" && strings.HasSuffix(req.Path, "/messages") {
			once.Do(func() { how = &fakediscord.Failure{Status: 429, After: after, Global: true} })
		}
		return how
	})
	return nil
}

// SlowAck makes the first answer to an interaction take d.
func (r *running) SlowAck(d time.Duration) {
	r.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/callback") {
			return &fakediscord.Failure{Delay: d}
		}
		return nil
	})
}

// Poison lets something of an unknown shape come from user.
func (r *running) Poison(user string) error {
	r.fake.User(user).Strange()
	return nil
}

// What the suite may make Discord do besides.
func TestTroubles(t *testing.T) {
	start := func(t *testing.T) *running {
		t.Parallel()
		s := newStand(t, fakediscord.Options{})
		log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		return platform{s}.Start(t, bottest.Setup{Store: bottest.NewMemStore(), Machine: bottest.Echo{}, Log: log}).(*running)
	}
	sees := func(r *running, user string, want ...string) {
		r.Helper()
		r.await(fmt.Sprintf("%s sees %q", user, want), func() bool { return slices.Equal(r.Received(user), want) })
	}
	t.Run("poison", func(t *testing.T) {
		r := start(t)
		if err := errors.Join(r.Say(anna, "one"), r.Poison(anna), r.Say(anna, "two")); err != nil {
			t.Fatal(err)
		}
		sees(r, anna, "heard: one", "I cannot read that", "heard: two")
	})
	t.Run("everybody is limited", func(t *testing.T) {
		r := start(t)
		r.Say(anna, "one")
		sees(r, anna, "heard: one")
		r.LimitAll(1500 * time.Millisecond)
		began := time.Now()
		r.Say(anna, "two")
		r.await("anna is refused", func() bool { return r.fake.Counts().Refused[429] == 1 })
		r.Say(ben, "me too")
		sees(r, ben, "heard: me too")
		sees(r, anna, "heard: one", "heard: two")
		if took := time.Since(began); took < 1400*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		if n := r.fake.Counts().Refused[429]; n != 1 {
			t.Errorf("%d refusals", n)
		}
	})
	t.Run("a slow answer", func(t *testing.T) {
		r := start(t)
		r.Say(anna, "ask")
		sees(r, anna, "yes or no?")
		r.SlowAck(time.Second)
		began := time.Now()
		if err := r.Press(anna, "Yes"); err != nil {
			t.Fatal(err)
		}
		sees(r, anna, "yes or no?", "you chose Yes")
		if took := time.Since(began); took > 900*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
	t.Run("a question that is answered has no buttons", func(t *testing.T) {
		r := start(t)
		r.Say(anna, "ask")
		sees(r, anna, "yes or no?")
		r.Press(anna, "No")
		r.await("they go", func() bool {
			for _, m := range r.fake.User(anna).Messages() {
				if m.FromBot && m.Content == "yes or no?" {
					return len(m.Components) == 0 && m.Edited
				}
			}
			return false
		})
	})
}
