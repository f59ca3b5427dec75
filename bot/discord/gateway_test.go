package discord_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/flows"
)

// gone waits until the connection is lost and there again.
func (r *runner) back(connections int) {
	r.s.Helper()
	r.s.await("the adapter connects again", func() bool {
		return r.s.fake.Counts().Connections >= connections && r.Health().Connected
	})
}

// lost waits until the first connection is lost, which may be over before it can be seen.
func (r *runner) lost() {
	r.s.Helper()
	r.s.await("the connection is lost", func() bool { return !r.Health().Connected || r.s.fake.Counts().Connections > 1 })
}

// saysAll checks that everything anna said came, in order and once.
func (r *runner) saysAll(want ...string) {
	r.s.Helper()
	r.s.await("all that was said is handed over", func() bool { return len(r.texts(anna)) >= len(want) })
	if got := r.texts(anna); !slices.Equal(got, want) {
		r.s.Errorf("handed over: %q\nwant %q", got, want)
	}
}

// A session that can be resumed loses nothing, taps included, and costs no IDENTIFY.
func TestResume(t *testing.T) {
	for name, breaks := range map[string]func(fakediscord.Script){
		"close 4000": func(g fakediscord.Script) { g.Close(4000) },
		"op 7":       func(g fakediscord.Script) { g.Reconnect() },
		"lost":       func(g fakediscord.Script) { g.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, r := newRun(t, fakediscord.Options{}, nil)
			s.fake.User(anna).Say("before")
			r.saysAll("before")
			r.asked()
			breaks(s.fake.Gateway())
			r.lost()
			s.fake.User(anna).Say("meanwhile")
			s.fake.User(anna).Press("Good")
			r.back(2)
			s.fake.User(anna).Say("after")
			r.saysAll("before", "meanwhile", "after")
			if !slices.ContainsFunc(r.got(), func(e flows.Event) bool { return e.Action == "action-good" }) {
				t.Error("the tap is lost")
			}
			if c := s.fake.Counts(); c.Identifies != 1 || c.Resumes != 1 {
				t.Errorf("%d IDENTIFYs and %d RESUMEs", c.Identifies, c.Resumes)
			}
		})
	}
}

// A session that is gone is made anew, and what was said meanwhile is fetched.
func TestRefusedResume(t *testing.T) {
	for name, breaks := range map[string]func(fakediscord.Script){
		"refused":    func(g fakediscord.Script) { g.RefuseResume(1); g.Cut() },
		"4009":       func(g fakediscord.Script) { g.Close(4009) },
		"op 9 false": func(g fakediscord.Script) { g.Invalid(false); g.Cut() },
		"op 9 true":  func(g fakediscord.Script) { g.Forget(); g.Invalid(true); g.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, r := newRun(t, fakediscord.Options{}, nil)
			s.fake.User(anna).Say("before")
			r.saysAll("before")
			breaks(s.fake.Gateway())
			r.lost()
			s.fake.User(anna).Say("meanwhile")
			r.back(2)
			s.fake.User(anna).Say("after")
			r.saysAll("before", "meanwhile", "after")
		})
	}
}

func TestCatchUpAtStart(t *testing.T) {
	t.Parallel()
	s, r := newRun(t, fakediscord.Options{}, nil)
	s.fake.User(anna).Say("before")
	r.saysAll("before")
	s.await("it is noted", func() bool { last, _ := s.desk.LastOnline(t.Context(), ""); return !last.IsZero() })
	r.stop()
	want := []string{"before"}
	for i := range 250 { // more than two pages
		text := fmt.Sprint("meanwhile ", i)
		s.fake.User(anna).Say(text)
		want = append(want, text)
	}
	s.fake.User(anna).Post("", func(m map[string]any) { m["type"] = 6 })
	again := s.run(s.options(), nil)
	again.mu.Lock()
	again.events = r.got()
	again.mu.Unlock()
	again.connected()
	s.fake.User(anna).Say("now")
	again.saysAll(append(want, "now")...)
}

// Two things are said to nobody while the bot is away: what it reads as such is not what another person wrote.
func TestCatchUpTakesOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	s, r := newRun(t, fakediscord.Options{}, nil)
	s.fake.User(anna).Say("before")
	r.saysAll("before")
	r.send(queued(anna, r.got()[0].From.Chat, "m-1", "the bot's own words"))
	s.fake.Gateway().Close(4009)
	r.lost()
	s.fake.User(anna).Post("of somebody else", func(m map[string]any) { m["author"].(map[string]any)["id"] = ben })
	s.fake.User(anna).Say("meanwhile")
	r.back(2)
	r.saysAll("before", "meanwhile")
	if got := r.texts(ben); len(got) > 0 {
		t.Errorf("ben is said to have said %q", got)
	}
	time.Sleep(30 * time.Millisecond)
	r.saysAll("before", "meanwhile")
}

