package flows

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// reread is a state as it comes back from a disk.
func reread(t testing.TB, s State) State {
	t.Helper()
	var out State
	for _, pair := range []struct{ from, to any }{{s, &out}, {s.People, &out.People}} {
		b, err := json.Marshal(pair.from)
		if err == nil {
			err = json.Unmarshal(b, pair.to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// next is the earliest timer of all.
func (w *sim) next() (ev Event, ok bool) {
	for id, s := range w.units {
		for _, p := range s.People {
			for _, timer := range p.Timers {
				earlier := timer.Due.Before(ev.Due) || timer.Due.Equal(ev.Due) && timer.Name < ev.Timer
				if !ok || earlier {
					ev, ok = Event{Kind: Fired, Unit: id, Timer: timer.Name, Due: timer.Due}, true
				}
			}
		}
	}
	ev.ID = fmt.Sprintf("timer/%s/%s", ev.Timer, ev.Due)
	return ev, ok
}

// pass lets time go by; everything due happens in order.
func (w *sim) pass(d time.Duration) {
	w.t.Helper()
	target := w.now.Add(d)
	for {
		ev, ok := w.next()
		if !ok || ev.Due.After(target) {
			break
		}
		if ev.Due.After(w.now) {
			w.now = ev.Due
		}
		w.event(ev)
	}
	w.now = target
}

// got is what a user was shown since mark, as text.
func (w *sim) got(user string, mark int) string {
	var b strings.Builder
	for _, s := range w.sent[mark:] {
		if s.To == user && s.Msg.Op == Show {
			b.WriteString(s.Msg.Text() + "\n")
		}
	}
	return b.String()
}

func (w *sim) last(user string) string {
	for i := len(w.sent) - 1; i >= 0; i-- {
		if w.sent[i].To == user && w.sent[i].Msg.Op == Show {
			return w.sent[i].Msg.Text()
		}
	}
	return ""
}

// welcome takes a user through the first steps, up to the choice how to begin.
func (w *sim) welcome(user, name, checkin, role string) {
	w.t.Helper()
	w.welcomeIn("Berlin", user, name, checkin, role)
}

func (w *sim) welcomeIn(place, user, name, checkin, role string) {
	w.t.Helper()
	w.say(user, "/start")
	for _, label := range []string{"Go on", "I agree", "I am 18 or over", "Continue"} {
		w.press(user, label)
	}
	w.say(user, name)
	w.say(user, place)
	w.press(user, "Yes")
	w.say(user, checkin)
	w.press(user, "That suits me")
	w.press(user, role)
}

// code is the code that a user was last shown.
func (w *sim) code(user string) string {
	_, p := w.person(user)
	if p == nil || p.Pair == nil {
		w.t.Fatalf("%s has no code", user)
	}
	return p.Pair.Code
}

// pair makes a couple of a and b.
func (w *sim) pair() {
	w.t.Helper()
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "Make a code")
	w.welcome("b", "Ben", "20:30", "I broke trust")
	w.press("b", "I have a code")
	w.say("b", w.code("a"))
	w.press("a", "Go on together")
	w.press("b", "Go on together")
	if s, _ := w.person("a"); len(s.People) != 2 {
		w.t.Fatal("not a couple")
	}
}

// fork is a copy that goes its own way.
func (w *sim) fork() *sim {
	f := *w
	f.units = map[UnitID]State{}
	for id, s := range w.units {
		f.units[id] = s.Clone()
	}
	f.seq = maps.Clone(w.seq)
	f.sent = slices.Clone(w.sent)
	f.wrong = slices.Clone(w.wrong)
	f.kept = maps.Clone(w.kept)
	return &f
}
