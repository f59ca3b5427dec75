package chart

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"rewoo/flows"
)

// DOT writes a graph in the language of Graphviz.
func DOT(w io.Writer, g *flows.Graph) error {
	lines, err := linesOf(g)
	if err != nil {
		return err
	}
	m := newNoted(g, lines)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "digraph %s {\n", dotText(g.Name))
	direction := "TB"
	if g.Name == "" {
		direction = "LR"
	}
	fmt.Fprintf(b, "  rankdir=%s; nodesep=0.3; ranksep=0.45;\n", direction)
	fmt.Fprintf(b, "  label=%s; labelloc=t; fontname=\"sans-serif\";\n", dotText(g.Title))
	fmt.Fprintln(b, `  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];`)
	fmt.Fprintln(b, `  edge [fontname="sans-serif", fontsize=9];`)
	if lanes(g) {
		here, there := laneNames(g)
		for _, lane := range []struct {
			id, name string
			there    bool
		}{{"here", here, false}, {"there", there, true}} {
			fmt.Fprintf(b, "  subgraph cluster_%s {\n    label=%s; style=dashed; color=\"#999999\";\n", lane.id, dotText(lane.name))
			for i, n := range g.Nodes {
				if n.There == lane.there {
					fmt.Fprintf(b, "    %s\n", dotNode(i, n, m.in[i]))
				}
			}
			fmt.Fprintln(b, "  }")
		}
	} else {
		for i, n := range g.Nodes {
			fmt.Fprintf(b, "  %s\n", dotNode(i, n, m.in[i]))
		}
	}
	for i, l := range lines {
		if !m.written[i] {
			fmt.Fprintf(b, "  n%d -> n%d%s;\n", l.from, l.to, dotEdge(&l))
		}
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}

func dotEdge(l *line) string {
	var attrs []string
	if len(l.labels) > 0 {
		attrs = append(attrs, "label="+dotText(strings.Join(l.labels, "\n")))
	}
	switch {
	case l.alone(flows.EdgeMeets):
		attrs = append(attrs, "dir=both", "penwidth=2", `color="#c2603a"`, "constraint=false")
	case l.alone(flows.EdgePasses):
		attrs = append(attrs, "penwidth=2", `color="#c2603a"`)
	case l.alone("timeout"), l.alone(flows.EdgeOpens, flows.EdgeThen, flows.EdgeRemind):
		attrs = append(attrs, "style=dashed")
	}
	if attrs == nil {
		return ""
	}
	return " [" + strings.Join(attrs, ", ") + "]"
}

func dotNode(i int, n flows.GraphNode, more []string) string {
	parts := []string{title(n)}
	if n.Step != "" && n.Kind != "end" {
		parts = append(parts, "("+n.Head+")")
	}
	parts = append(parts, entriesOf(n)...)
	if n.Text != "" {
		parts = append(parts, wrap(n.Text, 190, 11, 4)...)
	}
	if n.Ends && n.Result != "" {
		parts = append(parts, "ends: "+n.Result)
	}
	parts = append(parts, more...)
	shape := map[string]string{"choose": ", shape=hexagon", "begin": ", shape=oval", "flow": ", peripheries=2", "end": ", shape=oval"}[look(n)]
	colour := map[string]string{"ask": "#3b78c3", "door": "#c2603a", "wait": "#8a6fb8", "flow": "#3f8f8f"}[look(n)]
	switch {
	case n.There:
		colour = "#c2603a"
	case colour == "" && n.Ends:
		colour = "#5b8f63"
	case colour == "":
		colour = "#888888"
	}
	return fmt.Sprintf("n%d [label=%s, color=%q%s];", i, dotText(strings.Join(parts, "\n")), colour, shape)
}

// dotText is a quoted string. A backslash is never an escape of Graphviz.
func dotText(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			out.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			out.WriteByte(' ')
		case r == '"':
			out.WriteString(`\"`)
		case r == '\\':
			out.WriteString(`\\`)
		case r == '&': // Graphviz reads entities in labels
			out.WriteString("&amp;")
		default:
			out.WriteRune(r)
		}
	}
	return `"` + out.String() + `"`
}
