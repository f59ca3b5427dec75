package flows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The item of a day: the same whoever asks and whenever on that date, every one before any comes again, none twice in a row.
func TestCommonItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "items")
		var items []*Item
		for i := range n {
			items = append(items, &Item{ID: fmt.Sprintf("I%d", i)})
		}
		unit, zone := rapid.StringMatching("[a-f0-9]{8}").Draw(t, "unit"), location(rapid.SampledFrom([]string{"UTC", "Pacific/Kiritimati", "America/New_York"}).Draw(t, "zone"))
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).AddDate(0, 0, rapid.IntRange(0, 3000).Draw(t, "day"))
		var last string
		round := map[string]bool{}
		y, m, d := start.Date()
		place := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400) % n
		start = start.AddDate(0, 0, -place) // where a round begins
		for i := range 3 * n {
			y, m, d := start.AddDate(0, 0, i).Date()
			early, late := time.Date(y, m, d, 0, 5, 0, 0, zone), time.Date(y, m, d, 23, 55, 0, 0, zone)
			got := commonItem(unit, "bank", items, early)
			if again := commonItem(unit, "bank", slices.Clone(items), late); again != got {
				t.Fatalf("day %d: %s in the morning, %s at night", i, got.ID, again.ID)
			}
			if n > 1 && got.ID == last {
				t.Fatalf("%s comes on two days in a row", last)
			}
			if i%n == 0 {
				clear(round)
			}
			if round[got.ID] {
				t.Fatalf("%s comes again before the list is through", got.ID)
			}
			last, round[got.ID] = got.ID, true
		}
	})
	if commonItem("u", "l", nil, time.Now()) != nil {
		t.Error("something comes from nothing")
	}
}

const forBoth = `
flow: pair_line
version: 1
title: Line of the day
start: { command: dayline }
expires: { after: 20h }
steps:
  a: { draw: l, from: pair_bank, for: couple, none_left: z, go: b }
  b: { say: "Today: {l.text}", end: done }
  z: { say: "Nothing.", end: done }
`

func pairBank(where string) string {
	var b strings.Builder
	b.WriteString("list: pair_bank\nkind: lines\npick: { both: \"item.kind == 'joint'\"" + where + " }\nitems:\n")
	for i := range 8 {
		fmt.Fprintf(&b, "  J%d: { kind: joint, role: any, text: \"joint %d\" }\n", i, i)
	}
	for i := range 3 {
		fmt.Fprintf(&b, "  O%d: { kind: own, role: hurt, text: \"own %d\" }\n", i, i)
	}
	return b.String()
}

// Both get the same on each day, whatever each of them drew before; somebody alone draws for themself.
func TestDrawForCouple(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.lib = withFlows(t, map[string]string{"pair_line.yaml": forBoth, "lists/pair_bank.yaml": pairBank("")})
	line := func(user string) string {
		w.say(user, "/dayline")
		return w.last(user)
	}
	seen := map[string]bool{}
	for day := range 8 {
		a := line("a")
		if day%2 == 0 {
			line("a") // what one draws again changes nothing, for either
		}
		if b := line("b"); a != b || !strings.HasPrefix(a, "Today: joint") {
			t.Fatalf("day %d: %q and %q", day, a, b)
		}
		seen[a] = true
		w.now = w.now.Add(24 * time.Hour)
	}
	if len(seen) < 4 { // a round may end on any of these days
		t.Errorf("only %d different lines in eight days", len(seen))
	}
	if _, p := w.person("a"); len(p.Draws.of("pair_bank")) != len(seen) {
		t.Errorf("noted %+v", p.Draws.of("pair_bank"))
	}
	alone := newSim(t)
	alone.alone("c", "Cleo")
	alone.lib = w.lib
	w = alone
	own := false
	for range 11 {
		own = own || strings.HasPrefix(line("c"), "Today: own")
	}
	if !own {
		t.Error("somebody alone drew nothing of their own")
	}
}

// Who is left out by the list's own where gets an item of their own, and the other's stays as it is.
func TestDrawForCoupleLeavesOut(t *testing.T) {
	w := newSim(t)
	w.pair()
	lines := map[string]string{"pair_line.yaml": forBoth, "lists/pair_bank.yaml": pairBank("")}
	w.lib = withFlows(t, lines)
	w.say("a", "/dayline")
	want := w.last("a")
	lines["lists/pair_bank.yaml"] = pairBank(", where: \"person.tender == 'no' or item.role != 'any'\"")
	w.lib = withFlows(t, lines)
	w.set("b", map[string]Value{"tender": yesNo(true)})
	w.say("b", "/dayline")
	if got := w.last("b"); !strings.HasPrefix(got, "Today: own") {
		t.Errorf("left out, and gets %q", got)
	}
	w.say("a", "/dayline")
	if got := w.last("a"); got != want {
		t.Errorf("the other gets %q, not %q", got, want)
	}
}

const meeting = `
flow: gather
version: 1
title: Meeting
who: both
start: { schedule: couple.meet, days: couple.meet_day }
knock: "It is time."
expires: { after: 20h }
steps:
  a: { say: "Here you are.", end: done }
`

