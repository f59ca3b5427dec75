package flows

import "testing"

// One /idea, with all that is to be weighed: 88 ideas, a year of them taken, ratings let in use.
func BenchmarkIdea(b *testing.B) {
	w := newSim(b)
	w.pair()
	for range 20 { // a week each
		w.say("b", "/idea")
		for _, label := range []string{"Plenty", "As long as it takes", "Number 1", "Skip", "Skip"} {
			w.press("b", label)
		}
		w.pass(2 * day)
		w.say("a", "/landed")
		for _, label := range []string{"Warm", "Skip", "Let ideas use this", "Skip"} {
			w.press("a", label)
		}
		w.pass(5 * day)
	}
	w.say("b", "/leave")
	w.say("b", "/idea")
	w.press("b", "Plenty")
	s, p := w.person("b")
	ev := Event{ID: "x", Kind: Pressed, From: p.Addr, At: w.now, Action: w.button("b", "As long as it takes"), Seed: w.seed("x")}
	in := Input{Self: *s, Who: p.ID}
	if out := w.lib.Step(in, ev); len(out.Messages) == 0 || len(out.Messages[len(out.Messages)-1].Choices) < 4 {
		b.Fatal("nothing is on offer")
	}
	for b.Loop() {
		w.lib.Step(in, ev)
	}
}
