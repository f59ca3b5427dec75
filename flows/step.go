package flows

import (
	"slices"
	"time"
)

// Rules that hold for everybody.
const (
	replyFor    = 24 * time.Hour // a reply is pointless later
	cardFor     = 14 * 24 * time.Hour
	lateAfter   = 2 * time.Hour // a scheduled knock later than this is dropped
	busyFor     = 2 * time.Hour // how long a scheduled flow waits for a busy person
	maxDepth    = 3             // conversations on top of each other
	maxUnasked  = 2             // unasked messages on one local date; one on tender days and in light weeks
	undoFor     = time.Minute   // how long what was passed on can be undone
	takeBackFor = 7 * 24 * time.Hour
	maxPassed   = 12               // cards that can be taken back
	maxKnocks   = 2                // knocks for cards on one local date
	maxSteps    = 100              // steps without a wait, far above what the checker lets pass
	maxCalls    = 4                // flows called from flows
	codeFor     = 15 * time.Minute // a pairing code
	asideFor    = 15 * time.Minute // what is said on an account that its person is not using
	maxTries    = 5                // wrong codes of one person in codeFor
	maxTriesAll = 100              // wrong codes of everybody in codeFor
	maxAccounts = 3                // of one person
)

// run is one step under way. It owns copies of the states, so whatever goes wrong in it changes nothing.
type run struct {
	lib     *Library // as the person reads it whom things are said to
	base    *Library // as it was given
	ev      Event
	in      Input
	traced  bool
	self    *State
	other   *State
	out     Output
	moved   bool                 // a timer moved the track: nothing is said until its person's next input
	passed  int                  // questions that exist no more
	away    *aside               // where what is said now goes, when that is not where its person is
	former  map[PersonID]Address // where somebody was before this step
	holding bool                 // after an instant: what the flow says waits for its person, rather than be left out
}

// Step is the engine: what happened, and what is there, to what will be there. It is pure: the same arguments give the
// same output, byte for byte, and the arguments stay as they were.
// The output may share maps with them, so neither is to be written to.
func (l *Library) Step(in Input, ev Event) Output {
	self := in.Self.work()
	r := &run{lib: l, base: l, ev: ev, in: in, self: &self, traced: l.traced}
	if in.Other != nil && in.Other.Unit != in.Self.Unit {
		other := in.Other.work()
		r.other = &other
		r.expire(r.other)
	}
	r.expire(r.self)
	if p, ok := r.self.Person(in.Who); ok {
		r.lib = l.viewOf(p)
		r.moveAlong(p)
	}
	switch {
	case ev.Kind == Fired:
		r.fired()
	case ev.Kind == Gone:
		if p, ok := r.self.Person(in.Who); ok && p.Addr.Same(ev.From) { // another account of theirs may be out of reach
			p.Gone = true
		}
	case ev.Kind == Back:
		if p, ok := r.self.Person(in.Who); ok && p.Gone && p.Addr.Same(ev.From) {
			p.Gone = false
			r.knockAgain(p.ID)
		}
	case ev.Kind == Away:
		if !r.afterGap() {
			return untouched(in)
		}
	default:
		r.input()
	}
	r.finish()
	return r.out
}

// Needs names the second unit that Step wants: the one whose code is being entered, or the one to be joined with.
func (l *Library) Needs(self State, who PersonID, ev Event) string {
	p, ok := self.Person(who)
	if !ok || ev.Kind == Fired || ev.Kind == Gone || ev.Kind == Back || ev.Kind == Away {
		return ""
	}
	if slices.ContainsFunc(p.Tracks, l.moves) {
		now := p.clone()
		l.moveFrames(&now)
		p = &now
	}
	t := p.focus()
	if b, ok := p.button(ev.Action); ok && ev.Kind == Pressed {
		t = p.track(b.Track)
	}
	st := l.stepOf(t)
	if st != nil && st.Pair == "confirm" && p.Pair != nil && p.Pair.Peer != "" && !p.Pair.Ended {
		return "unit/" + string(p.Pair.Peer)
	}
	if code := codeIn(p, st, ev); code != "" {
		return "code/" + CodeDigest(code)
	}
	return ""
}

