package flows

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	addIt     = "Add another account"
	moveThere = "Move to another account"
	elsewhere = "I use this elsewhere"
	ownerYes  = "Yes, that was me"
	newYes    = "Yes, connect them"
)

// twoAccounts is a world in which a made an account code and c, who is new, entered it. With couple, a has a partner b.
func twoAccounts(t *testing.T, label string, couple bool) *sim {
	t.Helper()
	w := newSim(t)
	if couple {
		w.pair()
	} else {
		w.welcome("a", "Ana", "20:00", "I was hurt")
		w.press("a", "On my own")
	}
	w.say("a", "/account")
	w.press("a", label)
	w.enters("c", w.code("a"))
	return w
}

// enters lets a new account enter a code.
func (w *sim) enters(user, code string) {
	w.t.Helper()
	w.say(user, "/start")
	w.press(user, elsewhere)
	w.say(user, code)
}

func users(p *Person) string {
	var out []string
	for _, a := range p.Accounts() {
		out = append(out, a.User)
	}
	return strings.Join(out, " ")
}

// Both say yes, in any order: then the new account is the person's, nothing else of them changes, and nothing is left of
// the unit that was made for it.
func TestAnAccountIsJoinedWithAYesOfBoth(t *testing.T) {
	for _, couple := range []bool{false, true} {
		for _, last := range []string{"a", "c"} {
			for label, want := range map[string]map[string]string{addIt: {"a": "a c", "c": "c a"}, moveThere: {"a": "c a", "c": "c a"}} {
				w := twoAccounts(t, label, couple)
				s, p := w.person("a")
				unit, id, facts := s.Unit, p.ID, encodeAny(t, p.Facts)
				mark := len(w.sent)
				if last == "a" {
					w.press("c", newYes)
					w.press("a", ownerYes)
				} else {
					w.press("a", ownerYes)
					w.press("c", newYes)
				}
				name := fmt.Sprintf("%s, couple %v, %s last", label, couple, last)
				s, p = w.person("c")
				if p == nil || p.ID != id || s.Unit != unit || users(p) != want[last] || encodeAny(t, p.Facts) != facts {
					t.Fatalf("%s: %+v", name, p)
				}
				if len(w.units) != 1 || p.Pair != nil || len(p.Tracks) != 0 || len(s.Codes()) != 0 {
					t.Fatalf("%s: %d units, %+v", name, len(w.units), p)
				}
				line := map[string]string{addIt: "You can write from either", moveThere: "You have moved."}[label]
				if !strings.Contains(w.got("a", mark), line) || !strings.Contains(w.got("c", mark), "This account is connected now") {
					t.Fatalf("%s: a got %q, c got %q", name, w.got("a", mark), w.got("c", mark))
				}
				if w.got("b", mark) != "" {
					t.Fatalf("%s: the partner got %q", name, w.got("b", mark))
				}
				w.pass(3 * day)
				if w.say("c", "/help"); !strings.Contains(w.last("c"), "/account") {
					t.Fatalf("%s: c got %q", name, w.last("c"))
				}
				if label == moveThere {
					if w.say("a", "/checkin"); w.last("a") == w.last("c") || strings.Contains(w.last("a"), "ground") {
						t.Fatalf("%s: the account that was left still opens things: %q", name, w.last("a"))
					}
				}
			}
		}
	}
}

