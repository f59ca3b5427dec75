package web

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestClockStands(t *testing.T) {
	s := newStand(t, t.TempDir())
	if got := s.page.Now(); !got.Equal(start) || got.Location() != time.UTC {
		t.Errorf("it shows %v at first, want %v", got, start)
	}
	s.clock(`{"forward":"90m"}`)
	want := start.Add(90 * time.Minute)
	if err := s.page.Close(); err != nil {
		t.Fatal(err)
	}
	s.open(func(o *Options) { o.At = start.AddDate(1, 0, 0) }) // counts on the first start only
	if got := s.page.Now(); !got.Equal(want) {
		t.Errorf("it shows %v after a restart, want %v", got, want)
	}
	if !strings.Contains(s.log.String(), "--at counts on the first start only") {
		t.Errorf("nobody was told that --at did nothing:\n%s", s.log.String())
	}
}

func TestClockBeginsNow(t *testing.T) {
	s := newStand(t, t.TempDir(), func(o *Options) { o.At = time.Time{} })
	if got := s.page.Now(); time.Since(got) > time.Minute || got.Nanosecond() != 0 || got.Location() != time.UTC {
		t.Errorf("it shows %v", got)
	}
}

func TestClockNeverGoesBack(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.setTimers(start.Add(-time.Hour))
	got := s.clock(`{"until":"next"}`)
	if got.Now != stamp(start) || got.Fired != 1 || !slices.Equal(s.fired, []time.Time{start}) {
		t.Errorf("%+v, fired at %v", got, s.fired)
	}
}

func TestClockMoves(t *testing.T) {
	at := func(h float64) time.Time { return start.Add(time.Duration(h * float64(time.Hour))) }
	for _, c := range []struct {
		name, body string
		timers     []time.Time
		now        time.Time
		fired      []time.Time
	}{
		{"forward past nothing", `{"forward":"3h"}`, nil, at(3), nil},
		{"forward past two, out of order", `{"forward":"3h"}`, []time.Time{at(2), at(1), at(4)}, at(3), []time.Time{at(1), at(2)}},
		{"forward onto one", `{"forward":"3h"}`, []time.Time{at(3)}, at(3), []time.Time{at(3)}},
		{"two at once", `{"forward":"1d"}`, []time.Time{at(5), at(5)}, at(24), []time.Time{at(5), at(5)}},
		{"next", `{"until":"next"}`, []time.Time{at(7.5), at(2)}, at(2), []time.Time{at(2)}},
		{"next of nothing", `{"until":"next"}`, nil, at(0), nil},
		{"next of what is overdue", `{"until":"next"}`, []time.Time{at(-1), at(0), at(1)}, at(0), []time.Time{at(0), at(0)}},
		{"next beyond 400 days", `{"until":"next"}`, []time.Time{at(24 * 500)}, at(24 * 500), []time.Time{at(24 * 500)}},
		{"idle", `{"until":"idle"}`, []time.Time{at(0), at(1)}, at(0), []time.Time{at(0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t, t.TempDir())
			s.setTimers(c.timers...)
			got := s.clock(c.body)
			if got.Now != stamp(c.now) || got.Fired != len(c.fired) || !s.page.Now().Equal(c.now) {
				t.Errorf("%+v, want %v and %d", got, stamp(c.now), len(c.fired))
			}
			if !slices.Equal(s.fired, c.fired) {
				t.Errorf("handed over at %v\nwant %v", s.fired, c.fired)
			}
			if s.settled == 0 {
				t.Error("it did not wait for the deliveries")
			}
		})
	}
}

// Timers that timers set are part of the move, and what they say is there when it is over, each with its own time.
func TestClockFollowsTimersOfTimers(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.setTimers(start.Add(24 * time.Hour))
	s.onFire = func(now time.Time) {
		s.bot("a", "good evening")
		s.setTimers(now.Add(24 * time.Hour))
	}
	if got := s.clock(`{"forward":"7d"}`); got.Fired != 7 {
		t.Errorf("%+v", got)
	}
	for i, m := range s.messages("a", 0) {
		if want := stamp(start.Add(time.Duration(i+1) * 24 * time.Hour)); m.At != want {
			t.Errorf("message %d came at %s, want %s", i, m.At, want)
		}
	}
}

// A bot that never comes to an end does not take the page with it.
func TestClockThatCannotArrive(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.setTimers(start)
	s.onFire = func(now time.Time) { s.setTimers(now) }
	if status, answer := s.do("POST", "/api/clock", `{"until":"idle"}`); status != 500 {
		t.Errorf("%d %s", status, answer)
	}
	if !strings.Contains(s.log.String(), "keep setting timers") {
		t.Errorf("the log:\n%s", s.log.String())
	}
}

// What is said while the clock moves is said afterwards.
func TestSayWaitsForTheClock(t *testing.T) {
	s := newStand(t, t.TempDir())
	firing, goOn := make(chan struct{}), make(chan struct{})
	s.setTimers(start.Add(time.Hour))
	s.onFire = func(time.Time) {
		close(firing)
		<-goOn
		s.bot("a", "evening")
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.clock(`{"forward":"2h"}`) })
	<-firing
	said := make(chan struct{})
	wg.Go(func() { s.say("a", "hello"); close(said) })
	moved := make(chan struct{})
	wg.Go(func() { s.clock(`{"forward":"1h"}`); close(moved) })
	select {
	case <-said:
		t.Error("it did not wait")
	case <-moved:
		t.Error("two moves at once")
	case <-time.After(30 * time.Millisecond):
	}
	close(goOn)
	wg.Wait()
	if got := s.messages("a", 0)[0].Text; got != "evening" {
		t.Errorf("the first message is %q", got)
	}
	if want := start.Add(3 * time.Hour); !s.page.Now().Equal(want) {
		t.Errorf("the clock shows %v, want %v", s.page.Now(), want)
	}
}

func TestForward(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"3h": 3 * time.Hour, "45m": 45 * time.Minute, "1h30m": 90 * time.Minute, "1d": 24 * time.Hour, "2d12h": 60 * time.Hour,
		"1.5d": 36 * time.Hour, "400d": maxForward, "9600h": maxForward, "399d24h": maxForward, "1s": time.Second, "0d1m": time.Minute, "0.5h": 30 * time.Minute,
	} {
		if got, err := parseForward(in); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "d", "h", "3", "1w", "1y", "-1h", "-1d", "0s", "0d", "0d0h", "400d1s", "400d0.000000001s", "9601h", "401d", "1d-1h", "1d+1h",
		"1h1d", "1dd", "1d1d", " 1h", "1h ", "1e3d", "NaNd", "Infd", "0x1d", "999999999999999999999d", "999999999999999h", "2562047h47m", "1.2.3d", ".d",
		"１h", strings.Repeat("9", 5000) + "d"} {
		if got, err := parseForward(in); err == nil {
			t.Errorf("%q is %v", clip(in, 20), got)
		} else if len(err.Error()) > 200 {
			t.Errorf("%q: an error of %d bytes", clip(in, 20), len(err.Error()))
		}
	}
}

func TestClockEndsWithTheCalendar(t *testing.T) {
	s := newStand(t, t.TempDir(), func(o *Options) { o.At = time.Date(9999, 6, 1, 0, 0, 0, 0, time.UTC) })
	if status, answer := s.do("POST", "/api/clock", `{"forward":"300d"}`); status != 400 {
		t.Errorf("%d %s", status, answer)
	}
	s.clock(fmt.Sprintf(`{"forward":%q}`, "30d"))
}
