package flows

import (
	"strings"
	"testing"
	"time"
)

// agreedWords is a couple that both said yes to a's words, an hour or more before the reveal hour.
func agreedWords(t *testing.T) *sim {
	w := newSim(t)
	w.pair()
	w.say("a", "/boundary")
	w.say("a", "Phones stay out")
	w.say("a", "/skip")
	w.press("a", "Share")
	w.press("a", "Yes")
	w.pass(2 * time.Minute)
	w.read("b")
	w.press("b", "Yes")
	w.press("b", "Yes")
	return w
}

// Whether the other left, or stopped, after a yes changes nothing of what was agreed.
func TestWhatWasAgreedHangsOnNobodysSilence(t *testing.T) {
	for name, hush := range map[string]func(w *sim){
		"left":    func(w *sim) { w.leave("b", "Leave quietly") },
		"stopped": func(w *sim) { w.say("b", "/stop") },
	} {
		for mine, act := range map[string]func(w *sim){
			"nothing": func(w *sim) {},
			"stop":    func(w *sim) { w.say("a", "/stop") },
			"deep": func(w *sim) {
				w.until("20:20")
				w.say("a", "/ask")
				w.say("a", "/together")
				w.say("a", "/moment")
			},
		} {
			there := agreedWords(t)
			act(there)
			gone := there.fork()
			mark := len(there.sent)
			hush(gone)
			for _, w := range []*sim{there, gone} {
				w.until("21:30")
				w.pass(time.Minute)
				w.say("a", "/start")
				w.say("a", "/leave")
				w.say("a", "/boundaries")
			}
			if got, want := gone.view("a", mark), there.view("a", mark); got != want {
				t.Errorf("b %s, a %s: a got\n%s\nwithout\n%s", name, mine, gone.got("a", mark), there.got("a", mark))
			}
		}
	}
}

// nextCouple takes a user out of their couple and connects them with somebody new.
func (w *sim) nextCouple(user, next string) {
	w.t.Helper()
	w.leave(user, "Leave quietly")
	w.alone(next, "Cy")
	w.say(next, "/partner")
	w.press(next, "Make a code")
	w.say(user, "/partner")
	w.press(user, "I have a code")
	w.say(user, w.code(next))
	w.press(next, "Go on together")
	w.press(user, "Go on together")
}

// What was asked by one person is not answered to the next, whether its card was read before or is read afterwards.
func TestACardOpensNothingInTheNextCouple(t *testing.T) {
	for _, first := range []bool{true, false} {
		w := newSim(t)
		w.pair()
		w.say("a", "/ask")
		w.say("a", "Where were you that night")
		w.say("a", "/skip")
		w.press("a", "Share")
		w.pass(2 * time.Minute)
		if first {
			w.read("b")
			w.press("b", "Tomorrow")
		}
		w.nextCouple("b", "c")
		w.pass(time.Hour)
		if !first {
			if got := w.reads("b"); !strings.Contains(got, "that night") {
				t.Fatalf("the card is gone: %q", got)
			}
		} else {
			w.pass(24 * time.Hour)
		}
		_, b := w.person("b")
		for _, track := range b.Tracks {
			if track.Frames[0].Flow == "question_answer" {
				t.Errorf("read before %v: b can answer c what a asked", first)
			}
		}
	}
}

// What both of a couple said yes to never becomes a record of the next one.
func TestAYesEndsWithItsCouple(t *testing.T) {
	w := agreedWords(t)
	w.until("20:20")
	for _, command := range []string{"/ask", "/together", "/moment"} { // as much as can be open
		w.say("a", command)
	}
	w.until("20:40")
	w.say("a", "/leave")
	w.nextCouple("a", "c")
	w.pass(6 * time.Hour)
	w.say("c", "/boundaries")
	if s, _ := w.person("c"); len(s.Couple.Records) != 0 || strings.Contains(w.last("c"), "Phones") {
		t.Fatalf("c reads %q", w.last("c"))
	}
}
