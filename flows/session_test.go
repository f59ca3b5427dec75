package flows

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A flow that has not ended yet: it asks twice, and its second version asks something else in between.
const (
	tripOne = `flow: trip
version: 1
title: Trip
start: { command: trip }
expires: { after: 20h }
answers:
  where: { type: text, max: 100, keep: none }
  when: { type: text, max: 100, keep: none }
steps:
  where: { ask: where, text: "Where to?", skip: when, timeout: { after: 2h, go: done }, go: when }
  when: { ask: when, text: "And when?", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Have a good trip.", end: done }
`
	tripTwo = `flow: trip
version: 2
title: Trip
start: { command: trip }
expires: { after: 20h }
answers:
  where: { type: text, max: 100, keep: none }
  who: { type: text, max: 100, keep: none }
steps:
  where: { ask: where, text: "Where to?", skip: who, timeout: { after: 2h, go: done }, go: who }
  who: { ask: who, text: "Who comes along?", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Have a good trip, all.", end: done }
`
)

// keeping puts a library in the place of the sim's, as a store does that keeps shapes.
func keeping(w *sim, next *Library) {
	lib, _ := next.Keep(w.lib.Shapes())
	w.lib = lib
}

func tripper(t *testing.T) *sim {
	t.Helper()
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withFlows(t, map[string]string{"trip.yaml": tripOne})
	w.say("a", "/trip")
	if w.last("a") != "Where to?" {
		t.Fatal(w.last("a"))
	}
	return w
}

// A session finishes on the shape that it began with; a new one begins on the present one.
func TestASessionFinishesOnItsShape(t *testing.T) {
	w := tripper(t)
	keeping(w, withFlows(t, map[string]string{"trip.yaml": tripTwo}))
	w.say("a", "Brest")
	if got := w.last("a"); got != "And when?" {
		t.Fatalf("the session that was under way goes on with %q", got)
	}
	w.say("a", "in May")
	if got := w.last("a"); got != "Have a good trip." {
		t.Fatal(got)
	}
	w.say("a", "/trip")
	w.say("a", "Brest")
	if got := w.last("a"); got != "Who comes along?" {
		t.Fatalf("a session that begins now goes on with %q", got)
	}
}

// Words of the same shape change at once, in the middle of a session too.
func TestWordsChangeUnderASession(t *testing.T) {
	w := tripper(t)
	keeping(w, withFlows(t, map[string]string{"trip.yaml": strings.Replace(tripOne, "And when?", "When, roughly?", 1)}))
	w.say("a", "Brest")
	if got := w.last("a"); got != "When, roughly?" {
		t.Fatal(got)
	}
}

// Without the old shape a session ends with one plain sentence, and so does one whose flow was removed, whatever is kept.
func TestAShapeThatNobodyHasEndsGently(t *testing.T) {
	next := withFlows(t, map[string]string{"trip.yaml": tripTwo})
	without, _ := mustShipped(t).Keep(tripper(t).lib.Shapes())
	for what, lib := range map[string]*Library{"not kept": next, "removed": without} {
		w := tripper(t)
		w.lib = lib
		mark := len(w.sent)
		w.say("a", "Brest")
		if got := w.got("a", mark); strings.Count(got, lib.Words["flow_gone"]) != 1 {
			t.Errorf("%s: %q", what, got)
		}
		if _, p := w.person("a"); len(p.Tracks) != 0 {
			t.Errorf("%s: still under way", what)
		}
	}
}

// A session that an older rewoo began says nothing of its shape: it goes by the flow as it is.
func TestASessionWithoutAShapeIsTakenAsPresent(t *testing.T) {
	w := tripper(t)
	_, p := w.person("a")
	p.Tracks[0].Frames[0].Shape = ""
	w.lib = withFlows(t, map[string]string{"trip.yaml": tripTwo})
	w.say("a", "Brest")
	if got := w.last("a"); got != "Who comes along?" {
		t.Fatal(got)
	}
}

// Wherever a session of a removed flow stands, the clock says nothing of it, and it is over in the end.
func TestARemovedFlowSaysNothingByItself(t *testing.T) {
	knocks := strings.Replace(tripOne, "start: {", "knock: A trip.\nstart: { schedule: \"0 20 * * *\",", 1)
	sleeps := strings.Replace(tripOne, "steps:\n", "steps:\n  nap: { sleep: 1h, go: where }\n", 1)
	for what, c := range map[string]struct {
		flow   string
		before func(w *sim)
	}{
		"open":     {tripOne, func(w *sim) { w.say("a", "/trip") }},
		"parked":   {tripOne, func(w *sim) { w.say("a", "/trip"); w.say("a", "/checkin") }},
		"sleeping": {sleeps, func(w *sim) { w.say("a", "/trip") }},
		"knocking": {knocks, func(w *sim) { w.pass(26 * time.Hour) }},
	} {
		w := newSim(t)
		w.alone("a", "Ana")
		w.lib = withFlows(t, map[string]string{"trip.yaml": c.flow})
		c.before(w)
		if _, p := w.person("a"); p.running("trip") == nil {
			t.Fatalf("%s: it does not run", what)
		}
		lib, _ := mustShipped(t).Keep(w.lib.Shapes())
		w.lib = lib
		mark := len(w.sent)
		w.pass(30 * time.Hour)
		for _, s := range w.sent[mark:] {
			if strings.Contains(s.Msg.Text(), lib.Words["flow_gone"]) {
				t.Errorf("%s: a timer says that the flow is gone", what)
			}
		}
		if _, p := w.person("a"); p.running("trip") != nil {
			t.Errorf("%s: it still runs, long after it expired", what)
		}
	}
}

// Every session begins by beginFrame, and every flow of a session is found by flowOf.
func TestSessionsGoByTheirShape(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	frame, flow := regexp.MustCompile(`\bFrame\{Flow:`), regexp.MustCompile(`Flows\[[a-z.]*([fF]rame|top\(\)|\bf\.Flow\b)`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			own := file == "session.go" || file == "migrate.go" || strings.Contains(line, "it begins here")
			if !own && (frame.MatchString(line) || flow.MatchString(line)) {
				t.Errorf("%s:%d: %s", file, i+1, strings.TrimSpace(line))
			}
		}
	}
}
