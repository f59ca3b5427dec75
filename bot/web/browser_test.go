package web

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rewoo/flows"
)

// browser is a tab that looks at a page. REWOO_SHOTS names a directory for pictures of it.
type browser struct {
	*live
	ctx context.Context
	mu  sync.Mutex
	bad []string // what a page should never do: errors on the console, requests to elsewhere
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "chromium") {
		t.Fatal("there is no Chromium on this machine, and REWOO_REQUIRE names it")
	}
	t.Skip("there is no Chromium on this machine")
	return ""
}

// browse opens the page of s in a tab of a fresh browser.
func (s *stand) browse() *browser {
	s.Helper()
	path := chromium(s.T)
	b := &browser{live: s.run()}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 860))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	s.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	s.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			s.Logf("close the browser: %v", err)
		}
		cancel()
	})
	if err := errors.Join(chromedp.Do(ctx), chromedp.Listen(ctx, b.watch)); err != nil {
		s.Fatal(err)
	}
	b.ctx, cancel = context.WithTimeout(ctx, time.Minute)
	s.Cleanup(cancel)
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		s.Fatal(err)
	}
	b.do(chromedp.Navigate(b.url))
	b.until("both phones are there", `document.querySelectorAll(".phone").length === 2`)
	return b
}

func (b *browser) watch(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(ev.Request.URL, b.url) {
			b.bad = append(b.bad, "a request to "+ev.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		b.bad = append(b.bad, "an exception: "+ev.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if ev.Entry.Source != "network" { // that rewoo was stopped
			b.bad = append(b.bad, "an entry in the browser's log: "+ev.Entry.Text)
		}
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func (b *browser) click(selector string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

func (b *browser) keys(keys string, mod ...chromedp.KeyOption) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys, mod...))
}

// js evaluates something on the page.
func js[T any](b *browser, expr string) T {
	b.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expr))
	if err != nil {
		b.Fatalf("%v in %s", err, expr)
	}
	return out
}

// until waits for something that should be true soon.
func (b *browser) until(what, expr string) {
	b.Helper()
	for end := time.Now().Add(10 * time.Second); !js[bool](b, expr); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.shot("failed")
			b.Fatalf("not after 10 s: %s; phone A reads\n%s\nand the clock %q", what, b.read("a"), js[string](b, `document.querySelector(".clock").textContent`))
		}
	}
}

// read gives a phone's chat as its text, hidden parts included.
func (b *browser) read(name string) string {
	return js[string](b, fmt.Sprintf(`[...document.querySelectorAll("#phone-%s .message")].map(m => m.textContent).join("\n")`, name))
}

func (b *browser) shot(name string) {
	b.Helper()
	dir := os.Getenv("REWOO_SHOTS")
	if dir == "" {
		return
	}
	time.Sleep(150 * time.Millisecond)
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.Fatal(err)
	}
}

// focus says where the keyboard is.
func (b *browser) focus(what, want string) {
	b.Helper()
	const expr = `(e => e.dataset.choice ? e.closest(".message").dataset.id + " " + e.textContent : e.id || e.tagName + " " + e.textContent)(document.activeElement)`
	b.until("focus on "+want+" "+what, fmt.Sprintf(`%s === %q`, expr, want))
}

func (b *browser) size(width, height int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, height), chromedp.Sleep(100*time.Millisecond))
}

func (b *browser) dark(on bool) {
	b.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.Fatal(err)
	}
}

const evil = `<b onclick="x()">bold</b><img src=x onerror="document.title='caught'"> `

// scripted answers like a bot that shows everything a phone can show.
func scripted(s *stand) {
	question := map[string]string{}
	s.answer = func(ev flows.Event) error {
		user := ev.From.User
		if ev.Kind == flows.Pressed {
			s.change(user, flows.Close, question[user])
		}
		switch {
		case ev.Text == "/start":
			s.bot(user, "Hello. I am a small bot for two people who are finding their way back to each other.\n\nWhat you write to me is kept on this computer. Your partner sees only what you share, word for word.")
			question[user] = s.bot(user, "Are you 18 or older?", "yes", "Yes, I am", "no", "No")
		case ev.Action == "token-yes":
			question[user] = s.bot(user, "How is today, from 1 (heavy) to 5 (light)?", "1", "1", "2", "2", "3", "3", "4", "4", "5", "5", "skip", "Skip this one")
		case ev.Kind == flows.Pressed:
			question[user] = ""
			s.bot(user, "Thank you. What helped a little?")
		case strings.HasPrefix(ev.Text, "/"):
			s.bot(user, "This is about "+ev.Text+".")
		default:
			s.mu.Lock()
			s.sent++
			id := fmt.Sprintf("m-%d", s.sent)
			s.mu.Unlock()
			question[user] = id
			s.send(user, flows.Message{ID: id, Body: []flows.Block{{Text: "This is what would be shown:"}, {Text: ev.Text, Quote: true}, {Text: "Share it?"}},
				Choices: []flows.Choice{{ID: "share", Label: "Share", Action: "share"}, {ID: "keep", Label: "Keep it to myself", Action: "keep"}}})
		}
		return nil
	}
	s.onFire = func(now time.Time) { s.bot("b", "Your evening note is ready.", "open", "Open") }
}

