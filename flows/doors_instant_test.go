package flows

import (
	"strings"
	"testing"
	"time"
)

// /leave ends a yes to an instant, as it says; and a no takes the place of a yes.
func TestAYesCanBeTakenBack(t *testing.T) {
	for name, change := range map[string]func(w *sim){
		"left":        func(w *sim) { w.say("a", "/leave") },
		"left and no": func(w *sim) { w.say("a", "/leave"); w.say("a", "/hour"); w.press("a", "Not now") },
		"silent, back and no": func(w *sim) {
			for _, word := range []string{"/stop", "/start", "/hour"} {
				w.say("a", word)
			}
			w.press("a", "Not now")
		},
		"left and again": func(w *sim) { w.say("a", "/leave"); w.say("a", "/hour"); w.press("a", "Yes, an hour") },
	} {
		w := newSim(t)
		w.pair()
		for _, user := range []string{"a", "b"} {
			w.say(user, "/hour")
			w.press(user, "Yes, an hour")
		}
		change(w)
		mark := len(w.sent)
		w.until("18:00")
		if got := strings.Contains(w.got("b", mark), w.lib.Flows["hour"].Knock); got != (name == "left and again") {
			t.Errorf("%s: b hears of the hour: %t", name, got)
		}
	}
}

// A command to a conversation that waits says something, wherever it waits.
func TestAWaitIsNeverMute(t *testing.T) {
	w := coupleWith(t, map[string]string{"two_waits.yaml": twoWaits})
	w.say("a", "/two_waits")
	w.press("a", "Yes")
	for _, word := range []string{"/checkin", "/tender", "/arrivals"} {
		w.say("a", word)
	}
	w.until("18:00") // with three things open, the wait that comes next has to wait itself
	for _, word := range []string{"/two_waits", "/leave", "/two_waits"} {
		if len(w.say("a", word)) == 0 {
			t.Fatalf("%s says nothing", word)
		}
	}
}

const twoWaits = `
flow: two_waits
version: 1
title: Two waits
who: both
start: { command: two_waits }
expires: { after: 4d }
answers:
  ready: { type: yes_no, partner_sees: together, keep: none }
steps:
  ready: { ask: ready, text: "Ready?", skip: count, timeout: { after: 2h, go: count }, go: count }
  count: { both: ready, at: couple.hour, go: { yes: wait, otherwise: wait } }
  wait: { wait_for: partner, at: "20:00", go: bye }
  bye: { say: "Now.", end: done }
`

// Both said yes before the instant, or nothing is said, and nobody learns why.
func TestBoth(t *testing.T) {
	base := newSim(t)
	base.pair()
	knock := base.lib.Flows["hour"].Knock
	quiet := map[string]string{}
	for name, b := range map[string]func(w *sim){
		"yes":        func(w *sim) { w.say("b", "/hour"); w.press("b", "Yes, an hour") },
		"no":         func(w *sim) { w.say("b", "/hour"); w.press("b", "Not now") },
		"skipped":    func(w *sim) { w.say("b", "/hour"); w.press("b", "Skip") },
		"not asked":  func(*sim) {},
		"no answer":  func(w *sim) { w.say("b", "/hour") },
		"silent":     func(w *sim) { w.say("b", "/hour"); w.say("b", "/stop") },
		"left":       func(w *sim) { w.leave("b", "Leave quietly") },
		"yes, later": func(w *sim) {}, // see below
	} {
		w := base.fork()
		w.until("12:00")
		mark := len(w.sent)
		w.say("a", "/hour")
		w.press("a", "Yes, an hour")
		b(w)
		w.until("18:00")
		if name == "yes, later" { // at the instant it is too late: that yes is to the next one
			w.say("b", "/hour")
			w.press("b", "Yes, an hour")
		}
		w.until("08:00")
		w.say("a", "/hour")
		got := w.view("a", mark)
		if name != "yes" {
			quiet[got] = name
			continue
		}
		if !strings.Contains(got, knock) || !strings.Contains(w.got("b", mark), knock) {
			t.Errorf("two yes, and a got\n%s", got)
		}
	}
	for got := range quiet {
		if strings.Contains(got, knock) || len(quiet) != 1 {
			t.Fatalf("a can tell without a yes of both: %q", quiet)
		}
	}
}

// A yes is to one instant: one today and one tomorrow come to nothing.
func TestBothNeedTheSameInstant(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.until("17:00")
	mark := len(w.sent)
	w.say("a", "/hour")
	w.press("a", "Yes, an hour")
	w.until("18:00")
	w.say("b", "/hour")
	w.press("b", "Yes, an hour")
	w.pass(48 * time.Hour)
	for _, user := range []string{"a", "b"} {
		if strings.Contains(w.got(user, mark), w.lib.Flows["hour"].Knock) {
			t.Fatalf("%s hears of an hour", user)
		}
	}
}

// Nobody gets past an instant before it, by no word of theirs.
func TestWaitForIsNeverSooner(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.until("12:00")
	for _, user := range []string{"a", "b"} {
		w.say(user, "/hour")
		w.press(user, "Yes, an hour")
	}
	for _, wait := range []struct{ at, knocks string }{{"17:59", "18:00"}, {"20:29", "20:30"}} {
		mark := len(w.sent)
		for _, word := range []string{"/hour", "/skip", "/back", "hello", "/help", "/cards", "/start"} {
			w.say("a", word)
		}
		w.until(wait.at)
		w.say("a", "/hour")
		w.mustSay("a", strings.ReplaceAll(w.lib.Words["not_yet"], "{time}", wait.knocks))
		if got := w.got("a", mark); strings.Contains(got, "each said yes") || strings.Contains(got, "One line about it") {
			t.Fatalf("before %s: %q", wait.knocks, got)
		}
		w.until(wait.knocks)
		w.say("a", "/hour")
		if _, p := w.person("a"); wait.at == "20:29" && p.running("hour").top().Step != "word" {
			t.Fatalf("after %s: %q", wait.knocks, w.last("a"))
		}
	}
}
