package flows

import (
	"slices"
	"testing"
	"testing/fstest"
)

const gapHead = `flow: gap
version: 1
title: Gap
who: one
start: { command: gap }
expires: { after: 1d }
answers:
  secret: { type: choice, options: { red: "Red wine", blue: "Blue wine" }, partner_sees: never }
  a: { type: text, max: 100, partner_sees: on_share, keep: 90d }
  b: { type: text, max: 100, partner_sees: on_share, keep: 90d }
steps:
`
const gapTail = `  closed: { end: closed }
`
const gapNote = "record: gapnote\nfields: { what: { type: text, max: 100 } }\nstates: [open, done]\npartner_sees: on_share\nmost: 20\nkeep: 1y\n"

// What is put into records that can be shared, and whether there is one to pick, tells nothing of a private answer or fact.
func TestRecordsTellNoSecret(t *testing.T) {
	ask := func(n, next string) string {
		return "  " + n + ": { ask: " + n + ", text: \"" + n + "?\", skip: " + next + ", timeout: { after: 1h, go: closed }, go: " + next + " }\n"
	}
	secret := func(red, blue string) string {
		return "  secret: { ask: secret, text: \"Which?\", skip: " + red + ", timeout: { after: 1h, go: closed }, go: { red: " + red + ", blue: " + blue + " } }\n"
	}
	share := func(n, body, go_ string) string {
		return "  " + n + ": { share: { " + body + " }, timeout: { after: 1h, go: closed }, none: " + go_ + ", go: " + go_ + " }\n"
	}
	for name, steps := range map[string]string{
		"plain add":         secret("r", "b2") + "  r: { add: gapnote, with: { what: \"'one'\" }, full: closed, go: give }\n  b2: { add: gapnote, with: { what: \"'two'\" }, full: closed, go: give }\n" + share("give", `text: "Note: {record.what}"`, "closed"),
		"plain update":      "  n: { add: gapnote, with: { what: \"'none'\" }, full: closed, go: secret }\n" + secret("r", "give") + "  r: { update: gapnote, to: { what: \"'one'\" }, go: give }\n" + share("give", `text: "Note: {record.what}"`, "closed"),
		"which answer":      ask("a", "b") + ask("b", "secret") + secret("r", "b2") + "  r: { add: gapnote, with: { what: me.a }, full: closed, go: give }\n  b2: { add: gapnote, with: { what: me.b }, full: closed, go: give }\n" + share("give", `text: "Note: {record.what}"`, "closed"),
		"pick none by fact": "  p: { pick: gapnote, where: \"person.tender == 'yes'\", text: \"Which?\", none: a, skip: a, timeout: { after: 1h, go: closed }, go: b }\n" + ask("a", "ga") + share("ga", "items: [a]", "closed") + ask("b", "gb") + share("gb", "items: [b]", "closed"),
		"pick by secret":    secret("p", "q") + "  p: { pick: gapnote, text: \"Which?\", none: give, skip: give, timeout: { after: 1h, go: closed }, go: give }\n  q: { add: gapnote, with: { what: \"'two'\" }, full: closed, go: give }\n" + share("give", `text: "Note: {record.what}"`, "closed"),
	} {
		top := fstest.MapFS{"gap.yaml": {Data: []byte(gapHead + steps + gapTail)}, "records/gapnote.yaml": {Data: []byte(gapNote)}}
		_, findings := Load(Overlay(Shipped(), top))
		if !slices.ContainsFunc(findings, func(f Finding) bool { return f.File == "gap.yaml" && f.Code == "F12" }) {
			t.Errorf("%s: nothing is found", name)
		}
	}
}
