package flows

import (
	"strings"
	"unicode/utf8"
)

// input reads what a person did, in the order that holds everywhere: a button, a global word, the open question, and
// else a gentle answer.
func (r *run) input() {
	p, ok := r.self.Person(r.in.Who)
	if !ok {
		p = r.newcomer()
	}
	r.arrives(p)
	if p.Gone {
		p.Gone = false
		defer r.knockAgain(p.ID)
	}
	text := clean(r.ev.Text)
	switch {
	case r.ev.Kind == Pressed:
		r.pressed(p)
	case r.ev.Kind == Filled && !p.fills(r.ev.Action):
		r.say(p, r.lib.word("closed_question"))
	case r.ev.Kind == Other:
		r.say(p, r.lib.word("not_read"))
	case utf8.RuneCountInString(r.ev.Text) > maxInput:
		r.tooLong(p)
	case text == "":
		r.say(p, r.lib.word("nothing_readable"))
	case r.global(p, text):
	default:
		r.said(p, text)
	}
}

// knockAgain tells somebody who was out of reach what waits for them.
func (r *run) knockAgain(id PersonID) {
	if p, ok := r.self.Person(id); ok {
		r.knockCards(p)
	}
}

// said gives words to whatever has the floor.
func (r *run) said(p *Person, text string) {
	if p.Stopped {
		r.say(p, r.lib.word("stopped_hint"))
		return
	}
	if t := p.focus(); t != nil {
		if t.Phase == Quiet {
			r.present(p, t.ID)
			return
		}
		r.answerText(p, t.ID, text)
		return
	}
	if t := p.knocking(); t != nil {
		r.open(p, t.ID)
		return
	}
	if !p.Welcomed {
		r.say(p, r.lib.word("start_first"))
		return
	}
	r.say(p, r.lib.word("nothing_to_answer"))
}

// tooLong answers what no question can take. Nothing of it is read, not even the beginning.
func (r *run) tooLong(p *Person) {
	t := p.focus()
	if t == nil || t.Phase != Asking {
		r.said(p, "")
		return
	}
	st := r.lib.stepOf(t)
	if st != nil && st.Kind == KAsk {
		if q, ok := r.question(t, st); ok {
			r.reprompt(p, t, q)
			return
		}
	}
	r.say(p, r.lib.word("wrong_choice", "options", strings.Join(r.liveLabels(p, t.ID), " / ")))
}

// pressed takes a button. A token works once and for its own person; every other press is a closed question.
func (r *run) pressed(p *Person) {
	b, ok := p.button(r.ev.Action)
	if !ok {
		r.say(p, r.lib.word("closed_question"))
		return
	}
	if b.Track == 0 {
		r.undo(p, b)
		return
	}
	t := p.track(b.Track)
	if t == nil || t.Visit != b.Visit {
		r.say(p, r.lib.word("closed_question"))
		return
	}
	switch {
	case b.shows():
		r.open(p, t.ID)
		return
	case b.Value == writeValue: // the platform opens the form by itself: where it did not, there may be one on a fresh message
		r.present(p, t.ID)
		return
	}
	r.answerButton(p, t.ID, b)
}

// newcomer makes a unit for an unknown address. It is kept only if the event begins something.
func (r *run) newcomer() *Person {
	id := PersonID(r.ev.Seed.newID("person"))
	*r.self = State{Unit: UnitID(r.ev.Seed.newID("unit")), People: []Person{{ID: id, Addr: r.ev.From, Joined: r.ev.At}}}
	r.in.Who = id
	r.greet(&r.self.People[0])
	return &r.self.People[0]
}