// codeIn is the pairing code that an event may use: one that was typed, one that came with /start, one that waits.
func codeIn(p *Person, st *Step, ev Event) string {
	if ev.Kind == Said || ev.Kind == Filled {
		if code := startCode(ev.Text); code != "" {
			return code
		}
		if st != nil && st.Pair == "claim" {
			if code := normalCode(ev.Text); code != "" {
				return code
			}
		}
	}
	return p.Parked
}

// Apology is what a step comes to that broke on our side: everything stays as it was, and a person who wrote is told so.
func (l *Library) Apology(in Input, ev Event) Output {
	self := in.Self.Clone()
	r := &run{lib: l, base: l, ev: ev, in: in, self: &self}
	if in.Other != nil {
		other := in.Other.Clone()
		r.other = &other
	}
	p, ok := r.self.Person(in.Who)
	if ok {
		r.lib = l.viewOf(p)
	}
	switch {
	case !ok || ev.Kind == Gone || ev.Kind == Back || ev.Kind == Away:
	case ev.Kind == Fired:
		// The timer is used up. A conversation that it was to move would stand still, so it ends; a schedule goes on.
		r.moved = true
		if in.Timer != nil && p.track(in.Timer.Track) != nil {
			r.drop(p, in.Timer.Track)
		}
		r.schedules(p)
		r.recordTimers(p)
	default:
		r.sayThere(p, r.lib.word("apology"))
	}
	r.keepStates()
	return r.out
}

// TooFast tells whoever we know that they wrote too much at once, and reads nothing of it.
func (l *Library) TooFast(in Input, ev Event) Output {
	self := in.Self.Clone()
	r := &run{lib: l, base: l, ev: ev, in: in, self: &self}
	if p, ok := r.self.Person(in.Who); ok {
		r.lib = l.viewOf(p)
		r.sayThere(p, r.lib.word("too_fast"))
	}
	r.keepStates()
	return r.out
}

// finish puts the loose ends in order: schedules, people who are not kept, the states to store.
func (r *run) finish() {
	for _, s := range []*State{r.self, r.other} {
		if s == nil {
			continue
		}
		for i := range s.People {
			if s.People[i].Rest != nil {
				continue // nothing of theirs has changed
			}
			r.schedules(&s.People[i])
			r.recordTimers(&s.People[i])
			r.revealTimer(s, &s.People[i])
		}
	}
	r.keepStates()
}

// keepStates lists the states to store. Whoever has not finished the welcome and is not in it is not kept.
func (r *run) keepStates() {
	for _, s := range []*State{r.self, r.other} {
		if s == nil || s.Unit == "" {
			continue
		}
		s.People = slices.DeleteFunc(s.People, func(p Person) bool { return p.Rest == nil && !p.Welcomed && len(p.Tracks) == 0 })
		if len(s.People) > 0 {
			r.out.States = append(r.out.States, *s)
		}
	}
}

// home is the unit that p belongs to.
func (r *run) home(p *Person) *State {
	if r.other != nil {
		if q, ok := r.other.Person(p.ID); ok && q == p {
			return r.other
		}
	}
	return r.self
}

// partner is the other of p's couple, read from here on; false for somebody alone, and after the other left.
func (r *run) partner(p *Person) (*Person, bool) {
	q, ok := r.home(p).Partner(p.ID)
	if ok && q.Rest != nil {
		*q = q.Rest()
		r.expirePerson(q)
	}
	return q, ok
}

// emit queues a message to p. Ids count per person, so that they carry no news of anybody else.
func (r *run) emit(p *Person, m Message) string {
	p.LastMsg++
	m.ID = p.messageID(leakCount(r, p, p.LastMsg))
	m.To = p.ID
	m.At = r.place(p, m.Op)
	switch {
	case !m.Until.IsZero():
	case m.At == nil:
		m.Until = r.ev.At.Add(replyFor)
	default: // what waits for another account's app is not to hold up what follows here
		m.Until = r.ev.At.Add(asideFor)
	}
	r.out.Messages = append(r.out.Messages, m)
	return m.ID
}

// sayThere says something on the account that an event came from, without going there.
func (r *run) sayThere(p *Person, text string) {
	if i := slices.IndexFunc(p.Also, r.ev.From.Same); i >= 0 {
		r.aside(p, p.Also[i])
	}
	r.say(p, text)
	r.away = nil
}

// say answers p in one plain paragraph.
func (r *run) say(p *Person, text string) {
	if text != "" && !r.moved {
		r.emit(p, Message{Body: []Block{{Text: text}}})
	}
}
