package flows

import (
	"strings"
	"testing"
	"time"
)

// Whose quiet hours have begun hears at their end, and the other at the hour.
func TestRevealKeepsQuietHours(t *testing.T) {
	w := newSim(t)
	w.pair()
	s, b := w.person("b")
	b.Facts["quiet_from"] = Value{T: Time, S: "20:00"}
	w.units[s.Unit] = *s
	for _, user := range []string{"a", "b"} {
		w.together(user, "Words")
		w.press(user, "Share")
	}
	knock := w.lib.Flows["card"].Knock
	mark := len(w.sent)
	w.until("20:30")
	if !strings.Contains(w.got("a", mark), knock) || strings.Contains(w.got("b", mark), knock) {
		t.Fatalf("at the hour a got %q, b %q", w.got("a", mark), w.got("b", mark))
	}
	w.until("08:00")
	if !strings.Contains(w.got("b", mark), knock) {
		t.Fatalf("in the morning b has %q", w.got("b", mark))
	}
}

// The hour passed while nothing ran: what both had shared before comes late and once, for both.
func TestRevealAfterDowntime(t *testing.T) {
	w := newSim(t)
	w.pair()
	for _, user := range []string{"a", "b"} {
		w.together(user, "Words of "+user)
		w.press(user, "Share")
	}
	w.now = w.now.Add(40 * time.Hour) // past this hour, and the next day's is not there yet
	w.together("b", "Later words")    // the first thing that is handled
	w.press("b", "Share")
	w.pass(0)
	for user, theirs := range map[string]string{"a": "Words of b", "b": "Words of a"} {
		if got := w.reads(user); !strings.Contains(got, theirs) || strings.Contains(got, "Later") {
			t.Fatalf("%s reads %q", user, got)
		}
	}
	w.pass(48 * time.Hour)
	for _, user := range []string{"a", "b"} {
		if got := w.reads(user); !strings.Contains(got, w.lib.Words["no_cards"]) {
			t.Fatalf("again %s reads %q", user, got)
		}
	}
}

// On the days of a clock change a half is for one hour, too: not for two, and not for none.
func TestRevealAroundClockChanges(t *testing.T) {
	for name, at := range map[string]time.Time{
		"shorter day": time.Date(2026, 3, 28, 18, 45, 0, 0, time.UTC),  // 19:45 in Berlin; the next 20:30 but one is less than a day off
		"longer day":  time.Date(2026, 10, 24, 18, 45, 0, 0, time.UTC), // 20:45 in Berlin; the next 20:30 is more than a day off
	} {
		w := newSim(t)
		w.pair()
		w.now = at
		for _, user := range []string{"a", "b"} {
			w.together(user, "Words")
			w.press(user, "Share")
		}
		times := 0
		for range 3 {
			w.until("20:31")
			if got := w.reads("a"); strings.Contains(got, "Words") {
				times++
			}
		}
		if times != 1 {
			t.Errorf("%s: it came %d times", name, times)
		}
	}
}

// The hour is the couple's, and each reads it on their own clock.
func TestRevealInTwoZones(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.set("b", map[string]Value{"zone": {T: Zone, S: "America/New_York"}})
	for user, clock := range map[string]string{"a": "20:30", "b": "14:30"} {
		w.together(user, "Words of "+user)
		if !strings.Contains(w.last(user), "at "+clock+".") {
			t.Fatalf("%s is told %q", user, w.last(user))
		}
		w.press(user, "Share")
	}
	mark := len(w.sent)
	w.until("20:30")
	for _, user := range []string{"a", "b"} {
		if !strings.Contains(w.got(user, mark), w.lib.Flows["card"].Knock) {
			t.Fatalf("at the hour %s got %q", user, w.got(user, mark))
		}
	}
}
