package flows

import (
	"slices"
	"strings"
	"time"
)

// awayMargin is how long after Event.Since something may still have come in: a platform notes that it is in reach twice a
// minute.
const awayMargin = time.Minute

// openAfter, followed by the id of its message, is the value of the button that shows a question once more.
const openAfter = "open:"

// afterGap tells somebody whose tap may have been lost while their platform was out of reach, and says whether it did. It comes
// by the clock, so it keeps the rules of what does: the budget, quiet hours, /stop. And it can light up a phone that lies on a
// table, hours later: so it is one neutral line, like every knock, and the question, or a preview with words of one's own,
// comes after Open. Until then the question stands where it was, with buttons that work.
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
	r.closeAfterGap(p, t.ID)
	t.Asked = r.ev.At
	id := r.emitLive(p, Message{Body: []Block{{Text: r.lib.word("was_away")}}, Lane: LaneScheduled, Once: true, Until: r.ev.At.Add(lateAfter)},
		Button{Track: t.ID, Visit: t.Visit, Choice: "open", Label: r.lib.word("label_open"), Value: openAfter})
	p.Buttons[len(p.Buttons)-1].Value += id
	return true
}

// closeAfterGap closes the line that told of a gap, if there is one.
func (r *run) closeAfterGap(p *Person, track int) {
	p.Buttons = slices.DeleteFunc(p.Buttons, func(b Button) bool {
		id, ok := strings.CutPrefix(b.Value, openAfter)
		if ok = ok && b.Track == track; ok {
			r.emit(p, Message{Op: Close, On: id})
		}
		return ok
	})
}

// shows says that a button shows where a conversation stands, and answers nothing.
func (b Button) shows() bool { return b.Value == "open" || strings.HasPrefix(b.Value, openAfter) }

// untouched is the output of an event that changes nothing.
func untouched(in Input) (out Output) {
	for _, s := range []*State{&in.Self, in.Other} {
		if s != nil && s.Unit != "" {
			out.States = append(out.States, *s)
		}
	}
	return out
}
