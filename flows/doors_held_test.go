package flows

import (
	"strings"
	"testing"
	"time"
)

// heldWords makes a couple in which a has tapped Share on words that sound like danger.
func heldWords(t *testing.T) *sim {
	w := coupleThatShares(t)
	w.shareLine("Some days I want to die")
	if !strings.Contains(w.last("a"), "danger") {
		t.Fatalf("not held: %q", w.last("a"))
	}
	return w
}

// Held words pass by one tap only. All else is the same to the other as Keep at the preview.
func TestHeldWordsStay(t *testing.T) {
	for name, way := range map[string]func(w *sim){
		"keep":       func(w *sim) { w.press("a", "Keep") },
		"skip":       func(w *sim) { w.say("a", "/skip") },
		"no answer":  func(*sim) {},
		"back":       func(w *sim) { w.say("a", "/back") },
		"leave":      func(w *sim) { w.say("a", "/leave") },
		"stop":       func(w *sim) { w.say("a", "/stop") },
		"the word":   func(w *sim) { w.say("a", "share"); w.say("a", "yes") },
		"the couple": func(w *sim) { w.leave("a", "Leave quietly") },
	} {
		w := heldWords(t)
		mark := len(w.sent)
		way(w)
		w.pass(3 * time.Hour) // the step's two hours are over
		kept := coupleThatShares(t)
		kept.say("a", "/two")
		kept.say("a", "Some days I want to die")
		kept.press("a", "Skip")
		kept.press("a", "Skip")
		kept.press("a", "Keep")
		from := len(kept.sent)
		kept.pass(3 * time.Hour)
		for _, x := range []*sim{w, kept} {
			x.say("b", "/cards")
			x.pass(24 * time.Hour)
		}
		if got, want := w.view("b", mark), kept.view("b", from); got != want {
			t.Errorf("%s: b got\n%s\nnot\n%s", name, got, want)
		}
	}
}

func TestHeldWordsPassByATapOfTheirOwn(t *testing.T) {
	w := heldWords(t)
	w.press("a", "Share it anyway")
	w.pass(undoFor)
	w.say("b", "/cards")
	mark := len(w.sent)
	w.press("b", "Read now")
	if got := w.got("b", mark); !strings.Contains(got, "> Some days I want to die\n") {
		t.Fatalf("b reads %q", got)
	}
}

// The tap that was already used does not count twice: the old button of the preview is closed.
func TestTheFirstTapDoesNotCountTwice(t *testing.T) {
	w := coupleThatShares(t)
	w.say("a", "/two")
	w.say("a", "I want to die")
	w.press("a", "Skip")
	w.press("a", "Skip")
	token := w.button("a", "Share")
	for range 2 {
		w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: token})
	}
	w.mustSay("a", w.lib.Words["closed_question"])
	w.pass(3 * time.Hour)
	if _, b := w.person("b"); len(b.Inbox)+len(b.Coming) != 0 {
		t.Fatal("it went across")
	}
}

// Each item is held for its own words.
func TestHeldItemByItem(t *testing.T) {
	for _, at := range []int{0, 1} {
		w := coupleThatShares(t)
		words := []string{"Tea in the garden", "Tea in the garden"}
		words[at] = "I want to die"
		w.say("a", "/two")
		w.say("a", words[0])
		w.say("a", words[1])
		w.press("a", "Skip")
		for i := range words {
			w.press("a", "Share")
			if held := w.button("a", "Share it anyway") != ""; held != (i == at) {
				t.Fatalf("danger in item %d: item %d held: %t", at, i, held)
			}
			if i == at {
				w.press("a", "Keep")
			}
		}
		w.pass(undoFor)
		if _, b := w.person("b"); len(b.Inbox) != 1 || strings.Contains(b.Inbox[0].Body[2].Text, "die") {
			t.Fatalf("danger in item %d: b has %+v", at, b.Inbox)
		}
	}
}

// A double reveal holds words as well.
func TestHeldBeforeAReveal(t *testing.T) {
	w := newSim(t)
	w.pair()
	for user, line := range map[string]string{"a": "I want to die", "b": "Walks"} {
		w.say(user, "/together")
		w.say(user, line)
		w.press(user, "Share")
	}
	w.press("a", "Keep")
	w.until("20:30")
	if _, b := w.person("b"); len(b.Inbox) != 0 {
		t.Fatal("held words were revealed")
	}
}
