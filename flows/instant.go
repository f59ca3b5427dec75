package flows

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Instants of the couple: the reveal hour, and times at which both go on together. They are the same for both, fixed
// when the two became a couple, and nobody's pace, place or silence moves them.

// coupleClock is the zone of the clock that the couple's hours are read on; somebody alone has their own.
func (l *Library) coupleClock(s *State, p *Person) string {
	if v := l.coupleFact(s, "zone"); s.paired() && v.S != "" {
		return v.S
	}
	return l.fact(p, "zone").S
}

func (r *run) coupleZone(p *Person) *time.Location { return location(r.lib.coupleClock(r.home(p), p)) }

// coupleFact is a fact of the couple, or its default.
func (l *Library) coupleFact(s *State, name string) Value {
	if v, ok := s.Couple.Facts[name]; ok {
		return v
	}
	if d := l.Couple[name]; d != nil {
		return d.Default
	}
	return Value{}
}

// coupleKnown is a fact of the couple as conditions see it.
func (l *Library) coupleKnown(s *State, p *Person, name string, at time.Time) (Value, bool) {
	if d := l.Couple[name]; d != nil && d.Derived != "" {
		return l.derive(s, p, d, at)
	}
	v := l.coupleFact(s, name)
	return v, v.there()
}

// coupleMoment is the next instant that lies plus after a couple's clock shows at, which is "18:00" or couple.x.
func (r *run) coupleMoment(p *Person, at string, plus time.Duration) time.Time {
	if name, ok := strings.CutPrefix(at, "couple."); ok {
		at = r.lib.coupleFact(r.home(p), name).S
	}
	return nextClock(at, plus, r.ev.At, r.coupleZone(p))
}

// nextClock is the first instant after t that lies plus after a clock shows at.
func nextClock(at string, plus time.Duration, t time.Time, loc *time.Location) time.Time {
	w, ok := parseClock(at)
	if !ok {
		return t.Add(day) // a fact without a value: a day is a wait that ends
	}
	m, _ := nextMoment(daily(w.hour, w.minute), t.Add(-plus), loc)
	return m.At.Add(plus)
}

// await sleeps until an instant of the couple. With both, a yes is on record first; with nobody to say it too, or a no,
// the wait is the same. Whoever comes again before the instant says it anew: a no then takes the yes back.
func (r *run) await(p *Person, t *Track, st *Step) {
	at := r.coupleMoment(p, st.At, st.Plus)
	if st.Kind == KBoth {
		r.withdraw(p, t, st) // the last answer before the instant counts
		if v, ok := t.top().Answers[st.Both]; ok && v.S == "yes" && r.home(p).paired() {
			c := &r.home(p).Couple
			if f := t.top(); st.About && f.Record != nil { // at hand is from now on what p said yes to
				fields, _ := r.atHand(p, f)
				f.Record = &Bound{Kind: f.Record.Kind, ID: f.Record.ID, Fields: cloneValues(fields)}
			}
			c.Votes = append(c.Votes, Vote{By: p.ID, Key: r.voteKey(p, t, st), At: at})
			t.Marks = nil // it counts from here on
		}
	}
	t.Phase, t.Parked = Sleeping, false
	p.timer(Timer{Name: "t" + itoa(t.ID) + "/until", Due: at, Track: t.ID, Visit: t.Visit, What: "until"})
}

// voteKey names what is voted on: an answer of a flow, or with about: record, what the record at hand says, in whatever flow.
// A yes is to the very words that can become a record of both, so that whoever changes the record afterwards has not changed what both agree to.
func (r *run) voteKey(p *Person, t *Track, st *Step) string {
	f := t.top()
	if st.About && f.Record != nil {
		fields, _ := r.atHand(p, f)
		return votedOn(f.Record.ID) + fingerprint(canon{}.value(reflect.ValueOf(r.lib.agreeable(fields))))
	}
	return f.Flow + "/" + st.Both
}

// votedOn begins the key of every yes to a record.
func votedOn(id string) string { return "record/" + id + "/" }

// withdraw takes p's yes to an instant that is still to come off the record. To the other it is as if it had never been.
func (r *run) withdraw(p *Person, t *Track, st *Step) {
	if !t.begun() { // the yes of another conversation about the same record stays
		return
	}
	c, f := &r.home(p).Couple, t.top()
	on := func(key string) bool { return key == f.Flow+"/"+st.Both }
	if st.About && f.Record != nil {
		on = func(key string) bool { return strings.HasPrefix(key, votedOn(f.Record.ID)) } // whatever it said then
	}
	c.Votes = slices.DeleteFunc(c.Votes, func(v Vote) bool { return v.By == p.ID && on(v.Key) && v.At.After(r.ev.At) })
}

