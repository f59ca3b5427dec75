package flows

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// asked is somebody alone before the first question of a check-in, in the evening and within the budget.
func asked(t testing.TB) *sim {
	w := newSim(t)
	w.alone("a", "Ana")
	w.now = time.Date(2026, 3, 3, 17, 0, 0, 0, time.UTC) // 18:00 in Berlin
	w.say("a", "/checkin")
	return w
}

func (w *sim) state(user string) []byte {
	s, _ := w.person(user)
	return encode(Input{Self: *s})
}

func TestAnOpenQuestionComesAgainAfterAGap(t *testing.T) {
	w := asked(t)
	w.pass(3 * time.Minute)
	before, old := w.sent[len(w.sent)-1].Msg, w.button("a", "Steady")
	mark, at := len(w.sent), w.now.Add(10*time.Minute)
	w.gap(10*time.Minute, "a")
	got := w.sent[mark:]
	if len(got) != 2 || got[0].Msg.Op != Close || got[0].Msg.On != before.ID {
		t.Fatalf("came %+v", got)
	}
	m := got[1].Msg
	if len(m.Body) != 2 || m.Body[0].Text != w.lib.Word("was_away") || m.Body[1] != before.Body[0] || len(m.Choices) != len(before.Choices) {
		t.Errorf("shown again: %+v", m)
	}
	if m.Lane != LaneScheduled || m.Once || !m.Until.Equal(at.Add(2*time.Hour)) || !m.Private {
		t.Errorf("lane %d, once %t, until %s, private %t", m.Lane, m.Once, m.Until, m.Private)
	}
	if _, p := w.person("a"); p.Budget.Unasked != 1 || p.Tracks[0].Phase != Asking {
		t.Errorf("budget %+v, track %+v", p.Budget, p.Tracks[0])
	}
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: old})
	if w.last("a") != w.lib.Word("closed_question") {
		t.Errorf("the old button: %q", w.last("a"))
	}
	w.press("a", "Steady")
	if _, p := w.person("a"); p.Tracks[0].Frames[0].Answers["pulse"].N != 5 {
		t.Error("the new button does not answer")
	}
}

// Whatever keeps a question from being shown again keeps everything as it is.
func TestAGapChangesNothingElse(t *testing.T) {
	gap := func(w *sim) { w.gap(10*time.Minute, "a") }
	for name, way := range map[string]func(w *sim){
		"stopped":     func(w *sim) { w.say("a", "/stop"); gap(w) },
		"nothing":     func(w *sim) { w.say("a", "/leave"); gap(w) },
		"quiet hours": func(w *sim) { w.now = w.now.Add(5 * time.Hour); gap(w) }, // 23:00
		"no budget": func(w *sim) {
			w.gap(5*time.Minute, "a")
			w.pass(3 * time.Minute)
			w.gap(5*time.Minute, "a")
			w.pass(3 * time.Minute)
			gap(w)
		},
		"one on a tender day": func(w *sim) {
			s, p := w.person("a")
			p.Facts["tender"] = Value{T: YesNo, S: "yes"}
			w.units[s.Unit] = *s
			w.gap(5*time.Minute, "a")
			w.pass(3 * time.Minute)
			gap(w)
		},
		"asked after the gap": func(w *sim) {
			since := w.now.Add(-10 * time.Minute)
			w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "a"}, Since: since})
		},
		"twice for one gap": func(w *sim) {
			since := w.now
			gap(w)
			w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "a"}, Since: since})
		},
		"another platform": func(w *sim) {
			w.pass(10 * time.Minute)
			w.event(Event{Kind: Away, From: Address{Platform: "other", User: "a"}, Since: w.now})
		},
		"since never": func(w *sim) { w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "a"}}) },
		"a question a timer led to": func(w *sim) {
			w.press("a", "Steady")
			w.pass(2*time.Hour + time.Minute) // over, unseen
			gap(w)
		},
		"a code that waits": func(w *sim) {
			w.say("a", "/leave")
			w.say("a", "/partner")
			w.press("a", "Make a code")
			gap(w)
		},
		"out of reach": func(w *sim) {
			w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "a"}})
			gap(w)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := asked(t)
			way(w)
			// the last event once more, from the state that it left behind: still nothing
			mark, before := len(w.sent), w.state("a")
			since := w.now.Add(-10 * time.Minute)
			from := Address{Platform: "sim", User: "a"}
			switch name {
			case "another platform":
				from.Platform = "other"
			case "since never":
				since = time.Time{}
			}
			w.event(Event{Kind: Away, From: from, Since: since})
			if len(w.sent) != mark {
				t.Errorf("came %q", w.got("a", mark))
			}
			if after := w.state("a"); !bytes.Equal(before, after) {
				t.Errorf("changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}

func TestAGapIsNoInput(t *testing.T) {
	w := asked(t)
	w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "a"}})
	w.gap(10*time.Minute, "a")
	if _, p := w.person("a"); !p.Gone {
		t.Error("a gap brought somebody back")
	}
	w.say("a", "/stop")
	w.gap(10*time.Minute, "a")
	if _, p := w.person("a"); !p.Stopped {
		t.Error("a gap ended a silence")
	}
	w = newSim(t)
	if got := w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "nobody"}, Since: w.now}); got != nil || len(w.units) != 0 {
		t.Errorf("somebody unknown: %+v, %d units", got, len(w.units))
	}
}

// A parked question is not what is open, and comes back without a word of the gap.
func TestAGapShowsTheOpenQuestionAlone(t *testing.T) {
	w := asked(t)
	w.say("a", "/arrivals")
	w.pass(3 * time.Minute)
	mark := len(w.sent)
	w.gap(10*time.Minute, "a")
	if got := w.got("a", mark); !strings.Contains(got, w.lib.Word("was_away")) || strings.Contains(got, "ground under you") {
		t.Fatalf("came %q", got)
	}
	mark = len(w.sent)
	w.say("a", "/leave")
	if got := w.got("a", mark); strings.Contains(got, w.lib.Word("was_away")) || !strings.Contains(got, "ground under you") {
		t.Fatalf("after it came %q", got)
	}
}

// A question whose step is gone after a reload is left for its person's next input.
func TestAGapAfterAReload(t *testing.T) {
	w := asked(t)
	w.press("a", "Skip") // to a drawn question
	_, p := w.person("a")
	item := p.Tracks[0].Frames[0].Items["q"]
	lib := *w.lib
	lib.Lists = map[string]*List{}
	for name, l := range w.lib.Lists {
		c := *l
		if name == "daily_bank" {
			c.ByID = map[string]*Item{}
			for id, it := range l.ByID {
				if id != item {
					c.ByID[id] = it
				}
			}
		}
		lib.Lists[name] = &c
	}
	w.lib = &lib
	w.pass(3 * time.Minute)
	mark, before := len(w.sent), w.state("a")
	w.gap(10*time.Minute, "a")
	if len(w.sent) != mark || !bytes.Equal(before, w.state("a")) {
		t.Errorf("came %q, or the state changed", w.got("a", mark))
	}
}

// A tap within the minute after the platform was last known to be in reach made a question that may have lost its own.
func TestAGapHasAMargin(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		again bool
	}{{0, true}, {awayMargin, true}, {awayMargin + time.Second, false}} {
		w := asked(t)
		since := w.now
		w.pass(c.after)
		w.press("a", "Steady")
		w.pass(5 * time.Minute)
		mark := len(w.sent)
		w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "a"}, Since: since})
		if again := len(w.sent) > mark; again != c.again {
			t.Errorf("asked %s after: shown again %t", c.after, again)
		}
	}
}
