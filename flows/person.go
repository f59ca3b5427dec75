package flows

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// track finds a conversation by its id; nil when it is over.
func (p *Person) track(id int) *Track {
	for i := range p.Tracks {
		if p.Tracks[i].ID == id {
			return &p.Tracks[i]
		}
	}
	return nil
}

// focus is the conversation whose question is open: the last one that is neither parked nor waiting.
func (p *Person) focus() *Track {
	for i := len(p.Tracks) - 1; i >= 0; i-- {
		if t := &p.Tracks[i]; !t.Parked && (t.Phase == Asking || t.Phase == Quiet) {
			return t
		}
	}
	return nil
}

// busy says whether a question stands in the chat. One that a timer led to, unshown, keeps nobody from knocking.
func (p *Person) busy() bool {
	t := p.focus()
	return t != nil && t.Phase == Asking
}

// knocking is the latest knock nobody has opened yet.
func (p *Person) knocking() *Track {
	for i := len(p.Tracks) - 1; i >= 0; i-- {
		if p.Tracks[i].Phase == Knocking {
			return &p.Tracks[i]
		}
	}
	return nil
}

// running finds the conversation that began with flow. One that lies behind a card is another each time.
func (p *Person) running(flow string) *Track {
	for i := range p.Tracks {
		if t := &p.Tracks[i]; t.Frames[0].Flow == flow && t.opened() == "" {
			return t
		}
	}
	return nil
}

// depth counts the conversations with a question, open or parked. One that waits to begin has asked none.
func (p *Person) depth() int {
	n := 0
	for i := range p.Tracks {
		if t := &p.Tracks[i]; (t.Phase == Asking || t.Phase == Quiet) && (t.begun() || !t.Parked) {
			n++
		}
	}
	return n
}

func (t *Track) top() *Frame { return &t.Frames[len(t.Frames)-1] }

// timer replaces the timer of this name. Names begin with the person's id, so nobody's timer touches another's.
func (p *Person) timer(t Timer) {
	t.Name = string(p.ID) + "/" + t.Name
	t.Due = t.Due.UTC()
	p.dropTimer(t.Name)
	p.Timers = append(p.Timers, t)
}

func (p *Person) dropTimer(name string) {
	p.Timers = slices.DeleteFunc(p.Timers, func(t Timer) bool { return t.Name == name })
}

// dropTrackTimers forgets the timers of a track's step; with all, those of the whole track.
func (p *Person) dropTrackTimers(track int, all bool) {
	p.Timers = slices.DeleteFunc(p.Timers, func(t Timer) bool {
		return t.Track == track && track != 0 && (all || t.What != "expire")
	})
}

// button finds a live button by its token.
func (p *Person) button(token string) (Button, bool) {
	for _, b := range p.Buttons {
		if b.Token == token {
			return b, true
		}
	}
	return Button{}, false
}

func (p *Person) dropButtons(track int) {
	p.Buttons = slices.DeleteFunc(p.Buttons, func(b Button) bool { return b.Track == track })
}

// location is the person's zone.
func (l *Library) location(p *Person) *time.Location { return location(l.fact(p, "zone").S) }

// fact is a lasting fact of p, or its default.
func (l *Library) fact(p *Person, name string) Value {
	if v, ok := p.Facts[name]; ok {
		return v
	}
	if d := l.Person[name]; d != nil {
		return d.Default
	}
	return Value{}
}

// there says that v is a value: an empty one is none.
func (v Value) there() bool {
	return v.S != "" || v.N != 0 || len(v.L) > 0 || v.T == Scale || v.T == Number
}

// known is the fact as conditions see it: an empty default is not known.
func (l *Library) known(p *Person, name string) (Value, bool) {
	v := l.fact(p, name)
	return v, v.there()
}

// quietAt says whether t lies in p's quiet hours.
func (l *Library) quietAt(p *Person, t time.Time) bool {
	from, ok1 := parseClock(l.fact(p, "quiet_from").S)
	to, ok2 := parseClock(l.fact(p, "quiet_to").S)
	local := t.In(l.location(p))
	return ok1 && ok2 && within(wall{local.Hour(), local.Minute()}, from, to)
}

// afterQuiet is the next end of p's quiet hours after t.
func (l *Library) afterQuiet(p *Person, t time.Time) time.Time {
	to, ok := parseClock(l.fact(p, "quiet_to").S)
	if !ok {
		to = wall{8, 0}
	}
	m, _ := nextMoment(daily(to.hour, to.minute), t, l.location(p))
	return m.At
}

// localDate is the date where p is.
func (l *Library) localDate(p *Person, t time.Time) string {
	return t.In(l.location(p)).Format(time.DateOnly)
}

// Name is what p wants to be called; "" when they did not say.
func (p *Person) Name() string { return strings.TrimSpace(p.Facts["name"].S) }

// partnerName is the name that both saw when they confirmed: nothing that happens later shows in it.
func (l *Library) partnerName(s *State, p *Person) string {
	for id, name := range s.Couple.Names {
		if id != p.ID && name != "" {
			return name
		}
	}
	return l.word("no_name")
}

func (s *State) paired() bool { return !s.Couple.Since.IsZero() }

// ideasOn says how often ideas come by themselves in a phase (content 4.4): never two on one day.
func ideasOn(phase string, local time.Time) bool {
	switch day := local.Weekday(); phase {
	case "safety":
		return local.YearDay()%2 == 0
	case "atone", "attune":
		return day == time.Tuesday || day == time.Friday
	case "attach":
		return day == time.Monday || day == time.Wednesday || day == time.Saturday
	}
	return false
}

func yesNo(b bool) Value {
	if b {
		return Value{T: YesNo, S: "yes"}
	}
	return Value{T: YesNo, S: "no"}
}
