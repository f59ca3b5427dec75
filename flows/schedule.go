package flows

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// Moment is a point in time that a schedule names, with the local date it is for. In a gap at the end of a day the two
// differ, and "already knocked today" goes by the date.
type Moment struct {
	At      time.Time
	Nominal string // 2006-01-02
}

// A plan says at which wall times, in order, something is due on a local date.
type plan func(date time.Time) []wall

type wall struct{ hour, minute int }

// cronFields reads five fields. No @every, no @weekly: people's schedules are wall times.
var cronFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// ParseSchedule checks a five-field cron expression.
func ParseSchedule(expr string) error {
	_, err := cronPlan(expr)
	return err
}

// cronPlan turns an expression into a plan. robfig/cron parses it; its own Next is never used for people, because it
// skips, doubles and can stand still at clock changes.
func cronPlan(expr string) (plan, error) {
	if strings.Contains(expr, "=") {
		return nil, errors.New("a schedule holds no '=': the time zone is the person's own") // "TZ=" makes the parser panic
	}
	if strings.HasPrefix(strings.TrimSpace(expr), "@") {
		return nil, errors.New("a schedule has five fields, like \"0 20 * * 0\"")
	}
	parsed, err := cronFields.Parse(expr)
	if err != nil {
		return nil, fmt.Errorf("a schedule has five fields, like \"0 20 * * 0\": %w", err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, errors.New("a schedule has five fields, like \"0 20 * * 0\"")
	}
	p := specPlan(spec)
	if _, ok := nextMoment(p, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC); !ok {
		return nil, errors.New("no date matches this schedule, not in twelve years")
	}
	return p, nil
}

func specPlan(spec *cron.SpecSchedule) plan {
	const star = 1 << 63
	var times []wall
	for h := range 24 {
		for m := range 60 {
			if spec.Hour&(1<<h) != 0 && spec.Minute&(1<<m) != 0 {
				times = append(times, wall{h, m})
			}
		}
	}
	return func(d time.Time) []wall {
		if spec.Month&(1<<uint(d.Month())) == 0 {
			return nil
		}
		dom := spec.Dom&(1<<uint(d.Day())) != 0
		dow := spec.Dow&(1<<uint(d.Weekday())) != 0
		match := dom || dow
		if spec.Dom&star != 0 || spec.Dow&star != 0 {
			match = dom && dow
		}
		if !match {
			return nil
		}
		return times
	}
}

// daily is every day at one wall time.
func daily(hour, minute int) plan {
	times := []wall{{hour, minute}}
	return func(time.Time) []wall { return times }
}

// nextMoment is the first moment of p after t, looking at most twelve years ahead.
func nextMoment(p plan, t time.Time, loc *time.Location) (Moment, bool) {
	y, mo, d := t.In(loc).Date()
	for i := -1; i < 12*366; i++ {
		date := time.Date(y, mo, d+i, 0, 0, 0, 0, time.UTC)
		for _, w := range p(date) {
			at := instant(date.Year(), date.Month(), date.Day(), w.hour, w.minute, loc)
			if at.After(t) {
				return Moment{At: at.UTC(), Nominal: date.Format(time.DateOnly)}, true
			}
		}
	}
	return Moment{}, false
}

// instant is the one moment of a wall time on a local date: the first of two equal ones, the first after a gap.
func instant(y int, mo time.Month, d, h, m int, loc *time.Location) time.Time {
	local := time.Date(y, mo, d, h, m, 0, 0, time.UTC)
	at := func(probe time.Time) (time.Time, bool) {
		_, off := probe.In(loc).Zone()
		t := local.Add(-time.Duration(off) * time.Second).In(loc)
		return t, t.Day() == local.Day() && t.Hour() == h && t.Minute() == m
	}
	before, ok := at(local.Add(-24 * time.Hour)) // by the offset before any change of that day
	if ok {
		return before
	}
	if after, ok := at(local.Add(24 * time.Hour)); ok {
		return after
	}
	start, _ := before.ZoneBounds() // in a gap: where it ends
	return start
}

// zones keeps locations that were looked up: reading the table is a file each time.
var zones sync.Map // name → *time.Location

// location finds a zone; an unknown one counts as UTC, since a message at an odd hour is better than none.
func location(name string) *time.Location {
	if loc, ok := lookupZone(name); ok {
		return loc
	}
	return time.UTC
}

func lookupZone(name string) (*time.Location, bool) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), true
	}
	if name == "" || name == "Local" { // the machine's own clock is nobody's
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	zones.Store(name, loc)
	return loc, true
}

// parseClock reads "15:04", as time.Parse does, which takes "5:04" too: an hour of one digit or two, minutes of two.
func parseClock(s string) (wall, bool) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || len(h) > 2 || len(m) != 2 {
		return wall{}, false
	}
	w := wall{}
	if w.hour, ok = digits(h); !ok || w.hour > 23 {
		return wall{}, false
	}
	if w.minute, ok = digits(m); !ok || w.minute > 59 {
		return wall{}, false
	}
	return w, true
}

// digits reads a number that is nothing but digits, at least one.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, s != ""
}

// within says whether a wall time lies in [from, to), across midnight if need be. Equal ends are an empty span.
func within(w, from, to wall) bool {
	m, f, t := w.hour*60+w.minute, from.hour*60+from.minute, to.hour*60+to.minute
	if f <= t {
		return f <= m && m < t
	}
	return m >= f || m < t
}
