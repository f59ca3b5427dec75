package flows

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// asked is somebody alone before the first question of a check-in, in the evening and within the budget.
func asked(t testing.TB) *sim {
	w := newSim(t)
	w.alone("a", "Ana")
	w.now = time.Date(2026, 3, 3, 17, 0, 0, 0, time.UTC) // 18:00 in Berlin
	w.say("a", "/checkin")
	return w
}

func (w *sim) state(user string) []byte {
	s, _ := w.person(user)
	return encode(Input{Self: *s})
}

// It lights up a phone at a time that nobody chose: nothing of the question stands in it. The question comes after Open, and
// until then it can be answered where it stands.
func TestAGapIsToldInOneNeutralLine(t *testing.T) {
	w := asked(t)
	w.pass(3 * time.Minute)
	before, old := w.sent[len(w.sent)-1].Msg, w.button("a", "Steady")
	mark, at := len(w.sent), w.now.Add(10*time.Minute)
	w.gap(10*time.Minute, "a")
	got := w.sent[mark:]
	if len(got) != 1 {
		t.Fatalf("came %+v", got)
	}
	m := got[0].Msg
	if len(m.Body) != 1 || m.Body[0].Text != w.lib.Word("was_away") || len(m.Choices) != 1 || m.Choices[0].Label != "Open" || m.Form != nil {
		t.Errorf("told: %+v", m)
	}
	if m.Lane != LaneScheduled || !m.Once || !m.Until.Equal(at.Add(2*time.Hour)) {
		t.Errorf("lane %d, once %t, until %s", m.Lane, m.Once, m.Until)
	}
	if _, p := w.person("a"); p.Budget.Unasked != 1 || p.Tracks[0].Phase != Asking {
		t.Errorf("budget %+v, track %+v", p.Budget, p.Tracks[0])
	}
	two := w.fork()
	mark = len(w.sent)
	w.press("a", "Open")
	if got = w.sent[mark:]; len(got) != 3 || got[0].Msg.On != m.ID || got[1].Msg.On != before.ID || got[2].Msg.Text() != before.Text() {
		t.Errorf("after Open came %+v", got)
	}
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: old})
	if w.last("a") != w.lib.Word("closed_question") {
		t.Errorf("the old button: %q", w.last("a"))
	}
	w.press("a", "Steady")
	two.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: old})
	for _, w := range []*sim{w, two} {
		_, p := w.person("a")
		if p.Tracks[0].Frames[0].Answers["pulse"].N != 5 {
			t.Error("a button does not answer")
		}
		for _, b := range p.Buttons {
			if b.shows() {
				t.Error("what was to be opened is answered, and can still be opened")
			}
		}
	}
}

// What it offers is no answer, and no label to be listed among them.
func TestOpenIsNoAnswer(t *testing.T) {
	w := asked(t)
	w.gap(10*time.Minute, "a")
	w.say("a", "open")
	if _, p := w.person("a"); strings.Contains(w.last("a"), "Open") || len(p.Tracks[0].Frames[0].Answers) != 0 {
		t.Errorf("%q, %+v", w.last("a"), p.Tracks[0].Frames)
	}
	words := placed(t, Platform{})
	if words.gap(10*time.Minute, "a"); words.button("a", "Open") == "" {
		t.Fatal("nothing to open")
	}
	words.say("a", "Open")
	if got := words.answers("a")["short"].S; got != "Open" {
		t.Errorf("the word in an answer: %q, %q", got, words.last("a"))
	}
	words.say("a", "/partner")
	words.press("a", "I have a code")
	words.gap(10*time.Minute, "a")
	words.say("a", strings.Repeat("x", maxInput+1))
	if want := words.lib.word("wrong_choice", "options", "Not now"); words.last("a") != want {
		t.Errorf("what can be tapped: %q", words.last("a"))
	}
	w.say("a", "/leave")
	if w.button("a", "Open") != "" {
		t.Error("a line of a conversation that is over can be opened")
	}
}

