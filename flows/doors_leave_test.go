package flows

import (
	"strings"
	"testing"
	"time"
)

// Leaving a couple that is none any more takes nobody else's unit with it.
func TestLeavingAloneTakesNobodyAlong(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.alone("c", "Cy")
	w.say("c", "/partner")
	w.press("c", "Make a code")
	w.say("b", "/partner")
	w.press("b", "Leave quietly") // the preview stays open
	w.leave("a", "Leave and say so")
	w.say("b", "/start "+w.code("c")) // parked, so the step sees c's unit
	w.press("b", "Leave quietly")
	if _, p := w.person("c"); p == nil {
		t.Fatal("a stranger's unit went with somebody who left")
	}
}

// After an open leaving there is nobody to share with, and a preview that was open does not say so.
func TestAnOpenPreviewEndsWithTheCouple(t *testing.T) {
	w := coupleThatShares(t)
	w.say("a", "/two")
	w.say("a", "words")
	w.press("a", "Skip")
	w.press("a", "Skip")
	w.leave("b", "Leave and say so")
	mark := len(w.sent)
	w.press("a", "Share")
	if got := w.got("a", mark); strings.Contains(got, w.lib.Words["passed_on"]) {
		t.Fatalf("with nobody there: %q", got)
	}
}

// What was to be shared with one person is not offered to the next: the preview was of another couple.
func TestAPreviewEndsWithItsCouple(t *testing.T) {
	w := coupleThatShares(t)
	w.say("b", "/two")
	w.say("b", "for Ana alone")
	w.press("b", "Skip")
	w.press("b", "Skip")
	w.leave("a", "Leave and say so")
	w.alone("c", "Cy")
	w.say("c", "/partner")
	w.press("c", "Make a code")
	w.say("b", "/partner") // the preview is parked
	w.press("b", "I have a code")
	w.say("b", w.code("c"))
	w.press("c", "Go on together")
	mark := len(w.sent)
	w.press("b", "Go on together")
	if got := w.got("b", mark); strings.Contains(got, "for Ana alone") || w.button("b", "Share") != "" {
		t.Fatalf("in a new couple b is shown %q", got)
	}
}

// lifeOf lets b do all that could tell whether a is there.
func lifeOf(w *sim) {
	shareAs := func(line string) {
		w.say("b", "/two")
		w.say("b", line)
		w.press("b", "Skip")
		w.press("b", "Skip")
		w.press("b", "Share")
	}
	shareAs("one")
	w.press("b", "Undo")
	shareAs("two")
	w.pass(time.Hour)
	w.say("b", "/takeback")
	w.press("b", "Take it back")
	w.together("b", "Music")
	w.press("b", "Share")
	w.say("b", "/hour")
	w.press("b", "Yes, an hour")
	w.say("b", "/ideas_use")
	for _, label := range []string{"A hug", "Let ideas use this", "Skip", "Skip"} {
		w.press("b", label)
	}
	w.say("b", "/partner")
	w.press("b", "All as it is")
	w.say("b", "/start ABCDEFGHJK")
	w.say("b", "/landed")
	w.press("b", "Warm")
	w.press("b", "Skip")
	w.press("b", "Keep")
	w.say("b", "/leave")
	w.say("b", "/idea")
	w.say("b", "/leave")
	w.pass(40 * time.Hour)
	w.say("b", "/cards")
	w.pass(10 * 24 * time.Hour)
}

