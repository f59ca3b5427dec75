package flows

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// A question that lasts: asked, answered, and the answer comes back.
var questionFlows = map[string]string{
	"records/riddle.yaml": `
record: riddle
fields: { what: { type: text, max: 200 }, note: { type: text, max: 200 }, answer: { type: text, max: 200 } }
states: [open, answered]
partner_sees: on_share
keep: 90d
`,
	"ask_it.yaml": `
flow: ask_it
version: 1
title: Ask
who: both
start: { command: riddle }
expires: { after: 20h }
answers:
  what: { type: text, max: 200, partner_sees: on_share, keep: 90d }
  note: { type: text, max: 200, partner_sees: on_share, keep: 90d }
steps:
  what: { ask: what, text: "What?", skip: done, timeout: { after: 2h, go: done }, go: note }
  note: { ask: note, text: "Note?", skip: add, timeout: { after: 2h, go: done }, go: add }
  add: { add: riddle, with: { what: me.what, note: me.note }, full: done, go: offer }
  offer: { share: { text: "A question: {record.what}", opens: answer_it }, timeout: { after: 2h, go: done }, none: done, go: done }
  done: { end: done }
`,
	"answer_it.yaml": `
flow: answer_it
version: 1
title: Answer
expires: { after: 20h }
about: riddle
answers:
  answer: { type: text, max: 200, partner_sees: on_share, keep: 90d }
steps:
  answer: { ask: answer, text: "You were asked: {record.what}", skip: done, timeout: { after: 2h, go: done }, go: offer }
  offer: { share: { text: "{record.what} - {me.answer}", opens: got_it, with: { answer: me.answer } }, timeout: { after: 2h, go: done }, none: done, go: done }
  done: { end: done }
`,
	"got_it.yaml": `
flow: got_it
version: 1
title: Got it
expires: { after: 20h }
about: riddle
steps:
  keep: { update: riddle, to: { answer: record.answer, state: "'answered'" }, go: ok }
  ok: { say: "Kept: {record.answer}", end: done }
`,
}

func (w *sim) asksIt(user, what string) {
	w.t.Helper()
	w.say(user, "/riddle")
	w.say(user, what)
	w.say(user, "kept note")
	w.press(user, "Share")
	w.pass(undoFor)
}

func TestAQuestionGoesAndComesBack(t *testing.T) {
	w := coupleWith(t, questionFlows)
	for _, d := range [][2]string{{"a", "b"}, {"b", "a"}} {
		from, to := d[0], d[1]
		w.asksIt(from, "How was it?")
		_, q := w.person(to)
		if got := q.Inbox[0].Bound; got == nil || len(got.Fields) != 1 || got.Fields["what"].S != "How was it?" {
			t.Fatalf("the snapshot is %+v", got)
		}
		w.read(to)
		w.mustSay(to, "You were asked: How was it?")
		w.say(to, "Like rain")
		w.press(to, "Share")
		w.pass(undoFor)
		_, p := w.person(from)
		if got := p.Inbox[0].Bound; got == nil || len(got.Fields) != 2 || got.ID != p.Records[0].ID {
			t.Fatalf("the snapshot is %+v", got)
		}
		mark := len(w.sent)
		w.read(from)
		if got := w.got(from, mark); !strings.Contains(got, "> How was it? - Like rain\n") || !strings.Contains(got, "Kept: Like rain") {
			t.Fatalf("%s got %q", from, got)
		}
		_, p = w.person(from)
		if f := p.Records[0].now().Fields; p.Records[0].State != "answered" || f["answer"].S != "Like rain" || f["note"].S != "kept note" {
			t.Fatalf("%+v", p.Records)
		}
		if _, q := w.person(to); len(q.Records) != 0 && to == "b" {
			t.Fatal("the receiver has a record of it")
		}
	}
}

