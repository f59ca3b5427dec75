package flows

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// tapper is somebody who taps, and writes nothing but a code.
type tapper struct {
	*sim
	r    *rand.Rand
	seen map[string]bool // questions that stood, by flow and step
}

// standing are the buttons of the question that has the floor.
func (w *tapper) standing(user string) (q string, out []Button) {
	_, p := w.person(user)
	if p == nil {
		return "", nil
	}
	t := p.focus()
	if t == nil {
		if t = p.knocking(); t == nil {
			return "", nil
		}
	}
	for _, b := range p.Buttons {
		if b.Track == t.ID && b.Value != writeValue {
			out = append(out, b)
		}
	}
	if t.Phase != Asking {
		return "", out
	}
	st := w.lib.stepOf(t)
	q = t.top().Flow + "/" + t.top().Step
	if w.seen[q] = true; len(out) == 0 {
		w.t.Fatalf("%s: nothing to tap at %s", user, q)
	}
	if flow := w.lib.Flows[t.top().Flow]; st.Kind == KAsk {
		if d := flow.Answers[st.Ask]; d.Type == Text && !slices.ContainsFunc(w.sent, func(s sent) bool {
			return s.Msg.ID == t.Prompt && strings.Contains(s.Msg.Text(), w.lib.viewOf(p).Word("typing_off"))
		}) {
			w.t.Fatalf("%s: %s does not say that words are not read", user, q)
		}
	}
	return q, out
}

// tap taps at random, or at what leads out: the last button. It says whether there was anything.
func (w *tapper) tap(user string, out bool) bool {
	q, buttons := w.standing(user)
	if len(buttons) == 0 {
		return false
	}
	if strings.HasSuffix(q, "_claim/claim") && !out && w.r.IntN(2) == 0 {
		for _, s := range w.units {
			for _, p := range s.People {
				if p.Pair != nil && p.Pair.Code != "" && p.Addr.User != user && p.Pair.Peer == "" && p.Pair.Account == strings.HasPrefix(q, "account") {
					w.say(user, p.Pair.Code)
					return true
				}
			}
		}
	}
	b := buttons[w.r.IntN(len(buttons))]
	for _, sure := range []string{elsewhere, ownerYes, newYes, "Read now", "Share", map[string]string{"a": "Make a code", "b": "I have a code"}[user]} { // what two have to say in a short time
		if i := slices.IndexFunc(buttons, func(b Button) bool { return b.Label == sure }); i >= 0 && w.r.IntN(2) == 0 {
			b = buttons[i]
		}
	}
	if len(buttons) > 1 && b.Label == "Skip" && w.r.IntN(2) == 0 { // not Skip, which leads past most
		b = buttons[w.r.IntN(len(buttons)-1)]
	}
	if out || b.Label == "Deutsch" && w.r.IntN(16) > 0 { // what is looked for above has English labels
		b = buttons[len(buttons)-1]
	}
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: user}, Action: b.Token})
	return true
}

// Where no words are let through, taps alone lead through every flow that ships, from the first step on: every question is
// reached, has something to tap, and is left again.
func TestTapsAreEnoughWhereNoWordsAreLetThrough(t *testing.T) {
	w := &tapper{seen: map[string]bool{}}
	for i := range 320 {
		w.sim, w.r = newSim(t), rand.New(rand.NewPCG(9, uint64(i)))
		w.quick, w.salt = true, fmt.Sprint(i)
		if i%2 > 0 { // couples are rare where everything is left to chance
			w.pair()
		}
		w.at(Platform{NoText: true, Forms: i%3 == 0})
		w.life()
	}
	for _, f := range w.lib.ordered() {
		for _, s := range f.Steps {
			asks := s.Kind == KAsk || s.Kind.door() || s.Kind.joins() && s.Pair != "offer" && s.Pair != "add" && s.Pair != "move"
			if name := f.Name + "/" + s.ID; asks && !w.seen[name] && !onlyByWords[name] {
				t.Errorf("%s was not reached by taps", name)
			}
		}
	}
}

// asks says that a step of this name is where somebody is.
func (w *tapper) asks(user, step string) bool {
	_, p := w.person(user)
	return p != nil && slices.ContainsFunc(p.Tracks, func(t Track) bool { return t.top().Step == step })
}

// onlyByWords are questions behind words of one's own: a phrase that was found in them, a date that was typed.
var onlyByWords = map[string]bool{"question/near": true, "boundary_review/how": true}

func (w *tapper) life() {
	users := []string{"a", "b", "a", "b", "c"} // c can become a further account
	for _, user := range users[:2] {
		for range 40 {
			if _, p := w.person(user); p != nil && p.Welcomed {
				break
			}
			if !w.tap(user, false) {
				w.say(user, "/start")
			}
		}
	}
	for range 250 {
		user := users[w.r.IntN(len(users))]
		if _, p := w.person(user); p == nil || !p.Welcomed {
			if !w.tap(user, false) {
				w.say(user, "/start")
			}
			continue
		}
		switch k := w.r.IntN(20); {
		case k < 14 && w.tap(user, false):
		case k < 17:
			var words []string
			for _, c := range w.lib.Commands() {
				if !slices.Contains([]string{"stop", "leave", "help", "privacy"}, c.Name) {
					words = append(words, "/"+c.Name)
				}
			}
			if s, _ := w.person(user); !s.paired() && w.r.IntN(4) == 0 { // among so many commands
				words = []string{"/partner"}
			} else if w.r.IntN(6) == 0 {
				words = []string{"/account"}
			}
			w.say(user, words[w.r.IntN(len(words))])
		case k == 17: // an hour, and a meeting, is opened by each
			command, yes := "/hour", "Yes, an hour"
			if w.r.IntN(2) == 0 {
				command, yes = "/meeting", "Ready"
			}
			for _, user := range users[:2] {
				if w.say(user, command); w.button(user, yes) != "" {
					w.press(user, yes)
				}
			}
			for n := 0; command == "/meeting" && n < 50 && !w.asks("a", "helped"); n++ { // its questions are open for a short time
				w.pass(30 * time.Minute)
			}
			w.tap("a", false)
		default:
			w.pass(time.Duration(1+w.r.IntN(40)) * time.Hour)
		}
	}
	for _, user := range users { // and out again
		for n := 0; w.tap(user, true); n++ {
			if n > 60 {
				w.t.Fatalf("%s does not come to an end; last: %s", user, w.last(user))
			}
		}
	}
}
