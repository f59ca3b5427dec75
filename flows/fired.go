package flows

// fired takes a timer that fell due. The store has used it up already: whatever happens here, it does not come again.
func (r *run) fired() {
	p, ok := r.self.Person(r.in.Who)
	if !ok || r.in.Timer == nil {
		return
	}
	timer := *r.in.Timer
	if timer.Track == 0 {
		r.firedFor(p, timer)
		return
	}
	t := p.track(timer.Track)
	if t == nil || timer.What != "expire" && t.Visit != timer.Visit {
		return // the track has moved on
	}
	r.moved = true
	r.firedAt(p, t, timer)
}

// firedFor is for what belongs to no conversation.
func (r *run) firedFor(p *Person, timer Timer) {
	switch timer.What {
	case "schedule":
		r.scheduled(p, timer)
	case "code":
		r.codeEnded(p)
	case "undo":
		r.undoOver(p)
	case "account":
		r.moved = true
		r.accountAges(p, timer)
	case "record":
		r.recordDue(p, timer)
	case "cards":
		r.moved = true
		r.knockCards(p)
	case "pass":
		r.moved = true
		r.arrive(p)
	case "reveal":
		r.moved = true
		r.reveal(p)
	}
}

// firedAt is for the step that a track is at.
func (r *run) firedAt(p *Person, t *Track, timer Timer) {
	st := r.lib.stepOf(t)
	if st == nil && timer.What != "expire" && timer.What != "remind" {
		r.flowGone(p, t.ID)
		return
	}
	switch timer.What {
	case "expire":
		if st != nil && st.Kind.joins() {
			r.endPairing(p)
		}
		r.over(p, t.ID, "expired")
	case "remind":
		r.remind(p, t, st)
	case "wake":
		r.wakeTo(p, t.ID, st.Go)
	case "later":
		r.holding = true
		r.wakeTo(p, t.ID, Target{Step: st.ID})
	case "until":
		r.released(p, t.ID, st)
	case "timeout":
		if st.Timeout == nil {
			r.flowGone(p, t.ID)
			return
		}
		r.timedOut(p, t.ID, st)
	}
}

// timedOut moves a track on in silence. One that was parked stays behind the one that has the floor.
func (r *run) timedOut(p *Person, id int, st *Step) {
	r.closePrompt(p, id)
	r.next(p, id, st.Timeout.Go)
}

// wakeTo ends a sleep. If a question comes next, the flow knocks again for it, as it did at first: inside the budget, and
// else in silence.
func (r *run) wakeTo(p *Person, id int, to Target) {
	busy := p.busy()
	if p.depth() >= maxDepth && to.Step != "" { // one more would be too many: later
		t := p.track(id)
		r.took(t, to)
		t.top().Step = to.Step
		r.stepTimer(p, t, "later", busyFor)
		return
	}
	r.next(p, id, to)
	t := p.track(id)
	if t == nil || t.Phase != Quiet {
		return
	}
	t.Parked = busy // behind the question that is open
	flow := r.lib.flowOf(&t.Frames[0])
	switch {
	case flow == nil:
		r.flowGone(p, id)
	case flow.Start.On == "card" && len(p.Inbox) > 0:
		r.knockCards(p)
	case flow.Knock != "" && !busy && r.unasked(p):
		r.knock(p, id, LaneScheduled, r.ev.At.Add(lateAfter))
	}
}

// remind says once more that a question is open, inside the budget and outside quiet hours.
func (r *run) remind(p *Person, t *Track, st *Step) {
	late := r.ev.At.Sub(r.in.Timer.Due) > lateAfter
	if st == nil || st.Remind == nil || t.Parked || t.Phase != Asking || late || !r.unasked(p) {
		return
	}
	r.emit(p, Message{Body: []Block{{Text: st.Remind.Text}}, Lane: LaneScheduled, Once: true, Until: r.in.Timer.Due.Add(lateAfter)})
}
