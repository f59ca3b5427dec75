package flows

import (
	"slices"
	"time"
)

// walk enters the step that the track's top frame names, and goes on until something waits or the track is over.
func (r *run) walk(p *Person, id int) {
	for left := maxSteps; left > 0; left-- {
		t := p.track(id)
		f := t.top()
		if flow := r.lib.Flows[f.Flow]; flow != nil && f.Step == "" { // it begins here, as the flow is by now
			f.Shape, f.Step = flow.Shape, flow.Steps[0].ID
		}
		st := r.lib.stepOf(t)
		if st == nil {
			r.flowGone(p, id)
			return
		}
		p.LastVisit++
		t.Visit = p.LastVisit
		p.dropTrackTimers(id, false)
		r.entered(t, st)
		next, waits := r.enter(p, t, st)
		if waits {
			if t := p.track(id); t != nil && (t.Phase == Sleeping || t.Phase == Joining) {
				r.floor(p) // nothing to answer here: what was parked comes back
			}
			return
		}
		if next.Step == "" { // an end
			if !r.pop(p, id, st.End) {
				return
			}
			continue
		}
		t = p.track(id)
		r.took(t, next)
		t.top().Step = next.Step
	}
	panic("flows: " + itoa(maxSteps) + " steps without a wait: the checker let an endless flow pass")
}

// pop ends the innermost flow of a track. It reports whether a calling flow goes on, at the step now set.
func (r *run) pop(p *Person, id int, result string) bool {
	for {
		t := p.track(id)
		if len(t.Frames) == 1 {
			r.over(p, id, result)
			return false
		}
		t.Frames = t.Frames[:len(t.Frames)-1]
		t.Marks = slices.DeleteFunc(t.Marks, func(m Mark) bool { return m.Depth > len(t.Frames) })
		st := r.lib.stepOf(t)
		if st == nil {
			r.flowGone(p, id)
			return false
		}
		f := t.top()
		target := st.Go
		switch st.Kind {
		case KRun:
			if to, ok := st.GoMap[result]; ok {
				target = to
			}
		case KAsk: // a follow-up came back
			target = r.afterAnswer(st, f.Answers[st.Ask])
		}
		if target.Step != "" {
			r.took(t, target)
			f.Step = target.Step
			return true
		}
		result = st.End
	}
}

// next moves a track to a target and walks on.
func (r *run) next(p *Person, id int, to Target) {
	if to.Step == "" { // nothing named: the flow is over, rather than begun anew
		if r.pop(p, id, "") {
			r.walk(p, id)
		}
		return
	}
	t := p.track(id)
	r.took(t, to)
	t.top().Step = to.Step
	r.walk(p, id)
}

// enter does what a step does. It returns the next step, none for an end, or that the step waits.
func (r *run) enter(p *Person, t *Track, st *Step) (next Target, waits bool) {
	f := t.top()
	if !(st.Kind == KSay && r.moved && r.holding) && r.tooOften(f, st) { // what is held is entered once more
		return st.TooMany, false
	}
	switch st.Kind {
	case KSay:
		if r.moved && r.holding {
			t.Phase = Quiet
			return Target{}, true
		}
		r.say(p, fill(st.Text, r.holes(p, t)))
	case KChoose:
		for _, b := range st.Branches {
			if b.If.Bool(r.names(p, t, nil)) {
				return b.Go, false
			}
		}
		return st.Else, false
	case KDraw:
		if st.Count > 0 {
			return r.drawSeveral(p, t, st), false
		}
		return r.draw(p, t, st), false
	case KSet:
		r.assign(p, t, st)
	case KRun:
		return r.call(p, t, st), false
	case KSleep:
		t.Phase, t.Parked = Sleeping, false
		r.stepTimer(p, t, "wake", r.spanOf(p, st.ForOf, st.For))
		return Target{}, true
	case KEnd:
		return Target{}, false
	case KShare, KTogether:
		return r.offered(p, t, st, r.enterShare(p, t, st))
	case KTakeBack:
		return r.offered(p, t, st, r.enterTakeBack(p, t))
	case KOpen:
		_, ok := r.opening(p, t, st)
		return r.offered(p, t, st, ok)
	case KClose:
		return r.offered(p, t, st, r.home(p).hasOpened(p, st))
	case KPart, KRemove:
		return Target{}, r.wait(p, t, st)
	case KBoth, KWaitFor:
		r.await(p, t, st)
		return Target{}, true
	case KAdd, KPick, KUpdate, KList:
		return r.recordStep(p, t, st)
	case KCheck:
		return r.lookUp(p, t, st), false
	case KShow:
		if r.moved && len(p.Inbox) > 0 {
			return Target{}, r.wait(p, t, st)
		}
		r.showCards(p)
	case KPair, KAccount:
		return r.enterPair(p, t, st)
	case KAsk:
		f.Picked = nil
		return Target{}, r.wait(p, t, st)
	}
	return st.Go, false
}

// offered opens a step that offers something to pass on, or goes by it when there is nothing.
func (r *run) offered(p *Person, t *Track, st *Step, some bool) (next Target, waits bool) {
	if !some {
		return st.None, false
	}
	return Target{}, r.wait(p, t, st)
}

// wait opens a step that needs its person, or keeps quiet about it when a timer led there.
func (r *run) wait(p *Person, t *Track, st *Step) bool {
	if st.Timeout != nil {
		r.stepTimer(p, t, "timeout", r.spanOf(p, st.Timeout.AfterOf, st.Timeout.After))
	}
	if st.Remind != nil {
		r.stepTimer(p, t, "remind", r.spanOf(p, st.Remind.AfterOf, st.Remind.After))
	}
	t.Phase = Quiet
	if !r.moved {
		r.present(p, t.ID)
	}
	return true
}

func (r *run) stepTimer(p *Person, t *Track, what string, after time.Duration) {
	p.timer(Timer{Name: "t" + itoa(t.ID) + "/" + what, Due: r.ev.At.Add(after), Track: t.ID, Visit: t.Visit, What: what})
}

// call pushes a frame for another flow, and returns the step to go on with. Too deep a call is passed over: the checker
// allows none.
func (r *run) call(p *Person, t *Track, st *Step) Target {
	flow := r.lib.Flows[st.Run]
	if flow == nil || len(t.Frames) > maxCalls {
		return st.Go
	}
	get := r.names(p, t, nil)
	frame := calling(t.top(), flow)
	for _, a := range st.With {
		if v, ok := a.Expr.Value(get); ok {
			if frame.Answers == nil {
				frame.Answers = map[string]Value{}
			}
			frame.Answers[a.Name] = v
		}
	}
	t.Frames = append(t.Frames, frame)
	return Target{Step: flow.Steps[0].ID} // no way of this flow: that is taken when the called one comes back
}
