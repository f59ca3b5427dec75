package flows

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// offerAndClaim leaves a with a code out and b at the question for it.
func offerAndClaim(t *testing.T) *sim {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "Make a code")
	w.welcome("b", "Ben", "20:30", "I broke trust")
	w.press("b", "I have a code")
	return w
}

func couples(w *sim) int {
	n := 0
	for _, s := range w.units {
		if s.paired() {
			n++
		}
	}
	return n
}

func TestPairing(t *testing.T) {
	w := newSim(t)
	w.pair()
	s, a := w.person("a")
	_, b := w.person("b")
	if s.Couple.Names[a.ID] != "Ana" || s.Couple.Names[b.ID] != "Ben" || a.Pair != nil || b.Pair != nil {
		t.Fatalf("%+v", s.Couple)
	}
	if len(w.units) != 1 || len(s.Codes()) != 0 {
		t.Fatal("something of the two units was left")
	}
	for _, p := range []*Person{a, b} {
		for _, timer := range p.Timers {
			if timer.What == "code" {
				t.Fatal("a code's timer is left")
			}
		}
	}
}

// One alone never makes a couple, whatever they do.
func TestBothMustConfirm(t *testing.T) {
	for _, who := range []string{"a", "b", "nobody"} {
		w := offerAndClaim(t)
		w.say("b", w.code("a"))
		if who != "nobody" {
			w.press(who, "Go on together")
		}
		w.pass(time.Hour)
		if couples(w) != 0 {
			t.Fatalf("%s alone made a couple", who)
		}
	}
}

// Declined, cancelled, left, stopped, gone or forgotten: the other side gets the same line at the same minute.
func TestEveryEndOfACodeLooksTheSame(t *testing.T) {
	ends := map[string]func(w *sim){
		"forgotten": func(w *sim) {},
		"declined":  func(w *sim) { w.press("b", "No") },
		"left":      func(w *sim) { w.say("b", "/leave") },
		"stopped":   func(w *sim) { w.say("b", "/stop") },
		"gone":      func(w *sim) { w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "b"}}) },
		"skipped":   func(w *sim) { w.say("b", "/skip") },
		"went back": func(w *sim) { w.say("b", "/back") },
	}
	want := ""
	for name, end := range ends {
		w := offerAndClaim(t)
		w.say("b", w.code("a"))
		w.press("a", "Go on together")
		mark := len(w.sent)
		end(w)
		w.pass(20 * time.Minute)
		var got strings.Builder
		for _, s := range w.sent[mark:] {
			if s.To == "a" {
				b, _ := json.Marshal(s.Msg)
				fmt.Fprintln(&got, s.At, string(b))
			}
		}
		if want == "" {
			want = got.String()
		}
		if got.String() != want || want == "" {
			t.Errorf("%s: the other got\n%s\nwant\n%s", name, got.String(), want)
		}
	}
}

