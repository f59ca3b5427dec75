package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/config"
	"rewoo/flows"
	"rewoo/storage"
)

const (
	testTelegram = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
	testDiscord  = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
)

// desk is a folder as rewoo init leaves it, with tokens. It lies where its socket has a short path.
func desk(t testing.TB, text string) (file, data string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "rw")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	data = filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"rewoo.yaml": text, "t": testTelegram + "\n", "d": testDiscord} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "rewoo.yaml"), data
}

const both = `
telegram: { token_file: t }
discord: { token_file: d, free_text: true }
people: { open_to: named, named: [telegram:5] }
operator: telegram:5
log: { level: debug, format: json }
`

// platform is a platform in memory that knows its bot.
type platform struct {
	*bottest.Memory
	running chan struct{}
	ending  func() // called when Run is told to end
	me      func() (identity, error)
}

func newPlatform(name string) *platform {
	return &platform{Memory: bottest.NewMemory(name), running: make(chan struct{}), ending: func() {},
		me: func() (identity, error) { return identity{Shown: "@" + name + "_bot", User: name + "_bot"}, nil }}
}

func (p *platform) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	close(p.running)
	err := p.Memory.Run(ctx, handle)
	p.ending()
	return err
}

func (p *platform) Health() bot.Health {
	return bot.Health{Connected: true, Since: time.Now().Add(-time.Hour), Name: "health_" + p.Name(), Notes: []string{"812 of 1000 IDENTIFYs left"}}
}

// testParts serves with platforms in memory.
func testParts(telegram, discord *platform) parts {
	make := func(p *platform) func(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error) {
		return func(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error) { return p, nil }
	}
	return parts{
		telegram: make(telegram), discord: make(discord),
		identify: func(_ context.Context, a bot.Adapter) (identity, error) { return a.(*platform).me() },
		gate:     func(_ *config.Config, _ *flows.Library, m flows.Machine) flows.Machine { return m },
		options:  func(o bot.Options) bot.Options { return o },
		status: func(context.Context, *bot.Bot) (bot.Status, error) {
			h := telegram.Health()
			return bot.Status{Platforms: []bot.PlatformStatus{{Name: "telegram", Health: &h, Problem: "a second bot polls (409)\x1b[2J; stop it", Replies: 2, Cards: 1, BackingOff: 1,
				Failures: []bot.Failures{{Class: bot.Transient, Code: "502", Count: 3, Last: time.Now().Add(-time.Minute)}}}}, Overdue: 4}, nil
		},
	}
}

