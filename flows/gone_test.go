package flows

import (
	"strings"
	"testing"
	"time"
)

const goneFlow = `
flow: gone
version: 1
title: Gone
who: one
start: { command: gone }
expires: { after: 20h }
answers:
  q: { type: from_list, list: few }
  r: { type: from_list, list: few }
steps:
  d: { draw: q, from: few, none_left: done, go: d2 }
  d2: { draw: r, from: few, none_left: done, go: q }
  q: { ask: q, skip: r, timeout: { after: 2h, go: done }, go: done }
  r: { ask: r, skip: q, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Done.", end: done }
`

// A reload can take away every question that an open conversation goes to and fro between. It ends, rather than look for
// them for ever.
func TestQuestionsThatAreGoneEnd(t *testing.T) {
	w := newSim(t)
	w.lib = withFlows(t, map[string]string{"gone.yaml": goneFlow, "lists/few.yaml": "list: few\nkind: questions\nitems:\n" +
		"  A: { ask: \"A?\", type: text }\n  B: { ask: \"B?\", type: text }\n"})
	w.alone("a", "Ana")
	w.say("a", "/gone")
	if last := w.last("a"); last != "A?" && last != "B?" {
		t.Fatal(last)
	}
	w.lib = withFlows(t, map[string]string{"gone.yaml": goneFlow, "lists/few.yaml": "list: few\nkind: questions\nitems:\n" +
		"  C: { ask: \"C?\", type: text }\n"})
	w.say("a", "anything")
	if last := w.last("a"); !strings.Contains(last, w.lib.Words["flow_gone"]) {
		t.Fatal(last)
	}
	if _, p := w.person("a"); len(p.Tracks) != 0 {
		t.Fatalf("%+v", p.Tracks)
	}
}

// Whoever said yes, left, came again and said no, has said no.
func TestANoTakesTheYesBack(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.now = w.now.Add(19 * time.Hour) // noon of the next day
	for _, user := range []string{"a", "b"} {
		w.say(user, "/hour")
		w.press(user, "Yes, an hour")
	}
	w.say("a", "/leave")
	w.say("a", "/hour")
	w.press("a", "Not now")
	mark := len(w.sent)
	w.pass(24 * time.Hour)
	for _, user := range []string{"a", "b"} {
		w.say(user, "/hour")
		if got := w.got(user, mark); strings.Contains(got, "each said yes") {
			t.Fatalf("%s is told of a yes that was taken back: %q", user, got)
		}
	}
}
