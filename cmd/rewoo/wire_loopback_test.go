package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"rewoo/bot"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/discord"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

// onTelegram is a fake Telegram. hook says whether the bot is pushed what happens, or fetches it.
type onTelegram struct {
	*faketelegram.Server
	front *httptest.Server
	seen  *shows
	hook  bool
}

const firstUser = 10_000

func newTelegram(o faketelegram.Options, hook bool) *onTelegram {
	o.HookConnections = 40 // what Telegram opens at most unless it is told otherwise
	t := &onTelegram{Server: faketelegram.New(o), seen: newShows(), hook: hook}
	t.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.ServeHTTP(w, r)
		if strings.HasSuffix(r.URL.Path, "/sendMessage") {
			t.seen.add()
		}
	}))
	return t
}

func (t *onTelegram) address(n int) flows.Address {
	id := fmt.Sprint(firstUser + n)
	return flows.Address{Platform: telegram.Platform, User: id, Chat: id}
}

func (t *onTelegram) person(n int) handset {
	return telegramPhone{t.User(int64(firstUser + n))}
}

func (t *onTelegram) shows() *shows { return t.seen }

func (t *onTelegram) close() {
	t.Server.Close()
	t.front.CloseClientConnections()
	t.front.Close()
}

func (t *onTelegram) adapter(tb testing.TB, lines bot.Lines) bot.Adapter {
	o := telegram.Options{Token: t.Token(), APIURL: t.front.URL, Lines: lines}
	if t.hook {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		o.Webhook = &telegram.Webhook{Listener: l, URL: "http://" + l.Addr().String() + "/hook", Secret: strings.Repeat("s", 32)}
	}
	a, err := telegram.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// onDiscord is a fake Discord.
type onDiscord struct {
	*fakediscord.Fake
	seen  *shows
	paced bool

	mu    sync.Mutex
	chats map[string]string // by user, of those who wrote
}

func newDiscord(tb testing.TB, paced bool) *onDiscord {
	d := &onDiscord{seen: newShows(), paced: paced, chats: map[string]string{}}
	o := fakediscord.Options{PerSecond: -1, Check: fakediscord.Check{Exchange: d.exchange, Event: d.event}}
	if paced {
		o.PerSecond = 0 // as Discord does it
	}
	var err error
	if d.Fake, err = fakediscord.New(o); err != nil {
		tb.Fatal(err)
	}
	return d
}

func (d *onDiscord) exchange(method, path string, _ []byte, _ int, _ []byte) error {
	if method == http.MethodPost && strings.HasPrefix(path, "/channels/") {
		d.seen.add()
	}
	return nil
}

// event learns who writes where.
func (d *onDiscord) event(_ string, data []byte) error {
	var m struct {
		Channel string `json:"channel_id"`
		Author  struct{ ID string }
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.chats[m.Author.ID] = m.Channel
	return nil
}

func (d *onDiscord) user(n int) string { return fmt.Sprint(200_000_000_000_000_000 + n) }

// address is known, as that of everybody who wrote once.
func (d *onDiscord) address(n int) flows.Address {
	user := d.user(n)
	d.mu.Lock()
	chat := d.chats[user]
	d.mu.Unlock()
	if chat == "" {
		d.User(user).Say("hello") // nobody listens yet
		d.mu.Lock()
		chat = d.chats[user]
		d.mu.Unlock()
	}
	return flows.Address{Platform: discord.Platform, User: user, Chat: chat}
}

func (d *onDiscord) person(n int) handset { return discordPhone{d.User(d.user(n))} }

func (d *onDiscord) shows() *shows { return d.seen }

func (d *onDiscord) close() { d.Close() }

func (d *onDiscord) adapter(tb testing.TB, lines bot.Lines) bot.Adapter {
	o := discord.Options{Token: d.Token(), APIURL: d.URL(), FreeText: true, Lines: lines, PerSecond: -1}
	if d.paced {
		o.PerSecond = 0
	}
	a, err := discord.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// unpaced is an adapter without the limits of its platform.
type unpaced struct{ bot.Adapter }

func (u unpaced) Attach(d bot.Desk) { u.Adapter.(bot.Attacher).Attach(d) }

func (u unpaced) Health() bot.Health { return u.Adapter.(bot.Prober).Health() }
