package flows

import (
	"strings"
	"testing"
	"time"
)

func TestStaleTimerDoesNothing(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/checkin")
	_, p := w.person("a")
	var timeout Timer
	for _, timer := range p.Timers {
		if timer.What == "timeout" {
			timeout = timer
		}
	}
	if timeout.Name == "" {
		t.Fatal("the open question has no timeout")
	}
	w.press("a", "Steady") // the track moves on
	before := w.last("a")
	s, p := w.person("a")
	p.Timers = append(p.Timers, timeout) // a store that had kept the old row
	w.units[s.Unit] = *s
	w.now = timeout.Due
	mark := len(w.sent)
	w.event(Event{Kind: Fired, Unit: s.Unit, Timer: timeout.Name, Due: timeout.Due})
	if _, p = w.person("a"); len(p.Tracks) != 1 || p.Tracks[0].Phase != Asking || len(w.sent) != mark {
		t.Fatalf("a timer of the past moved the track: %+v, after %q", p.Tracks, before)
	}
}

// Who lets the bot write again hears nothing of that, gets what comes by the clock again, and the other notices neither.
func TestBackIsNudgedAgain(t *testing.T) {
	w := newSim(t)
	w.pair()
	addr := Address{Platform: "sim", User: "b"}
	w.event(Event{Kind: Gone, From: addr})
	w.pass(24 * time.Hour)
	mark := len(w.sent)
	w.event(Event{Kind: Back, From: Address{Platform: "sim", User: "stranger"}})
	w.event(Event{Kind: Back, From: addr})
	w.event(Event{Kind: Back, From: addr})
	if len(w.sent) != mark {
		t.Fatalf("it said %q and %q", w.got("a", mark), w.got("b", mark))
	}
	if _, p := w.person("b"); p.Gone {
		t.Fatal("they are still out of reach")
	}
	w.pass(24 * time.Hour)
	if w.got("b", mark) == "" {
		t.Fatal("the check-ins did not come back")
	}
}

func TestGoneIsNotNudged(t *testing.T) {
	w := newSim(t)
	w.pair()
	addr := Address{Platform: "sim", User: "b"}
	w.event(Event{Kind: Gone, From: addr})
	mark := len(w.sent)
	w.pass(72 * time.Hour)
	if got := w.got("b", mark); got != "" {
		t.Fatalf("somebody out of reach got %q", got)
	}
	if w.got("a", mark) == "" {
		t.Fatal("the other was not nudged either")
	}
	w.say("b", "hello") // back
	mark = len(w.sent)
	w.pass(24 * time.Hour)
	if w.got("b", mark) == "" {
		t.Fatal("their next input did not bring the check-ins back")
	}
}

func TestStopIsSilence(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.say("b", "/stop")
	mark := len(w.sent)
	w.pass(72 * time.Hour)
	if got := w.got("b", mark); got != "" {
		t.Fatalf("after /stop came %q", got)
	}
	for _, word := range []string{"/help", "/privacy"} {
		if w.say("b", word) == nil {
			t.Fatalf("%s does not work after /stop", word)
		}
	}
	w.say("b", "/start")
	mark = len(w.sent)
	w.pass(24 * time.Hour)
	if !strings.Contains(w.got("b", mark), "check-in") {
		t.Fatal("/start did not bring the check-ins back")
	}
}

// Whoever does not finish the welcome is not kept.
func TestNothingIsKeptBeforeConsent(t *testing.T) {
	ways := map[string]func(w *sim){
		"never started": func(w *sim) { w.say("a", "hello") },
		"asked for help only": func(w *sim) {
			w.say("a", "/help")
			w.say("a", "/privacy")
			w.say("a", "/checkin")
		},
		"declined": func(w *sim) {
			w.say("a", "/start")
			w.press("a", "Not now")
		},
		"too young": func(w *sim) {
			w.say("a", "/start")
			w.press("a", "Go on")
			w.press("a", "I agree")
			w.press("a", "I am younger")
		},
		"left quietly": func(w *sim) {
			w.say("a", "/start")
			w.press("a", "Go on")
			w.press("a", "I agree")
			w.press("a", "I am 18 or over")
			w.press("a", "Leave quietly")
		},
		"stopped": func(w *sim) {
			w.say("a", "/start")
			w.press("a", "Go on")
			w.say("a", "/stop")
		},
		"left": func(w *sim) {
			w.say("a", "/start")
			w.press("a", "Go on")
			w.say("a", "/leave")
		},
		"went away": func(w *sim) {
			w.say("a", "/start")
			w.press("a", "Go on")
			w.pass(48 * time.Hour)
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			w := newSim(t)
			way(w)
			if len(w.units) != 0 {
				t.Fatalf("kept: %s", encode(Output{States: []State{w.units[first(w.units)]}}))
			}
			if w.last("a") == "" {
				t.Fatal("no answer")
			}
		})
	}
}

func first(units map[UnitID]State) UnitID {
	for id := range units {
		return id
	}
	return ""
}

