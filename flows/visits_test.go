package flows

import (
	"strings"
	"testing"
	"time"
)

const bounded = `
flow: bounded
version: 1
title: Bounded
start: { command: bounded }
expires: { after: 20d }
answers:
  a: { type: yes_no }
  b: { type: yes_no }
steps:
  first: { ask: a, text: "First?", skip: enough, timeout: { after: 1h, go: enough }, go: again }
  again: { ask: b, text: "Again?", visits: 2, too_often: enough, skip: first, timeout: { after: 1h, go: enough }, go: first }
  enough: { say: "That is enough.", end: done }
`

func TestTooOften(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withFlows(t, map[string]string{"bounded.yaml": bounded})
	w.say("a", "/bounded")
	step := func(press, want string) {
		t.Helper()
		if press == "/back" || press == "/help" {
			w.say("a", press)
		} else {
			w.press("a", press)
		}
		if got := w.last("a"); !strings.HasPrefix(got, want) {
			t.Fatalf("after %q: %q, not %q", press, got, want)
		}
	}
	step("Yes", "Again?")
	for range 3 { // to go back and to come again is one visit
		step("No", "First?")
		step("/back", "Again?")
	}
	step("Yes", "First?")
	step("Yes", "Again?")
	step("Skip", "First?")
	step("Yes", "That is enough.")
	w.say("a", "/bounded") // another session counts anew
	step("Yes", "Again?")
}

const thrice = `
flow: thrice
version: 1
title: Thrice
start: { command: thrice }
knock: "Something is ready."
expires: { after: 20d }
steps:
  a: { say: "Once more.", visits: 3, too_often: z, go: b }
  b: { sleep: 1d, go: a }
  z: { say: "That was all.", end: done }
`

// What a timer leads to is said at the person's next input, and is one visit all the same.
func TestVisitsOfASleep(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withFlows(t, map[string]string{"thrice.yaml": thrice})
	w.say("a", "/thrice")
	w.pass(4 * 24 * time.Hour)
	if _, p := w.person("a"); p.running("thrice") != nil {
		t.Errorf("it goes on: %+v", p.Tracks)
	}
}

const followed = `
flow: followed
version: 1
title: Followed
start: { command: followed }
expires: { after: 20d }
answers:
  a: { type: scale, from: 1, to: 3 }
  b: { type: multi, options: { x: Ex, y: Why } }
steps:
  a: { ask: a, text: "A?", then: { 1: aside }, skip: b, timeout: { after: 1h, go: b }, go: b }
  b: { ask: b, text: "B?", then: { y: aside }, skip: z, timeout: { after: 1h, go: z }, go: { x: z, y: z } }
  z: { say: "The end.", end: done }
`

const aside2 = `
flow: aside
version: 1
title: Aside
answers: { line: { type: text, max: 80 } }
steps:
  a: { ask: line, text: "Aside?", skip: z, timeout: { after: 1h, go: z }, go: z }
  z: { end: done }
`

func TestThenOnAStep(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"1", "x, y", "A? Aside? B? The end."}, // one a session
		{"2", "x, y", "A? B? Aside? The end."},
		{"2", "x", "A? B? The end."},
	} {
		w := newSim(t)
		w.alone("a", "Ana")
		w.lib = withFlows(t, map[string]string{"followed.yaml": strings.Replace(followed, "go: { x: z, y: z }", "go: z", 1), "aside.yaml": aside2})
		var got []string
		w.say("a", "/followed")
		for range 5 {
			last := w.last("a")
			got = append(got, last)
			switch last {
			case "A?":
				w.say("a", c.a)
			case "B?":
				w.say("a", c.b)
			case "Aside?":
				w.say("a", "something")
			}
			if last == "The end." {
				break
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s, %s: %s, not %s", c.a, c.b, s, c.want)
		}
	}
}

const softer = `
flow: softer
version: 1
title: Softer
start: { command: softer }
expires: { after: 20d }
answers: { draft: { type: text, max: 200, optional: true } }
steps:
  a: { ask: draft, text: "Draft?", exits: { out: { label: "Enough", go: k } }, skip: c, timeout: { after: 1h, go: c }, go: c }
  c: { check: draft, against: softeners, as: hint, go: { found: f, clear: k } }
  f: { say: "{hint.words}: {hint.text}", go: a }
  k: { say: "Clear.", end: done }
`

const softeners = `
list: softeners
kind: phrases
items:
  always: { lang: en, any: ["you never", "you always"], unless: ["if you always"], say: "Some of the time, perhaps." }
  but: { lang: en, any: ["but|yet"], say: "Two sentences say it too." }
  want: { tier: self, lang: en, any: ["want to"], say: "What for?" }
`

func TestCheckAgainst(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withFlows(t, map[string]string{"softer.yaml": softer, "lists/softeners.yaml": softeners})
	for text, want := range map[string]string{
		"YOU   alwáys do, but":        "you always: Some of the time, perhaps.",
		"But you never!":              "but|yet: Two sentences say it too.",
		"if you always do":            "Clear.",
		"if you always do, you never": "you never: Some of the time, perhaps.",
		"I want to":                   "want to: What for?",
		"nothing of that":             "Clear.",
	} {
		f := w.fork()
		f.say("a", "/softer")
		mark := len(f.sent)
		f.say("a", text)
		if got := f.got("a", mark); !strings.Contains(got, want) {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
	w.say("a", "/softer")
	w.say("a", "you always")
	mark := len(w.sent)
	w.press("a", "Skip") // what was answered before does not stand, nor what was found in it
	if got := w.got("a", mark); !strings.Contains(got, "Clear.") {
		t.Errorf("skipped: %q", got)
	}
}

// Wording help is never danger, in whatever list it stands; only what has a tier is.
func TestWordingHelpIsNoDanger(t *testing.T) {
	lib := withFlows(t, map[string]string{"lists/softeners.yaml": softeners})
	l := lib.Lists["softeners"]
	if tier, ok := l.sounds("but you always"); ok {
		t.Errorf("it sounds like %q", tier)
	}
	if tier, ok := l.sounds("but I want to"); !ok || tier != "self" {
		t.Errorf("it sounds like %q, %v", tier, ok)
	}
}
