package flows

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"
)

// genDoors draws a small flow of the kinds that lead to the other person or wait for an instant. Many have a fault.
func genDoors(t *rapid.T) string {
	n := rapid.IntRange(3, 8).Draw(t, "steps")
	at := 0 // most ways lead on to the next step, so that many flows pass
	to := func() string {
		if rapid.IntRange(0, 9).Draw(t, "on") > 0 {
			return fmt.Sprintf("s%d", at+1)
		}
		return fmt.Sprintf("s%d", rapid.IntRange(0, n-1).Draw(t, "to"))
	}
	of := func(label string, all ...string) string { return rapid.SampledFrom(all).Draw(t, label) }
	out := func(keys string) string { // a door's ways on
		return fmt.Sprintf("%s, timeout: { after: 2h, go: %s }, none: %s, go: %s }\n", keys, to(), to(), to())
	}
	var b strings.Builder
	b.WriteString("flow: x\nversion: 1\ntitle: X\nknock: \"Something is ready.\"\nstart: { command: x, schedule: \"0 17 * * *\" }\nexpires: { after: 20d }\nanswers:\n" +
		"  p: { type: scale, from: 0, to: 3, keep: 90d }\n  m: { type: text, max: 99, partner_sees: together }\n  l: { type: text, max: 99, partner_sees: on_share }\n" +
		"  r: { type: yes_no, partner_sees: together }\n  i: { type: item, list: some }\n  q: { type: from_list, list: asks }\nsteps:\n")
	for i := range n {
		at = i
		fmt.Fprintf(&b, "  s%d: ", i)
		if i == n-1 {
			b.WriteString("{ end: done }\n")
			continue
		}
		switch rapid.IntRange(0, 14).Draw(t, "kind") {
		case 0, 1, 2:
			a := of("answer", "p", "m", "l", "r", "i", "q")
			text := ", text: \"" + of("text", "Hm?", "{you.name}?", "{i.text}?", "{couple.hour}?", "{i.note}") + "\""
			if a == "q" {
				text = ""
			}
			fmt.Fprintf(&b, "{ ask: %s%s, skip: %s, timeout: { after: 2h, go: %s }, go: %s }\n", a, text, to(), to(), to())
		case 3:
			fmt.Fprintf(&b, "{ choose: [ { if: \"%s\", go: %s }, { else: %s } ] }\n",
				of("if", "known(me.p) and me.p <= 1", "you.touch == 0", "person.tender", "person.paired", "couple.light_week", "known(me.i)"), to(), to())
		case 4:
			b.WriteString(out("{ share: { items: [" + of("item", "l", "l, q", "q") + "]" + of("class", "", ", class: daily_note") + " }"))
		case 5:
			b.WriteString(out("{ together: [" + of("half", "m", "q", "m, q") + "]"))
		case 6:
			b.WriteString(out("{ open: { person.touch: " + of("value", "me.p", "2", "person.touch") + " }, for: 2d, preview: \"Hm.\""))
		case 7:
			b.WriteString(out("{ close: [person.touch], preview: \"Hm.\""))
		case 8:
			fmt.Fprintf(&b, "{ both: r, at: \"18:00\", go: { yes: %s, otherwise: %s } }\n", to(), to())
		case 9:
			fmt.Fprintf(&b, "{ wait_for: partner, at: couple.hour, go: %s }\n", to())
		case 10:
			b.WriteString(out("{ take_back: shared"))
		case 11:
			fmt.Fprintf(&b, "{ part: %s, text: \"Hm.\", timeout: { after: 2h, go: %s }, go: { left: %s, stayed: %s } }\n", of("how", "quietly", "openly"), to(), to(), to())
		case 12:
			fmt.Fprintf(&b, "{ set: { person.tender: \"'yes'\" }, for: 1d, go: %s }\n", to())
		case 13:
			fmt.Fprintf(&b, "{ draw: %s, none_left: %s, go: %s }\n", of("draw", "i, from: some, count: 2", "q, from: asks"), to(), to())
		case 14:
			fmt.Fprintf(&b, "{ say: \"%s\", go: %s }\n", of("say", "Hm.", "{i.note}", "{me.m}"), to())
		}
	}
	return b.String()
}