func TestGlobalWordsWorkEverywhere(t *testing.T) {
	places := map[string]func(w *sim){
		"before the start":  func(w *sim) {},
		"in the welcome":    func(w *sim) { w.say("a", "/start") },
		"with nothing open": func(w *sim) { w.welcome("a", "Ana", "20:00", "I was hurt"); w.press("a", "On my own") },
		"at a question":     func(w *sim) { w.pair(); w.say("a", "/checkin") },
		"at a preview": func(w *sim) {
			w.pair()
			toPreview(w)
		},
		"with a code out": func(w *sim) {
			w.welcome("a", "Ana", "20:00", "I was hurt")
			w.press("a", "Make a code")
		},
		"with a code to enter": func(w *sim) {
			w.welcome("a", "Ana", "20:00", "I was hurt")
			w.press("a", "I have a code")
		},
		"at a knock":   func(w *sim) { w.pair(); w.pass(3 * time.Hour) },
		"after a stop": func(w *sim) { w.pair(); w.say("a", "/stop") },
	}
	for name, place := range places {
		for _, word := range []string{"/help", "/skip", "/back", "/leave", "/stop", "/privacy", "/start", "/HELP@rewoo_bot", "/nonsense", "", "\u200b\u202e", "hello"} {
			t.Run(name+" "+word, func(t *testing.T) {
				w := newSim(t)
				place(w)
				own := w.say("a", word)
				shown := 0
				for _, m := range own {
					if m.Op == Show && m.Text() != "" {
						shown++
					}
				}
				if shown == 0 {
					t.Fatalf("%q has no answer", word)
				}
				want := map[string]string{"/help": "help", "/privacy": "privacy", "/stop": "stopped", "": "nothing_readable", "\u200b\u202e": "nothing_readable"}[word]
				if want != "" && w.last("a") != w.lib.Words[want] {
					t.Fatalf("%q is answered with %q", word, w.last("a"))
				}
			})
		}
	}
}

// toPreview brings a to the first share preview of a check-in, through questions that can be shared.
func toPreview(w *sim) {
	w.t.Helper()
	w.say("a", "/checkin")
	w.press("a", "Steady")
	w.press("a", "Skip")
	w.say("a", "Tea in the garden")
	if w.button("a", "Share") == "" {
		w.t.Fatalf("no preview: %s", w.last("a"))
	}
}

func TestACommandParksAndBringsBack(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/checkin")
	asked := w.last("a")
	w.say("a", "/partner")
	if w.last("a") == asked {
		t.Fatal("/partner asked nothing")
	}
	w.press("a", "Not now")
	if w.last("a") != asked {
		t.Fatalf("the question did not come back, but %q", w.last("a"))
	}
	_, p := w.person("a")
	open := map[int]bool{}
	for _, b := range p.Buttons {
		open[b.Track] = true
	}
	if len(open) != 1 {
		t.Fatalf("%d conversations have live buttons", len(open))
	}
}

func TestBackNeverCrossesASharedThing(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.say("a", "/checkin")
	pulse := w.last("a")
	w.press("a", "Steady")
	w.say("a", "/back")
	if w.last("a") != pulse {
		t.Fatalf("/back asked %q", w.last("a"))
	}
	w.say("a", "/leave")
	toPreview(w)
	w.press("a", "Share")
	w.say("a", "/back")
	if w.last("a") == pulse || w.button("a", "Share") != "" {
		t.Fatal("/back crossed something shared")
	}
}

func TestOldAndForeignButtons(t *testing.T) {
	w := newSim(t)
	w.pair()
	w.say("a", "/checkin")
	token := w.button("a", "Steady")
	closed := w.lib.Words["closed_question"]
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "b"}, Action: token})
	if w.last("b") != closed {
		t.Fatalf("the other's button says %q", w.last("b"))
	}
	w.press("a", "Steady")
	asked := w.last("a")
	w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: "a"}, Action: token})
	if w.last("a") != closed {
		t.Fatalf("a second press says %q", w.last("a"))
	}
	if _, p := w.person("a"); p.Tracks[0].Phase != Asking || asked == closed {
		t.Fatal("the second press moved something")
	}
}

func TestWrongAnswerLeavesTheQuestion(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/checkin")
	_, p := w.person("a")
	buttons := len(p.Buttons)
	for _, text := range []string{"nonsense", strings.Repeat("x", 100_000), "\u202eydaets", "7", "Steady and more"} {
		w.say("a", text)
		if !strings.Contains(w.last("a"), "Mostly steady") {
			t.Fatalf("%.20q: the re-prompt does not say what is accepted: %q", text, w.last("a"))
		}
		if _, p := w.person("a"); len(p.Buttons) != buttons || p.Tracks[0].Frames[0].Step != "pulse" {
			t.Fatalf("%.20q changed the question", text)
		}
	}
	w.say("a", "  stéady!! ")
	if _, p := w.person("a"); p.Tracks[0].Frames[0].Answers["pulse"].N != 5 {
		t.Fatal("a label with accents and marks was not understood")
	}
}

