package chart

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"rewoo/flows"
)

// Options are how a picture is drawn.
type Options struct {
	Lit  []string // ids of steps to light
	Bare bool     // without a style of its own, for a page that has Style in its own sheet
}

// SVG draws a graph as a picture.
func SVG(w io.Writer, g *flows.Graph, o Options) error {
	p, err := newPicture(g)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	p.write(b, o)
	return b.Flush()
}

// hues are the colours of looks, neither too light for a light page nor too dark for a dark one.
var hues = map[string]string{
	"ask": "#3b82c4", "door": "#d06a3c", "wait": "#8f6fc4", "flow": "#2f9a94", "choose": "#a58a2a", "end": "#4f9a5c", "begin": "#4f9a5c",
	"card": "#d06a3c", "meet": "#d06a3c", "fact": "#d06a3c",
}

func hue(look string) string {
	if h := hues[look]; h != "" {
		return h
	}
	return "#808a94"
}

func (p *picture) write(w io.Writer, o Options) {
	name := p.g.Name
	if name == "" {
		name = "all conversations"
	}
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" class="rewoo-graph" role="img" aria-label="%s" width="%d" height="%d" viewBox="0 0 %d %d" font-family="system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="%g">`+"\n",
		xmlText("Graph of "+name), p.w, p.h, p.w, p.h, textSize)
	if !o.Bare {
		fmt.Fprintf(w, "<style>%s</style>\n", Style)
	}
	fmt.Fprintf(w, `<rect class="paper" width="%d" height="%d" fill="#fff"/>`+"\n", p.w, p.h)
	p.headings(w)
	for i := range p.paths {
		p.paths[i].write(w, p.g)
	}
	for _, b := range p.boxes {
		b.write(w, p, slices.Contains(o.Lit, b.node.Step) && b.node.Step != "")
	}
	for i := range p.paths { // labels lie on top of lines that pass
		p.paths[i].writeLabel(w)
	}
	fmt.Fprintln(w, "</svg>")
}

// headings are the title, and the names of the lanes.
func (p *picture) headings(w io.Writer) {
	fmt.Fprintf(w, `<text x="%d" y="%d" fill="currentColor" font-size="16" font-weight="600">%s</text>`+"\n", margin, margin+14, xmlText(p.g.Title))
	if p.lane == 0 {
		return
	}
	here, there := laneNames(p.g)
	y := margin + titleRoom + 10
	fmt.Fprintf(w, `<g class="lanes" fill="currentColor" font-size="%g" font-weight="600"><line x1="%d" y1="%d" x2="%d" y2="%d" stroke="currentColor" stroke-opacity=".35" stroke-dasharray="3 5"/><text x="%d" y="%d">%s</text><text x="%d" y="%d" text-anchor="middle">%s</text></g>`+"\n",
		headSize+1.5, p.lane, margin+titleRoom-6, p.lane, p.h-margin/2, margin, y, xmlText(here), p.laneMid, y, xmlText(there))
}

// ends are the attributes that say what a line joins.
func ends(g *flows.Graph, l *line) string {
	return fmt.Sprintf(`data-from="%s" data-to="%s"`, xmlText(g.Nodes[l.from].ID), xmlText(g.Nodes[l.to].ID))
}

// inWords is a line in words, each of its labels in full.
func inWords(g *flows.Graph, l *line) string {
	out := title(g.Nodes[l.from]) + " → " + title(g.Nodes[l.to])
	if len(l.labels) > 0 {
		out += ": " + strings.Join(l.labels, "; ")
	}
	return out
}

func (q *path) write(w io.Writer, g *flows.Graph) {
	class, colour, thick, dash := "edge", "currentColor", "1.2", ""
	var kinds []string
	for _, e := range q.line.edges {
		if !slices.Contains(kinds, e.Kind) {
			kinds = append(kinds, e.Kind)
		}
	}
	class += " " + strings.Join(kinds, " ")
	opacity := ".7"
	across := g.Nodes[q.line.from].There != g.Nodes[q.line.to].There
	switch {
	case across:
		class += " across"
		colour, thick, opacity = hue("door"), "2.2", "1"
		fmt.Fprintf(w, `<path class="halo" d="%s" fill="none" stroke="#fff" stroke-width="7"/>`, q.d)
	case q.line.alone(flows.EdgeOpens):
		colour, opacity, dash = hue("door"), "1", ` stroke-dasharray="2 3"`
	case q.line.alone("timeout"), q.line.alone(flows.EdgeThen, flows.EdgeRemind):
		dash = ` stroke-dasharray="2 3"`
	case q.back:
		dash = ` stroke-dasharray="7 3"`
	}
	if q.back {
		class += " back"
		colour, opacity = "#8f6fc4", "1"
	}
	fmt.Fprintf(w, `<g class="%s" %s><title>%s</title><path d="%s" fill="none" stroke="%s" stroke-opacity="%s" stroke-width="%s"%s/>`,
		class, ends(g, q.line), xmlText(inWords(g, q.line)), q.d, colour, opacity, thick, dash)
	for _, h := range q.heads {
		fmt.Fprintf(w, `<polygon points="%s" fill="%s"/>`, h.points(), colour)
	}
	fmt.Fprintln(w, "</g>")
}

func (q *path) writeLabel(w io.Writer) {
	if len(q.label) == 0 {
		return
	}
	fmt.Fprintf(w, `<g class="label" fill="currentColor" font-size="%g" text-anchor="middle"><rect class="ground" x="%d" y="%d" width="%d" height="%d" rx="3" fill="#fff"/>`, headSize, q.x-q.w/2, q.y, q.w, q.h)
	for i, s := range q.label {
		fmt.Fprintf(w, `<text x="%d" y="%d">%s</text>`, q.x, q.y+11+12*i, xmlText(s))
	}
	fmt.Fprintln(w, "</g>")
}

// Style is what a picture looks like in a page. Its colours are those of the page, --ink and --card, or else of the browser, light
// or dark; without it, what the picture says itself is black on white. A step that is lit has the class lit.
const Style = `.rewoo-graph{color:var(--ink,CanvasText);background:var(--card,Canvas)}` +
	`.rewoo-graph .paper,.rewoo-graph .ground{fill:var(--card,Canvas)}` +
	`.rewoo-graph .halo{stroke:var(--card,Canvas)}` +
	`.rewoo-graph .step.lit .face{stroke-width:3.5px;fill-opacity:.32}` +
	`.rewoo-graph .edge:hover path{stroke-width:3px;stroke-opacity:1}`

// xmlText escapes a text for XML. What XML cannot hold becomes a space.
func xmlText(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			out.WriteString("&amp;")
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '"':
			out.WriteString("&quot;")
		case r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff:
			out.WriteByte(' ')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
