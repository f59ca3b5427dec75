package flows

import "time"

// awayMargin is how long after Event.Since something may still have come in: a platform notes that it is in reach twice a
// minute.
const awayMargin = time.Minute

// afterGap shows the open question once more to somebody whose tap may have been lost while their platform was out of reach, and
// says whether it did. It comes by the clock, so it keeps the rules of what does: the budget, quiet hours, /stop.
//
// A question that was asked later than the gap began was asked by an input that came after it, and its buttons were pressed
// by nobody before. (A partner's code can bring one within the gap, too. It stays for a quarter hour, with buttons that work.)
func (r *run) afterGap() bool {
	p, ok := r.self.Person(r.in.Who)
	if !ok || p.Addr.Platform != r.ev.From.Platform {
		return false
	}
	t := p.focus()
	if t == nil || t.Phase != Asking || t.Prompt == "" || t.Asked.After(r.ev.Since.Add(awayMargin)) || !r.unasked(p) {
		return false
	}
	id, before := t.ID, t.Prompt
	r.moved, r.again = true, true // whatever else there would be to say waits for an input
	r.present(p, id)
	t = p.track(id)
	return t != nil && t.Prompt != "" && t.Prompt != before
}

// untouched is the output of an event that changes nothing.
func untouched(in Input) (out Output) {
	for _, s := range []*State{&in.Self, in.Other} {
		if s != nil && s.Unit != "" {
			out.States = append(out.States, *s)
		}
	}
	return out
}
