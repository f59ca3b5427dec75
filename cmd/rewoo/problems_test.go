package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
)

// patient is a bot on two platforms, in a process of its own, to which the problems of docs/operate.md happen.
type patient struct {
	*wire
	*child
	rival func() // ends another process that polls
}

const (
	telegramHere = "telegram"
	discordHere  = "discord"
)

// problem is one line of the document's table.
type problem struct {
	quote  string // as the document has it
	more   string // in the configuration of Telegram
	at     string // the platform that it happens to
	cause  func(*patient)
	status string             // what rewoo status says besides, if not the quotation
	tries  func(*patient) int // how often it met the problem; nil: once, and then it waits
	most   int                // lines of it in the log; 0: one
	mend   func(*patient)
	again  bool // it has to be started again then
	early  bool // it happens before the bot is connected
}

var problems = []problem{
	{quote: "Telegram refuses the bot's token", at: telegramHere, again: true,
		cause: func(p *patient) {
			p.tg.Fail(faketelegram.Fault{Method: "getUpdates", Times: -1, Status: 401, Text: "Unauthorized"})
			p.tg.Fail(faketelegram.Fault{Method: "getMe", Times: -1, Status: 401, Text: "Unauthorized"})
			p.tg.User(99).Say("so that the poll under way ends")
		},
		mend: func(p *patient) { p.tg.Mend() }},
	{quote: "another process fetches this bot's updates (409)", at: telegramHere,
		cause: func(p *patient) { p.rival = rival(p.wire) },
		tries: func(p *patient) int {
			return count(p.tg.Requests("getUpdates"), func(r faketelegram.Request) bool { return r.Code == 409 })
		},
		mend: func(p *patient) { p.rival() }},
	{quote: "Telegram is out of reach", at: telegramHere,
		cause: func(p *patient) {
			p.tg.Fail(faketelegram.Fault{Method: "getUpdates", Times: -1, Cut: true})
			p.tg.User(99).Say("so that the poll under way ends")
		},
		tries: func(p *patient) int { return p.tg.Calls("getUpdates") - 1 },
		mend:  func(p *patient) { p.tg.Mend() }},
	{quote: "Telegram does not take webhook.url", at: telegramHere, again: true, early: true,
		more: ", webhook: { listen: LISTEN, url: \"https://bot.example.org/telegram\", secret_file: w }",
		cause: func(p *patient) {
			p.tg.Fail(faketelegram.Fault{Method: "setWebhook", Times: -1, Status: 400, Text: "Bad Request: bad webhook"})
		},
		mend: func(p *patient) { p.tg.Mend() }},
	{quote: "cannot listen on", at: telegramHere, again: true, early: true,
		more:  ", webhook: { listen: LISTEN, url: \"https://bot.example.org/telegram\", secret_file: w }",
		cause: func(p *patient) { p.rival = taken(p.wire) },
		mend:  func(p *patient) { p.rival() }},
	{quote: "Discord refused the token", at: discordHere, again: true, early: true, cause: closing(4004), mend: closingNoMore},
	{quote: "Discord does not allow the intents", at: discordHere, again: true, early: true, cause: closing(4014), mend: closingNoMore},
	{quote: "Discord wants this bot to be sharded", at: discordHere, again: true, early: true, cause: closing(4011), mend: closingNoMore},
	{quote: "Discord no longer speaks this version of its gateway", at: discordHere, again: true, early: true, cause: closing(4012), mend: closingNoMore},
	{quote: "IDENTIFYs are left", at: discordHere,
		cause: func(p *patient) {
			p.dc.Gateway().Starts(120, time.Second)
			p.dc.Gateway().Close(4009)
		},
		tries: func(p *patient) int {
			return count(p.dc.Requests(), func(r fakediscord.Request) bool { return strings.HasSuffix(r.Path, "/gateway/bot") }) - 1
		},
		mend: func(p *patient) { p.dc.Gateway().Starts(900, time.Hour) }},
	{quote: "Discord is out of reach", at: discordHere, again: true, early: true,
		cause: func(p *patient) {
			p.dc.Fail(func(fakediscord.Request) *fakediscord.Failure { return &fakediscord.Failure{Cut: true} })
		},
		mend: func(p *patient) { p.dc.Fail(nil) }},
	{quote: "the gateway connection ended", at: discordHere,
		cause: func(p *patient) {
			p.dc.Gateway().Down(1000)
			p.dc.Gateway().Cut()
		},
		most: 2, // the connection broke; it could not be had again
		tries: func(p *patient) int {
			return strings.Count(p.out.String(), "level=DEBUG msg=\"the gateway connection ended") + 2
		},
		mend: func(p *patient) { p.dc.Gateway().Down(0) }},
	{quote: "dropped a message that the platform does not take", at: "",
		status: "telegram: failed sends: 1 invalid (400)",
		cause: func(p *patient) {
			p.tg.Fail(faketelegram.Fault{Method: "sendMessage", Status: 400, Text: "Bad Request: on purpose"})
			p.tg.User(5).Say("/help")
		},
		mend: func(p *patient) {}},
	{quote: "another process has the database open", at: "", status: "connected for",
		cause: func(p *patient) {
			second := spawn(p.wire, filepath.Dir(p.file), "exec rewoo serve --config rewoo.yaml")
			if err := second.ended(); err == nil {
				p.wire.Error("a second one runs")
			}
			p.out.Write([]byte(second.out.String()))
		},
		mend: func(p *patient) {}},
}

