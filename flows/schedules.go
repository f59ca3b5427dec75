package flows

import (
	"slices"
	"strings"
	"time"
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
		i := p.schedule(flow.Name)
		if flow.Start.Couple && !r.home(p).paired() { // for two, and nobody else
			if i >= 0 {
				p.dropTimer(p.Timers[i].Name)
			}
			continue
		}
		clock, zone := r.lib.clock(r.home(p), p, flow)
		if i >= 0 && p.Timers[i].Shape == clock+" "+zone { // nearly always: so nothing is made before
			continue
		}
		if i >= 0 {
			p.dropTimer(p.Timers[i].Name)
		}
		if plan, ok := planOf(flow, clock); ok {
			r.setSchedule(p, flow, plan, clock, zone)
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
func (r *run) setSchedule(p *Person, flow *Flow, plan plan, clock, zone string) {
	loc := location(zone)
	for after := r.ev.At; ; {
		m, found := nextMoment(plan, after, loc)
		if !found {
			return
		}
		if m.Nominal > p.Nudged[flow.Name] {
			p.timer(Timer{Name: "schedule/" + flow.Name, Due: m.At, What: "schedule", Flow: flow.Name, Nominal: m.Nominal, Shape: clock + " " + zone})
			return
		}
		after = m.At
	}
}

// clock is what the times of a scheduled flow follow from for p: a time of day or a schedule, with the days where it says
// them, and the zone. A timer keeps both as its shape, and is made anew when they change. What goes by the couple's clock is the
// same for both.
func (l *Library) clock(s *State, p *Person, flow *Flow) (clock, zone string) {
	st := &flow.Start
	clock, zone = st.Schedule, l.fact(p, "zone").S
	if st.Couple {
		zone = l.coupleClock(s, p)
	}
	if spanFact(clock) {
		clock = l.scheduleFact(s, p, clock).S
	}
	if st.Days == "" {
		return clock, zone
	}
	days := st.Days
	if spanFact(days) {
		v := l.scheduleFact(s, p, days)
		if days = strings.Join(v.L, " "); v.T != Multi {
			days = v.S
		}
	}
	return clock + " " + days, zone
}

// scheduleFact is the fact that a schedule names.
func (l *Library) scheduleFact(s *State, p *Person, name string) Value {
	if fact, ok := cutScope(name, "couple"); ok {
		return l.coupleFact(s, fact)
	}
	fact, _ := cutScope(name, "person")
	return l.fact(p, fact)
}

// planOf is when a flow comes to a person whose clock is this. Without a time, or with days that are not known, it is never.
func planOf(flow *Flow, clock string) (plan, bool) {
	if !spanFact(flow.Start.Schedule) {
		return flow.Start.plan, flow.Start.plan != nil
	}
	at, days, some := strings.Cut(clock, " ")
	w, ok := parseClock(at)
	every := daily(w.hour, w.minute)
	if !some {
		return every, ok
	}
	names := strings.Fields(days)
	return func(d time.Time) []wall {
		if slices.Contains(names, weekdays[d.Weekday()]) {
			return every(d)
		}
		return nil
	}, ok && len(names) > 0
}