func TestApologyChangesNothing(t *testing.T) {
	w := newSim(t)
	w.pair()
	s, p := w.person("a")
	out := w.lib.Apology(Input{Self: *s, Who: p.ID}, Event{Kind: Said, From: p.Addr, At: w.now})
	if len(out.Messages) != 1 || out.Messages[0].Text() != w.lib.Words["apology"] || len(out.States) != 1 {
		t.Fatalf("%+v", out)
	}
	out = w.lib.Apology(Input{Self: *s, Who: p.ID}, Event{Kind: Fired, At: w.now})
	if len(out.Messages) != 0 {
		t.Fatal("a timer that broke apologised")
	}
}

func TestScheduledCheckIn(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	mark := len(w.sent)
	w.pass(14 * 24 * time.Hour)
	var knocks []time.Time
	for _, s := range w.sent[mark:] {
		if s.Msg.Op == Show {
			knocks = append(knocks, s.At)
		}
	}
	if len(knocks) != 14 {
		t.Fatalf("%d messages in 14 days: %v", len(knocks), knocks)
	}
	berlin := location("Europe/Berlin")
	for _, at := range knocks {
		if got := at.In(berlin).Format("15:04"); got != "20:00" {
			t.Errorf("a knock at %s", got)
		}
	}
}

func TestLateKnocksAreDropped(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "10:00", "I was hurt") // far from quiet hours, which would drop it too
	w.press("a", "On my own")
	ev, _ := w.next()
	mark := len(w.sent)
	w.now = ev.Due.Add(2*time.Hour + time.Minute) // the bot was down
	w.event(ev)
	if got := w.got("a", mark); got != "" {
		t.Fatalf("a knock two hours late: %q", got)
	}
	if next, ok := w.next(); !ok || !next.Due.After(w.now) || next.Due.Sub(w.now) > 24*time.Hour {
		t.Fatalf("the next one is at %v", next.Due)
	}
}

func TestABusyPersonIsKnockedLater(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.pass(90 * time.Minute) // 19:30 in Berlin
	w.say("a", "/partner")
	mark := len(w.sent)
	w.pass(45 * time.Minute) // past 20:00
	if got := w.got("a", mark); got != "" {
		t.Fatalf("into an open question came %q", got)
	}
	w.press("a", "Not now")
	if !strings.Contains(w.last("a"), "check-in is ready") {
		t.Fatalf("freed, the person got %q", w.last("a"))
	}
}

func TestDrawsDoNotRepeat(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	last := map[string]time.Time{}
	for range 30 {
		w.say("a", "/checkin")
		w.press("a", "Steady")
		_, p := w.person("a")
		item := p.Tracks[0].Frames[0].Items["q"]
		if item == "" {
			t.Fatal("nothing was drawn")
		}
		if at, ok := last[item]; ok && w.now.Sub(at) < 5*24*time.Hour {
			t.Fatalf("%s came back after %v", item, w.now.Sub(at))
		}
		last[item] = w.now
		w.say("a", "/leave")
		w.pass(24 * time.Hour)
		if _, p := w.person("a"); len(p.Tracks) > 0 {
			w.say("a", "/leave")
		}
	}
	if len(last) < 12 {
		t.Fatalf("only %d questions in a month", len(last))
	}
}

// The harness compares the arguments of every step with what they were, and takes every step twice.
func TestStepDoesNotAlterItsArgument(t *testing.T) {
	w := newSim(t)
	w.pair()
	toPreview(w)
	w.press("a", "Share")
	w.pass(48 * time.Hour)
	w.say("a", "/stop")
}

func TestGlobalWordsDoWhatTheySay(t *testing.T) {
	begin := func() *sim {
		w := newSim(t)
		w.pair()
		w.say("a", "/checkin")
		w.press("a", "Steady")
		return w
	}
	step := func(w *sim) string {
		_, p := w.person("a")
		if len(p.Tracks) == 0 {
			return "nothing"
		}
		return p.Tracks[0].Frames[0].Step
	}
	for word, want := range map[string]string{"/skip": "line", "/back": "pulse", "/leave": "nothing", "/stop": "nothing", "/help": "q", "/privacy": "q", "/start": "q", "/checkin": "q", "/cards": "q"} {
		w := begin()
		w.say("a", word)
		if got := step(w); got != want {
			t.Errorf("%s leads from q to %s, not %s", word, got, want)
		}
	}
	w := begin()
	w.say("a", "/leave")
	if got := w.say("a", "3"); len(got) != 1 || got[0].Text() != w.lib.Words["nothing_to_answer"] {
		t.Error("after /leave a question is open")
	}
}

// After /stop every word, however long, is told the way back.
func TestStoppedIsToldTheWayBack(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.say("a", "/stop")
	for _, text := range []string{"hello", strings.Repeat("long ", maxInput)} {
		if w.say("a", text); w.last("a") != w.lib.Words["stopped_hint"] {
			t.Errorf("%.9q gets %q", text, w.last("a"))
		}
	}
}
