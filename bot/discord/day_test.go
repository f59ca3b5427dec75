package discord_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
)

// A bad day: connections break in every way, requests fail, answers get lost, the bot is stopped and started, while two
// people go on talking. Everything is answered once, and in order.
func TestBadDay(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	setup := bottest.Setup{Store: bottest.NewMemStore(), Machine: bottest.Echo{}, Log: log}
	r := platform{s}.Start(t, setup).(*running)
	want := map[string][]string{}
	say := func(user, text string) {
		if err := r.Say(user, text); err != nil {
			t.Fatal(err)
		}
		want[user] = append(want[user], "heard: "+text)
	}
	say(anna, "first")
	say(ben, "first")
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(1, 2))
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		mu.Lock()
		defer mu.Unlock()
		if n := chance.IntN(40); n < 4 && strings.Contains(req.Path, "/messages") {
			return []*fakediscord.Failure{{Status: 502, HTML: true}, {Lose: true}, {Cut: true}, {Status: 429, After: 50 * time.Millisecond}}[n]
		}
		return nil
	})
	g := s.fake.Gateway()
	for i, trouble := range []func(){
		g.Cut, func() { g.Close(4000) }, func() { g.Close(4009) }, g.Reconnect, func() { g.RefuseResume(1); g.Cut() }, func() { g.Down(2); g.Cut() },
		func() {
			if err := r.Stop(); err != nil {
				t.Error(err)
			}
		},
	} {
		say(anna, fmt.Sprint("before ", i))
		trouble()
		for n := range 5 {
			say(anna, fmt.Sprint("during ", i, " ", n))
			say(ben, fmt.Sprint("during ", i, " ", n))
			time.Sleep(10 * time.Millisecond)
		}
		if i == 6 {
			r = platform{s}.Start(t, setup).(*running)
		}
		s.await("the bot is back", func() bool { return slices.Contains(r.Received(ben), fmt.Sprint("heard: during ", i, " 4")) })
	}
	s.fake.Fail(nil)
	for user, texts := range want {
		s.await("all is answered", func() bool { return len(r.Received(user)) >= len(texts) })
		if got := r.Received(user); !slices.Equal(got, texts) {
			t.Errorf("%s sees %q\nwant %q", user, got, texts)
		}
	}
}
