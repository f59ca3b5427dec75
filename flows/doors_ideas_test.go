package flows

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// giver makes a couple in which b, who broke trust, is far enough for most ideas and would like touch.
func giver(t *testing.T) *sim {
	w := newSim(t)
	w.pair()
	w.set("b", map[string]Value{"phase": choice("attune"), "touch": number(3)})
	return w
}

// set gives somebody facts, as flows of theirs would.
func (w *sim) set(user string, facts map[string]Value) {
	s, p := w.person(user)
	for name, v := range facts {
		p.Facts[name] = v
	}
	w.units[s.Unit] = *s
}

// offered asks for other ideas until there are none, and gives all that were on offer.
func (w *sim) offered(user string) []string {
	w.t.Helper()
	var all []string
	w.say(user, "/idea")
	w.press(user, "Plenty")
	w.press(user, "As long as it takes")
	for range 100 {
		_, p := w.person(user)
		track := p.running("idea")
		if track == nil {
			return all
		}
		now := strings.Fields(track.top().Items[offeredKey("pick")])
		for _, id := range now {
			if slices.Contains(all, id) {
				w.t.Fatalf("%s is offered twice", id)
			}
		}
		all = append(all, now...)
		w.press(user, "Something else")
	}
	w.t.Fatal("there is always something else")
	return nil
}

// What the other keeps changes nothing of what is offered; what they opened does.
func TestIdeasGoByWhatWasOpened(t *testing.T) {
	base := giver(t)
	ideas := shippedList(t, "ideas")
	touching := func(all []string) bool {
		return slices.ContainsFunc(all, func(id string) bool { return ideas.ByID[id].Fields["touch"].N > 0 })
	}
	plain := base.fork()
	mark := len(base.sent)
	all := plain.offered("b")
	if touching(all) || len(all) < 20 {
		t.Fatalf("with nothing opened, b is offered %v", all)
	}
	if !strings.Contains(plain.last("b"), "Nothing new from me today") {
		t.Fatalf("at the end: %q", plain.last("b"))
	}

	private := base.fork()
	private.set("a", map[string]Value{"touch": number(3), "needs": several("seen"), "paused": several("words"), "landed": choice("too_soon"),
		"tender": {T: YesNo, S: "yes"}, "new_breach": {T: YesNo, S: "yes"}, "phase": choice("safety"), "access": several("no_sight"), "apart": {T: YesNo, S: "yes"}, "money": number(0)})
	private.say("a", "/stop")
	private.offered("b")
	if got, want := private.view("b", mark), plain.view("b", mark); got != want {
		t.Fatalf("b can tell what a keeps:\n%s\n---\n%s", got, want)
	}

	opened := base.fork()
	opened.say("a", "/ideas_use")
	for _, label := range []string{"A hug", "Let ideas use this", "Skip", "Words", "Done", "Let ideas use this"} {
		opened.press("a", label)
	}
	all = opened.offered("b")
	if !touching(all) {
		t.Fatal("touch was opened, and nothing is offered")
	}
	for _, id := range all {
		if f := ideas.ByID[id].Fields; f["touch"].N > 2 || f["cat"].S == "words" {
			t.Fatalf("%s is offered, which a did not open or let rest", id)
		}
	}
	opened.say("a", "/ideas_use")
	opened.press("a", "Close it again")
	if touching(opened.offered("b")) {
		t.Fatal("touch was closed, and is offered")
	}
}

// Closing while ideas are on offer changes nothing that was shown: what is on the screen does not tell.
func TestClosingDoesNotTellByWhatIsOnOffer(t *testing.T) {
	w := giver(t)
	w.say("a", "/ideas_use")
	for _, label := range []string{"A hug", "Let ideas use this", "Skip", "Skip"} {
		w.press("a", label)
	}
	w.say("b", "/idea")
	w.press("b", "Plenty")
	w.press("b", "As long as it takes")
	open, mark := w.fork(), len(w.sent)
	w.say("a", "/ideas_use")
	w.press("a", "Close it again")
	for _, x := range []*sim{w, open} {
		x.press("b", "Number 1")
	}
	if got, want := w.view("b", mark), open.view("b", mark); got != want {
		t.Fatalf("b got\n%s\nnot\n%s", got, want)
	}
}

func TestOneIdeaADay(t *testing.T) {
	w := giver(t)
	take := func() {
		t.Helper()
		w.say("b", "/idea")
		for _, label := range []string{"Skip", "Skip", "Number 1", "Skip", "Skip"} {
			w.press("b", label)
		}
		w.say("b", "/leave")
	}
	take()
	w.until("23:59")
	w.say("b", "/idea")
	if !strings.Contains(w.last("b"), "One idea a day") {
		t.Fatalf("a second one today: %q", w.last("b"))
	}
	w.until("00:00")
	take()
}

// The question how something landed comes at its own time, whatever the other did or did not do.
func TestLandedComesAtItsTime(t *testing.T) {
	views := map[string]bool{}
	base := giver(t)
	for _, gave := range []bool{false, true} {
		w := base.fork()
		mark := len(w.sent)
		if gave {
			w.say("b", "/idea")
			for _, label := range []string{"Skip", "Skip", "Number 1", "Skip", "Skip"} {
				w.press("b", label)
			}
			w.pass(25 * time.Hour)
			w.say("b", "/idea")
			w.press("b", "Done")
		} else {
			w.pass(25 * time.Hour)
		}
		w.pass(13 * 24 * time.Hour)
		got := w.view("a", mark)
		if n := strings.Count(got, w.lib.Flows["landed"].Knock); n != 2 || !strings.Contains(got, "2026-03-07T17:00") {
			t.Fatalf("%d times in two weeks:\n%s", n, got)
		}
		views[got] = true
	}
	if len(views) != 1 {
		t.Fatal("a can tell whether b took an idea")
	}
}

// A tender day leaves ideas out, also the question about one that was taken the day before.
func TestNothingOfIdeasOnATenderDay(t *testing.T) {
	w := giver(t)
	w.say("b", "/idea")
	for _, label := range []string{"Skip", "Skip", "Number 1", "Skip", "Skip"} {
		w.press("b", label)
	}
	w.until("08:00")
	w.say("b", "/tender")
	w.press("b", "One day")
	mark := len(w.sent)
	w.until("21:00")
	if got := w.got("b", mark); strings.Contains(got, w.lib.Flows["idea"].Knock) {
		t.Fatalf("on a tender day b got %q", got)
	}
	w = giver(t)
	w.say("b", "/idea")
	for _, label := range []string{"Skip", "Skip", "Number 1", "Skip", "Skip"} {
		w.press("b", label)
	}
	w.say("b", "/tender")
	w.press("b", "One day")
	w.say("b", "/idea")
	if !strings.Contains(w.last("b"), "Ideas rest on tender days") {
		t.Fatalf("asked for on a tender day: %q", w.last("b"))
	}
}
