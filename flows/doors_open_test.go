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
