package bottest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"rewoo/bot"
)

// heard is what the machine says to text.
func heard(text string) string { return "heard: " + text }

func crashBeforeCommit(s *stage) { crash(s, beforeCommit) }

func crashBeforeAck(s *stage) { crash(s, afterCommit) }

// crash lets the store fail under something that was said: after a restart it has been said once.
func crash(s *stage, where fault) {
	s.say(s.a, word+" one")
	s.expect(s.a, heard(word+" one"))
	s.store.set(where)
	s.Say(s.a, word+" two") // a platform may tell them that it failed
	s.until("the store fails", s.store.hit)
	s.restart()
	s.expect(s.a, heard(word+" one"), heard(word+" two"))
	s.say(s.a, word+" three")
	s.expect(s.a, heard(word+" one"), heard(word+" two"), heard(word+" three"))
}

func crashBeforeDone(s *stage) {
	s.store.set(beforeDone)
	s.Say(s.a, word+" one")
	s.until("the message is sent", s.store.hit)
	s.restart()
	s.say(s.a, word+" two")
	s.until("the second answer comes", func() bool { return slices.Contains(s.Received(s.a), heard(word+" two")) })
	got := s.Received(s.a)
	once := []string{heard(word + " one"), heard(word + " two")}
	twice := []string{heard(word + " one"), heard(word + " one"), heard(word + " two")}
	if !slices.Equal(got, once) && (s.h.Drops || !slices.Equal(got, twice)) {
		s.Fatalf("%s sees %q\nwant %q", s.a, got, once)
	}
}

func nothingAcknowledged(s *stage) {
	s.store.set(beforeCommit)
	var said sync.WaitGroup
	said.Go(func() { s.Say(s.b, word+" elsewhere") })
	taken := map[string]bool{}
	for _, text := range []string{word + " 1", word + " 2"} {
		taken[heard(text)] = s.Say(s.a, text) == nil
	}
	said.Wait()
	s.until("the store fails", s.store.hit)
	s.restart()
	s.say(s.a, word+" last")
	// What the platform took it must hand over again; what it refused, since the bot had stopped, it may forget. All in order, and once.
	s.until("all answers come", func() bool { return slices.Contains(s.Received(s.a), heard(word+" last")) })
	got := s.Received(s.a)
	want := slices.DeleteFunc([]string{heard(word + " 1"), heard(word + " 2"), heard(word + " last")}, func(text string) bool {
		took, tried := taken[text]
		return tried && !took && !slices.Contains(got, text)
	})
	if !slices.Equal(got, want) {
		s.Fatalf("%s sees %q\nwant %q", s.a, got, want)
	}
}

