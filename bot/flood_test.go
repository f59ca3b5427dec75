package bot_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// flooded hands over n events of one account at once, and makes sure that each is acknowledged.
func (s *stand) flooded(user string, from, n int) {
	s.Helper()
	for i := range n {
		id := fmt.Sprint(strings.ReplaceAll(user, canary, ""), "/", from+i)
		ev := flows.Event{ID: id, Kind: flows.Said, Text: canary, From: flows.Address{Platform: "memory", User: user}}
		if err := s.life.Handle(s.Context(), ev); err != nil {
			s.Fatal(err)
		}
	}
}

func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{}
		s.opt.Machine, s.opt.Flood = m, &bot.Flood{}
		s.start()
		s.flooded(anna, 0, 200)
		s.say(bela, "hello")
		synctest.Wait()
		s.sees(bela, "heard: hello")
		if got := s.mem.Texts(anna); len(got) != 61 || got[60] != "too fast" || m.runs(flows.Said) != 61 {
			t.Fatalf("%d answers to 200 messages, %d steps", len(got), m.runs(flows.Said))
		}
		for i := range 100 { // she goes on, five a second: two of these are read, and she is not told again
			time.Sleep(200 * time.Millisecond)
			s.flooded(anna, 1000+i, 1)
		}
		synctest.Wait()
		if got := s.mem.Texts(anna); len(got) < 61+38 || len(got) > 61+42 {
			t.Errorf("%d answers more in 20 s", len(got)-61)
		}
		time.Sleep(15 * time.Second) // half of the burst is there again
		s.flooded(anna, 2000, 100)
		synctest.Wait()
		n := 0
		for _, text := range s.mem.Texts(anna) {
			if text == "too fast" {
				n++
			}
		}
		if n != 2 {
			t.Errorf("told %d times", n)
		}
		for range 3 { // neither a clock nor a platform writes too fast
			if err := s.life.Handle(t.Context(), flows.Event{ID: fmt.Sprint(time.Now()), Kind: flows.Gone, From: flows.Address{Platform: "memory", User: anna}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Nanosecond)
		}
		if m.runs(flows.Gone) != 3 {
			t.Errorf("%d of 3 Gone events are handled", m.runs(flows.Gone))
		}
		s.stop()
	})
}

// Ten thousand messages of one stranger leave nothing behind, and ten thousand strangers no more than they may.
func TestFloodLeavesNothingBehind(t *testing.T) {
	s := newStand(t)
	m := &machine{}
	s.opt.Machine, s.opt.Flood = m, &bot.Flood{Accounts: 100, Burst: 1, PerSecond: 1e-9}
	s.start()
	s.flooded(anna, 0, 10) // whatever is there once is there
	began := time.Now()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, steps := heap(), m.runs(flows.Said)
	s.flooded(anna, 10, 10_000)
	if n := m.runs(flows.Said); n != steps {
		t.Errorf("%d steps for what is too much", n-steps)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d KiB more than before", (after-before)>>10)
	}
	for i := range 300 {
		s.flooded(fmt.Sprint("stranger", i), 0, 3)
	}
	steps = m.runs(flows.Said)
	s.flooded("stranger299", 3, 5)
	if n := m.runs(flows.Said); n != steps {
		t.Errorf("who wrote last is not remembered: %d steps", n-steps)
	}
	s.flooded("stranger0", 3, 5)
	if n := m.runs(flows.Said); n == steps {
		t.Error("more accounts are remembered than may be")
	}
	s.stop()
}

// Nothing is lost of what somebody wrote in their own time while we were away, though it comes at once; what they did write too fast
// is too much even then. What came before does not count again.
func TestFloodCountsWhenItWasWritten(t *testing.T) {
	for _, c := range []struct {
		every time.Duration // between two messages
		read  int           // of 300
	}{{2 * time.Second, 300}, {10 * time.Millisecond, 60 + 6}} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(t)
			m := &machine{}
			s.opt.Machine, s.opt.Flood = m, &bot.Flood{}
			s.start()
			written := time.Now()
			time.Sleep(time.Hour)
			give := func(i int, kind flows.Kind, sent time.Time) {
				ev := flows.Event{ID: fmt.Sprint(i, kind), Kind: kind, Sent: sent, From: flows.Address{Platform: "memory", User: anna}}
				if err := s.life.Handle(s.Context(), ev); err != nil {
					s.Fatal(err)
				}
			}
			for i := range 300 {
				give(i, flows.Said, written.Add(time.Duration(i)*c.every))
				if i%100 == 0 { // taps have no time of their own
					give(i, flows.Pressed, time.Time{})
				}
			}
			if n := m.runs(flows.Said); n < c.read-1 || n > c.read+1 {
				t.Errorf("one each %v: %d of 300 are read, want %d", c.every, n, c.read)
			}
			if n := m.runs(flows.Pressed); n != 3 {
				t.Errorf("%d of 3 taps are read", n)
			}
			s.stop()
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{}
		s.opt.Machine, s.opt.Flood = m, &bot.Flood{}
		s.start()
		for range 10 { // fetched again and again
			s.flooded(anna, 0, 30)
		}
		s.flooded(anna, 30, 25)
		if n := m.runs(flows.Said); n != 55 {
			t.Errorf("%d of 55 messages are read", n)
		}
		for i := range 200 { // a clock that is ahead wins nothing
			ev := flows.Event{ID: fmt.Sprint("ahead", i), Kind: flows.Said, Sent: time.Now().Add(time.Duration(i) * time.Hour), From: flows.Address{Platform: "memory", User: bela}}
			if err := s.life.Handle(s.Context(), ev); err != nil {
				t.Fatal(err)
			}
		}
		if n := m.runs(flows.Said); n != 55+60 {
			t.Errorf("%d of 200 messages from the future are read", n-55)
		}
		s.stop()
	})
}
