package web

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"rewoo/flows"
)

// hostile is a picture that would do something, were it taken as it is.
const hostile = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="900" height="300" viewBox="0 0 900 300" onload="document.title='caught'" style="background:url(https://elsewhere.example/x)">
<style>body { display: none }</style><script>document.title = 'caught'</script>
<foreignObject width="10" height="10"><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="document.title='caught'"/></body></foreignObject>
<image href="https://elsewhere.example/x.png"/><a xlink:href="javascript:document.title='caught'"><text>go</text></a>
<g class="edge skip"><path d="M0 0L9 9" stroke="currentColor"/></g>
<g class="step ask" data-step="want" onclick="document.title='caught'"><title>want &lt;b&gt;</title><rect class="ground" x="20" y="20" width="200" height="80" fill="#fff"/><rect class="face" x="20" y="20" width="200" height="80" fill="#3b82c4" fill-opacity=".1"/><text x="30" y="45" fill="currentColor">want</text></g>
<g class="flow" data-flow="cake"><rect class="face" x="320" y="20" width="200" height="80"/></g></svg>`

// drawing is a writer with conversations that are made to hurt.
type drawing struct{ *writer }

func (d drawing) Flows() []FlowView {
	return []FlowView{{Name: "tea", Title: "Tea " + evil, Command: "/tea", Own: true}, {Name: "cake", Title: strings.Repeat("Donaudampfschifffahrt", 6)}}
}

func (d drawing) Flow(name string) (FlowDetail, bool) {
	f := d.Flows()[0]
	if name == "cake" {
		f = d.Flows()[1]
	}
	return FlowDetail{FlowView: f, File: "tea.yaml", Line: 1, Begins: []string{"/tea", "at person.checkin"}, From: []string{"cake"}, Starts: []string{"cake"}, Chart: hostile,
		Steps: []StepView{{ID: "want", Kind: "ask", Line: 9, Source: "want:\n  ask: want\n  text: \"" + evil + strings.Repeat(" and more", 40) + "\""}, {ID: "closed", Kind: "end", Line: 12, Source: "closed: { end: closed }"}}}, true
}

func (d drawing) Map() MapView {
	return MapView{Chart: hostile, Links: []MapLink{{"tea", []string{"cake"}}}}
}

func (d drawing) Source(string) (string, bool) { return strings.Repeat(evil+"\n", 20), true }

func TestDeskInABrowser(t *testing.T) {
	w := newWriter()
	w.news.Findings = []flows.Finding{{Code: "F02", File: "tea.yaml", Line: 9, Column: 3, Text: evil + strings.Repeat("x", 90), Suggestion: "mend " + evil}}
	s := newStand(t, t.TempDir(), func(o *Options) {
		o.Author = drawing{w}
		o.Inspect = func(context.Context) (Bonnet, error) {
			return Bonnet{Tracks: []TrackView{{Person: "a", Flow: "tea", Step: "want", Phase: "ask"}, {Person: "b", Flow: "tea", Step: "closed", Phase: "ask"}}}, nil
		}
	})
	b := s.browse()
	b.click("#desk > summary")
	b.until("the flow in which somebody is", `document.querySelector("#sheet-title").textContent.startsWith("Tea <b onclick")`)
	if got := js[string](b, `[...document.querySelectorAll(".chart svg, .chart svg *")].flatMap(e => [e.localName, ...[...e.attributes].map(a => a.name)]).filter(n => /^(script|style|foreignObject|image|a|img|href|on.*|xlink:href)$/.test(n)).join()`); got != "" {
		t.Errorf("the picture brought %s", got)
	}
	b.until("the step that is lit", `document.querySelector(".chart [data-step=want]").dataset.at === "a" && !!document.querySelector(".chart [data-step=want] .badge.a")`)
	b.until("both in the list", `[...document.querySelectorAll(".steps [data-at]")].map(e => e.dataset.at).join() === "a,b"`)
	b.click(".chart [data-step=want] text")
	b.until("its lines", `document.querySelector(".source h3").textContent === "Step want at tea.yaml:9"`)
	if got := js[string](b, `[...document.querySelectorAll(".source .line")].map(e => e.dataset.n + e.textContent.slice(0, 9)).join("|")`); !strings.HasPrefix(got, "9want:\n|10  ask: wa|11") {
		t.Errorf("the lines are %q", got)
	}
	w.tell("kept")
	b.until("the finding", `document.querySelector("#findings li")?.textContent.includes("mend <b onclick") === true`)
	b.click("#findings button")
	b.until("the line of it", `document.querySelector("#findings .mark")?.dataset.n === "9"`)
	b.fits("7")
	b.size(320, 800)
	if n := js[int](b, `[...document.querySelectorAll("button:not(.link)")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).length`); n > 0 {
		t.Errorf("%d buttons are too small for a thumb", n)
	}
	b.size(1280, 860)
	b.click("#news-close")
	b.until("the news gone", `!document.getElementById("news").checkVisibility() && document.documentElement.style.scrollPaddingTop === "0px"`)
	b.click("#to-map")
	b.until("the map", `document.querySelector("#sheet-title").textContent === "Which starts which"`)
	b.click(".chart [data-flow=cake] rect")
	b.until("the flow that was clicked", `document.querySelector("#sheet-title").textContent.startsWith("Donau")`)
	b.click("#seek")
	b.keys("t")
	b.keys("e")
	b.keys("a")
	b.until("what was found", `document.getElementById("found").textContent === "1 found"`)
	b.keys(kb.Tab)
	b.keys(kb.Tab)
	b.keys(kb.Enter)
	b.until("the one that was found", `document.querySelector("#sheet-title").textContent.startsWith("Tea")`)
	b.click("#keep-name")
	b.keys("x")
	b.keys(kb.Enter)
	b.until("what was saved", `document.getElementById("kept").textContent.includes("Here it is.") && !!document.querySelector("#kept-files [download=x]")`)
	if got := js[string](b, `document.title`); got == "caught" {
		t.Error("what was written was run")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, what := range b.bad {
		if !strings.Contains(what, "violates the following Content Security Policy") { // as it should, for this picture
			t.Error(what)
		}
	}
}
