package discord_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/discord"
	"rewoo/flows"
)

// queued is a message to user.
func queued(user, chat, id, text string) flows.Queued {
	return flows.Queued{
		Key: id, To: flows.Address{Platform: discord.Platform, User: user, Chat: chat},
		Message: flows.Message{ID: id, Body: []flows.Block{{Text: text}}},
	}
}

func (r *runner) send(q flows.Queued) string {
	r.s.Helper()
	ref, err := r.Send(context.Background(), q)
	if err != nil {
		r.s.Fatalf("send %s: %v", q.Message.ID, err)
	}
	return ref
}

// asked sends a question to anna, with two buttons and room for words.
func (r *runner) asked() string {
	r.s.Helper()
	q := queued(anna, "", "q-1", "how was it?")
	q.Message.Choices = []flows.Choice{{ID: "good", Label: "Good", Action: "action-good"}, {ID: "bad", Label: "Bad", Action: "action-bad"}}
	q.Message.Form = &flows.Form{Action: "action-form", Max: 300, Long: true}
	return r.send(q)
}

func newRun(t *testing.T, o fakediscord.Options, handle func(flows.Event) error) (*stand, *runner) {
	s := newStand(t, o)
	s.fake.User(anna)
	r := s.run(s.options(), handle).connected()
	return s, r
}

func TestATapIsAnsweredAfterItsCommit(t *testing.T) {
	committed := make(chan struct{})
	s, r := newRun(t, fakediscord.Options{}, func(ev flows.Event) error {
		if ev.Kind == flows.Pressed {
			<-committed
		}
		return nil
	})
	r.asked()
	i, err := s.fake.User(anna).Press("Good")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if i.Answer() != 0 {
		t.Error("it was answered before its commit")
	}
	close(committed)
	s.await("the tap is answered", func() bool { return i.Answer() == 6 })
	if d := i.AnsweredAfter(); d > time.Second {
		t.Errorf("it took %v", d) // and was the deferral of what takes too long
	}
	ev := r.got()[0]
	if ev.Kind != flows.Pressed || ev.Action != "action-good" || ev.From.User != anna || ev.From.Chat == "" || ev.Locale != "en-us" || ev.ID != "discord/"+fakediscord.AppID+"/i/"+i.ID {
		t.Errorf("the event is %+v", ev)
	}
}

func TestNothingIsAnsweredWhenHandleFails(t *testing.T) {
	failed := errors.New("the disk failed")
	s, r := newRun(t, fakediscord.Options{}, func(flows.Event) error { return failed })
	i := s.fake.User(anna).Command("start")
	<-r.done
	if !errors.Is(r.err, failed) {
		t.Errorf("Run ended with %v", r.err)
	}
	if i.Answer() != 0 {
		t.Errorf("it was answered with type %d", i.Answer())
	}
}

// A commit that takes too long is answered before it is done: the deadline is hard.
func TestSlowCommitIsDeferred(t *testing.T) {
	commit := make(chan struct{})
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Times.Defer = 50 * time.Millisecond
	r := s.run(o, func(flows.Event) error { <-commit; return nil }).connected()
	i := s.fake.User(anna).Command("start")
	s.await("the command is deferred", func() bool { return i.Answer() == 5 })
	if len(r.got()) != 0 {
		t.Fatal("it was handled before")
	}
	close(commit)
	s.await("it is handled all the same", func() bool { return len(r.got()) == 1 })
	q := queued(anna, r.got()[0].From.Chat, "m-1", "welcome")
	q.Answers = r.got()[0].ID
	r.send(q)
	if m, ok := i.Original(); !ok || m.Content != "welcome" {
		t.Errorf("the answer is %+v", m)
	}
}