func encodeAny(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// One yes is none, and a no on either side is the end.
func TestAnAccountNeedsBoth(t *testing.T) {
	for name, do := range map[string]func(w *sim){
		"nobody":                func(*sim) {},
		"the first alone":       func(w *sim) { w.press("a", ownerYes) },
		"the new one alone":     func(w *sim) { w.press("c", newYes) },
		"the first says no":     func(w *sim) { w.press("c", newYes); w.press("a", "No") },
		"the new one says no":   func(w *sim) { w.press("a", ownerYes); w.press("c", "No") },
		"the first is too late": func(w *sim) { w.press("c", newYes); w.pass(16 * time.Minute); w.say("a", "yes") },
		"another code of a": func(w *sim) {
			w.press("c", newYes)
			w.press("a", "No")
			w.say("a", "/account")
			w.press("a", addIt)
		},
	} {
		w := twoAccounts(t, addIt, false)
		if do(w); true {
			w.pass(time.Hour)
		}
		_, p := w.person("a")
		if users(p) != "a" || p.Pair != nil {
			t.Errorf("%s: a has %s", name, users(p))
		}
		if _, c := w.person("c"); c != nil {
			t.Errorf("%s: something of c is left: %+v", name, c)
		}
	}
}

// However it ends, the other side gets the same lines at the same minutes.
func TestEveryEndOfAnAccountCodeLooksTheSame(t *testing.T) {
	sides := map[string]map[string]func(w *sim){
		"a": {
			"forgotten": func(*sim) {},
			"declined":  func(w *sim) { w.press("c", "No") },
			"left":      func(w *sim) { w.say("c", "/leave") },
			"stopped":   func(w *sim) { w.say("c", "/stop") },
			"back":      func(w *sim) { w.say("c", "/back") },
			"gone":      func(w *sim) { w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "c"}}) },
		},
		"c": {
			"forgotten": func(*sim) {},
			"declined":  func(w *sim) { w.press("a", "No") },
			"left":      func(w *sim) { w.say("a", "/leave") },
			"stopped":   func(w *sim) { w.say("a", "/stop") },
			"gone":      func(w *sim) { w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "a"}}) },
			"new code":  func(w *sim) { w.press("a", "No"); w.say("a", "/account"); w.press("a", moveThere) },
		},
	}
	yes := map[string]string{"a": ownerYes, "c": newYes}
	for side, ends := range sides {
		want := ""
		for name, end := range ends {
			w := twoAccounts(t, addIt, false)
			w.press(side, yes[side])
			mark := len(w.sent)
			end(w)
			w.pass(20 * time.Minute)
			got := ""
			for _, s := range w.sent[mark:] {
				if s.To == side {
					got += fmt.Sprintln(s.At, encodeAny(t, s.Msg))
				}
			}
			if want == "" {
				want = got
			}
			if got != want || !strings.Contains(got, "This code is over, and nothing was connected.") {
				t.Errorf("%s: %s got\n%s\nwant\n%s", name, side, got, want)
			}
		}
	}
}

// A code for two people joins no accounts, and one for accounts no people; both are refused with the line for any wrong code.
func TestCodesServeOnePurpose(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "Make a code")
	code := w.code("a")
	w.enters("c", "AAAAAAAAAA")
	wrong := w.last("c")
	w.say("c", code)
	if w.last("c") != wrong || len(w.wrong) != 2 {
		t.Fatalf("a code for a partner: %q", w.last("c"))
	}
	w.say("a", "/account")
	w.press("a", addIt)
	w.welcome("b", "Ben", "20:00", "I broke trust")
	w.press("b", "I have a code")
	w.say("b", w.code("a"))
	if w.last("b") != w.lib.Words["pair_wrong"] || len(w.wrong) != 3 {
		t.Fatalf("a code for an account: %q", w.last("b"))
	}
	if _, p := w.person("a"); p.Pair.Peer != "" {
		t.Fatal("a code was used for something else")
	}
	w.say("c", code) // a made another since
	if w.last("c") != wrong {
		t.Fatalf("a code that was given up: %q", w.last("c"))
	}
	w.say("c", w.code("a"))
	w.press("c", newYes)
	w.press("a", ownerYes)
	if _, p := w.person("c"); users(p) != "a c" {
		t.Fatalf("%+v", p)
	}
}

