package flows

import (
	"bytes"
	"strings"
	"testing"
)

func TestNoWordsAreReadWhereNoneAreLetThrough(t *testing.T) {
	w := placed(t, Platform{NoText: true, Forms: true})
	off := w.lib.Word("typing_off")
	m := w.stands("a")
	if len(m.Body) != 2 || m.Body[1].Text != off || labels(m) != "Tea, A walk, Off, Skip" || m.Form != nil {
		t.Fatalf("shown %q with %s, form %+v", m.Text(), labels(m), m.Form)
	}
	before := w.state("a")
	for _, text := range []string{"words of my own", strings.Repeat("x", 99), strings.Repeat("x", maxInput+1), "tea and a walk", "/nothing", "!!!"} {
		w.say("a", text)
		if want := off; text != "/nothing" && w.last("a") != want {
			t.Errorf("%.20q: %q", text, w.last("a"))
		}
	}
	_, p := w.person("a")
	p.LastMsg -= 6
	if !bytes.Equal(before, w.state("a")) {
		t.Error("words changed the state")
	}
	for text, want := range map[string]string{"tea": "Tea", "TEA.": "Tea", "a walk": "A walk by the river.", "walk": "A walk by the river.", "A walk by the river": "A walk by the river."} {
		f := w.fork()
		f.say("a", text)
		if got := f.answers("a")["short"].S; got != want {
			t.Errorf("%q answers %q, not %q", text, got, want)
		}
	}
	w.press("a", "A walk")
	if got := w.answers("a")["short"].S; got != "A walk by the river." || len(w.kept) == 0 {
		t.Errorf("tapped: %q", got)
	}
	if m := w.stands("a"); labels(m) != "Skip" || m.Body[1].Text != off {
		t.Errorf("nothing ready: %s", labels(m))
	}
	w.press("a", "Skip")
	for _, fill := range []string{"Berlin", "19:30"} { // these are no words of one's own
		if w.stands("a").Form == nil {
			t.Errorf("%q: no form", w.last("a"))
		}
		w.fill("a", fill)
	}
	if got := w.answers("a"); got["zone"].S != "Europe/Berlin" || got["time"].S != "19:30" {
		t.Errorf("answered %+v", got)
	}
	if w := placed(t, Platform{}); labels(w.stands("a")) != "Off, Skip" || len(w.stands("a").Body) != 1 {
		t.Errorf("where words can be written: %s", labels(w.stands("a")))
	}
}

// A form from before the operator shut words out takes none, and a ready sentence from then still counts afterwards.
func TestWordsAreShutOutUnderALiveQuestion(t *testing.T) {
	w := placed(t, Platform{Forms: true})
	w.at(Platform{Forms: true, NoText: true})
	w.fill("a", "words of my own")
	if w.last("a") != w.lib.Word("typing_off") || len(w.answers("a")) > 0 {
		t.Errorf("filled: %q", w.last("a"))
	}
	w.say("a", "/help")
	w.say("a", "/places")
	w.at(Platform{})
	w.press("a", "A walk")
	if got := w.answers("a")["short"].S; got != "A walk by the river." {
		t.Errorf("a ready sentence: %q", got)
	}
	// Somebody who gets messages elsewhere, and writes from where no words are let through.
	w = placed(t, Platform{})
	w.lib = w.lib.With(Setup{Platforms: map[string]Platform{"shut": {NoText: true}}})
	s, p := w.person("a")
	in := Input{Self: *s, Who: p.ID}
	out := w.lib.Step(in, Event{Kind: Said, From: Address{Platform: "shut", User: "a"}, At: w.now, Text: "words of my own"})
	if q := out.States[0].People[0]; len(q.Tracks[0].top().Answers) > 0 {
		t.Error("words came in by the other account")
	}
}

func TestReadySentencesComeWithTheLine(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.at(Platform{NoText: true})
	w.say("a", "/together") // whose step has its own
	if m := w.stands("a"); !strings.HasPrefix(labels(m), "A quiet evening, A walk, ") {
		t.Fatalf("%q with %s", m.Text(), labels(m))
	}
	w.say("a", "/leave")
	w.say("a", "/checkin")
	w.press("a", "Steady")
	w.press("a", "Skip")
	_, p := w.person("a")
	it := w.lib.Lists["closing_lines"].ByID[p.Tracks[0].top().Items["closing"]]
	if m := w.stands("a"); m.Body[0].Text != it.Text || len(m.Choices) != len(it.Ready)+1 || m.Choices[0].Label != it.Ready[0].Label {
		t.Fatalf("%q with %s; %+v", m.Text(), labels(m), it.Ready)
	}
	w.press("a", it.Ready[0].Label)
	if m := w.stands("a"); !strings.Contains(m.Text(), "> "+it.Ready[0].Text) {
		t.Fatalf("the preview: %q", m.Text())
	}
	w.press("a", "Share")
	w.pass(undoFor)
	w.at(Platform{})
	w.say("b", "/cards")
	mark := len(w.sent)
	w.press("b", "Read now")
	if got := w.got("b", mark); !strings.Contains(got, "> "+it.Ready[0].Text) {
		t.Fatalf("the card: %q", got)
	}
}

// Ready sentences are not to be taken for danger, and every shipped question for words but the name has some.
func TestShippedReadySentences(t *testing.T) {
	lib := mustShipped(t)
	check := func(where string, ready []Ready) {
		if len(ready) == 0 {
			t.Errorf("%s has no ready sentences", where)
		}
		for _, s := range ready {
			if lib.soundsLikeDanger([]Block{{Text: s.Text, Quote: true}}) || strings.ContainsAny(s.Text, "!{}") {
				t.Errorf("%s: %q", where, s.Text)
			}
		}
	}
	for _, f := range lib.ordered() {
		for _, s := range f.Steps {
			switch d := f.Answers[s.Ask]; {
			case d == nil || d.Type != Text || f.Name == "welcome":
			case s.ReadyFrom != "":
				for _, it := range lib.Lists["closing_lines"].Items {
					check(it.ID, it.Ready)
				}
			default:
				check(f.Name+"/"+s.ID, append(d.Ready, s.Ready...))
			}
		}
	}
	for _, it := range lib.Lists["daily_bank"].Items {
		if it.Decl.Type == Text {
			check(it.ID, it.Decl.Ready)
		}
	}
}