// doorsBase is what such a flow stands on: the facts of the shipped library.
func doorsBase(t testing.TB, flow string) fstest.MapFS {
	fsys := checkBase()
	for _, name := range []string{"person.yaml", "couple.yaml"} {
		data, err := fs.ReadFile(Shipped(), name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	fsys["lists/some.yaml"] = &fstest.MapFile{Data: []byte("list: some\nkind: lines\nitems:\n  A1: { text: \"One.\", note: \"Mind it.\" }\n  A2: { text: \"Two.\" }\n  A3: { text: \"Three.\" }\n")}
	fsys["lists/asks.yaml"] = &fstest.MapFile{Data: []byte("list: asks\nkind: questions\nitems:\n  Q1: { ask: \"One?\", type: yes_no, partner_sees: together }\n" +
		"  Q2: { ask: \"Two?\", type: text, max: 99, partner_sees: on_share }\n")}
	fsys["x.yaml"] = &fstest.MapFile{Data: []byte(flow)}
	return fsys
}

// TestDoorsThatPassCanBePlayed lays flows that pass over the shipped library and lets two people do anything: nothing
// panics, nobody is stuck, nothing empty is sent, and no question has buttons that cannot be told apart.
func TestDoorsThatPassCanBePlayed(t *testing.T) {
	couple := newSim(t)
	couple.pair()
	played := 0
	rapid.Check(t, func(rt *rapid.T) {
		flow := genDoors(rt)
		lib, _ := Load(doorsBase(t, flow))
		if lib == nil {
			return
		}
		played++
		w := couple.fork()
		all := *mustShipped(t)
		all.Flows, all.Lists, all.byName, all.reveals = maps.Clone(all.Flows), maps.Clone(all.Lists), nil, true
		all.Flows["x"] = lib.Flows["x"]
		for _, name := range []string{"some", "asks"} {
			all.Lists[name] = lib.Lists[name]
		}
		all.byName = all.ordered()
		w.lib = &all
		defer func() {
			if e := recover(); e != nil {
				if s := fmt.Sprint(e); strings.HasPrefix(s, "flows:") {
					rt.Fatalf("%s\n%s", s, flow)
				}
				panic(e)
			}
		}()
		for range rapid.IntRange(5, 40).Draw(rt, "acts") {
			mark := len(w.sent)
			who := rapid.SampledFrom([]string{"a", "b", "a", "b", ""}).Draw(rt, "who")
			if who == "" {
				w.pass(time.Duration(rapid.IntRange(1, 30*60).Draw(rt, "minutes")) * time.Minute)
			} else if _, p := w.person(who); p != nil {
				options := append(acts(w, who), "/x", "/x", "/x")
				act(w, who, options[rapid.IntRange(0, len(options)-1).Draw(rt, "act")])
			}
			for _, m := range w.sent[mark:] {
				shownRules(rt, m, flow)
			}
			for _, who := range []string{"a", "b"} {
				personRules(rt, w, who)
			}
		}
	})
	t.Logf("%d flows played", played)
}

func shownRules(t *rapid.T, m sent, flow string) {
	if m.Msg.Op != Show {
		return
	}
	seen := map[string]bool{}
	for _, c := range m.Msg.Choices {
		if c.Label == "" || seen[fold(c.Label)] {
			t.Fatalf("buttons that cannot be told apart: %v\n%s", m.Msg.Choices, flow)
		}
		seen[fold(c.Label)] = true
	}
	if strings.TrimSpace(m.Msg.Text()) == "" || len(m.Msg.Choices) > maxButtons || strings.ContainsAny(m.Msg.Text(), "{}") {
		t.Fatalf("a message that cannot be shown: %q %v\n%s", m.Msg.Text(), m.Msg.Choices, flow)
	}
}
