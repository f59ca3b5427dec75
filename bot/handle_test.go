package bot_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// The store's seen check makes it one; that a repeat is acknowledged, over restarts too, is ours.
func TestRepeatedEventIsOneEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		ev := flows.Event{ID: "memory/same", Kind: flows.Said, Text: canary + " hello"}
		s.mem.Put(anna, ev)
		s.mem.Put(anna, ev)
		s.settled()
		s.sees(anna, "heard: hello")
		s.restart()
		s.mem.Put(anna, ev)
		s.settled()
		s.sees(anna, "heard: hello")
	})
}

func TestBrokenFlowIsNotRedelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		m := &machine{}
		s.opt.Machine = m
		s.start()
		s.say(anna, "hello")
		s.mem.Say(anna, "boom "+canary)
		s.say(anna, "after")
		s.settled()
		s.sees(anna, "heard: hello", "sorry", "heard: after")
		s.restart()
		s.settled()
		s.sees(anna, "heard: hello", "sorry", "heard: after")
		if n := m.runs(flows.Said); n != 3 {
			t.Errorf("the machine was asked %d times, want 3", n)
		}
		log := s.log.String()
		if !strings.Contains(log, "a step broke") || !strings.Contains(log, "bottest.(*echo).said:") {
			t.Errorf("the log does not say what broke where:\n%s", log)
		}
	})
}

func TestBrokenFirstMessageMakesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		s.mem.Say(anna, "boom "+canary)
		s.settled()
		s.sees(anna)
		s.say(anna, "again")
		s.settled()
		s.sees(anna, "heard: again")
	})
}

var noMap map[string]int

func TestBrokenStepChangesNothing(t *testing.T) {
	flaw := func(change func(out *flows.Output)) func(flows.Input, flows.Event) (flows.Output, bool) {
		return func(in flows.Input, ev flows.Event) (flows.Output, bool) {
			if ev.Text != "break" {
				return flows.Output{}, false
			}
			in.Self.People[0].Facts = map[string]flows.Value{"scribble": {S: canary}}
			in.Self.Couple.Names = map[flows.PersonID]string{"x": canary}
			out := flows.Output{States: []flows.State{in.Self}}
			change(&out)
			return out, true
		}
	}
	message := func(m flows.Message) func(*flows.Output) {
		return func(out *flows.Output) {
			if m.To == "" {
				m.To = out.States[0].People[0].ID
			}
			out.Messages = append(out.Messages, m)
		}
	}
	timer := func(t ...flows.Timer) func(*flows.Output) {
		return func(out *flows.Output) { out.States[0].People[0].Timers = t }
	}
	soon := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, change := range map[string]func(*flows.Output){
		"panic":                    func(*flows.Output) { panic(errors.New(canary)) },
		"nil map":                  func(*flows.Output) { noMap[canary] = 1 },
		"out of range":             func(out *flows.Output) { out.States = out.States[:len(out.States):0][5:] },
		"a message to nobody":      message(flows.Message{ID: "x", To: "0123456789abcdef0123456789abcdef"}),
		"no message id":            message(flows.Message{}),
		"a message id too long":    message(flows.Message{ID: strings.Repeat("x", 26)}),
		"a message id twice":       func(out *flows.Output) { message(flows.Message{ID: "x"})(out); message(flows.Message{ID: "x"})(out) },
		"a unit without id":        func(out *flows.Output) { out.States[0].Unit = "" },
		"a person without id":      func(out *flows.Output) { out.States[0].People[0].ID = "" },
		"a person twice":           func(out *flows.Output) { out.States = append(out.States, out.States[0]) },
		"a timer without a name":   timer(flows.Timer{Due: soon}),
		"a timer without a moment": timer(flows.Timer{Name: "x"}),
		"two timers of one name":   timer(flows.Timer{Name: "x", Due: soon}, flows.Timer{Name: "x", Due: soon.Add(1)}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(t)
				s.opt.Machine = &machine{step: flaw(change)}
				s.start()
				s.say(anna, "hello")
				s.settled()
				before := s.units()
				s.mem.Say(anna, "break")
				s.settled()
				s.sees(anna, "heard: hello", "sorry")
				after := s.units()
				after[0].People[0].LastMsg-- // the apology
				if !reflect.DeepEqual(before, after) {
					t.Errorf("before %+v\nafter  %+v", before, after)
				}
			})
		})
	}
}

