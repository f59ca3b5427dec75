package bottest

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot"
	"rewoo/flows"
)

// Harness is how the suite gets at an adapter.
type Harness struct {
	// New makes a platform on which nobody has said anything. What it needs it gives back in t.Cleanup.
	New func(t *testing.T) Platform
	// Store makes an empty store, which outlives the bots that are started on it and is closed in t.Cleanup.
	Store func(t *testing.T) bot.Store
	// People are two who can talk there.
	People [2]string
	// Drops says that a message which is sent twice under one ID is shown once.
	Drops bool
}

// Platform outlives the bots that stand on it: what people said and was not acknowledged, it hands to the next one.
type Platform interface {
	// Start puts a bot on the platform, with a fresh adapter.
	Start(t *testing.T, s Setup) Running
}

// Setup is what the bot must be made of.
type Setup struct {
	Store   bot.Store
	Machine flows.Machine
	Log     *slog.Logger
}

// Running is a bot on a platform. Its methods may be called from several goroutines.
type Running interface {
	// Say writes as user. It may wait for the bot. nil means that the platform has taken it; after an error it may
	// have or not, but if so it stays taken.
	Say(user, text string) error
	// Press presses the newest button with this label, as user, even one of a question that is closed, if the
	// platform lets them.
	Press(user, label string) error
	// Received gives the texts that user sees of the bot, in order.
	Received(user string) []string
	// Stop ends the bot as a signal would, and gives what Run returned; again if called again.
	Stop() error
}

// Failer is a Running whose platform can be made to fail.
type Failer interface {
	// FailSend makes the next n sends to user fail such that the adapter should report class, and tells whether this
	// platform can do that. A Limited one says to wait for a second or two.
	FailSend(user string, class bot.Class, n int) bool
}

// What a Running may be besides, found by type assertion; a part that needs one is left out without it.
type (
	// Poisoner can hand over something of user that no adapter knows, or that cannot be read.
	Poisoner interface{ Poison(user string) error }
	// Repeater can hand over once more what user did last, as a platform does that did not hear of our having taken it.
	Repeater interface{ Repeat(user string) error }
	// LatePresser can press a button like Press, so late that the platform takes no answer to it any more.
	LatePresser interface {
		PressLate(user, label string) error
	}
	// Filler can fill the newest form that user sees.
	Filler interface{ Fill(user, text string) error }
	// AllLimiter can let the platform refuse every send, because all together are too many, for a while.
	AllLimiter interface {
		LimitAll(after time.Duration) error
	}
	// SlowAcker can let every acknowledgement take d.
	SlowAcker interface{ SlowAck(d time.Duration) }
)

// word is in everything that people say here, and may be in no log line.
const word = "xylophone"

// patience is how long something may take that should be quick.
const patience = 20 * time.Second

// Conform runs the suite. Each part gets a platform and a store of its own, and must leave no goroutine.
func Conform(t *testing.T, h Harness) {
	for _, part := range []struct {
		name string
		run  func(*stage)
	}{
		{"crash before the commit", crashBeforeCommit},
		{"crash between commit and acknowledgement", crashBeforeAck},
		{"crash between send and done", crashBeforeDone},
		{"nothing is acknowledged while handle fails", nothingAcknowledged},
		{"a stop with a full queue loses nothing", stopWithFullQueue},
		{"one person's events stay in order", order},
		{"people do not wait for each other", parallel},
		{"a step that panics is not repeated", panics},
		{"a double press counts once", doublePress},
		{"an update that comes twice counts once", repeated},
		{"a press that comes late counts", latePress},
		{"an update of an unknown shape", poison},
		{"slow acknowledgements", slowAck},
		{"what a link brings along", startPayload},
		{"a picture", func(s *stage) { shows(s, "picture", "look: "+word) }},
		{"a quote", func(s *stage) { shows(s, "quote", nasty) }},
		{"a private message", func(s *stage) { shows(s, "private", "for you alone: "+word) }},
		{"a long message", long},
		{"many choices", many},
		{"a form", form},
		{"a message that is deleted", deleted},
		{"a question that is closed", closedQuestion},
		{"transient", func(s *stage) { comesLater(s, bot.Transient) }},
		{"ambiguous", func(s *stage) { comesLater(s, bot.Ambiguous) }},
		{"limited", func(s *stage) { comesLater(s, bot.Limited) }},
		{"everybody is limited", limitedAll},
		{"stale", func(s *stage) { isLeftOut(s, bot.Stale) }},
		{"unchanged", func(s *stage) { isLeftOut(s, bot.Unchanged) }},
		{"invalid", func(s *stage) { isLeftOut(s, bot.Invalid) }},
		{"unreachable", unreachable},
		{"fatal", fatal},
	} {
		t.Run(part.name, func(t *testing.T) {
			leak := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, leak) }) // registered first, so it runs last
			s := &stage{T: t, h: h, a: h.People[0], b: h.People[1], store: &faults{Store: h.Store(t)}}
			s.machine.gone = map[string]int{}
			s.platform = h.New(t)
			t.Cleanup(func() {
				if strings.Contains(s.log.String(), word) {
					t.Errorf("the log holds what people said:\n%s", s.log.String())
				}
			})
			s.start()
			part.run(s)
		})
	}
}

// stage is one part of the suite under way.
type stage struct {
	*testing.T
	h        Harness
	a, b     string
	platform Platform
	store    *faults
	machine  counter
	log      safeBuffer
	Running
}

// start puts a bot on the platform; the one before must have been stopped.
func (s *stage) start() {
	log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	run := s.platform.Start(s.T, Setup{Store: s.store, Machine: &s.machine, Log: log})
	s.Cleanup(func() { run.Stop() })
	s.Running = run
}

// restart is a crash and a new start: how the old bot ended does not matter.
func (s *stage) restart() {
	s.Stop()
	s.store.heal()
	s.start()
}

// say must be taken.
func (s *stage) say(user, text string) {
	s.Helper()
	if err := s.Say(user, text); err != nil {
		s.Fatalf("%s says: %v", user, err)
	}
}

// expect waits until user sees exactly want, and then a moment more.
func (s *stage) expect(user string, want ...string) {
	s.Helper()
	s.until(fmt.Sprintf("%s sees %q", user, want), func() bool { return slices.Equal(s.Received(user), want) },
		func() string { return fmt.Sprintf("it is %q", s.Received(user)) })
	time.Sleep(20 * time.Millisecond)
	if got := s.Received(user); !slices.Equal(got, want) {
		s.Fatalf("%s sees %q\nwant %q", user, got, want)
	}
}

// until waits for something that should be quick.
func (s *stage) until(what string, ok func() bool, is ...func() string) {
	s.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			for _, f := range is {
				what += "; " + f()
			}
			s.Fatalf("not after %v: %s", patience, what)
		}
	}
}

// soon waits for a goroutine of the suite.
func (s *stage) soon(what string, done <-chan struct{}) {
	s.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		s.Fatalf("not after %v: %s", patience, what)
	}
}

// counter is Echo that counts the Gone events which it handled.
type counter struct {
	Echo
	mu   sync.Mutex
	gone map[string]int // by event id; a store may run a step twice
}

func (c *counter) Step(in flows.Input, ev flows.Event) flows.Output {
	if ev.Kind == flows.Gone {
		c.mu.Lock()
		c.gone[ev.ID]++
		c.mu.Unlock()
	}
	return c.Echo.Step(in, ev)
}

func (c *counter) goneEvents() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.gone)
}

// safeBuffer is a bytes.Buffer for many goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