// What the author gets is the same to the byte, whatever the receiver does with the card and what it opens, short of sharing.
func TestTheAuthorCannotTell(t *testing.T) {
	acts := map[string]func(w *sim){
		"nothing": func(*sim) {},
		"read":    func(w *sim) { w.read("b") },
		"later":   func(w *sim) { w.say("b", "/cards"); w.press("b", "Later") },
		"not":     func(w *sim) { w.say("b", "/cards"); w.press("b", "Not today") },
		"skipped": func(w *sim) { w.read("b"); w.say("b", "/skip") },
		"halfway": func(w *sim) { w.read("b"); w.say("b", "half an answer") },
		"kept":    func(w *sim) { w.read("b"); w.say("b", "an answer"); w.press("b", "Keep") },
		"left":    func(w *sim) { w.read("b"); w.say("b", "/leave") },
		"stopped": func(w *sim) { w.read("b"); w.say("b", "half"); w.say("b", "/stop") },
		"blocked": func(w *sim) { w.read("b"); w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "b"}}) },
		"parted":  func(w *sim) { w.read("b"); w.say("b", "half"); w.leave("b", "Leave quietly") },
		"held":    func(w *sim) { w.read("b"); w.say("b", "I want to die"); w.press("b", "Share") },
		"undone":  func(w *sim) { w.read("b"); w.say("b", "no"); w.press("b", "Share"); w.press("b", "Undo") },
	}
	base := coupleWith(t, questionFlows)
	base.asksIt("a", "How was it?")
	views := map[string][]string{}
	for _, name := range keysOf(acts) {
		w := base.fork()
		mark := len(w.sent)
		acts[name](w)
		w.pass(26 * time.Hour)
		for _, said := range []string{"/cards", "/riddle", "again", "/skip", "/takeback", "/leave", "/leave", "/help"} {
			w.say("a", said)
		}
		w.pass(20 * 24 * time.Hour)
		v := w.view("a", mark)
		views[v] = append(views[v], name)
	}
	if len(views) != 1 {
		for v, names := range views {
			t.Errorf("%v:\n%s", names, v)
		}
	}
}

// A record that changed behind an open preview is previewed anew: neither words nor snapshot pass that were not shown.
func TestWhatChangedIsPreviewedAnew(t *testing.T) {
	w := coupleWith(t, questionFlows)
	w.say("a", "/riddle")
	w.say("a", "old")
	w.say("a", "/skip")
	s, p := w.person("a")
	c := s.Clone()
	for i := range c.People {
		if c.People[i].ID == p.ID {
			v := &c.People[i].Records[0].Versions[0]
			v.Fields = maps.Clone(v.Fields)
			v.Fields["what"] = Value{T: Text, S: "new"}
		}
	}
	w.units[c.Unit] = c
	w.press("a", "Share")
	if got := w.last("a"); !strings.Contains(got, "> A question: new") {
		t.Fatalf("%q", got)
	}
	w.press("a", "Share")
	w.pass(undoFor)
	if _, b := w.person("b"); len(b.Inbox) != 1 || b.Inbox[0].Bound.Fields["what"].S != "new" || !strings.Contains(blocksText(b.Inbox[0].Body), "new") {
		t.Fatalf("%+v", b.Inbox)
	}
}

// agreed makes two flows that reach a yes to one record by ways of their own.
func agreeing() map[string]string {
	out := maps.Clone(questionFlows)
	out["records/deal.yaml"] = "record: deal\nfields: { what: { type: text, max: 200 } }\nstates: [kept]\nbelongs: couple\n"
	vote := `
  vote: { ask: yes, text: "Is it a deal?", skip: done, timeout: { after: 2h, go: done }, go: both }
  both: { both: yes, about: record, at: "12:00", go: { yes: deal, otherwise: done } }
  deal: { add: deal, from: record, full: done, go: said }
  said: { say: "It is a deal.", end: done }
  done: { end: done }
`
	out["answer_it.yaml"] = "\nflow: answer_it\nversion: 1\ntitle: Answer\nexpires: { after: 30h }\nknock: \"Something is ready.\"\nabout: riddle\nanswers:\n  yes: { type: yes_no, partner_sees: together }\nsteps:" + vote
	out["ask_it.yaml"] = strings.NewReplacer("timeout: { after: 2h, go: done }, none: done, go: done }\n  done: { end: done }\n", "timeout: { after: 2h, go: vote }, none: vote, go: vote }"+vote, "steps:", "  yes: { type: yes_no, partner_sees: together }\nsteps:", "after: 20h", "after: 40h").Replace(out["ask_it.yaml"])
	return out
}

func TestBothAboutARecord(t *testing.T) {
	base := coupleWith(t, agreeing())
	base.asksIt("a", "A walk on Sundays")
	base.say("a", "yes")
	base.read("b")
	views := map[string]string{}
	for _, says := range []string{"yes", "no", "/skip", "/leave", "/stop", ""} {
		w := base.fork()
		mark := len(w.sent)
		if says != "" {
			w.say("b", says)
		}
		w.pass(24 * time.Hour)
		w.say("a", "/help")
		s, _ := w.person("a")
		if (len(s.Couple.Records) == 1) != (says == "yes") {
			t.Errorf("%q: %d records of both", says, len(s.Couple.Records))
		}
		if says != "yes" {
			views[w.view("a", mark)] = says
		}
	}
	if len(views) != 1 {
		t.Error("the author can tell a no from silence")
	}
}
