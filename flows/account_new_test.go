package flows

import (
	"strings"
	"testing"
)

// thief is a world in which x holds a's unlocked phone for half a minute, and takes an account of their own in.
func thief(t *testing.T, label string) *sim {
	w := newSim(t)
	w.pair()
	w.say("a", "/account")
	w.press("a", label)
	w.enters("x", w.code("a"))
	w.press("x", newYes)
	w.press("a", ownerYes)
	return w
}

// removals are the labels of what user can remove.
func (w *sim) removals(user string) (out []string) {
	w.say(user, "/account")
	w.press(user, "Remove an account")
	_, p := w.person(user)
	for _, b := range p.Buttons {
		if strings.HasPrefix(b.Value, "which:") {
			out = append(out, b.Value)
		}
	}
	w.say(user, "/leave")
	return out
}

// Neither of the ways in takes a's own account away within three days, whoever asks, on whichever phone, and a can undo it. The
// others hear of it a day later, in a line that says nothing to whoever else reads it.
func TestANewAccountTakesNoOtherAway(t *testing.T) {
	for _, label := range []string{addIt, moveThere} {
		w := thief(t, label)
		for _, user := range []string{"x", "a", "x"} {
			if got := w.removals(user); len(got) != 1 || got[0] != "which:sim x" {
				t.Fatalf("%s: %s can remove %q", label, user, got)
			}
		}
		w.say("x", "/account")
		w.press("x", "Remove an account")
		_, p := w.person("x")
		for i := range p.Buttons { // a button from another time
			p.Buttons[i].Value = strings.Replace(p.Buttons[i].Value, "which:sim x", "remove:sim a", 1)
		}
		w.press("x", "another app, this one")
		if _, p = w.person("a"); p == nil || users(p) != "x a" {
			t.Fatalf("%s: %+v", label, p)
		}
		mark := len(w.sent)
		w.pass(25 * day / 24)
		if got := w.got("a", mark); got != w.lib.Word("account_news")+"\n" {
			t.Fatalf("%s: a day later a got %q", label, got)
		}
		if strings.Contains(w.got("x", mark), w.lib.Word("account_news")) || strings.Contains(w.got("b", mark), w.lib.Word("account_news")) {
			t.Fatalf("%s: somebody else heard of it", label)
		}
		w.say("a", "/account")
		w.press("a", "Remove an account")
		w.press("a", "another app 2")
		w.press("a", "Remove it")
		if _, p = w.person("x"); p != nil {
			t.Fatalf("%s: the thief is still in", label)
		}
		w.pass(5 * day)
		if _, p = w.person("a"); users(p) != "a" || len(w.removableOf("a")) != 0 {
			t.Fatalf("%s: %s", label, users(p))
		}
	}
}

func (w *sim) removableOf(user string) []Address {
	_, p := w.person(user)
	return p.removable()
}

// After three days whoever moved has moved, and whoever has two accounts can remove either.
func TestANewAccountIsNewForThreeDays(t *testing.T) {
	for label, want := range map[string]string{addIt: "c a", moveThere: "c"} {
		w := twoAccounts(t, label, false)
		w.press("a", ownerYes)
		w.press("c", newYes)
		w.pass(3*day - 1)
		if _, p := w.person("c"); users(p) != "c a" || len(p.removable()) != 1 {
			t.Fatalf("%s, too early: %s", label, users(p))
		}
		w.pass(1)
		_, p := w.person("c")
		if users(p) != want {
			t.Fatalf("%s: %s", label, users(p))
		}
		if n := len(p.removable()); n != map[string]int{addIt: 2, moveThere: 0}[label] {
			t.Fatalf("%s: %d can be removed", label, n)
		}
		for _, timer := range p.Timers {
			if timer.What == "account" || strings.Contains(timer.Name, "sim") {
				t.Errorf("%s: the timer %+v", label, timer)
			}
		}
	}
}

// The line keeps quiet hours, and comes to nobody after /stop.
func TestNewsOfAnAccountKeepTheRules(t *testing.T) {
	w := newSim(t)
	w.alone("a", "Ana")
	w.now = w.now.Add(6 * day / 24) // late in the evening
	w.say("a", "/account")
	w.press("a", addIt)
	w.enters("c", w.code("a"))
	w.press("c", newYes)
	w.press("a", ownerYes)
	stopped := w.fork()
	stopped.say("c", "/stop")
	for _, w := range []*sim{w, stopped} {
		mark := len(w.sent)
		w.pass(2 * day)
		told := 0
		for _, s := range w.sent[mark:] {
			if s.To == "a" && s.Msg.Text() == w.lib.Word("account_news") {
				told++
				if _, p := w.person("a"); w.lib.quietAt(p, s.At) || s.Msg.Lane != LaneScheduled {
					t.Errorf("told at %s, in lane %d", s.At, s.Msg.Lane)
				}
			}
		}
		if _, p := w.person("a"); told != 1 && !p.Stopped || told != 0 && p.Stopped {
			t.Errorf("told %d times, stopped %t", told, p.Stopped)
		}
	}
}
