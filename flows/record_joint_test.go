package flows

import (
	"strings"
	"testing"
	"time"
)

var jointFiles = map[string]string{
	"records/proposal.yaml": "record: proposal\nfields: { what: { type: text, max: 200 }, more: { type: text }, own: { type: text } }\npartner_sees: on_share\n",
	"records/rule.yaml":     "record: rule\nfields: { what: { type: text, max: 200 }, more: { type: text } }\nstates: [held, ended]\nbelongs: couple\n",
	"propose.yaml": `flow: propose
version: 1
title: Propose
start: { command: propose }
expires: { after: 40h }
answers:
  what: { type: text, max: 200, partner_sees: on_share }
steps:
  what: { ask: what, text: "What?", skip: done, timeout: { after: 1h, go: done }, go: add }
  add: { add: proposal, with: { what: me.what }, full: done, go: agree }
  agree: { run: agree, go: done }
  done: { end: done }
`,
	"answer.yaml": `flow: answer
version: 1
title: Answer
start: { command: answer }
expires: { after: 40h }
steps:
  pick: { pick: proposal, text: "Which?", none: done, skip: done, timeout: { after: 1h, go: done }, go: agree }
  agree: { run: agree, go: done }
  done: { end: done }
`,
	"reword.yaml": `flow: reword
version: 1
title: Reword
start: { command: reword }
expires: { after: 40h }
answers:
  what: { type: text, max: 200, partner_sees: on_share }
steps:
  pick: { pick: proposal, text: "Which?", none: done, skip: done, timeout: { after: 1h, go: done }, go: what }
  what: { ask: what, text: "What?", skip: done, timeout: { after: 1h, go: done }, go: change }
  change: { update: proposal, to: { what: me.what }, go: done }
  done: { end: done }
`,
	"agree.yaml": `flow: agree
version: 1
title: Agree
about: proposal
answers:
  yes: { type: yes_no, partner_sees: together }
steps:
  ask: { ask: yes, text: "{record.what}: yes?", skip: done, timeout: { after: 12h, go: done }, go: both }
  both: { both: "yes", about: record, at: "18:00", go: { yes: keep, otherwise: done } }
  keep: { add: rule, from: record, full: done, go: rules }
  rules: { choose: [ { if: "count(rule.held) > 0", go: said }, { else: done } ] }
  said: { say: "It holds for both: {record.what}.", go: done }
  done: { end: done }
`,
	"rules.yaml": "flow: rules\nversion: 1\ntitle: Rules\nstart: { command: rules }\nsteps:\n  list: { list: rule, text: \"For both:\", none: none, end: done }\n  none: { say: \"Nothing yet.\", end: done }\n",
}

// proposed is a couple in which a has made a proposal, b has a copy of it, and both were asked.
func proposed(t *testing.T) *sim {
	w := withRecords(t, jointFiles)
	w.say("a", "/propose")
	w.say("a", "No phones at dinner")
	s, b := w.person("b")
	b.Records = append(b.Records, w.records("a")[0]) // as b would have kept it from a card
	w.units[s.Unit] = *s
	w.say("b", "/answer")
	w.say("b", "1")
	w.mustSay("b", "No phones at dinner: yes?")
	return w
}

func (w *sim) rules() []Record {
	s, _ := w.person("a")
	return s.Couple.Records
}

func TestBothMakeOneRecord(t *testing.T) {
	w := proposed(t)
	w.press("a", "Yes")
	w.press("b", "Yes")
	if len(w.rules()) != 0 {
		t.Fatal("it was made before its instant")
	}
	w.pass(24*time.Hour + time.Minute)
	rules := w.rules()
	if len(rules) != 1 || rules[0].Kind != "rule" || rules[0].ID != w.records("a")[0].ID || rules[0].State != "held" || len(rules[0].Versions) != 1 {
		t.Fatalf("%+v", rules)
	}
	for _, user := range []string{"a", "b"} {
		mark := len(w.sent)
		w.say(user, "/rules")
		w.mustGet(user, mark, "1. No phones at dinner (since ", "It holds for both: No phones at dinner.")
	}
	if n := len(w.records("a")) + len(w.records("b")); n != 2 {
		t.Fatalf("%d lie with the two", n)
	}
}

// A yes is to the very words: what one changes meanwhile, the other has not said yes to.
func TestAYesIsToTheWords(t *testing.T) {
	w := proposed(t)
	w.press("b", "Yes")
	w.press("a", "Yes")
	for _, user := range []string{"a", "b"} { // whichever comes first
		x := w.fork()
		x.say(user, "/reword")
		x.say(user, "1")
		x.say(user, "No phones at all")
		x.pass(24*time.Hour + time.Minute)
		if rules := x.rules(); len(rules) != 1 || rules[0].now().Fields["what"].S != "No phones at dinner" {
			t.Fatalf("not both said yes to %+v", rules)
		}
	}
}

// What one has in the record and the other never saw becomes no part of what is theirs.
func TestAYesIsToNothingUnseen(t *testing.T) {
	for field, agreed := range map[string]bool{"more": false, "own": true} {
		w := proposed(t)
		s, a := w.person("a")
		a.Records[0].Versions[0].Fields[field] = Value{T: Text, S: "unseen"}
		w.units[s.Unit] = *s
		w.press("a", "Yes")
		w.press("b", "Yes")
		w.pass(24*time.Hour + time.Minute)
		rules := w.rules()
		if (len(rules) == 1) != agreed || agreed && len(rules[0].now().Fields) != 1 {
			t.Errorf("%s: %+v", field, rules)
		}
	}
}

// One yes makes nothing, and nothing tells.
func TestOneYesMakesNoRecord(t *testing.T) {
	w := proposed(t)
	yes, no := w.fork(), w.fork()
	mark := len(w.sent)
	for _, x := range []*sim{yes, no} {
		x.press("b", "No")
	}
	yes.press("a", "Yes")
	no.press("a", "No")
	for _, x := range []*sim{yes, no} {
		x.pass(30 * time.Hour)
		if len(x.rules()) != 0 {
			t.Fatal("one made a rule for both")
		}
	}
	if a, b := yes.view("b", mark), no.view("b", mark); a != b {
		t.Fatalf("b got\n%s\nnot\n%s", a, b)
	}
}

// After a couple has parted each has a copy of what both had agreed, and neither sees what the other does with it.
func TestPartedEachKeepsACopy(t *testing.T) {
	for _, how := range []string{"Leave quietly", "Leave and say so"} {
		w := proposed(t)
		w.press("a", "Yes")
		w.press("b", "Yes")
		w.pass(24*time.Hour + time.Minute)
		w.leave("b", how)
		for _, user := range []string{"a", "b"} {
			mark := len(w.sent)
			w.say(user, "/rules")
			if got := w.got(user, mark); !strings.Contains(got, "1. No phones at dinner") || strings.Contains(got, "2.") {
				t.Fatalf("%s, %s: %s", how, user, got)
			}
		}
	}
}
