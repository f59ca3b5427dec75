package flows

import (
	"slices"
	"strings"
	"time"
)

// From the tap on Share to the other's chat: a minute in which its author can undo it, then the other's inbox, then one
// neutral knock. All of it hangs on timers of the one who receives, so that nothing their partner does afterwards, but
// Undo, moves it.

// passOn sends a copy on its way and gives the author a minute to undo it. Nobody may be there; the author hears the same.
func (r *run) passOn(p *Person, card Card, class string) {
	sum := r.ev.Seed.derive("card", string(p.ID), itoa(p.LastMsg))
	card.ID, card.Body = hexOf(sum[:8]), slices.Clone(card.Body)
	if q, ok := r.partner(p); ok {
		q.Coming = append(q.Coming, Coming{Card: card, Due: r.ev.At.Add(undoFor), Class: class})
		r.passTimer(q)
	}
	undo := r.emitLive(p, Message{Body: []Block{{Text: r.lib.word("passed_on")}}, Private: true},
		Button{Choice: "undo", Label: r.lib.word("label_undo"), Value: card.ID})
	p.Passed = append(p.Passed, Passed{Card: Card{ID: card.ID, Body: card.Body}, At: r.ev.At, Undo: undo})
	if n := len(p.Passed) - maxPassed; n > 0 {
		r.endUndo(p, p.Passed[:n])
		p.Passed = slices.Delete(p.Passed, 0, n)
	}
	r.undoTimer(p)
}

// undo takes a card back before it went across. The other never hears of it.
func (r *run) undo(p *Person, b Button) {
	i := slices.IndexFunc(p.Passed, func(x Passed) bool { return x.ID == b.Value })
	if i < 0 || p.Passed[i].Undo == "" || r.ev.At.Sub(p.Passed[i].At) >= undoFor {
		r.say(p, r.lib.word("undo_late"))
		return
	}
	if q, ok := r.partner(p); ok {
		// A tap that was received within the minute can have its turn after the card went across.
		over := p.Passed[i].At.Add(undoFor)
		j := slices.IndexFunc(q.Coming, func(c Coming) bool { return c.ID == b.Value && c.Due.Equal(over) })
		if j < 0 {
			r.endUndo(p, p.Passed[i:i+1])
			r.say(p, r.lib.word("undo_late"))
			return
		}
		q.Coming = slices.Delete(q.Coming, j, j+1)
	}
	r.endUndo(p, p.Passed[i:i+1])
	p.Passed = slices.Delete(p.Passed, i, i+1)
	r.say(p, r.lib.word("undone"))
}

// endUndo takes the buttons off.
func (r *run) endUndo(p *Person, some []Passed) {
	for i := range some {
		if some[i].Undo == "" {
			continue
		}
		r.emit(p, Message{Op: Close, On: some[i].Undo})
		some[i].Undo = ""
		p.Buttons = slices.DeleteFunc(p.Buttons, func(b Button) bool { return b.Track == 0 && b.Value == some[i].ID })
	}
}

// undoOver ends the minute of what was passed on a minute ago.
func (r *run) undoOver(p *Person) {
	for i := range p.Passed {
		if r.ev.At.Sub(p.Passed[i].At) >= undoFor {
			r.endUndo(p, p.Passed[i:i+1])
		}
	}
	r.undoTimer(p)
}

func (r *run) undoTimer(p *Person) {
	for _, x := range p.Passed {
		if x.Undo != "" {
			p.timer(Timer{Name: "undo", Due: x.At.Add(undoFor), What: "undo"})
			return // the oldest
		}
	}
}

// passTimer waits for the first card that is on its way to q.
func (r *run) passTimer(q *Person) {
	q.dropTimer(string(q.ID) + "/pass")
	if len(q.Coming) > 0 {
		first := slices.MinFunc(q.Coming, func(a, b Coming) int { return a.Due.Compare(b.Due) })
		q.timer(Timer{Name: "pass", Due: first.Due, What: "pass"})
	}
}

