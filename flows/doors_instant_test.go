package flows

import (
	"strings"
	"testing"
	"time"
)

// /leave ends a yes to an instant, as it says; and a no takes the place of a yes.
func TestAYesCanBeTakenBack(t *testing.T) {
	for name, change := range map[string]func(w *sim){
		"left":           func(w *sim) { w.say("a", "/leave") },
		"left and no":    func(w *sim) { w.say("a", "/leave"); w.say("a", "/hour"); w.press("a", "Not now") },
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

// Whoever shares between the two timers of a reveal hour is too late for it: or they alone would see both.
func TestNobodySharesIntoARevealUnderWay(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.say("a", "/together")
	w.say("a", "Walks")
	w.press("a", "Share")
	w.say("b", "/together")
	w.say("b", "Music")
	s, _ := w.person("a")
	w.now = w.revealDue("a")
	w.fire("a", "reveal")
	w.press("b", "Share")
	w.fire("b", "reveal")
	s, _ = w.person("a")
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
