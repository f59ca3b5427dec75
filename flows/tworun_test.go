package flows

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Two lives that differ in nothing but what a keeps secret give b the same: every message, byte, button, id and time.
//
// Secret is everything a does but tapping Share: what is answered, skipped, ignored, left, kept, stopped; reading or
// refusing what b shared; being out of reach. In both lives the other acts, b's and the clock's, are the same. a's open
// acts happen in a common beginning.

type lifeStep struct {
	who    string // a, b, or "" for the clock
	choice [2]int // which act; a's differ between the runs
	pass   time.Duration
}

// secretActs is what a may do unseen: everything that is on the screen but Share, words, commands, silence.
func acts(w *sim, who string, open bool) []string {
	out := []string{"", "say one", "say a much longer line of words than the other", "/skip", "/back", "/leave", "/help", "/checkin", "/cards", "/stop", "/start", "/partner", "gone",
		"/idea", "/landed", "/ideas_use", "/together", "/hour", "/takeback", "/tender", "/arrivals"}
	_, p := w.person(who)
	if p == nil {
		return out
	}
	for _, b := range p.Buttons {
		if open || !openLabels[b.Label] {
			out = append(out, "["+b.Label+"]")
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// openLabels are the taps that let something of their person reach the other: news, and previewed as such.
var openLabels = map[string]bool{"Share": true, "Share it anyway": true, "Undo": true, "Let ideas use this": true, "Close it again": true,
	"Take it back": true, "Leave and say so": true, "Yes, an hour": true}

func act(w *sim, who, what string) {
	switch {
	case what == "":
	case what == "gone":
		w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: who}})
	case strings.HasPrefix(what, "["):
		w.press(who, what[1:len(what)-1])
	default:
		w.say(who, strings.TrimPrefix(what, "say "))
	}
}

func drawLife(t *rapid.T) []lifeStep {
	steps := make([]lifeStep, rapid.IntRange(10, 60).Draw(t, "steps"))
	for i := range steps {
		s := &steps[i]
		switch rapid.IntRange(0, 6).Draw(t, "who") {
		case 0, 1, 2:
			s.who = "a"
			s.choice = [2]int{rapid.IntRange(0, 60).Draw(t, "secret 1"), rapid.IntRange(0, 60).Draw(t, "secret 2")}
		case 3:
			s.who = "b"
			n := rapid.IntRange(0, 60).Draw(t, "act")
			s.choice = [2]int{n, n}
		case 4:
			s.pass = time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute
		default:
			s.pass = time.Duration(rapid.IntRange(1, 20*60).Draw(t, "minutes")) * time.Minute
		}
	}
	return steps
}

// live plays a life and returns what b got, to the byte.
func live(w *sim, run int, steps []lifeStep, begin int) string {
	begins[begin](w)
	mark := len(w.sent)
	for _, s := range steps {
		switch s.who {
		case "":
			w.pass(s.pass)
		case "a":
			options := acts(w, "a", false)
			act(w, "a", options[s.choice[run]%len(options)])
		case "b":
			options := acts(w, "b", true)
			act(w, "b", options[s.choice[run]%len(options)])
		}
	}
	var view strings.Builder
	for _, s := range w.sent[mark:] {
		if s.To == "b" {
			b, err := json.Marshal(s.Msg)
			if err != nil {
				w.t.Fatal(err)
			}
			fmt.Fprintf(&view, "%s %s\n", s.At.Format(time.RFC3339), b)
		}
	}
	return view.String()
}

// begins are what both lives have in common. What a did there is open; what became of it is not.
var begins = []func(w *sim){
	func(*sim) {},
	toPreview,
	func(w *sim) { toPreview(w); w.press("a", "Share") },
	func(w *sim) { // a double reveal that both chose, and the one who opens it first knows nothing of the other
		for _, user := range []string{"a", "b"} {
			w.say(user, "/together")
			w.say(user, "words of "+user)
			w.press(user, "Share")
		}
	},
	func(w *sim) { // something that the other's ideas go by
		w.say("a", "/ideas_use")
		w.press("a", "A hug")
		w.press("a", "Let ideas use this")
		w.press("a", "Being seen")
		w.press("a", "Done")
		w.press("a", "Let ideas use this")
		w.say("a", "/leave")
	},
}

