package flows

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// places are questions of every type that can be written.
const places = `
flow: places
version: 1
title: Places
who: one
start: { command: places }
expires: { after: 20h }
answers:
  short: { type: text, max: 80, keep: 90d, ready: { tea: "Tea", walk: { label: "A walk", text: "A walk by the river." } } }
  long: { type: text, max: 81, keep: 90d }
  zone: { type: zone }
  time: { type: time }
  pick: { type: choice, options: { one: "One", two: "Two" } }
steps:
  short: { ask: short, text: "Short?", wrong: "Shorter, please.", exits: { off: { label: "Off", go: done } }, skip: long, timeout: { after: 2h, go: done }, go: long }
  long: { ask: long, text: "Long?", skip: zone, timeout: { after: 2h, go: done }, go: zone }
  zone: { ask: zone, text: "Zone?", skip: time, timeout: { after: 2h, go: done }, go: time }
  time: { ask: time, text: "Time?", skip: pick, timeout: { after: 2h, go: done }, go: pick }
  pick: { ask: pick, text: "Pick?", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { end: done }
`

// placed is somebody alone at the first of these questions, on a platform of a kind.
func placed(t testing.TB, where Platform) *sim {
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withFlows(t, map[string]string{"places.yaml": places})
	w.at(where)
	w.say("a", "/places")
	return w
}

// stands is the last message with something to answer.
func (w *sim) stands(user string) Message {
	for i := len(w.sent) - 1; i >= 0; i-- {
		if m := w.sent[i].Msg; w.sent[i].To == user && (len(m.Choices) > 0 || m.Form != nil) {
			return m
		}
	}
	return Message{}
}

func labels(m Message) string {
	var out []string
	for _, c := range m.Choices {
		out = append(out, c.Label)
	}
	return strings.Join(out, ", ")
}

func (w *sim) answers(user string) map[string]Value {
	_, p := w.person(user)
	return p.Tracks[len(p.Tracks)-1].top().Answers
}

func TestFormsWhereWordsAreWritten(t *testing.T) {
	w := placed(t, Platform{Forms: true})
	seen := map[string]bool{}
	for _, c := range []struct {
		want Form
		fill string
	}{{Form{Max: 80}, "Tea"}, {Form{Max: 81, Long: true}, "a long one"}, {Form{Max: 60}, "Berlin"}, {Form{Max: 60}, "19:30"}} {
		m := w.stands("a")
		if m.Form == nil || m.Form.Max != c.want.Max || m.Form.Long != c.want.Long || len(m.Form.Action) != tokenLen || seen[m.Form.Action] {
			t.Fatalf("%q: form %+v", m.Text(), m.Form)
		}
		seen[m.Form.Action] = true
		if slices.ContainsFunc(m.Choices, func(x Choice) bool { return x.Action == m.Form.Action || x.Label == "" }) {
			t.Fatalf("the form stands among the buttons: %+v", m.Choices)
		}
		w.fill("a", c.fill)
	}
	if m := w.stands("a"); m.Form != nil || !strings.Contains(m.Text(), "Pick") {
		t.Errorf("a choice: %q, form %+v", m.Text(), m.Form)
	}
	if got := w.answers("a"); got["short"].S != "Tea" || got["long"].S != "a long one" || got["zone"].S != "Europe/Berlin" || got["time"].S != "19:30" {
		t.Errorf("answered %+v", got)
	}
	if w := placed(t, Platform{}); w.stands("a").Form != nil {
		t.Error("a form where there are none")
	}
	w.say("a", "/partner")
	w.press("a", "I have a code")
	if m := w.stands("a"); m.Form == nil || m.Form.Max != shortForm {
		t.Errorf("a code: form %+v", m.Form)
	}
	w.say("a", strings.Repeat("x", maxInput+1))
	if want := w.lib.word("wrong_choice", "options", "Not now"); w.last("a") != want {
		t.Errorf("what can be tapped beside the form: %q, not %q", w.last("a"), want)
	}
}

// What is filled in counts like what is typed: words that work everywhere, what is wrong, what is too long or empty.
func TestFilledIsLikeTyped(t *testing.T) {
	base := placed(t, Platform{Forms: true})
	for _, text := range []string{"Tea", "Off", "Skip", "!!!", "help", "/help", "/skip", "/stop", "/nothing", "", "\u200b", strings.Repeat("x", 81), strings.Repeat("x", maxInput+1), "/start ABCDEFGHJK"} {
		typed, filled := base.fork(), base.fork()
		form := filled.form("a")
		marks := [2]int{len(typed.sent), len(filled.sent)}
		typed.event(Event{ID: "same", Kind: Said, From: Address{Platform: "sim", User: "a"}, Text: text})
		filled.event(Event{ID: "same", Kind: Filled, From: Address{Platform: "sim", User: "a"}, Action: form, Text: text})
		if a, b := typed.got("a", marks[0]), filled.got("a", marks[1]); a != b || a == "" && text != "Off" {
			t.Errorf("%.20q: typed brings %q, filled %q", text, a, b)
		}
		if !bytes.Equal(typed.state("a"), filled.state("a")) {
			t.Errorf("%.20q is kept in another way when it is filled in", text)
		}
	}
	w := newSim(t)
	w.alone("a", "Ana")
	w.alone("b", "Ben")
	w.at(Platform{Forms: true})
	w.say("a", "/partner")
	w.press("a", "Make a code")
	w.say("b", "/partner")
	w.press("b", "I have a code")
	w.fill("b", w.code("a"))
	if !strings.Contains(w.last("b"), "Ana") {
		t.Errorf("a code that was filled in: %q", w.last("b"))
	}
}