func TestACommandIsAnsweredInPlace(t *testing.T) {
	s, r := newRun(t, fakediscord.Options{}, nil)
	i := s.fake.User(anna).Command("settings")
	s.await("it is handled", func() bool { return len(r.got()) == 1 })
	ev := r.got()[0]
	if ev.Kind != flows.Said || ev.Text != "/settings" {
		t.Errorf("the event is %+v", ev)
	}
	q := queued(anna, ev.From.Chat, "m-1", "here they are")
	q.Answers = ev.ID
	began := time.Now()
	ref := r.send(q) // at once: the deferral may still be under way
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
	m, _ := i.Original()
	if m.Content != "here they are" || m.Loading || ref != ev.From.Chat+"/"+m.ID {
		t.Errorf("ref %s, the answer is %+v", ref, m)
	}
	second := queued(anna, ev.From.Chat, "m-2", "and one more")
	second.Answers = ev.ID
	r.send(second)
	if got := s.fake.User(anna).Received(); len(got) != 2 || got[1] != "and one more" {
		t.Errorf("anna sees %q", got)
	}
	gone := flows.Queued{To: ev.From, Ref: ref, Message: flows.Message{ID: "m-3", Op: flows.Delete, On: "m-1"}}
	r.send(gone)
	if got := s.fake.User(anna).Received(); len(got) != 1 {
		t.Errorf("anna sees %q", got)
	}
}

func TestAnAnswerThatNothingFillsGoesAway(t *testing.T) {
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Times.Unused = 30 * time.Millisecond
	s.run(o, nil).connected()
	i := s.fake.User(anna).Command("noop")
	s.await("it is deferred", func() bool { return i.Answer() == 5 })
	s.await("the empty answer goes away", func() bool { _, there := i.Original(); return !there })
}

// A command that comes twice is answered once, and that answer stays.
func TestARepeatTakesNoAnswerAway(t *testing.T) {
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Times.Unused = 30 * time.Millisecond
	r := s.run(o, nil).connected()
	i := s.fake.User(anna).Command("settings")
	s.await("it is handled", func() bool { return len(r.got()) == 1 })
	q := queued(anna, r.got()[0].From.Chat, "m-1", "here they are")
	q.Answers = r.got()[0].ID
	r.send(q)
	s.fake.User(anna).Again(i)
	s.await("the repeat is answered", func() bool { return strings.Contains(s.log.String(), "40060") })
	time.Sleep(100 * time.Millisecond)
	if m, there := i.Original(); !there || m.Content != "here they are" {
		t.Errorf("the answer is %+v, there: %v", m, there)
	}
}

// An orderly stop leaves no "thinking …" behind.
func TestStopTakesEmptyAnswersAway(t *testing.T) {
	s, r := newRun(t, fakediscord.Options{}, nil)
	i := s.fake.User(anna).Command("start")
	s.await("it is deferred", func() bool { return i.Answer() == 5 })
	r.stop()
	if _, there := i.Original(); there {
		t.Error("it is still there")
	}
}

// The answer of a command knows no nonce. A crash between filling it and noting that must not repeat it.
func TestAFilledAnswerIsFoundAfterACrash(t *testing.T) {
	s, r := newRun(t, fakediscord.Options{}, nil)
	s.fake.User(anna).Command("start")
	s.await("it is handled", func() bool { return len(r.got()) == 1 })
	q := queued(anna, r.got()[0].From.Chat, "m-1", "welcome. *you*")
	q.Answers = r.got()[0].ID
	ref := r.send(q)
	r.stop()
	time.Sleep(2 * time.Millisecond)
	again := s.run(s.options(), nil)
	if got := again.send(q); got != ref {
		t.Errorf("ref %s, was %s", got, ref)
	}
	if got := s.fake.User(anna).Received(); len(got) != 1 {
		t.Errorf("anna sees %q", got)
	}
	q.Message.ID, q.Message.Body[0].Text = "m-2", "something else"
	again.send(q)
	if got := s.fake.User(anna).Received(); len(got) != 2 {
		t.Errorf("anna sees %q", got)
	}
}

// A form has to be the first answer, and opening it is nothing that happened.
func TestWriting(t *testing.T) {
	s, r := newRun(t, fakediscord.Options{}, nil)
	r.asked()
	sent, err := s.fake.User(anna).Write("it was *fine*\nreally")
	if err != nil {
		t.Fatal(err)
	}
	s.await("it is answered", func() bool { return sent.Answer() == 6 })
	if got := r.got(); len(got) != 1 || got[0].Kind != flows.Filled || got[0].Action != "action-form" || got[0].Text != "it was *fine*\nreally" {
		t.Errorf("the events are %+v", got)
	}
	if _, err := s.fake.User(anna).Write(strings.Repeat("x", 301)); err == nil {
		t.Error("the form takes more than the 300 characters that were asked for")
	}
}

