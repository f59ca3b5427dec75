package flows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// genFlow draws a small flow of all the kinds that the graph checks look at. Most have a fault.
func genFlow(t *rapid.T) string {
	n := rapid.IntRange(2, 7).Draw(t, "steps")
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("s%d", i)
	}
	to := func() string { return rapid.SampledFrom(ids).Draw(t, "to") }
	var b strings.Builder
	b.WriteString("flow: x\nversion: 1\ntitle: X\nexpires: { after: 20d }\nanswers:\n  a: { type: scale, from: 1, to: 3, partner_sees: on_share }\n" +
		"  b: { type: yes_no }\nsteps:\n")
	for i, id := range ids {
		if i == n-1 {
			fmt.Fprintf(&b, "  %s: { end: done }\n", id)
			continue
		}
		answer := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "answer")
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0, 1:
			fmt.Fprintf(&b, "  %s: { ask: %s, text: \"?\", skip: %s, timeout: { after: 2h, go: %s }, go: %s }\n", id, answer, to(), to(), to())
		case 2:
			fmt.Fprintf(&b, "  %s: { ask: b, text: \"?\", skip: %s, timeout: { after: 2h, go: %s }, go: { yes: %s, no: %s } }\n", id, to(), to(), to(), to())
		case 3:
			hole := rapid.SampledFrom([]string{"Hello.", "{me.a}", "{me.b}", "{line.text}"}).Draw(t, "hole")
			fmt.Fprintf(&b, "  %s: { say: %q, go: %s }\n", id, hole, to())
		case 4:
			cond := rapid.SampledFrom([]string{"me.a == 1", "known(me.a)", "not known(me.a)", "known(me.a) and me.a == 2", "not known(me.a) or me.a == 2",
				"me.b == 'yes' or known(me.a)", "person.role == 'hurt'"}).Draw(t, "cond")
			fmt.Fprintf(&b, "  %s: { choose: [ { if: \"%s\", go: %s }, { else: %s } ] }\n", id, cond, to(), to())
		case 5:
			fmt.Fprintf(&b, "  %s: { draw: line, from: closing_lines, none_left: %s, go: %s }\n", id, to(), to())
		case 6:
			fmt.Fprintf(&b, "  %s: { sleep: 1d, go: %s }\n", id, to())
		case 7:
			fmt.Fprintf(&b, "  %s: { share: { items: [a] }, timeout: { after: 2h, go: %s }, none: %s, go: %s }\n", id, to(), to(), to())
		}
	}
	return b.String()
}

// TestWalksKeepWhatTheCheckProved walks through flows that pass, taking any edge that the engine could take, and looks
// for what the checker says cannot be: an empty hole, an unknown name read without known, a rush of steps without a wait.
func TestWalksKeepWhatTheCheckProved(t *testing.T) {
	sound, faulty := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		fsys := checkBase()
		fsys["x.yaml"] = &fstest.MapFile{Data: []byte(genFlow(t))}
		fsys["lists/closing_lines.yaml"] = &fstest.MapFile{Data: []byte("list: closing_lines\nkind: lines\nitems:\n  L1: { text: \"Hello.\" }\n")}
		lib, _ := Load(fsys)
		if lib == nil {
			faulty++
			return
		}
		sound++
		for range 20 {
			walkFlow(t, lib.Flows["x"])
		}
	})
	t.Logf("%d flows passed, %d did not", sound, faulty)
}

func walkFlow(t *rapid.T, f *Flow) {
	known := map[string]Value{}
	st, rush := f.Steps[0], 0
	for range 60 {
		if rush++; rush > len(f.Steps) {
			t.Fatalf("more steps without a wait than there are steps, at %s", st.ID)
		}
		if st.End != "" {
			return
		}
		names, _ := textHoles(st.Text)
		for _, name := range names {
			if _, ok := known[name]; !ok {
				t.Fatalf("{%s} is empty at %s", name, st.ID)
			}
		}
		e := walkEdge(t, f, st, known)
		if st.waitsOn(e) {
			rush = 0
		}
		st = f.ByID[e.target.Step]
	}
}

// walkEdge takes a way on: the one that a condition names, or else any.
func walkEdge(t *rapid.T, f *Flow, st *Step, known map[string]Value) stepEdge {
	edges := st.edges()
	if st.Kind == KChoose {
		get := func(name string) (Value, bool) {
			v, ok := known[name]
			if !ok && strings.HasPrefix(name, "me.") && !strings.Contains(st.Branches[0].If.Src, "known("+name+")") {
				t.Fatalf("%s is read at %s and not known", name, st.ID)
			}
			return v, ok
		}
		if st.Branches[0].If.Bool(get) {
			return edges[0]
		}
		return edges[1]
	}
	e := rapid.SampledFrom(edges).Draw(t, "edge")
	switch {
	case st.Kind == KAsk && (e.kind == edgeGo || e.kind == edgeOption) && st.Ask == "a":
		known["me.a"] = Value{T: Scale, N: rapid.IntRange(1, 3).Draw(t, "a")}
	case st.Kind == KAsk && (e.kind == edgeGo || e.kind == edgeOption):
		known["me.b"] = Value{T: YesNo, S: rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "b")}
	case st.Kind == KAsk && e.kind == edgeSkip:
		delete(known, "me."+st.Ask)
	case st.Kind == KDraw && e.kind == edgeGo:
		known["line.text"] = Value{T: Text, S: "Hello."}
	}
	return e
}

// TestGraphAgainstPlainSearch compares what the graph checks say with a slow search that knows no components.
func TestGraphAgainstPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fsys := checkBase()
		fsys["x.yaml"] = &fstest.MapFile{Data: []byte(genFlow(t))}
		fsys["lists/closing_lines.yaml"] = &fstest.MapFile{Data: []byte("list: closing_lines\nkind: lines\nitems:\n  L1: { text: \"Hello.\" }\n")}
		log := &findingLog{}
		p := flowParser{log: log, nodes: map[any]*yamlNode{}}
		f := p.flow(parseYAML("x.yaml", fsys["x.yaml"].Data, log))
		_, findings := Load(fsys)
		has := func(code string) bool {
			return slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == code })
		}
		g := newFlowGraph(f)
		all := func(int, graphEdge) bool { return true }
		free := func(i int, e graphEdge) bool { return !g.steps[i].waitsOn(e.stepEdge) }
		unreached, stuck, rushing := false, false, false
		fromFirst := slowReach(g, 0, all)
		for i := range g.steps {
			reached := i == 0 || fromFirst[i]
			unreached = unreached || !reached
			stuck = stuck || reached && g.steps[i].End == "" && !slowReach(g, i, all)[len(g.steps)-1]
			rushing = rushing || slowReach(g, i, free)[i]
		}
		if has("F03") != (unreached || stuck) || has("F04") != rushing {
			t.Fatalf("unreached %v, stuck %v, rushing %v, and the checker says %v", unreached, stuck, rushing, findings)
		}
	})
}

// slowReach is what can be reached from a step by one edge or more.
func slowReach(g *flowGraph, from int, keep edgeFilter) []bool {
	seen := make([]bool, len(g.steps))
	for changed := true; changed; {
		changed = false
		for i := range g.steps {
			for _, e := range g.out[i] {
				if (i == from || seen[i]) && keep(i, e) && !seen[e.to] {
					seen[e.to], changed = true, true
				}
			}
		}
	}
	return seen
}
