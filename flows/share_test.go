package flows

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// withFlows is the shipped library with an author's files laid over it.
func withFlows(t testing.TB, files map[string]string) *Library {
	t.Helper()
	top := fstest.MapFS{}
	for name, text := range files {
		top[name] = &fstest.MapFile{Data: []byte(text)}
	}
	lib, findings := Load(Overlay(Shipped(), top))
	for _, f := range Errors(findings) {
		t.Error(f)
	}
	if lib == nil {
		t.FailNow()
	}
	return lib
}

const twoWords = `
flow: two_words
version: 1
title: Two words
who: both
start: { command: two }
expires: { after: 20h }
answers:
  one: { type: text, max: 200, partner_sees: on_share, keep: 90d }
  two: { type: text, max: 200, partner_sees: on_share, keep: none }
  own: { type: text, max: 200, partner_sees: never, keep: 90d }
steps:
  one: { ask: one, text: "One?", skip: two, timeout: { after: 2h, go: closed }, go: two }
  two: { ask: two, text: "Two?", skip: own, timeout: { after: 2h, go: closed }, go: own }
  own: { ask: own, text: "Own?", skip: offer, timeout: { after: 2h, go: closed }, go: offer }
  offer: { share: { items: [one, two] }, timeout: { after: 2h, go: closed }, none: closed, go: bye }
  bye: { say: "Bye.", end: done }
  closed: { end: closed }
`

// pairWith makes a couple in which a is about to share "first" and "second".
func pairWith(t *testing.T) *sim {
	w := newSim(t)
	w.pair()
	w.lib = withFlows(t, map[string]string{"two_words.yaml": twoWords})
	w.say("a", "/two")
	w.say("a", "first {you.name}\n\u202eline")
	w.say("a", "second")
	w.say("a", "mine alone")
	return w
}

// What the other reads is what the preview showed, to the letter; what was kept is nowhere.
func TestShareIsTheExactPreview(t *testing.T) {
	w := pairWith(t)
	preview := w.last("a")
	mark := len(w.sent)
	w.press("a", "Share")
	w.press("a", "Keep")
	if got := w.got("b", mark); got != "" {
		t.Fatalf("before the undo minute was over came %q", got)
	}
	w.pass(undoFor)
	if got := w.got("b", mark); strings.Contains(got, "first") || strings.Count(got, "\n") != 1 {
		t.Fatalf("the knock says %q", got)
	}
	w.press("b", "Open")
	if got := w.got("b", mark); strings.Contains(got, "first") {
		t.Fatalf("an unread card shows %q", got)
	}
	w.press("b", "Read now")
	_, shown, ok := strings.Cut(preview, "\n\n")
	if got := w.got("b", mark); !ok || !strings.Contains(got, shown+"\n") {
		t.Fatalf("b got %q, the preview was %q", got, shown)
	}
	if got := w.got("b", 0); strings.Contains(got, "second") || strings.Contains(got, "mine alone") {
		t.Fatalf("b got what was not shared: %q", got)
	}
	if !strings.Contains(shown, "> first {you.name}\n> line") {
		t.Fatalf("the words are %q", shown)
	}
	if _, b := w.person("b"); len(b.Inbox) != 0 {
		t.Fatal("a card that was read is still waiting")
	}
}

func TestBackStopsAtWhatWasShared(t *testing.T) {
	w := pairWith(t)
	w.press("a", "Share")
	second := w.last("a")
	w.say("a", "/back")
	if w.last("a") != w.lib.Words["nothing_to_go_back"] || !strings.Contains(second, "second") {
		t.Fatalf("/back after a share: %q", w.last("a"))
	}
	w = pairWith(t)
	w.say("a", "/back")
	if w.last("a") != "Own?" {
		t.Fatalf("/back at a preview: %q", w.last("a"))
	}
	w.say("a", "other")
	w.press("a", "Keep")
	w.say("a", "/back")
	if w.last("a") != "Own?" {
		t.Fatalf("/back after a keep: %q", w.last("a"))
	}
}

func TestSkippingBackToAnAnswerTakesItBack(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.lib = withFlows(t, map[string]string{"two_words.yaml": twoWords})
	w.say("a", "/two")
	w.say("a", "first")
	w.say("a", "/back")
	w.press("a", "Skip")
	w.press("a", "Skip")
	w.press("a", "Skip")
	if w.button("a", "Share") != "" {
		t.Fatal("an answer that was taken back can be shared")
	}
	for _, e := range w.kept {
		if e.Value.S == "first" && e.Until.After(w.now) {
			t.Fatal("an answer that was taken back is kept")
		}
	}
}

func TestSkipThenBackAsksTheSkippedQuestion(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.lib = withFlows(t, map[string]string{"two_words.yaml": twoWords})
	w.say("a", "/two")
	w.press("a", "Skip")
	w.say("a", "/back")
	if w.last("a") != "One?" {
		t.Fatalf("%q", w.last("a"))
	}
}

// keep: none is in no journal, and gone with its conversation.
func TestKeepNoneLeavesNoTrace(t *testing.T) {
	w := pairWith(t)
	for _, e := range w.kept {
		if e.Value.S == "second" {
			t.Fatal("a keep: none answer is in the journal")
		}
	}
	if !slices.ContainsFunc(values(w), func(v string) bool { return strings.HasPrefix(v, "first") }) {
		t.Fatal("a kept answer is not in the journal")
	}
	w.press("a", "Keep")
	w.press("a", "Keep")
	for id, s := range w.units {
		if strings.Contains(string(encode(Output{States: []State{s}})), "second") {
			t.Fatalf("unit %s still holds it", id)
		}
	}
}