// The whole life: it says what it is connected to, answers rewoo status, carries a message, and ends when told to, the
// database last.
func TestServe(t *testing.T) {
	defer goleak.VerifyNone(t)
	file, data := desk(t, both)
	tg, dc := newPlatform("telegram"), newPlatform("discord")
	var held atomic.Bool
	tg.ending = func() {
		_, err := storage.Open(filepath.Join(data, dbName), storage.Options{LockTimeout: 50 * time.Millisecond})
		_, serr := os.Lstat(socketPath(data))
		held.Store(err != nil && serr == nil)
	}
	var stdout, stderr bottest.Log
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	p := testParts(tg, dc)
	inStatus, slow := make(chan struct{}), make(chan struct{})
	plain := p.status
	p.status = func(ctx context.Context, b *bot.Bot) (bot.Status, error) {
		select {
		case <-slow:
			close(inStatus)
			time.Sleep(200 * time.Millisecond)
			if _, err := storage.Open(filepath.Join(data, dbName), storage.Options{LockTimeout: 10 * time.Millisecond}); err == nil {
				t.Error("the database was closed while somebody was being answered")
			}
		default:
		}
		return plain(ctx, b)
	}
	go func() { done <- serve(ctx, serveOptions{config: file}, p, &stdout, &stderr) }()
	<-tg.running
	<-dc.running

	info, err := os.Lstat(socketPath(data))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket: %v %v", info, err)
	}
	tg.Say("7", "/start")
	for range 200 {
		if len(tg.Got("7")) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if len(tg.Got("7")) == 0 {
		t.Fatal("no answer came")
	}

	var table, asJSON, none bytes.Buffer
	if err := status(t.Context(), file, false, &table, &none); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"telegram  @telegram_bot  long poll  connected for 1h 0m  3           3\n", "discord   @discord_bot   gateway    unknown",
		`telegram: problem: a second bot polls (409)\u001b[2J; stop it`, "telegram: 812 of 1000 IDENTIFYs left", "telegram: 2 replies, 1 cards and 0 by the clock wait",
		"telegram: failed sends: 3 transient (502), the last 1m ago", "\nzone data  ", "\noperator   an account on telegram\n", "\ntimers     4 overdue, none\n"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("rewoo status lacks %q:\n%s", want, table.String())
		}
	}
	if err := status(t.Context(), file, true, &asJSON, &none); err != nil || !json.Valid(asJSON.Bytes()) || !strings.Contains(asJSON.String(), `"overdue": 4`) {
		t.Errorf("%v\n%s", err, asJSON.String())
	}

	// A second one is told that the data is in use; a check says who uses it.
	var second bottest.Log
	if err := serve(t.Context(), serveOptions{config: file}, testParts(newPlatform("telegram"), newPlatform("discord")), &second, &second); !errors.Is(err, errFindings) ||
		!strings.Contains(second.String(), "another process has the database open") {
		t.Errorf("%v %s", err, second.String())
	}
	var checked bottest.Log
	if err := serve(t.Context(), serveOptions{config: file, check: true}, p, &checked, &checked); err != nil || !strings.Contains(checked.String(), "a bot runs on this data") {
		t.Errorf("%v %s", err, checked.String())
	}
	if err := status(t.Context(), file, true, &asJSON, &none); err != nil {
		t.Errorf("the second one took the socket away: %v", err)
	}

	close(slow)
	asked := make(chan error, 1)
	go func() { asked <- status(context.Background(), file, true, &bytes.Buffer{}, &none) }()
	<-inStatus
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := <-asked; err != nil {
		t.Errorf("who was being answered got no answer: %v", err)
	}
	if !held.Load() {
		t.Error("database or socket were gone before the platforms had ended")
	}
	if _, err := os.Lstat(socketPath(data)); err == nil {
		t.Error("the socket is still there")
	}
	db, err := storage.Open(filepath.Join(data, dbName), storage.Options{LockTimeout: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	for _, want := range []string{`"msg":"the bot is known","platform":"telegram","bot":"@telegram_bot","how":"long poll"`, `"msg":"the bot is known","platform":"discord"`,
		`"open_to":"named","named":1,"operator":"an account on telegram"`, "rule 16", `"msg":"time zone data"`, `"msg":"stopped"`} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, stderr.String())
		}
	}
	if all := stdout.String() + stderr.String() + table.String() + asJSON.String(); strings.Contains(all, testTelegram) || strings.Contains(all, testDiscord) || strings.Contains(all, "telegram:5") {
		t.Error("a token or an account is in the output")
	}
}

// All that is wrong comes out at once: configuration, conversations, data, tokens. Nothing is made and nothing is asked.
func TestServeFindsAllAtOnce(t *testing.T) {
	file, data := desk(t, "telegram: { token_file: t }\ndiscord: { token_file: no, fre_text: true }\npeople: { open_to: anyone }\nflows: mine\n")
	dir := filepath.Dir(file)
	const canary = "kanarienvogel"
	flow := "flow: one\nversion: 1\ntitle: One\nwho: one\nstart: { command: one }\nsteps:\n  first: { sya: \"Hello\", end: done }\n"
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "mine"), 0o700), os.WriteFile(filepath.Join(dir, "mine", "one.yaml"), []byte(flow), 0o600),
		os.WriteFile(filepath.Join(dir, "t"), []byte("12345:"+canary+"\n"), 0o600), os.WriteFile(filepath.Join(data, dbName), nil, 0o600),
		os.WriteFile(socketPath(data), []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	p := testParts(newPlatform("telegram"), newPlatform("discord"))
	p.identify = func(context.Context, bot.Adapter) (identity, error) {
		t.Error("a platform was asked")
		return identity{}, nil
	}
	for _, check := range []bool{true, false} {
		var out bottest.Log
		if err := serve(t.Context(), serveOptions{config: file, check: check}, p, &out, &out); !errors.Is(err, errFindings) {
			t.Fatal(err)
		}
		for _, want := range []string{":1:25: telegram.token_file: ", ":2:24: discord.token_file: ", `:2:28: discord has no key "fre_text"; did you mean "free_text"?`, "one.yaml:7:", "the file is empty",
			"this is no socket of rewoo's", "\n6 findings\n"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("not found: %q in\n%s", want, out.String())
			}
		}
		if strings.Contains(out.String(), canary) {
			t.Errorf("what is in the token file was shown:\n%s", out.String())
		}
	}
}