// units reads what is stored, through the only way in: a step that changes nothing.
func (s *stand) units() []flows.State {
	s.Helper()
	var got []flows.State
	look := &machine{step: func(in flows.Input, ev flows.Event) (flows.Output, bool) {
		got = []flows.State{in.Self.Clone()}
		return flows.Output{States: []flows.State{in.Self}}, true
	}}
	ev := flows.Event{ID: "look/" + time.Now().String(), Kind: flows.Other, At: time.Now(), From: flows.Address{Platform: "memory", User: anna}}
	time.Sleep(time.Nanosecond)
	if _, err := s.db.Step(context.Background(), ev, look); err != nil {
		s.Fatal(err)
	}
	return got
}

type brokenNeeds struct{ machine }

func (*brokenNeeds) Needs(_ flows.State, who flows.PersonID, _ flows.Event) string {
	if who != "" {
		panic(canary)
	}
	return ""
}

type brokenApology struct{ machine }

func (*brokenApology) Apology(flows.Input, flows.Event) flows.Output { panic(canary) }

func TestPanicOfNeedsAndOfTheApology(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = &brokenNeeds{}
		s.start()
		s.say(anna, "hello")
		s.say(anna, "again")
		s.settled()
		s.sees(anna, "heard: hello", "sorry")
	})
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = &brokenApology{}
		s.start()
		s.say(anna, "hello")
		s.mem.Say(anna, "boom "+canary)
		s.say(anna, "after")
		s.settled()
		s.sees(anna, "heard: hello", "heard: after")
	})
}

func TestHandleStamps(t *testing.T) {
	s := newStand(t)
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var got []flows.Event
	s.opt.Machine = &machine{step: func(_ flows.Input, ev flows.Event) (flows.Output, bool) {
		got = append(got, ev)
		return flows.Output{}, true
	}}
	o := s.options()
	b := bot.New(o)
	from := flows.Address{Platform: "memory", User: anna}
	handle := func(b *bot.Bot, ev flows.Event) flows.Event {
		t.Helper()
		ev.From, ev.Kind = from, flows.Said
		if err := b.Handle(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
		return got[len(got)-1]
	}
	one, two := handle(b, flows.Event{ID: "1"}), handle(b, flows.Event{ID: "2"})
	if one.Seed == (flows.Seed{}) || one.Seed == two.Seed || time.Since(one.At) > time.Minute {
		t.Errorf("stamped %v %x and %x", one.At, one.Seed, two.Seed)
	}
	seed := flows.Seed{7}
	if ev := handle(b, flows.Event{ID: "3", At: at, Seed: seed}); !ev.At.Equal(at) || ev.Seed != seed {
		t.Errorf("changed a stamp: %v %x", ev.At, ev.Seed)
	}
	o.Now = func() time.Time { return at }
	o.Seed = func(id string) flows.Seed { return flows.Seed{id[0]} }
	if ev := handle(bot.New(o), flows.Event{ID: "4"}); !ev.At.Equal(at) || ev.Seed != (flows.Seed{'4'}) {
		t.Errorf("stamped %v %x", ev.At, ev.Seed)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Handle(ended, flows.Event{ID: "5", Kind: flows.Said, From: from}); !errors.Is(err, context.Canceled) {
		t.Errorf("an event after the end: %v", err)
	}
	if err := b.Handle(t.Context(), flows.Event{Kind: flows.Said, From: from}); err == nil {
		t.Error("an event without an id was taken")
	}
}
