package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/bottest/specs"
)

// wire is two platforms, and a rewoo that serves both. The platforms outlive it.
type wire struct {
	testing.TB
	tg     *faketelegram.Server
	dc     *fakediscord.Fake
	file   string // rewoo.yaml
	data   string
	people map[string]handset
	log    bottest.Log

	ahead atomic.Int64 // of the clock of the world, nanoseconds
	done  chan error
	end   context.CancelFunc
}

// handset is one person with an app.
type handset interface {
	say(text string)               // in the chat
	press(label string) error      // a button
	fill(label, text string) error // a form behind a button, where there are forms
	texts() []string               // of the bot, as far as they can be seen
	buttons() (labels []string)    // that can be pressed
}

type telegramPhone struct{ *faketelegram.User }

func (p telegramPhone) say(text string)           { p.Say(text) }
func (p telegramPhone) press(label string) error  { return p.Press(label) }
func (p telegramPhone) fill(_, text string) error { p.Say(text); return nil }
func (p telegramPhone) texts() []string           { return p.Texts() }
func (p telegramPhone) buttons() (labels []string) {
	for _, m := range p.Messages() {
		for _, row := range m.Buttons {
			for _, b := range row {
				labels = append(labels, b.Text)
			}
		}
	}
	return labels
}

type discordPhone struct{ *fakediscord.Person }

func (p discordPhone) say(text string)           { p.Say(text) }
func (p discordPhone) press(label string) error  { _, err := p.Press(label); return err }
func (p discordPhone) fill(_, text string) error { _, err := p.Write(text); return err }

// texts are shown without the backslashes that keep markdown away.
func (p discordPhone) texts() []string {
	texts := p.Received()
	for i, s := range texts {
		texts[i] = fakediscord.Shown(s)
	}
	return texts
}

func (p discordPhone) buttons() (labels []string) {
	for _, m := range p.Messages() {
		for _, row := range m.Components {
			for _, c := range row.Components {
				labels = append(labels, c.Label)
				for _, o := range c.Options {
					labels = append(labels, o.Label)
				}
			}
		}
	}
	return labels
}

// newWire makes two platforms whose every word is checked, and the configuration of a bot on them; more is put behind it.
func newWire(t testing.TB, tgo faketelegram.Options, dco fakediscord.Options, more string) *wire {
	t.Helper()
	if s := specs.OfTelegram(); s != nil {
		tgo.Check = s.Check
	}
	if s := specs.OfDiscord(); s != nil {
		dco.Check = fakediscord.Check{Exchange: s.Exchange, Event: s.Event}
	}
	dc, err := fakediscord.New(dco)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{TB: t, tg: faketelegram.Start(tgo), dc: dc, people: map[string]handset{}}
	t.Cleanup(func() {
		w.tg.Close()
		w.dc.Close()
		for _, v := range slices.Concat(w.tg.Violations(), w.dc.Violations()) {
			t.Errorf("against the rules of the platform: %s", v)
		}
		for _, secret := range []string{w.tg.Token(), strings.Split(w.tg.Token(), ":")[1], w.dc.Token()} {
			if strings.Contains(w.log.String(), secret) {
				t.Error("a token is in the log")
			}
		}
	})
	w.file, w.data = desk(t, fmt.Sprintf("telegram: { token_file: t, api_url: %s }\ndiscord: { token_file: d, api_url: %s, free_text: true }\n"+
		"log: { level: debug }\n%s\n", w.tg.URL(), w.dc.URL(), more))
	dir := filepath.Dir(w.file)
	for name, token := range map[string]string{"t": w.tg.Token(), "d": w.dc.Token()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// now is the time of the bot.
func (w *wire) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// start serves in this process, with the clock of w.
func (w *wire) start() {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.end, w.done = cancel, make(chan error, 1)
	p := realParts
	p.options = func(o bot.Options) bot.Options {
		o = realParts.options(o)
		o.Now = w.now
		return o
	}
	go func() { w.done <- serve(ctx, serveOptions{config: w.file}, p, &w.log, &w.log) }()
	w.Cleanup(cancel)
	w.until("both platforms are connected", func() bool {
		var got statusReport
		if askAdmin(ctx, w.data, "/status", &got) != nil {
			return false
		}
		return platformOf(got.Bot, "telegram").Health.Connected && platformOf(got.Bot, "discord").Health.Connected
	})
}

// stop ends it as a signal does.
func (w *wire) stop() {
	w.Helper()
	w.end()
	select {
	case err := <-w.done:
		if err != nil {
			w.Errorf("serve ended with: %v", err)
		}
	case <-time.After(20 * time.Second):
		w.Fatal("serve does not end")
	}
}

// until waits for something that should be quick.
func (w *wire) until(what string, ok func() bool) {
	w.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(3 * time.Millisecond) {
		if time.Now().After(end) {
			for name, p := range w.people {
				texts := p.texts()
				w.Logf("%s sees last: %q", name, texts[max(0, len(texts)-3):])
			}
			w.Fatalf("not after 30 s: %s\n%s", what, tail(w.log.String(), 2000))
		}
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// do lets a person write, press a [Button] or fill the form behind a "Write" button, and waits for what is wanted of the
// bot's words among what is new then.
func (w *wire) do(who, input, want string) {
	w.Helper()
	p := w.people[who]
	before := len(p.texts())
	switch label, press := strings.CutPrefix(input, "["); {
	case press:
		label = strings.TrimSuffix(label, "]")
		w.until(fmt.Sprintf("%s has a button %q", who, label), func() bool { return slices.Contains(p.buttons(), label) })
		if err := p.press(label); err != nil {
			w.Fatalf("%s presses %q: %v", who, label, err)
		}
	case strings.HasPrefix(input, "/"):
		p.say(input)
	default:
		w.until(who+" can write", func() bool { _, forms := p.(discordPhone); return !forms || slices.Contains(p.buttons(), "Write") })
		if err := p.fill("Write", input); err != nil {
			w.Fatalf("%s fills in %q: %v", who, input, err)
		}
	}
	w.sees(who, before, want)
}

// sees waits until one of the texts behind the first few holds want.
func (w *wire) sees(who string, before int, want string) {
	w.Helper()
	w.until(fmt.Sprintf("%s sees %q", who, want), func() bool {
		texts := w.people[who].texts()
		return slices.ContainsFunc(texts[min(before, len(texts)):], func(s string) bool { return strings.Contains(s, want) })
	})
}

// pass lets time go by for the bot. Its timers look at the clock when anything happens.
func (w *wire) pass(d time.Duration) {
	w.ahead.Add(int64(d))
	w.tg.User(99).Say("tick")
}

// reconfigure changes rewoo.yaml before start.
func (w *wire) reconfigure(from, to string) {
	w.Helper()
	b, err := os.ReadFile(w.file)
	if err != nil || !strings.Contains(string(b), from) {
		w.Fatalf("%s has no %q: %v", w.file, from, err)
	}
	if err := os.WriteFile(w.file, []byte(strings.ReplaceAll(string(b), from, to)), 0o600); err != nil {
		w.Fatal(err)
	}
}
