package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Two ways that come to the same doors can still differ: in the order of the doors, in how often each can come, or in the
// time before one. So ways are compared as languages. A flow, with what it calls put in place, is an automaton whose signs
// are doors and fixed waits; of two ways that a secret decides between (or that a door leads on by) the words have to be the
// same, up to the last door of each. How long a person takes to answer is no sign: that is their own pace.

// maxTraceNodes bounds the automaton of one comparison. What is larger is compared by its doors only.
const maxTraceNodes = 20_000

// traceNode is a step of a flow inside the calls that led there.
type traceNode struct {
	sign string // a door, or a fixed wait; "" for a step that shows in neither
	next []int
	live bool // a door can still come: in the step itself, or behind it
}

// traceNet is the automaton from some steps of one flow on, as far as it was needed.
type traceNet struct {
	c     *flowCheck
	index map[string]int
	nodes []traceNode
	work  []tracePlace
	full  bool // more than maxTraceNodes
}

// tracePlace is where a node stands: a step, and the calls around it, outermost first.
type tracePlace struct {
	f     *Flow
	step  int
	calls []traceCall
}

type traceCall struct {
	f    *Flow
	step int
}

func (p tracePlace) key() string {
	var b strings.Builder
	for _, call := range p.calls {
		b.WriteString(call.f.Name + "/" + strconv.Itoa(call.step) + " ")
	}
	return b.String() + p.f.Name + "/" + strconv.Itoa(p.step)
}

// node numbers a place, and notes that its ways on are still to be found.
func (n *traceNet) node(p tracePlace) int {
	key := p.key()
	i, ok := n.index[key]
	if !ok {
		i = len(n.nodes)
		n.index[key] = i
		n.nodes = append(n.nodes, traceNode{sign: n.c.traceSign(p.f, p.f.Steps[p.step])})
		n.work = append(n.work, p)
	}
	return i
}

// traceSign is what a step adds to the words.
func (c *flowCheck) traceSign(f *Flow, s *Step) string {
	switch {
	case s.Kind.leads():
		return "door " + c.shareName(f, s)
	case s.Kind == KSleep && s.ForOf != "":
		return "wait of " + s.ForOf
	case s.Kind == KSleep:
		return "wait of " + spoken(s.For)
	case s.Kind == KWaitFor:
		return "wait until " + s.At + plusSpoken(s.Plus)
	}
	return ""
}

func plusSpoken(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return " and " + spoken(d)
}

// grow finds the ways on from everything that was numbered.
func (n *traceNet) grow() {
	for len(n.work) > 0 && !n.full {
		p := n.work[0]
		n.work = n.work[1:]
		var next []int
		for _, to := range n.after(p) {
			next = append(next, n.node(to))
		}
		n.nodes[n.index[p.key()]].next = next
		n.full = len(n.nodes) > maxTraceNodes
	}
	n.livens()
}

// after are the places that can follow a place at once.
func (n *traceNet) after(p tracePlace) []tracePlace {
	g := n.c.graph(p.f)
	s := g.steps[p.step]
	var out []tracePlace
	inner := n.c.callees(p.f, s)
	if len(p.calls) <= maxCallDepth { // a deeper call is F18
		for _, callee := range inner {
			if len(callee.Steps) > 0 {
				out = append(out, tracePlace{callee, 0, append(slices.Clone(p.calls), traceCall{p.f, p.step})})
			}
		}
	}
	if s.Kind != KRun || len(out) == 0 { // a follow-up comes or not; a called flow always does
		for _, e := range g.out[p.step] {
			out = append(out, tracePlace{p.f, e.to, p.calls})
		}
	}
	if s.End != "" && len(p.calls) > 0 {
		out = append(out, n.back(p, s.End)...)
	}
	return out
}

// back are the places where a called flow that ends in result comes back to.
func (n *traceNet) back(p tracePlace, result string) []tracePlace {
	call, rest := p.calls[len(p.calls)-1], p.calls[:len(p.calls)-1]
	g := n.c.graph(call.f)
	s := g.steps[call.step]
	_, mapped := s.GoMap[result]
	var out []tracePlace
	for _, e := range g.out[call.step] {
		if e.kind == edgeResult && e.key != result || e.kind == edgeGo && mapped && s.Kind == KRun {
			continue
		}
		out = append(out, tracePlace{call.f, e.to, rest})
	}
	return out
}

