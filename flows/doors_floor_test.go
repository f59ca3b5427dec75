package flows

import (
	"strings"
	"testing"
)

// A flow that waited for the floor asks once more whether it is for now.
func TestWhatWaitedIsStillForNow(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	s, p := w.person("a")
	p.Facts["ideas"], p.Facts["idea_time"] = Value{T: YesNo, S: "yes"}, Value{T: Time, S: "12:30"}
	p.Facts["phase"] = Value{T: OneOf, S: "atone"}
	w.units[s.Unit] = *s
	w.say("a", "/help") // sets the timer
	w.until("12:00")    // Tuesday
	w.say("a", "/tender")
	w.until("12:31")
	mark := len(w.sent)
	w.press("a", "One day")
	if got := w.got("a", mark); strings.Contains(got, w.lib.Flows["idea"].Knock) {
		t.Fatalf("an idea on a tender day: %q", got)
	}
}

// A command that goes on with a sleeping conversation opens no fourth question.
func TestAWokenConversationIsNoFourth(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.say("a", "/idea")
	w.press("a", "Skip")
	w.press("a", "Skip")
	w.press("a", "Number 1")
	w.press("a", "Skip")
	w.press("a", "Skip")
	for _, word := range []string{"/checkin", "/tender", "/arrivals", "/idea"} {
		w.say("a", word)
		personRules(t, w, "a")
	}
	w.mustSay("a", w.lib.Words["too_deep"])
}
