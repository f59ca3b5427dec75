package flows

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const promiseKind = `record: pledge
fields: { what: { type: text, max: 200 }, due: { type: time } }
states: [open, kept, moved]
partner_sees: on_share
most: 7
remind: { at: due, run: promise_due, while: [open, moved] }
keep: 90d
`

const promiseFlow = `flow: pledge
version: 1
title: A pledge
start: { command: pledge }
expires: { after: 20h }
answers:
  what: { type: text, max: 200, partner_sees: on_share }
  due: { type: time, partner_sees: on_share }
steps:
  what: { ask: what, text: "What?", skip: done, timeout: { after: 1h, go: done }, go: due }
  due: { ask: due, text: "When?", skip: add, timeout: { after: 1h, go: done }, go: add }
  add: { add: pledge, with: { what: me.what, due: me.due }, full: full, go: added }
  added: { say: "Noted: {record.what}, {record.since}.", go: count }
  count: { choose: [ { if: "count(pledge.open) > 1", go: many }, { else: done } ] }
  many: { say: "More than one.", go: done }
  full: { say: "That is enough of them.", go: done }
  done: { end: done }
`

const promisePick = `flow: which
version: 1
title: Which
start: { command: which }
expires: { after: 20h }
answers:
  again: { type: text, max: 200, partner_sees: on_share }
steps:
  pick: { pick: pledge, where: "record.state == 'open'", text: "Which one?", none: none, skip: done, timeout: { after: 1h, go: done },
    exits: { away: { label: "None of them", go: away } }, go: what }
  what: { run: promise_talk, go: { kept: kept, moved: moved } }
  kept: { update: pledge, to: { state: "'kept'" }, go: done }
  moved: { say: "Moved: {record.what}.", go: done }
  none: { say: "There is none.", go: done }
  away: { say: "None, then.", go: done }
  done: { end: done }
`

const promiseTalk = `flow: promise_talk
version: 1
title: Talk
about: pledge
answers:
  how: { type: choice, options: { kept: "It is done", moved: "Later" } }
  words: { type: text, max: 200, partner_sees: on_share }
steps:
  how: { ask: how, text: "How about {record.what}?", skip: as_it_is, timeout: { after: 1h, go: as_it_is }, go: { kept: kept, moved: words } }
  words: { ask: words, text: "In which words?", skip: as_it_is, timeout: { after: 1h, go: as_it_is }, go: change }
  change: { update: pledge, to: { what: me.words, state: "'moved'" }, go: moved }
  as_it_is: { end: moved }
  moved: { end: moved }
  kept: { end: kept }
`

const promiseDue = `flow: promise_due
version: 1
title: It is time
about: pledge
knock: "Something you noted is due."
expires: { after: 20h }
steps:
  state: { choose: [ { if: "record.state == 'moved'", go: moved }, { else: open } ] }
  moved: { say: "Once more: {record.what}.", end: done }
  open: { say: "You wanted to: {record.what}.", end: done }
`

const promiseList = `flow: pledges
version: 1
title: All of them
start: { command: pledges }
steps:
  list: { list: pledge, text: "Your pledges:", none: none, end: done }
  none: { say: "No pledges.", end: done }
`

// withRecords is a couple whose library has pledges.
func withRecords(t *testing.T, more map[string]string) *sim {
	t.Helper()
	files := map[string]string{"records/pledge.yaml": promiseKind, "pledge.yaml": promiseFlow, "which.yaml": promisePick,
		"promise_talk.yaml": promiseTalk, "promise_due.yaml": promiseDue, "pledges.yaml": promiseList}
	for name, text := range more {
		files[name] = text
	}
	return coupleWith(t, files)
}

func (w *sim) pledge(user, what, due string) {
	w.t.Helper()
	w.say(user, "/pledge")
	w.say(user, what)
	if due == "" {
		w.press(user, "Skip")
		return
	}
	w.say(user, due)
}

func (w *sim) mustGet(user string, mark int, want ...string) {
	w.t.Helper()
	got := w.got(user, mark)
	for _, x := range want {
		if !strings.Contains(got, x) {
			w.t.Fatalf("%s got\n%s\nand not %q", user, got, x)
		}
	}
}

func (w *sim) records(user string) []Record {
	_, p := w.person(user)
	return p.Records
}

func TestAddAndList(t *testing.T) {
	w := withRecords(t, nil)
	w.say("a", "/pledges")
	w.mustSay("a", "No pledges.")
	mark := len(w.sent)
	w.pledge("a", "Water {me.due} the\nplants", "18:30")
	w.mustGet("a", mark, "Noted: Water {me.due} the\nplants, ")
	if strings.Contains(w.got("a", mark), "More than one") {
		t.Fatal("one counts as two")
	}
	mark = len(w.sent)
	w.pass(24 * time.Hour)
	w.pledge("a", "Call home", "")
	w.mustGet("a", mark, "More than one.")
	if all := w.records("a"); len(all) != 2 || len(all[0].ID) != 16 || all[0].ID == all[1].ID || all[1].State != "open" || len(all[1].now().Fields) != 1 {
		t.Fatalf("%+v", all)
	}
	w.say("a", "/pledges")
	got := w.last("a")
	if i, j := strings.Index(got, "1. Call home"), strings.Index(got, "2. Water {me.due} the plants"); i < 0 || j < i {
		t.Fatalf("not newest first, in a line each:\n%s", got)
	}
	w.say("b", "/pledges")
	w.mustSay("b", "No pledges.")
}