func TestTwoRuns(t *testing.T) {
	base := newSim(t)
	base.pair()
	got := 0
	rapid.Check(t, func(rt *rapid.T) {
		steps := drawLife(rt)
		begin := rapid.IntRange(0, len(begins)-1).Draw(rt, "begin")
		var views [2]string
		for run := range views {
			views[run] = live(base.fork(), run, steps, begin)
		}
		if views[0] != views[1] {
			rt.Fatalf("b can tell the lives apart:\n%s\n---\n%s", views[0], views[1])
		}
		got += len(views[0])
	})
	if got == 0 {
		t.Fatal("b never got anything: the lives are too dull to show a leak")
	}
}

// Whatever happens: at most two unasked messages a day and two knocks for cards, nothing unasked in quiet hours or after
// /stop, at most one question open, no conversation without a way out, no timer without its track.
func TestRandomLivesKeepTheRules(t *testing.T) {
	couple := newSim(t)
	couple.pair()
	bases := []*sim{couple, offerAndClaim(t), aloneAndClaim(t)}
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.SampledFrom(bases).Draw(rt, "begin").fork()
		for _, s := range drawLife(rt) {
			switch s.who {
			case "":
				mark := len(w.sent)
				w.pass(s.pass)
				for _, m := range w.sent[mark:] {
					unaskedRules(rt, w, m)
				}
			default:
				options := acts(w, s.who, true)
				act(w, s.who, options[s.choice[0]%len(options)])
			}
			for _, who := range []string{"a", "b"} {
				personRules(rt, w, who)
			}
		}
		daily := map[string]int{}
		for _, s := range w.sent {
			if s.Ev == Fired && s.Msg.Op == Show && !strings.Contains(s.Msg.Text(), "This code is over") { // they wait for that
				_, p := w.person(s.To)
				daily[s.To+w.lib.localDate(p, s.At)]++
			}
		}
		for day, n := range daily {
			if n > maxUnasked+maxKnocks {
				rt.Fatalf("%s: %d messages by the clock", day, n)
			}
		}
	})
}

func unaskedRules(t interface{ Fatalf(string, ...any) }, w *sim, m sent) {
	if m.Msg.Op != Show || m.Ev != Fired {
		return
	}
	_, p := w.person(m.To)
	switch {
	case p == nil: // whose welcome ran out
	case p.Stopped:
		t.Fatalf("after /stop came %q", m.Msg.Text())
	case w.lib.quietAt(p, m.At):
		t.Fatalf("in quiet hours came %q", m.Msg.Text())
	}
}

func personRules(t interface{ Fatalf(string, ...any) }, w *sim, who string) {
	_, p := w.person(who)
	if p == nil {
		t.Fatalf("%s is gone from the store", who)
	}
	asking := 0
	for i := range p.Tracks {
		track := &p.Tracks[i]
		if track.Phase == Asking && !track.Parked {
			asking++
		}
		timers := 0
		for _, timer := range p.Timers {
			if timer.Track == track.ID {
				timers++
			}
		}
		if timers == 0 {
			t.Fatalf("%s: %+v has no timer: it could stand for ever", who, track)
		}
	}
	if asking > 1 {
		t.Fatalf("%s has %d questions open", who, asking)
	}
	if p.depth() > maxDepth {
		var at []string
		for i := range p.Tracks {
			at = append(at, fmt.Sprint(p.Tracks[i].Frames[0].Flow, " ", p.Tracks[i].top().Step, " ", p.Tracks[i].Phase))
		}
		t.Fatalf("%s is in %d conversations: %q", who, p.depth(), at)
	}
	for _, timer := range p.Timers {
		if timer.Track != 0 && p.track(timer.Track) == nil {
			t.Fatalf("%s: timer %s outlived its track", who, timer.Name)
		}
		if !strings.HasPrefix(timer.Name, string(p.ID)+"/") {
			t.Fatalf("%s has somebody else's timer %s", who, timer.Name)
		}
	}
	for _, b := range p.Buttons {
		if b.Track != 0 && p.track(b.Track) == nil {
			t.Fatalf("%s: a button outlived its track", who)
		}
	}
}
