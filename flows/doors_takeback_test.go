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

// Wherever a card is: its copy goes, its message goes where it was read, and its author cannot tell where it was.
func TestTakeBackWhereverTheCardIs(t *testing.T) {
	base := newSim(t)
	base.pair()
	author := map[string][]string{}
	for _, c := range []struct {
		where  string
		before func(w *sim)
		after  func(w *sim)
		delete bool
	}{
		{where: "unread"},
		{where: "knocked, opened", after: func(w *sim) { w.press("b", "Open") }},
		{where: "put off", after: func(w *sim) { w.press("b", "Open"); w.press("b", "Later") }},
		{where: "read", after: func(w *sim) { w.press("b", "Open"); w.press("b", "Read now") }, delete: true},
		{where: "waits for Sunday", before: func(w *sim) { w.say("b", "/arrivals"); w.press("b", "Once a week") }},
		{where: "not wanted", before: func(w *sim) { w.say("b", "/arrivals"); w.press("b", "Not at all") }},
		{where: "silent", before: func(w *sim) { w.say("b", "/stop") }},
		{where: "left quietly", after: func(w *sim) { w.leave("b", "Leave quietly") }},
	} {
		w := base.fork()
		if c.before != nil {
			c.before(w)
		}
		mark := len(w.sent)
		toPreview(w)
		w.press("a", "Share")
		w.pass(undoFor)
		if c.after != nil {
			c.after(w)
		}
		_, p := w.person("b")
		var message string
		for _, s := range p.Shown {
			message = s.Message
		}
		at := len(w.sent)
		w.say("a", "/takeback")
		w.press("a", "Take it back")
		var deleted []string
		for _, s := range w.sent[at:] {
			if s.To == "b" && s.Msg.Op != Close {
				if s.Msg.Op != Delete {
					t.Errorf("%s: b got %q", c.where, s.Msg.Text())
				}
				deleted = append(deleted, s.Msg.On)
			}
		}
		if c.delete != (len(deleted) == 1) || c.delete && (deleted[0] != message || message == "") {
			t.Errorf("%s: deleted %q, the card's message is %q", c.where, deleted, message)
		}
		_, p = w.person("b")
		if c.where != "left quietly" && len(p.Inbox)+len(p.Coming)+len(p.Shown) != 0 {
			t.Errorf("%s: a copy stays: %+v", c.where, p)
		}
		personRules(t, w, "b")
		if c.where != "silent" {
			w.say("b", "/cards")
			if c.where != "left quietly" {
				w.mustSay("b", w.lib.Words["no_cards"])
			}
		}
		author[w.view("a", mark)] = append(author[w.view("a", mark)], c.where)
	}
	if len(author) != 1 {
		t.Errorf("the author can tell apart: %q", author)
	}
}

// Only one's own can be taken back, and for two weeks.
func TestTakeBackEnds(t *testing.T) {
	w := coupleThatShares(t)
	w.shareLine("words")
	w.pass(takeBackFor - time.Minute)
	w.say("b", "/takeback")
	if got := w.last("b"); strings.Contains(got, "words") || w.button("b", "Take it back") != "" {
		t.Fatalf("b is offered what a shared: %q", got)
	}
	w.say("a", "/takeback")
	if w.button("a", "Take it back") == "" {
		t.Fatal("within two weeks there is nothing to take back")
	}
	w.press("a", "Leave it")
	w.pass(time.Minute)
	w.say("a", "/takeback")
	if w.button("a", "Take it back") != "" {
		t.Fatal("after two weeks there is")
	}
}

// The notes by which things can be taken back do not grow without end.
func TestTakeBackIsBounded(t *testing.T) {
	w := coupleThatShares(t)
	for range 2 * maxPassed {
		w.shareLine("words")
		w.say("b", "/cards")
		if w.button("b", "Read now") != "" {
			w.press("b", "Read now")
		}
		w.pass(time.Hour)
	}
	if _, a := w.person("a"); len(a.Passed) != maxPassed {
		t.Fatalf("%d cards can be taken back", len(a.Passed))
	}
	w.pass(takeBackFor)
	w.say("a", "hello")
	w.say("b", "hello")
	_, a := w.person("a")
	_, b := w.person("b")
	if len(a.Passed)+len(b.Shown) != 0 || len(a.Buttons) > 20 {
		t.Fatalf("after two weeks: %d, %d, %d buttons", len(a.Passed), len(b.Shown), len(a.Buttons))
	}
}