// stopWithFullQueue: what the platform took comes, once and in order. What it refused may have come too.
func stopWithFullQueue(s *stage) {
	var said sync.WaitGroup
	const things = 30
	var taken [2][things]bool
	run, begun := s.Running, make(chan struct{})
	for p, user := range s.h.People {
		said.Go(func() {
			for i := range things {
				taken[p][i] = run.Say(user, fmt.Sprint(word, " ", i)) == nil
				if p == 0 && i == 2 {
					close(begun)
				}
			}
		})
	}
	s.soon("the first things are said", begun)
	start := time.Now()
	if err := s.Stop(); err != nil {
		s.Errorf("an orderly stop ended with: %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		s.Errorf("the stop took %v", took)
	}
	said.Wait()
	s.restart()
	for p, user := range s.h.People {
		s.say(user, word+" last")
		s.until("all answers come", func() bool { return slices.Contains(s.Received(user), heard(word+" last")) })
		got := s.Received(user)
		var want []string
		for i := range things {
			answer := heard(fmt.Sprint(word, " ", i))
			if taken[p][i] || slices.Contains(got, answer) {
				want = append(want, answer)
			}
		}
		if want = append(want, heard(word+" last")); !slices.Equal(got, want) {
			s.Errorf("%s sees %q\nwant %q", user, got, want)
		}
	}
}

func order(s *stage) {
	var want []string
	for i := range 12 {
		s.say(s.a, fmt.Sprint(word, " ", i))
		want = append(want, heard(fmt.Sprint(word, " ", i)))
	}
	s.say(s.a, "count 5")
	s.expect(s.a, append(want, "1", "2", "3", "4", "5")...)
}

func parallel(s *stage) {
	goOn := s.store.block(s.a)
	defer goOn()
	var said sync.WaitGroup
	said.Go(func() { s.Say(s.a, word+" slow") })
	s.say(s.b, word+" quick")
	s.expect(s.b, heard(word+" quick"))
	s.expect(s.a)
	goOn()
	said.Wait()
	s.expect(s.a, heard(word+" slow"))
}

func panics(s *stage) {
	s.say(s.a, word)
	s.say(s.a, "boom "+word)
	s.say(s.a, word+" after")
	s.expect(s.a, heard(word), "sorry", heard(word+" after"))
	s.restart()
	s.say(s.b, word)
	s.expect(s.b, heard(word))
	s.expect(s.a, heard(word), "sorry", heard(word+" after"))
}

func doublePress(s *stage) {
	s.say(s.a, "ask")
	s.expect(s.a, "yes or no?")
	if err := s.Press(s.a, "Yes"); err != nil {
		s.Fatal(err)
	}
	s.until("the press counts", func() bool { return slices.Contains(s.Received(s.a), "you chose Yes") })
	s.Press(s.a, "No") // the platform may refuse that by itself
	s.say(s.a, word)
	s.until("the next thing is heard", func() bool { return slices.Contains(s.Received(s.a), heard(word)) })
	got := slices.DeleteFunc(s.Received(s.a), func(x string) bool { return x == "that button is old" })
	if want := []string{"yes or no?", "you chose Yes", heard(word)}; !slices.Equal(got, want) {
		s.Fatalf("%s sees %q\nwant %q", s.a, got, want)
	}
}

// fail makes the next sends to a fail with class, or skips.
func (s *stage) fail(class bot.Class, n int) {
	f, ok := s.Running.(Failer)
	if !ok || !f.FailSend(s.a, class, n) {
		s.Skipf("this platform cannot be made to fail as %s", class)
	}
}

// comesLater: the message arrives in the end, in its order, and b is not held up.
func comesLater(s *stage, class bot.Class) {
	s.fail(class, 1)
	s.say(s.a, word+" one")
	s.say(s.a, word+" two")
	s.say(s.b, word)
	s.expect(s.b, heard(word))
	s.expect(s.a, heard(word+" one"), heard(word+" two"))
}

// isLeftOut: the message is given up, and the next one comes.
func isLeftOut(s *stage, class bot.Class) {
	s.fail(class, 1)
	s.say(s.a, word+" one")
	s.say(s.a, word+" two")
	s.expect(s.a, heard(word+" two"))
}

// unreachable: the engine hears of it once, b sees nothing of it, and the next words of a bring everything back.
func unreachable(s *stage) {
	s.fail(bot.Unreachable, 1)
	s.say(s.a, word+" one")
	s.until("the engine hears of it", func() bool { return s.machine.goneEvents() == 1 })
	s.say(s.b, word)
	s.expect(s.b, heard(word))
	s.expect(s.a)
	s.say(s.a, word+" two")
	s.expect(s.a, heard(word+" one"), heard(word+" two"))
	if n := s.machine.goneEvents(); n != 1 {
		s.Errorf("the engine heard %d times that they are gone", n)
	}
}

// fatal: the bot ends with an error, and what was not sent is there after the operator mended it.
func fatal(s *stage) {
	s.fail(bot.Fatal, 1)
	s.Say(s.a, word)
	if l, ok := s.Running.(interface{ Done() <-chan struct{} }); ok {
		s.soon("the bot gives up", l.Done())
	} else {
		time.Sleep(time.Second)
	}
	if err := s.Stop(); err == nil {
		s.Error("the bot ended without an error")
	}
	s.restart()
	s.expect(s.a, heard(word))
}
