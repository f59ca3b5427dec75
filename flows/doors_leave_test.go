package flows

import (
	"strings"
	"testing"
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
