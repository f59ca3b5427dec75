package flows

import (
	"strings"
	"testing"
	"time"
)

// The last word on a fact is the last: when it ends, an older one does not come back.
func TestAnOlderValueDoesNotOpenAgain(t *testing.T) {
	w := coupleWith(t, map[string]string{"opens.yaml": opens, "looks.yaml": looks,
		"lets.yaml": strings.NewReplacer("opens", "lets", "14d", "1d").Replace(opens)})
	w.say("a", "/opens")
	w.press("a", "3")
	w.press("a", "Let ideas use this")
	w.say("b", "/looks")
	w.mustSay("b", "Three.")
	w.say("a", "/lets")
	w.press("a", "0")
	w.press("a", "Let ideas use this")
	for range 2 {
		w.say("b", "/looks")
		w.mustSay("b", "Otherwise.")
		w.pass(3 * 24 * time.Hour)
	}
}

const opens = `
flow: opens
version: 1
title: Opens
who: one
start: { command: opens }
expires: { after: 20h }
answers:
  touch: { type: scale, from: 0, to: 3, partner_sees: never, keep: none }
steps:
  ask: { ask: touch, text: "Touch?", skip: bye, timeout: { after: 2h, go: bye }, go: allow }
  allow: { open: { person.touch: me.touch }, for: 14d, preview: "It may show.", timeout: { after: 2h, go: bye }, none: bye, go: bye }
  bye: { say: "Bye.", end: done }
`

const looks = `
flow: looks
version: 1
title: Looks
who: one
start: { command: looks }
expires: { after: 20h }
steps:
  look: { choose: [{ if: known(you.touch) and you.touch == 3, go: three }, { else: other }] }
  three: { say: "Three.", end: done }
  other: { say: "Otherwise.", end: done }
`

// looksAt is what b's flow finds of a's touch.
func (w *sim) looksAt() string {
	w.say("b", "/looks")
	return w.last("b")
}

// A fact counts for the other's conditions after the tap, while it lasts, and until it is closed; what its owner keeps never does.
func TestOpenedFacts(t *testing.T) {
	w := coupleWith(t, map[string]string{"opens.yaml": opens, "looks.yaml": looks})
	s, a := w.person("a")
	a.Facts["touch"] = Value{T: Scale, N: 3} // private
	w.units[s.Unit] = *s
	steps := []struct {
		name string
		do   func()
		want string
	}{
		{"private", func() {}, "Otherwise."},
		{"answered", func() { w.say("a", "/opens"); w.press("a", "3") }, "Otherwise."},
		{"kept", func() { w.press("a", "Keep") }, "Otherwise."},
		{"opened", func() { w.say("a", "/opens"); w.press("a", "3"); w.press("a", "Let ideas use this") }, "Three."},
		{"a moment before its end", func() { w.pass(14*24*time.Hour - time.Second) }, "Three."},
		{"ended", func() { w.pass(time.Second) }, "Otherwise."},
		{"opened again", func() { w.say("a", "/opens"); w.press("a", "3"); w.press("a", "Let ideas use this") }, "Three."},
		{"not closed", func() { w.say("a", "/ideas_use"); w.press("a", "Leave it"); w.say("a", "/leave") }, "Three."},
		{"closed", func() { w.say("a", "/ideas_use"); w.press("a", "Close it again") }, "Otherwise."},
		{"opened once more", func() {
			w.say("a", "/leave")
			w.say("a", "/opens")
			w.press("a", "3")
			w.press("a", "Let ideas use this")
		}, "Three."},
		{"left quietly", func() { w.leave("a", "Leave quietly") }, "Three."},
		{"ended after that", func() { w.pass(14 * 24 * time.Hour) }, "Otherwise."},
	}
	for _, step := range steps {
		step.do()
		if got := w.looksAt(); got != step.want {
			t.Fatalf("%s: %s", step.name, got)
		}
	}
}

// Its own owner's flows do not read as the other's what they opened themselves.
func TestOpenedIsNotOnesOwn(t *testing.T) {
	w := coupleWith(t, map[string]string{"opens.yaml": opens, "looks.yaml": looks})
	w.say("b", "/opens")
	w.press("b", "3")
	w.press("b", "Let ideas use this")
	if got := w.looksAt(); got != "Otherwise." {
		t.Fatalf("b's own: %s", got)
	}
}

func TestOpenedIsBounded(t *testing.T) {
	w := coupleWith(t, map[string]string{"opens.yaml": opens})
	for range 2 * maxOpened {
		w.say("a", "/opens")
		w.press("a", "3")
		w.press("a", "Let ideas use this")
	}
	if s, _ := w.person("a"); len(s.Couple.Opened) != maxOpened {
		t.Fatalf("%d values are kept", len(s.Couple.Opened))
	}
}