// The one who stays gets, to the byte and the second, what they would have got from somebody who went silent.
func TestLeavingQuietlyIsSilent(t *testing.T) {
	base := coupleThatShares(t)
	for name, before := range map[string]func(w *sim){
		"nothing between them": func(*sim) {},
		"a note on its way":    func(w *sim) { w.shareLine("words") },
		"a note unread":        func(w *sim) { w.shareLine("words"); w.pass(undoFor) },
		"half a reveal":        func(w *sim) { w.together("a", "Walks"); w.press("a", "Share") },
		"a yes":                func(w *sim) { w.say("a", "/hour"); w.press("a", "Yes, an hour") },
		"something opened": func(w *sim) {
			w.say("a", "/ideas_use")
			w.press("a", "A hug")
			w.press("a", "Let ideas use this")
		},
		"their notes on the way": func(w *sim) {
			w.say("b", "/two")
			w.say("b", "to a")
			w.press("b", "Skip")
			w.press("b", "Skip")
			w.press("b", "Share")
		},
	} {
		there := base.fork()
		before(there)
		left := there.fork()
		mark := len(left.sent)
		left.leave("a", "Leave quietly")
		for _, w := range []*sim{there, left} {
			lifeOf(w)
		}
		got, want := left.view("b", mark), there.view("b", mark)
		if got != want {
			t.Errorf("%s: after a left, b got\n%s\nwithout:\n%s", name, got, want)
		}
		if len(want) < 1000 {
			t.Errorf("%s: b hardly got anything", name)
		}
	}
}

// Who stays after a quiet leaving is in a couple still, until they leave it themselves.
func TestNobodyPairsFromACouple(t *testing.T) {
	w := coupleThatShares(t)
	w.leave("a", "Leave quietly")
	w.alone("c", "Cy")
	w.say("c", "/partner")
	w.press("c", "Make a code")
	w.lib = withFlows(t, map[string]string{"again.yaml": again}) // a way to the code that asks nothing before
	w.say("b", "/start "+w.code("c"))
	if _, b := w.person("b"); b.Parked != "" {
		t.Fatal("a code is parked for somebody in a couple")
	}
	for _, word := range []string{"/again", w.code("c")} {
		w.say("b", word)
		if _, c := w.person("c"); c.Pair == nil || c.Pair.Peer != "" {
			t.Fatalf("after %q c's code was used by somebody in a couple", word)
		}
	}
	w.leave("b", "Leave quietly")
	w.say("b", "/partner")
	w.press("b", "I have a code")
	w.say("b", w.code("c"))
	for _, user := range []string{"b", "c"} {
		w.press(user, "Go on together")
	}
	if s, _ := w.person("c"); len(s.People) != 2 || len(s.Couple.Opened)+len(s.Couple.Offers)+len(s.Couple.Votes) != 0 {
		t.Fatalf("not a new couple: %+v", s.Couple)
	}
}

// One note, exactly the preview's, and then both are free.
func TestLeavingOpenly(t *testing.T) {
	w := coupleThatShares(t)
	w.say("a", "/partner")
	w.press("a", "Leave and say so")
	_, line, _ := strings.Cut(w.last("a"), "exactly this:\n\n")
	mark := len(w.sent)
	w.press("a", "Leave and say so")
	if got := w.got("b", mark); got != w.lib.Flows["card"].Knock+"\n" {
		t.Fatalf("b got %q", got)
	}
	if got := w.reads("b"); line == "" || strings.Count(got, line+"\n") != 1 {
		t.Fatalf("b reads %q, the preview was %q", got, line)
	}
	mark = len(w.sent)
	w.pass(20 * time.Minute)
	if got := w.got("b", mark); got != "" {
		t.Fatalf("more came: %q", got)
	}
	w.say("b", "/partner")
	w.press("b", "Make a code")
	w.say("a", "/partner")
	w.press("a", "I have a code")
	w.say("a", w.code("b"))
	for _, user := range []string{"a", "b"} {
		w.press(user, "Go on together")
		personRules(t, w, user)
	}
	if s, _ := w.person("a"); len(s.People) != 2 {
		t.Fatal("they are no couple again")
	}
	w.shareLine("words")
	w.pass(undoFor)
	if got := w.reads("b"); !strings.Contains(got, "> words\n") {
		t.Fatalf("in the new couple b reads %q", got)
	}
}
