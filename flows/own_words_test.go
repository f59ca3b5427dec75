package flows

import (
	"strings"
	"testing"
)

// Only an account where no words are let through makes the difference, and only when two connect.
func TestConnectedWhere(t *testing.T) {
	lib := mustShipped(t).With(Setup{Platforms: map[string]Platform{"here": {Forms: true}, "there": {NoText: true}}})
	for _, c := range []struct {
		first, second, also string
		want                string
	}{{"here", "here", "", ""}, {"here", "there", "", "no"}, {"there", "here", "", "no"}, {"here", "here", "there", "no"}} {
		s := State{People: []Person{{ID: "a", Addr: Address{Platform: c.first, User: "a"}}, {ID: "b", Addr: Address{Platform: c.second, User: "b"}}}}
		if c.also != "" {
			s.People[1].Also = []Address{{Platform: c.also, User: "c"}}
		}
		(&run{lib: lib}).connectedWhere(&s)
		if got := s.Couple.Facts[wordsFact].S; got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// connectedWordless is a couple of whom one is where no words are let through, at least when they connected.
func connectedWordless(t *testing.T) *sim {
	w := newSim(t)
	w.pair()
	for id, s := range w.units {
		s.Couple.Facts = map[string]Value{wordsFact: yesNo(false)}
		w.units[id] = s
	}
	return w
}

// toLine brings a check-in of who to its last line.
func (w *sim) toLine(who string) *Item {
	w.say(who, "/checkin")
	w.press(who, "Steady")
	w.press(who, "Skip")
	_, p := w.person(who)
	return w.lib.Lists["closing_lines"].ByID[p.Tracks[0].top().Items["closing"]]
}

// Where one of the two lets no words through, what the other types does not go there either, and they are told so; a ready
// sentence goes.
func TestTypedWordsStayWhereNoneAreLetThrough(t *testing.T) {
	w := connectedWordless(t)
	it := w.toLine("a")
	if m := w.stands("a"); len(m.Choices) != len(it.Ready)+1 || m.Choices[0].Label != it.Ready[0].Label {
		t.Fatalf("no ready sentences beside what can be typed: %s", labels(m))
	}
	mark := len(w.sent)
	w.say("a", "Tea in the garden")
	if got := w.got("a", mark); !strings.Contains(got, w.lib.word("words_stay")) || strings.Contains(got, "Tea in the garden") {
		t.Fatalf("typed: %q", got)
	}
	w.toLine("a")
	_, p := w.person("a")
	it = w.lib.Lists["closing_lines"].ByID[p.Tracks[0].top().Items["closing"]]
	w.press("a", it.Ready[0].Label)
	if m := w.stands("a"); !strings.Contains(m.Text(), "> "+it.Ready[0].Text) {
		t.Fatalf("chosen: %q", m.Text())
	}
	w.press("a", "Share")
	w.pass(undoFor)
	w.say("b", "/cards")
	mark = len(w.sent)
	w.press("b", "Read now")
	if got := w.got("b", mark); !strings.Contains(got, "> "+it.Ready[0].Text) {
		t.Fatalf("the card: %q", got)
	}
}

// What b does with accounts afterwards changes nothing for a; a card in a's own words waits for an app that may show it.
func TestTypedWordsWaitForAnotherApp(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.toLine("a")
	w.say("a", "Tea in the garden")
	w.press("a", "Share")
	w.pass(undoFor)
	w.at(Platform{NoText: true})
	mark := len(w.sent)
	w.say("b", "/cards")
	w.press("b", "Read now")
	if got := w.got("b", mark); strings.Contains(got, "Tea") || !strings.Contains(got, w.lib.word("card_elsewhere")) {
		t.Fatalf("%q", got)
	}
	w.at(Platform{})
	mark = len(w.sent)
	w.say("b", "/cards")
	w.press("b", "Read now")
	if got := w.got("b", mark); !strings.Contains(got, "> Tea in the garden") {
		t.Fatalf("%q", got)
	}
}
