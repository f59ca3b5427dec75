package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
)

// child is a rewoo serve in a process of its own, as somebody starts it on a terminal.
type child struct {
	t    testing.TB
	cmd  *exec.Cmd
	out  bottest.Log
	done chan struct{} // closed when it has ended
	err  error         // how; not before
}

// spawn runs a line of a shell in dir and leaves it running.
func spawn(t testing.TB, dir string, line string) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command("sh", "-eu", "-c", line), done: make(chan struct{})}
	c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = dir, &c.out, &c.out
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { c.err = c.cmd.Wait(); close(c.done) }()
	t.Cleanup(func() {
		if c.runs() {
			syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		}
		<-c.done
	})
	return c
}

// ended waits for its end, and gives how it was.
func (c *child) ended() error {
	<-c.done
	return c.err
}

// runs tells whether it is still there.
func (c *child) runs() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// interrupt is Ctrl-C: everything that runs on the terminal gets it. It has to end well.
func (c *child) interrupt() {
	c.t.Helper()
	if !c.runs() {
		c.t.Fatalf("it ended by itself: %v\n%s", c.err, c.out.String())
	}
	if err := syscall.Kill(-c.cmd.Process.Pid, syscall.SIGINT); err != nil {
		c.t.Fatal(err)
	}
	select {
	case <-c.done:
		if c.err != nil || !strings.Contains(c.out.String(), "msg=stopped") {
			c.t.Fatalf("after Ctrl-C: %v\n%s", c.err, c.out.String())
		}
	case <-time.After(15 * time.Second):
		c.t.Fatalf("Ctrl-C does not end it:\n%s", c.out.String())
	}
}

// proxy is the reverse proxy of docs/operate.md: what comes to one of its locations goes on to where its configuration says.
type proxy map[string]string

