package flows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// shipped is the real library, loaded once for all tests.
var shipped = sync.OnceValues(LoadShipped)

func mustShipped(t testing.TB) *Library {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// sim is a store and a world without disk: what storage and bot do for the engine, in a few lines, so that engine tests
// can play thousands of lives. States are encoded and decoded between all steps. Every step is taken twice, and has to
// give the same and leave its arguments alone.
type sim struct {
	t     testing.TB
	lib   *Library
	now   time.Time
	units map[UnitID]State
	seq   map[string]int // events of each user, so that ids tell nothing of anybody else
	sent  []sent
	wrong []time.Time
	kept  map[string]Entry
}

type sent struct {
	To  string // user
	At  time.Time
	Msg Message
	Ev  Kind
	By  string // user whose event it was; "" for a timer
}

func newSim(t testing.TB) *sim {
	return &sim{t: t, lib: mustShipped(t), now: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC), units: map[UnitID]State{}, seq: map[string]int{}, kept: map[string]Entry{}}
}

func (w *sim) seed(id string) Seed { return Seed{}.derive("sim", id) }

func (w *sim) person(user string) (*State, *Person) {
	for _, s := range w.units {
		for i := range s.People {
			if s.People[i].Addr.User == user {
				return &s, &s.People[i]
			}
		}
	}
	return nil, nil
}

func (w *sim) say(user, text string) []Message {
	return w.event(Event{Kind: Said, From: Address{Platform: "sim", User: user}, Text: text})
}

// press presses the latest button with this label, live ones first.
func (w *sim) press(user, label string) []Message {
	w.t.Helper()
	action := w.button(user, label)
	if action == "" {
		w.t.Fatalf("%s has no button %q; last: %s", user, label, w.last(user))
	}
	return w.event(Event{Kind: Pressed, From: Address{Platform: "sim", User: user}, Action: action})
}

func (w *sim) button(user, label string) string {
	_, p := w.person(user)
	for i := len(w.sent) - 1; i >= 0; i-- {
		for _, c := range w.sent[i].Msg.Choices {
			if w.sent[i].To != user || c.Label != label {
				continue
			}
			if p != nil {
				for _, b := range p.Buttons {
					if b.Token == c.Action {
						return c.Action
					}
				}
			}
		}
	}
	return ""
}

// event takes one step as a store would, and returns what its own person got.
func (w *sim) event(ev Event) []Message {
	if ev.ID == "" {
		w.seq[ev.From.User]++
		ev.ID = fmt.Sprintf("sim/%s/%d", ev.From.User, w.seq[ev.From.User])
	}
	ev.At, ev.Seed = w.now, w.seed(ev.ID)
	in := Input{}
	if s, p := w.person(ev.From.User); p != nil && ev.Kind != Fired {
		in.Self, in.Who = *s, p.ID
	}
	if ev.Kind == Fired {
		in = w.take(ev)
		if in.Timer == nil {
			return nil
		}
	}
	for _, at := range w.wrong {
		if w.now.Sub(at) < 15*time.Minute {
			in.WrongCodes++
		}
	}
	in.Other = w.other(w.lib.Needs(in.Self, in.Who, ev), in.Self.Unit)
	return w.commit(in, ev, w.stepTwice(in, ev))
}

func (w *sim) take(ev Event) (in Input) {
	s, ok := w.units[ev.Unit]
	if !ok {
		return in
	}
	s = s.Clone()
	for i := range s.People {
		p := &s.People[i]
		for j, timer := range p.Timers {
			if timer.Name == ev.Timer && timer.Due.Equal(ev.Due) {
				p.Timers = slices.Delete(p.Timers, j, j+1)
				return Input{Self: s, Who: p.ID, Timer: &timer}
			}
		}
	}
	return in
}

func (w *sim) other(key string, self UnitID) *State {
	what, name, _ := strings.Cut(key, "/")
	for id, s := range w.units {
		if id != self && (what == "unit" && string(id) == name || what == "code" && slices.Contains(s.Codes(), name)) {
			return &s
		}
	}
	return nil
}

func (w *sim) stepTwice(in Input, ev Event) Output {
	w.t.Helper()
	before := encode(in)
	out := w.lib.Step(in, ev)
	if after := encode(in); !bytes.Equal(before, after) {
		w.t.Fatalf("Step altered its argument\nbefore %s\nafter  %s", before, after)
	}
	again := w.lib.Step(in, ev)
	if a, b := encode(out), encode(again); !bytes.Equal(a, b) {
		w.t.Fatalf("Step is not a function\nfirst  %s\nsecond %s", a, b)
	}
	return out
}

// encode writes people too, whom a State's own JSON leaves to the store's parts.
func encode(v any) []byte {
	type whole struct {
		State  State
		People []Person
	}
	var parts []any
	add := func(s State) { parts = append(parts, whole{s, s.People}) }
	switch v := v.(type) {
	case Input:
		add(v.Self)
		if v.Other != nil {
			add(*v.Other)
		}
		parts = append(parts, v.Who, v.Timer, v.WrongCodes)
	case Output:
		for _, s := range v.States {
			add(s)
		}
		parts = append(parts, v.Messages, v.Journal, v.WrongCode)
	}
	b, err := json.Marshal(parts)
	if err != nil {
		panic(err)
	}
	return b
}