func TestInABrowser(t *testing.T) {
	s := newStand(t, t.TempDir(), func(o *Options) {
		o.Inspect = func(context.Context) (Bonnet, error) {
			return Bonnet{
				Tracks: []TrackView{{Person: "a", Flow: "daily_checkin", Step: "pulse", Phase: "ask", Expires: start.Add(20 * time.Hour)}},
				Timers: []TimerView{{Person: "b", What: "schedule", Due: start.Add(26 * time.Hour), Flow: "daily_checkin"}, {Person: "", What: "code", Due: start.Add(time.Hour)}},
			}, nil
		}
	})
	scripted(s)
	b := s.browse()
	b.shot("1-empty")

	b.click("#phone-a .first")
	b.until("the first question", `!!document.querySelector("#phone-a [data-choice=yes]")`)
	b.focus("after /start", "3 Yes, I am")
	if got := b.read("a"); !strings.HasPrefix(got, "You: /start") || !strings.Contains(got, "rewoo: Are you 18 or older?") {
		t.Errorf("phone A reads\n%s", got)
	}
	if b.read("b") != "" {
		t.Errorf("phone B reads\n%s", b.read("b"))
	}
	b.keys(kb.Enter)
	b.until("the scale", `!!document.querySelector("#phone-a [data-choice='5']")`)
	b.focus("after a press", "5 1")
	if n := js[int](b, `document.querySelectorAll("[data-id='3'] button").length`); n != 0 {
		t.Errorf("a closed question has %d buttons", n)
	}
	if got := js[string](b, `document.querySelector("[data-id='3'] .closed").textContent`); got != "No longer open: Yes, I am No " {
		t.Errorf("a closed question reads %q", got)
	}
	b.click("#phone-a [data-choice='4']")
	b.focus("after the last question", "text-a")
	b.shot("2-pressed")

	b.keys(evil + "one")
	b.keys(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift))
	b.keys("> two")
	b.keys(kb.Enter)
	b.until("the preview", `!!document.querySelector("#phone-a blockquote")`)
	if got := js[string](b, `document.querySelector("#phone-a blockquote").textContent`); got != evil+"one\n> two" {
		t.Errorf("the quote reads %q", got)
	}
	if got := js[string](b, `[...document.querySelectorAll("#phone-a .me .text")].at(-1).innerHTML`); !strings.HasPrefix(got, "&lt;b onclick") {
		t.Errorf("what was written is markup: %s", got)
	}
	b.focus("after writing", "text-a")
	if got := js[string](b, `document.getElementById("text-a").value`); got != "" {
		t.Errorf("the box holds %q", got)
	}
	b.shot("2-talking")

	b.click("#phone-b .menu summary")
	b.shot("3-menu")
	b.click("#phone-b .chips button:last-child")
	b.until("the answer to a command", `document.querySelector("#phone-b .log").textContent.includes("about /privacy")`)

	s.setTimers(start.Add(20 * time.Hour))
	b.click(`[data-by="1d"]`)
	b.until("the knock", `!!document.querySelector("#phone-b [data-choice=open]")`)
	b.until("the status", `document.getElementById("status").textContent === "One new message."`)
	b.until("the time", `document.getElementById("now").textContent === "Tuesday 3 March 2026, 18:00\u00a0UTC"`)
	b.click(`[data-by="1h"]`)
	b.until("the status of nothing", `document.getElementById("status").textContent === "Nothing happened."`)
	s.setTimers(start.Add(72 * time.Hour))
	b.click(`[data-move="next"]`)
	b.until("the second knock", `document.querySelectorAll("#phone-b [data-choice=open]").length === 2`)
	b.until("a day of its own", `document.querySelector("#phone-b .log").textContent.includes("Thursday 5 March 2026")`)

	gone := s.bot("a", "not for long")
	b.until("it comes by itself", `document.querySelector("#phone-a .log").textContent.includes("not for long")`)
	s.change("a", flows.Delete, gone)
	b.until("it goes by itself, and its day", `!/not for long|Thursday/.test(document.querySelector("#phone-a .log").textContent)`)

	b.click("#bonnet summary")
	b.until("the tables", `document.querySelectorAll("#bonnet tbody tr").length === 3`)
	if got := js[string](b, `document.querySelector("#outbox").textContent`); got != "None." {
		t.Errorf("the outbox reads %q", got)
	}
	b.shot("4-bonnet")

	before := b.read("a")
	b.do(chromedp.Reload())
	b.until("it is all there again", fmt.Sprintf(`[...document.querySelectorAll("#phone-a .message")].map(m => m.textContent).join("\n") === %q`, before))
	if n := js[int](b, `document.querySelectorAll("#phone-a [data-id='3'] button, #phone-a [data-id='5'] button").length`); n != 0 {
		t.Errorf("after a reload the closed questions have %d buttons", n)
	}
	b.click("#bonnet summary")
	s.bot("b", strings.Repeat("Donaudampfschifffahrt", 30)+" \u202eabc \u05d0\u05d1", "long", strings.Repeat("a long label ", 12)+strings.Repeat("x", 200))
	b.until("the long one", `!!document.querySelector("#phone-b [data-choice=long]")`)
	b.looks()

	if err := b.stop(); err != nil {
		t.Error(err)
	}
	b.until("it says that nobody is there", `document.getElementById("status").textContent.includes("cannot reach rewoo")`)
	if got := js[string](b, `document.title`); got == "caught" {
		t.Error("what was said was run")
	}
	for _, what := range b.bad {
		t.Error(what)
	}
}

