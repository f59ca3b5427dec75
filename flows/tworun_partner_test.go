package flows

import (
	"math/rand/v2"
	"slices"
)

// onScreen is a button that stands in b's chat.
type onScreen struct {
	msg string
	Choice
	form bool
}

// look keeps b's screen. All that b chooses from is what b was shown, so that both lives offer the same.
func (l *twoLives) look(got []sent) {
	for _, s := range got {
		if s.To != "b" {
			continue
		}
		l.cover.messages++
		if b := s.Msg.Body; len(b) > 0 && b[0].Text == l.w[0].lib.Word("was_away") {
			l.cover.again++
		}
		for _, c := range s.Msg.Choices {
			l.screen = append(l.screen, onScreen{s.Msg.ID, c, false})
		}
		if f := s.Msg.Form; f != nil {
			l.cover.forms++
			l.screen = append(l.screen, onScreen{s.Msg.ID, Choice{Label: "form", Action: f.Action}, true})
		}
		if s.Msg.Op != Show {
			l.screen = slices.DeleteFunc(l.screen, func(x onScreen) bool { return x.msg == s.Msg.On })
		}
	}
}

// partner draws anything that b may do.
func (w *sim) partner(r *rand.Rand, screen []onScreen) deed {
	switch k := r.IntN(100); {
	case k < 60 && len(screen) > 0:
		x := screen[len(screen)-1-r.IntN(min(6, len(screen)))]
		d := deed{what: "tap", label: x.Label, token: x.Action}
		if x.form && r.IntN(4) > 0 {
			d.text = shared[r.IntN(len(shared))]
		}
		return d
	case k < 70:
		return deed{what: "words", text: append(phrases, shared...)[r.IntN(len(phrases)+len(shared))]}
	case k < 75:
		return deed{what: "leave", text: "/leave"}
	case k < 85:
		return deed{what: "read", text: "/cards", then: []string{"Read now"}}
	case k < 86:
		return parting
	case k < 91:
		return deed{what: "pass a line on", text: "/landed", then: passingLine}
	case k < 95:
		return deed{what: "start", text: "/start"}
	}
	return commands[r.IntN(len(commands))]
}
