package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"rewoo/flows"
)

// element is what a test looks at of an SVG.
type element struct {
	class map[string]bool
	attr  map[string]string
	title string
}

func elements(t *testing.T, svg []byte) []element {
	t.Helper()
	var out []element
	dec := xml.NewDecoder(bytes.NewReader(svg))
	title := false
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("this is no XML: %v\n%s", err, svg)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if title = tok.Name.Local == "title"; title {
				continue
			}
			e := element{class: map[string]bool{}, attr: map[string]string{}}
			for _, a := range tok.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			for _, c := range strings.Fields(e.attr["class"]) {
				e.class[c] = true
			}
			out = append(out, e)
		case xml.CharData:
			if title {
				out[len(out)-1].title += string(tok)
			}
		case xml.EndElement:
			title = false
		}
	}
}

// TestSVGHasAll: every step is a group that a page can light, every edge one that says what it joins and why.
func TestSVGHasAll(t *testing.T) {
	for name, g := range graphs(t) {
		var svg bytes.Buffer
		if err := SVG(&svg, g, Options{}); err != nil {
			t.Fatal(err)
		}
		steps, lines := map[string]element{}, map[string]element{}
		for _, e := range elements(t, svg.Bytes()) {
			if id := e.attr["data-step"]; id != "" {
				if _, twice := steps[id]; twice {
					t.Errorf("%s: step %s is there twice", name, id)
				}
				steps[id] = e
			}
			if from := e.attr["data-from"]; from != "" {
				lines[from+" "+e.attr["data-to"]] = e
			}
		}
		for _, n := range g.Nodes {
			if n.Step == "" {
				continue
			}
			e, ok := steps[n.Step]
			if !ok || !e.class["step"] || !e.class[n.Kind] || e.class["lit"] || !strings.Contains(e.title, n.Text) {
				t.Errorf("%s: step %s is %+v", name, n.Step, e)
			}
		}
		for _, edge := range g.Edges {
			e, ok := lines[edge.From+" "+edge.To]
			if !ok || !e.class["edge"] || !e.class[edge.Kind] || !strings.Contains(e.title, edge.Label) {
				t.Errorf("%s: the edge from %s to %s, a %s, is %+v", name, edge.From, edge.To, edge.Kind, e)
			}
		}
	}
}

// TestLit lights the steps that are named, and nothing else.
func TestLit(t *testing.T) {
	g, _ := library(t).Graph("daily_checkin")
	var svg bytes.Buffer
	if err := SVG(&svg, g, Options{Lit: []string{"q", "nowhere", ""}, Bare: true}); err != nil {
		t.Fatal(err)
	}
	for _, e := range elements(t, svg.Bytes()) {
		if e.class["lit"] != (e.attr["data-step"] == "q") {
			t.Errorf("lit is %v: %v", e.class["lit"], e.attr)
		}
	}
	if bytes.Contains(svg.Bytes(), []byte("<style")) {
		t.Error("a bare picture has a style of its own")
	}
}

// TestSame: the same graph gives the same bytes.
func TestSame(t *testing.T) {
	lib := library(t)
	draw := func() string {
		var out bytes.Buffer
		for _, g := range []*flows.Graph{lib.Map(), must(lib.Graph("welcome"))} {
			if err := errors.Join(SVG(&out, g, Options{}), DOT(&out, g), Mermaid(&out, g)); err != nil {
				t.Fatal(err)
			}
		}
		return out.String()
	}
	first := draw()
	for range 3 {
		if draw() != first {
			t.Fatal("two pictures of one graph differ")
		}
	}
}

func must(g *flows.Graph, ok bool) *flows.Graph {
	if !ok {
		panic("no such flow")
	}
	return g
}
