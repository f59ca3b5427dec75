package flows

import (
	"strings"
	"testing"
	"time"
)

const dueLine = "Something you noted is due."

// due plays until somebody gets the line of a reminder, at most so long, and gives when.
func (w *sim) due(user string, within time.Duration) (at time.Time, ok bool) {
	w.t.Helper()
	mark := len(w.sent)
	w.pass(within)
	for _, s := range w.sent[mark:] {
		if s.To == user && strings.Contains(s.Msg.Text(), dueLine) {
			if ok {
				w.t.Fatalf("%s is reminded twice, at %v and %v", user, at, s.At)
			}
			at, ok = s.At, true
		}
	}
	return at, ok
}

func berlin(t testing.TB) *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestReminderComesOnce(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "19:10")
	_, p := w.person("a")
	want, _ := nextMoment(daily(19, 10), w.now, w.lib.location(p))
	at, ok := w.due("a", 72*time.Hour)
	if !ok || !at.Equal(want.At) {
		t.Fatalf("reminded %v at %v, not at %v", ok, at, want.At)
	}
	if _, ok := w.due("b", 0); ok {
		t.Fatal("b was reminded")
	}
}

// The record is at hand, the budget does not count, and what was updated moves.
func TestReminderBringsItsRecord(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "tea", "")
	w.pledge("a", "plants", "19:10")
	_, p := w.person("a")
	p.Budget = Budget{Date: w.lib.localDate(p, w.now), Unasked: 9}
	s, _ := w.person("a")
	w.units[s.Unit] = *s
	w.until("19:10")
	w.pass(time.Minute)
	w.press("a", "Open")
	w.mustSay("a", "You wanted to: plants.")

	w.say("a", "/which")
	w.say("a", "1")
	w.press("a", "Later")
	w.say("a", "the plants")
	w.pass(23 * time.Hour)
	w.until("19:09")
	if _, ok := w.due("a", 2*time.Minute); !ok {
		t.Fatal("what was moved does not come again")
	}
	w.press("a", "Open")
	w.mustSay("a", "Once more: the plants.")
}

func TestReminderKeepsQuiet(t *testing.T) {
	w := withRecords(t, nil)
	loc := berlin(t)
	w.set("a", map[string]Value{"zone": {T: Zone, S: "Europe/Berlin"}, "quiet_from": {T: Time, S: "22:00"}, "quiet_to": {T: Time, S: "07:30"}})
	w.pledge("a", "early", "03:00")
	at, ok := w.due("a", 48*time.Hour)
	if local := at.In(loc); !ok || local.Hour() != 7 || local.Minute() != 30 {
		t.Fatalf("in quiet hours: %v at %v", ok, local)
	}
	w.pledge("a", "silence", "12:00")
	w.say("a", "/stop")
	if _, ok := w.due("a", 48*time.Hour); ok {
		t.Fatal("after /stop somebody was reminded")
	}
}

func TestReminderOverClockChanges(t *testing.T) {
	loc := berlin(t)
	for _, night := range []time.Time{time.Date(2026, 3, 28, 15, 0, 0, 0, loc), time.Date(2026, 10, 24, 15, 0, 0, 0, loc)} {
		w := withRecords(t, nil)
		w.now = night.UTC()
		w.set("a", map[string]Value{"zone": {T: Zone, S: "Europe/Berlin"}, "quiet_from": {T: Time, S: "00:00"}, "quiet_to": {T: Time, S: "00:00"}})
		w.say("a", "/leave")
		w.pledge("a", "night", "02:30")
		at, ok := w.due("a", 48*time.Hour)
		local := at.In(loc)
		want := time.Date(night.Year(), night.Month(), night.Day()+1, 3, 0, 0, 0, loc) // the gap ends at three
		if night.Month() == time.October {
			want = night.Add(11*time.Hour + 30*time.Minute) // the first of two
		}
		if !ok || !at.Equal(want) {
			t.Errorf("%v: %v at %v, not at %v", night, ok, local, want)
		}
	}
}

// Who moves to another zone is reminded by the clock there, and not of the same thing once more.
func TestReminderFollowsItsPerson(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "19:10")
	w.set("a", map[string]Value{"zone": {T: Zone, S: "America/New_York"}})
	w.say("a", "/help")
	ny, _ := time.LoadLocation("America/New_York")
	at, ok := w.due("a", 36*time.Hour)
	if local := at.In(ny); !ok || local.Hour() != 19 || local.Minute() != 10 {
		t.Fatalf("%v at %v", ok, local)
	}
	w.set("a", map[string]Value{"zone": {T: Zone, S: "Pacific/Honolulu"}})
	w.say("a", "/help")
	if at, ok := w.due("a", 48*time.Hour); ok {
		t.Fatalf("once more at %v", at)
	}
}

func TestReminderWaitsForTheFloor(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "19:10")
	w.until("19:09")
	w.say("a", "/pledge") // a question stands
	if _, ok := w.due("a", 10*time.Minute); ok {
		t.Fatal("it came into a conversation")
	}
	mark := len(w.sent)
	w.say("a", "/leave")
	w.mustGet("a", mark, dueLine)
	w.press("a", "Open")
	w.mustSay("a", "You wanted to: plants.")
}

func TestReminderOnlyWhile(t *testing.T) {
	w := withRecords(t, nil)
	w.pledge("a", "plants", "19:10")
	w.say("a", "/which")
	w.say("a", "1")
	w.press("a", "It is done")
	_, p := w.person("a")
	for _, timer := range p.Timers {
		if timer.What == "record" {
			t.Fatalf("%+v", timer)
		}
	}
	if _, ok := w.due("a", 48*time.Hour); ok {
		t.Fatal("reminded of what is done")
	}
}

func TestYearlyReminder(t *testing.T) {
	rec := &Record{ID: "x", Kind: "day", Changed: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Versions: []Version{{Fields: map[string]Value{"on": {T: Date, S: "2020-02-29"}, "at": {T: Time, S: "09:00"}}}}}
	m := &RecordRemind{On: "on", At: "at", Before: 10 * day, Yearly: true}
	p := &Person{ID: "p", Nudged: map[string]string{}}
	r := &run{lib: mustShipped(t)}
	for now, want := range map[string]string{
		"2026-01-01T00:00:00Z": "2026-02-18T09:00:00Z", // ten days before the 28th
		"2026-02-18T09:00:00Z": "2027-02-18T09:00:00Z",
		"2027-12-31T00:00:00Z": "2028-02-19T09:00:00Z",
	} {
		r.ev.At, _ = time.Parse(time.RFC3339, now)
		if got, ok := r.remindMoment(p, m, rec); !ok || got.At.Format(time.RFC3339) != want {
			t.Errorf("%s: %v %v, not %s", now, ok, got, want)
		}
	}
	p.Nudged["records/day/x"] = rec.change() + " 2026-02-28" // it came, and a clock was set back
	r.ev.At = time.Date(2026, 2, 18, 8, 0, 0, 0, time.UTC)
	if got, _ := r.remindMoment(p, m, rec); got.At.Year() != 2027 {
		t.Errorf("it comes twice: %v", got)
	}
	m.Yearly = false
	r.ev.At = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	if got, ok := r.remindMoment(p, m, rec); ok {
		t.Errorf("a day of the past comes: %v", got)
	}
}