// A code that comes with /start waits, and is used where it belongs; it works once.
func TestAccountCodeThatComesFirst(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/account")
	w.press("a", addIt)
	code := w.code("a")
	w.say("c", "/start "+code)
	if !strings.Contains(w.got("c", 0), w.lib.Words["pair_parked"]) {
		t.Fatalf("c got %q", w.got("c", 0))
	}
	if _, p := w.person("a"); p.Pair.Peer != "" {
		t.Fatal("a code was read before it could be used")
	}
	w.press("c", elsewhere)
	if !strings.Contains(w.last("c"), "account that made the code") || !strings.Contains(w.last("a"), "Somebody entered your code in another app.") {
		t.Fatalf("c got %q, a got %q", w.last("c"), w.last("a"))
	}
	if w.enters("d", code); !strings.Contains(w.last("d"), "That code does not work.") {
		t.Fatalf("a used code: %q", w.last("d"))
	}
}

// An account whose person finished the first steps has entries of its own: nothing takes it over.
func TestAnAccountWithEntriesIsNotTakenOver(t *testing.T) {
	w := newSim(t)
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/account")
	w.press("a", addIt)
	code := w.code("a")
	w.welcome("b", "Ben", "20:00", "I broke trust")
	w.press("b", "On my own")
	w.say("b", "/start "+code)
	w.press("b", "Not now")
	w.say("b", "/account")
	w.press("b", "I have a code")
	if !strings.Contains(w.last("b"), "has entries of its own") {
		t.Fatalf("b got %q", w.last("b"))
	}
	if _, p := w.person("a"); p.Pair == nil || p.Pair.Peer != "" || users(p) != "a" {
		t.Fatalf("%+v", p.Pair)
	}
	w.say("a", "/leave") // and one's own code, on one's own account
	w.say("a", "/account")
	w.press("a", "I have a code")
	if !strings.Contains(w.last("a"), "has entries of its own") {
		t.Fatalf("a got %q", w.last("a"))
	}
}

// Codes for accounts are guessed no better than others.
func TestAccountCodesCannotBeGuessed(t *testing.T) {
	w := twoAccounts(t, addIt, false)
	w.say("c", "/stop")
	w.press("a", "No")
	w.say("a", "/account")
	w.press("a", addIt)
	for i := range 30 {
		user := fmt.Sprint("x", i)
		w.enters(user, "AAAAAAAAAA")
		for range 9 {
			w.say(user, "BBBBBBBBBB")
		}
		if n := len(w.wrong); n > (i+1)*maxTries || n > maxTriesAll {
			t.Fatalf("%d wrong codes were looked at", n)
		}
	}
	if len(w.wrong) != maxTriesAll {
		t.Fatalf("%d wrong codes were looked at", len(w.wrong))
	}
	if w.enters("y", w.code("a")); w.last("y") != w.lib.Words["pair_wait_all"] {
		t.Fatalf("y got %q", w.last("y"))
	}
}

// Three accounts are as many as fit; moving needs no room.
func TestThreeAccountsAreEnough(t *testing.T) {
	w := twoAccounts(t, addIt, false)
	w.press("c", newYes)
	w.press("a", ownerYes)
	w.say("a", "/account")
	w.press("a", addIt)
	w.enters("d", w.code("a"))
	w.press("d", newYes)
	w.press("a", ownerYes)
	_, p := w.person("a")
	if users(p) != "a c d" {
		t.Fatal(users(p))
	}
	w.say("a", "/account")
	w.press("a", addIt)
	if !strings.Contains(w.last("a"), "Three accounts") {
		t.Fatalf("a got %q", w.last("a"))
	}
	w.say("a", "/account")
	w.press("a", moveThere)
	w.enters("e", w.code("a"))
	w.press("a", ownerYes)
	w.press("e", newYes)
	if _, p = w.person("e"); users(p) != "e c d a" {
		t.Fatal(users(p))
	}
	w.say("a", "/account")
	w.press("a", moveThere)
	if !strings.Contains(w.last("a"), "This code is over") {
		t.Fatalf("a got %q", w.last("a"))
	}
	w.say("e", "/help")
	w.pass(3 * day)
	if _, p = w.person("e"); users(p) != "e c d" {
		t.Fatal(users(p))
	}
}

