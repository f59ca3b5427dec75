package flows

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// fired takes a timer that fell due. The store has used it up already: whatever happens here, it does not come again.
func (r *run) fired() {
	p, ok := r.self.Person(r.in.Who)
	if !ok || r.in.Timer == nil {
		return
	}
	timer := *r.in.Timer
	switch timer.What {
	case "schedule":
		r.scheduled(p, timer)
		return
	case "code":
		r.codeEnded(p)
		return
	case "cards":
		r.moved = true
		r.knockCards(p)
		return
	case "pass":
		r.moved = true
		r.arrive(p)
		return
	case "undo":
		r.undoOver(p)
		return
	case "reveal":
		r.moved = true
		r.reveal(p)
		return
	}
	t := p.track(timer.Track)
	if t == nil || timer.What != "expire" && t.Visit != timer.Visit {
		return // the track has moved on
	}
	r.moved = true
	st := r.lib.stepOf(t)
	switch timer.What {
	case "expire":
		if st != nil && st.Kind == KPair {
			r.endPairing(p)
		}
		r.over(p, t.ID, "expired")
	case "remind":
		r.remind(p, t, st)
	case "wake":
		if st == nil {
			r.flowGone(p, t.ID)
			return
		}
		r.wakeTo(p, t.ID, st.Go)
	case "later":
		r.holding = true
		r.wakeTo(p, t.ID, Target{Step: t.top().Step})
	case "until":
		if st == nil {
			r.flowGone(p, t.ID)
			return
		}
		r.released(p, t.ID, st)
	case "timeout":
		if st == nil || st.Timeout == nil {
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
	flow := r.lib.Flows[t.Frames[0].Flow]
	switch {
	case flow == nil:
		r.flowGone(p, id)
	case flow.Start.On == "card":
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
	r.emit(p, Message{Body: []Block{{Text: st.Remind.Text}}, Lane: LaneScheduled, Until: r.in.Timer.Due.Add(lateAfter)})
}

// scheduled knocks for a flow at its person's own time. A nudge is one for each flow and nominal date, whatever clocks
// do; one that comes late, into quiet hours, over the budget or to somebody silent is dropped.
func (r *run) scheduled(p *Person, timer Timer) {
	flow := r.lib.Flows[timer.Flow]
	if flow == nil || p.Nudged[timer.Flow] >= timer.Nominal {
		return
	}
	if p.Nudged = maps.Clone(p.Nudged); p.Nudged == nil { // the old one is the argument's
		p.Nudged = map[string]string{}
	}
	p.Nudged[timer.Flow] = timer.Nominal
	if r.ev.At.Sub(timer.Due) > lateAfter || p.running(flow.Name) != nil || !r.when(p, flow) {
		return
	}
	if p.busy() {
		r.waitFor(p, flow.Name, timer.Due.Add(busyFor))
		return
	}
	if r.unasked(p) {
		r.knock(p, r.push(p, flow, Knocking), LaneScheduled, timer.Due.Add(lateAfter))
	}
}

// when says whether a scheduled flow is for p now. It reads lasting facts only.
func (r *run) when(p *Person, flow *Flow) bool {
	return flow.Start.When == nil || flow.Start.When.Bool(r.names(p, &Track{Frames: []Frame{{}}}, nil))
}

// waitFor remembers a flow that found its person busy.
func (r *run) waitFor(p *Person, flow string, until time.Time) {
	if !slices.ContainsFunc(p.Waiting, func(w Wait) bool { return w.Flow == flow }) {
		p.Waiting = append(p.Waiting, Wait{Flow: flow, Until: until})
	}
}

// waited knocks for what had to wait, now that the floor is free.
func (r *run) waited(p *Person) {
	waiting := p.Waiting
	p.Waiting = nil
	for _, w := range waiting {
		flow := r.lib.Flows[w.Flow]
		if flow == nil || !w.Until.After(r.ev.At) || p.running(w.Flow) != nil || !r.when(p, flow) {
			continue // over, or no more for now
		}
		if flow.Start.On == "card" {
			r.knockCards(p)
		} else if r.unasked(p) {
			r.knock(p, r.push(p, flow, Knocking), LaneScheduled, w.Until)
		}
	}
}

// knock sends the one neutral line that may stand on a lock screen. The rest comes after Open.
func (r *run) knock(p *Person, id int, lane Lane, until time.Time) {
	t := p.track(id)
	t.Phase = Knocking
	flow := r.lib.Flows[t.Frames[0].Flow]
	msg := p.messageID(p.LastMsg + 1)
	b := Button{Token: r.ev.Seed.tokens(msg, 1), Track: id, Visit: t.Visit, Choice: "open", Label: r.lib.word("label_open"), Value: "open"}
	p.Buttons = append(p.Buttons, b)
	t.Prompt = r.emit(p, Message{Body: []Block{{Text: leakStatus(r, p, flow.Knock)}}, Lane: lane, Until: until,
		Choices: []Choice{{ID: b.Choice, Label: b.Label, Action: b.Token}}})
}

// unasked takes one of the day's unasked messages, if p may get one now.
func (r *run) unasked(p *Person) bool {
	b := r.budget(p)
	if !p.Welcomed || p.Stopped || p.Gone || r.lib.quietAt(p, r.ev.At) || b.Unasked >= r.lib.dailyUnasked(p, r.ev.At) {
		return false
	}
	b.Unasked++
	return true
}

// dailyUnasked is how many unasked messages p may get a day: fewer on tender days and in light weeks.
func (l *Library) dailyUnasked(p *Person, at time.Time) int {
	if l.fact(p, "tender").S == "yes" || lightWeek(l.localDate(p, at)) {
		return 1
	}
	return maxUnasked
}

// lightWeek says whether a date lies in a light week: every fourth by the calendar, the same for everybody.
func lightWeek(date string) bool {
	t, err := time.Parse(time.DateOnly, date)
	days := int(t.Sub(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)) / day) // a Monday
	return err == nil && days >= 0 && days/7%4 == 3
}

// budget is what p got unasked today, where p is.
func (r *run) budget(p *Person) *Budget {
	if today := r.lib.localDate(p, r.ev.At); p.Budget.Date != today {
		p.Budget = Budget{Date: today}
	}
	return &p.Budget
}

// tomorrow is the end of quiet hours on the next local date.
func (l *Library) tomorrow(p *Person, at time.Time) time.Time {
	end := l.afterQuiet(p, at)
	if l.localDate(p, end) == l.localDate(p, at) {
		end = l.afterQuiet(p, end)
	}
	return end
}

// schedules sees to it that every scheduled flow has a timer for its next moment. The timers tick on for somebody
// silent, and do nothing: a missing row would tell a reader of the file.
func (r *run) schedules(p *Person) {
	if !p.Welcomed {
		return
	}
	for _, flow := range r.lib.ordered() {
		if flow.Start.Schedule == "" {
			continue
		}
		clock, zone := r.lib.clock(p, flow)
		i := p.schedule(flow.Name)
		if i >= 0 && p.Timers[i].Shape == clock+" "+zone { // nearly always: so nothing is made before
			continue
		}
		if i >= 0 {
			p.dropTimer(p.Timers[i].Name)
		}
		if plan, ok := planOf(flow, clock); ok {
			r.setSchedule(p, flow, plan, clock+" "+zone)
		}
	}
}

// schedule finds the timer of a scheduled flow; -1 when there is none.
func (p *Person) schedule(flow string) int {
	return slices.IndexFunc(p.Timers, func(t Timer) bool {
		rest, own := strings.CutPrefix(t.Name, string(p.ID))
		return own && rest == "/schedule/"+flow
	})
}

// setSchedule sets the timer of a flow for its first moment that p was not nudged for yet.
func (r *run) setSchedule(p *Person, flow *Flow, plan plan, shape string) {
	loc := r.lib.location(p)
	for after := r.ev.At; ; {
		m, found := nextMoment(plan, after, loc)
		if !found {
			return
		}
		if m.Nominal > p.Nudged[flow.Name] {
			p.timer(Timer{Name: "schedule/" + flow.Name, Due: m.At, What: "schedule", Flow: flow.Name, Nominal: m.Nominal, Shape: shape})
			return
		}
		after = m.At
	}
}

// clock is what the times of a scheduled flow follow from for p: a time of day or a schedule, and the zone. A timer
// keeps both as its shape, and is made anew when they change.
func (l *Library) clock(p *Person, flow *Flow) (clock, zone string) {
	clock, zone = flow.Start.Schedule, l.fact(p, "zone").S
	if name, ok := strings.CutPrefix(clock, "person."); ok {
		clock = l.fact(p, name).S
	}
	return clock, zone
}

// planOf is when a flow comes to a person whose clock is this.
func planOf(flow *Flow, clock string) (plan, bool) {
	if strings.HasPrefix(flow.Start.Schedule, "person.") {
		w, ok := parseClock(clock)
		return daily(w.hour, w.minute), ok
	}
	return flow.Start.plan, flow.Start.plan != nil
}
