package flows

import (
	"slices"
	"time"
)

// What somebody needs who keeps a door in front of the engine: which code an event brings, whether it is one, and how a
// stranger is told that they are not let in.

// MaxWrongCodes is how many codes of nobody are looked at in a quarter hour, whoever tries them: with Input.WrongCodes at
// or above it, none is.
const MaxWrongCodes = maxTriesAll

// MaxTries is how many wrong codes of one person are looked at in TriesFor.
const (
	MaxTries = maxTries
	TriesFor = codeFor
)

// maxCodeText is more than any text that is a code can have.
const maxCodeText = 200

// EventCode is the code that an event brings, typed as it is or behind /start; "" when it brings none. Whether it is anybody's
// is another matter: see [State.Opens].
func EventCode(ev Event) string {
	if ev.Kind != Said || len(ev.Text) > maxCodeText {
		return ""
	}
	text := clean(ev.Text)
	if code := startCode(text); code != "" {
		return code
	}
	return normalCode(text)
}

// WithCode is an event as if its person had come by a link with the code: /start and the code behind it.
func WithCode(ev Event, code string) Event {
	ev.Text = "/start " + code
	return ev
}

// Opens says that code is one that somebody of the unit made, for a partner or for an account of theirs, that it stands
// at that moment (not used, not ended, not too old), and that it is theirs to let somebody in with: they are named, or they
// are in a couple. Guests of guests would have no end. A couple stays one for whoever was left quietly: a code that stopped
// opening would tell them.
func (s *State) Opens(code string, at time.Time, named func(Address) bool) bool {
	for _, p := range s.People {
		if p.Rest != nil {
			p = p.Rest()
		}
		if q := p.Pair; code != "" && q != nil && q.Code == code && q.Peer == "" && !q.Ended && q.Expires.After(at) {
			return s.paired() || slices.ContainsFunc(p.Accounts(), named)
		}
	}
	return false
}

// Refuse is a step that keeps nothing of a stranger and says one line to them, or nothing where that is "".
func Refuse(ev Event, line string) Output {
	r := &run{ev: ev, self: &State{}}
	if line != "" {
		r.say(r.newcomer(), line)
	}
	return r.out
}