// agreeing says that a conversation sleeps on a yes to a record. It outlives /stop until the instant, and keeps quiet: the yes is
// on record, and what comes of it must not hang on whether the other is still there to note it.
func (r *run) agreeing(p *Person, t *Track) bool {
	st := r.lib.stepOf(t)
	if st == nil || st.Kind != KBoth || !st.About || t.Phase != Sleeping {
		return false
	}
	key := r.voteKey(p, t, st)
	return slices.ContainsFunc(r.home(p).Couple.Votes, func(v Vote) bool { return v.By == p.ID && v.Key == key && v.At.After(r.ev.At) })
}

// released goes on after the instant. What the flow says then waits for its person, behind a knock like the first.
func (r *run) released(p *Person, id int, st *Step) {
	to, result := st.Go, ""
	if st.Kind == KBoth {
		result = "otherwise"
		if r.home(p).agreed(p, r.voteKey(p, p.track(id), st), r.in.Timer.Due) {
			result = "yes"
		}
		to = st.GoMap[result]
	}
	if p.Stopped && result == "otherwise" {
		r.drop(p, id) // what both might have agreed to was all that it stayed for
		return
	}
	r.holding = true
	if st.Kind == KBoth {
		to = r.settle(p, id, to)
	}
	r.wakeTo(p, id, to)
}

// settle does at the instant itself what follows from a yes of both and needs nobody: records of both, facts of the couple. How
// much one of them has open, or whom they are with by the time there is room, changes nothing of what is theirs.
func (r *run) settle(p *Person, id int, to Target) Target {
	for left := maxSteps; left > 0; left-- {
		t := p.track(id)
		flow := r.lib.flowOf(t.top())
		if flow == nil {
			break
		}
		st := flow.ByID[to.Step]
		if st == nil || st.Kind != KAdd && st.Kind != KUpdate && st.Kind != KSet && st.Kind != KChoose {
			break
		}
		r.took(t, to)
		t.top().Step = to.Step
		p.LastVisit++
		t.Visit = p.LastVisit
		r.entered(t, st)
		to, _ = r.enter(p, t, st)
	}
	return to
}

// agreed says that p and the other both said yes to key at an instant.
func (s *State) agreed(p *Person, key string, at time.Time) bool {
	mine, theirs := false, false
	for _, v := range s.Couple.Votes {
		if v.Key == key && v.At.Equal(at) {
			mine, theirs = mine || v.By == p.ID, theirs || v.By != p.ID
		}
	}
	return mine && theirs
}

// revealAt is the couple's next reveal hour.
func (r *run) revealAt(p *Person) time.Time { return r.coupleMoment(p, "couple.reveal_hour", 0) }

// revealTime is the reveal hour on p's own clock.
func (r *run) revealTime(p *Person) string {
	return r.revealAt(p).In(r.lib.location(p)).Format("15:04")
}

// revealTimer ticks every day for both of a couple, whatever is on record: a row that comes and goes would tell.
func (r *run) revealTimer(s *State, p *Person) {
	hour, zone := r.lib.coupleFact(s, "reveal_hour").S, r.lib.coupleFact(s, "zone").S
	i := slices.IndexFunc(p.Timers, func(t Timer) bool { return t.What == "reveal" })
	switch {
	case !s.paired() || !r.lib.reveals:
		if i >= 0 {
			p.dropTimer(p.Timers[i].Name)
		}
	case i < 0 || p.Timers[i].Shape != hour+" "+zone:
		p.timer(Timer{Name: "reveal", Due: r.revealAt(p), What: "reveal", Shape: hour + " " + zone})
	}
}

// offer puts one half of a double reveal on record. A second one for the same hour takes the place of
// the first; one whose hour has passed unhandled stays for that.
func (r *run) offer(p *Person, t *Track, st *Step) {
	f := t.top()
	name := st.Items[f.Sharing].Step
	key := f.Flow + "/" + name
	if q := r.asked(t, name); q != nil && q.item != nil {
		key += "/" + q.item.ID
	}
	c, at := &r.home(p).Couple, r.revealAt(p)
	c.Offers = slices.DeleteFunc(c.Offers, func(o Offer) bool { return o.By == p.ID && o.Key == key && o.Until.Equal(at) })
	o := Offer{By: p.ID, Key: key, Question: f.Preview[0].Text, Words: f.Preview[2].Text, Own: f.Preview[2].Own, Until: at}
	if st.Opens != "" {
		o.Name, o.Opens = name, st.Opens
	}
	c.Offers = append(c.Offers, o)
}