// A second gap leaves one line to open.
func TestGapsLeaveOneLine(t *testing.T) {
	w := asked(t)
	w.gap(10*time.Minute, "a")
	first := w.sent[len(w.sent)-1].Msg.ID
	w.pass(5 * time.Minute)
	mark := len(w.sent)
	w.gap(10*time.Minute, "a")
	if got := w.sent[mark:]; len(got) != 2 || got[0].Msg.Op != Close || got[0].Msg.On != first || got[1].Msg.Choices[0].Label != "Open" {
		t.Errorf("came %+v", got)
	}
}

// gaps are ways into a state in which a gap changes nothing.
var gaps = map[string]func(w *sim){
	"stopped":     func(w *sim) { w.say("a", "/stop") },
	"nothing":     func(w *sim) { w.say("a", "/leave") },
	"quiet hours": func(w *sim) { w.now = w.now.Add(5 * time.Hour) }, // 23:00
	"no budget":   func(w *sim) { w.gap(5*time.Minute, "a"); w.pass(3 * time.Minute); w.gap(5*time.Minute, "a") },
	"one on a tender day": func(w *sim) {
		s, p := w.person("a")
		p.Facts["tender"] = Value{T: YesNo, S: "yes"}
		w.units[s.Unit] = *s
		w.gap(5*time.Minute, "a")
	},
	"a question a timer led to": func(w *sim) { w.press("a", "Steady"); w.pass(2*time.Hour + time.Minute) },
	"a question not yet seen":   func(w *sim) { w.say("a", "/leave"); w.wakesInto("a") },
	"a code that waits":         func(w *sim) { w.say("a", "/leave"); w.say("a", "/partner"); w.press("a", "Make a code") },
	"out of reach":              func(w *sim) { w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "a"}}) },
	"asked since":               nil,
	"another platform":          nil,
	"since never":               nil,
}

// wakesInto lets a timer lead to a question that nobody was knocked at for.
func (w *sim) wakesInto(user string) {
	s, p := w.person(user)
	p.Tracks = append(p.Tracks, Track{ID: 99, Phase: Quiet, Visit: 1, Prompt: "m", Frames: []Frame{{Flow: "daily_checkin", Step: "pulse"}}})
	w.units[s.Unit] = *s
}

// Whatever keeps a question from being shown again keeps everything as it is.
func TestAGapChangesNothingElse(t *testing.T) {
	for name, way := range gaps {
		t.Run(name, func(t *testing.T) {
			w := asked(t)
			if way != nil {
				way(w)
			}
			since, from := w.now.Add(3*time.Minute), Address{Platform: "sim", User: "a"}
			switch w.pass(3 * time.Minute); name {
			case "asked since":
				since = since.Add(-10 * time.Minute)
			case "another platform":
				from.Platform = "other"
			case "since never":
				since = time.Time{}
			}
			mark, before := len(w.sent), w.state("a")
			w.event(Event{Kind: Away, From: from, Since: since})
			if len(w.sent) != mark {
				t.Errorf("came %q", w.got("a", mark))
			}
			if after := w.state("a"); !bytes.Equal(before, after) {
				t.Errorf("changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}

// Without any of that it comes, once for each gap.
func TestAGapIsOver(t *testing.T) {
	w := asked(t)
	since := w.now
	w.pass(3 * time.Minute)
	mark := len(w.sent)
	for range 3 {
		w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "a"}, Since: since})
	}
	if len(w.sent) != mark+1 {
		t.Errorf("came %q", w.got("a", mark))
	}
}

func TestAGapIsNoInput(t *testing.T) {
	w := asked(t)
	w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "a"}})
	w.gap(10*time.Minute, "a")
	if _, p := w.person("a"); !p.Gone {
		t.Error("a gap brought somebody back")
	}
	w.say("a", "/stop")
	w.gap(10*time.Minute, "a")
	if _, p := w.person("a"); !p.Stopped {
		t.Error("a gap ended a silence")
	}
	w = newSim(t)
	if got := w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "nobody"}, Since: w.now}); got != nil || len(w.units) != 0 {
		t.Errorf("somebody unknown: %+v, %d units", got, len(w.units))
	}
}

