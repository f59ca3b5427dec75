package flows

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"
)

// TestDeadBranchesAgainstTheEngine compares F09 with the engine's own reading of the conditions, over every answer that
// there is. Names of which nothing can be tried are left out here: of those the checker says less than is true.
func TestDeadBranchesAgainstTheEngine(t *testing.T) {
	atoms := []string{"me.a == 1", "me.a <= 2", "me.a > 3", "me.a != 2", "me.b == 'yes'", "me.b", "known(me.b)", "known(me.a)", "'x' in me.c",
		"'y' in me.c", "me.a in [1, 3]", "me.a + 1 == 4", "2 < me.a", "person.role == 'hurt'", "person.role in ['both', 'hurt']", "person.tender"}
	rapid.Check(t, func(t *rapid.T) {
		part := func() string {
			s := rapid.SampledFrom(atoms).Draw(t, "atom")
			if rapid.Bool().Draw(t, "not") {
				s = "not (" + s + ")"
			}
			return s
		}
		var conds, lines []string
		for range rapid.IntRange(1, 4).Draw(t, "branches") {
			s := part()
			for range rapid.IntRange(0, 2).Draw(t, "more") {
				s = "(" + s + ") " + rapid.SampledFrom([]string{"and", "or"}).Draw(t, "op") + " (" + part() + ")"
			}
			conds, lines = append(conds, s), append(lines, fmt.Sprintf("      - { if: \"%s\", go: done }\n", s))
		}
		fsys := checkBase()
		fsys["x.yaml"] = &fstest.MapFile{Data: []byte("flow: x\nversion: 1\ntitle: X\nexpires: { after: 20h }\nanswers:\n" +
			"  a: { type: scale, from: 1, to: 3 }\n  b: { type: yes_no }\n  c: { type: multi, options: [x, y, z], max: 2 }\nsteps:\n" +
			"  a: { ask: a, text: \"?\", skip: done, timeout: { after: 1h, go: done }, go: b }\n" +
			"  b: { ask: b, text: \"?\", skip: c, timeout: { after: 1h, go: c }, go: c }\n" +
			"  c: { ask: c, text: \"?\", skip: done, timeout: { after: 1h, go: done }, go: d }\n" +
			"  d:\n    choose:\n" + strings.Join(lines, "") + "      - { else: done }\n  done: { end: done }\n")}
		_, findings := Load(fsys)
		said := map[int]bool{}
		for _, f := range findings {
			if f.Code == "F09" {
				said[f.Line-15] = true
			}
		}
		taken := takenBranches(t, conds)
		dead := false
		for j := range conds {
			dead = dead || !taken[j]
			if said[j] == taken[j] {
				t.Fatalf("branch %d of %q: taken %v, and the checker says %v", j, conds, taken[j], findings)
			}
		}
		if n := len(conds); said[n] != (!taken[n] && !dead) {
			t.Fatalf("else of %q: taken %v, and the checker says %v", conds, taken[n], findings)
		}
	})
}

// takenBranches tries every answer; the last of them is else.
func takenBranches(t *rapid.T, conds []string) []bool {
	var compiled []*Cond
	for _, s := range conds {
		c, err := compileCond(s, Pos{})
		if err != nil {
			t.Fatal(err)
		}
		compiled = append(compiled, c)
	}
	taken := make([]bool, len(conds)+1)
	for a := 1; a <= 3; a++ {
		for _, b := range []string{"", "yes", "no"} {
			for _, c := range [][]string{{"x"}, {"y"}, {"z"}, {"x", "y"}, {"x", "z"}, {"y", "z"}} {
				for _, role := range []string{"hurt", "repairing", "both"} {
					for _, tender := range []string{"yes", "no"} {
						values := map[string]Value{"me.a": {T: Scale, N: a}, "me.b": {T: YesNo, S: b}, "me.c": {T: Multi, L: c},
							"person.role": {T: OneOf, S: role}, "person.tender": {T: YesNo, S: tender}}
						j := 0
						for ; j < len(compiled); j++ {
							if compiled[j].Bool(func(name string) (Value, bool) { return values[name], name != "me.b" || b != "" }) {
								break
							}
						}
						taken[j] = true
					}
				}
			}
		}
	}
	return taken
}

