package flows

import (
	"testing"
	"time"
)

// Not at all means so for what waits for Sunday, too: such notes are not kept.
func TestNotAtAllHoldsForWhatWaits(t *testing.T) {
	w := coupleWith(t, nil)
	arrivals := func(how string) { w.say("b", "/arrivals"); w.press("b", how) }
	arrivals("Once a week")
	toPreview(w)
	w.press("a", "Share")
	w.pass(time.Hour)
	arrivals("Not at all")
	w.pass(7 * 24 * time.Hour)
	if _, b := w.person("b"); len(b.Inbox)+len(b.Coming) != 0 {
		t.Fatalf("b has %d notes and waits for %d", len(b.Inbox), len(b.Coming))
	}
}

// Undo within the minute, handled after the card went across: it says what is so.
func TestUndoThatComesTooLateSaysSo(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("words")
	tap := w.now.Add(undoFor - time.Second)
	w.now = w.now.Add(undoFor)
	w.fire("b", "pass")
	w.now = tap // the tap was received before, and waited for its turn
	w.press("a", "Undo")
	w.mustSay("a", w.lib.Words["undo_late"])
}
