package flows

import (
	"strings"
	"testing"
	"time"
)

const typed3 = `
flow: counts
version: 1
title: Counts
start: { command: counts }
expires: { after: 20d }
answers:
  n: { type: number, from: -5, to: 500 }
  day: { type: date }
  c: { type: choice, options: { 24h: "A day", 48h: "Two days" } }
steps:
  n: { ask: n, text: "How many?", buttons: { 0: None, 20: Twenty }, also: { 20: [score] }, skip: z, timeout: { after: 1h, go: z }, go: day }
  day: { ask: day, text: "When?", skip: z, timeout: { after: 1h, go: z }, go: c }
  c: { ask: c, text: "How long?", skip: z, timeout: { after: 1h, go: z }, go: set }
  set: { set: { person.window: me.c }, go: shown }
  shown: { say: "{me.n}, {me.day}, {person.window}, {couple.answer_window}", go: nap }
  nap: { sleep: person.window, go: ask }
  ask: { ask: n, text: "Again?", skip: z, remind: { after: 1h, text: "Open." }, timeout: { after: couple.answer_window, go: z }, go: z }
  z: { end: done }
`

// withTypes is the library with a few facts more.
func withTypes(t *testing.T, files map[string]string) *Library {
	t.Helper()
	for name, more := range map[string]string{
		"person.yaml": "  window: { type: duration, from: 24h, to: 72h, default: 3d }\n  my_day: { type: choice, options: { sun: Sunday, wed: Wednesday } }\n",
		"couple.yaml": "  answer_window: { type: duration, from: 24h, to: 72h, default: 30h }\n",
	} {
		data, err := readShipped(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data + more
	}
	return withFlows(t, files)
}

func readShipped(name string) (string, error) {
	f, err := Shipped().Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := f.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String(), nil
		}
	}
}

func TestNumbersDatesAndDurations(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withTypes(t, map[string]string{"counts.yaml": typed3})
	w.at(Platform{Forms: true})
	w.say("a", "/counts")
	if m := w.stands("a"); labels(m) != "None, Twenty, Skip" || m.Form == nil {
		t.Fatalf("asked with %s, form %v", labels(m), m.Form)
	}
	for _, text := range []string{"501", "-6", "many", "4.5", "1e3"} {
		if w.say("a", text); w.last("a") != "A whole number from -5 to 500 fits here. Or /skip." {
			t.Errorf("%q: %q", text, w.last("a"))
		}
	}
	for text, want := range map[string]int{"-5": -5, " +12 ": 12, "−3": -3, "score": 20, "None": 0, "007": 7} {
		f := w.fork()
		f.say("a", text)
		if got := f.answers("a")["n"]; got.T != Number || got.N != want {
			t.Errorf("%q is %+v, not %d", text, got, want)
		}
	}
	w.press("a", "Twenty")
	w.say("a", "12/24")
	if !strings.HasPrefix(w.last("a"), "I did not recognise that as a date.") {
		t.Errorf("12/24: %q", w.last("a"))
	}
	w.say("a", "24. Dezember")
	if got := w.answers("a"); got["n"].N != 20 || got["day"].S != "2026-12-24" {
		t.Fatalf("answered %+v", got)
	}
	w.press("a", "A day")
	if got := w.last("a"); got != "20, 24 December 2026, 1 day, 30 hours" {
		t.Errorf("shown %q", got)
	}
	_, p := w.person("a")
	if p.Facts["window"].T != Span || p.Facts["window"].S != "24h" || !p.Timers[len(p.Timers)-1].Due.Equal(w.now.Add(24*time.Hour)) {
		t.Errorf("window %+v, timers %+v", p.Facts["window"], p.Timers)
	}
	w.pass(24*time.Hour + time.Minute)
	w.say("a", "I am back")
	_, p = w.person("a")
	due := map[string]time.Duration{}
	for _, timer := range p.Timers {
		due[timer.What] = timer.Due.Sub(w.now)
	}
	if got := due["timeout"].Round(time.Hour); got != 30*time.Hour {
		t.Errorf("the question is over after %s", got)
	}
}

// A fact that holds what its declaration allows no more, since a reload, stays inside it: the checker counted with the bounds.
func TestSpanStaysInBounds(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.lib = withTypes(t, map[string]string{})
	s, p := w.person("a")
	r := &run{lib: w.lib, self: s}
	for have, want := range map[string]time.Duration{"1h": 24 * time.Hour, "9d": 72 * time.Hour, "60h": 60 * time.Hour, "": 72 * time.Hour, "soon": 72 * time.Hour} {
		p.Facts["window"] = Value{T: Span, S: have}
		if got := r.spanOf(p, "person.window", 72*time.Hour); got != want {
			t.Errorf("%q is %s, not %s", have, got, want)
		}
	}
}

func TestReadDate(t *testing.T) {
	months := mustShipped(t).Months
	today := time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-12-24": "2026-12-24", "1999-1-2": "1999-01-02", "24.12.2026": "2026-12-24", "24. 12. 2026": "2026-12-24",
		"24.12.": "2026-12-24", "24.12": "2026-12-24", "2.3.": "2026-03-02", "1.3.": "2027-03-01", "29.2.": "2028-02-29",
		"24 Dec": "2026-12-24", "24 DEC 2027": "2027-12-24", "24th of December, 2027": "2027-12-24", "24. Dezember": "2026-12-24", "24dec": "2026-12-24",
		"Dec 24": "2026-12-24", "december 24th, 2030": "2030-12-24", "Dec. 24": "2026-12-24", "5. März": "2026-03-05", "1 märz": "2027-03-01", "3 may": "2026-05-03",
		"12/24": "", "12/24/2026": "", "24-12-2026": "", "24.12.26": "", "24.122026": "", "30.2.": "", "31 June 2026": "", "0.1.": "", "1.13.": "", "24 Decc": "",
		"December": "", "24": "", "2026": "", "2026-13-01": "", "1899-01-01": "", "2200-01-01": "", "tomorrow": "", "": "", "24 Dec 20266": "",
	} {
		got, ok := readDate(text, months, today)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q %v, want %q", text, got, ok, want)
		}
	}
}

// FuzzReadDate: what is read is a date that a calendar has, in the form that is kept, which is read as itself; without a year
// it is not over, and what is shown is read as the same day.
func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"2026-12-24", "24.12.", "24.12.2026", "24 Dec", "Dec 24, 2026", "29.2.", "31. März", "12/24", "\xff", "٢٤ Dec", "1st of May", "24 Dec 2026"} {
		f.Add(s, int64(0))
	}
	lib := mustShipped(f)
	f.Fuzz(func(t *testing.T, text string, day int64) {
		today := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, int(day%40000))
		s, ok := readDate(text, lib.Months, today)
		if !ok {
			return
		}
		if today.Year() < firstYear || today.Year() > lastYear-8 {
			return
		}
		if !validDate(s) {
			t.Fatalf("%q is read as %q", text, s)
		}
		for _, again := range []string{s, lib.shownDate(s)} {
			if got, ok := readDate(again, lib.Months, today); !ok || got != s {
				t.Errorf("%q is read as %q, and %q as %q", text, s, again, got)
			}
		}
		if len(text) > 0 && !holdsYear(text) && s < today.Format(time.DateOnly) {
			t.Errorf("%q is read as %q, which is over on %s", text, s, today.Format(time.DateOnly))
		}
	})
}

func holdsYear(text string) bool {
	run := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			if run++; run == 4 {
				return true
			}
		} else {
			run = 0
		}
	}
	return false
}