// TestLongestWayAgainstPlainSearch compares F07 with a search that walks every way of a flow without loops.
func TestLongestWayAgainstPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "steps")
		var b strings.Builder
		for i := range n {
			to := func() string { return fmt.Sprintf("s%d", rapid.IntRange(i+1, n).Draw(t, "to")) }
			hours := rapid.IntRange(1, 9).Draw(t, "hours")
			if rapid.Bool().Draw(t, "sleep") {
				fmt.Fprintf(&b, "  s%d: { sleep: %dh, go: %s }\n", i, hours, to())
			} else {
				fmt.Fprintf(&b, "  s%d: { ask: a, text: \"?\", skip: %s, timeout: { after: %dh, go: %s }, go: %s }\n", i, to(), hours, to(), to())
			}
		}
		log := &findingLog{}
		p := flowParser{log: log, nodes: map[any]*yamlNode{}}
		f := p.flow(parseYAML("x.yaml", []byte("flow: x\nversion: 1\ntitle: X\nexpires: { after: 1d }\nanswers:\n  a: { type: yes_no }\nsteps:\n"+
			b.String()+fmt.Sprintf("  s%d: { end: done }\n", n)), log))
		lib := &Library{Flows: map[string]*Flow{"x": f}}
		c := &flowCheck{lib: lib, flows: []*Flow{f}, log: log, nodes: p.nodes}
		c.all()
		way := c.longest(f)
		var sum time.Duration
		for _, w := range way.waits {
			sum += w.long
		}
		if want := slowLongest(f, f.Steps[0]); way.total != want || sum != want {
			t.Fatalf("the longest way is %v, and the checker says %v, which is %v in all:\n%s", want, way.total, sum, b.String())
		}
	})
}

func slowLongest(f *Flow, s *Step) (most time.Duration) {
	for _, e := range s.edges() {
		d := slowLongest(f, f.ByID[e.target.Step])
		switch {
		case s.Kind == KSleep:
			d += s.For
		case e.kind == edgeTimeout:
			d += s.Timeout.After
		}
		most = max(most, d)
	}
	return most
}

// TestShippedWordsAreHeard writes every word that a shipped question accepts, and looks at what the engine makes of it.
func TestShippedWordsAreHeard(t *testing.T) {
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	heard := 0
	try := func(what string, q *question) {
		for _, o := range q.options(lib) {
			for _, word := range append([]string{o.ID, o.Label}, o.Also...) {
				_, global := lib.Globals[strings.ToLower(word)]
				if id, ok := match(q.options(lib), strings.ToUpper(word)); !ok || id != o.ID || global || fold(word) == fold(lib.Words["label_skip"]) {
					t.Errorf("%s: %q means %q, and works everywhere: %v", what, word, id, global)
				}
				heard++
			}
		}
	}
	for _, f := range lib.Flows {
		for _, s := range f.Steps {
			if d := f.Answers[s.Ask]; d != nil && d.Type != FromList {
				try(f.Name+"."+s.ID, &question{step: s, decl: d})
			}
		}
	}
	for _, l := range lib.Lists {
		for _, it := range l.Items {
			if it.Decl != nil {
				try(l.Name+"."+it.ID, &question{step: &Step{}, decl: it.Decl})
			}
		}
	}
	if heard < 300 {
		t.Errorf("%d words are few", heard)
	}
}

// TestTokenLength: what is behind a button fits every platform, whatever it presses.
func TestTokenLength(t *testing.T) {
	if n := len(Seed{}.tokens("0123456789.12345678901234", maxButtons)); n != maxButtons*tokenLen || tokenLen > 64 {
		t.Errorf("%d characters, and a platform takes 64 bytes", n)
	}
}
