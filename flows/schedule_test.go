package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"pgregory.net/rapid"
)

func mustPlan(t *testing.T, expr string) plan {
	t.Helper()
	p, err := cronPlan(expr)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The first of two equal wall times, the first instant after a gap.
func TestInstantAtClockChanges(t *testing.T) {
	for _, c := range []struct {
		zone, wall, want string
	}{
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z"},       // a gap: 03:00 summer time
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"},       // twice: the first
		{"America/New_York", "2026-03-08 02:00", "2026-03-08T07:00:00Z"},    // a gap
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"},    // twice
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"}, // a gap of half an hour
		{"Pacific/Chatham", "2026-04-05 03:00", "2026-04-04T13:15:00Z"},     // twice, 45 minutes off
		{"Africa/Cairo", "2026-04-24 00:30", "2026-04-23T22:00:00Z"},        // a gap at midnight
		{"Asia/Kathmandu", "2026-03-02 20:00", "2026-03-02T14:15:00Z"},
		{"UTC", "2026-03-02 20:00", "2026-03-02T20:00:00Z"},
	} {
		w, err := time.Parse("2006-01-02 15:04", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		got := instant(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), location(c.zone)).UTC().Format(time.RFC3339)
		if got != c.want {
			t.Errorf("%s %s is %s, want %s", c.zone, c.wall, got, c.want)
		}
	}
}

// Whatever the zone, a daily time comes exactly once for each local date, and always later than asked.
func TestOneMomentForEachDate(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Africa/Casablanca", "Africa/Cairo",
		"Asia/Beirut", "America/Santiago", "America/Havana", "America/Nuuk", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Antarctica/Troll"}
	for _, zone := range zones {
		if _, ok := lookupZone(zone); !ok {
			t.Fatalf("no zone data for %s", zone)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := location(rapid.SampledFrom(zones).Draw(t, "zone"))
		p := daily(rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "from")) * time.Minute)
		date := ""
		for range 20 {
			m, ok := nextMoment(p, at, loc)
			if !ok || !m.At.After(at) {
				t.Fatalf("after %v comes %v", at, m)
			}
			if date != "" {
				prev, err := time.Parse(time.DateOnly, date)
				if err != nil || prev.AddDate(0, 0, 1).Format(time.DateOnly) != m.Nominal {
					t.Fatalf("after %s comes %s", date, m.Nominal)
				}
			}
			at, date = m.At, m.Nominal
		}
	})
}

// In UTC, where cron's own walk has no fault, ours agrees with it.
func TestWalkAgreesWithCronInUTC(t *testing.T) {
	field := func(t *rapid.T, name string, lo, hi int) string {
		if rapid.Bool().Draw(t, name+" star") {
			return "*"
		}
		return itoa(rapid.IntRange(lo, hi).Draw(t, name))
	}
	rapid.Check(t, func(t *rapid.T) {
		expr := strings.Join([]string{itoa(rapid.IntRange(0, 59).Draw(t, "minute")), field(t, "hour", 0, 23), field(t, "dom", 1, 28), field(t, "month", 1, 12), field(t, "dow", 0, 6)}, " ")
		p, err := cronPlan(expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		parsed, err := cron.ParseStandard(expr)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "from")) * time.Minute)
		for range 5 {
			m, ok := nextMoment(p, at, time.UTC)
			want := parsed.Next(at)
			if !ok || !m.At.Equal(want) {
				t.Fatalf("%s after %v: %v, cron says %v", expr, at, m.At, want)
			}
			at = want
		}
	})
}

func TestScheduleRefuses(t *testing.T) {
	for _, expr := range []string{"", "TZ=0", "TZ=Europe/Berlin 0 20 * * *", "CRON_TZ=UTC 0 20 * * *", "@daily", "@every 1h", "0 20 * *", "0 20 * * 7", "0 20 30 2 *", "60 20 * * *", "a b c d e"} {
		if err := ParseSchedule(expr); err == nil {
			t.Errorf("%q was taken", expr)
		}
	}
	if err := ParseSchedule("30 20 * * 0"); err != nil {
		t.Error(err)
	}
	if m, ok := nextMoment(mustPlan(t, "0 12 29 2 *"), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC); !ok || m.Nominal != "2028-02-29" {
		t.Errorf("leap day: %v", m)
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		at, from, to string
		want         bool
	}{
		{"22:00", "21:30", "08:00", true}, {"21:30", "21:30", "08:00", true}, {"08:00", "21:30", "08:00", false},
		{"07:59", "21:30", "08:00", true}, {"12:00", "21:30", "08:00", false}, {"13:00", "12:00", "14:00", true},
		{"12:00", "09:00", "09:00", false},
	} {
		at, _ := parseClock(c.at)
		from, _ := parseClock(c.from)
		to, _ := parseClock(c.to)
		if got := within(at, from, to); got != c.want {
			t.Errorf("%s in %s–%s: %v", c.at, c.from, c.to, got)
		}
	}
}

// What a person's clock says was read by time.Parse before.
func TestParseClock(t *testing.T) {
	var try func(s string)
	try = func(s string) {
		want, err := time.Parse("15:04", s)
		got, ok := parseClock(s)
		if ok != (err == nil) || got != (wall{want.Hour(), want.Minute()}) && ok {
			t.Errorf("%q: %v %v, and time.Parse says %v %v", s, got, ok, want, err)
		}
		if len(s) < 6 {
			for _, c := range "0259:- " {
				try(s + string(c))
			}
		}
	}
	try("")
}

func FuzzSchedule(f *testing.F) {
	for _, s := range []string{"0 20 * * *", "TZ=0", "*/5 1-3 1,2 JAN MON", "@every 1s", "0 0 31 2 *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if len(expr) > maxFuzzed {
			t.Skip()
		}
		began := time.Now()
		defer func() { quick(t, "reading a schedule", began) }()
		p, err := cronPlan(expr)
		if err != nil {
			return
		}
		at := time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC)
		m, ok := nextMoment(p, at, location("Pacific/Chatham"))
		if ok && !m.At.After(at) {
			t.Fatalf("%q goes back to %v", expr, m.At)
		}
	})
}
