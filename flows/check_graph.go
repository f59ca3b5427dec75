package flows

import "slices"

// The kinds of edges between steps.
const (
	edgeGo       = "go"
	edgeSkip     = "skip"
	edgeTimeout  = "timeout"
	edgeExit     = "exit"
	edgeBranch   = "branch"
	edgeElse     = "else"
	edgeNoneLeft = "none_left"
	edgeNone     = "none"
	edgeFull     = "full"      // add
	edgeTooMany  = "too_often" // visits
	edgeResult   = "result"    // run
	edgeOutcome  = "outcome"   // pair, both, part
	edgeOption   = "option"    // ask
)

// stepEdge is one way on from a step.
type stepEdge struct {
	kind   string
	key    string // the exit, option, outcome or result
	branch int    // edgeBranch: which one
	target Target
}

// edges are all ways on from a step, in reading order.
func (s *Step) edges() []stepEdge {
	var out []stepEdge
	add := func(kind, key string, t Target) {
		if t.Step != "" {
			out = append(out, stepEdge{kind: kind, key: key, target: t})
		}
	}
	for i, b := range s.Branches {
		add(edgeBranch, "", b.Go)
		if b.Go.Step != "" {
			out[len(out)-1].branch = i
		}
	}
	add(edgeElse, "", s.Else)
	add(edgeGo, "", s.Go)
	kind := map[StepKind]string{KAsk: edgeOption, KRun: edgeResult, KPair: edgeOutcome, KAccount: edgeOutcome, KRemove: edgeOutcome, KBoth: edgeOutcome, KPart: edgeOutcome, KCheck: edgeOutcome}[s.Kind]
	for _, key := range s.Order {
		add(kind, key, s.GoMap[key])
	}
	add(edgeSkip, "", s.Skip)
	for _, e := range s.Exits {
		add(edgeExit, e.ID, Target{Step: e.Go, Pos: e.Pos})
	}
	if s.Timeout != nil {
		add(edgeTimeout, "", s.Timeout.Go)
	}
	add(edgeNoneLeft, "", s.NoneLeft)
	add(edgeNone, "", s.None)
	add(edgeFull, "", s.Full)
	add(edgeTooMany, "", s.TooMany)
	return out
}

// waits says that a step waits for a person or for time.
func (s *Step) waits() bool {
	return s.Kind == KAsk || s.Kind == KPick || s.Kind == KSleep || s.Kind.joins() || s.Kind == KBoth || s.Kind == KWaitFor || s.Kind.door()
}

// waitsOn says that this edge is only taken after a wait. With nothing to share, or a code that is over, there is none.
func (s *Step) waitsOn(e stepEdge) bool {
	return s.waits() && e.kind != edgeNone && e.kind != edgeTooMany && (e.kind != edgeOutcome || !s.Kind.joins())
}

// flowGraph is a flow as a graph: nodes are indices into steps.
type flowGraph struct {
	steps []*Step
	index map[string]int
	out   [][]graphEdge
	loose []bool // leads somewhere that is not known: may reach anything
	torn  bool   // some step is loose
}

type graphEdge struct {
	stepEdge
	to int
}

func (c *flowCheck) graph(f *Flow) *flowGraph {
	if g := c.graphs[f]; g != nil {
		return g
	}
	g := newFlowGraph(f)
	c.graphs[f] = g
	return g
}

func newFlowGraph(f *Flow) *flowGraph {
	g := &flowGraph{steps: f.Steps, index: map[string]int{}, out: make([][]graphEdge, len(f.Steps)), loose: make([]bool, len(f.Steps))}
	ids := make([]string, len(f.Steps))
	for i, s := range f.Steps {
		g.index[s.ID], ids[i] = i, s.ID
	}
	for i, s := range f.Steps {
		edges := s.edges()
		for _, e := range edges {
			to, ok := g.index[e.target.Step]
			if !ok {
				to, ok = g.index[nearest(e.target.Step, ids)]
			}
			if ok {
				g.out[i] = append(g.out[i], graphEdge{e, to})
			} else {
				g.loose[i] = true
			}
		}
		if s.Kind == "" || len(edges) == 0 && s.End == "" {
			g.loose[i] = true
		}
		g.torn = g.torn || g.loose[i]
	}
	return g
}

// reach marks what can be reached from some steps, they included.
func (g *flowGraph) reach(from ...int) []bool {
	seen := make([]bool, len(g.steps))
	for len(from) > 0 {
		i := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		for _, e := range g.out[i] {
			if !seen[e.to] {
				from = append(from, e.to)
			}
		}
	}
	return seen
}

// edgeFilter picks edges of a graph.
type edgeFilter func(from int, e graphEdge) bool

// components numbers the strongly connected components of the graph with only the edges that keep picks. cyclic says
// which components hold a cycle.
func (g *flowGraph) components(keep edgeFilter) (of []int, cyclic []bool) {
	n := len(g.steps)
	t := &tarjan{out: make([][]int, n), of: make([]int, n), low: make([]int, n), num: make([]int, n), on: make([]bool, n)}
	for i := range n {
		for _, e := range g.out[i] {
			if keep(i, e) {
				t.out[i] = append(t.out[i], e.to)
			}
		}
	}
	for i := range n {
		if t.num[i] == 0 {
			t.visit(i)
		}
	}
	for i := range n {
		if slices.Contains(t.out[i], i) {
			t.cyclic[t.of[i]] = true
		}
	}
	return t.of, t.cyclic
}

// tarjan finds components with a stack of its own: a file may hold thousands of steps in a row.
type tarjan struct {
	out     [][]int
	of      []int
	low     []int
	num     []int
	on      []bool
	stack   []int
	counter int
	cyclic  []bool
}

func (t *tarjan) visit(root int) {
	type frame struct{ node, edge int }
	work := []frame{{root, 0}}
	t.open(root)
	for len(work) > 0 {
		f := &work[len(work)-1]
		if f.edge < len(t.out[f.node]) {
			to := t.out[f.node][f.edge]
			f.edge++
			switch {
			case t.num[to] == 0:
				t.open(to)
				work = append(work, frame{to, 0})
			case t.on[to]:
				t.low[f.node] = min(t.low[f.node], t.num[to])
			}
			continue
		}
		node := f.node
		work = work[:len(work)-1]
		if len(work) > 0 {
			parent := work[len(work)-1].node
			t.low[parent] = min(t.low[parent], t.low[node])
		}
		if t.low[node] == t.num[node] {
			t.close(node)
		}
	}
}

func (t *tarjan) open(i int) {
	t.counter++
	t.num[i], t.low[i], t.on[i] = t.counter, t.counter, true
	t.stack = append(t.stack, i)
}

func (t *tarjan) close(node int) {
	size := 0
	for {
		i := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.on[i], t.of[i] = false, len(t.cyclic)
		size++
		if i == node {
			break
		}
	}
	t.cyclic = append(t.cyclic, size > 1)
}
