package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// stack is one life: a file, a bot, two platforms, and a clock that stands still.
type stack struct {
	t     *testing.T
	path  string
	salt  string
	forms bool // words are written into forms
	clock *bottest.Clock
	phone *phone         // of a and b
	far   *phone         // of a2, a further account of a
	at    flows.Platform // what it lets people do
	log   *bottest.Log
	n     map[string]int
	db    *storage.DB
	bot   *bot.Bot
	stop  func()
}

func openStack(t *testing.T, salt string, start time.Time) *stack {
	l := &stack{t: t, path: filepath.Join(t.TempDir(), dbName), salt: salt, clock: &bottest.Clock{}, log: &bottest.Log{}, n: map[string]int{}}
	l.clock.Set(start)
	l.phone, l.far = newPhone("stack", l.clock.Now), newPhone("far", l.clock.Now)
	l.open()
	l.run()
	return l
}

func (l *stack) open() {
	lg := slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	db, err := storage.Open(l.path, storage.Options{Log: lg, NoSync: true})
	l.must(err)
	lib, err := wholeLibrary()
	l.must(err)
	lib = lib.With(flows.Setup{Platforms: map[string]flows.Platform{"stack": {Forms: l.forms}, "far": l.at}})
	l.db = db
	l.bot = bot.New(bot.Options{
		Store: db, Machine: lib, Adapters: []bot.Adapter{l.phone, l.far}, Manual: true, Now: l.clock.Now, Log: lg,
		Seed:  func(id string) flows.Seed { return flows.Seed(sha256.Sum256([]byte(l.salt + id))) },
		Flood: &bot.Flood{PerSecond: 50, Burst: 300},
	})
}

var wholeLibrary = sync.OnceValues(flows.LoadShipped)

func (l *stack) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.bot.Run(ctx) }()
	l.stop = func() {
		cancel()
		l.must(<-done)
	}
}

func (l *stack) end() {
	l.stop()
	l.must(l.db.Close())
}

// crash lets something be committed that is not delivered any more, and starts anew.
func (l *stack) crash(under func()) {
	l.stop()
	under()
	l.must(l.db.Close())
	l.open()
	l.run()
	l.settle()
}

func (l *stack) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// settle waits for delivery; in the middle of a crash there is none.
func (l *stack) settle() {
	if err := l.bot.Settle(context.Background()); err != bot.ErrStopped {
		l.must(err)
	}
}

// act is one input, and what comes of it. A button that is not there is left alone.
func (l *stack) act(who, what, id string) {
	l.t.Helper()
	if id == "" {
		l.n[who]++
		id = fmt.Sprintf("stack/%s/%d", who, l.n[who])
	}
	ev := flows.Event{ID: id, Kind: flows.Said, From: l.from(who), Text: what}
	ph := l.of(who)
	ph.mu.Lock()
	ph.blocked[who] = what == "block"
	ph.mu.Unlock()
	switch {
	case what == "" || what == "block":
		return
	case what == "flood":
		l.flood(ev)
		return
	case what == "gap":
		ev.Kind, ev.Text, ev.Since = flows.Away, "", l.clock.Now()
	case strings.HasPrefix(what, "fill "):
		s := ph.form(who)
		if s == nil {
			return
		}
		ev.Kind, ev.Text, ev.Action = flows.Filled, what[5:], s.m.Form.Action
	case strings.HasPrefix(what, "["):
		label := strings.Trim(what, "[]")
		s := ph.button(who, label)
		if s == nil {
			return
		}
		i := slices.IndexFunc(s.m.Choices, func(c flows.Choice) bool { return c.Label == label })
		ev.Kind, ev.Text, ev.Action = flows.Pressed, "", s.m.Choices[i].Action
	}
	l.must(l.bot.Handle(context.Background(), ev))
	l.settle()
}

// choice is something that who can do: mostly a button that stands in the chat.
func (l *stack) choice(r *rand.Rand, who string, open bool) string {
	var labels []string
	ph := l.of(who)
	ph.mu.Lock()
	for _, s := range ph.shown[who] {
		for _, c := range s.m.Choices {
			if !s.closed && (open || !openLabels[c.Label]) {
				labels = append(labels, "["+c.Label+"]")
			}
		}
	}
	ph.mu.Unlock()
	if len(labels) > 0 && r.IntN(3) > 0 {
		return labels[r.IntN(len(labels))]
	}
	return quietWords[r.IntN(len(quietWords))]
}

// forward moves the clock from one due row to the next.
func (l *stack) forward(by time.Duration) {
	target := l.clock.Now().Add(by)
	for {
		next, ok, err := l.bot.NextDue(context.Background())
		l.must(err)
		if !ok || next.After(target) {
			break
		}
		l.clock.Set(next)
		_, err = l.bot.Fire(context.Background(), l.clock.Now())
		l.must(err)
		l.settle()
	}
	l.clock.Set(target)
	l.settle()
}

// gap moves the clock while nothing of anybody comes in; then the platform is back.
func (l *stack) gap(by time.Duration) {
	since := l.clock.Now()
	l.forward(by)
	for _, who := range []string{"a", "b"} {
		l.n[who]++
		l.must(l.bot.Handle(context.Background(), flows.Event{ID: fmt.Sprintf("stack/%s/%d", who, l.n[who]), Kind: flows.Away,
			From: l.from(who), Since: since}))
		l.settle()
	}
}

// couple makes one of a and b.
func (l *stack) couple(roles []string) {
	for i, who := range []string{"a", "b"} {
		for _, what := range []string{"/start", "[Go on]", "[I agree]", "[I am 18 or over]", "[Continue]", "Name " + who, "Berlin", "[Yes]",
			[]string{"20:00", "20:30"}[i], "[That suits me]", "[" + roles[i] + "]"} {
			l.act(who, what, "")
		}
	}
	l.act("a", "[Make a code]", "")
	l.act("b", "[I have a code]", "")
	l.act("b", l.code("a"), "")
	l.act("a", "[Go on together]", "")
	l.act("b", "[Go on together]", "")
	if !l.phone.got("b", "You are connected") {
		l.t.Fatal("no couple came of it")
	}
}

// logAbout are the lines of the log in which who is named, by event, id or message: what the bot was given and then what it
// sent, as the two are written side by side.
func (l *stack) logAbout(who string) string {
	id, _, _ := strings.Cut(l.phone.shown[who][0].m.ID, ".")
	var given, did []string
	for line := range strings.Lines(l.log.String()) {
		switch {
		case !strings.Contains(line, id) && !strings.Contains(line, "stack/"+who+"/"):
		case strings.Contains(line, "msg=handled"):
			given = append(given, line)
		default:
			did = append(did, line)
		}
	}
	return strings.Join(append(given, did...), "")
}