// A parked question is not what is open, and comes back without a word of the gap.
func TestAGapShowsTheOpenQuestionAlone(t *testing.T) {
	w := asked(t)
	w.say("a", "/arrivals")
	w.pass(3 * time.Minute)
	mark := len(w.sent)
	w.gap(10*time.Minute, "a")
	if got := w.got("a", mark); !strings.Contains(got, w.lib.Word("was_away")) || strings.Contains(got, "ground under you") {
		t.Fatalf("came %q", got)
	}
	mark = len(w.sent)
	w.say("a", "/leave")
	if got := w.got("a", mark); strings.Contains(got, w.lib.Word("was_away")) || !strings.Contains(got, "ground under you") {
		t.Fatalf("after it came %q", got)
	}
}

// A question that is gone after a reload is passed over once it is opened.
func TestAGapAfterAReload(t *testing.T) {
	w := asked(t)
	w.press("a", "Skip") // to a drawn question
	_, p := w.person("a")
	item := p.Tracks[0].Frames[0].Items["q"]
	lib := *w.lib
	lib.Lists = map[string]*List{}
	for name, l := range w.lib.Lists {
		c := *l
		if name == "daily_bank" {
			c.ByID = map[string]*Item{}
			for id, it := range l.ByID {
				if id != item {
					c.ByID[id] = it
				}
			}
		}
		lib.Lists[name] = &c
	}
	w.lib = &lib
	w.pass(3 * time.Minute)
	mark := len(w.sent)
	w.gap(10*time.Minute, "a")
	if got := w.got("a", mark); got != w.lib.Word("was_away")+"\n" {
		t.Errorf("came %q", got)
	}
	w.press("a", "Open")
	if got := w.got("a", mark); strings.Contains(got, "went wrong") || !strings.Contains(w.last("a"), "?") {
		t.Errorf("came %q", got)
	}
}

// A tap within the minute after the platform was last known to be in reach made a question that may have lost its own.
func TestAGapHasAMargin(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		again bool
	}{{0, true}, {awayMargin, true}, {awayMargin + time.Second, false}} {
		w := asked(t)
		since := w.now
		w.pass(c.after)
		w.press("a", "Steady")
		w.pass(5 * time.Minute)
		mark := len(w.sent)
		w.event(Event{Kind: Away, From: Address{Platform: "sim", User: "a"}, Since: since})
		if again := len(w.sent) > mark; again != c.again {
			t.Errorf("asked %s after: shown again %t", c.after, again)
		}
	}
}

// A gap needs nobody's part but its own person's, not even in the middle of a pairing, and when a step breaks over it there is
// nothing to be sorry for.
func TestAGapNeedsNothing(t *testing.T) {
	w := aloneAndClaim(t)
	s, p := w.person("b")
	for _, from := range []Kind{Said, Away} {
		ev := Event{Kind: from, From: Address{Platform: "sim", User: "b"}, Since: w.now, At: w.now}
		if needs := w.lib.Needs(*s, p.ID, ev); (needs != "") != (from == Said) {
			t.Errorf("%s needs %q", from, needs)
		}
	}
	in := Input{Self: *s, Who: p.ID}
	out := w.lib.Apology(in, Event{Kind: Away, From: Address{Platform: "sim", User: "b"}, Since: w.now, At: w.now})
	if len(out.Messages) != 0 || !bytes.Equal(encode(Output{States: out.States}), encode(Output{States: []State{*s}})) {
		t.Errorf("an apology: %+v", out.Messages)
	}
}
