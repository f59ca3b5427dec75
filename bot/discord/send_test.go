package discord_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/flows"
)

// sender is an adapter that does not run, for one person.
func sender(t *testing.T, o fakediscord.Options) (*stand, *runner, *fakediscord.Person) {
	s := newStand(t, o)
	return s, &runner{Adapter: s.adapter(s.options()), s: s}, s.fake.User(anna)
}

func count(s *stand, method, part string) (n int) {
	for _, r := range s.fake.Requests() {
		if r.Method == method && strings.Contains(r.Path, part) {
			n++
		}
	}
	return n
}

func TestSendIsShownOnce(t *testing.T) {
	t.Parallel()
	s, r, person := sender(t, fakediscord.Options{})
	q := queued(anna, "", "m-1", "good evening")
	first := r.send(q)
	if again := r.send(q); again != first || len(person.Received()) != 1 {
		t.Errorf("refs %s and %s, anna sees %q", first, again, person.Received())
	}
	if m := person.Messages()[0]; m.Nonce != "m-1" || m.Flags != 4 || m.Content != "good evening" {
		t.Errorf("%+v", m)
	}
	if n := count(s, "POST", "/users/@me/channels"); n != 1 {
		t.Errorf("the channel was opened %d times", n)
	}
}

// A long message whose second part fails: the first is not said again, even when its nonce is forgotten.
func TestPartsAreSentOnce(t *testing.T) {
	t.Parallel()
	clock := &bottest.Clock{}
	clock.Set(time.Date(2026, 11, 1, 20, 0, 0, 0, time.UTC))
	s, r, person := sender(t, fakediscord.Options{Now: clock.Now})
	q := queued(anna, "", "m-1", strings.Repeat("A sentence of some length. ", 200))
	q.Message.Choices = []flows.Choice{{ID: "a", Label: "Yes", Action: "yes"}}
	n := 0
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/messages") {
			if n++; n == 2 {
				return &fakediscord.Failure{Status: 502, HTML: true}
			}
		}
		return nil
	})
	if _, err := r.Send(t.Context(), q); err == nil {
		t.Fatal("it did not fail")
	}
	clock.Set(clock.Now().Add(time.Hour))
	ref := r.send(q)
	all := person.Messages()
	if len(all) != 3 || len(all[0].Components) != 0 || len(all[2].Components) != 1 {
		t.Fatalf("%d messages", len(all))
	}
	chat, ids, _ := strings.Cut(ref, "/")
	if want := strings.Join([]string{all[2].ID, all[1].ID, all[0].ID}, ","); ids != want || chat == "" {
		t.Errorf("ref %s, want %s", ref, want)
	}
	if again := r.send(q); again != ref {
		t.Errorf("sent again, the ref is %s", again)
	}
	closing := flows.Queued{To: q.To, Ref: ref, Message: flows.Message{ID: "m-2", Op: flows.Close, On: "m-1"}}
	r.send(closing)
	if m := person.Messages()[2]; len(m.Components) != 0 || m.Content != all[2].Content {
		t.Errorf("closed: %+v", m)
	}
	closing.Message.Op = flows.Delete
	r.send(closing)
	if got := person.Received(); len(got) != 0 {
		t.Errorf("deleted, and anna sees %q", got)
	}
	r.send(closing) // what is gone is gone
	if nonces := []string{all[0].Nonce, all[1].Nonce, all[2].Nonce}; nonces[0] != "m-1" || nonces[1] == nonces[2] || len(nonces[1]) > 25 {
		t.Errorf("nonces %q", nonces)
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	_, r, person := sender(t, fakediscord.Options{})
	q := queued(anna, "", "m-1", "a week")
	q.Message.Image = &flows.Image{Name: "week.png", Alt: "Seven bars", Bytes: []byte("\x89PNG…")}
	r.send(q)
	if m := person.Messages()[0]; !bytes.Equal(m.Image, q.Message.Image.Bytes) || m.Alt != "Seven bars" || m.Content != "a week" {
		t.Errorf("%+v", m)
	}
}

// A channel that Discord forgot is opened once.
func TestUnknownChannel(t *testing.T) {
	t.Parallel()
	s, r, person := sender(t, fakediscord.Options{})
	ref := r.send(queued(anna, "", "m-1", "one"))
	chat, _, _ := strings.Cut(ref, "/")
	person.DropChannel()
	ref = r.send(queued(anna, chat, "m-2", "two"))
	if got := person.Received(); !slices.Equal(got, []string{"one", "two"}) || strings.HasPrefix(ref, chat) {
		t.Errorf("ref %s, anna sees %q", ref, got)
	}
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/messages") {
			return &fakediscord.Failure{Status: 404, Code: 10003}
		}
		return nil
	})
	before, posts := count(s, "POST", "/users/@me/channels"), count(s, "POST", "/messages")
	_, err := r.Send(t.Context(), queued(anna, chat, "m-3", "three"))
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Stale {
		t.Errorf("%v", err)
	}
	if n := count(s, "POST", "/users/@me/channels") - before; n != 1 {
		t.Errorf("the channel was opened %d times", n)
	}
	now, _, _ := strings.Cut(ref, "/")
	if _, err = r.Send(t.Context(), queued(anna, now, "m-4", "four")); err == nil {
		t.Error("it did not fail")
	}
	if n := count(s, "POST", "/messages") - posts; n != 3 { // the last one once: there is no other channel
		t.Errorf("%d tries", n)
	}
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/messages") {
			return &fakediscord.Failure{Status: 404, Code: 10003}
		}
		return &fakediscord.Failure{Status: 502, HTML: true}
	})
	_, err = r.Send(t.Context(), queued(ben, chat, "m-5", "five")) // that it could not be opened now says nothing of later
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Transient {
		t.Errorf("%v", err)
	}
}

