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