// What is said goes to the account used last. A question shown on one is shown again on the other, rather than answered there
// unseen, and the confirmation of a code comes to where it was made.
func TestTheAccountUsedLast(t *testing.T) {
	w := twoAccounts(t, addIt, true)
	w.press("c", newYes)
	w.press("a", ownerYes)
	w.say("a", "/checkin")
	mark := len(w.sent)
	w.say("c", "3")
	if !strings.Contains(w.got("c", mark), "How is the ground under you") {
		t.Fatalf("c got %q", w.got("c", mark))
	}
	closed := slices.IndexFunc(w.sent[mark:], func(s sent) bool { return s.Msg.Op == Close })
	if closed < 0 || w.sent[mark+closed].To != "a" {
		t.Fatal("the question is not closed where it was shown")
	}
	_, p := w.person("a")
	if users(p) != "c a" || len(p.focus().top().Answers) != 0 {
		t.Fatalf("%s, %+v", users(p), p.focus().top().Answers)
	}
	w.say("c", "/leave")
	w.say("c", "/checkin")
	w.say("a", "/help") // a button works as long as its question stands, wherever it was shown
	mark = len(w.sent)
	w.press("c", "Steady")
	if closed = slices.IndexFunc(w.sent[mark:], func(s sent) bool { return s.Msg.Op == Close }); closed < 0 || w.sent[mark+closed].To != "c" {
		t.Fatal("a question that was answered is closed somewhere else")
	}
	if _, p = w.person("a"); p.focus().top().Answers["pulse"].N != 5 {
		t.Fatal("the button of a question that stands does nothing")
	}
	w.say("c", "/leave")
	mark = len(w.sent)
	line(w, "b")
	if w.got("c", mark) == "" || w.got("a", mark) != "" {
		t.Fatalf("a card: a got %q, c got %q", w.got("a", mark), w.got("c", mark))
	}
	w.say("a", "/account")
	w.press("a", addIt)
	code := w.code("a")
	w.say("c", "/help")
	mark = len(w.sent)
	w.enters("d", code)
	if !strings.Contains(w.got("a", mark), "Somebody entered your code") || w.got("c", mark) != "" {
		t.Fatalf("a got %q, c got %q", w.got("a", mark), w.got("c", mark))
	}
	w.press("d", newYes)
	w.press("a", ownerYes)
	if _, p = w.person("d"); users(p) != "a c d" {
		t.Fatal(users(p))
	}
}

// Only the account that messages go to can put its person out of reach.
func TestAnotherAccountOutOfReach(t *testing.T) {
	w := twoAccounts(t, addIt, false)
	w.press("c", newYes)
	w.press("a", ownerYes)
	for _, user := range []string{"c", "a"} {
		w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: user}})
		if _, p := w.person("a"); p.Gone != (user == "a") {
			t.Fatalf("%s is out of reach: %v", user, p.Gone)
		}
	}
	if w.say("c", "/help"); true {
		if _, p := w.person("a"); p.Gone || users(p) != "c a" {
			t.Fatal("somebody who wrote is out of reach")
		}
	}
}

// Whoever comes with a new account is in reach there, whatever became of the first.
func TestANewAccountIsInReach(t *testing.T) {
	w := twoAccounts(t, addIt, false)
	w.press("a", ownerYes)
	w.event(Event{Kind: Gone, From: Address{Platform: "sim", User: "a"}})
	w.press("c", newYes)
	if _, p := w.person("c"); p.Gone || users(p) != "c a" {
		t.Fatalf("gone %v, %s", p.Gone, users(p))
	}
}

// The last account stays, even where there was another when the question came.
func TestTheLastAccountStays(t *testing.T) {
	w := twoAccounts(t, addIt, false)
	w.press("c", newYes)
	w.press("a", ownerYes)
	w.pass(3 * day)
	w.say("a", "/account")
	w.press("a", "Remove an account")
	w.press("a", "another app, this one")
	_, p := w.person("a")
	p.Also = nil
	w.press("a", "Remove it")
	if _, p = w.person("a"); p == nil || users(p) != "a" || !strings.Contains(w.last("a"), "Nothing changes.") {
		t.Fatalf("%+v, %q", p, w.last("a"))
	}
}

