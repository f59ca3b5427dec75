package flows

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// stamped are the files of a library with a flow of an older version stamped, and the newer one laid over it.
func stamped(t testing.TB, older, newer string) fstest.MapFS {
	t.Helper()
	top := filesOf(map[string]string{"trip.yaml": older})
	lock, findings := Stamp(Overlay(Shipped(), top))
	for _, f := range findings {
		t.Fatal(f)
	}
	top["versions.yaml"] = &fstest.MapFile{Data: lock}
	top["trip.yaml"] = &fstest.MapFile{Data: []byte(newer)}
	return top
}

const tripMoved = `flow: trip
version: 2
title: Trip
start: { command: trip }
expires: { after: 20h }
migrate: { from: 1, steps: { when: day }, answers: { when: day } }
answers:
  where: { type: text, max: 100, keep: none }
  day: { type: text, max: 100, keep: none }
  who: { type: text, max: 100, keep: none }
steps:
  where: { ask: where, text: "Where to?", skip: day, timeout: { after: 2h, go: done }, go: day }
  day: { ask: day, text: "On which day?", skip: who, timeout: { after: 2h, go: done }, go: who }
  who: { ask: who, text: "Who comes along?", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Have a good trip, all.", end: done }
`

func loaded(t testing.TB, fsys fs.FS) *Library {
	t.Helper()
	lib, findings := Load(fsys)
	for _, f := range findings {
		t.Fatal(f)
	}
	return lib
}

// A session moves at the next thing that its person does: the open question still takes its answer, under its new name.
func TestASessionMoves(t *testing.T) {
	w := tripper(t)
	w.say("a", "Brest")
	w.lib = loaded(t, Overlay(Shipped(), stamped(t, tripOne, tripMoved)))
	w.say("a", "in May")
	if got := w.last("a"); got != "Who comes along?" {
		t.Fatalf("the session goes on with %q", got)
	}
	_, p := w.person("a")
	f := p.Tracks[0].Frames[0]
	if f.Answers["day"].S != "in May" || f.Answers["where"].S != "Brest" || f.Shape != w.lib.Flows["trip"].Shape {
		t.Fatalf("%+v", f)
	}
	mark := len(w.sent)
	w.say("a", "/back") // asks a question of this version, or none: never one that is gone
	if got := w.got("a", mark); !strings.Contains(got, "On which day?") {
		t.Fatal(got)
	}
}

// A timer moves a session too, says nothing, and goes on at the deadline that stood.
func TestATimerMovesASession(t *testing.T) {
	w := tripper(t)
	w.say("a", "Brest")
	w.lib = loaded(t, Overlay(Shipped(), stamped(t, tripOne, strings.Replace(tripMoved, "skip: who, timeout: { after: 2h, go: done }", "skip: who, timeout: { after: 9h, go: who }", 1))))
	mark := len(w.sent)
	w.pass(2*time.Hour + time.Minute)
	if got := w.got("a", mark); got != "" {
		t.Fatalf("the clock says %q", got)
	}
	_, p := w.person("a")
	if f := p.Tracks[0].Frames[0]; f.Step != "who" || f.Shape != w.lib.Flows["trip"].Shape {
		t.Fatalf("%+v", f)
	}
}

// What is done for another person moves nobody's session.
func TestNobodyElseMovesASession(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.lib = withFlows(t, map[string]string{"trip.yaml": tripOne})
	w.say("a", "/trip")
	tracks := func() string {
		_, p := w.person("a")
		return fmt.Sprintf("%+v", p.Tracks)
	}
	was := tracks()
	w.lib = loaded(t, Overlay(Shipped(), stamped(t, tripOne, tripMoved)))
	w.say("b", "/trip")
	if tracks() != was {
		t.Fatalf("what b does moves a: %s", tracks())
	}
}

// A preview that was open when the flow changed is shown again before a tap counts, and to the letter as it was.
func TestAMovedPreviewIsShownAgain(t *testing.T) {
	const older = `flow: trip
version: 1
title: Trip
start: { command: trip }
expires: { after: 20h }
answers:
  line: { type: text, max: 100, partner_sees: on_share, keep: none }
steps:
  line: { ask: line, text: "A line?", skip: done, timeout: { after: 2h, go: done }, go: pass }
  pass: { share: { items: [line] }, timeout: { after: 2h, go: done }, none: done, go: done }
  done: { say: "Done.", end: done }
`
	newer := strings.Replace(strings.Replace(older, "version: 1", "version: 2\nmigrate: { from: 1 }", 1), "A line?", "A line or two?", 1)
	newer = strings.Replace(newer, "go: pass }", "go: also }\n  also: { say: \"Then.\", go: pass }", 1)
	w := newSim(t)
	w.pair()
	w.lib = withFlows(t, map[string]string{"trip.yaml": older})
	w.say("a", "/trip")
	w.say("a", "Tea at four?")
	_, p := w.person("a")
	tokens := []string{}
	for _, b := range p.Buttons {
		tokens = append(tokens, b.Token)
	}
	w.lib = loaded(t, Overlay(Shipped(), stamped(t, older, newer)))
	for _, token := range tokens {
		w.event(Event{ID: "press/" + token, Kind: Pressed, From: p.Addr, Action: token})
	}
	if _, q := w.person("b"); len(q.Coming)+len(q.Inbox) != 0 {
		t.Fatal("an old preview was passed on")
	}
	w.say("a", "and?")
	seen := w.last("a")
	if !strings.Contains(seen, "Tea at four?") {
		t.Fatalf("no preview: %q", seen)
	}
	w.press("a", "Share")
	_, q := w.person("b")
	if len(q.Coming) != 1 || !strings.Contains(seen, blocksText(q.Coming[0].Body)) {
		t.Fatalf("seen %q, on its way %+v", seen, q.Coming)
	}
}

// Moving is pure: the arguments stay as they were, and Needs sees what Step will see.
func TestMovingLeavesItsArguments(t *testing.T) {
	w := tripper(t)
	s, p := w.person("a")
	lib := loaded(t, Overlay(Shipped(), stamped(t, tripOne, tripMoved)))
	in := Input{Self: s.Clone(), Who: p.ID}
	was := w.state("a")
	ev := Event{ID: "x", Kind: Said, From: p.Addr, At: w.now, Text: "Brest"}
	lib.Needs(in.Self, p.ID, ev)
	lib.Step(in, ev)
	w.units = map[UnitID]State{s.Unit: in.Self}
	if string(w.state("a")) != string(was) {
		t.Fatal("the argument has changed")
	}
}
