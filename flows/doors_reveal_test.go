package flows

import (
	"strings"
	"testing"
	"time"
)

// Whoever shares between the two timers of a reveal hour is too late for it: or they alone would see both.
func TestNobodySharesIntoARevealUnderWay(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.say("a", "/together")
	w.say("a", "Walks")
	w.press("a", "Share")
	w.say("b", "/together")
	w.say("b", "Music")
	w.now = w.revealDue("a")
	w.fire("a", "reveal")
	w.press("b", "Share")
	w.fire("b", "reveal")
	s, _ := w.person("a")
	for _, p := range s.People {
		if len(p.Inbox) != 0 {
			t.Fatalf("%s alone sees both", p.Addr.User)
		}
	}
	w.pass(48 * time.Hour)
	s, _ = w.person("a")
	for _, p := range s.People {
		if len(p.Inbox) != 0 {
			t.Fatalf("%s sees both a day later", p.Addr.User)
		}
	}
}

func (w *sim) revealDue(user string) time.Time {
	_, p := w.person(user)
	for _, timer := range p.Timers {
		if timer.What == "reveal" {
			return timer.Due
		}
	}
	return time.Time{}
}

// together takes a user to the preview of their half.
func (w *sim) together(user, line string) {
	w.t.Helper()
	w.say(user, "/together")
	w.say(user, line)
}

// reads opens what waits for a user, and gives what they read.
func (w *sim) reads(user string) string {
	w.t.Helper()
	mark := len(w.sent)
	w.say(user, "/cards")
	if w.button(user, "Read now") != "" {
		w.press(user, "Read now")
	}
	return w.got(user, mark)
}

// Both halves, to the letter of the previews, at the reveal hour and not before.
func TestRevealIsForBoth(t *testing.T) {
	w := newSim(t)
	w.pair()
	preview := map[string]string{}
	for user, line := range map[string]string{"a": "Walks {you.name}", "b": "Music"} {
		w.together(user, line)
		_, preview[user], _ = strings.Cut(w.last(user), "of yours:\n\n")
		w.press(user, "Share")
	}
	w.until("20:29")
	for user := range preview {
		if got := w.reads(user); !strings.Contains(got, w.lib.Words["no_cards"]) {
			t.Fatalf("before the hour %s reads %q", user, got)
		}
	}
	w.until("20:30")
	for user, other := range map[string]string{"a": "b", "b": "a"} {
		question, theirs, _ := strings.Cut(preview[other], "\n")
		got := w.reads(user)
		if theirs == "" || !strings.Contains(got, question+"\n") || !strings.Contains(got, theirs+"\n") {
			t.Fatalf("%s reads %q, the preview was %q", user, got, preview[other])
		}
	}
	w.pass(72 * time.Hour)
	for user := range preview {
		if got := w.reads(user); !strings.Contains(got, w.lib.Words["no_cards"]) {
			t.Fatalf("it comes again: %q", got)
		}
	}
}

// Whatever keeps the other half from being there, the one who shared gets the same: nothing.
func TestRevealOfOneHalf(t *testing.T) {
	base := newSim(t)
	base.pair()
	views := map[string]string{}
	for name, other := range map[string]func(w *sim){
		"nothing":   func(*sim) {},
		"kept":      func(w *sim) { w.together("b", "Music"); w.press("b", "Keep") },
		"no tap":    func(w *sim) { w.together("b", "Music") },
		"skipped":   func(w *sim) { w.say("b", "/together"); w.press("b", "Skip") },
		"left it":   func(w *sim) { w.together("b", "Music"); w.say("b", "/leave") },
		"silent":    func(w *sim) { w.together("b", "Music"); w.say("b", "/stop") },
		"left":      func(w *sim) { w.together("b", "Music"); w.leave("b", "Leave quietly") },
		"a day on":  func(w *sim) { w.until("20:31"); w.together("b", "Music"); w.press("b", "Share") },
		"a day off": nil,
	} {
		w := base.fork()
		if other == nil { // b shared more than a day before
			w.together("b", "Music")
			w.press("b", "Share")
		}
		w.until("20:31")
		mark := len(w.sent)
		w.together("a", "Walks")
		w.press("a", "Share")
		if other != nil {
			if name == "a day on" {
				w.until("20:30")
			}
			other(w)
		}
		w.until("08:00")
		for w.now.Before(time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)) {
			w.pass(24 * time.Hour)
		}
		if got := w.reads("a"); !strings.Contains(got, w.lib.Words["no_cards"]) {
			t.Errorf("%s: a reads %q", name, got)
		}
		views[strings.ReplaceAll(w.view("a", mark), "\n", "\n ")] = name
	}
	if len(views) != 1 {
		for view, name := range views {
			t.Errorf("%s:\n %s", name, view)
		}
	}
}

// Answers to different questions do not meet.
func TestRevealOfDifferentQuestions(t *testing.T) {
	other := strings.NewReplacer("flow: two_words", "flow: other_words", "{ command: two }", "{ command: other }",
		"partner_sees: on_share, keep: 90d", "partner_sees: together, keep: 90d", "partner_sees: on_share", "partner_sees: together",
		"share: { items: [one, two] }", "together: [one, two]").Replace(twoWords)
	w := coupleWith(t, map[string]string{"other.yaml": other})
	w.say("a", "/other")
	w.say("a", "first")
	for range 2 {
		w.press("a", "Skip")
	}
	w.press("a", "Share")
	w.say("b", "/other")
	w.press("b", "Skip")
	w.say("b", "second")
	w.press("b", "Skip")
	w.press("b", "Share")
	w.together("a", "Walks")
	w.press("a", "Share")
	w.until("20:31")
	for _, user := range []string{"a", "b"} {
		if got := w.reads(user); !strings.Contains(got, w.lib.Words["no_cards"]) {
			t.Fatalf("%s reads %q", user, got)
		}
	}
}

// Whoever shares twice before the hour is shown with their last words.
func TestRevealOfTheLastWords(t *testing.T) {
	w := newSim(t)
	w.pair()
	for _, x := range [][2]string{{"a", "Walks"}, {"b", "Music"}, {"a", "Swimming"}} {
		w.together(x[0], x[1])
		w.press(x[0], "Share")
	}
	w.until("20:30")
	if got := w.reads("b"); strings.Contains(got, "Walks") || !strings.Contains(got, "Swimming") {
		t.Fatalf("b reads %q", got)
	}
}