// elsewhere are lines of the table that no platform can cause; other tests see that they are said.
var elsewhere = []string{"a platform is out of order and will be tried again", "a step broke; its event counts as handled", "time zone data"}

func count[T any](all []T, ok func(T) bool) (n int) {
	for _, x := range all {
		if ok(x) {
			n++
		}
	}
	return n
}

// closing ends the gateway connection with a code, and every new one.
func closing(code int) func(*patient) {
	return func(p *patient) {
		p.dc.Gateway().CloseOnIdentify(1000, code)
		p.dc.Gateway().Close(code)
	}
}

func closingNoMore(p *patient) { p.dc.Gateway().CloseOnIdentify(0, 0) }

// rival polls as another process would, until the function it gives is called.
func rival(w *wire) func() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		for ctx.Err() == nil {
			form := url.Values{"timeout": {"1"}, "offset": {"1"}}
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.tg.URL()+"/bot"+w.tg.Token()+"/getUpdates", strings.NewReader(form.Encode()))
			if err != nil {
				w.Error(err)
				return
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if resp, err := client.Do(req); err == nil {
				resp.Body.Close()
			}
		}
	}()
	stop := func() { cancel(); <-done }
	w.Cleanup(stop)
	return stop
}

// taken keeps the address of the webhook for another program.
func taken(w *wire) func() {
	l, err := net.Listen("tcp", listenOf(w))
	if err != nil {
		w.Fatal(err)
	}
	return func() { l.Close() }
}

func listenOf(w *wire) string {
	b, err := os.ReadFile(w.file)
	if err != nil {
		w.Fatal(err)
	}
	_, at, _ := strings.Cut(string(b), "listen: \"")
	at, _, _ = strings.Cut(at, "\"")
	return at
}

