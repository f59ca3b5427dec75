package flows

import (
	"strings"
	"testing"
	"time"
)

// What is taken back is what was shown, whatever went from the list in the meantime.
func TestTakeBackIsOfTheCardShown(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("old")
	w.pass(takeBackFor - 10*time.Minute)
	for _, line := range []string{"middle", "new"} {
		w.shareLine(line)
	}
	w.pass(2 * time.Minute)
	w.say("a", "/takeback")
	w.press("a", "An older one")
	if !strings.Contains(w.last("a"), "middle") {
		t.Fatalf("the older one: %q", w.last("a"))
	}
	w.pass(20 * time.Minute) // the two weeks of the oldest are over
	w.press("a", "Take it back")
	w.say("b", "/cards")
	mark := len(w.sent)
	w.press("b", "Read now")
	if got := w.got("b", mark); strings.Contains(got, "middle") || !strings.Contains(got, "new") {
		t.Fatalf("after taking the middle one back, b reads %q", got)
	}
}

// A card that is gone when its preview is tapped was not taken back, and nothing says so.
func TestTakeBackOfWhatIsGone(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("one")
	w.shareLine("two")
	w.say("a", "/takeback")
	w.press("a", "Undo") // of the one shown
	mark := len(w.sent)
	w.press("a", "Take it back")
	if got := w.got("a", mark); strings.Contains(got, w.lib.Words["taken_back"]) {
		t.Fatalf("it says %q", got)
	}
	w.pass(undoFor)
	if _, b := w.person("b"); len(b.Inbox) != 1 {
		t.Fatalf("%d cards came", len(b.Inbox))
	}
}

// A question that a card's question had parked has the floor again when the card is taken back.
func TestTakeBackGivesTheFloorBack(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("words")
	w.pass(undoFor)
	w.say("b", "/tender")
	question := w.last("b")
	w.say("b", "/cards")
	w.say("a", "/takeback")
	mark := len(w.sent)
	w.press("a", "Take it back")
	if got := w.got("b", mark); got != "" {
		t.Fatalf("taking back said %q", got)
	}
	w.say("b", "hello")
	w.mustSay("b", question)
}
