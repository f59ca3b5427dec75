package chart

import (
	"fmt"
	"slices"
	"strings"

	"rewoo/flows"
)

// line is what a picture draws between two boxes: all edges that lead from the one to the other.
type line struct {
	from, to int // indices of nodes
	edges    []flows.GraphEdge
	labels   []string // each once
}

// linesOf bundles the edges of a graph by what they join, in their order. What crosses to the other person stays apart.
func linesOf(g *flows.Graph) ([]line, error) {
	index := map[string]int{}
	for i, n := range g.Nodes {
		index[n.ID] = i
	}
	type pair struct {
		from, to int
		across   bool
	}
	at := map[pair]int{}
	var out []line
	for _, e := range g.Edges {
		from, ok := index[e.From]
		to, ok2 := index[e.To]
		if !ok || !ok2 {
			return nil, fmt.Errorf("the edge from %q to %q leads to no node", e.From, e.To)
		}
		p := pair{from, to, e.Across()}
		i, seen := at[p]
		if !seen {
			i = len(out)
			at[p] = i
			out = append(out, line{from: from, to: to})
		}
		l := &out[i]
		l.edges = append(l.edges, e)
		if label := strings.TrimSpace(e.Label); label != "" && !slices.Contains(l.labels, label) {
			l.labels = append(l.labels, label)
		}
	}
	return out, nil
}

// alone says that every edge of a line is of one of some kinds.
func (l *line) alone(kinds ...string) bool {
	return !slices.ContainsFunc(l.edges, func(e flows.GraphEdge) bool { return !slices.Contains(kinds, e.Kind) })
}

// manyQuiet is so many ways by time into one end that they are written, and not drawn.
const manyQuiet = 3

// quiet says which lines are written into the boxes that they come from, rather than drawn, and how many of them lead to each box:
// ways by time into one end. Twenty lines to "closed" say less than twenty times the word.
func quiet(g *flows.Graph, lines []line) (written []bool, into []int) {
	written, into = make([]bool, len(lines)), make([]int, len(g.Nodes))
	leads := make([]bool, len(g.Nodes))
	for i := range lines {
		l := &lines[i]
		leads[l.from] = true
		if l.alone("timeout") {
			into[l.to]++
		}
	}
	for i := range into {
		if into[i] < manyQuiet || leads[i] || !g.Nodes[i].Ends {
			into[i] = 0
		}
	}
	for i := range lines {
		written[i] = into[lines[i].to] > 0 && lines[i].alone("timeout")
	}
	return written, into
}

// byTime says where a line leads that is written into a box.
func byTime(g *flows.Graph, l *line) string {
	return strings.Join(l.labels, ", ") + " → " + title(g.Nodes[l.to])
}

// namedBy says of a box that lines lead to it which are written elsewhere.
func namedBy(n int) string { return fmt.Sprintf("%d boxes lead here by time", n) }

// noted is what a format without a layout of its own writes into boxes.
type noted struct {
	written []bool
	in      [][]string // by node
}

func newNoted(g *flows.Graph, lines []line) noted {
	written, into := quiet(g, lines)
	n := noted{written, make([][]string, len(g.Nodes))}
	for i := range lines {
		if l := &lines[i]; written[i] {
			n.in[l.from] = append(n.in[l.from], byTime(g, l))
		}
	}
	for i, k := range into {
		if k > 0 {
			n.in[i] = append(n.in[i], namedBy(k))
		}
	}
	return n
}

// title is the first line of a box.
func title(n flows.GraphNode) string {
	switch {
	case n.Step != "":
		return n.Step
	case n.Kind == flows.NodeFlow && n.Flow != "" && n.ID == n.Flow:
		return n.Flow
	}
	return n.Head
}

// lanes says whether a graph shows two people.
func lanes(g *flows.Graph) bool {
	return slices.ContainsFunc(g.Nodes, func(n flows.GraphNode) bool { return n.There })
}

// laneNames are what stands over the two lanes.
func laneNames(g *flows.Graph) (here, there string) {
	if g.Both {
		return "This person", "The partner, who can take the same steps"
	}
	return "This person", "The partner"
}
