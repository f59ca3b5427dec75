package chart

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"rewoo/flows"
)

// Mermaid writes a graph as a flowchart for Mermaid, which many pages and editors draw.
func Mermaid(w io.Writer, g *flows.Graph) error {
	lines, err := linesOf(g)
	if err != nil {
		return err
	}
	m := newNoted(g, lines)
	b := bufio.NewWriter(w)
	if g.Name == "" {
		fmt.Fprintln(b, "flowchart LR")
	} else {
		fmt.Fprintln(b, "flowchart TD")
	}
	if two := lanes(g); two {
		here, there := laneNames(g)
		for _, lane := range []struct {
			id, name string
			there    bool
		}{{"here", here, false}, {"there", there, true}} {
			fmt.Fprintf(b, "  subgraph lane_%s[\"%s\"]\n", lane.id, mermaidText(lane.name))
			for i, n := range g.Nodes {
				if n.There == lane.there {
					fmt.Fprintf(b, "    %s\n", mermaidNode(i, n, m.in[i]))
				}
			}
			fmt.Fprintln(b, "  end")
		}
	} else {
		for i, n := range g.Nodes {
			fmt.Fprintf(b, "  %s\n", mermaidNode(i, n, m.in[i]))
		}
	}
	for i, l := range lines {
		if m.written[i] {
			continue
		}
		label := ""
		if len(l.labels) > 0 {
			var parts []string
			for _, s := range l.labels {
				parts = append(parts, mermaidText(s))
			}
			label = `|"` + strings.Join(parts, "<br/>") + `"|`
		}
		fmt.Fprintf(b, "  n%d %s%s n%d\n", l.from, mermaidArrow(&l), label, l.to)
	}
	for _, c := range mermaidClasses {
		fmt.Fprintf(b, "  classDef %s\n", c)
	}
	return b.Flush()
}

func mermaidArrow(l *line) string {
	switch {
	case l.alone(flows.EdgeMeets):
		return "<==>"
	case l.alone(flows.EdgePasses):
		return "==>"
	case l.alone("timeout"), l.alone(flows.EdgeOpens, flows.EdgeThen, flows.EdgeRemind):
		return "-.->"
	}
	return "-->"
}

// mermaidClasses are the looks of the kinds of boxes, in colours that read on light and on dark.
var mermaidClasses = []string{
	"ask stroke:#3b78c3,stroke-width:2px",
	"door stroke:#c2603a,stroke-width:2px",
	"there stroke:#c2603a,stroke-dasharray:4 3",
	"wait stroke:#8a6fb8,stroke-width:2px",
	"done stroke:#5b8f63,stroke-width:2px",
	"flow stroke:#3f8f8f",
	"plain stroke:#888888",
}

func mermaidNode(i int, n flows.GraphNode, more []string) string {
	parts := []string{"<b>" + mermaidText(title(n)) + "</b>"}
	if n.Step != "" && n.Kind != "end" {
		parts = append(parts, mermaidText(n.Head))
	}
	for _, s := range append(entriesOf(n), strings.Split(n.Text, "\n")...) {
		if s != "" {
			parts = append(parts, mermaidText(s))
		}
	}
	if n.Ends && n.Result != "" {
		parts = append(parts, "<i>ends: "+mermaidText(n.Result)+"</i>")
	}
	for _, s := range more {
		parts = append(parts, "<i>"+mermaidText(s)+"</i>")
	}
	open, closing := "(", ")"
	switch look(n) {
	case "choose":
		open, closing = "{{", "}}"
	case "begin":
		open, closing = "([", "])"
	case "flow":
		open, closing = "[[", "]]"
	}
	return fmt.Sprintf(`n%d%s"%s"%s:::%s`, i, open, strings.Join(parts, "<br/>"), closing, mermaidClass(n))
}

func mermaidClass(n flows.GraphNode) string {
	switch l := look(n); {
	case n.There:
		return "there"
	case l == "ask" || l == "door" || l == "wait" || l == "flow":
		return l
	case n.Ends:
		return "done"
	}
	return "plain"
}

// mermaidText escapes everything that could mean something in a label.
func mermaidText(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			out.WriteString("<br/>")
		case r < ' ' || r == 0x7f:
			out.WriteByte(' ')
		case strings.ContainsRune("\"#<>&;`\\", r):
			fmt.Fprintf(&out, "#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
