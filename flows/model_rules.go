package flows

import (
	"slices"
	"strings"
)

// rules are what holds in every state.
func (m *model) rules(id int, how string, before, after *modelWorld) {
	p := after.me()
	if p == nil {
		return
	}
	asking := 0
	for i := range p.Tracks {
		t := &p.Tracks[i]
		if t.Phase == Asking && !t.Parked {
			asking++
		}
		if what := m.waitsFor(p, t); what != "" {
			m.finding(id, how, after, "%s", what)
		}
	}
	if asking > 1 {
		m.finding(id, how, after, "two questions are open at once")
	}
	most := maxDepth
	if m.joining(p) != nil {
		most++
	}
	if p.depth() > most {
		m.finding(id, how, after, "%d conversations lie on top of one another", p.depth())
	}
	for _, b := range p.Buttons {
		t := p.track(b.Track)
		switch {
		case b.Track == 0 && !slices.ContainsFunc(p.Passed, func(x Passed) bool { return x.ID == b.Value && x.Undo != "" }):
			m.finding(id, how, after, "a button to undo outlives what it undoes")
		case b.Track != 0 && (t == nil || b.Visit != t.Visit):
			m.finding(id, how, after, "the button %q outlives its question", b.Choice)
		}
	}
	for _, t := range p.Timers {
		switch {
		case !strings.HasPrefix(t.Name, string(p.ID)+"/"):
			m.finding(id, how, after, "a timer of somebody else")
		case t.Track != 0 && p.track(t.Track) == nil:
			m.finding(id, how, after, "the timer %q outlives its conversation", t.What)
		}
	}
}

// waitsFor asks what a conversation waits for, and finds that there is nothing.
func (m *model) waitsFor(p *Person, t *Track) string {
	st := m.lib.stepOf(t)
	step, any := false, false
	for _, timer := range p.Timers {
		if timer.Track == t.ID {
			any = true
			step = step || timer.Visit == t.Visit && timer.What != "expire" && timer.What != "remind"
		}
	}
	switch {
	case !any:
		return "a conversation stands without any timer, and could stand for ever"
	case st == nil || t.Phase == Knocking || st.Kind.joins():
	case t.Phase == Sleeping && !step:
		return "a conversation sleeps, and no timer wakes it"
	case t.Phase == Asking && !step:
		return "a question is open, and no timer of its own ends it"
	}
	return ""
}

// maxModelRun is how many timers may go by before a flow is over: far above what one of two years has.
const maxModelRun = 500

// runOut lets time go by, every timer of the flow at its moment, until the flow is over: within what it says it expires after.
func (m *model) runOut(id int) {
	w := m.nodes[id].world
	t := m.own(&w)
	if t == nil {
		return
	}
	track, end := t.ID, t.Expires
	for range maxModelRun {
		p := w.me()
		if p == nil || p.track(track) == nil {
			return
		}
		var first *Timer
		for i := range p.Timers {
			if x := &p.Timers[i]; x.Track == track && (first == nil || x.Due.Before(first.Due)) {
				first = x
			}
		}
		if first == nil || !end.IsZero() && first.Due.After(end) {
			m.finding(id, "", &w, "nobody does anything, and this is not over when it should be")
			return
		}
		next, ok := m.take(id, &w, fires(*first, false), "the clock: "+first.What)
		if !ok {
			return
		}
		w = *next
	}
	m.finding(id, "", &w, "nobody does anything, and timer follows on timer without an end")
}
