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
	p.Waiting = slices.DeleteFunc(p.Waiting, func(w Wait) bool { return w.Flow == flow.Name && w.Record == "" })
	t := r.newTrack(p, flow, phase)
	p.Tracks = append(p.Tracks, t)
	return t.ID
}

// newTrack is a track for flow, with its timer, and not among the others yet.
func (r *run) newTrack(p *Person, flow *Flow, phase Phase) Track {
	p.LastTrack++
	t := Track{ID: p.LastTrack, Phase: phase, Frames: []Frame{beginFrame(flow)}}
	if flow.Expires > 0 {
		t.Expires = r.ev.At.Add(flow.Expires)
		p.timer(Timer{Name: "t" + itoa(t.ID) + "/expire", Due: t.Expires, Track: t.ID, What: "expire"})
	}
	return t
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
	r.closeAfterGap(p, id)
	p.dropButtons(id)
	if t.Prompt != "" {
		r.emit(p, Message{Op: Close, On: t.Prompt})
		t.Prompt, t.Asked = "", time.Time{}
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
	if f := r.lib.flowOf(&t.Frames[0]); f != nil && f.Start.On == "welcome" && result == "welcomed" {
		p.Welcomed = true
	}
	r.drop(p, id)
	r.away = nil // what comes back is shown where its person is
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

// unpark gives the floor, if it is free, to what was parked last, without a word; 0 when there is nothing. What has not begun
// waits for as long as it would be one too many.
func (r *run) unpark(p *Person) int {
	for i := len(p.Tracks) - 1; i >= 0 && p.focus() == nil; i-- {
		if t := &p.Tracks[i]; t.Parked && (t.begun() || p.depth() < maxDepth) {
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
	flow := l.flowOf(f)
	if flow == nil {
		return nil
	}
	return flow.ByID[f.Step]
}
