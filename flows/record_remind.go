package flows

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// An exact reminder is one that its person set: it is outside the budget, but never in quiet hours, nor after /stop. When it comes
// follows from the record and its person's clock alone, so that the timers are put in order after every step, whatever changed.

// recordTimers sees to it that every record which is to come up has its timer, and nothing else has.
func (r *run) recordTimers(p *Person) {
	want := map[string]bool{}
	for _, shelf := range [][]Record{p.Records, r.jointRecords(p)} {
		for i := range shelf {
			r.recordTimer(p, &shelf[i], want)
		}
	}
	p.Timers = slices.DeleteFunc(p.Timers, func(t Timer) bool { return t.What == "record" && !want[t.Name] })
	for name := range p.Nudged {
		if rest, ok := strings.CutPrefix(name, recordsDirPath); ok && !r.hasRecord(p, rest) {
			p.Nudged = maps.Clone(p.Nudged) // the old one is the argument's
			delete(p.Nudged, name)
		}
	}
}

func (r *run) jointRecords(p *Person) []Record {
	if s := r.home(p); s.paired() {
		return s.Couple.Records
	}
	return nil
}

func (r *run) hasRecord(p *Person, key string) bool {
	kind, id, _ := strings.Cut(key, "/")
	return r.record(p, kind, id) != nil
}

// key names a record among those of its person.
func (rec *Record) key() string { return rec.Kind + "/" + rec.ID }

// recordTimer sets the timer of a record for its next moment. One that waits for the end of quiet hours stays.
func (r *run) recordTimer(p *Person, rec *Record, want map[string]bool) {
	kind := r.lib.Records[rec.Kind]
	if kind == nil || kind.Remind == nil || r.record(p, rec.Kind, rec.ID) != rec || !kind.comesUp(rec) || !p.Welcomed {
		return
	}
	name := string(p.ID) + "/record/" + rec.key()
	version := rec.change()
	shape := version + " " + r.remindClock(p, kind.Remind, rec)
	i := slices.IndexFunc(p.Timers, func(t Timer) bool { return t.Name == name })
	if i >= 0 && p.Timers[i].Shape == shape && p.Timers[i].Flow == kind.Remind.Run {
		want[name] = true
		return
	}
	m, ok := r.remindMoment(p, kind.Remind, rec)
	switch {
	case ok:
		p.timer(Timer{Name: "record/" + rec.key(), Due: m.At, What: "record", Flow: kind.Remind.Run, Record: rec.ID, Nominal: m.Nominal, Shape: shape})
		want[name] = true
	case i >= 0 && strings.HasPrefix(p.Timers[i].Shape, version+" "):
		want[name] = true // it is on its way, and only the clock changed
	}
}

// change says which change of a record a reminder is for.
func (rec *Record) change() string { return rec.Changed.UTC().Format(time.RFC3339Nano) }

// comesUp says that a record is in a state in which its person wants to be reminded.
func (k *RecordKind) comesUp(rec *Record) bool {
	if len(k.Remind.While) > 0 {
		return slices.Contains(k.Remind.While, rec.State)
	}
	return len(k.States) == 0 || rec.State == k.States[0]
}

// remindClock is what the moment of a reminder follows from.
func (r *run) remindClock(p *Person, m *RecordRemind, rec *Record) string {
	fields := rec.now().Fields
	return fields[m.On].S + " " + r.remindAt(p, m, rec) + " " + m.Before.String() + " " + r.lib.fact(p, "zone").S
}

// remindAt is the time of day of a reminder: the record's own, or the end of quiet hours.
func (r *run) remindAt(p *Person, m *RecordRemind, rec *Record) string {
	if at := rec.now().Fields[m.At].S; m.At != "" && (at != "" || m.On == "") {
		return at
	}
	if to := r.lib.fact(p, "quiet_to").S; to != "" {
		return to
	}
	return "08:00"
}

