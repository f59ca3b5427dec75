package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rewoo/flows"
)

// The transcripts of a new conversation take each of its steps and ways; see F20.
func TestANewFlowIsCovered(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	if err := newFlow(t.Context(), io.Discard, dir, "evening_walk", ""); err != nil {
		t.Fatal(err)
	}
	fsys := flows.Overlay(flows.Shipped(), os.DirFS(dir))
	lib, findings := flows.Load(fsys)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	cover := lib.Cover()
	for _, name := range []string{"evening_walk.txt", "evening_walk_alone.txt"} {
		want, got, passed, err := playOne(t.Context(), fsys, lib, name)
		if err != nil {
			t.Fatal(err)
		}
		if want != got {
			t.Errorf("%s does not hold", name)
		}
		cover.Add(passed)
	}
	seen := false
	for _, row := range cover.Rows() {
		if seen = seen || row.Name == "evening_walk"; row.Name == "evening_walk" && (row.Steps != row.AllSteps || row.Edges != row.AllEdges || row.Edges == 0) {
			t.Errorf("%+v", row)
		}
	}
	if !seen {
		t.Error("the flow is not there")
	}
	for _, f := range cover.Findings(func(flows.Covered) string { return "" }) {
		if strings.HasPrefix(f.File, "evening_walk") {
			t.Error(f)
		}
	}
}
