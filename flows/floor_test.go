package flows

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// alone is somebody who finished the welcome on their own.
func (w *sim) alone(user, name string) {
	w.t.Helper()
	w.welcome(user, name, "20:00", "I was hurt")
	w.press(user, "On my own")
}

// aloneAndClaim leaves a and b, both welcomed long ago, at the question whether to go on together.
func aloneAndClaim(t *testing.T) *sim {
	w := newSim(t)
	w.alone("a", "Ana")
	w.alone("b", "Ben")
	w.say("a", "/partner")
	w.press("a", "Make a code")
	w.say("b", "/partner")
	w.press("b", "I have a code")
	w.say("b", w.code("a"))
	return w
}

func TestANoDoesNotSpoilTheNextCode(t *testing.T) {
	w := newSim(t)
	for user, name := range map[string]string{"a": "Ana", "b": "Ben", "c": "Cy"} {
		w.alone(user, name)
	}
	for _, user := range []string{"a", "c"} {
		w.say(user, "/partner")
		w.press(user, "Make a code")
	}
	w.say("b", "/partner")
	w.press("b", "I have a code")
	w.say("b", w.code("c")) // by mistake
	w.press("b", "No")
	w.say("b", "/partner")
	w.press("b", "I have a code")
	w.say("b", w.code("a"))
	if !strings.Contains(w.last("b"), "Ana") {
		t.Fatalf("after a No, a true code: %q", w.last("b"))
	}
	w.press("a", "Go on together")
	w.press("b", "Go on together")
	if couples(w) != 1 {
		t.Fatal("no couple")
	}
}

// again is another way to the question for a code, beside /partner, as the welcome is.
const again = `
flow: again
version: 1
title: Again
who: one
start: { command: again }
expires: { after: 2h }
steps:
  claim: { run: partner_claim, go: done }
  done: { end: done }
`

// Whoever goes to enter another code has taken their yes back.
func TestAYesIsTakenBackByEnteringAnotherCode(t *testing.T) {
	w := aloneAndClaim(t)
	w.press("a", "Go on together")
	w.say("a", "/partner")
	if w.last("a") != w.lib.Words["pair_confirm_wait"] {
		t.Fatalf("/partner while waiting: %q", w.last("a"))
	}
	w.lib = withFlows(t, map[string]string{"again.yaml": again})
	w.say("a", "/again")
	w.press("b", "Go on together")
	if couples(w) != 0 {
		t.Fatal("a couple was made of somebody who was entering another code")
	}
}

func TestParkedQuestionsComeBackWhenNothingIsAsked(t *testing.T) {
	ways := map[string]func(w *sim){
		"a card put off": func(w *sim) { w.say("a", "/cards"); w.press("a", "Later") },
		"a code is out": func(w *sim) {
			w.say("a", "/partner")
			w.press("a", "Make a code")
		},
	}
	for name, way := range ways {
		w := newSim(t)
		if name == "a card put off" {
			w.pair()
			w.say("b", "/checkin")
			w.press("b", "Steady")
			w.press("b", "Skip")
			w.say("b", "Tea")
			w.press("b", "Share")
			w.pass(undoFor)
		} else {
			w.alone("a", "Ana")
		}
		w.say("a", "/checkin")
		asked := w.last("a")
		way(w)
		if w.last("a") != asked {
			t.Errorf("%s: the parked question did not come back, but %q", name, w.last("a"))
		}
		w.say("a", "3")
		if _, p := w.person("a"); !slices.ContainsFunc(p.Tracks, func(tr Track) bool { return tr.Frames[0].Answers["pulse"].N == 3 }) {
			t.Errorf("%s: the answer was not taken: %q", name, w.last("a"))
		}
	}
}

func TestAWaitingYesIsNoSecondQuestion(t *testing.T) {
	w := aloneAndClaim(t)
	w.press("a", "Go on together")
	w.say("a", "/checkin")
	asked := w.last("a")
	w.say("a", "/partner")
	personRules(t, w, "a")
	w.say("a", "4")
	if w.last("a") == asked {
		t.Fatal("the check-in was not answered")
	}
	if _, p := w.person("a"); p.Pair == nil || !p.Pair.Confirmed {
		t.Fatal("the yes is gone")
	}
}

