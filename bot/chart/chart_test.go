package chart

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rewoo/flows"
)

func library(t testing.TB) *flows.Library {
	t.Helper()
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// graphs are the pictures of all shipped flows, by name, and of the library under "map".
func graphs(t testing.TB) map[string]*flows.Graph {
	t.Helper()
	lib := library(t)
	out := map[string]*flows.Graph{"map": lib.Map()}
	for name := range lib.Flows {
		out[name], _ = lib.Graph(name)
	}
	return out
}

// TestTextFormatsHaveAll: every step, and every edge with its label, is in what is drawn elsewhere, as a line or in words.
func TestTextFormatsHaveAll(t *testing.T) {
	for name, g := range graphs(t) {
		lines, err := linesOf(g)
		if err != nil {
			t.Fatal(err)
		}
		var mmd, dot bytes.Buffer
		if err := errors.Join(Mermaid(&mmd, g), DOT(&dot, g)); err != nil {
			t.Fatal(err)
		}
		for i, n := range g.Nodes {
			has(t, name, mmd.String(), fmt.Sprintf("(?m)^ +n%d[^ ].*<b>%s</b>", i, regexp.QuoteMeta(mermaidText(title(n)))))
			has(t, name, dot.String(), fmt.Sprintf(`(?m)^ +n%d \[label="%s`, i, regexp.QuoteMeta(title(n))))
		}
		written, _ := quiet(g, lines)
		for i, l := range lines {
			if written[i] {
				has(t, name, mmd.String(), fmt.Sprintf("(?m)^ +n%d[^ ].*%s", l.from, regexp.QuoteMeta(mermaidText(byTime(g, &l)))))
				has(t, name, dot.String(), fmt.Sprintf(`(?m)^ +n%d \[label=.*%s`, l.from, regexp.QuoteMeta(byTime(g, &l))))
				continue
			}
			for _, label := range append(l.labels, "") {
				has(t, name, mmd.String(), fmt.Sprintf("(?m)^ +n%d [-=<.>]+.*%s.* n%d$", l.from, regexp.QuoteMeta(mermaidText(label)), l.to))
				has(t, name, dot.String(), fmt.Sprintf(`(?m)^ +n%d -> n%d\b.*%s.*;$`, l.from, l.to, regexp.QuoteMeta(strings.Trim(dotText(label), `"`))))
			}
		}
	}
}

func has(t *testing.T, name, text, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(text) {
		t.Errorf("%s: nothing is like %s", name, pattern)
	}
}

// TestGraphvizReadsDOT feeds every picture to the real thing.
func TestGraphvizReadsDOT(t *testing.T) {
	path, err := exec.LookPath("dot")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "graphviz") {
			t.Fatal("there is no Graphviz on this machine, and REWOO_REQUIRE names it")
		}
		t.Skip("there is no Graphviz on this machine")
	}
	for name, g := range graphs(t) {
		var in, out, complaints bytes.Buffer
		if err := DOT(&in, g); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(path, "-Tsvg")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &complaints
		if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "</svg>") {
			t.Errorf("%s: %v %s", name, err, complaints.String())
		}
		if n := strings.Count(out.String(), `class="node"`); n != len(g.Nodes) {
			t.Errorf("%s: Graphviz draws %d of %d boxes", name, n, len(g.Nodes))
		}
	}
}
