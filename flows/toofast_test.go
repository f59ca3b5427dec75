package flows

import (
	"testing"
	"time"
)

func TestTooFastChangesNothing(t *testing.T) {
	w := newSim(t)
	w.pair()
	s, p := w.person("a")
	before := *p
	out := w.lib.TooFast(Input{Self: *s, Who: p.ID}, Event{Kind: Said, From: p.Addr, At: w.now, Text: "hello"})
	if len(out.Messages) != 1 || out.Messages[0].Text() != w.lib.Words["too_fast"] || out.Messages[0].To != p.ID || len(out.States) != 1 {
		t.Fatalf("%+v", out)
	}
	after, _ := out.States[0].Person(p.ID)
	if after.LastMsg != before.LastMsg+1 || len(after.Tracks) != len(before.Tracks) {
		t.Errorf("%d messages counted, %d conversations", after.LastMsg-before.LastMsg, len(after.Tracks))
	}
	if out = w.lib.TooFast(Input{}, Event{Kind: Said, At: w.now}); len(out.Messages)+len(out.States) != 0 {
		t.Errorf("a stranger is told: %+v", out)
	}
}

// What comes by the clock is better lost than said twice; what somebody waits for is not.
func TestOnceIsWhatComesByTheClock(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.pass(3 * 24 * time.Hour)
	clock := 0
	for _, s := range w.sent {
		if s.Msg.Once != (s.Msg.Lane == LaneScheduled) {
			t.Errorf("lane %d, once %v", s.Msg.Lane, s.Msg.Once)
		}
		if s.Msg.Once {
			clock++
		}
	}
	if clock == 0 {
		t.Error("nothing came by the clock")
	}
}

// What changes nothing is answered where it came from, and not on another phone of the same person.
func TestWhatChangesNothingIsAnsweredWhereItCameFrom(t *testing.T) {
	w := twoAccounts(t, addIt, false)
	w.press("a", ownerYes)
	w.press("c", newYes)
	s, p := w.person("c")
	for user, at := range map[string]string{"a": "a", "c": ""} {
		from := Address{Platform: "sim", User: user}
		for name, step := range map[string]func(Input, Event) Output{"too fast": w.lib.TooFast, "apology": w.lib.Apology} {
			out := step(Input{Self: *s, Who: p.ID}, Event{Kind: Said, From: from, At: w.now})
			if len(out.Messages) != 1 || at == "" && out.Messages[0].At != nil || at != "" && (out.Messages[0].At == nil || out.Messages[0].At.User != at) {
				t.Errorf("%s, written from %s: %+v", name, user, out.Messages)
			}
			if q, _ := out.States[0].Person(p.ID); users(q) != "c a" {
				t.Errorf("%s: %s", name, users(q))
			}
		}
	}
}
