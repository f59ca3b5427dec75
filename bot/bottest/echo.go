package bottest

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rewoo/flows"
)

// Echo is a machine that answers at once. It is pure. A person exists from their first words on. It understands
//
//	boom            panics, with what was said as the value
//	count N         says "1" … "N", each a message of its own
//	ask             asks with the buttons Yes and No; pressing one says "you chose LABEL" and closes the question
//	remind me [in D]  sets a timer (1h); when it fires: "reminder", by the clock, good for two hours
//	boom later [in D] sets a timer at which it panics
//
//	show KIND       shows a message of a kind: see show
//
// and says "heard: TEXT" to everything else. A press that it does not know: "that button is old". A Gone event marks
// the person, and Back ends that; neither says anything. Away: "again". Whoever writes too fast reads "too fast".
type Echo struct{}

// Needs is always "": nobody meets anybody here.
func (Echo) Needs(flows.State, flows.PersonID, flows.Event) string { return "" }

// Step answers.
func (Echo) Step(in flows.Input, ev flows.Event) flows.Output {
	e := begin(in, ev)
	if e.me == nil {
		return flows.Output{}
	}
	switch ev.Kind {
	case flows.Said:
		e.me.Gone = false
		e.said(ev)
	case flows.Pressed:
		e.me.Gone = false
		e.pressed(ev.Action)
	case flows.Fired:
		if in.Timer.What == "boom" {
			panic("boom at " + ev.Timer)
		}
		e.say("reminder")
		m := &e.out.Messages[0]
		m.Lane, m.Until = flows.LaneScheduled, ev.Due.Add(2*time.Hour)
	case flows.Filled:
		e.me.Gone = false
		e.filled(ev)
	case flows.Gone:
		e.me.Gone = true
	case flows.Back:
		e.me.Gone = false
	case flows.Away:
		e.say("again")
	default:
		e.say("I cannot read that")
	}
	return e.end()
}

// TooFast says "too fast".
func (Echo) TooFast(in flows.Input, ev flows.Event) flows.Output {
	e := begin(in, ev)
	e.say("too fast")
	return e.end()
}

// Apology says "sorry".
func (Echo) Apology(in flows.Input, ev flows.Event) flows.Output {
	e := begin(in, ev)
	e.say("sorry")
	return e.end()
}

type echo struct {
	ev  flows.Event
	s   flows.State
	me  *flows.Person // nil: nobody we know
	out flows.Output
}

func begin(in flows.Input, ev flows.Event) *echo {
	e := &echo{ev: ev, s: in.Self.Clone()}
	who := in.Who
	if who == "" && (ev.Kind == flows.Said || ev.Kind == flows.Pressed || ev.Kind == flows.Filled || ev.Kind == flows.Other) {
		who = flows.PersonID(hex.EncodeToString(ev.Seed[:16]))
		e.s = flows.State{Unit: flows.UnitID(hex.EncodeToString(ev.Seed[16:]))}
		e.s.People = []flows.Person{{ID: who, Addr: ev.From, Joined: ev.At}}
	}
	e.me, _ = e.s.Person(who)
	return e
}

func (e *echo) end() flows.Output {
	e.out.States = []flows.State{e.s}
	return e.out
}

func (e *echo) said(ev flows.Event) {
	words := strings.Fields(ev.Text)
	switch {
	case ev.Text == "ask":
		e.ask()
	case strings.HasPrefix(ev.Text, "remind me"):
		e.timer("remind", words)
	case strings.HasPrefix(ev.Text, "boom later"):
		e.timer("boom", words)
	case strings.HasPrefix(ev.Text, "boom"):
		panic(ev.Text)
	case len(words) == 2 && words[0] == "count":
		n, _ := strconv.Atoi(words[1])
		for i := range n {
			e.say(strconv.Itoa(i + 1))
		}
	case len(words) == 2 && words[0] == "show" && e.show(words[1]):
	default:
		e.say("heard: " + ev.Text)
	}
}

func (e *echo) say(text string) *flows.Message {
	e.me.LastMsg++
	e.out.Messages = append(e.out.Messages, flows.Message{
		ID: fmt.Sprintf("%.8s-%d", e.me.ID, e.me.LastMsg), To: e.me.ID, Body: []flows.Block{{Text: text}},
	})
	return &e.out.Messages[len(e.out.Messages)-1]
}

func (e *echo) ask() {
	m := e.say("yes or no?")
	e.me.Buttons = nil
	e.me.Tracks = []flows.Track{{ID: 1, Phase: flows.Asking, Prompt: m.ID, Asked: e.ev.At}}
	for i, label := range []string{"Yes", "No"} {
		b := flows.Button{Token: hex.EncodeToString(e.ev.Seed[12*i : 12*i+12]), Choice: strings.ToLower(label), Label: label, Value: m.ID}
		e.me.Buttons = append(e.me.Buttons, b)
		m.Choices = append(m.Choices, flows.Choice{ID: b.Choice, Label: label, Action: b.Token})
	}
}

func (e *echo) pressed(token string) {
	for _, b := range e.me.Buttons {
		if b.Token == token {
			e.me.Buttons, e.me.Tracks = nil, nil
			shut := e.say("")
			shut.Op, shut.On, shut.Body = flows.Close, b.Value, nil
			e.say("you chose " + b.Label)
			return
		}
	}
	e.say("that button is old")
}

func (e *echo) timer(what string, words []string) {
	after := time.Hour
	if d, err := time.ParseDuration(words[len(words)-1]); err == nil {
		after = d
	}
	due := e.ev.At.Add(after)
	name := fmt.Sprintf("%s/%s", e.me.ID, what)
	kept := e.me.Timers[:0]
	for _, t := range e.me.Timers {
		if t.Name != name {
			kept = append(kept, t)
		}
	}
	e.me.Timers = append(kept, flows.Timer{Name: name, Due: due, What: what})
	e.say("I will")
}