// A form that is no more open takes nothing.
func TestADeadFormTakesNothing(t *testing.T) {
	fill := func(w *sim, token string) {
		w.event(Event{Kind: Filled, From: Address{Platform: "sim", User: "a"}, Action: token, Text: "canary words"})
	}
	for name, close := range map[string]func(w *sim){
		"answered": func(w *sim) { w.say("a", "Tea") },
		"parked":   func(w *sim) { w.say("a", "/arrivals") },
		"left":     func(w *sim) { w.say("a", "/leave") },
		"stopped":  func(w *sim) { w.say("a", "/stop") },
		"over":     func(w *sim) { w.pass(3 * time.Hour) },
	} {
		w := placed(t, Platform{Forms: true})
		form := w.form("a")
		close(w)
		before := w.state("a")
		fill(w, form)
		_, p := w.person("a")
		p.LastMsg-- // the answer itself
		if w.last("a") != w.lib.Word("closed_question") || !bytes.Equal(before, w.state("a")) {
			t.Errorf("%s: %q", name, w.last("a"))
		}
	}
	w := placed(t, Platform{Forms: true})
	for _, token := range []string{w.button("a", "Skip"), w.button("a", "Off"), "", "AAAAAAAAAAAAAAAAAA"} {
		fill(w, token)
		if w.last("a") != w.lib.Word("closed_question") || len(w.answers("a")) > 0 {
			t.Errorf("%q took words: %q", token, w.last("a"))
		}
	}
	w.say("b", "hello")
	w.event(Event{Kind: Filled, From: Address{Platform: "sim", User: "b"}, Action: w.form("a"), Text: "of somebody else"})
	if w.last("b") != w.lib.Word("closed_question") || len(w.answers("a")) > 0 {
		t.Errorf("somebody else filled it: %q", w.last("b"))
	}
}

// A form belongs to the step that shows it, and to the question that has the floor.
func TestAFormIsThatOfItsStep(t *testing.T) {
	person := func(change func(p *Person)) *Person {
		p := &Person{Tracks: []Track{{ID: 1, Visit: 7, Phase: Asking}}, Buttons: []Button{{Token: "x", Track: 1, Visit: 7, Value: writeValue}}}
		change(p)
		return p
	}
	for name, change := range map[string]func(p *Person){
		"":                func(p *Person) {},
		"another step":    func(p *Person) { p.Tracks[0].Visit = 8 },
		"not shown":       func(p *Person) { p.Tracks[0].Phase = Quiet },
		"parked":          func(p *Person) { p.Tracks[0].Parked = true },
		"not on the top":  func(p *Person) { p.Tracks = append(p.Tracks, Track{ID: 2, Visit: 7, Phase: Asking}) },
		"no form":         func(p *Person) { p.Buttons[0].Value = "skip" },
		"another's token": func(p *Person) { p.Buttons[0].Token = "y" },
	} {
		if got := person(change).fills("x"); got != (name == "") {
			t.Errorf("%q: fills %t", name, got)
		}
	}
}

// Where the platform did not open the form, a press shows the question anew, and nothing is lost.
func TestAPressOnAFormShowsItAgain(t *testing.T) {
	w := placed(t, Platform{Forms: true})
	old := w.form("a")
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: old})
	if w.last("a") != "Short?" || w.form("a") == old || len(w.answers("a")) > 0 {
		t.Errorf("%q, the form is the old one: %t", w.last("a"), w.form("a") == old)
	}
	w.say("a", "!!!") // folds to nothing, as a button without a label would
	if got := w.answers("a")["short"].S; got != "!!!" {
		t.Errorf("typed marks were read as %q; last %q", got, w.last("a"))
	}
	w.say("a", "a")
	w.say("a", "no place at all")
	w.say("a", "/skip")
	w.say("a", "no time at all")
	if got := w.last("a"); strings.Contains(got, " / .") || strings.Contains(got, ": .") {
		t.Errorf("a button without a name is offered: %q", got)
	}
}

func TestTheInviteLinkStandsBelowTheCode(t *testing.T) {
	for _, link := range []string{"", "https://t.me/rewoo_bot?start="} {
		w := newSim(t)
		w.alone("a", "Ana")
		w.lib = w.lib.With(Setup{InviteLink: link})
		w.say("a", "/partner")
		w.press("a", "Make a code")
		m, code := w.stands("a"), w.code("a")
		if !m.Private || !strings.Contains(m.Body[0].Text, code) {
			t.Errorf("%q private %t", m.Text(), m.Private)
		}
		switch {
		case link == "" && len(m.Body) != 1:
			t.Errorf("without a link: %q", m.Text())
		case link != "" && (len(m.Body) != 2 || m.Body[1].Text != w.lib.word("pair_link", "link", link+code) || !strings.HasSuffix(m.Body[1].Text, link+code)):
			t.Errorf("with a link: %q", m.Text())
		}
	}
}
