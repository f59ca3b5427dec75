package flows

import (
	"maps"
	"slices"
	"time"
)

// scheduled knocks for a flow at its person's own time. A nudge is one for each flow and nominal date, whatever clocks
// do; one that comes late, into quiet hours, over the budget or to somebody silent is dropped.
func (r *run) scheduled(p *Person, timer Timer) {
	flow := r.lib.Flows[timer.Flow]
	if flow == nil || p.Nudged[timer.Flow] >= timer.Nominal || flow.Start.Couple && !r.inTime(p, flow, timer) {
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
		r.waitFor(p, Wait{Flow: flow.Name, Until: timer.Due.Add(busyFor)})
		return
	}
	if r.unasked(p) {
		r.knock(p, r.push(p, flow, Knocking), LaneScheduled, timer.Due.Add(lateAfter))
	}
}

// inTime says that a timer of the couple's clock is of the clock as it stands: the other may have been there when that changed.
func (r *run) inTime(p *Person, flow *Flow, timer Timer) bool {
	clock, zone := r.lib.clock(r.home(p), p, flow)
	return r.home(p).paired() && timer.Shape == clock+" "+zone
}

// when says whether a scheduled flow is for p now. It reads lasting facts only.
func (r *run) when(p *Person, flow *Flow) bool {
	return flow.Start.When == nil || flow.Start.When.Bool(r.names(p, &Track{Frames: []Frame{{}}}, nil))
}

// waitFor remembers a flow that found its person busy.
func (r *run) waitFor(p *Person, wait Wait) {
	if !slices.ContainsFunc(p.Waiting, func(w Wait) bool { return w.Flow == wait.Flow && w.Record == wait.Record }) {
		p.Waiting = append(p.Waiting, wait)
	}
}

// waited knocks for what had to wait, now that the floor is free.
func (r *run) waited(p *Person) {
	waiting := p.Waiting
	p.Waiting = nil
	for _, w := range waiting {
		if w.Record != "" {
			r.waitedRecord(p, w)
			continue
		}
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
	flow := r.lib.flowOf(&t.Frames[0])
	t.Prompt = r.emitLive(p, Message{Body: []Block{{Text: leakStatus(r, p, flow.Knock)}}, Lane: lane, Once: lane == LaneScheduled, Until: until},
		Button{Track: id, Visit: t.Visit, Choice: "open", Label: r.lib.word("label_open"), Value: "open"})
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
