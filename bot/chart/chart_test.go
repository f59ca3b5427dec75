package chart

import (
	"bytes"
	"os"
	"os/exec"
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