// The end of a code is said when somebody waits for it; in quiet hours, long after, or out of reach, at their next input.
func TestTheEndOfACodeKeepsQuietHours(t *testing.T) {
	over := "This code is over"
	begin := func() *sim {
		w := newSim(t)
		w.alone("a", "Ana")
		w.now = time.Date(2026, 3, 2, 20, 20, 0, 0, time.UTC) // 21:20 in Berlin
		w.say("a", "/checkin")
		w.say("a", "/partner")
		w.press("a", "Make a code")
		return w
	}
	w := begin()
	mark := len(w.sent)
	w.pass(20 * time.Minute)
	if got := w.got("a", mark); got != "" {
		t.Fatalf("in quiet hours came %q", got)
	}
	w.press("a", "Steady")
	w.say("a", "/leave")
	w.say("a", "what now")
	if got := w.got("a", mark); !strings.Contains(got, over) {
		t.Fatalf("it was never said: %q", got)
	}

	w = begin()
	w.now = w.now.Add(14 * time.Hour) // the bot was down, and it is day
	mark = len(w.sent)
	w.pass(time.Minute)
	if got := w.got("a", mark); strings.Contains(got, over) {
		t.Fatal("half a day late it was said by the clock")
	}

	w = newSim(t)
	w.alone("a", "Ana")
	w.say("a", "/checkin")
	asked := w.last("a")
	w.say("a", "/partner")
	w.press("a", "Make a code")
	mark = len(w.sent)
	w.pass(15 * time.Minute)
	if got := w.got("a", mark); !strings.Contains(got, over) || strings.Contains(got, asked) {
		t.Fatalf("by the clock came %q", got)
	}
}

func TestStartWithACodeIsNeverSwallowed(t *testing.T) {
	for name, state := range map[string]func(w *sim){
		"at the question for it": func(w *sim) { w.say("b", "/partner"); w.press("b", "I have a code") },
		"after /stop":            func(w *sim) { w.say("b", "/stop") },
		"with nothing open":      func(w *sim) {},
	} {
		for _, sep := range []string{" ", "\n", "@rewoo_bot "} {
			w := newSim(t)
			w.alone("a", "Ana")
			w.alone("b", "Ben")
			w.say("a", "/partner")
			w.press("a", "Make a code")
			state(w)
			w.say("b", "/start"+sep+w.code("a"))
			if w.button("b", "I have a code") != "" {
				w.press("b", "I have a code")
			}
			if !strings.Contains(w.last("b"), "Ana") {
				t.Errorf("%s, %q: %q", name, sep, w.last("b"))
			}
		}
	}
}

const multi = `
flow: multi
version: 1
title: Multi
who: one
start: { command: multi }
expires: { after: 20h }
answers:
  m: { type: multi, max: 3, options: { sleep: Sleep, food: Food, water: Water, air: Air }, keep: 90d }
  s: { type: scale, from: 1, to: 3, keep: 90d }
steps:
  m: { ask: m, text: "Which?", skip: s, timeout: { after: 2h, go: done }, go: s }
  s: { ask: s, text: "How?", buttons: { 1: Low, 2: Mid, 3: High }, skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { end: done }
`

func TestMultiKeepsWhatWasChosen(t *testing.T) {
	begin := func() *sim {
		w := newSim(t)
		w.alone("a", "Ana")
		w.lib = withFlows(t, map[string]string{"multi.yaml": multi})
		w.say("a", "/multi")
		w.press("a", "Sleep")
		return w
	}
	stored := func(w *sim) []string {
		_, p := w.person("a")
		return p.Tracks[0].Frames[0].Answers["m"].L
	}
	w := begin()
	w.say("a", "food, water")
	if got := stored(w); !slices.Equal(got, []string{"sleep", "food", "water"}) {
		t.Errorf("by button, then by text: %v", got)
	}
	w = begin()
	w.say("a", "food, water, air")
	if got := stored(w); got != nil || !strings.Contains(w.last("a"), "3") {
		t.Errorf("four of three: %v, %q", got, w.last("a"))
	}
	w = begin()
	w.say("a", "/partner")
	w.press("a", "Not now")
	w.press("a", "Done")
	if got := stored(w); !slices.Equal(got, []string{"sleep"}) {
		t.Errorf("parked and back: %v", got)
	}
}