// livens marks the nodes from which a door can come.
func (n *traceNet) livens() {
	before := make([][]int, len(n.nodes))
	var work []int
	for i := range n.nodes {
		for _, to := range n.nodes[i].next {
			before[to] = append(before[to], i)
		}
		if strings.HasPrefix(n.nodes[i].sign, "door ") {
			work = append(work, i)
		}
	}
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if !n.nodes[i].live {
			n.nodes[i].live = true
			work = append(work, before[i]...)
		}
	}
}

// closure is where some nodes can come without a sign, as far as a door can still come: nodes with a sign, in order.
func (n *traceNet) closure(from []int, silent func(sign string) bool) []int {
	seen := map[int]bool{}
	var out []int
	work := slices.Clone(from)
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[i] || !n.nodes[i].live {
			continue
		}
		seen[i] = true
		if sign := n.nodes[i].sign; sign == "" || silent(sign) {
			work = append(work, n.nodes[i].next...)
		} else {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// signs groups nodes by the sign that each adds.
func (n *traceNet) signs(set []int) map[string][]int {
	out := map[string][]int{}
	for _, i := range set {
		out[n.nodes[i].sign] = append(out[n.nodes[i].sign], n.nodes[i].next...)
	}
	return out
}

// differ compares the words behind two nodes. It gives a sign that comes on one way where it does not on the other, and
// what came before it on both; "" when they are the same.
func (n *traceNet) differ(a, b int, silent func(sign string) bool) (sign string, before []string) {
	type pair struct {
		a, b   []int
		before []string
	}
	work := []pair{{n.closure([]int{a}, silent), n.closure([]int{b}, silent), nil}}
	seen := map[string]bool{}
	for len(work) > 0 && len(seen) < maxTraceNodes {
		p := work[0]
		work = work[1:]
		key := joined(p.a) + "|" + joined(p.b)
		if seen[key] || slices.Equal(p.a, p.b) {
			continue
		}
		seen[key] = true
		left, right := n.signs(p.a), n.signs(p.b)
		for _, s := range keysOf(left) {
			if _, ok := right[s]; !ok {
				return s, p.before
			}
		}
		for _, s := range keysOf(right) {
			if _, ok := left[s]; !ok {
				return s, p.before
			}
			work = append(work, pair{n.closure(left[s], silent), n.closure(right[s], silent), append(slices.Clone(p.before), s)})
		}
	}
	return "", nil
}

func joined(set []int) string {
	var b strings.Builder
	for _, i := range set {
		b.WriteString(strconv.Itoa(i) + " ")
	}
	return b.String()
}

// outOfStep compares the ways on from a step by edges of some kinds, each with the first: what comes, in which order, after
// which waits. but is a door that does not count.
func (c *flowCheck) outOfStep(f *Flow, s *Step, but string, kinds []string, silent func(sign string) bool, report func(e graphEdge, how string)) {
	g := c.graph(f)
	i, ok := g.index[s.ID]
	if !ok || g.torn {
		return
	}
	n := &traceNet{c: c, index: map[string]int{}}
	var edges []graphEdge
	var at []int
	for _, e := range g.out[i] {
		if slices.Contains(kinds, e.kind) {
			edges, at = append(edges, e), append(at, n.node(tracePlace{f: f, step: e.to}))
		}
	}
	if len(edges) < 2 {
		return
	}
	if n.grow(); n.full {
		return
	}
	quiet := func(sign string) bool { return sign == "door "+but || silent != nil && silent(sign) }
	for j := 1; j < len(edges); j++ {
		if sign, before := n.differ(at[0], at[j], quiet); sign != "" {
			report(edges[j], c.spokenTrace(sign, before))
			return
		}
	}
}

// spokenTrace words where two ways part.
func (c *flowCheck) spokenTrace(sign string, before []string) string {
	after := "at once"
	if len(before) > 0 {
		after = "after " + c.spokenSign(before[len(before)-1])
	}
	return c.spokenSign(sign) + " comes " + after
}

func (c *flowCheck) spokenSign(sign string) string {
	if door, ok := strings.CutPrefix(sign, "door "); ok {
		return c.spokenDoor(door)
	}
	return "the " + sign
}