func (w *sim) commit(in Input, ev Event, out Output) []Message {
	w.t.Helper()
	users := map[PersonID]string{}
	note := func(s State) {
		for _, p := range s.People {
			users[p.ID] = p.Addr.User
		}
	}
	note(in.Self)
	delete(w.units, in.Self.Unit)
	if in.Other != nil {
		note(*in.Other)
		delete(w.units, in.Other.Unit)
	}
	for _, s := range out.States {
		note(s)
		w.units[s.Unit] = reread(w.t, s)
	}
	if out.WrongCode {
		w.wrong = append(w.wrong, w.now)
	}
	for _, e := range out.Journal {
		w.kept[string(e.Person)+e.ID] = e
	}
	var own []Message
	for _, m := range out.Messages {
		user, ok := users[m.To]
		if !ok {
			user = ev.From.User
		}
		by := ev.From.User
		w.sent = append(w.sent, sent{To: user, At: w.now, Msg: m, Ev: ev.Kind, By: by})
		if user == by {
			own = append(own, m)
		}
	}
	return own
}

// reread is a state as it comes back from a disk.
func reread(t testing.TB, s State) State {
	t.Helper()
	var out State
	for _, pair := range []struct{ from, to any }{{s, &out}, {s.People, &out.People}} {
		b, err := json.Marshal(pair.from)
		if err == nil {
			err = json.Unmarshal(b, pair.to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// next is the earliest timer of all.
func (w *sim) next() (ev Event, ok bool) {
	for id, s := range w.units {
		for _, p := range s.People {
			for _, timer := range p.Timers {
				earlier := timer.Due.Before(ev.Due) || timer.Due.Equal(ev.Due) && timer.Name < ev.Timer
				if !ok || earlier {
					ev, ok = Event{Kind: Fired, Unit: id, Timer: timer.Name, Due: timer.Due}, true
				}
			}
		}
	}
	ev.ID = fmt.Sprintf("timer/%s/%s", ev.Timer, ev.Due)
	return ev, ok
}

// pass lets time go by; everything due happens in order.
func (w *sim) pass(d time.Duration) {
	w.t.Helper()
	target := w.now.Add(d)
	for {
		ev, ok := w.next()
		if !ok || ev.Due.After(target) {
			break
		}
		if ev.Due.After(w.now) {
			w.now = ev.Due
		}
		w.event(ev)
	}
	w.now = target
}

// got is what a user was shown since mark, as text.
func (w *sim) got(user string, mark int) string {
	var b strings.Builder
	for _, s := range w.sent[mark:] {
		if s.To == user && s.Msg.Op == Show {
			b.WriteString(s.Msg.Text() + "\n")
		}
	}
	return b.String()
}

func (w *sim) last(user string) string {
	for i := len(w.sent) - 1; i >= 0; i-- {
		if w.sent[i].To == user && w.sent[i].Msg.Op == Show {
			return w.sent[i].Msg.Text()
		}
	}
	return ""
}

// welcome takes a user through the first steps, up to the choice how to begin.
func (w *sim) welcome(user, name, checkin, role string) {
	w.t.Helper()
	w.say(user, "/start")
	for _, label := range []string{"Go on", "I agree", "I am 18 or over", "Continue"} {
		w.press(user, label)
	}
	w.say(user, name)
	w.say(user, "Berlin")
	w.press(user, "Yes")
	w.say(user, checkin)
	w.press(user, "That suits me")
	w.press(user, role)
}

// code is the code that a user was last shown.
func (w *sim) code(user string) string {
	_, p := w.person(user)
	if p == nil || p.Pair == nil {
		w.t.Fatalf("%s has no code", user)
	}
	return p.Pair.Code
}

// pair makes a couple of a and b.
func (w *sim) pair() {
	w.t.Helper()
	w.welcome("a", "Ana", "20:00", "I was hurt")
	w.press("a", "Make a code")
	w.welcome("b", "Ben", "20:30", "I broke trust")
	w.press("b", "I have a code")
	w.say("b", w.code("a"))
	w.press("a", "Go on together")
	w.press("b", "Go on together")
	if s, _ := w.person("a"); len(s.People) != 2 {
		w.t.Fatal("not a couple")
	}
}

// fork is a copy that goes its own way.
func (w *sim) fork() *sim {
	f := *w
	f.units = map[UnitID]State{}
	for id, s := range w.units {
		f.units[id] = s.Clone()
	}
	f.seq = maps.Clone(w.seq)
	f.sent = slices.Clone(w.sent)
	f.wrong = slices.Clone(w.wrong)
	f.kept = maps.Clone(w.kept)
	return &f
}
