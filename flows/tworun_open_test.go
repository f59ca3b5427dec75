package flows

import (
	"fmt"
	"math/rand/v2"
)

// goals are where a can pass something on.
var goals = []string{"/checkin", "/checkin", "/checkin", "/landed", "/landed", "/landed", "/together", "/together", "/ideas_use", "/hour", "/takeback", "/takeback"}

// shared are words that a passes on in both lives.
var shared = []string{"I watered the plants", "Thank you for the soup", "An evening without phones", "I want to die"}

// afterwards is what a may do right after a tap, on which nothing of how it goes across may hang.
var afterwards = []string{"nothing", "nothing", "nothing", "begin", "begin", "begin", "begin", "stop", "stop", "stop", "out of reach", "out of reach", "leave", "help",
	"words", parting.what}

// openTaps are the buttons of a that pass something to b, by what they pass.
func (w *sim) openTaps() map[string]deed {
	out := map[string]deed{}
	s, p := w.person("a")
	if p == nil {
		return out
	}
	for _, b := range p.Buttons {
		if what, passes := w.meaning(s, p, b); passes != "" {
			out[passes] = deed{what: what, label: b.Label, token: b.Token}
		}
	}
	return out
}

// openTap takes one that both lives have. The event has the same id in both, and so the same chance: where they differ only
// in silence, a real one would have it too.
func (l *twoLives) openTap(i, nth int, undoes bool, r *rand.Rand) bool {
	first, second := l.w[0].openTaps(), l.w[1].openTaps()
	var both []string
	for _, passes := range keysOf(first) {
		if _, ok := second[passes]; ok && (undoes || first[passes].what != "undo") {
			both = append(both, passes)
		}
	}
	if len(both) == 0 {
		return false
	}
	passes := both[r.IntN(len(both))]
	l.note("a: " + first[passes].String() + " in both")
	l.cover.open(first[passes].what, l.differ)
	for k, taps := range []map[string]deed{first, second} {
		l.w[k].event(Event{ID: fmt.Sprintf("open/%d/%d", i, nth), Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: taps[passes].token})
	}
	return true
}

// towards gets a to what can be passed on, once or twice, and sees to it that the lives differ at once after it.
func (l *twoLives) towards(i int, m move, r *rand.Rand) {
	if _, p := l.w[0].person("a"); p != nil && p.Pair != nil && l.openTap(i, 0, true, r) {
		return
	}
	chance := [2]*rand.Rand{rand.New(rand.NewPCG(m.n[0], 2)), rand.New(rand.NewPCG(m.n[1], 2))}
	tapped := 0
	for range 1 + r.IntN(2) {
		tapped += l.passOn(i, tapped, r, chance)
	}
	if tapped == 0 || r.IntN(4) == 0 {
		return
	}
	var did [2]deed
	for k, w := range l.w {
		s, p := w.person("a")
		did[k] = w.everywhere(afterwards[chance[k].IntN(len(afterwards))], chance[k], s, p)
	}
	l.apart(did)
	if r.IntN(2) == 0 {
		for _, w := range l.w {
			w.pass(undoFor)
		}
	}
}

// passOn leaves what a is in and goes to a preview, by private answers of each life's own. Where both lives stand before the
// same one, a mostly takes it, and else keeps it.
func (l *twoLives) passOn(i, nth int, r *rand.Rand, chance [2]*rand.Rand) (tapped int) {
	goal, text, choice := goals[r.IntN(len(goals))], shared[r.IntN(len(shared))], r.IntN(9)
	if r.IntN(60) == 0 {
		goal = "/partner"
	}
	for k, w := range l.w {
		l.clear(k)
		l.alone(k, w, deed{what: "begin", text: goal})
	}
	for range 4 {
		for k, w := range l.w {
			for range 8 {
				d, ok := w.approach(goal, text, choice, chance[k])
				if !ok {
					break
				}
				l.alone(k, w, d)
			}
		}
		if r.IntN(6) > 0 && l.openTap(i, nth+tapped, false, r) {
			tapped++
			continue
		}
		for k, w := range l.w {
			_, p := w.person("a")
			if d, ok := w.keep(p); ok {
				l.alone(k, w, d)
			}
		}
	}
	return tapped
}

// alone lets a do something in one life only.
func (l *twoLives) alone(k int, w *sim, d deed) {
	l.differ = true
	l.note([]string{"a: ", "a:   |  "}[k] + d.String())
	l.cover.silent(l, w, d)
	w.do("a", d)
}

// clear ends what a is in.
func (l *twoLives) clear(k int) {
	w := l.w[k]
	for range 2 * maxDepth {
		_, p := w.person("a")
		switch {
		case p == nil || p.Stopped:
			l.alone(k, w, deed{what: "start", text: "/start"})
		case len(p.Tracks) > 0 && p.Welcomed && p.Pair == nil:
			l.alone(k, w, deed{what: "leave", text: "/leave"})
		default:
			return
		}
	}
}

// approach is a's next act on the way to a preview: what b may see is the same in both lives, the rest is by chance.
func (w *sim) approach(goal, text string, choice int, r *rand.Rand) (deed, bool) {
	s, p := w.person("a")
	if p == nil {
		return deed{}, false
	}
	t := p.focus()
	st := w.lib.stepOf(t)
	if st != nil && st.Kind == KShare && r.IntN(2) == 0 {
		return w.held(s, p)
	}
	if st == nil || st.Kind != KAsk || t.Phase != Asking {
		return deed{}, false
	}
	q, ok := (&run{lib: w.lib}).question(t, st)
	if !ok || w.saysYes(t) {
		return deed{}, false
	}
	var answers []Button
	for _, b := range p.Buttons {
		if b.Track == t.ID && b.Value != "skip" && b.Value != writeValue && (goal != "/partner" || b.Choice == "openly") {
			answers = append(answers, b)
		}
	}
	seen := q.decl.PartnerSees != SeesNever && len(q.step.Exits) == 0
	switch {
	case seen && q.decl.Type == Text && !w.lib.setup.Platforms["sim"].NoText:
		return written(r, p, deed{what: "words", text: text}), true
	case seen && len(answers) > 0:
		b := answers[choice%len(answers)]
		return deed{what: "answer", label: b.Label, token: b.Token}, true
	case q.decl.Type == Text && r.IntN(4) > 0:
		return w.silentWords(r, p), true
	case len(answers) > 0 && goal == "/partner":
		return deed{what: "answer", label: answers[0].Label, token: answers[0].Token}, true
	}
	return w.silentTap(r, s, p)
}

// held is a tap on Share that passes nothing on, because of words that sound like danger.
func (w *sim) held(s *State, p *Person) (deed, bool) {
	for _, b := range p.Buttons {
		if what, _ := w.meaning(s, p, b); what == "danger held" {
			return deed{what: what, label: b.Label, token: b.Token}, true
		}
	}
	return deed{}, false
}

// keep is the tap that passes nothing on.
func (w *sim) keep(p *Person) (deed, bool) {
	if p == nil {
		return deed{}, false
	}
	t := p.focus()
	st := w.lib.stepOf(t)
	if st == nil || !st.Kind.door() {
		return deed{}, false
	}
	for _, b := range p.Buttons {
		if b.Track == t.ID && (b.Value == "keep" || b.Value == "stay") {
			return deed{what: "keep", label: b.Label, token: b.Token}, true
		}
	}
	return deed{}, false
}