func TestMostIsRefused(t *testing.T) {
	w := withRecords(t, nil)
	for range 7 {
		w.pledge("a", "again", "")
	}
	mark := len(w.sent)
	w.pledge("a", "one too many", "")
	w.mustGet("a", mark, "That is enough of them.")
	if n := len(w.records("a")); n != 7 {
		t.Fatalf("there are %d", n)
	}
	w.pledge("b", "first of b", "") // each has their own
	if n := len(w.records("b")); n != 1 {
		t.Fatalf("b has %d", n)
	}
}

// To go back over a record that was made would make it twice.
func TestBackNeverCrossesARecord(t *testing.T) {
	flow := strings.Replace(promiseFlow, "done: { end: done }", "done: { ask: due, text: \"Once more?\", skip: over, timeout: { after: 1h, go: over }, go: over }\n  over: { end: done }", 1)
	w := withRecords(t, map[string]string{"pledge.yaml": flow})
	w.pledge("a", "plants", "18:00")
	w.say("a", "/back")
	w.mustSay("a", w.lib.Word("nothing_to_go_back"))
	if n := len(w.records("a")); n != 1 {
		t.Fatalf("there are %d", n)
	}
}

func TestPickPagesAndWraps(t *testing.T) {
	w := withRecords(t, nil)
	w.say("a", "/which")
	w.mustGet("a", len(w.sent)-1, "There is none.")
	for _, what := range []string{"one", "two", "three", "four", "five", "six"} {
		w.pledge("a", what, "")
	}
	w.say("a", "/which")
	if got := w.last("a"); !strings.Contains(got, "1. six") || !strings.Contains(got, "5. two") || strings.Contains(got, "one\n") {
		t.Fatalf("the first page is\n%s", got)
	}
	w.press("a", "More")
	if got := w.last("a"); !strings.Contains(got, "1. one") || strings.Contains(got, "2.") {
		t.Fatalf("the second page is\n%s", got)
	}
	w.say("a", "2")
	w.mustGet("a", len(w.sent)-1, "Number 1 / More / None of them")
	w.press("a", "More")
	if got := w.last("a"); !strings.Contains(got, "1. six") {
		t.Fatalf("it does not begin again:\n%s", got)
	}
	w.say("a", "number 3")
	w.mustSay("a", "How about four?")
	w.say("a", "/back") // the called flow asked nothing before
	w.press("a", "Number 2")
	w.mustSay("a", "How about five?")
	w.press("a", "It is done")
	for _, rec := range w.records("a") {
		if what := rec.now().Fields["what"].S; (rec.State == "kept") != (what == "five") || len(rec.Versions) != 1 {
			t.Fatalf("%+v", rec)
		}
	}
	w.say("a", "/which")
	if strings.Contains(w.last("a"), "five") {
		t.Fatal("what is kept can still be picked")
	}
	w.press("a", "Skip")
	w.say("a", "/which")
	w.press("a", "None of them")
	w.mustSay("a", "None, then.")
	w.say("a", "/which")
	w.pass(2 * time.Hour)
	if _, p := w.person("a"); p.running("which") != nil {
		t.Fatal("a pick waits for ever")
	}
}

// Other words are a new version with its date; another state is none.
func TestUpdateMakesVersions(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "")
	w.pass(72 * time.Hour)
	w.say("a", "/which")
	w.say("a", "1")
	w.press("a", "Later")
	w.say("a", "all plants")
	w.mustSay("a", "Moved: all plants.")
	rec := w.records("a")[0]
	if len(rec.Versions) != 2 || rec.Versions[0].Fields["what"].S != "plants" || rec.State != "moved" || !rec.Changed.After(rec.Versions[0].At.Add(71*time.Hour)) {
		t.Fatalf("%+v", rec)
	}
	w.say("a", "/pledges")
	if got, date := w.last("a"), w.lib.shownField(Value{T: Date, S: "2026-03-05"}, nil); !strings.Contains(got, "1. all plants (since "+date+", version 2)") {
		t.Fatalf("%s\nnot %s", got, date)
	}
}

func TestRecordsEnd(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "18:00")
	w.pass(89 * 24 * time.Hour)
	w.say("a", "/pledges")
	if !strings.Contains(w.last("a"), "plants") {
		t.Fatal("it is gone too early")
	}
	w.pass(2 * 24 * time.Hour)
	w.say("a", "/pledges")
	w.mustSay("a", "No pledges.")
	_, p := w.person("a")
	for name := range p.Nudged {
		if strings.HasPrefix(name, recordsDirPath) {
			t.Errorf("%s is remembered", name)
		}
	}
}

// A record is its person's alone: who leaves keeps it, and the other never had it.
func TestLeavingKeepsRecords(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "18:00")
	w.leave("a", "Leave quietly")
	w.say("a", "/pledges")
	if !strings.Contains(w.last("a"), "plants") || len(w.records("b")) != 0 {
		t.Fatal("a record went astray")
	}
}

func TestCountIsNoText(t *testing.T) {
	fsys := checkBase()
	fsys["records/pledge.yaml"] = &fstest.MapFile{Data: []byte("record: pledge\nfields: { what: { type: text } }\nstates: [open]\n")}
	fsys["x.yaml"] = &fstest.MapFile{Data: []byte("flow: x\nversion: 1\ntitle: X\nstart: { command: x }\nsteps:\n  a: { choose: [ { if: \"count(pledge) >= 2 and count(pledge.open) < 3\", go: b }, { else: b } ] }\n  b: { end: done }\n")}
	lib, findings := Load(fsys)
	if lib == nil {
		t.Fatal(findings)
	}
	cond := lib.Flows["x"].Steps[0].Branches[0].If
	for n, want := range map[int]bool{1: false, 2: true, 3: false} {
		if got := cond.Bool(func(string) (Value, bool) { return number(n), true }); got != want {
			t.Errorf("%d: %v", n, got)
		}
	}
}