func TestRemovingAnAccount(t *testing.T) {
	for _, which := range []string{"another app, this one", "another app 2"} {
		w := twoAccounts(t, addIt, true)
		w.press("c", newYes)
		w.press("a", ownerYes)
		w.pass(3 * day)
		w.say("a", "/account")
		w.press("a", "Remove an account")
		w.press("a", which)
		if _, p := w.person("a"); users(p) != "a c" {
			t.Fatal("removed before it was confirmed")
		}
		mark := len(w.sent)
		w.press("a", "Remove it")
		gone, stays := "a", "c"
		if which == "another app 2" {
			gone, stays = "c", "a"
		}
		if _, p := w.person(stays); users(p) != stays {
			t.Fatal(users(p))
		}
		if w.got(gone, mark) != w.lib.Words["account_removed"]+"\n" || !strings.Contains(w.got(stays, mark), "It is removed.") || w.got("b", mark) != "" {
			t.Fatalf("%s: gone %q, stays %q, partner %q", which, w.got(gone, mark), w.got(stays, mark), w.got("b", mark))
		}
		if _, p := w.person(gone); p != nil {
			t.Fatal("an account that is removed is somebody's")
		}
		w.say(stays, "/account")
		if w.button(stays, "Remove an account") != "" {
			t.Fatal("the last account can be removed")
		}
	}
}

// Keeping changes nothing, and so does an account that is gone by the time of the tap.
func TestKeepingAnAccount(t *testing.T) {
	for _, label := range []string{"Leave it", "/skip"} {
		w := twoAccounts(t, addIt, false)
		w.press("c", newYes)
		w.press("a", ownerYes)
		w.say("a", "/account")
		w.press("a", "Remove an account")
		w.press("a", "another app 2")
		if label == "/skip" {
			w.say("a", label)
		} else {
			w.press("a", label)
		}
		if _, p := w.person("a"); users(p) != "a c" || !strings.Contains(w.last("a"), "Nothing changes.") {
			t.Fatalf("%s: %s, %q", label, users(p), w.last("a"))
		}
	}
}

// Two lives of a couple: in one, a adds an account, writes from it, removes the first and moves; in the other, nothing of it.
// Everything that reaches b, and everything that is kept of b, is the same to the byte.
func TestAPartnerSeesNothingOfAccounts(t *testing.T) {
	w := newSim(t)
	w.pair()
	one, two := w, w.fork()
	mark := len(w.sent)
	one.say("a", "/account")
	one.press("a", addIt)
	one.enters("c", one.code("a"))
	one.press("a", ownerYes)
	one.press("c", newYes)
	one.pass(3 * day)
	two.pass(3 * day)
	one.say("c", "/account")
	one.press("c", "Remove an account")
	one.press("c", "another app 2")
	one.press("c", "Remove it")
	one.say("c", "/account")
	one.press("c", moveThere)
	one.enters("d", one.code("c"))
	one.press("d", newYes)
	one.press("c", ownerYes)
	one.pass(3 * day)
	two.pass(3 * day)
	if _, p := one.person("d"); users(p) != "d" {
		t.Fatal(users(p))
	}
	l := &twoLives{w: [2]*sim{one, two}}
	for k, who := range []string{"d", "a"} {
		line(l.w[k], who) // an open act, the same in both
		l.w[k].say("b", "/cards")
		l.w[k].press("b", "Read now")
		l.w[k].say("b", "/landed")
		l.w[k].say("b", "/account")
		l.w[k].pass(3 * day)
	}
	var got [2]string
	for k, w := range l.w {
		for _, s := range w.sent[mark:] {
			if s.To == "b" {
				m := s.Msg
				got[k] += fmt.Sprintln(s.At, encodeAny(t, m))
			}
		}
	}
	if got[0] != got[1] || !strings.Contains(got[0], "A note from Ana") {
		t.Fatalf("b got\n%s\nand in the other life\n%s", got[0], got[1])
	}
	if how := l.stores(); how != "" {
		t.Fatal(how)
	}
}

