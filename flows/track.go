package flows

import (
	"slices"
	"time"
)

// begin starts flow for p at once, or goes on with it where it stands. What is under way is parked.
func (r *run) begin(p *Person, flow *Flow) {
	if flow == nil {
		r.say(p, r.lib.word("unknown_command"))
		return
	}
	if t := p.running(flow.Name); t != nil {
		r.resume(p, t.ID)
		return
	}
	if p.depth() >= maxDepth {
		r.say(p, r.lib.word("too_deep"))
		return
	}
	r.parkFocus(p)
	t := r.push(p, flow, Asking)
	r.walk(p, t)
}

// resume brings a conversation to the front and shows where it stands.
func (r *run) resume(p *Person, id int) {
	t := p.track(id)
	switch {
	case t.Phase == Knocking:
		r.open(p, id)
		return
	case t.Phase == Sleeping:
		r.resumeSleeper(p, id)
		return
	case t.Phase == Joining:
		r.present(p, id) // a code, or that a yes was heard: no question
		return
	}
	if f := p.focus(); f == nil || f.ID != id {
		r.parkFocus(p)
	}
	r.front(p, id)
	r.present(p, id)
}

// resumeSleeper goes on at once where only time was waited for. An instant of the couple comes for nobody sooner.
func (r *run) resumeSleeper(p *Person, id int) {
	st := r.lib.stepOf(p.track(id))
	for _, timer := range p.Timers {
		if timer.Track == id && timer.What == "until" && st != nil {
			r.say(p, r.lib.word("not_yet", "time", timer.Due.In(r.lib.location(p)).Format("15:04")))
			return
		}
	}
	if p.depth() >= maxDepth && st != nil {
		r.say(p, r.lib.word("too_deep"))
		return
	}
	r.parkFocus(p)
	r.front(p, id)
	switch {
	case st == nil:
		r.flowGone(p, id)
	case st.Kind == KSleep:
		r.next(p, id, st.Go)
	default: // woken, while too much was open
		r.next(p, id, Target{Step: st.ID})
	}
}

// front moves a conversation to the end of the list, where the floor is.
func (r *run) front(p *Person, id int) {
	i := slices.IndexFunc(p.Tracks, func(t Track) bool { return t.ID == id })
	t := p.Tracks[i]
	t.Parked = false
	p.Tracks = append(slices.Delete(p.Tracks, i, i+1), t)
}

// push adds a track for flow, not yet at its first step.
func (r *run) push(p *Person, flow *Flow, phase Phase) int {
	p.LastTrack++
	p.Waiting = slices.DeleteFunc(p.Waiting, func(w Wait) bool { return w.Flow == flow.Name })
	t := Track{ID: p.LastTrack, Phase: phase, Frames: []Frame{{Flow: flow.Name}}}
	if flow.Expires > 0 {
		t.Expires = r.ev.At.Add(flow.Expires)
		p.timer(Timer{Name: "t" + itoa(t.ID) + "/expire", Due: t.Expires, Track: t.ID, What: "expire"})
	}
	p.Tracks = append(p.Tracks, t)
	return t.ID
}

// open begins a flow that had knocked, or shows the question that a knock was for.
func (r *run) open(p *Person, id int) {
	if p.track(id).Phase == Knocking && p.depth() >= maxDepth {
		r.say(p, r.lib.word("too_deep"))
		return
	}
	r.closePrompt(p, id)
	r.parkFocus(p)
	r.front(p, id)
	t := p.track(id)
	if t.top().Step == "" {
		r.walk(p, id)
		return
	}
	t.Phase = Quiet
	r.present(p, id)
}

// parkFocus lays the open question aside; its deadlines go on.
func (r *run) parkFocus(p *Person) {
	if t := p.focus(); t != nil {
		r.closePrompt(p, t.ID)
		t.Parked = true
	}
}

// closePrompt takes the buttons off a track's message.
func (r *run) closePrompt(p *Person, id int) {
	t := p.track(id)
	p.dropButtons(id)
	if t.Prompt != "" {
		r.emit(p, Message{Op: Close, On: t.Prompt})
		t.Prompt = ""
	}
}

// drop takes a track away without a word.
func (r *run) drop(p *Person, id int) {
	r.closePrompt(p, id)
	p.dropTrackTimers(id, true)
	p.Tracks = slices.DeleteFunc(p.Tracks, func(t Track) bool { return t.ID == id })
}

// over ends a track with a result, and gives the floor to what comes next.
func (r *run) over(p *Person, id int, result string) {
	t := p.track(id)
	if f := r.lib.Flows[t.Frames[0].Flow]; f != nil && f.Start.On == "welcome" && result == "welcomed" {
		p.Welcomed = true
	}
	r.drop(p, id)
	r.floor(p)
}

// floor goes on with what was parked, or with a scheduled flow that had to wait. A timer only makes it quiet: its
// person's next input shows it.
func (r *run) floor(p *Person) {
	if p.focus() != nil {
		return
	}
	id := r.unpark(p)
	switch {
	case id == 0:
		r.waited(p)
	case r.ev.Kind != Fired:
		r.present(p, id)
	}
}