// Both are knocked for at the same instant of the couple's clock, wherever they are, on its days; nobody alone is.
func TestCoupleSchedule(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.alone("c", "Cleo")
	w.lib = withTypes(t, map[string]string{"gather.yaml": meeting})
	w.set("b", map[string]Value{"zone": {T: Zone, S: "America/New_York"}})
	for _, user := range []string{"a", "b", "c"} {
		w.say(user, "/help")
	}
	timers := map[string]Timer{}
	for _, user := range []string{"a", "b", "c"} {
		_, p := w.person(user)
		if i := p.schedule("gather"); i >= 0 {
			timers[user] = p.Timers[i]
		}
	}
	s, _ := w.person("a")
	zone := location(w.lib.coupleFact(s, "zone").S)
	due := timers["a"].Due
	if timers["c"].Name != "" {
		t.Errorf("somebody alone has %+v", timers["c"])
	}
	if local := due.In(zone); !due.Equal(timers["b"].Due) || local.Weekday() != time.Sunday || local.Format("15:04") != "19:00" {
		t.Fatalf("at %s and %s", due.In(zone), timers["b"].Due)
	}
	if nominal := due.In(zone).Format(time.DateOnly); timers["a"].Nominal != nominal || timers["b"].Nominal != nominal {
		t.Errorf("for %s and %s, not %s", timers["a"].Nominal, timers["b"].Nominal, nominal)
	}
	w.now = due
	for _, user := range []string{"a", "b"} {
		mark := len(w.sent)
		s, p := w.person(user)
		w.event(Event{Kind: Fired, Unit: s.Unit, Timer: p.Timers[p.schedule("gather")].Name, Due: due})
		if got := w.got(user, mark); !strings.Contains(got, "It is time.") {
			t.Errorf("%s got %q", user, got)
		}
		_, p = w.person(user)
		if next := p.Timers[p.schedule("gather")]; !next.Due.Equal(due.Add(7 * 24 * time.Hour)) {
			t.Errorf("%s is next due at %s", user, next.Due)
		}
	}
}

// A timer of a clock that has changed since says nothing, and the next is of the new one.
func TestCoupleScheduleOfAnOldClock(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.lib = withTypes(t, map[string]string{"gather.yaml": meeting})
	w.say("a", "/help")
	s, p := w.person("a")
	old := p.Timers[p.schedule("gather")]
	s.Couple.Facts["meet"] = Value{T: Time, S: "07:30"} // by a step of the other
	w.units[s.Unit] = *s
	w.now = old.Due
	mark := len(w.sent)
	w.event(Event{Kind: Fired, Unit: s.Unit, Timer: old.Name, Due: old.Due})
	_, p = w.person("a")
	next := p.Timers[p.schedule("gather")]
	if got := w.got("a", mark); got != "" || next.Shape == old.Shape || !strings.HasPrefix(next.Shape, "07:30 sun ") {
		t.Errorf("got %q, next %+v", got, next)
	}
}

func TestScheduleOnDays(t *testing.T) {
	flow := &Flow{Start: Start{Schedule: "person.checkin"}}
	for clock, want := range map[string]string{
		"20:00":         "2026-03-02 2026-03-03 2026-03-04",
		"20:00 sun wed": "2026-03-04 2026-03-08 2026-03-11",
		"20:00 mon":     "2026-03-02 2026-03-09 2026-03-16",
		"20:00 ":        "", " sun": "", "": "",
	} {
		var got []string
		at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // a Monday
		for range 3 {
			plan, ok := planOf(flow, clock)
			if !ok {
				break
			}
			m, _ := nextMoment(plan, at, time.UTC)
			got, at = append(got, m.Nominal), m.At
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %s, not %s", clock, s, want)
		}
	}
}

// Whenever the two come to an instant, it is the same for both, and it is still to come.
func TestInstantAfterATimeOfDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}).Draw(t, "zone"))
		plus := time.Duration(rapid.IntRange(0, 12*60).Draw(t, "plus")) * time.Minute
		clock := wall{rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")}.String()
		at := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 15*24*60).Draw(t, "at")) * time.Minute)
		next := nextClock(clock, plus, at, loc)
		if !next.After(at) || next.Sub(at) > 25*time.Hour+time.Minute {
			t.Fatalf("%s + %s after %s is %s", clock, plus, at, next)
		}
		if again := nextClock(clock, plus, next.Add(-time.Second), loc); !again.Equal(next) {
			t.Fatalf("a moment before %s it is %s", next, again)
		}
		if gap := next.Add(-plus).In(loc).Format("15:04"); gap != clock && loc == time.UTC {
			t.Fatalf("%s after %s", plus, gap)
		}
	})
}

// The function of a computed fact gets what it says that it reads, and nothing else.
func TestDerivedReads(t *testing.T) {
	lib := mustShipped(t)
	w := newSim(t)
	w.pair()
	s, p := w.person("a")
	facts := map[string]bool{}
	for name := range lib.Person {
		facts["person."+name] = true
	}
	for name := range lib.Couple {
		facts["couple."+name] = true
	}
	for name, fn := range derived {
		asked := map[string]bool{}
		d := deriving{at: w.now, today: "2026-03-02", get: func(name string) Value { asked[name] = true; return Value{} }}
		fn.compute(&d)
		for read := range asked {
			if !slices.Contains(fn.reads, read) {
				t.Errorf("%s asks for %s, and does not say so", name, read)
			}
		}
		for _, read := range fn.reads {
			if strings.Contains(read, ".") && !facts[read] {
				t.Errorf("%s reads %s, which is no fact", name, read)
			}
		}
	}
	saved := derived["local_time"]
	defer func() { derived["local_time"] = saved }()
	derived["local_time"] = derivation{reads: []string{"person.zone"}, gives: Time, compute: func(d *deriving) Value {
		return Value{T: Text, S: d.get("person.zone").S + d.get("person.name").S + d.operator + itoa(d.accounts) + itoa(len(d.draws))}
	}}
	if v, _ := lib.derive(s, p, lib.Person["local_time"], w.now); v.S != "UTC00" && v.S != "Europe/Berlin00" {
		t.Errorf("it got %q", v.S)
	}
}
