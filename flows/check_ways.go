package flows

import (
	"slices"
	"strconv"
)

// ways is F03: every step can be reached from the first, and from every step an end can be reached.
func (c *flowCheck) ways(f *Flow) {
	g := c.graph(f)
	if len(g.steps) == 0 {
		return
	}
	if !g.torn {
		for _, i := range g.orphans() {
			c.log.add("F03", g.steps[i].Pos, "lead a go: to it, or remove it", "%s is never reached from the first step", quotedStep(g.steps[i].ID))
		}
	}
	seen, ending := g.reach(0), g.canEnd()
	var stuck []string
	var first *Step
	for i, s := range g.steps {
		if seen[i] && !ending[i] {
			if first == nil {
				first = s
			}
			stuck = append(stuck, strconv.Quote(s.ID))
		}
	}
	switch {
	case len(stuck) == 1:
		c.log.add("F03", first.Pos, "add a way to a step with end:", "from %s no end can be reached", quotedStep(first.ID))
	case len(stuck) > 1:
		c.log.add("F03", first.Pos, "add a way to a step with end:", "from %s no end can be reached; the same goes for %s",
			quotedStep(first.ID), listed(stuck[1:min(len(stuck), 6)]))
	}
}

// canEnd marks the steps from which an end can be reached.
func (g *flowGraph) canEnd() []bool {
	in := make([][]int, len(g.steps))
	for i := range g.steps {
		for _, e := range g.out[i] {
			in[e.to] = append(in[e.to], i)
		}
	}
	ending := make([]bool, len(g.steps))
	var work []int
	for i, s := range g.steps {
		if s.End != "" || g.loose[i] {
			work = append(work, i)
		}
	}
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if !ending[i] {
			ending[i] = true
			work = append(work, in[i]...)
		}
	}
	return ending
}

// loops is F04, no cycle without a wait, and F05, every loop is bounded.
func (c *flowCheck) loops(f *Flow) {
	g := c.graph(f)
	rushing := g.cycles(c.unwaited(g))
	for _, e := range rushing.back {
		c.log.add("F04", e.target.Pos, "put a question, a share or a sleep into the loop",
			"this leads back to %s, and nothing in the loop waits for anybody", quotedStep(g.steps[e.to].ID))
	}
	whole, _ := g.components(func(int, graphEdge) bool { return true })
	endless := g.cycles(func(i int, _ graphEdge) bool { return !g.leaves(i, whole) })
	for j, e := range endless.back {
		if !rushing.in[endless.from[j]] { // said already
			c.log.add("F05", e.target.Pos, "give a question in the loop a skip, timeout, exit or answer that leads out, or draw from a list with none_left",
				"this leads back to %s, and nothing in the loop bounds how often", quotedStep(g.steps[e.to].ID))
		}
	}
}

// unwaited picks the edges that can be taken without any wait.
func (c *flowCheck) unwaited(g *flowGraph) edgeFilter {
	return func(i int, e graphEdge) bool {
		return !g.steps[i].waitsOn(e.stepEdge) && !c.alwaysWaits(g.steps[i].Run)
	}
}

// alwaysWaits says that a flow cannot end without having waited.
func (c *flowCheck) alwaysWaits(name string) bool {
	f := c.flow(name)
	if f == nil {
		return name != "" // not known: assume the best
	}
	if always, ok := c.always[f]; ok {
		return always
	}
	c.always[f] = true // a flow that calls itself is F18
	g := c.graph(f)
	always := true
	seen := make([]bool, len(g.steps))
	for work := []int{0}; len(work) > 0 && len(g.steps) > 0; {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		always = always && g.steps[i].End == ""
		for _, e := range g.out[i] {
			if !g.steps[i].waitsOn(e.stepEdge) && !c.alwaysWaits(g.steps[i].Run) {
				work = append(work, e.to)
			}
		}
	}
	c.always[f] = always
	return always
}

// leaves says that a person, or an empty list, can lead out of the loops that a step is in.
func (g *flowGraph) leaves(i int, of []int) bool {
	s := g.steps[i]
	if g.loose[i] {
		return true
	}
	for _, e := range g.out[i] {
		if of[e.to] == of[i] {
			continue
		}
		if e.kind == edgeTooMany || s.Kind == KAsk || s.Kind == KPick || s.Kind.joins() || s.Kind.door() || s.Kind == KDraw && e.kind == edgeNoneLeft {
			return true
		}
	}
	return false
}

