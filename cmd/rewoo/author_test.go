package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"rewoo/flows"
)

const teaFlow = `flow: tea
version: 1
title: A cup of tea
who: one
start: { command: tea }
expires: { after: 5h }
answers:
  want: { type: yes_no }
steps:
  want:
    ask: want
    text: "Tea?"
    skip: closed
    timeout: { after: 2h, go: closed }
    go: { yes: much, no: closed }
  much: { say: "A cup, then.", end: done }
  closed: { end: closed }
`

// An author at work on the real page, in a real browser: they begin at a scenario, find their flow, play it, see where it stands,
// save what was played, make a mistake, see it with its line, and mend it.
func TestBrowserForAuthors(t *testing.T) {
	mine := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(mine, "tea.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(teaFlow)
	p := startTry(t, "--flows", mine, "--scenario", "week3")
	t.Cleanup(p.kill)
	b := openTab(t, p.url)
	b.sees("a", "A promise: I am home by seven.")
	b.sees("b", "A reminder you set.")
	b.until(`document.querySelector("#now").innerText.startsWith("Tuesday 17 March 2026")`, "the clock of the scenario")

	b.do(chromedp.Click(chromedp.CSS("#desk > summary")))
	b.until(`document.querySelectorAll("#flows [data-flow]").length > 30`, "the list")
	b.shot("author-1-open")
	b.do(chromedp.SendKeys(chromedp.CSS("#seek"), "cup"))
	b.until(`[...document.querySelectorAll("#flows [data-flow]")].filter(x => x.offsetParent).length === 1`, "one that is found")
	b.click(`#flows [data-flow="tea"]`)
	b.until(`document.querySelector("#sheet-title").innerText === "A cup of tea"`, "the flow")
	b.click(`[data-play="b"]`)
	b.sees("b", "Tea?")
	b.lit("b", "want")
	b.shot("author-2-lit")
	b.press("b", "Yes")
	b.sees("b", "A cup, then.")
	b.until(`!document.querySelector("#sheet [data-at]")`, "nobody is in it any more")

	b.do(chromedp.SendKeys(chromedp.CSS("#keep-name"), "tea_yes"))
	b.click("#keep [type=submit]")
	b.until(`document.querySelector("#kept").innerText.startsWith("Saved: transcripts/tea_yes.txt.")`, "it is saved")
	b.shot("author-3-saved")
	saved, err := os.ReadFile(filepath.Join(mine, "transcripts", "tea_yes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "# tea_yes: played on the page\ninclude scenarios/week3.txt\nBen > /tea\nBen < Tea?  [Yes] [No] [Skip]\nBen > [Yes]\nBen < A cup, then.\n"; string(saved) != want {
		t.Errorf("saved was\n%s\nwant\n%s", saved, want)
	}
	// What was found to be there is replaced, and not what the field names by then.
	other := filepath.Join(mine, "transcripts", "tea_other.txt")
	if err := os.WriteFile(other, saved, 0o644); err != nil {
		t.Fatal(err)
	}
	eval[bool](b, `document.querySelector("#keep-name").value = "tea_other.txt", true`)
	b.click("#keep [type=submit]")
	b.until(`document.querySelector("#kept").innerText.startsWith("There is transcripts/tea_other.txt already.")`, "it is not replaced")
	eval[bool](b, `document.querySelector("#keep-name").value = "tea_yes", true`)
	if err := os.WriteFile(filepath.Join(mine, "transcripts", "tea_yes.txt"), []byte("# mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.click("#replace")
	b.until(`document.querySelector("#kept").innerText.startsWith("Saved: transcripts/tea_other.txt.")`, "it is replaced")
	if text, err := os.ReadFile(filepath.Join(mine, "transcripts", "tea_yes.txt")); err != nil || string(text) != "# mine\n" {
		t.Errorf("another one was replaced: %v\n%s", err, text)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(mine, "transcripts", "tea_yes.txt"), saved, 0o644), os.Remove(other)); err != nil {
		t.Fatal(err)
	}

	var out strings.Builder
	if code := run(t.Context(), []string{"test", "--flows", mine, "tea_yes"}, &out, &out); code != exitFine {
		t.Errorf("rewoo test: %d\n%s", code, &out)
	}

	// A translation that is half done warns, in a file that comes before the flow's.
	half := "language: de\ncovers: [tea]\nflows:\n  tea:\n    title: { of: 16ccfc, say: \"\" }\n"
	if err := os.MkdirAll(filepath.Join(mine, "i18n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine, "i18n", "de.tea.yaml"), []byte(half), 0o644); err != nil {
		t.Fatal(err)
	}
	write(strings.Replace(teaFlow, "no: closed", "no: clsed", 1))
	b.until(`document.querySelector("#findings")?.innerText.includes("tea.yaml:15:") === true`, "the mistake, with its line")
	b.until(`document.querySelector("#news-line").innerText.startsWith("One finding at ") && document.querySelector("#findings").innerText.includes("warning: F15")`, "one thing to mend, beside warnings")
	b.click("#findings button")
	b.until(`document.querySelector("#findings .mark")?.innerText.includes("clsed") === true`, "the line itself")
	b.shot("author-4-mistake")
	b.say("b", "/tea")
	b.sees("b", "Tea?")

	write(strings.Replace(teaFlow, "A cup, then.", "A pot, then.", 1))
	b.until(`/^Loaded again at \d\d:\d\d:\d\d/.test(document.querySelector("#news-line").innerText)`, "it is loaded")
	b.shot("author-5-loaded")
	b.press("b", "Yes")
	b.sees("b", "A pot, then.")
	b.until(`document.querySelector("#findings").innerText.includes("transcripts/tea_yes.txt:6:")`, "the transcript that does not hold any more")
	b.shot("author-6-differs")
}

// lit waits until a step is marked as the one where somebody stands.
func (b *tab) lit(who, step string) {
	b.Helper()
	b.until(fmt.Sprintf(`[...document.querySelectorAll('#sheet [data-step=%q]')].length > 0 && [...document.querySelectorAll('#sheet [data-step=%q]')].every(x => x.dataset.at === %q)`, step, step, who), who+" at "+step)
}

func (b *tab) click(selector string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector(%q) !== null`, selector), selector)
	eval[bool](b, fmt.Sprintf(`document.querySelector(%q).click(), true`, selector))
}

// The pictures of what ships can be drawn, bring nothing that the page's policy forbids, and every step can be clicked and lit.
func TestPicturesForThePage(t *testing.T) {
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthor(&reloader{lib: lib}, viewer{}, nil, false)
	all := a.Map().Chart
	for _, v := range a.Flows() {
		d, ok := a.Flow(v.Name)
		if !ok || len(d.Begins)+len(d.From) == 0 {
			t.Errorf("%s: nothing is said of how it begins: %+v", v.Name, d)
		}
		if !strings.Contains(all, fmt.Sprintf("data-flow=%q", v.Name)) {
			t.Errorf("%s is not on the map", v.Name)
		}
		for _, s := range d.Steps {
			if !strings.Contains(d.Chart, fmt.Sprintf("data-step=%q", s.ID)) {
				t.Errorf("%s: step %s is not in the picture", v.Name, s.ID)
			}
			if first, _, _ := strings.Cut(s.Source, "\n"); !strings.HasPrefix(first, s.ID+":") {
				t.Errorf("%s: the lines of step %s begin with %q", v.Name, s.ID, first)
			}
		}
		for _, bad := range []string{"<style", " style=", "<script", "href", " on"} {
			if strings.Contains(regexp.MustCompile(`>[^<]*<`).ReplaceAllString(d.Chart, "><"), bad) {
				t.Errorf("%s: the picture has %s", v.Name, bad)
			}
		}
	}
}

// The lines of a file are shown of the library only, whatever else lies in the folder.
func TestSourceIsOfTheLibrary(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"tea.yaml", "transcripts/tea.txt", "scenarios/tea.txt", "i18n/de.tea.yaml", "diary.txt", "elsewhere/plan.yaml", ".git/x.yaml", "secret.yml"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(name), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	a := newAuthor(&reloader{dir: dir}, viewer{}, nil, false)
	for name, want := range map[string]bool{"tea.yaml": true, "transcripts/tea.txt": true, "scenarios/tea.txt": true, "i18n/de.tea.yaml": true, "welcome.yaml": true, "transcripts/pair.txt": true,
		"diary.txt": false, "elsewhere/plan.yaml": false, ".git/x.yaml": false, "secret.yml": false, "": false, ".": false, "../tea.yaml": false, "transcripts/../diary.txt": false, dir + "/tea.yaml": false} {
		if text, ok := a.Source(name); ok != want || ok && text == "" {
			t.Errorf("%q: %v, %q", name, ok, text)
		}
	}
}
