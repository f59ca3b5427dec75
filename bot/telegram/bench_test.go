package telegram_test

import (
	"context"
	"testing"

	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

// quiet is an adapter on a fake that checks nothing.
func quiet(b *testing.B) (*faketelegram.Server, *telegram.Adapter) {
	f := faketelegram.Start(faketelegram.Options{Lean: true})
	b.Cleanup(f.Close)
	a, err := telegram.New(telegram.Options{Token: f.Token(), APIURL: f.URL()})
	if err != nil {
		b.Fatal(err)
	}
	return f, a
}

// BenchmarkUpdate is one update from being written to being handed over, by long polling.
func BenchmarkUpdate(b *testing.B) {
	f, a := quiet(b)
	came := make(chan struct{}, 1)
	end := run(b, a, func(context.Context, flows.Event) error { came <- struct{}{}; return nil })
	defer end()
	u := f.User(annaID)
	for b.Loop() {
		u.Say("hello")
		<-came
	}
}

// BenchmarkUpdates is one of very many updates, from 2,000 people, by long polling.
func BenchmarkUpdates(b *testing.B) {
	f, a := quiet(b)
	came := make(chan struct{}, 100)
	users := make([]*faketelegram.User, 2000)
	for i := range users {
		users[i] = f.User(int64(5000 + i))
	}
	for i := range b.N {
		users[i%len(users)].Say("hello")
	}
	b.ResetTimer()
	end := run(b, a, func(context.Context, flows.Event) error { came <- struct{}{}; return nil })
	defer end()
	for range b.N {
		<-came
	}
}

// BenchmarkSend is one message with buttons.
func BenchmarkSend(b *testing.B) {
	f, a := quiet(b)
	f.User(annaID).Start("")
	q := say("m", flows.Message{Body: words("How was it?"), Choices: []flows.Choice{{Label: "Good", Action: "x"}, {Label: "Bad", Action: "y"}}, Private: true})
	for b.Loop() {
		if _, err := a.Send(context.Background(), q); err != nil {
			b.Fatal(err)
		}
	}
}