// A press answers its own button's option, whatever labels say.
func TestAButtonIsItsOption(t *testing.T) {
	q := &question{step: &Step{}, decl: &Decl{Type: Scale, From: 1, To: 3, Options: []Option{{ID: "1", Label: "3"}, {ID: "3", Label: "1"}}}}
	if v, ok := q.pick("3"); !ok || v.N != 3 {
		t.Fatalf("%+v", v)
	}
	q.decl = &Decl{Type: OneOf, Options: []Option{{ID: "no", Label: "yes"}, {ID: "yes", Label: "no"}}}
	if v, ok := q.pick("yes"); !ok || v.S != "yes" {
		t.Fatalf("%+v", v)
	}
}

func TestNoKnockForWhatWasJustDone(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.now = w.now.Add(110 * time.Minute) // 19:50 in Berlin
	w.say("a", "/partner")
	w.pass(15 * time.Minute) // 20:00 finds them busy
	w.say("a", "/checkin")
	w.press("a", "Not today")
	mark := len(w.sent)
	w.press("a", "Not now")
	if got := w.got("a", mark); strings.Contains(got, "check-in is ready") {
		t.Fatalf("a knock for the check-in that was just done: %q", got)
	}
}

// A timer whose step breaks leaves no conversation standing still, and the next day comes all the same.
func TestABrokenTimerLeavesNothingStanding(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.say("a", "/checkin")
	for _, what := range []string{"timeout", "schedule"} {
		s, p := w.person("a")
		i := slices.IndexFunc(p.Timers, func(timer Timer) bool { return timer.What == what })
		if i < 0 {
			t.Fatalf("no %s", what)
		}
		timer := p.Timers[i]
		self := s.Clone()
		self.People[0].Timers = slices.Delete(self.People[0].Timers, i, i+1)
		ev := Event{Kind: Fired, Unit: s.Unit, Timer: timer.Name, Due: timer.Due, At: timer.Due}
		out := w.lib.Apology(Input{Self: self, Who: p.ID, Timer: &timer}, ev)
		after := out.States[0].People[0]
		for _, tr := range after.Tracks {
			if what == "timeout" && tr.ID == timer.Track {
				t.Error("a conversation without its timeout stands still")
			}
		}
		if !slices.ContainsFunc(after.Timers, func(timer Timer) bool {
			return timer.What == "schedule" && (what == "timeout" || timer.Due.After(ev.At))
		}) {
			t.Errorf("after a broken %s nothing is scheduled", what)
		}
		for _, m := range out.Messages {
			if m.Op == Show {
				t.Errorf("a broken %s says %q", what, m.Text())
			}
		}
	}
}

func TestAHugeTextIsNoAnswer(t *testing.T) {
	w := newSim(t)
	w.say("a", "/start")
	for _, label := range []string{"Go on", "I agree", "I am 18 or over", "Continue"} {
		w.press("a", label)
	}
	for _, text := range []string{"A" + strings.Repeat("\u0301", 50_000), "Ana" + strings.Repeat(" ", 99_990) + "and Ben", strings.Repeat("x", 100_000)} {
		w.say("a", text)
		if _, p := w.person("a"); p.Facts["name"].S != "" || p.Tracks[0].Frames[0].Step != "name" {
			t.Fatalf("%.10q was taken for a name: %q", text, p.Facts["name"].S)
		}
		if !strings.Contains(w.last("a"), "40") {
			t.Fatalf("the answer does not say what is accepted: %q", w.last("a"))
		}
	}
}

// A flow that is gone ends its sessions, wherever they stand.
func TestARemovedFlowEndsItsSessions(t *testing.T) {
	sleeper := map[string]string{
		"outer.yaml": "flow: outer\nversion: 1\ntitle: O\nwho: one\nstart: { command: outer }\nexpires: { after: 9d }\nsteps:\n  call: { run: inner, go: done }\n  done: { end: done }\n",
		"inner.yaml": "flow: inner\nversion: 1\ntitle: I\nwho: one\nsteps:\n  nap: { sleep: 1h, go: hi }\n  hi: { say: \"Hi\", end: done }\n",
	}
	for _, gone := range []string{"outer", "inner"} {
		w := newSim(t)
		w.alone("a", "Ana")
		lib := *withFlows(t, sleeper)
		w.lib = &lib
		w.say("a", "/outer")
		rest := map[string]*Flow{}
		for name, f := range lib.Flows {
			if name != gone {
				rest[name] = f
			}
		}
		lib.Flows = rest
		w.pass(2 * time.Hour)
		if w.say("a", "hello") == nil {
			t.Fatalf("without %s nothing is answered", gone)
		}
	}
}