func TestClasses(t *testing.T) {
	t.Parallel()
	s, r, _ := sender(t, fakediscord.Options{})
	r.send(queued(anna, "", "m-0", "hello"))
	type row struct {
		how    fakediscord.Failure
		once   bool
		class  bot.Class
		code   string
		global bool
	}
	rows := []row{
		{how: fakediscord.Failure{Status: 429, After: 3 * time.Second}, class: bot.Limited, code: "429"},
		{how: fakediscord.Failure{Status: 403, Code: 40003}, class: bot.Limited, code: "40003"},
		{how: fakediscord.Failure{Status: 403}, class: bot.Limited, code: "403"},
		{how: fakediscord.Failure{Status: 403, Code: 50007}, class: bot.Unreachable, code: "50007"},
		{how: fakediscord.Failure{Status: 403, Code: 50278}, class: bot.Unreachable, code: "50278"},
		{how: fakediscord.Failure{Status: 404, Code: 10008}, class: bot.Stale, code: "10008"},
		{how: fakediscord.Failure{Status: 404, Code: 10062}, class: bot.Stale, code: "10062"},
		{how: fakediscord.Failure{Status: 404, Code: 10015}, class: bot.Stale, code: "10015"},
		{how: fakediscord.Failure{Status: 400, Code: 40060}, class: bot.Stale, code: "40060"},
		{how: fakediscord.Failure{Status: 400, Code: 50035}, class: bot.Invalid, code: "50035"},
		{how: fakediscord.Failure{Status: 400, Code: 50006}, class: bot.Invalid, code: "50006"},
		{how: fakediscord.Failure{Status: 400}, class: bot.Invalid, code: "400"},
		{how: fakediscord.Failure{Status: 413, HTML: true}, class: bot.Invalid, code: "413"},
		{how: fakediscord.Failure{Status: 401}, class: bot.Fatal, code: "401"},
		{how: fakediscord.Failure{Status: 302, HTML: true}, class: bot.Transient, code: "302"},
		{how: fakediscord.Failure{Lose: true}, class: bot.Ambiguous, code: "lost"},
		{how: fakediscord.Failure{Cut: true}, class: bot.Ambiguous, code: "lost"},
		{how: fakediscord.Failure{Status: 200, HTML: true}, class: bot.Ambiguous, code: "lost"},
		{how: fakediscord.Failure{Status: 502, HTML: true}, once: true, class: bot.Ambiguous, code: "502"},
	}
	for status := 500; status <= 504; status++ {
		rows = append(rows, row{how: fakediscord.Failure{Status: status, HTML: true}, class: bot.Transient, code: fmt.Sprint(status)})
	}
	rows = append(rows, row{how: fakediscord.Failure{Status: 429, After: 7 * time.Second, Global: true}, class: bot.Limited, code: "429", global: true})
	for i, c := range rows {
		s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure { return &c.how })
		chat := fmt.Sprint(1575340000000000000 + i) // a bucket of its own
		q := queued(anna, chat, fmt.Sprint("m-", i), "x")
		q.Message.Once = c.once
		_, err := r.Send(t.Context(), q)
		e, ok := errors.AsType[*bot.SendError](err)
		if !ok || e.Class != c.class || e.Code != c.code || e.Global != c.global {
			t.Errorf("%+v: %v (%+v)", c.how, err, e)
			continue
		}
		if c.how.After > 0 && (e.After < c.how.After || e.After > c.how.After+2*time.Second) {
			t.Errorf("%+v: to wait %v", c.how, e.After)
		}
	}
	// The last one holds everybody: what comes next is not even asked.
	s.fake.Fail(nil)
	n := len(s.fake.Requests())
	_, err := r.Send(t.Context(), queued(ben, "1575340000000000999", "m-x", "x"))
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Limited || !e.Global || e.After < 5*time.Second || e.Code != "held" {
		t.Errorf("%v", err)
	}
	if len(s.fake.Requests()) != n {
		t.Error("it was asked all the same")
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	_, r, person := sender(t, fakediscord.Options{})
	for _, c := range []struct {
		go_, back func()
		code      string
	}{{person.Block, person.Unblock, "50007"}, {person.CloseDMs, person.Unblock, "50007"}, {person.LeaveServer, person.JoinServer, "50278"}} {
		c.go_()
		_, err := r.Send(t.Context(), queued(anna, "", "m-1", "x"))
		if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Unreachable || e.Code != c.code {
			t.Errorf("%v, want %s", err, c.code)
		}
		c.back()
	}
	r.send(queued(anna, "", "m-1", "x"))
}