// While what was missed cannot be fetched, nobody is told that all is well, and people are heard all the same.
func TestCatchUpThatFails(t *testing.T) {
	t.Parallel()
	s, r := newRun(t, fakediscord.Options{}, nil)
	s.fake.User(anna).Say("before")
	r.saysAll("before")
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if req.Method == "GET" && strings.Contains(req.Path, "/messages") {
			return &fakediscord.Failure{Status: 503, HTML: true}
		}
		return nil
	})
	s.fake.Gateway().Close(4009)
	r.lost()
	s.fake.User(anna).Say("meanwhile")
	r.back(2)
	s.fake.User(ben).Say("I am here")
	s.await("ben is heard", func() bool { return len(r.texts(ben)) == 1 })
	s.desk.mu.Lock()
	noted := s.desk.online
	s.desk.mu.Unlock()
	time.Sleep(500 * time.Millisecond) // longer than it takes to leave the head of the line
	s.desk.mu.Lock()
	if s.desk.online > noted {
		t.Error("all is well, it says")
	}
	s.desk.mu.Unlock()
	s.fake.Fail(nil)
	r.saysAll("before", "meanwhile")
	s.await("all is well again", func() bool {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return s.desk.online > noted
	})
}

// All is not well before it is known what was missed: a note made too early would be where the next catch-up begins.
func TestNoNoteBeforeItIsKnownWhatWasMissed(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Times.Backoff, o.Times.Longest = 500*time.Millisecond, 500*time.Millisecond
	r := s.run(o, nil).connected()
	s.fake.User(anna).Say("before")
	r.saysAll("before")
	noted := func() int {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return s.desk.online
	}
	s.await("it is noted", func() bool { return noted() > 0 })
	asked, goOn := make(chan struct{}), make(chan struct{})
	s.desk.mu.Lock()
	s.desk.asked = func() { asked <- struct{}{}; <-goOn }
	s.desk.mu.Unlock()
	s.fake.Gateway().Close(4009)
	<-asked
	before := noted()
	time.Sleep(100 * time.Millisecond)
	if n := noted(); n > before {
		t.Errorf("%d notes that all is well while nobody knows who wrote", n-before)
	}
	s.fake.Gateway().Down(1000) // and the connection is lost once more before that is known
	s.fake.Gateway().Close(4009)
	s.await("the connection is lost", func() bool { return !r.Health().Connected })
	s.desk.mu.Lock()
	s.desk.asked = nil
	s.desk.mu.Unlock()
	close(goOn)
	time.Sleep(100 * time.Millisecond)
	if n := noted(); n > before {
		t.Errorf("%d notes that all is well without a connection", n-before)
	}
	s.fake.Gateway().Down(0)
	s.await("it is noted again", func() bool { return noted() > before })
}

func TestNeverHello(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().Silent(1)
	o := s.options()
	o.Times.Idle = 100 * time.Millisecond
	r := s.run(o, nil)
	r.back(2)
	if notes := r.Health().Notes; len(notes) != 1 {
		t.Errorf("a session was abandoned that could be used again: %q", notes)
	}
}

// With the idle limit of Discord the limit for the beginning comes first.
func TestNeverHelloWithoutIdleLimit(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().Silent(1)
	o := s.options()
	o.Times.Idle, o.Times.Open = time.Hour, 100*time.Millisecond
	s.run(o, nil).back(2)
}

// discordgo hangs for ever: the session is left behind.
func TestReconnectBeforeReady(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().ReconnectBeforeReady(1)
	o := s.options()
	o.Times.Open = 200 * time.Millisecond
	r := s.run(o, nil)
	r.back(2)
	s.fake.User(anna).Say("hello")
	r.saysAll("hello")
	if notes := r.Health().Notes; len(notes) != 2 || notes[1] != "1 gateway sessions hung and were abandoned" {
		t.Errorf("the notes are %q", notes)
	}
}