func TestNoFormWithoutFreeText(t *testing.T) {
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.FreeText = false
	s.fake.User(anna)
	r := s.run(o, nil).connected()
	r.asked()
	if _, err := s.fake.User(anna).Press("Write"); !errors.Is(err, fakediscord.ErrNoButton) {
		t.Errorf("there is a button to write: %v", err)
	}
	s.fake.User(anna).Say("words all the same")
	s.await("words are handed over", func() bool { return len(r.texts(anna)) == 1 })
}

// Outside direct messages one neutral line comes, seen by one person alone, and nothing happens.
func TestOutsideDirectMessages(t *testing.T) {
	s, r := newRun(t, fakediscord.Options{}, nil)
	for _, i := range []*fakediscord.Interaction{s.fake.User(anna).CommandInGuild("start"), s.fake.User(ben).TapInGuild("action-good"), s.fake.User(ben).TapInGuild("w:10:0:action-form")} {
		s.await("it is answered", func() bool { return i.Answer() == 4 })
		var d struct {
			Content string
			Flags   int
		}
		if err := json.Unmarshal([]byte(i.Data()), &d); err != nil || d.Content != `I only talk in private chats.` || d.Flags != 64 {
			t.Errorf("the answer is %s", i.Data())
		}
	}
	s.fake.User(anna).Say("done")
	s.await("the next thing comes", func() bool { return len(r.got()) > 0 })
	if got := r.got(); len(got) != 1 || got[0].Text != "done" {
		t.Errorf("events: %+v", got)
	}
}

// Answers that come too late, or twice, harm nothing.
func TestFailedAnswers(t *testing.T) {
	for name, how := range map[string]fakediscord.Failure{
		"too late": {Status: 404, Code: 10062}, "twice": {Status: 400, Code: 40060}, "down": {Status: 502, HTML: true}, "lost": {Lose: true}, "cut": {Cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, r := newRun(t, fakediscord.Options{}, nil)
			s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
				if strings.HasSuffix(req.Path, "/callback") {
					return &how
				}
				return nil
			})
			s.fake.User(anna).Command("start")
			s.await("it is handled", func() bool { return len(r.got()) == 1 })
			q := queued(anna, r.got()[0].From.Chat, "m-1", "welcome")
			q.Answers = r.got()[0].ID
			r.send(q)
			s.await("anna is answered", func() bool { got := s.fake.User(anna).Received(); return len(got) == 1 && got[0] == "welcome" })
			if r.Health().Problem != "" {
				t.Errorf("there is a problem: %s", r.Health().Problem)
			}
		})
	}
}

// A button of a message from before the switch was turned off opens nothing: the engine says what becomes of it.
func TestOldFormButton(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.FreeText = false
	r := s.run(o, nil).connected()
	i := s.fake.User(anna).Tap("w:300:0:action-form")
	s.await("it is answered", func() bool { return i.Answer() == 6 })
	if got := r.got(); len(got) != 1 || got[0].Kind != flows.Pressed || got[0].Action != "action-form" {
		t.Errorf("%+v", got)
	}
}

// A slow answer to one holds up neither them nor anybody else.
func TestSlowAnswers(t *testing.T) {
	s, r := newRun(t, fakediscord.Options{}, nil)
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/callback") {
			return &fakediscord.Failure{Delay: 1500 * time.Millisecond}
		}
		return nil
	})
	r.asked()
	began := time.Now()
	for range 10 {
		s.fake.User(anna).Press("Good")
	}
	s.fake.User(anna).Say("next")
	s.fake.User(ben).Say("me too")
	s.await("all is handled", func() bool { return len(r.texts(anna)) == 1 && len(r.texts(ben)) == 1 && len(r.got()) == 12 })
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
}