// A send whose answer is lost, and one that is repeated, are shown once and give the same ref.
func TestAmbiguous(t *testing.T) {
	t.Parallel()
	s, r, person := sender(t, fakediscord.Options{})
	lost := false
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/messages") && !lost {
			lost = true
			return &fakediscord.Failure{Lose: true}
		}
		return nil
	})
	q := queued(anna, "", "m-1", "good evening")
	if _, err := r.Send(t.Context(), q); err == nil {
		t.Fatal("it did not fail")
	}
	ref := r.send(q)
	if got := person.Messages(); len(got) != 1 || !strings.HasSuffix(ref, "/"+got[0].ID) {
		t.Errorf("ref %s, anna sees %+v", ref, got)
	}
}

func TestNothingThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, r, _ := sender(t, fakediscord.Options{Listener: l})
	s.fake.Close()
	_, err = r.Send(t.Context(), queued(anna, "1", "m-1", "x"))
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Transient || e.Code != "unsent" {
		t.Errorf("%v", err)
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s, r, _ := sender(t, fakediscord.Options{})
	s.fake.Fail(func(fakediscord.Request) *fakediscord.Failure { return &fakediscord.Failure{Delay: 5 * time.Second} })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := r.Send(ctx, queued(anna, "1", "m-1", "x"))
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Ambiguous || time.Since(began) > time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	_, r, _ := sender(t, fakediscord.Options{})
	for _, op := range []flows.Op{flows.Close, flows.Delete} {
		for _, ref := range []string{"", "x", "1/", "/2"} {
			_, err := r.Send(t.Context(), flows.Queued{Ref: ref, Message: flows.Message{ID: "m", Op: op, On: "n"}})
			if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Stale {
				t.Errorf("%s of %q: %v", op, ref, err)
			}
		}
	}
	_, err := r.Send(t.Context(), flows.Queued{Message: flows.Message{ID: "m", Op: "dance"}})
	if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != bot.Invalid {
		t.Errorf("%v", err)
	}
}

// The bucket of a channel is kept without ever being refused.
func TestBucket(t *testing.T) {
	t.Parallel()
	s, r, person := sender(t, fakediscord.Options{PerChannel: 5})
	chat := ""
	for i := range 7 {
		for {
			ref, err := r.Send(t.Context(), queued(anna, chat, fmt.Sprint("m-", i), "x"))
			if err == nil {
				chat, _, _ = strings.Cut(ref, "/")
				break
			}
			e, _ := errors.AsType[*bot.SendError](err)
			if e == nil || e.Class != bot.Limited || e.Global {
				t.Fatal(err)
			}
			time.Sleep(e.After)
		}
	}
	if c := s.fake.Counts(); c.Refused[429] != 0 || len(person.Received()) != 7 {
		t.Errorf("%d refusals, %d messages", c.Refused[429], len(person.Received()))
	}
}

// A channel that is to be opened anew and cannot be is no reason to drop what was to go there.
func TestUnknownChannelThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		how   fakediscord.Failure
		class bot.Class
	}{
		{fakediscord.Failure{Status: 503, HTML: true}, bot.Transient},
		{fakediscord.Failure{Status: 403, Code: 50278}, bot.Unreachable},
		{fakediscord.Failure{Status: 403, Code: 40003}, bot.Limited},
	} {
		s, r, person := sender(t, fakediscord.Options{})
		ref := r.send(queued(anna, "", "m-1", "one"))
		chat, _, _ := strings.Cut(ref, "/")
		person.DropChannel()
		s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
			if req.Path == "/users/@me/channels" {
				return &c.how
			}
			return nil
		})
		_, err := r.Send(t.Context(), queued(anna, chat, "m-2", "two"))
		if e, ok := errors.AsType[*bot.SendError](err); !ok || e.Class != c.class {
			t.Errorf("%+v: %v", c.how, err)
		}
		// Opening channels too fast holds that, for everybody, and nothing else.
		before := count(s, "POST", "/users/@me/channels")
		_, err = r.Send(t.Context(), queued(ben, "", "m-3", "three"))
		e, _ := errors.AsType[*bot.SendError](err)
		if n := count(s, "POST", "/users/@me/channels") - before; c.class == bot.Limited && (n != 0 || e == nil || e.Class != bot.Limited || e.Global || e.After < 50*time.Second) {
			t.Errorf("channels are still opened: %d, %v", n, err)
		}
	}
}

// A bucket that is empty is one chat's: two of them at once hold nobody else.
func TestLimitsAreExact(t *testing.T) {
	t.Parallel()
	_, r, _ := sender(t, fakediscord.Options{})
	if p := r.Pace(); !p.Exact || p.Nonce <= 0 {
		t.Errorf("%+v", p)
	}
}