// Heartbeats that nobody answers are a dead connection, long before discordgo thinks so, and can be resumed.
func TestMissingAcks(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{Heartbeat: 100 * time.Millisecond})
	o := s.options()
	o.Times.Idle = 300 * time.Millisecond
	r := s.run(o, nil).connected()
	time.Sleep(500 * time.Millisecond)
	if c := s.fake.Counts(); c.Connections != 1 {
		t.Fatalf("%d connections while all is well", c.Connections)
	}
	s.fake.Gateway().NoAcks(true)
	s.await("it is noticed", func() bool { return !r.Health().Connected })
	s.fake.Gateway().NoAcks(false)
	s.fake.User(anna).Say("meanwhile")
	r.back(2)
	r.saysAll("meanwhile")
	if c := s.fake.Counts(); c.Identifies != 1 {
		t.Errorf("%d IDENTIFYs", c.Identifies)
	}
}

// A connection that breaks right after READY backs off, and a budget that runs low stops it before Discord does.
func TestFlapping(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().Starts(202, time.Hour)
	s.fake.Gateway().Flap(1000)
	s.fake.Gateway().RefuseResume(1000)
	o := s.options()
	o.Times.Backoff, o.Times.Longest = time.Millisecond, 2*time.Millisecond
	r := s.run(o, nil)
	s.await("the problem shows", func() bool { return strings.Contains(r.Health().Problem, "IDENTIFYs are left") })
	n := s.fake.Counts().Identifies
	time.Sleep(50 * time.Millisecond)
	if c := s.fake.Counts(); c.Identifies != n || n > 6 {
		t.Errorf("%d IDENTIFYs, then %d", n, c.Identifies)
	}
	if n := strings.Count(s.log.String(), "too few IDENTIFYs"); n != 1 {
		t.Errorf("%d lines say so", n)
	}
	if h := r.Health(); h.Connected || !strings.HasPrefix(h.Notes[0], "199 of 1000") && !strings.HasPrefix(h.Notes[0], "19") {
		t.Errorf("%+v", h)
	}
}

// After the reset it goes on by itself.
func TestBudgetComesBack(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().Starts(199, time.Second)
	r := s.run(s.options(), nil)
	s.await("the problem shows", func() bool { return r.Health().Problem != "" })
	if c := s.fake.Counts(); c.Identifies != 0 {
		t.Errorf("%d IDENTIFYs", c.Identifies)
	}
	s.fake.Gateway().Starts(1000, 24*time.Hour)
	r.connected()
	if p := r.Health().Problem; p != "" {
		t.Errorf("the problem is still: %s", p)
	}
}

// Back off, doubling: ten lost connections in a row do not come in ten times the first wait.
func TestBackoff(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().Down(6)
	o := s.options()
	o.Times.Backoff, o.Times.Longest = 10*time.Millisecond, 10*time.Second
	began := time.Now()
	s.run(o, nil).back(7)
	if took := time.Since(began); took < 300*time.Millisecond { // at least half of 10+20+…+320
		t.Errorf("it took %v", took)
	}
}

// A fatal close is seen after a session that was well, too: what discordgo does by itself after a RESUME that is refused hides the code.
func TestFatalCloseLater(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	r := s.run(s.options(), nil).connected()
	s.fake.Gateway().CloseOnIdentify(1000, 4004)
	s.fake.Gateway().Close(4004)
	select {
	case <-r.done:
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
	if e, ok := errors.AsType[*bot.PlatformError](r.err); !ok || e.Code != "4004" {
		t.Errorf("Run ended with %v", r.err)
	}
	if c := s.fake.Counts(); c.Identifies > 4 {
		t.Errorf("%d IDENTIFYs", c.Identifies)
	}
}

// What stays away is one line in the log, and a sentence in the status.
func TestAwayIsSaidOnce(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().Down(6)
	r := s.run(s.options(), nil)
	s.await("a few tries", func() bool { return s.fake.Counts().Connections >= 4 })
	if h := r.Health(); !strings.Contains(h.Problem, "the gateway connection ended") {
		t.Errorf("%+v", h)
	}
	r.connected()
	if h := r.Health(); h.Problem != "" {
		t.Errorf("%+v", h)
	}
	if n := strings.Count(s.log.String(), "level=WARN msg=\"the gateway connection ended"); n != 1 {
		t.Errorf("%d lines of it:\n%s", n, s.log.String())
	}
}

func TestFatalCloses(t *testing.T) {
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			s := newStand(t, fakediscord.Options{})
			s.fake.Gateway().CloseOnIdentify(1, code)
			r := s.run(s.options(), nil)
			select {
			case <-r.done:
			case <-time.After(10 * time.Second):
				t.Fatal("it goes on")
			}
			e, ok := errors.AsType[*bot.PlatformError](r.err)
			if !ok || e.Code != fmt.Sprint(code) || e.Problem == "" || e.Hint == "" {
				t.Errorf("Run ended with %v", r.err)
			}
			if h := r.Health(); h.Problem == "" || h.Connected {
				t.Errorf("%+v", h)
			}
			if c := s.fake.Counts(); c.Identifies != 1 {
				t.Errorf("%d IDENTIFYs", c.Identifies)
			}
		})
	}
	t.Run("not these", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, fakediscord.Options{})
		s.fake.Gateway().CloseOnIdentify(1, 4008)
		s.run(s.options(), nil).back(2)
	})
}

