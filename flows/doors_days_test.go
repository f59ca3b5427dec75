package flows

import (
	"strings"
	"testing"
	"time"
)

// fourKnocks are flows that would come four times a day.
func fourKnocks(t *testing.T) *sim {
	files := map[string]string{}
	for _, hour := range []string{"10", "12", "14", "16"} {
		files["at"+hour+".yaml"] = strings.NewReplacer("two_words", "at_"+hour, "{ command: two }", `{ schedule: "0 `+hour+` * * *" }`+"\nknock: \"Knock at "+hour+".\"").Replace(twoWords)
	}
	return coupleWith(t, files)
}

// One unasked message a day on tender days and in light weeks, and the other's days are their own.
func TestOneUnaskedMessageOnLightDays(t *testing.T) {
	for name, c := range map[string]struct {
		morning time.Time
		tender  bool
		a, b    int
	}{
		"any day":            {morning: time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC), a: 2, b: 2},
		"a's tender day":     {morning: time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC), tender: true, a: 1, b: 2},
		"before light week":  {morning: time.Date(2026, 3, 15, 6, 0, 0, 0, time.UTC), a: 2, b: 2},
		"light week":         {morning: time.Date(2026, 3, 16, 6, 0, 0, 0, time.UTC), a: 1, b: 1},
		"end of light week":  {morning: time.Date(2026, 3, 22, 6, 0, 0, 0, time.UTC), a: 1, b: 1},
		"tender, light week": {morning: time.Date(2026, 3, 18, 6, 0, 0, 0, time.UTC), tender: true, a: 1, b: 1},
	} {
		w := fourKnocks(t)
		w.now = c.morning
		if c.tender {
			w.say("a", "/tender")
			w.press("a", "One day")
		} else {
			w.say("a", "/help")
		}
		w.say("b", "/help")
		mark := len(w.sent)
		w.until("21:00")
		for user, want := range map[string]int{"a": c.a, "b": c.b} {
			n := 0
			for _, s := range w.sent[mark:] {
				if s.To == user && s.Ev == Fired && s.Msg.Op == Show {
					n++
				}
			}
			if n != want {
				t.Errorf("%s: %s got %d, not %d: %q", name, user, n, want, w.got(user, mark))
			}
		}
	}
}

// A fact that was set for a while ends by itself, between a question and its answer too.
func TestTenderEndsByItself(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.say("a", "/tender")
	w.press("a", "One day")
	set := w.now
	w.pass(24*time.Hour - time.Second)
	w.say("a", "/idea")
	if !strings.Contains(w.last("a"), "Ideas rest on tender days") {
		t.Fatalf("a second before its end: %q", w.last("a"))
	}
	w.pass(time.Second)
	w.say("a", "/idea")
	if !strings.Contains(w.last("a"), "How much energy") {
		t.Fatalf("at its end: %q", w.last("a"))
	}
	_, p := w.person("a")
	if _, ok := p.Facts["tender"]; ok || len(p.Ends) != 0 {
		t.Fatalf("of a day set at %s stays %v until %v", set, p.Facts["tender"], p.Ends)
	}
}

// Setting it anew takes the old end away, and ending it by hand leaves no end behind.
func TestTenderSetAnew(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	tender := func(how string) { w.say("a", "/tender"); w.press("a", how) }
	is := func(want string) {
		t.Helper()
		w.say("a", "/help")
		if _, p := w.person("a"); w.lib.fact(p, "tender").S != want {
			t.Fatalf("tender is %q", w.lib.fact(p, "tender").S)
		}
	}
	tender("One day")
	w.pass(12 * time.Hour)
	tender("Three days")
	w.pass(60 * time.Hour)
	is("yes")
	w.pass(12 * time.Hour)
	is("no")
	tender("Two days")
	tender("It is over")
	is("no")
	w.pass(72 * time.Hour)
	is("no")
}
