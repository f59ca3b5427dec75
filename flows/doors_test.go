package flows

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// What the tests of the doors have in common.

// view is everything that a user got since mark, to the byte and the second.
func (w *sim) view(user string, mark int) string {
	w.t.Helper()
	var b strings.Builder
	for _, s := range w.sent[mark:] {
		if s.To == user {
			m, err := json.Marshal(s.Msg)
			if err != nil {
				w.t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %s\n", s.At.Format(time.RFC3339), m)
		}
	}
	return b.String()
}

// fire lets one timer of a user fire now, before any other that is due.
func (w *sim) fire(user, what string) {
	w.t.Helper()
	s, p := w.person(user)
	for _, timer := range p.Timers {
		if timer.What == what {
			w.event(Event{ID: "timer/" + timer.Name + "/" + timer.Due.String(), Kind: Fired, Unit: s.Unit, Timer: timer.Name, Due: timer.Due})
			return
		}
	}
	w.t.Fatalf("%s has no timer %q", user, what)
}

// until lets time go by up to a time of day on the clock of Berlin, which is both people's here.
func (w *sim) until(clock string) {
	w.t.Helper()
	c, _ := parseClock(clock)
	m, _ := nextMoment(daily(c.hour, c.minute), w.now, location("Europe/Berlin"))
	w.pass(m.At.Sub(w.now))
}

// pass on: a shares one line of words, and b has not got it yet.
func (w *sim) shareLine(line string) {
	w.t.Helper()
	w.say("a", "/two")
	w.say("a", line)
	w.press("a", "Skip")
	w.press("a", "Skip")
	w.press("a", "Share")
}

// couple is a and b with an author's flows beside the shipped ones.
func coupleWith(t testing.TB, files map[string]string) *sim {
	t.Helper()
	w := newSim(t)
	w.pair()
	if files != nil {
		w.lib = withFlows(t.(*testing.T), files)
	}
	return w
}

func coupleThatShares(t testing.TB) *sim {
	return coupleWith(t, map[string]string{"two_words.yaml": twoWords})
}

// leave takes a user out of the couple.
func (w *sim) leave(user, how string) {
	w.t.Helper()
	w.say(user, "/partner")
	w.press(user, how) // the choice
	w.press(user, how) // after the preview
}

func (w *sim) mustSay(user, want string) {
	w.t.Helper()
	if got := w.last(user); got != want {
		w.t.Fatalf("%s got %q, not %q", user, got, want)
	}
}
