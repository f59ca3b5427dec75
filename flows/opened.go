package flows

import (
	"slices"
	"strings"
)

// What a card opens: a flow that runs in its receiver's own track, as a call from the step that shows cards, on what the card
// showed and nothing else. Its author never learns of it.

// Where the frame of an opened flow keeps which card it belongs to, and that the card holds words that somebody typed. No draw
// has a space in its name.
const (
	openedCard  = "opened card"
	openedTyped = "opened typed"
)

// hiddenWords stands in place of typed words of a card, for somebody who has come to where none are let through.
const hiddenWords = "…"

// behind is the frame of the flow that a card opens; false where there is none, which makes it just a card.
func (r *run) behind(t *Track, c Card) (Frame, bool) {
	flow := r.lib.Flows[c.Opens]
	if flow == nil || len(t.Frames) > maxCalls || flow.About != "" && (c.Bound == nil || c.Bound.Kind != flow.About) {
		return Frame{}, false
	}
	f := beginFrame(flow)
	f.Step, f.Record, f.Both, f.Items = flow.Steps[0].ID, c.Bound.clone(), slices.Clone(c.Both), map[string]string{openedCard: c.ID}
	if typed(c.Body) {
		f.Items[openedTyped] = "yes"
	}
	return f, true
}

// openedAt is the place of the frame that a card opened, any card for ""; -1 when there is none.
func (t *Track) openedAt(card string) int {
	return slices.IndexFunc(t.Frames, func(f Frame) bool {
		id, ok := f.Items[openedCard]
		return ok && (card == "" || id == card)
	})
}

// hidden says that what a card showed may not stand on p's screen now: typed words, where none are let through.
func (r *run) hidden(p *Person, t *Track) bool {
	return r.wordless(p) && slices.ContainsFunc(t.Frames, func(f Frame) bool { return f.Items[openedTyped] != "" })
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
	i := slices.IndexFunc(q.Tracks, func(t Track) bool { return t.openedAt(card) >= 0 })
	if i < 0 {
		return
	}
	t := &q.Tracks[i]
	id, at := t.ID, t.openedAt(card)
	if st := r.lib.stepOf(t); st != nil && st.Kind == KBoth {
		r.withdraw(q, t, st)
	}
	r.closePrompt(q, id)
	if len(q.Inbox) == 0 {
		r.drop(q, id)
		r.unpark(q)
		return
	}
	q.dropTrackTimers(id, false)
	q.LastVisit++
	t.Frames, t.Marks, t.Visit, t.Phase, t.Parked = t.Frames[:at], nil, q.LastVisit, Quiet, true
	r.unpark(q)
}
