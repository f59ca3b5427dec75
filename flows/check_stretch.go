package flows

// stretches is F04 in numbers: the engine takes at most maxSteps steps without a wait, and no flow can come to that.
// After a wait in a called flow, the rest of it is followed by the rest of its callers, so their stretches add up.
func (c *flowCheck) stretches(calls map[*Flow][]call) {
	callers := map[*Flow][]*Flow{}
	for _, f := range c.flows {
		for _, call := range calls[f] {
			callers[call.to] = append(callers[call.to], f)
		}
	}
	own, total := map[*Flow]int{}, map[*Flow]int{}
	var sum func(f *Flow) int
	sum = func(f *Flow) int {
		if n, ok := total[f]; ok {
			return n
		}
		total[f] = 0 // a cycle of calls is F18
		most := 0
		for _, g := range callers[f] {
			most = max(most, sum(g))
		}
		total[f] = c.stretch(f, own) + most
		return total[f]
	}
	for _, f := range c.flows {
		if n := sum(f); n >= maxSteps {
			c.log.add("F04", f.Pos, "put a question or a sleep in between", "%d steps can follow each other here, with those of the flows around it, and none waits for anybody", n)
		}
	}
}

// stretch is the longest row of steps in a flow, and in what it calls, that can be taken without a wait. With a cycle of
// such steps it is 0: that is said elsewhere.
func (c *flowCheck) stretch(f *Flow, own map[*Flow]int) int {
	if n, ok := own[f]; ok {
		return n
	}
	own[f] = 0
	g := c.graph(f)
	free := c.unwaited(g)
	if len(g.cycles(free).back) > 0 {
		return 0
	}
	from := make([]int, len(g.steps)) // 0: not counted yet
	var count func(i int) int
	count = func(i int) int {
		if from[i] > 0 {
			return from[i]
		}
		rest := 0
		for _, e := range g.out[i] {
			if free(i, e) {
				rest = max(rest, count(e.to))
			}
		}
		from[i] = min(1+rest, 100*maxSteps)
		if callee := c.flow(g.steps[i].Run); callee != nil {
			from[i] = min(from[i]+c.stretch(callee, own), 100*maxSteps)
		}
		return from[i]
	}
	longest := 0
	for i := range g.steps {
		longest = max(longest, count(i))
	}
	own[f] = longest
	return longest
}
