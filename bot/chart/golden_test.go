package chart

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"rewoo/flows"
)

var update = flag.Bool("update", false, "write the golden files anew")

// small are two graphs that have a bit of everything, and texts that would be marks of a format.
func small() map[string]*flows.Graph {
	one := &flows.Graph{Name: "one", Title: `Tea & <toast> "now"`, Nodes: []flows.GraphNode{
		{ID: "begin:here", Kind: flows.NodeBegin, Head: "begins", Text: "/one\nat person.checkin", Entries: []string{"/one", "at person.checkin"}},
		{ID: "end", Step: "end", Kind: "ask", Head: "ask", Text: `Well & "good" <b>; a #5 \n back\slash`, Begins: true},
		{ID: "again", Step: "again", Kind: "sleep", Head: "sleep 4h"},
		{ID: "done", Step: "done", Kind: "end", Head: "end", Ends: true, Result: "done"},
	}, Edges: []flows.GraphEdge{
		{From: "begin:here", To: "end", Kind: flows.EdgeBegin},
		{From: "end", To: "again", Kind: "option", Label: "[Later & <i>]"},
		{From: "end", To: "done", Kind: "skip", Label: "skip"},
		{From: "end", To: "done", Kind: "timeout", Label: "after 12h"},
		{From: "end", To: "end", Kind: "option", Label: "[Say it | anew]"},
		{From: "again", To: "end", Kind: "go", Label: "then"},
	}}
	two := &flows.Graph{Name: "two", Title: "For two", Both: true, Nodes: []flows.GraphNode{
		{ID: "offer", Step: "offer", Kind: "share", Head: "share", Text: "line", Begins: true},
		{ID: "wait", Step: "wait", Kind: "both", Head: "both ready", Text: "by 20:00"},
		{ID: "call", Step: "call", Kind: "run", Head: "run other", Flow: "other", Ends: true, Result: "done"},
		{ID: "there:offer", Kind: flows.NodeCard, Head: "card", Text: "line", There: true},
		{ID: "opens:offer", Kind: flows.NodeFlow, Head: "flow reply", Text: "A reply", Flow: "reply", There: true},
		{ID: "there:wait", Kind: flows.NodeMeet, Head: "their answer", Text: "yes to ready, too", There: true},
	}, Edges: []flows.GraphEdge{
		{From: "offer", To: "wait", Kind: "go", Label: "shared or not"},
		{From: "offer", To: "there:offer", Kind: flows.EdgePasses, Label: "Share"},
		{From: "there:offer", To: "opens:offer", Kind: flows.EdgeOpens, Label: "read, then"},
		{From: "wait", To: "there:wait", Kind: flows.EdgeMeets, Label: "by 20:00"},
		{From: "wait", To: "call", Kind: "outcome", Label: "yes"},
	}}
	return map[string]*flows.Graph{"one": one, "two": two}
}

// TestGolden compares the pictures of two small graphs with those that somebody looked at.
func TestGolden(t *testing.T) {
	for name, g := range small() {
		for ext, draw := range map[string]func(io.Writer, *flows.Graph) error{
			"mmd": Mermaid, "dot": DOT,
			"svg": func(w io.Writer, g *flows.Graph) error { return SVG(w, g, Options{Lit: []string{"end", "wait"}}) },
		} {
			var got bytes.Buffer
			if err := draw(&got, g); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name+"."+ext)
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s is another picture now; look at it, and run the test with -update:\n%s", path, got.Bytes())
			}
		}
	}
}

// TestLooseEdge: a graph that does not hold together is an error, not a picture.
func TestLooseEdge(t *testing.T) {
	g := &flows.Graph{Name: "loose", Nodes: []flows.GraphNode{{ID: "a", Step: "a", Kind: "say"}}, Edges: []flows.GraphEdge{{From: "a", To: "b", Kind: "go"}}}
	for _, draw := range []func(io.Writer, *flows.Graph) error{Mermaid, DOT, func(w io.Writer, g *flows.Graph) error { return SVG(w, g, Options{}) }} {
		if err := draw(io.Discard, g); err == nil {
			t.Error("an edge to nowhere was drawn")
		}
	}
}