func values(w *sim) []string {
	var out []string
	for _, e := range w.kept {
		out = append(out, e.Value.S)
	}
	return out
}

// Two things shared make one knock while it is unopened, and three on one day no more than two.
func TestCardsKnockOnceAndTwiceADay(t *testing.T) {
	w := pairWith(t)
	mark := len(w.sent)
	w.press("a", "Share")
	w.press("a", "Share")
	w.pass(undoFor)
	knock := w.lib.Flows["card"].Knock
	if n := strings.Count(w.got("b", mark), knock); n != 1 {
		t.Fatalf("%d knocks for two cards", n)
	}
	for range 3 {
		w.say("b", "/cards")
		w.press("b", "Read now")
		w.say("a", "/two")
		w.say("a", "again")
		w.say("a", "/skip")
		w.say("a", "/skip")
		w.press("a", "Share")
		w.pass(undoFor)
	}
	if n := strings.Count(w.got("b", mark), knock); n != maxKnocks {
		t.Fatalf("%d knocks on one day", n)
	}
	w.pass(24 * time.Hour)
	if n := strings.Count(w.got("b", mark), knock); n != maxKnocks+1 {
		t.Fatalf("%d knocks by the next day", n)
	}
}

func TestCardsKeepQuietHours(t *testing.T) {
	w := pairWith(t)
	w.pass(90 * time.Minute)
	w.now = time.Date(2026, 3, 2, 21, 0, 0, 0, time.UTC) // 22:00 in Berlin
	mark := len(w.sent)
	w.press("a", "Share")
	w.pass(undoFor)
	if got := w.got("b", mark); got != "" {
		t.Fatalf("in quiet hours came %q", got)
	}
	if !strings.Contains(w.got("a", mark), w.lib.Words["passed_on"]) {
		t.Fatal("the author can tell")
	}
	w.pass(10*time.Hour - time.Minute - undoFor)
	if got := w.got("b", mark); got != "" {
		t.Fatalf("before eight came %q", got)
	}
	w.pass(time.Minute)
	if got := w.got("b", mark); !strings.Contains(got, w.lib.Flows["card"].Knock) {
		t.Fatalf("at eight came %q", got)
	}
}

func TestAloneThereIsNobodyToShareWith(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/checkin")
	w.press("a", "Steady")
	w.press("a", "Skip")
	w.say("a", "Tea")
	if w.button("a", "Share") != "" {
		t.Fatal("somebody alone is offered to share")
	}
}

// The budget counts everything unasked: the third thing of a day does not come.
func TestBudget(t *testing.T) {
	files := map[string]string{}
	for _, hour := range []string{"10", "12", "14", "16"} {
		files["at"+hour+".yaml"] = strings.NewReplacer("two_words", "at_"+hour, "{ command: two }", `{ schedule: "0 `+hour+` * * *" }`+"\nknock: \"Knock at "+hour+".\"").Replace(twoWords)
	}
	w := newSim(t)
	w.lib = withFlows(t, files)
	w.pair()
	mark := len(w.sent)
	w.now = time.Date(2026, 3, 3, 7, 0, 0, 0, time.UTC)
	w.say("a", "hello")
	w.pass(11 * time.Hour)
	if got := strings.Count(w.got("a", mark), "Knock at"); got != maxUnasked {
		t.Fatalf("%d knocks on one day: %q", got, w.got("a", mark))
	}
}

func TestNotWithin(t *testing.T) {
	lib := withFlows(t, map[string]string{"lists/closing_lines.yaml": `
list: closing_lines
kind: lines
pick: { not_within: 5d, order: least_recently_used }
items:
  CL-1: { text: "One?" }
  CL-2: { text: "Two?" }
`})
	w := newSim(t)
	w.lib = lib
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	asked := map[string]int{}
	for range 4 { // with a none_left, the draw ends where the days do
		w.say("a", "/checkin")
		w.press("a", "Steady")
		w.press("a", "Skip")
		asked[w.last("a")]++
		w.say("a", "/leave")
		w.now = w.now.Add(time.Hour)
	}
	if asked["One?"] != 1 || asked["Two?"] != 1 {
		t.Fatalf("within five days: %v", asked)
	}
}

// A draw without none_left takes the one longest unused, even if that was lately.
func TestADrawWithoutNoneLeft(t *testing.T) {
	w := newSim(t)
	w.lib = withFlows(t, map[string]string{
		"few.yaml": `
flow: few
version: 1
title: Few
who: one
start: { command: few }
steps:
  d: { draw: line, from: few_lines, go: say }
  say: { say: "{line.text}", end: done }
`,
		"lists/few_lines.yaml": `
list: few_lines
kind: lines
pick: { not_within: 5d }
items:
  A: { text: "One." }
  B: { text: "Two." }
`})
	w.alone("a", "Ana")
	var said []string
	for range 6 {
		w.now = w.now.Add(time.Minute)
		w.say("a", "/few")
		said = append(said, w.last("a"))
	}
	for i, line := range said[2:] {
		if line != said[i] || line == said[i+1] {
			t.Fatalf("%q", said)
		}
	}
}
