package flows

import "slices"

// maxCallDepth is how deep flows may call each other.
const maxCallDepth = 4

// call is one flow calling another, by run or by a follow-up.
type call struct {
	to  *Flow
	pos Pos
}

// callees are the flows that a step can call. What a card opens is not among them (openedBy): it begins by itself, when its
// receiver has read the card.
func (c *flowCheck) callees(f *Flow, s *Step) []*Flow {
	out, ok := c.called[s]
	if !ok {
		for _, call := range c.stepCalls(f, s) {
			out = append(out, call.to)
		}
		c.called[s] = out
	}
	return out
}

func (c *flowCheck) stepCalls(f *Flow, s *Step) []call {
	if s.Kind == KRun {
		if callee := c.flow(s.Run); callee != nil {
			return []call{{callee, c.at(s, "run")}}
		}
		return nil
	}
	var out []call
	add := func(of any, then map[string]string) {
		for _, option := range keysOf(then) {
			if callee := c.flow(then[option]); callee != nil && !slices.ContainsFunc(out, func(x call) bool { return x.to == callee }) {
				out = append(out, call{callee, c.at(of, "then", option)})
			}
		}
	}
	add(s, s.Then)
	d := c.answer(f, s.Ask)
	if !s.Follow || d == nil || d.Type != FromList {
		return out
	}
	if l := c.list(d.List); l != nil {
		for _, it := range l.Items {
			add(it, it.Then)
		}
	}
	return out
}

// calls gathers who calls whom.
func (c *flowCheck) calls() map[*Flow][]call {
	out := map[*Flow][]call{}
	for _, f := range c.flows {
		for _, s := range f.Steps {
			out[f] = append(out[f], c.stepCalls(f, s)...)
		}
	}
	return out
}

// callDepth is F18: calls have no cycle and are not too deep.
func (c *flowCheck) callDepth(calls map[*Flow][]call) {
	const open = -1
	depth := map[*Flow]int{}
	var visit func(f *Flow) int
	visit = func(f *Flow) int {
		depth[f] = open
		deepest := 0
		for _, call := range calls[f] {
			d, seen := depth[call.to]
			switch {
			case !seen:
				d = visit(call.to)
			case d == open:
				c.log.add("F18", call.pos, "end the flow and let the other one start by itself", "flow %q comes back to itself through its calls", call.to.Name)
				continue
			}
			if d+1 > deepest {
				if deepest = d + 1; deepest == maxCallDepth+1 {
					c.log.add("F18", call.pos, "put some of the steps into one flow", "flow %q calls flows more than %d deep", f.Name, maxCallDepth)
				}
			}
		}
		depth[f] = deepest
		return deepest
	}
	for _, f := range c.flows {
		if _, seen := depth[f]; !seen {
			visit(f)
		}
	}
}

// who gathers for each flow the run steps that call it, and which flows are follow-ups.
func (c *flowCheck) who() {
	for _, f := range c.flows {
		for _, s := range f.Steps {
			callee := c.flow(s.Run)
			if callee != nil {
				c.callers[callee] = append(c.callers[callee], s)
			}
			c.counts(s, callee)
			if to := c.flow(s.Opens); to != nil {
				c.opened[to] = append(c.opened[to], opening{f, s})
			}
			for _, name := range s.Then {
				if f := c.flow(name); f != nil {
					c.follows[f] = true
				}
			}
		}
	}
	for _, l := range c.lists {
		for _, it := range l.Items {
			for _, name := range it.Then {
				if f := c.flow(name); f != nil {
					c.follows[f] = true
				}
			}
		}
	}
}

// counts marks the scales and numbers that a step gives anything but a plain number.
func (c *flowCheck) counts(s *Step, callee *Flow) {
	mark := func(d *Decl, a Assign) {
		if d != nil && (a.Expr == nil || a.Expr.root.op != opInt) {
			c.counted[d] = d.Type == Scale || d.Type == Number
		}
	}
	for _, a := range s.Sets {
		if fact, ok := cutScope(a.Name, "person"); ok {
			mark(c.lib.Person[fact], a)
		}
	}
	for _, a := range s.With {
		if callee != nil {
			mark(callee.Answers[a.Name], a)
		}
	}
}

// boundAtStart are the answers that every way of starting a flow brings with it.
func (c *flowCheck) boundAtStart(f *Flow) []string {
	callers := c.callers[f]
	if len(callers) == 0 || !f.Start.none() || c.follows[f] || len(c.opened[f]) > 0 {
		return nil
	}
	var out []string
	for name := range f.Answers {
		if !slices.ContainsFunc(callers, func(s *Step) bool {
			return !slices.ContainsFunc(s.With, func(a Assign) bool { return a.Name == name })
		}) {
			out = append(out, name)
		}
	}
	return out
}
