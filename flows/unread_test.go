package flows

import (
	"testing"
	"time"
)

// What somebody does alone, and what the clock does for them, reads nothing that the other keeps. What passes between the
// two does.
func TestSilentStepsReadNothingOfTheOther(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.quick, w.askedFor = true, 0 // one step an event, so that the count is right
	for _, said := range []string{"/checkin", "3", "/skip", "kept", "/skip", "/help", "/privacy", "/cards", "/idea", "/leave", "/landed", "/leave", "/together", "kept too", "/skip",
		"/hour", "/skip", "/tender", "/skip", "/arrivals", "Not at all", "/ideas_use", "/leave", "/takeback", "/back", "words", "/stop", "/start"} {
		w.say("a", said)
	}
	w.pass(3 * 24 * time.Hour)
	w.leave("a", "Leave quietly")
	w.pass(24 * time.Hour)
	if w.askedFor != 0 {
		t.Errorf("silent steps read the other %d times", w.askedFor)
	}
	w = newSim(t)
	w.pair()
	w.quick, w.askedFor = true, 0 // one step an event, so that the count is right
	toPreview(w)
	if w.askedFor != 0 {
		t.Errorf("a preview read the other %d times", w.askedFor)
	}
	w.press("a", "Share")
	if w.askedFor != 1 {
		t.Errorf("sharing read the other %d times", w.askedFor)
	}
}
