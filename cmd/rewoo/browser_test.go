package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tab is a browser that somebody uses: it clicks what can be seen and types where one types.
type tab struct {
	*testing.T
	ctx context.Context
}

func openTab(t *testing.T, url string) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "chromium") {
			t.Fatal("there is no Chromium on this machine, and REWOO_REQUIRE names it")
		}
		t.Skip("there is no Chromium on this machine")
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1180, 1000))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("close the browser: %v", err)
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	b := &tab{T: t}
	b.ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	b.do(chromedp.Navigate(url))
	b.until(`document.querySelectorAll(".phone").length === 2`, "two phones")
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func eval[T any](b *tab, expr string) T {
	b.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expr))
	if err != nil {
		b.Fatalf("%v in %s", err, expr)
	}
	return out
}

func (b *tab) until(expr, what string) {
	b.Helper()
	for end := time.Now().Add(15 * time.Second); !eval[bool](b, expr); time.Sleep(15 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("never came: %s\nA:\n%s\nB:\n%s", what, b.read("a"), b.read("b"))
		}
	}
}

// read is what can be seen on a phone.
func (b *tab) read(who string) string {
	return eval[string](b, fmt.Sprintf(`document.querySelector("#phone-%s .log").innerText`, who))
}

// sees waits until a phone shows text.
func (b *tab) sees(who, text string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector("#phone-%s .log").innerText.includes(%q)`, who, text), who+" sees "+text)
}

// press clicks the newest open button of this label, as soon as it is there.
func (b *tab) press(who, label string) {
	b.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll("#phone-%s .choices:not(.closed) button")].filter(x => x.innerText.trim() === %q).at(-1)`, who, label)
	b.until(find+" !== undefined", fmt.Sprintf("%s's button %q", who, label))
	count := fmt.Sprintf(`document.querySelectorAll("#phone-%s .message.me").length`, who)
	had := eval[int](b, count)
	eval[bool](b, find+".click(), true")
	b.until(fmt.Sprintf("%s > %d", count, had), who+" pressed "+label)
	b.until(fmt.Sprintf(`!document.querySelector("#phone-%s [aria-busy=true]")`, who), "the answer")
}

// say types into a phone's box and presses Enter.
func (b *tab) say(who, text string) {
	b.Helper()
	count := fmt.Sprintf(`document.querySelectorAll("#phone-%s .message.me").length`, who)
	had := eval[int](b, count)
	b.do(chromedp.Click(chromedp.CSS("#phone-" + who + " textarea")))
	b.do(chromedp.SendKeys(chromedp.CSS("#phone-"+who+" textarea"), text+kb.Enter))
	b.until(fmt.Sprintf("%s > %d", count, had), who+" said "+text)
}

func (b *tab) clock(label string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`[...document.querySelectorAll(".moves button")].find(x => x.innerText.trim() === %q).click(), true`, label))
	b.until(`!document.querySelector(".moves [aria-disabled=true]")`, "the clock stands")
}

// shot writes a picture into the directory that REWOO_SHOTS names.
func (b *tab) shot(name string) {
	b.Helper()
	dir := os.Getenv("REWOO_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// Two people, on the real page, in a real browser: first steps, pairing, a check-in each, sharing and reading, a day skipped.
func TestBrowser(t *testing.T) {
	p := startTry(t, "--data", t.TempDir(), "--at", "2026-03-02T17:00:00Z", "--seed", "3")
	t.Cleanup(p.kill)
	b := openTab(t, p.url)
	b.shot("1-new")

	b.say("a", "/start")
	first := []string{"Go on", "I agree", "I am 18 or over", "Continue"}
	for _, label := range first {
		b.press("a", label)
	}
	b.shot("2-welcome")
	b.say("a", "Ana")
	b.say("a", "Berlin")
	b.press("a", "Yes")
	b.say("a", "20:00")
	b.press("a", "That suits me")
	b.press("a", "I was hurt")
	b.press("a", "Make a code")
	b.sees("a", "Your code")
	code := regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{10}\b`).FindString(b.read("a"))
	if code == "" {
		t.Fatal("no code can be read on A's phone")
	}

	b.say("b", "/start")
	for _, label := range first {
		b.press("b", label)
	}
	b.say("b", "Ben")
	b.say("b", "Berlin")
	b.press("b", "Yes")
	b.say("b", "20:30")
	b.press("b", "That suits me")
	b.press("b", "I broke trust")
	b.press("b", "I have a code")
	b.say("b", strings.ToLower(code))
	b.sees("a", "Ben")
	b.sees("b", "Ana")
	b.press("a", "Go on together")
	b.press("b", "Go on together")
	b.sees("a", "You are connected")
	b.sees("b", "You are connected")
	b.until(`[...document.querySelectorAll(".phone h2")].map(h => h.innerText).join() === "Ana,Ben"`, "the names above the phones")

	b.clock("Until something happens")
	b.sees("a", "Your check-in is ready.")
	if strings.Contains(b.read("b"), "check-in is ready") {
		t.Fatal("Ben's check-in came at Ana's time")
	}
	b.until(`document.querySelector("#phone-a .local").innerText === "20:00 in Berlin"`, "the time where Ana is")
	b.press("a", "Open")
	b.press("a", "Unsteady")
	b.press("a", "Skip")
	b.say("a", "Soup in the sun")
	b.sees("a", "exactly what your partner would see")
	b.shot("3-preview")
	b.press("a", "Share")
	b.sees("a", "Passed on.")
	if strings.Contains(b.read("b"), "Something is waiting") {
		t.Fatal("it went across while it could still be undone")
	}
	b.shot("3-undo")
	b.clock("Until something happens")
	b.sees("b", "Something is waiting")
	if strings.Contains(b.read("b"), "Soup") {
		t.Fatal("a closed card shows what is in it")
	}
	b.press("b", "Open")
	b.press("b", "Read now")
	b.sees("b", "Soup in the sun")
	quote := eval[string](b, `document.querySelector("#phone-b blockquote").innerText`)
	if quote != "Soup in the sun" {
		t.Fatalf("the quote is %q", quote)
	}

	b.clock("Until something happens")
	b.press("b", "Open")
	b.press("b", "Steady")
	b.press("b", "Skip")
	b.say("b", "Only for me")
	b.press("b", "Keep")
	b.sees("b", "It stays with you.")
	b.shot("4-both")
	eval[bool](b, `document.querySelector("#bonnet summary").click(), true`)
	b.until(`document.querySelectorAll("#timers tbody tr").length >= 2`, "timers under the bonnet")
	if bonnet := eval[string](b, `document.querySelector("#bonnet").innerText`); strings.Contains(bonnet, "Soup") || strings.Contains(bonnet, "Only for me") {
		t.Fatal("the drawer shows what people wrote")
	}
	eval[bool](b, `document.querySelector("#bonnet summary").click(), true`)

	b.clock("+1 day")
	b.clock("+1 day")
	if got := b.read("a"); strings.Contains(got, "Only for me") || strings.Contains(got, "Steady\nSkip\nSkip") {
		t.Fatal("Ana can see what Ben kept")
	}
	if got := b.read("b"); strings.Count(got, "Unsteady") > 1 && strings.Contains(got, "Ana answered") {
		t.Fatal("Ben hears of Ana's private answer")
	}
	if n := strings.Count(b.read("a"), "Your check-in is ready."); n != 3 {
		t.Fatalf("Ana was knocked %d times in three days", n)
	}
}