// Whose account runs the bot is said to both, once, when they connect and before anything is shared; where nobody is named,
// or somebody else, nothing is different.
func TestOperatorNotice(t *testing.T) {
	got := map[string][2]string{}
	for _, operator := range []string{"", "somebody", "a", "b"} {
		w := newSim(t)
		if operator != "" {
			w.lib = w.lib.With(Setup{Operator: Address{Platform: "sim", User: operator}})
		}
		w.pair()
		var out [2]string
		for k, who := range []string{"a", "b"} {
			for _, s := range w.sent {
				if s.To == who {
					out[k] += fmt.Sprintln(s.At, encodeAny(t, s.Msg))
				}
			}
		}
		got[operator] = out
		if operator == "a" || operator == "b" {
			me, partner := w.got("a", 0), w.got("b", 0)
			if operator == "b" {
				me, partner = partner, me
			}
			if strings.Count(me, "Your account is the one named as running this bot.") != 1 || strings.Contains(me, "Your partner's account is") ||
				strings.Count(partner, "Your partner's account is the one named as running this bot.") != 1 || strings.Contains(partner, "Your account is") {
				t.Fatalf("%s runs it: they got\n%s\nthe other\n%s", operator, me, partner)
			}
		}
	}
	if got[""] != got["somebody"] {
		t.Fatal("something is different where somebody else runs it")
	}
	w := newSim(t) // a further account counts too, and what is done with accounts later shows nowhere
	w.lib = w.lib.With(Setup{Operator: Address{Platform: "sim", User: "c"}})
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "On my own")
	w.say("a", "/account")
	w.press("a", addIt)
	w.enters("c", w.code("a"))
	w.press("c", newYes)
	w.press("a", ownerYes)
	w.welcome("b", "Ben", "20:00", "I broke trust")
	w.press("b", "Make a code")
	w.say("a", "/start "+w.code("b"))
	w.press("a", "I have a code")
	w.press("a", "Go on together")
	w.press("b", "Go on together")
	if !strings.Contains(w.got("b", 0), "Your partner's account is the one named") {
		t.Fatalf("b got %q", w.last("b"))
	}
	s, p := w.person("b")
	if v := w.lib.runBy(s, p, w.now); v != "partner" {
		t.Fatal(v)
	}
	if v := w.lib.runBy(s, p, w.now.Add(time.Second)); v != "nobody" {
		t.Fatalf("%q later: what a partner does with accounts would show", v)
	}
}

// Whoever was faster with a code that they read over a shoulder shows the number on a phone of their own. The one who made the
// code sees it nowhere else, and can tell.
func TestBothSidesOfAnAccountCodeShowOneNumber(t *testing.T) {
	number := regexp.MustCompile(`\b[1-9][0-9]{3}\b`)
	seen := map[string]bool{}
	for range 3 {
		w := newSim(t)
		w.salt = fmt.Sprint(len(seen))
		w.alone("a", "Ana")
		for _, thief := range []string{"x", "y"} {
			w.say("a", "/account")
			w.press("a", addIt)
			w.enters(thief, w.code("a"))
			w.enters("c"+thief, w.code("a"))
			n := number.FindString(w.last("a"))
			if n == "" || number.FindString(w.last(thief)) != n || number.FindString(w.last("c"+thief)) != "" {
				t.Fatalf("a %q, who was first %q, who was second %q", w.last("a"), w.last(thief), w.last("c"+thief))
			}
			seen[n] = true
			w.press("a", "No")
		}
	}
	if len(seen) < 5 {
		t.Errorf("the numbers are %v", seen)
	}
}
