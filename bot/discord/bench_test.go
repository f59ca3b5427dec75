package discord_test

import (
	"log/slog"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/discord"
)

// BenchmarkReply is from what somebody says to the answer that Discord has, without a disk.
func BenchmarkReply(b *testing.B) {
	fake, err := fakediscord.New(fakediscord.Options{PerSecond: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer fake.Close()
	a, err := discord.New(discord.Options{Token: fake.Token(), APIURL: fake.URL(), PerSecond: -1, Lines: words})
	if err != nil {
		b.Fatal(err)
	}
	life := bottest.Start(b, bot.Options{Store: bottest.NewMemStore(), Machine: bottest.Echo{}, Log: slog.New(slog.DiscardHandler), Adapters: []bot.Adapter{a}})
	defer life.Stop()
	for !a.Health().Connected {
		time.Sleep(time.Millisecond)
	}
	p := fake.User(anna)
	n := 0
	for b.Loop() {
		p.Say("hello")
		n++
		if !fake.Await(5*time.Second, func() bool { return p.Count() == n }) {
			b.Fatal("no answer")
		}
	}
}