// freePort is an address that nobody listens on just now.
func freePort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// newPatient makes a bot that does not run yet.
func newPatient(t *testing.T, pr problem) *patient {
	t.Helper()
	listen := freePort(t)
	p := &patient{wire: newWire(t, faketelegram.Options{Route: proxy{"/telegram": listen}}, fakediscord.Options{}, "")}
	text := fmt.Sprintf("telegram: { token_file: t, api_url: %s%s }\ndiscord: { token_file: d, api_url: %s }\n", p.tg.URL(), strings.ReplaceAll(pr.more, "LISTEN", `"`+listen+`"`), p.dc.URL()) +
		"people: { open_to: named, named: [telegram:5, discord:200000000000000001] }\nlog: { level: debug }\n"
	for name, content := range map[string]string{"rewoo.yaml": text, "w": strings.Repeat("w", 32)} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(p.file), name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() && p.child != nil {
			t.Log(tail(p.out.String(), 3000))
		}
	})
	p.people[telegramHere], p.people[discordHere] = telegramPhone{p.tg.User(5)}, discordPhone{p.dc.User("200000000000000001")}
	return p
}

func (p *patient) spawn() {
	p.child = spawn(p.wire, filepath.Dir(p.file), "exec rewoo serve --config rewoo.yaml")
}

// answers sees that the bot answers on a platform.
func (p *patient) answers(platform string) {
	p.Helper()
	p.do(platform, "/help", "findahelpline.com")
}

func (p *patient) lines(of string) int {
	return count(strings.Split(p.out.String(), "\n"), func(s string) bool { return strings.Contains(s, of) && !strings.Contains(s, "level=DEBUG") })
}

// happens lets the problem happen, and sees that it is said once in the log and in rewoo status, that the other platform goes
// on, and that all is well when it is mended.
func (p *patient) happens(pr problem) {
	if pr.early {
		pr.cause(p)
		p.spawn()
	} else {
		p.spawn()
		p.connected(p.child)
		p.answers(telegramHere)
		p.answers(discordHere)
		pr.cause(p)
	}
	shown := pr.status
	if shown == "" {
		shown = pr.at + ": problem: "
	}
	p.until(pr.quote, func() bool { return p.lines(pr.quote) > 0 })
	p.until("rewoo status shows it", func() bool {
		s := p.status()
		return strings.Contains(s, shown) && (pr.status != "" || strings.Contains(s, pr.quote))
	})
	if pr.tries != nil {
		p.until("it is met again and again", func() bool { return pr.tries(p) >= 3 })
	}
	if n := p.lines(pr.quote); n != max(pr.most, 1) {
		p.Errorf("%q stands %d times in the log:\n%s", pr.quote, n, p.out.String())
	}
	for _, platform := range []string{telegramHere, discordHere} {
		if platform != pr.at {
			p.until(platform+" is connected", func() bool { return strings.Contains(p.status(), "  connected for ") })
			p.answers(platform)
		}
	}
	pr.mend(p)
	if pr.again {
		p.interrupt()
		p.spawn()
	}
	p.connected(p.child)
	p.answers(telegramHere)
	p.answers(discordHere)
	p.interrupt()
}

// Every problem that docs/operate.md lists is provoked.
func TestOperateProblems(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(repo, "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := slices.Clone(elsewhere)
	for _, pr := range problems {
		listed = append(listed, pr.quote)
		if !strings.Contains(string(b), "| `"+pr.quote+"`") {
			t.Errorf("docs/operate.md does not list %q", pr.quote)
		}
	}
	for _, line := range strings.Split(string(b), "\n") {
		if m := quotedLog.FindStringSubmatch(line); m != nil && !slices.Contains(listed, m[1]) {
			t.Errorf("nothing provokes %q", m[1])
		}
	}
	for _, pr := range problems {
		t.Run(pr.quote, func(t *testing.T) {
			t.Parallel()
			newPatient(t, pr).happens(pr)
		})
	}
}

// A token that is refused when the bot starts is a finding of that moment: nothing runs, and what to do is said.
func TestOperateRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	p := newPatient(t, problem{})
	problems[0].cause(p)
	p.spawn()
	if err := p.ended(); err == nil || !strings.Contains(p.out.String(), "rewoo.yaml: telegram: Telegram refuses the bot's token (401); ask BotFather") {
		t.Errorf("%v\n%s", err, p.out.String())
	}
}