func TestServeCheckChangesNothing(t *testing.T) {
	file, data := desk(t, both)
	p := testParts(newPlatform("telegram"), newPlatform("discord"))
	p.identify = func(context.Context, bot.Adapter) (identity, error) {
		t.Error("a platform was asked")
		return identity{}, nil
	}
	for range 2 {
		var out bottest.Log
		if err := serve(t.Context(), serveOptions{config: file, check: true}, p, &out, &out); err != nil || !strings.Contains(out.String(), "fine: ") || !strings.Contains(out.String(), "rule 16") {
			t.Fatalf("%v %s", err, out.String())
		}
		if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
			t.Fatalf("%v %v", left, err)
		}
	}
}

// A refused token is a finding, with nothing started. A platform out of reach is not: it is asked again until it says who the
// bot is, and then invitations are links.
func TestServeMeetsPlatforms(t *testing.T) {
	file, _ := desk(t, both)
	tg, dc := newPlatform("telegram"), newPlatform("discord")
	tg.me = func() (identity, error) {
		return identity{}, &bot.PlatformError{Code: "401", Problem: "Telegram refuses the token", Hint: "make a new one with BotFather"}
	}
	dc.me = func() (identity, error) { return identity{}, errors.New("dial https://x/bot" + testTelegram) }
	var out bottest.Log
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := serve(ctx, serveOptions{config: file}, testParts(tg, dc), &out, &out)
	if !errors.Is(err, errFindings) || !strings.Contains(out.String(), "telegram: Telegram refuses the token (401); make a new one with BotFather") ||
		!strings.Contains(out.String(), `"out of reach; starting all the same, and trying again","platform":"discord"`) || strings.Contains(out.String(), testTelegram) {
		t.Errorf("%v\n%s", err, out.String())
	}
	select {
	case <-tg.running:
		t.Error("it was started")
	default:
	}
}

func TestLearnsWhoItIs(t *testing.T) {
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		tg := newPlatform("telegram")
		asked := 0
		tg.me = func() (identity, error) {
			if asked++; asked < 4 {
				return identity{}, errors.New("not yet")
			}
			return identity{Shown: "@x_bot", User: "x_bot"}, nil
		}
		var out bottest.Log
		r := &ready{parts: testParts(tg, tg), log: newLog(&out, config.Log{}), lib: lib, cfg: &config.Config{Telegram: &config.Telegram{}},
			conns: []*connection{{platform: "telegram", adapter: tg}}}
		where := newPlace(lib)
		begin := time.Now()
		again := &reloader{where: where, lib: lib, setup: r.setup}
		r.learn(t.Context(), again)
		if asked != 4 || time.Since(begin) != (5+10+20+40)*time.Second || r.setup().InviteLink != "https://t.me/x_bot?start=" || where.lib.Load() == lib || !strings.Contains(out.String(), "bot=@x_bot") {
			t.Errorf("%d %v %s", asked, time.Since(begin), out.String())
		}
		r.conns[0].who = identity{}
		tg.me = func() (identity, error) { return identity{}, errors.New("never") }
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		r.learn(ctx, again) // ends with ctx
	})
}

// What libraries print by themselves, and what an adapter's error holds, is not shown.
func TestLibrariesAreHushed(t *testing.T) {
	file, _ := desk(t, both)
	tg, dc := newPlatform("telegram"), newPlatform("discord")
	const canary = "kanarienvogel"
	tg.me = func() (identity, error) {
		log.Printf("request failed: %s", canary)
		slog.Default().Error(canary)
		return identity{}, fmt.Errorf("%s", canary)
	}
	var out bottest.Log
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	before := log.Writer()
	go func() { done <- serve(ctx, serveOptions{config: file}, testParts(tg, dc), &out, &out) }()
	<-tg.running
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), canary) || !strings.Contains(out.String(), "a library printed something") {
		t.Error(out.String())
	}
	if log.Writer() != before {
		t.Error("the standard logger was not put back")
	}
}