// unpark gives the floor, if it is free, to what was parked last, without a word; 0 when there is nothing.
func (r *run) unpark(p *Person) int {
	for i := len(p.Tracks) - 1; i >= 0 && p.focus() == nil; i-- {
		if t := &p.Tracks[i]; t.Parked {
			t.Phase = Quiet
			id := t.ID
			r.front(p, id)
			return id
		}
	}
	return 0
}

// flowGone ends a session whose flow or step exists no more.
func (r *run) flowGone(p *Person, id int) {
	r.say(p, r.lib.word("flow_gone"))
	r.over(p, id, "gone")
}

// stepOf is the step a track is at; nil when there is none.
func (l *Library) stepOf(t *Track) *Step {
	if t == nil {
		return nil
	}
	f := t.top()
	flow := l.Flows[f.Flow]
	if flow == nil {
		return nil
	}
	return flow.ByID[f.Step]
}

// walk enters the step that the track's top frame names, and goes on until something waits or the track is over.
func (r *run) walk(p *Person, id int) {
	for range maxSteps {
		t := p.track(id)
		f := t.top()
		flow := r.lib.Flows[f.Flow]
		if flow != nil && f.Step == "" {
			f.Step = flow.Steps[0].ID
		}
		st := r.lib.stepOf(t)
		if st == nil {
			r.flowGone(p, id)
			return
		}
		p.LastVisit++
		t.Visit = p.LastVisit
		p.dropTrackTimers(id, false)
		next, waits := r.enter(p, t, st)
		if waits {
			if t := p.track(id); t != nil && (t.Phase == Sleeping || t.Phase == Joining) {
				r.floor(p) // nothing to answer here: what was parked comes back
			}
			return
		}
		if next == "" { // an end
			if !r.pop(p, id, st.End) {
				return
			}
			continue
		}
		p.track(id).top().Step = next
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
	p.track(id).top().Step = to.Step
	r.walk(p, id)
}

// enter does what a step does. It returns the next step, "" for an end, or that the step waits.
func (r *run) enter(p *Person, t *Track, st *Step) (next string, waits bool) {
	f := t.top()
	switch st.Kind {
	case KSay:
		if r.moved && r.holding {
			t.Phase = Quiet
			return "", true
		}
		r.say(p, fill(st.Text, r.holes(p, t)))
	case KChoose:
		for _, b := range st.Branches {
			if b.If.Bool(r.names(p, t, nil)) {
				return b.Go.Step, false
			}
		}
		return st.Else.Step, false
	case KDraw:
		if st.Count > 0 {
			return r.drawSeveral(p, t, st), false
		}
		return r.draw(p, t, st), false
	case KSet:
		r.assign(p, t, st)
	case KRun:
		return r.call(p, t, st)
	case KSleep:
		t.Phase, t.Parked = Sleeping, false
		r.stepTimer(p, t, "wake", st.For)
		return "", true
	case KEnd:
		return "", false
	case KShare, KTogether:
		return r.offered(st, p, t, r.enterShare(p, t, st))
	case KTakeBack:
		return r.offered(st, p, t, r.enterTakeBack(p, t))
	case KOpen:
		_, ok := r.opening(p, t, st)
		return r.offered(st, p, t, ok)
	case KClose:
		return r.offered(st, p, t, r.home(p).hasOpened(p, st))
	case KPart:
		return "", r.wait(p, t, st)
	case KBoth, KWaitFor:
		r.await(p, t, st)
		return "", true
	case KShow:
		if r.moved {
			return "", r.wait(p, t, st)
		}
		r.showCards(p)
	case KPair:
		return r.enterPair(p, t, st)
	case KAsk:
		f.Picked = nil
		return "", r.wait(p, t, st)
	}
	return st.Go.Step, false
}

// offered opens a step that offers something to pass on, or goes by it when there is nothing.
func (r *run) offered(st *Step, p *Person, t *Track, some bool) (next string, waits bool) {
	if !some {
		return st.None.Step, false
	}
	return "", r.wait(p, t, st)
}

// wait opens a step that needs its person, or keeps quiet about it when a timer led there.
func (r *run) wait(p *Person, t *Track, st *Step) bool {
	if st.Timeout != nil {
		r.stepTimer(p, t, "timeout", st.Timeout.After)
	}
	if st.Remind != nil {
		r.stepTimer(p, t, "remind", st.Remind.After)
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

// call pushes a frame for another flow. Too deep a call is passed over: the checker allows none.
func (r *run) call(p *Person, t *Track, st *Step) (string, bool) {
	flow := r.lib.Flows[st.Run]
	if flow == nil || len(t.Frames) > maxCalls {
		return st.Go.Step, false
	}
	get := r.names(p, t, nil)
	frame := Frame{Flow: flow.Name, Step: flow.Steps[0].ID}
	for _, a := range st.With {
		if v, ok := a.Expr.Value(get); ok {
			if frame.Answers == nil {
				frame.Answers = map[string]Value{}
			}
			frame.Answers[a.Name] = v
		}
	}
	t.Frames = append(t.Frames, frame)
	return flow.Steps[0].ID, false
}