// The same for the one who entered the code, when the other side ends it.
func TestEveryEndLooksTheSameToTheOneWhoEntered(t *testing.T) {
	ends := map[string]func(w *sim){
		"forgotten": func(w *sim) {},
		"declined":  func(w *sim) { w.press("a", "No") },
		"left":      func(w *sim) { w.say("a", "/leave") },
		"new code":  func(w *sim) { w.press("a", "No"); w.say("a", "/partner"); w.press("a", "Make a code") },
		"stopped":   func(w *sim) { w.say("a", "/stop") },
	}
	want := ""
	for name, end := range ends {
		w := offerAndClaim(t)
		w.say("b", w.code("a"))
		w.press("b", "Go on together")
		mark := len(w.sent)
		end(w)
		w.pass(20 * time.Minute)
		got := ""
		for _, s := range w.sent[mark:] {
			if s.To == "b" {
				b, _ := json.Marshal(s.Msg)
				got += fmt.Sprintln(s.At, string(b))
			}
		}
		if want == "" {
			want = got
		}
		if got != want || want == "" {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestCodeIsSingleUse(t *testing.T) {
	w := offerAndClaim(t)
	code := w.code("a")
	w.say("b", strings.ToLower(code[:4])+" - "+code[4:])
	w.welcome("c", "Cy", "20:00", "Rather not say")
	w.press("c", "I have a code")
	w.say("c", code)
	if w.last("c") != w.lib.Words["pair_wrong"] {
		t.Fatalf("a used code: %q", w.last("c"))
	}
	w.press("a", "Go on together")
	w.press("b", "Go on together")
	if couples(w) != 1 {
		t.Fatal("no couple")
	}
	w.say("c", code)
	if w.last("c") != w.lib.Words["pair_wrong"] {
		t.Fatalf("a code of a couple: %q", w.last("c"))
	}
}

func TestCodeEndsAfterAQuarterHour(t *testing.T) {
	w := offerAndClaim(t)
	code := w.code("a")
	w.pass(15*time.Minute - time.Second)
	mark := len(w.sent)
	w.pass(time.Second)
	if w.got("a", mark) == "" {
		t.Fatal("the end of the code was not said")
	}
	w.say("b", code)
	if w.last("b") != w.lib.Words["pair_wrong"] {
		t.Fatalf("a code that ran out: %q", w.last("b"))
	}
}

func TestCancelledCodeIsDead(t *testing.T) {
	w := offerAndClaim(t)
	code := w.code("a")
	w.press("a", "Take the code back")
	w.say("b", code)
	if w.last("b") != w.lib.Words["pair_wrong"] {
		t.Fatalf("a code taken back: %q", w.last("b"))
	}
}

func TestTriesAreLimited(t *testing.T) {
	w := offerAndClaim(t)
	for range maxTries {
		w.say("b", "AAAAABBBBB")
		if w.last("b") != w.lib.Words["pair_wrong"] {
			t.Fatalf("%q", w.last("b"))
		}
	}
	w.say("b", w.code("a")) // even the right one
	if w.last("b") == w.lib.Words["pair_wrong"] || couples(w) != 0 || strings.Contains(w.last("b"), "Ana") {
		t.Fatalf("a sixth try: %q", w.last("b"))
	}
	w.pass(15 * time.Minute)
	w.say("a", "/partner")
	w.press("a", "Make a code")
	w.say("b", w.code("a"))
	if !strings.Contains(w.last("b"), "Ana") {
		t.Fatalf("a quarter hour later: %q", w.last("b"))
	}
}

// 10,000 guesses by many people find nothing, because everybody's tries are limited together.
func TestCodesCannotBeGuessed(t *testing.T) {
	w := offerAndClaim(t)
	counted := 0
	for i := range 10_000 / maxTries / 20 { // 100 people, with all their tries
		user := fmt.Sprintf("x%d", i)
		w.welcome(user, "X", "20:00", "Rather not say")
		w.press(user, "I have a code")
		for j := range maxTries {
			w.say(user, w.seed(fmt.Sprint("guess", i, j)).code("x"))
			if w.last(user) == w.lib.Words["pair_wrong"] {
				counted++
			}
		}
	}
	if counted != maxTriesAll {
		t.Fatalf("%d guesses were looked at, not %d", counted, maxTriesAll)
	}
}

func TestOwnCode(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "Make a code")
	code := w.code("a")
	w.say("a", "/partner")
	w.press("a", "I have a code")
	w.say("a", code)
	if couples(w) != 0 {
		t.Fatal("a couple of one")
	}
}

// A code that comes with the first /start waits, unread, until its person has read everything.
func TestCodeThatComesFirst(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "Make a code")
	mark := len(w.sent)
	w.say("b", "/start "+w.code("a"))
	if strings.Contains(w.got("b", mark), "Ana") || w.got("a", mark) != "" {
		t.Fatal("the code was used before the welcome")
	}
	for _, label := range []string{"Go on", "I agree", "I am 18 or over", "Continue", "Skip", "Skip", "Skip", "Skip", "That suits me", "Skip"} {
		w.press("b", label)
	}
	if w.got("a", mark) != "" {
		t.Fatal("the other heard of it")
	}
	w.press("b", "I have a code")
	if !strings.Contains(w.last("b"), "Ana") {
		t.Fatalf("the parked code was not used: %q", w.last("b"))
	}
}

func TestSplitKeepsTheOneWhoStays(t *testing.T) {
	w := newSim(t)
	w.pair()
	s, a := w.person("a")
	_, b := w.person("b")
	before, _ := json.Marshal(b)
	stay, gone := Split(*s, a.ID, "00000000000000000000000000000001")
	if stay.Unit != s.Unit || !stay.paired() || len(stay.People) != 1 || stay.Couple.Names[a.ID] != "Ana" {
		t.Fatalf("%+v", stay)
	}
	if after, _ := json.Marshal(stay.People[0]); string(after) != string(before) {
		t.Fatal("the one who stays changed")
	}
	if gone.paired() || len(gone.People) != 1 || gone.People[0].ID != a.ID {
		t.Fatalf("%+v", gone)
	}
	// What the one who stays shares goes nowhere, and says the same.
	w.units = map[UnitID]State{stay.Unit: stay, gone.Unit: gone}
	w.say("b", "/checkin")
	w.press("b", "Steady")
	w.press("b", "Skip")
	w.say("b", "A walk")
	mark := len(w.sent)
	w.press("b", "Share")
	if !strings.Contains(w.got("b", mark), w.lib.Words["passed_on"]) || w.got("a", mark) != "" {
		t.Fatalf("b got %q, a got %q", w.got("b", mark), w.got("a", mark))
	}
}

// A No before the other's yes looks the same as one after it: the other hears nothing until the quarter hour is over.
func TestADeclineBeforeTheYesLooksTheSame(t *testing.T) {
	views := map[bool]string{}
	for _, before := range []bool{true, false} {
		w := offerAndClaim(t)
		w.say("b", w.code("a"))
		mark := len(w.sent)
		if before {
			w.press("b", "No")
		}
		w.press("a", "Go on together")
		if !before {
			w.press("b", "No")
		}
		w.pass(20 * time.Minute)
		for _, s := range w.sent[mark:] {
			if s.To == "a" {
				b, _ := json.Marshal(s.Msg)
				views[before] += fmt.Sprintln(s.At, string(b))
			}
		}
	}
	if views[true] != views[false] || views[true] == "" {
		t.Fatalf("before:\n%s\nafter:\n%s", views[true], views[false])
	}
}