func TestRefusedToken(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{Token: fakediscord.DefaultToken + "x"})
	o := s.options()
	o.Token = fakediscord.DefaultToken
	r := s.run(o, nil)
	<-r.done
	if e, ok := errors.AsType[*bot.PlatformError](r.err); !ok || e.Code != "401" {
		t.Errorf("Run ended with %v", r.err)
	}
	if c := s.fake.Counts(); c.Refused[401] != 1 {
		t.Errorf("%d refusals", c.Refused[401])
	}
}

// A stranger who writes ten thousand things at once: nothing is lost, all is in order, and the other one is not held up.
func TestFlood(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	slow := make(chan struct{})
	r := s.run(s.options(), func(ev flows.Event) error {
		if ev.From.User == anna {
			<-slow
		}
		return nil
	}).connected()
	var want []string
	for i := range 10_000 {
		text := fmt.Sprint("flood ", i)
		s.fake.User(anna).Say(text)
		want = append(want, text)
	}
	began := time.Now()
	s.fake.User(ben).Say("and me?")
	s.await("ben is heard", func() bool { return len(r.texts(ben)) == 1 })
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("ben waited for %v", took)
	}
	close(slow)
	for end := time.Now().Add(time.Minute); len(r.texts(anna)) < len(want) && time.Now().Before(end); {
		time.Sleep(50 * time.Millisecond)
	}
	if got := r.texts(anna); !slices.Equal(got, want) {
		t.Errorf("%d of %d came, or not in order", len(got), len(want))
	}
}

// Things of unknown shape are events all the same, or nothing; what comes behind them is heard.
func TestPoison(t *testing.T) {
	t.Parallel()
	s, r := newRun(t, fakediscord.Options{}, nil)
	s.fake.User(anna).Say("one")
	r.saysAll("one")
	for _, raw := range []string{
		`{"id":"1575340000000000001","channel_id":"1","author":{"id":"` + anna + `"},"content":{"new":1},"components":[{"type":99}]}`,
		`{"id":"1575340000000000002","channel_id":5,"author":{"id":"` + anna + `","bot":false},"content":"x"}`,
		`{"id":"x"}`, `[]`, `null`, `"x"`, `{}`,
	} {
		s.fake.Dispatch("MESSAGE_CREATE", []byte(raw))
	}
	for _, raw := range []string{
		`{"id":"1575340000000000003","token":"t","type":5,"context":1,"user":{"id":"` + anna + `"},"data":null}`,
		`{"id":"1575340000000000004","token":"t","type":3,"context":1,"user":{"id":"` + anna + `"},"data":{"custom_id":7}}`,
		`{"id":"1575340000000000005","token":"t","type":"three","user":{"id":"` + anna + `"}}`,
		`{"id":"1575340000000000006","token":"t","type":3,"context":1,"user":{"id":"` + anna + `"},"data":{"custom_id":"w:99999:0:x"}}`,
		`null`, `{}`,
	} {
		s.fake.Dispatch("INTERACTION_CREATE", []byte(raw))
	}
	s.fake.Dispatch("SOMETHING_NEW", []byte(`{"secret":"xylophone"}`))
	s.fake.Dispatch("GUILD_CREATE", []byte(`{"id":5}`))
	s.fake.User(anna).Say("two")
	r.saysAll("one", "two")
	others := 0
	for _, e := range r.got() {
		if e.Kind == flows.Other {
			others++
		}
	}
	if others != 5 { // 1, 2, 3, 4, 5; the sixth is a tap on something unknown
		t.Errorf("%d events of an unknown kind: %v", others, r.got())
	}
	if strings.Contains(s.log.String(), "xylophone") {
		t.Error("the log holds an event")
	}
}