// remindMoment is the next moment of a reminder that has not come yet since the record was last changed.
func (r *run) remindMoment(p *Person, m *RecordRemind, rec *Record) (Moment, bool) {
	w, ok := parseClock(r.remindAt(p, m, rec))
	if !ok {
		return Moment{}, false
	}
	loc, came := r.lib.location(p), ""
	if last, ok := strings.CutPrefix(p.Nudged[recordsDirPath+rec.key()], rec.change()+" "); ok {
		came = last
	}
	fits := func(x Moment) bool { return x.At.After(r.ev.At) && x.Nominal > came }
	if m.On == "" {
		x, ok := nextMoment(daily(w.hour, w.minute), rec.Changed.Add(m.Before), loc)
		x.At = x.At.Add(-m.Before)
		return x, ok && fits(x)
	}
	date, err := time.Parse(time.DateOnly, rec.now().Fields[m.On].S)
	if err != nil {
		return Moment{}, false
	}
	year := r.ev.At.In(loc).Year()
	if !m.Yearly {
		x := remindOn(date, w, m.Before, loc)
		return x, fits(x)
	}
	for y := max(year-1, date.Year()); y <= max(year+2, date.Year()); y++ {
		if x := remindOn(inYear(date, y), w, m.Before, loc); fits(x) {
			return x, true
		}
	}
	return Moment{}, false
}

// remindOn is so long before a time on a date: whole days by the calendar, the rest by the clock.
func remindOn(date time.Time, w wall, before time.Duration, loc *time.Location) Moment {
	d := date.AddDate(0, 0, -int(before/day))
	at := instant(d.Year(), d.Month(), d.Day(), w.hour, w.minute, loc).Add(-(before % day))
	return Moment{At: at.UTC(), Nominal: date.Format(time.DateOnly)}
}

// inYear is the same date in another year; the 29th of February is the last of that month.
func inYear(date time.Time, year int) time.Time {
	out := time.Date(year, date.Month(), date.Day(), 0, 0, 0, 0, time.UTC)
	if out.Month() != date.Month() {
		out = out.AddDate(0, 0, -1)
	}
	return out
}

// recordDue is the moment of a reminder.
func (r *run) recordDue(p *Person, timer Timer) {
	flow, rec := r.reminded(p, timer.Flow, timer.Record)
	if flow == nil || rec == nil || !r.lib.Records[rec.Kind].comesUp(rec) {
		return
	}
	if p.Welcomed && !p.Stopped && !p.Gone && r.lib.quietAt(p, r.ev.At) {
		timer.Name, timer.Due = "record/"+rec.key(), r.lib.afterQuiet(p, r.ev.At)
		p.timer(timer)
		return
	}
	if p.Nudged = maps.Clone(p.Nudged); p.Nudged == nil { // the old one is the argument's
		p.Nudged = map[string]string{}
	}
	p.Nudged[recordsDirPath+rec.key()] = rec.change() + " " + timer.Nominal
	switch {
	case r.ev.At.Sub(timer.Due) > lateAfter, !p.Welcomed, p.Stopped, p.Gone:
	case p.busy():
		r.waitFor(p, Wait{Flow: flow.Name, Record: rec.ID, Until: timer.Due.Add(busyFor)})
	default:
		r.knockRecord(p, flow, rec, timer.Due.Add(lateAfter))
	}
}

// reminded is the flow of a reminder, and the record that it is about.
func (r *run) reminded(p *Person, name, id string) (*Flow, *Record) {
	flow := r.lib.Flows[name]
	if flow == nil {
		return nil, nil
	}
	return flow, r.record(p, flow.About, id)
}

// knockRecord knocks for a flow with a record at hand. One that is under way with it already needs no other.
func (r *run) knockRecord(p *Person, flow *Flow, rec *Record, until time.Time) {
	if slices.ContainsFunc(p.Tracks, func(t Track) bool {
		f := t.Frames[0]
		return f.Flow == flow.Name && f.Record != nil && f.Record.ID == rec.ID
	}) {
		return
	}
	id := r.push(p, flow, Knocking)
	p.track(id).top().Record = &Bound{Kind: rec.Kind, ID: rec.ID}
	r.knock(p, id, LaneScheduled, until)
}

// waitedRecord knocks for a reminder that had to wait, if it still holds.
func (r *run) waitedRecord(p *Person, w Wait) {
	flow, rec := r.reminded(p, w.Flow, w.Record)
	if flow == nil || rec == nil || !r.lib.Records[rec.Kind].comesUp(rec) || !w.Until.After(r.ev.At) || p.Stopped || p.Gone || r.lib.quietAt(p, r.ev.At) {
		return
	}
	r.knockRecord(p, flow, rec, w.Until)
}
