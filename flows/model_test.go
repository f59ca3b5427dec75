package flows

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestModel walks every shipped flow, with one thing at a time that happens around it; with REWOO_SOAK=1 it also compares the
// stores of what it takes for one state. With -race it walks two flows only, for nothing here runs beside anything else: CI runs
// the others without, and without comparing, and two things at a time by rewoo check --model.
func TestModel(t *testing.T) {
	lib := mustShipped(t)
	opt := ModelOptions{Around: 1}
	if os.Getenv("REWOO_SOAK") != "" {
		opt = ModelOptions{Compare: true}
	}
	names := keysOf(lib.Flows)
	if raced {
		names = []string{"daily_checkin", "hour"}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := lib.Model(name, opt)
			for _, f := range r.Findings {
				t.Error(f)
			}
			if !r.Complete || r.States < 20 || r.Transitions < 60 {
				t.Errorf("%d states and %d transitions are few, or not all: %v", r.States, r.Transitions, r.Complete)
			}
			for _, s := range lib.Flows[name].Steps {
				if at := name + "." + s.ID; s.waits() && !slices.Contains(r.Reached, at) && at != "partner_confirm.confirm" { // begun without a code
					t.Errorf("nobody ever stood at %s", at)
				}
			}
		})
	}
}

// TestModelForms walks two flows where words are written into forms, and where none are let through.
func TestModelForms(t *testing.T) {
	for name, where := range map[string]Platform{"forms": {Forms: true}, "no words": {Forms: true, NoText: true}} {
		lib := mustShipped(t).With(Setup{Platforms: map[string]Platform{"model": where}})
		for _, flow := range []string{"partner", "together", "card", "low_safety"} {
			r := lib.Model(flow, ModelOptions{Around: 1})
			for _, f := range r.Findings {
				t.Errorf("%s: %s", name, f)
			}
			if r.States < 20 {
				t.Errorf("%s: %s has %d states", name, flow, r.States)
			}
		}
	}
}

// everyKind is a flow with kinds of steps that no shipped flow has yet.
const everyKind = `flow: every_kind
version: 1
title: Every kind
start: { command: every_kind }
expires: { after: 20h }
answers:
  n: { type: number, from: 0, to: 500, keep: 90d }
  on: { type: date, keep: 90d }
  words: { type: text, max: 99, partner_sees: on_share }
steps:
  n: { ask: n, text: "How many?", skip: on, timeout: { after: 1h, go: done }, go: many }
  many: { choose: [ { if: me.n > 9, go: so_many }, { else: on } ] }
  so_many: { say: "So many.", go: on }
  on: { ask: on, text: "When?", skip: words, timeout: { after: 1h, go: done }, go: words }
  words: { ask: words, visits: 2, too_often: enough, text: "In your words?", skip: done, timeout: { after: 1h, go: done }, go: soft }
  soft: { check: words, against: softeners, as: hint, go: { found: again, clear: offer } }
  again: { say: "{hint.text}", go: words }
  offer: { share: { text: "I would say: {me.words}" }, timeout: { after: 1h, go: done }, none: done, go: done }
  enough: { say: "That is enough.", go: done }
  done: { end: done }
`

// TestModelKinds walks flows with records, and with kinds of steps that no shipped flow has.
func TestModelKinds(t *testing.T) {
	lib := withRecords(t, map[string]string{"every_kind.yaml": everyKind,
		"lists/softeners.yaml": "list: softeners\nkind: phrases\nitems:\n  just: { lang: en, say: \"Just makes it smaller.\", any: [\"i just\"] }\n"}).lib
	for _, name := range []string{"every_kind", "promise", "which", "promise_talk", "promise_due", "promises"} {
		r := lib.Model(name, ModelOptions{Around: 1, Compare: true})
		for _, f := range r.Findings {
			t.Error(f)
		}
		for _, s := range lib.Flows[name].Steps {
			if at := name + "." + s.ID; s.waits() && !slices.Contains(r.Reached, at) {
				t.Errorf("nobody ever stood at %s", at)
			}
		}
		t.Logf("%s: %d states, %d transitions", name, r.States, r.Transitions)
	}
}

// planting is a library with one more flow, which no checker has seen.
func planting(t *testing.T, change func(f *Flow)) *Library {
	lib := *mustShipped(t)
	lib.Flows = map[string]*Flow{}
	for name, f := range mustShipped(t).Flows {
		lib.Flows[name] = f
	}
	done := Target{Step: "done"}
	f := &Flow{Name: "planted", Pos: Pos{"planted.yaml", 1, 1}, Title: "Planted", Who: "both", Start: Start{Command: "planted"}, Expires: 20 * time.Hour,
		Answers: map[string]*Decl{"a": {Name: "a", Type: YesNo, PartnerSees: SeesNever}}}
	f.Steps = []*Step{
		{ID: "a", Kind: KAsk, Pos: Pos{"planted.yaml", 9, 3}, Ask: "a", Text: "Well?", Skip: done, Go: Target{Step: "b"}, Timeout: &Timeout{After: time.Hour, Go: done}},
		{ID: "b", Kind: KChoose, Pos: Pos{"planted.yaml", 10, 3}, Else: done},
		{ID: "done", Kind: KEnd, Pos: Pos{"planted.yaml", 11, 3}, End: "done"},
	}
	change(f)
	f.ByID = map[string]*Step{}
	for _, s := range f.Steps {
		f.ByID[s.ID] = s
	}
	lib.Flows["planted"], lib.byName = f, nil
	lib.byName = lib.ordered()
	return &lib
}

