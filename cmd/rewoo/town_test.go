package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// busy is how many people of a town write at the same time.
const busy = 128

// town is a platform of many people who all do the same thing of an evening, and the clock that they live by. It keeps
// of what they got no more than a person has to look at: the questions that are still open.
type town struct {
	life  *bottest.Life
	clock atomic.Int64 // Unix seconds
	sent  atomic.Int64

	mu     sync.Mutex
	open   map[string][]flows.Message // by user
	inputs map[string]int
	code   string // the last that anybody was shown
}

func openTown(t testing.TB, db *storage.DB, lib *flows.Library, at time.Time) *town {
	tw := &town{open: map[string][]flows.Message{}, inputs: map[string]int{}}
	tw.clock.Store(at.Unix())
	tw.life = bottest.Start(t, bot.Options{
		Store: db, Machine: lib, Adapters: []bot.Adapter{tw}, Manual: true, Now: tw.now,
		Seed: func(id string) flows.Seed { return flows.Seed(sha256.Sum256([]byte("town " + id))) },
	})
	return tw
}

func (tw *town) now() time.Time { return time.Unix(tw.clock.Load(), 0).UTC() }

// Name is the town's platform.
func (tw *town) Name() string { return "town" }

// Run waits for the end: people hand over by themselves.
func (tw *town) Run(ctx context.Context, _ func(context.Context, flows.Event) error) error {
	<-ctx.Done()
	return nil
}

// Send keeps a question until it is closed, and the last pairing code.
func (tw *town) Send(_ context.Context, q flows.Queued) (string, error) {
	m, user := q.Message, q.To.User
	tw.sent.Add(1)
	tw.mu.Lock()
	defer tw.mu.Unlock()
	if c := codeForm.FindString(m.Text()); c != "" {
		tw.code = c
	}
	if m.Op == flows.Show && len(m.Choices) > 0 {
		tw.open[user] = append(tw.open[user], flows.Message{ID: m.ID, Choices: m.Choices})
	}
	if m.Op != flows.Show {
		tw.open[user] = slices.DeleteFunc(tw.open[user], func(o flows.Message) bool { return o.ID == m.On })
	}
	return "", nil
}

// do is what a person writes, or the [Button] of the newest question that they press.
func (tw *town) do(ctx context.Context, user, input string) error {
	tw.mu.Lock()
	tw.inputs[user]++
	ev := flows.Event{ID: fmt.Sprint("town/", user, "/", tw.now().Unix(), "/", tw.inputs[user]), Kind: flows.Said, Text: input}
	ev.From = flows.Address{Platform: "town", User: user, Chat: user}
	open := tw.open[user]
	tw.mu.Unlock()
	if strings.HasPrefix(input, "[") {
		ev.Kind, ev.Text = flows.Pressed, ""
		for _, c := range open[len(open)-1].Choices {
			if "["+c.Label+"]" == input {
				ev.Action = c.Action
			}
		}
		if ev.Action == "" {
			return fmt.Errorf("%s has no button %s but %v", user, input, open[len(open)-1].Choices)
		}
	}
	return tw.life.Handle(ctx, ev)
}

// townsman is where somebody is in their evening.
type townsman struct {
	user     string
	shares   bool
	answered int
}

// next is what a person does with the newest open question; "" when there is none: they open what is closed, read, answer the
// first two questions, pass over the line that may be written after them, and share or keep.
func (tw *town) next(p *townsman, n int) string {
	tw.mu.Lock()
	defer tw.mu.Unlock()
	open := tw.open[p.user]
	if len(open) == 0 {
		return ""
	}
	var labels []string
	for _, c := range open[len(open)-1].Choices {
		if c.Label != "Skip" && c.Label != "Not today" && c.Label != "Enough for today" {
			labels = append(labels, c.Label)
		}
	}
	for _, label := range []string{"Open", "Read now", "Done", map[bool]string{true: "Share", false: "Keep"}[p.shares]} {
		if slices.Contains(labels, label) {
			return "[" + label + "]"
		}
	}
	p.answered++
	switch {
	case len(labels) > 0:
		return "[" + labels[n%len(labels)] + "]"
	case p.answered > 2:
		return "/skip"
	}
	return "A walk, and tea with Mo"
}

// evening lets everybody do what they do until nothing is open any more, and gives how many inputs that took.
func (tw *town) evening(ctx context.Context, people []*townsman, day int) (inputs int, err error) {
	for _, p := range people {
		p.answered = 0
	}
	for range 25 {
		var doing []func() error
		for i, p := range people {
			if what := tw.next(p, i+day); what != "" {
				doing = append(doing, func() error { return tw.do(ctx, p.user, what) })
			}
		}
		if len(doing) == 0 {
			return inputs, nil
		}
		inputs += len(doing)
		if err := atOnce(doing); err != nil {
			return inputs, err
		}
		if err := tw.life.Settle(ctx); err != nil {
			return inputs, err
		}
		tw.clock.Add(20)
	}
	return inputs, fmt.Errorf("the evening never ends: %v", tw.open[people[0].user])
}

// day fires what is due in an evening, lets it happen, and then lets the night and the next day pass. It begins at 20:00
// UTC and ends a minute before that.
func (tw *town) day(ctx context.Context, people []*townsman, day int) (inputs int, err error) {
	began := tw.now()
	for _, after := range []time.Duration{0, 3 * time.Hour, 9 * time.Hour, 16 * time.Hour, 24*time.Hour - time.Minute} {
		tw.clock.Store(began.Add(after).Unix())
		if _, err := tw.life.Fire(ctx, tw.now()); err != nil {
			return inputs, err
		}
		if err := tw.life.Settle(ctx); err != nil {
			return inputs, err
		}
		if after == 0 {
			if inputs, err = tw.evening(ctx, people, day); err != nil {
				return inputs, err
			}
		}
	}
	tw.clock.Store(began.Add(24 * time.Hour).Unix())
	return inputs, nil
}

// atOnce does what a crowd does: many things at a time, and no more than busy.
func atOnce(all []func() error) error {
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	next := make(chan func() error)
	for range min(busy, len(all)) {
		wg.Go(func() {
			for f := range next {
				if err := f(); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	for _, f := range all {
		next <- f
	}
	close(next)
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// moveCouples brings the couples of these numbers in.
func moveCouples(b *testing.B, db *storage.DB, from, to int, couple func(u int) flows.State) {
	b.Helper()
	var all []func() error
	for u := from; u < to; u++ {
		all = append(all, func() error {
			s := couple(u)
			ev := flows.Event{ID: fmt.Sprint("copy/", u), Kind: flows.Said, From: s.People[0].Addr, At: firstEvening}
			_, err := db.Step(b.Context(), ev, moveIn{s})
			return err
		})
	}
	if err := atOnce(all); err != nil {
		b.Fatal(err)
	}
}
