package chart

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// tooWide finds every text that a browser draws beyond its box, its label or its picture.
const tooWide = `(() => {
	const out = [], say = (svg, text, why) => out.push(svg.getAttribute("aria-label") + ": " + text.textContent + " " + why);
	for (const svg of document.querySelectorAll(".rewoo-graph")) {
		const whole = svg.getBoundingClientRect();
		for (const text of svg.querySelectorAll("text")) {
			const t = text.getBoundingClientRect();
			if (t.left < whole.left || t.right > whole.right || t.top < whole.top || t.bottom > whole.bottom) say(svg, text, "is cut");
			const group = text.parentNode, of = group.dataset.from;
			const box = of ? svg.querySelector("[data-step=" + of + "] rect.face") : group !== svg && group.querySelector("rect");
			if (!box) continue;
			const b = box.getBoundingClientRect();
			if (t.left < b.left - 1 || t.right > b.right + 1 || t.top < b.top - 2 || t.bottom > b.bottom + 2) say(svg, text, "is larger than its box");
		}
		if (getComputedStyle(svg).color !== "rgb(10, 20, 30)") out.push(svg.getAttribute("aria-label") + " does not have the colour of its page");
	}
	out.push(document.querySelectorAll(".rewoo-graph").length + " pictures");
	return out.join("\n");
})()`

// TestTextsFit: widths are guessed, so a browser looks whether every text of what ships has room.
func TestTextsFit(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "chromium") {
			t.Fatal("there is no Chromium on this machine, and REWOO_REQUIRE names it")
		}
		t.Skip("there is no Chromium on this machine")
	}
	var page bytes.Buffer
	page.WriteString(`<!doctype html><meta charset="utf-8"><style>:root { --ink: rgb(10, 20, 30) }</style>`)
	all := graphs(t)
	for _, g := range all {
		if err := SVG(&page, g, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "all.html")
	if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	defer cancel()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](tooWide))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(got, "\n")
	if last := lines[len(lines)-1]; last != strconv.Itoa(len(all))+" pictures" {
		t.Errorf("the page shows %s of %d", last, len(all))
	}
	for _, complaint := range lines[:len(lines)-1] {
		t.Error(complaint)
	}
}
