package flows

import (
	"slices"
	"strings"
)

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
