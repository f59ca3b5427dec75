package flows

import (
	"slices"
	"strings"
)

// What a card opens: a flow in a track of its own, on what the card showed and nothing else. Its author never learns of it. It
// begins when the flow that showed the card is over, so that those of several cards come one after the other, and while one of
// them sleeps the next card can knock.

// Where the frame of an opened flow keeps which card it belongs to, and that the card holds words that somebody typed. No draw
// has a space in its name.
const (
	openedCard  = "opened card"
	openedTyped = "opened typed"
)

// hiddenWords stands in place of typed words of a card, for somebody who has come to where none are let through.
const hiddenWords = "…"

// openBehind lets what cards open wait for its turn, in the order of the cards: unpark takes the last of the list first. Where the
// flow is gone, or is about what the card does not bring, it is just a card.
func (r *run) openBehind(p *Person, cards []Card) {
	for _, c := range cards {
		flow := r.lib.Flows[c.Opens]
		if flow == nil || flow.About != "" && (c.Bound == nil || c.Bound.Kind != flow.About) {
			continue
		}
		t := r.newTrack(p, flow, Quiet)
		t.Parked = true
		f := t.top()
		f.Step, f.Record, f.Both, f.Items = flow.Steps[0].ID, c.Bound.clone(), slices.Clone(c.Both), map[string]string{openedCard: c.ID}
		if typed(c.Body) {
			f.Items[openedTyped] = "yes"
		}
		if i := slices.IndexFunc(p.Tracks, func(t Track) bool { return t.Parked && t.opened() != "" }); i >= 0 {
			p.Tracks = slices.Insert(p.Tracks, i, t)
		} else {
			p.Tracks = append(p.Tracks, t)
		}
	}
}

// opened is the card that a conversation lies behind; "" for all others.
func (t *Track) opened() string { return t.Frames[0].Items[openedCard] }

// begun says that a conversation is at its step, rather than about to take its first.
func (t *Track) begun() bool { return t.Visit > 0 }

// hidden says that what a card showed may not stand on p's screen now: typed words, where none are let through.
func (r *run) hidden(p *Person, t *Track) bool {
	return r.wordless(p) && t.Frames[0].Items[openedTyped] != ""
}

// bothHole is {both.a.mine} and {both.a.theirs}.
func (r *run) bothHole(p *Person, t *Track, field string) string {
	name, side, _ := strings.Cut(field, ".")
	for _, h := range t.top().Both {
		switch {
		case h.Name != name:
		case r.hidden(p, t):
			return hiddenWords
		case side == "mine":
			return h.Mine
		case side == "theirs":
			return h.Theirs
		}
	}
	return ""
}

// endOpened ends what a card opened that was taken back: the snapshot in it is a copy of ours. What its receiver made of it is
// theirs.
func (r *run) endOpened(q *Person, card string) {
	i := slices.IndexFunc(q.Tracks, func(t Track) bool { return t.opened() == card })
	if i < 0 {
		return
	}
	t := &q.Tracks[i]
	if st := r.lib.stepOf(t); st != nil && st.Kind == KBoth {
		r.withdraw(q, t, st)
	}
	r.drop(q, t.ID)
	r.unpark(q)
	if q.focus() == nil && len(q.Inbox) > 0 { // a card that found its reader busy with it knocks by a timer of theirs
		q.timer(Timer{Name: "cards", Due: r.ev.At, What: "cards"})
	}
}