// arrive takes what is due across. The receiver alone decides how cards of a class come: each, on one day of the week, or
// not at all; the author never learns which.
func (r *run) arrive(q *Person) {
	var later []Coming
	came := false
	for _, c := range q.Coming {
		c.Due = leakTiming(r, q, c.Due)
		if c.Due.After(r.ev.At) {
			later = append(later, c)
			continue
		}
		class, waited := strings.CutSuffix(c.Class, hasWaited)
		switch how := r.lib.classOf(q, class); {
		case how == "never": // said at any time before it comes
		case how == "weekly" && !waited:
			c.Class, c.Due = class+hasWaited, r.lib.weeklyCards(q, r.ev.At)
			later = append(later, c)
		default:
			q.Inbox, came = append(q.Inbox, c.Card), true
		}
	}
	q.Coming = later
	r.passTimer(q)
	if came {
		r.knockCards(q)
	}
}

// hasWaited marks the class of a card that has waited for its day: no class has a space in its name.
const hasWaited = " waited"

// classOf is how q wants cards of a class: each, weekly or never.
func (l *Library) classOf(q *Person, class string) string {
	if class == "" {
		return "each"
	}
	return l.fact(q, classFact(class)).S
}

// classFact is the fact that says how a person wants a class of cards.
func classFact(class string) string { return "class_" + class }

// weeklyCards is when q's weekly cards come: on Sunday evening, where q is.
func (l *Library) weeklyCards(q *Person, at time.Time) time.Time {
	m, _ := nextMoment(sundays, at, l.location(q))
	return m.At
}

var sundays plan = func(d time.Time) []wall {
	if d.Weekday() != time.Sunday {
		return nil
	}
	return []wall{{18, 0}}
}

// knockCards tells q in one neutral line that something is waiting: once for all that waits, outside quiet hours, not
// into an open question, and at most twice a day. It looks at nothing but q.
func (r *run) knockCards(q *Person) {
	flow := r.lib.flowOn("card")
	if flow == nil || len(q.Inbox) == 0 || !q.Welcomed || q.Stopped || q.Gone || leakPause(r, q) {
		return
	}
	t := q.running(flow.Name)
	if t != nil && t.Phase != Quiet {
		return // it has been told, or asked to be told later
	}
	switch {
	case r.lib.quietAt(q, r.ev.At):
		q.timer(Timer{Name: "cards", Due: r.lib.afterQuiet(q, r.ev.At), What: "cards"})
	case r.budget(q).Knocks >= maxKnocks:
		q.timer(Timer{Name: "cards", Due: r.lib.tomorrow(q, r.ev.At), What: "cards"})
	case q.busy():
		r.waitFor(q, Wait{Flow: flow.Name, Until: r.ev.At.Add(cardFor)})
	default:
		r.budget(q).Knocks++
		if t == nil {
			t = q.track(r.push(q, flow, Knocking))
		}
		t.Parked = false
		r.knock(q, t.ID, LaneCard, r.ev.At.Add(cardFor))
	}
}

// showCards shows what was shared with p and takes it from the inbox: the chat has it now. What the cards open waits until the
// flow that shows them is over.
func (r *run) showCards(p *Person) {
	inbox := leakOrder(r, p, p.Inbox)
	var read, elsewhere []Card // those for somebody who came to a place where no words are let through stay
	p.dropTimer(string(p.ID) + "/cards")
	for _, c := range inbox {
		if r.wordless(p) && typed(c.Body) {
			elsewhere = append(elsewhere, c)
			continue
		}
		msg := r.emit(p, Message{Body: leakLength(r, p, c.Body), Private: true, Until: r.ev.At.Add(cardFor)})
		p.Shown = append(p.Shown, Shown{ID: c.ID, Message: msg, At: r.ev.At})
		read = append(read, c)
	}
	if p.Inbox = elsewhere; len(elsewhere) > 0 {
		r.say(p, r.lib.word("card_elsewhere"))
	}
	r.openBehind(p, read)
}
