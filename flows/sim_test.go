package flows

import (
	"bytes"
	"encoding/json"
	"fmt"
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
// give the same and leave its arguments alone; but a quick sim trusts the engine in both, as many lives need speed.
type sim struct {
	t        testing.TB
	lib      *Library
	now      time.Time
	units    map[UnitID]State
	seq      map[string]int // events of each user, so that ids tell nothing of anybody else
	sent     []sent
	wrong    []time.Time
	kept     map[string]Entry
	salt     string // makes another world of chance
	quick    bool
	askedFor int // how often a step asked for the part of somebody whose event it was not
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

func (w *sim) seed(id string) Seed { return Seed{}.derive("sim"+w.salt, id) }

func (w *sim) person(user string) (*State, *Person) {
	for _, s := range w.units {
		for i := range s.People {
			if slices.ContainsFunc(s.People[i].Accounts(), func(a Address) bool { return a.User == user }) {
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

// at moves everybody to a platform of this kind.
func (w *sim) at(where Platform) {
	w.lib = w.lib.With(Setup{Platforms: map[string]Platform{"sim": where}})
}

// form is the token of the form that stands open for a user.
func (w *sim) form(user string) string {
	_, p := w.person(user)
	for i := len(w.sent) - 1; i >= 0 && p != nil; i-- {
		if f := w.sent[i].Msg.Form; f != nil && w.sent[i].To == user {
			if _, ok := p.button(f.Action); ok {
				return f.Action
			}
		}
	}
	return ""
}

// fill fills the open form, or one that is nobody's.
func (w *sim) fill(user, text string) []Message {
	action := w.form(user)
	return w.event(Event{Kind: Filled, From: Address{Platform: "sim", User: user}, Action: action, Text: text})
}

// gap lets time go by while the platform is out of reach; then it is back.
func (w *sim) gap(d time.Duration, users ...string) {
	w.t.Helper()
	since := w.now
	w.pass(d)
	for _, user := range users {
		w.event(Event{Kind: Away, From: Address{Platform: "sim", User: user}, Since: since})
	}
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
	in.Self = w.unread(in.Self, in.Who)
	in.Other = w.other(w.lib.Needs(in.Self, in.Who, ev), in.Self.Unit)
	out := w.stepTwice(in, ev)
	defer func(n int) { w.askedFor = n }(w.askedFor) // the store's own reading does not count
	return w.commit(in, ev, out)
}

// unread leaves whoever is not the event's person to be read later, as the store does.
func (w *sim) unread(s State, who PersonID) State {
	s.People = slices.Clone(s.People)
	for i, p := range s.People {
		if p.ID != who {
			s.People[i] = Person{ID: p.ID, Rest: func() Person {
				w.askedFor++
				return State{People: []Person{p}}.Clone().People[0]
			}}
		}
	}
	return s
}

// readAgain reads whoever was left alone.
func readAgain(s State) State {
	s.People = slices.Clone(s.People)
	for i, p := range s.People {
		if p.Rest != nil {
			s.People[i] = p.Rest()
		}
	}
	return s
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
	if w.quick {
		return w.lib.Step(in, ev)
	}
	before := encode(in)
	out := w.lib.Step(in, ev)
	if after := encode(in); !bytes.Equal(before, after) {
		w.t.Fatalf("Step altered its argument\nbefore %s\nafter  %s", before, after)
	}
	again := w.lib.Step(in, ev)
	if a, b := encode(out), encode(again); !bytes.Equal(a, b) {
		w.t.Fatalf("Step is not a function\nfirst  %s\nsecond %s", a, b)
	}
	in.Self = readAgain(in.Self)
	all := w.lib.Step(in, ev)
	if a, b := w.told(out), w.told(all); !bytes.Equal(a, b) {
		w.t.Fatalf("Step takes somebody unread for somebody else\nunread %s\nread   %s", a, b)
	}
	return out
}

// told is what out says, keeps and makes of everybody, as their next step would find them: what is put in order by the way
// of somebody who was read counts for nothing.
func (w *sim) told(out Output) []byte {
	out.States = slices.Clone(out.States)
	for i, s := range out.States {
		out.States[i] = readAgain(s).Clone() // it is put in order in place
		r := &run{lib: w.lib, ev: Event{At: w.now}, self: &out.States[i]}
		r.expire(r.self)
		r.finish()
	}
	return encode(out)
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
		for _, p := range readAgain(s).People {
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
		s = readAgain(s)
		note(s)
		if w.units[s.Unit] = s; !w.quick {
			w.units[s.Unit] = reread(w.t, s)
		}
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
		if m.At != nil {
			user = m.At.User
		}
		by := ev.From.User
		w.sent = append(w.sent, sent{To: user, At: w.now, Msg: m, Ev: ev.Kind, By: by})
		if user == by {
			own = append(own, m)
		}
	}
	return own
}
