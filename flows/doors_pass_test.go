package flows

import (
	"strings"
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

// Undone within the minute, nothing reaches the other: they get what they get when it was kept.
func TestUndoWithinTheMinute(t *testing.T) {
	w := coupleThatShares(t)
	w.say("a", "/two")
	w.say("a", "words")
	w.press("a", "Skip")
	w.press("a", "Skip")
	kept, mark := w.fork(), len(w.sent)
	w.press("a", "Share")
	w.pass(undoFor - time.Nanosecond)
	w.press("a", "Undo")
	w.mustSay("a", w.lib.Words["undone"])
	kept.press("a", "Keep")
	kept.pass(undoFor - time.Nanosecond)
	for _, x := range []*sim{w, kept} {
		x.pass(72 * time.Hour)
		x.say("b", "/cards")
	}
	if got, want := w.view("b", mark), kept.view("b", mark); got != want {
		t.Fatalf("undone:\n%s\nkept:\n%s", got, want)
	}
	if got := w.say("a", "/takeback"); strings.Contains(got[0].Text(), "words") {
		t.Fatalf("what was undone can be taken back: %q", got[0].Text())
	}
}

func TestUndoAfterTheMinute(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("words")
	token := w.button("a", "Undo")
	w.pass(undoFor)
	if w.button("a", "Undo") != "" {
		t.Fatal("the button is still live")
	}
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: token})
	w.mustSay("a", w.lib.Words["closed_question"])
	if _, b := w.person("b"); len(b.Inbox) != 1 {
		t.Fatal("it did not go across")
	}
}

// The minute is over by the clock, though its timers are late, as after a restart.
func TestUndoAfterAMinuteOfDowntime(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("words")
	w.now = w.now.Add(3 * time.Hour)
	w.press("a", "Undo")
	w.mustSay("a", w.lib.Words["undo_late"])
	w.pass(0)
	if _, b := w.person("b"); len(b.Inbox) != 1 {
		t.Fatal("it did not go across")
	}
}

func TestUndoOfTheFirstOfTwo(t *testing.T) {
	w := pairWith(t)
	w.press("a", "Share")
	first := w.button("a", "Undo")
	w.pass(20 * time.Second)
	w.press("a", "Share")
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: first})
	w.mustSay("a", w.lib.Words["undone"])
	w.pass(undoFor - time.Second)
	if _, b := w.person("b"); len(b.Inbox) != 0 || len(b.Coming) != 1 {
		t.Fatalf("%d notes came, %d are on their way", len(b.Inbox), len(b.Coming))
	}
	w.pass(time.Second)
	w.say("b", "/cards")
	mark := len(w.sent)
	w.press("b", "Read now")
	if got := w.got("b", mark); strings.Contains(got, "first") || !strings.Contains(got, "second") {
		t.Fatalf("b reads %q", got)
	}
}

// Whether the other is still there changes nothing that undo says.
func TestUndoAfterTheOtherLeft(t *testing.T) {
	for _, how := range []string{"Leave quietly", "Leave and say so"} {
		w := coupleThatShares(t)
		w.shareLine("words")
		w.leave("b", how)
		w.press("a", "Undo")
		w.mustSay("a", w.lib.Words["undone"])
		w.pass(undoFor)
		if _, b := w.person("b"); len(b.Inbox)+len(b.Coming) != 0 {
			t.Fatal("it reached somebody who had left")
		}
	}
}

// How the other wants such notes is theirs alone: the author hears the same.
func TestClassesOfCards(t *testing.T) {
	base := newSim(t)
	base.pair()
	knock := base.lib.Flows["card"].Knock
	views := map[string]string{}
	for _, how := range []string{"Each by itself", "Once a week", "Not at all"} {
		w := base.fork()
		w.say("b", "/arrivals")
		w.press("b", how)
		mark := len(w.sent)
		toPreview(w)
		w.press("a", "Share")
		w.pass(undoFor)
		soon := strings.Contains(w.got("b", mark), knock)
		w.pass(6*24*time.Hour + 59*time.Minute) // Sunday, a little after six in the evening
		late := len(w.sent)
		w.say("b", "/cards")
		w.pass(2 * time.Hour)
		waits := !strings.Contains(w.got("b", late), w.lib.Words["no_cards"])
		if soon != (how == "Each by itself") || waits != (how != "Not at all") {
			t.Errorf("%s: knocked at once %t, there on Sunday %t", how, soon, waits)
		}
		w.say("a", "/takeback")
		w.press("a", "Take it back")
		views[w.view("a", mark)] = how
	}
	if len(views) != 1 {
		t.Error("the author can tell")
	}
}
