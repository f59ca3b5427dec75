package chart

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rewoo/flows"
)

// area is a part of a picture.
type area struct {
	what           string
	x0, y0, x1, y1 int
}

func (a area) meets(b area) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

func (p *picture) areas() (boxes, labels []area) {
	for _, b := range p.boxes {
		boxes = append(boxes, area{"box " + b.node.ID, b.x, b.y, b.x + b.w, b.y + b.h})
	}
	for _, q := range p.paths {
		if len(q.label) > 0 {
			labels = append(labels, area{fmt.Sprintf("label %q", q.label), q.x - q.w/2, q.y, q.x + q.w - q.w/2, q.y + q.h})
		}
	}
	return boxes, labels
}

// complaints are what is wrong with how a graph is laid out: something lies on something else, or outside, or is not there.
func (p *picture) complaints() (out []string) {
	boxes, labels := p.areas()
	whole := area{"", 0, 0, p.w, p.h}
	for i, a := range append(boxes, labels...) {
		if a.x0 < whole.x0 || a.y0 < whole.y0 || a.x1 > whole.x1 || a.y1 > whole.y1 {
			out = append(out, fmt.Sprintf("%s is outside: %v of %v", a.what, a, whole))
		}
		for _, b := range append(boxes, labels...)[i+1:] {
			if a.meets(b) {
				out = append(out, a.what+" lies on "+b.what)
			}
		}
	}
	for _, q := range p.paths {
		for _, b := range p.boxes {
			if q.line.from != q.line.to && passes(q.d, b) {
				out = append(out, fmt.Sprintf("the line from %s to %s passes through %s", p.g.Nodes[q.line.from].ID, p.g.Nodes[q.line.to].ID, b.node.ID))
			}
		}
	}
	for i, q := range p.paths {
		for k, other := range p.paths {
			label := &box{x: other.x - other.w/2, y: other.y, w: other.w, h: other.h}
			if i != k && len(other.label) > 0 && passes(q.d, label) {
				out = append(out, fmt.Sprintf("the line from %s to %s passes through the label %q", p.g.Nodes[q.line.from].ID, p.g.Nodes[q.line.to].ID, other.label))
			}
		}
	}
	drawn := map[*line]bool{}
	for _, q := range p.paths {
		drawn[q.line] = true
		if len(q.heads) == 0 {
			out = append(out, "a line has no head")
		}
		for _, label := range q.line.labels {
			if len(q.label) == 0 {
				out = append(out, fmt.Sprintf("nothing says %q", label))
			}
		}
	}
	for i := range p.lines {
		if l := &p.lines[i]; !drawn[l] && !p.written(i) {
			out = append(out, fmt.Sprintf("no line leads from %s to %s", p.g.Nodes[l.from].ID, p.g.Nodes[l.to].ID))
		}
	}
	return out
}

// passes says that a path leads through a box.
func passes(d string, b *box) bool {
	var x, y float64
	in := func(px, py float64) bool {
		return px > float64(b.x)+1 && px < float64(b.x+b.w)-1 && py > float64(b.y)+1 && py < float64(b.y+b.h)-1
	}
	for _, part := range regexp.MustCompile(`[MVHC][^MVHC]*`).FindAllString(d, -1) {
		var n [6]float64
		for i, f := range strings.Fields(part[1:]) {
			n[i], _ = strconv.ParseFloat(f, 64)
		}
		from := [2]float64{x, y}
		var c [6]float64
		switch part[0] {
		case 'M':
			from, c = [2]float64{n[0], n[1]}, [6]float64{n[0], n[1], n[0], n[1], n[0], n[1]}
		case 'V':
			c = [6]float64{x, n[0], x, n[0], x, n[0]}
		case 'H':
			c = [6]float64{n[0], y, n[0], y, n[0], y}
		case 'C':
			c = n
		}
		for i := range 41 {
			u := float64(i) / 40
			at := func(a, b, c, d float64) float64 {
				return a*(1-u)*(1-u)*(1-u) + 3*b*u*(1-u)*(1-u) + 3*c*u*u*(1-u) + d*u*u*u
			}
			if in(at(from[0], c[0], c[2], c[4]), at(from[1], c[1], c[3], c[5])) {
				return true
			}
		}
		x, y = c[4], c[5]
	}
	return false
}

