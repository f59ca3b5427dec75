package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/faketelegram"
)

// desk notes when it hears of us.
type desk struct {
	bot.Desk
	mu    sync.Mutex
	heard int
	err   error
	when  func()
}

func (d *desk) Online(_ context.Context, platform string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if platform == "telegram" {
		d.heard++
	}
	if d.when != nil {
		d.when()
	}
	return d.err
}

func (d *desk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard
}

// The desk hears of us when all that waited is handled, not before, and again after an outage.
func TestOnline(t *testing.T) {
	for _, hook := range []bool{false, true} {
		t.Run(fmt.Sprint(hook), func(t *testing.T) {
			s := newStand(t, faketelegram.Options{})
			s.hook = hook
			u := s.fake.User(annaID)
			for _, text := range numbered(150) {
				u.Say(text)
			}
			a, b, d := s.build(), &book{}, &desk{}
			d.when = func() {
				if n := len(b.texts()); n < 150 {
					t.Errorf("online with %d of 150 handled", n)
				}
			}
			a.Attach(d)
			run(t, a, b.handle)
			until(t, "the desk hears", func() bool { return d.count() == 1 })
			if hook {
				return
			}
			s.fake.Fail(faketelegram.Fault{Method: "getUpdates", Times: 2, Status: 502, HTML: true})
			u.Say("more")
			u.Say("and more")
			until(t, "the desk hears again", func() bool { return d.count() == 2 })
		})
	}
}

// A desk that fails has lost its store.
func TestOnlineFails(t *testing.T) {
	for _, hook := range []bool{false, true} {
		s := newStand(t, faketelegram.Options{})
		s.hook = hook
		a := s.build()
		a.Attach(&desk{err: errDisk})
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Run(ctx, (&book{}).handle); !errors.Is(err, errDisk) {
			t.Errorf("Run ended with: %v", err)
		}
	}
}