// graphCycles are the cycles of a graph: for each component that holds one, an edge that leads back.
type graphCycles struct {
	back []graphEdge
	from []int        // where each back edge starts
	in   map[int]bool // steps in such a component
}

// cycles finds cycles of the edges that keep picks.
func (g *flowGraph) cycles(keep edgeFilter) graphCycles {
	of, cyclic := g.components(keep)
	out := graphCycles{in: map[int]bool{}}
	said := map[int]bool{}
	for i := range g.steps {
		if !cyclic[of[i]] {
			continue
		}
		out.in[i] = true
		for _, e := range g.out[i] {
			if of[e.to] == of[i] && e.to <= i && keep(i, e) && !said[of[i]] {
				said[of[i]] = true
				out.back, out.from = append(out.back, e), append(out.from, i)
			}
		}
	}
	return out
}

// waits is F06: no wait without a way out.
func (c *flowCheck) waits(f *Flow) {
	for _, s := range f.Steps {
		switch {
		case s.Kind == KAsk, s.Kind == KPick, s.Kind.joins() && s.Pair == "claim":
			c.wayOut(s, "skip", c.nodes[s].get("skip"), "the step to go to without an answer")
			c.wayOut(s, "timeout", c.nodes[s].get("timeout"), "{ after: 2h, go: … }")
		case s.Kind == KShare && (s.ShareText != "" || c.nodes[s].get("share").get("items") != nil), s.Kind.door() && s.Kind != KShare:
			c.wayOut(s, "timeout", c.nodes[s].get("timeout"), "{ after: 2h, go: … }")
		case (s.Kind == KBoth || s.Kind == KWaitFor) && c.nodes[s].get("at") == nil:
			c.log.add("F06", s.Pos, `add at: "18:00", or at: couple.reveal_hour`, "%s waits and has no instant at which it goes on", quotedStep(s.ID))
		case s.Kind == KSleep && s.For == 0 && c.nodes[s].get("sleep").empty():
			c.log.add("F06", c.keyAt(s, "sleep"), "write how long, like sleep: 2d", "%s sleeps for ever", quotedStep(s.ID))
		}
	}
	if c.canWait(f) && c.nodes[f].get("expires") == nil && !c.onlyCalled(f) {
		c.log.add("F06", f.Pos, "add expires: { after: 20h }", "this flow waits for people and never expires")
	}
}

// onlyCalled says that a flow always runs inside another one, and ends when that expires. What a card opens does not.
func (c *flowCheck) onlyCalled(f *Flow) bool {
	return f.Start.none() && len(c.opened[f]) == 0 && (len(c.callers[f]) > 0 || c.follows[f])
}

// canWait says that a flow, or one that it calls, waits for somebody.
func (c *flowCheck) canWait(f *Flow) bool {
	if f == nil {
		return false
	}
	if can, ok := c.waiting[f]; ok {
		return can
	}
	c.waiting[f] = false // a flow that calls itself is F18
	c.waiting[f] = slices.ContainsFunc(f.Steps, func(s *Step) bool {
		return s.waits() || s.Kind == KRun && c.canWait(c.flow(s.Run))
	})
	return c.waiting[f]
}

func (c *flowCheck) wayOut(s *Step, key string, n *yamlNode, hint string) {
	if n == nil {
		c.log.add("F06", s.Pos, "add "+key+": "+hint, "%s waits for an answer and has no %s", quotedStep(s.ID), key)
	}
}

// orphans are the steps that are never reached, without those that only lack a way because these do.
func (g *flowGraph) orphans() (out []int) {
	seen := g.reach(0)
	led := make([]bool, len(g.steps)) // by another step that is not reached
	for i, edges := range g.out {
		for _, e := range edges {
			led[e.to] = led[e.to] || !seen[i] && e.to != i
		}
	}
	for _, again := range []bool{false, true} { // steps in a circle lead to each other, so the first of them is named
		for i := range g.steps {
			if !seen[i] && (again || !led[i]) {
				out = append(out, i)
				for j, reached := range g.reach(i) {
					seen[j] = seen[j] || reached
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