// looks checks what can be measured of the looks, in both colour schemes and on small screens.
func (b *browser) looks() {
	b.Helper()
	b.fits("5")
	if n := js[int](b, `[...document.querySelectorAll("button")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).length`); n > 0 {
		b.Errorf("%d buttons are too small for a thumb", n)
	}
}

// fits sees that the page holds together, light and dark, wide and narrow.
func (b *browser) fits(shot string) {
	b.Helper()
	for _, dark := range []bool{false, true} {
		b.dark(dark)
		for _, width := range []int64{1280, 800, 390, 320} {
			b.size(width, 800)
			name := fmt.Sprintf("%d wide, dark %v", width, dark)
			b.shot(fmt.Sprintf("%s-%d-%v", shot, width, dark))
			if n := js[int64](b, `document.documentElement.scrollWidth`); n > width {
				b.Errorf("%s: it is %d wide", name, n)
			}
			b.until(name+": the chat is at its end", `[...document.querySelectorAll("#phone-a .log")].every(e => e.scrollHeight - e.clientHeight - e.scrollTop <= 2)`) // the page hears of its new size a moment later
			for _, what := range js[[]string](b, `[...document.querySelectorAll("section, .log, .message, .bubble, button")].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 60))`) {
				b.Errorf("%s: something sticks out of %s", name, what)
			}
			for _, what := range js[[]string](b, contrast) {
				b.Errorf("%s: %s", name, what)
			}
		}
	}
	for _, what := range js[[]string](b, nameless) {
		b.Errorf("no name for assistive technology: %s", what)
	}
}

// contrast lists the texts that are too faint, by the formula of WCAG 2.
const contrast = `(() => {
	const rgb = (c) => { const m = c.match(/[\d.]+/g).map(Number); return c.startsWith("color(srgb") ? [m[0]*255, m[1]*255, m[2]*255, m[3] ?? 1] : [m[0], m[1], m[2], m[3] ?? 1]; };
	const lum = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126*r + 0.7152*g + 0.0722*b; };
	const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255]; };
	const out = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode();) {
		const e = n.parentElement;
		if (!n.textContent.trim() || !e.checkVisibility() || e.closest(".hidden, .skip, script, template")) continue;
		const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(ground(e).slice(0, 3));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) out.add(ratio.toFixed(2) + " " + e.tagName + "." + e.className + " " + n.textContent.trim().slice(0, 30));
	}
	return [...out];
})()`

// nameless lists the things to use that have no name.
const nameless = `[...document.querySelectorAll("button, input, textarea, summary, [role=log], [role=region], [role=group], section")].filter((e) => {
	const by = (id) => document.getElementById(id)?.textContent.trim();
	return !(e.getAttribute("aria-label") || by(e.getAttribute("aria-labelledby")) || e.labels?.[0]?.textContent.trim() || (e.matches("button, summary") && e.textContent.trim()));
}).map((e) => e.outerHTML.slice(0, 80))`

// A question, the chat and the clock are all there for somebody who comes with the keyboard alone.
func TestByKeyboardAlone(t *testing.T) {
	s := newStand(t, t.TempDir())
	scripted(s)
	b := s.browse()
	var stops []string
	for range 14 {
		b.keys(kb.Tab)
		stops = append(stops, js[string](b, `(e => e.className === "log" ? e.getAttribute("aria-label") : e.labels?.[0]?.textContent ?? e.textContent.trim())(document.activeElement)`))
	}
	want := []string{"Skip to the phones", "+1 hour", "+1 day", "Until something happens",
		"Messages on Phone A", "Say /start", "/Commands", "Message on Phone A", "Send",
		"Messages on Phone B", "Say /start", "/Commands", "Message on Phone B", "Send"}
	if !slices.Equal(stops, want) {
		t.Errorf("the tab key goes to %q\nwant %q", stops, want)
	}
	b.shot("6-focus")
}

// A page that was there before rewoo was restarted goes on by itself.
func TestThePageComesBack(t *testing.T) {
	s := newStand(t, t.TempDir())
	b := s.browse()
	addr := strings.TrimSuffix(strings.TrimPrefix(b.url, "http://"), "/")
	b.stop()
	b.until("it says that nobody is there", `document.getElementById("status").textContent.includes("cannot reach rewoo")`)
	s.page.Close()
	s.open(func(o *Options) { o.Listen = addr })
	s.run()
	s.bot("a", "back again")
	b.until("it goes on", `document.querySelector("#phone-a .log").textContent.includes("back again")`)
}