func (p proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	to, ok := p[r.URL.Path]
	if !ok || r.URL.Scheme != "https" || r.URL.Host != "bot.example.org" {
		return nil, fmt.Errorf("the proxy has nothing at %s", r.URL)
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", to
	return (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
}

var (
	nginxPlace = regexp.MustCompile(`location = (/\w+) *\{ proxy_pass http://(\S+); \}`)
	caddyPlace = regexp.MustCompile(`handle (/\w+) \{\s+reverse_proxy (\S+)\s`)
)

// places reads a proxy's configuration.
func places(re *regexp.Regexp, text string) proxy {
	p := proxy{}
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		p[m[1]] = m[2]
	}
	return p
}

// follower does what docs/operate.md says, in a folder of its own, with fakes in place of the platforms.
type follower struct {
	*wire
	dir    string
	blocks []block
	ports  map[string]string // of the document, where they are taken here: others
	proxy  proxy
	public ed25519.PublicKey // of the application
	sign   ed25519.PrivateKey
}

func newFollower(t *testing.T) *follower {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{blocks: operateBlocks(t), ports: map[string]string{}, public: public, sign: private}
	for _, b := range f.blocks {
		switch b.kind {
		case "nginx":
			f.proxy = places(nginxPlace, b.text)
		case "caddy":
			if got := places(caddyPlace, b.text); fmt.Sprint(got) != fmt.Sprint(f.proxy) || len(got) != 2 {
				t.Errorf("docs/operate.md:%d: Caddy hands on %v and nginx %v", b.line, got, f.proxy)
			}
		}
	}
	for path, to := range f.proxy {
		l, err := net.Listen("tcp", to)
		if err != nil {
			if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s is taken here; %s in its place", to, l.Addr())
			f.ports[to], f.proxy[path] = l.Addr().String(), l.Addr().String()
		}
		l.Close()
	}
	f.wire = newWire(t, faketelegram.Options{Route: f.proxy}, fakediscord.Options{Route: f.proxy}, "")
	f.dir = filepath.Dir(f.file) // where the fakes' tokens lie; nothing else of it is used
	editor := "#!/bin/sh\ncase $1 in *telegram*) cat " + f.dir + "/t > $1 ;; *) cat " + f.dir + "/d > $1 ;; esac\n"
	if err := os.WriteFile(filepath.Join(f.dir, "editor"), []byte(editor), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EDITOR", filepath.Join(f.dir, "editor"))
	t.Setenv("HOME", f.dir)
	f.file, f.data = filepath.Join(f.dir, "bot", "rewoo.yaml"), filepath.Join(f.dir, "bot", "data")
	return f
}

// each gives the commands that are marked so, and sees that there are some.
func (f *follower) each(how string, do func(b block)) {
	f.Helper()
	n := 0
	for _, b := range f.blocks {
		if b.kind == "sh" && b.how == how {
			do(b)
			n++
		}
	}
	if n == 0 {
		f.Fatalf("docs/operate.md has no commands marked %q", how)
	}
}

// run runs commands to their end, and gives what they print.
func (f *follower) run(b block) string {
	f.Helper()
	cmd := exec.Command("sh", "-eu", "-c", b.text)
	cmd.Dir = f.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		f.Fatalf("docs/operate.md:%d: %v\n%s\n%s", b.line, err, b.text, out)
	}
	return string(out)
}

// edit puts the fakes' addresses into rewoo.yaml, and in place of a section the one that a block of the document holds.
func (f *follower) edit(with string) {
	f.Helper()
	b, err := os.ReadFile(f.file)
	if err != nil {
		f.Fatal(err)
	}
	text := string(b)
	for _, b := range f.blocks {
		if with == "" || b.kind != "yaml" || !strings.Contains(b.text, with) {
			continue
		}
		name, _, _ := strings.Cut(b.text, "\n")
		section := regexp.MustCompile(`(?m)^` + name + `\n(?:[ #].*\n)*`)
		if !section.MatchString(text) {
			f.Fatalf("rewoo.yaml has no section %s", name)
		}
		text = section.ReplaceAllLiteralString(text, b.text)
	}
	text = regexp.MustCompile(`(?m)^  api_url: .*\n`).ReplaceAllString(text, "")
	text = strings.Replace(text, "  token_file: telegram.token\n", "  token_file: telegram.token\n  api_url: "+f.tg.URL()+"\n", 1)
	text = strings.Replace(text, "  token_file: discord.token\n", "  token_file: discord.token\n  api_url: "+f.dc.URL()+"\n", 1)
	text = regexp.MustCompile(`(?m)^    public_key: .*$`).ReplaceAllString(text, "    public_key: "+hex.EncodeToString(f.public))
	for taken, free := range f.ports {
		text = strings.ReplaceAll(text, "listen: "+taken, "listen: "+free)
	}
	if err := os.WriteFile(f.file, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
}

// serve starts the bot as the document says, waits until it is connected, and asks it how it is as the document says.
func (f *follower) serve(how ...string) *child {
	f.Helper()
	f.each("run with the platforms", func(b block) {
		if out := f.run(b); !strings.Contains(out, "fine: bot/rewoo.yaml; nothing was started") {
			f.Errorf("docs/operate.md:%d: %s", b.line, out)
		}
	})
	var c *child
	f.each("run with the platforms: it stays", func(b block) { c = spawn(f, f.dir, "exec "+b.text) })
	f.connected(c)
	f.each("run with the platforms: while it runs", func(b block) {
		out := f.run(b)
		for _, want := range append(how, "@rewoo_test_bot", "rewoo-test", `"connected": true`, "operator   an account on telegram") {
			if !strings.Contains(out, want) {
				f.Errorf("docs/operate.md:%d: rewoo status lacks %q:\n%s", b.line, want, out)
			}
		}
	})
	return c
}

// connected waits until a child has both platforms.
func (w *wire) connected(c *child) {
	w.Helper()
	w.until("both platforms are connected", func() bool {
		if !c.runs() {
			w.Fatalf("it ended by itself:\n%s", c.out.String())
		}
		s := w.status()
		return strings.Count(s, "  connected for ") == 2
	})
}

// status is what rewoo status prints; "" when nobody answers.
func (w *wire) status() string {
	var got statusReport
	var text bytes.Buffer
	if askAdmin(context.Background(), w.data, "/status", &got) != nil || got.print(&text) != nil {
		return ""
	}
	return text.String()
}

// docs/operate.md, followed to the letter: all its commands in one folder, with long poll and gateway and then with the webhook
// and interactions behind its reverse proxy. What is not as it says there: the fakes' tokens and addresses.
func TestOperateLiterally(t *testing.T) {
	f := newFollower(t)
	f.each("run", func(b block) { f.run(b) })
	f.edit("")
	ana, ben := f.tg.User(123456789), f.dc.User("200000000000000001")
	f.people["ana"], f.people["ben"] = telegramPhone{ana}, discordPhone{ben}

	c := f.serve("long poll", "gateway")
	ana.Start("")
	f.sees("ana", 0, "Would you like to go on?")
	ben.Say("hello")
	f.sees("ben", 0, "This is a private place")
	c.interrupt()
	if f.status() != "" {
		t.Error("somebody answers after the end")
	}

	f.edit("webhook:")
	f.edit("interactions:")
	f.dc.UseEndpoint("https://bot.example.org/discord", f.sign)
	c = f.serve("webhook at 127.0.0.1:", "interactions at 127.0.0.1:")
	n := len(ana.Texts())
	f.do("ana", "[Go on]", "Do you agree")
	i := ben.Command("help")
	f.until("the command is answered", func() bool { return i.Answer() != 0 })
	if len(ana.Texts()) <= n || f.tg.Calls("setWebhook") != 1 {
		t.Errorf("%d webhooks were set", f.tg.Calls("setWebhook"))
	}
	c.interrupt()
}