// foundPlanted asks for a finding at a line, whose text holds some words, and for a way to it.
func foundPlanted(t *testing.T, lib *Library, flow string, line int, text, how string) {
	t.Helper()
	r := lib.Model(flow, ModelOptions{Around: 1, Compare: true})
	for _, f := range r.Findings {
		if strings.Contains(f.Text, text) && (line == 0 || f.Line == line) && len(f.Way) > 1 && strings.Contains(strings.Join(f.Way, "\n"), how) && f.Code == "F19" {
			return
		}
	}
	t.Errorf("%q at line %d by %q was not found, but %v", text, line, how, r.Findings)
}

func TestModelFindsWhatIsPlanted(t *testing.T) {
	if r := planting(t, func(*Flow) {}).Model("planted", ModelOptions{Around: 1}); len(r.Findings) > 0 || r.States == 0 {
		t.Fatalf("nothing is planted, and %v is found", r.Findings)
	}
	foundPlanted(t, planting(t, func(f *Flow) { f.Steps[0].Timeout = nil }), "planted", 9, "no timer of its own", "/planted")
	foundPlanted(t, planting(t, func(f *Flow) { f.Steps[0].Timeout, f.Expires = nil, 0 }), "planted", 9, "stands without any timer", "/planted")
	foundPlanted(t, planting(t, func(f *Flow) { f.Steps[0].Timeout, f.Expires = nil, 0 }), "planted", 9, "this never ends", "/planted")
	foundPlanted(t, planting(t, func(f *Flow) {
		f.Steps[1], f.Expires = &Step{ID: "b", Kind: KSleep, Pos: Pos{"planted.yaml", 10, 3}, For: time.Hour, Go: Target{Step: "b"}}, 0
	}), "planted", 10, "without an end", "[Yes]")
	foundPlanted(t, planting(t, func(f *Flow) { f.Steps[1].Else.Step = "b" }), "planted", 9, "the engine broke: flows: 100 steps", "[Yes]")
}

// TestModelFindsAnImpureStep lets a fact be computed by what it was computed before, and by a function that writes.
func TestModelFindsAnImpureStep(t *testing.T) {
	lib := planting(t, func(f *Flow) {
		yes, err := compileCond("person.planted == 'yes'", Pos{})
		if err != nil {
			t.Fatal(err)
		}
		f.Steps[1].Branches = []Branch{{If: yes, Go: Target{Step: "said"}}}
		f.Steps = slices.Insert(f.Steps, 0, &Step{ID: "draw", Kind: KDraw, Draw: "line", From: "closing_lines", Go: Target{Step: "a"}})
		f.Steps = append(f.Steps, &Step{ID: "said", Kind: KSay, Text: "Yes.", Go: Target{Step: "done"}})
	})
	person := map[string]*Decl{"planted": {Name: "planted", Type: YesNo, Derived: "planted", Reads: []string{"draws"}}}
	for name, d := range lib.Person {
		person[name] = d
	}
	lib.Person = person
	defer delete(derived, "planted")
	n := 0
	plant := func(compute func(d *deriving) Value) {
		derived["planted"] = derivation{reads: []string{"draws"}, gives: YesNo, compute: compute}
	}
	plant(func(*deriving) Value { n++; return yesNo(n%2 == 0) })
	foundPlanted(t, lib, "planted", 9, "comes to something else", "[Yes]")
	plant(func(d *deriving) Value {
		if len(d.draws) > 0 {
			d.draws[0].Items[0].At = d.draws[0].Items[0].At.Add(time.Second)
		}
		return yesNo(false)
	})
	foundPlanted(t, lib, "planted", 9, "changes what it was given", "")
	plant(func(d *deriving) Value { return yesNo(d.draws[99].List == "") })
	foundPlanted(t, lib, "planted", 9, "the engine broke: runtime error: index out of range", "[Yes]")
}

// BenchmarkModelCheckin is F19 of the daily check-in.
func BenchmarkModelCheckin(b *testing.B) {
	lib := mustShipped(b)
	for b.Loop() {
		r := lib.Model("daily_checkin", ModelOptions{})
		b.ReportMetric(float64(r.States), "states")
		b.ReportMetric(float64(r.Transitions), "transitions")
	}
}

// BenchmarkModelAll is F19 of all that ships, two flows at a time.
func BenchmarkModelAll(b *testing.B) {
	lib := mustShipped(b)
	for b.Loop() {
		var wg sync.WaitGroup
		work := make(chan string)
		for range 2 {
			wg.Go(func() {
				for name := range work {
					lib.Model(name, ModelOptions{})
				}
			})
		}
		for _, name := range keysOf(lib.Flows) {
			work <- name
		}
		close(work)
		wg.Wait()
	}
}
