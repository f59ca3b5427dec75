package flows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// lifeStep is something that somebody does, or time that passes.
type lifeStep struct {
	who    string // a, b, or "" for the clock
	choice int    // which act
	pass   time.Duration
}

// acts is all that somebody may do: what is on their screen, words, commands, silence.
func acts(w *sim, who string) []string {
	out := []string{"", "away", "say one", "say a much longer line of words than the other", "/skip", "/back", "/leave", "/help", "/checkin", "/cards", "/stop", "/start", "/partner", "gone", "back",
		"/idea", "/landed", "/ideas_use", "/ideas_mine", "/together", "/hour", "/takeback", "/tender", "/arrivals"}
	_, p := w.person(who)
	if p == nil {
		return out
	}
	for _, b := range p.Buttons {
		if b.Value == writeValue {
			out = append(out, "fill a line")
			continue
		}
		out = append(out, "["+b.Label+"]")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func act(w *sim, who, what string) {
	switch {
	case what == "":
	case what == "gone":
		w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: who}})
	case what == "back":
		w.event(Event{Kind: Back, From: Address{Platform: "sim", User: who}})
	case what == "away":
		w.event(Event{Kind: Away, From: Address{Platform: "sim", User: who}, Since: w.now})
	case strings.HasPrefix(what, "fill "):
		w.fill(who, what[5:])
	case strings.HasPrefix(what, "["):
		w.press(who, what[1:len(what)-1])
	default:
		w.say(who, strings.TrimPrefix(what, "say "))
	}
}

func drawSteps(t *rapid.T) []lifeStep {
	steps := make([]lifeStep, rapid.IntRange(10, 60).Draw(t, "steps"))
	for i := range steps {
		s := &steps[i]
		switch rapid.IntRange(0, 6).Draw(t, "who") {
		case 0, 1, 2:
			s.who, s.choice = "a", rapid.IntRange(0, 60).Draw(t, "act")
		case 3:
			s.who, s.choice = "b", rapid.IntRange(0, 60).Draw(t, "act")
		case 4:
			s.pass = time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute
		default:
			s.pass = time.Duration(rapid.IntRange(1, 20*60).Draw(t, "minutes")) * time.Minute
		}
	}
	return steps
}

// Whatever happens: at most two unasked messages a day and two knocks for cards, nothing unasked in quiet hours or after
// /stop, at most one question open, no conversation without a way out, no timer without its track.
func TestRandomLivesKeepTheRules(t *testing.T) {
	couple := newSim(t)
	couple.pair()
	bases := []*sim{couple, offerAndClaim(t), aloneAndClaim(t)}
	for _, w := range bases[:3] {
		for _, where := range []Platform{{Forms: true}, {Forms: true, NoText: true}} {
			w = w.fork()
			w.at(where)
			bases = append(bases, w)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.SampledFrom(bases).Draw(rt, "begin").fork()
		for _, s := range drawSteps(rt) {
			switch s.who {
			case "":
				mark := len(w.sent)
				w.pass(s.pass)
				for _, m := range w.sent[mark:] {
					unaskedRules(rt, w, m)
				}
			default:
				options := acts(w, s.who)
				mark := len(w.sent)
				act(w, s.who, options[s.choice%len(options)])
				for _, m := range w.sent[mark:] {
					unaskedRules(rt, w, m)
				}
			}
			for _, who := range []string{"a", "b"} {
				personRules(rt, w, who)
			}
		}
		daily := map[string]int{}
		for _, s := range w.sent {
			if (s.Ev == Fired || s.Ev == Away) && s.Msg.Op == Show && !strings.Contains(s.Msg.Text(), "This code is over") { // they wait for that
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
	if m.Msg.Op != Show || m.Ev != Fired && m.Ev != Away {
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
		if track.Prompt == "" && !track.Asked.IsZero() {
			t.Fatalf("%s: a question that does not stand was asked at %s", who, track.Asked)
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
	most := maxDepth
	if t := (&run{lib: w.lib}).pairing(p); t != nil && (t.Phase == Asking || t.Phase == Quiet) {
		most++ // what a code comes to, its person waits for, whatever else is open
	}
	if p.depth() > most {
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
