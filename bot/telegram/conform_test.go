package telegram_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

func TestConforms(t *testing.T) {
	for name, hook := range map[string]bool{"long poll": false, "webhook": true} {
		t.Run(name, func(t *testing.T) {
			bottest.Conform(t, bottest.Harness{
				New: func(t *testing.T) bottest.Platform {
					return platform{fake(t, faketelegram.Options{}), hook}
				},
				Store:  func(*testing.T) bot.Store { return bottest.NewMemStore() },
				People: [2]string{"1001", "1002"},
			})
		})
	}
}

// platform is the fake, with bots on it.
type platform struct {
	*faketelegram.Server
	hook bool
}

func (p platform) Start(t *testing.T, s bottest.Setup) bottest.Running {
	st := &stand{TB: t, fake: p.Server, hook: p.hook}
	st.opt.Log = s.Log
	a := st.build()
	return &running{p, a, bottest.Start(t, bot.Options{Store: s.Store, Machine: s.Machine, Log: s.Log, Adapters: []bot.Adapter{unpaced{a}}})}
}

// unpaced sends as fast as it can: the suite says thirty things to one person.
type unpaced struct{ *telegram.Adapter }

func (unpaced) Pace() bot.Pace { return bot.Pace{} }

type running struct {
	platform
	adapter bot.Adapter
	life    *bottest.Life
}

func (r *running) user(user string) *faketelegram.User {
	id, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		panic(err)
	}
	return r.User(id)
}

func (r *running) Say(user, text string) error {
	if r.user(user).Say(text) == 0 {
		return fmt.Errorf("the bot does not ask for messages")
	}
	return nil
}

func (r *running) Press(user, label string) error { return r.user(user).PressOld(label) }

func (r *running) Received(user string) []string { return r.user(user).Texts() }

func (r *running) Stop() error { return r.life.Stop() }

func (r *running) Done() <-chan struct{} { return r.life.Done() }

func (r *running) FailSend(user string, class bot.Class, n int) bool {
	chat := r.user(user).ID()
	switch class {
	case bot.Transient:
		r.Fail(faketelegram.BadGateway(chat, n))
	case bot.Limited:
		r.Fail(faketelegram.Flood(chat, n, 1))
	case bot.Ambiguous:
		r.Fail(faketelegram.Fault{Chat: chat, Times: n, Cut: true})
	case bot.Stale:
		r.Fail(faketelegram.BadRequest(chat, n, "message to edit not found"))
	case bot.Unchanged:
		r.Fail(faketelegram.BadRequest(chat, n, "message is not modified"))
	case bot.Invalid:
		r.Fail(faketelegram.BadRequest(chat, n, "can't parse entities: "+word))
	case bot.Unreachable:
		r.Fail(faketelegram.Forbidden(chat, n))
	case bot.Fatal:
		r.Fail(faketelegram.Unauthorized(chat, n))
	default:
		return false
	}
	return true
}

// Poison makes an update of unknown shape arrive from user.
func (r *running) Poison(user string) error {
	id := r.user(user).ID()
	r.Raw(fmt.Sprintf(`{"message":{"message_id":{"new":1},"from":{"id":%d,"is_bot":false,"first_name":"A"},"chat":{"id":%d,"type":"private"},"date":1,"text":["`+word+`"]}}`, id, id))
	return nil
}

// Repeat hands over once more what user did last.
func (r *running) Repeat(user string) error { return r.user(user).Repeat() }

// PressLate presses so late that the press cannot be answered.
func (r *running) PressLate(user, label string) error { return r.user(user).PressLate(label) }

// LimitAll makes every send be refused for a while, with a limit for everybody: a third person's is refused first.
func (r *running) LimitAll(after time.Duration) error {
	r.Fail(faketelegram.Flood(0, -1, int((after+time.Second-1)/time.Second)))
	time.AfterFunc(after, r.Mend)
	_, err := r.adapter.Send(context.Background(), flows.Queued{
		To:      flows.Address{Platform: "telegram", User: "9999", Chat: "9999"},
		Message: flows.Message{ID: "decoy", Body: []flows.Block{{Text: "decoy"}}},
	})
	if err == nil {
		return fmt.Errorf("the first send was not refused")
	}
	return nil
}

// The suite looks for these by type assertion.
var _ interface {
	bottest.Running
	bottest.Failer
	Poison(user string) error
	LimitAll(after time.Duration) error
	SlowAck(d time.Duration)
	Repeat(user string) error
	PressLate(user, label string) error
} = (*running)(nil)