// written says that a line stands in its box in words.
func (p *picture) written(i int) bool {
	for _, b := range p.boxes {
		for _, st := range b.stubs {
			if i == st.line && p.boxes[p.lines[i].from] == b {
				return true
			}
		}
	}
	return false
}

// TestShippedPictures: on no picture of what ships does anything lie on anything else, and everything is inside.
func TestShippedPictures(t *testing.T) {
	for name, g := range graphs(t) {
		p, err := newPicture(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.complaints() {
			t.Errorf("%s: %s", name, c)
		}
		for _, b := range p.boxes {
			if p.lane > 0 && b.node.There != (b.x > p.lane) {
				t.Errorf("%s: %s stands in the lane of the other", name, b.node.ID)
			}
		}
	}
}

// TestAnyPicture: the same of any graph that could be.
func TestAnyPicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		p, err := newPicture(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.complaints() {
			t.Error(c)
		}
	})
}

// anyGraph draws a graph of steps that lead anywhere, some of which are joined with the partner.
func anyGraph(t *rapid.T) *flows.Graph {
	g := &flows.Graph{Name: rapid.SampledFrom([]string{"any", ""}).Draw(t, "name"), Title: "Any"}
	n := rapid.IntRange(1, 14).Draw(t, "steps")
	word := rapid.StringMatching(`[a-z<&" \[\]]{0,40}`)
	for i := range n {
		kind := rapid.SampledFrom([]flows.StepKind{flows.KAsk, flows.KSay, flows.KChoose, flows.KEnd, flows.KRun, flows.KBoth}).Draw(t, "kind")
		id := fmt.Sprintf("s%d", i)
		node := flows.GraphNode{ID: id, Step: id, Kind: string(kind), Head: string(kind), Text: word.Draw(t, "text"), Begins: i == 0}
		if kind == flows.KEnd {
			node.Ends, node.Result = true, "done"
		}
		g.Nodes = append(g.Nodes, node)
	}
	kinds := []string{"go", "skip", "timeout", "option"}
	for range rapid.IntRange(0, 2*n).Draw(t, "edges") {
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		if flows.StepKind(g.Nodes[from].Kind) == flows.KEnd {
			continue
		}
		g.Edges = append(g.Edges, flows.GraphEdge{From: g.Nodes[from].ID, To: g.Nodes[to].ID, Kind: rapid.SampledFrom(kinds).Draw(t, "edge"), Label: word.Draw(t, "label")})
	}
	if g.Name == "" {
		return g
	}
	for i := range n {
		if !rapid.Bool().Draw(t, "across") {
			continue
		}
		there := fmt.Sprintf("there:%d", i)
		g.Nodes = append(g.Nodes, flows.GraphNode{ID: there, Kind: flows.NodeCard, Head: "card", Text: word.Draw(t, "card"), There: true})
		e := flows.GraphEdge{From: g.Nodes[i].ID, To: there, Kind: rapid.SampledFrom([]string{flows.EdgePasses, flows.EdgeMeets}).Draw(t, "how"), Label: word.Draw(t, "label")}
		if rapid.Bool().Draw(t, "inward") {
			e.From, e.To = e.To, e.From
		}
		g.Edges = append(g.Edges, e)
		if rapid.Bool().Draw(t, "opens") {
			opens := fmt.Sprintf("opens:%d", i)
			g.Nodes = append(g.Nodes, flows.GraphNode{ID: opens, Kind: flows.NodeFlow, Head: "flow x", There: true})
			g.Edges = append(g.Edges, flows.GraphEdge{From: there, To: opens, Kind: flows.EdgeOpens, Label: "read, then"})
		}
	}
	return g
}

func BenchmarkSVG(b *testing.B) {
	all := graphs(b)
	largest := all["map"]
	for _, g := range all {
		if g.Name != "" && (largest.Name == "" || len(g.Nodes) > len(largest.Nodes)) {
			largest = g
		}
	}
	for name, g := range map[string]*flows.Graph{"largest": largest, "map": all["map"]} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := SVG(io.Discard, g, Options{})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
