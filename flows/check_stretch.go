package flows

// stretches is F04 in numbers: the engine takes at most maxSteps steps without a wait, and no flow can come to that.
// When a called flow ends, the rest of its caller follows, and the rest of the caller's caller.
func (c *flowCheck) stretches() {
	t := &stretchCheck{c: c, from: map[*Flow][]int{}, after: map[*Flow]int{}, sites: map[*Flow][]callSite{}}
	for _, f := range c.flows {
		for i, s := range f.Steps {
			for _, callee := range c.callees(f, s) {
				t.sites[callee] = append(t.sites[callee], callSite{f, i})
			}
		}
	}
	for _, f := range c.flows {
		longest := 0
		for _, n := range t.lengths(f) {
			longest = max(longest, n)
		}
		if n := longest + t.behind(f); n >= maxSteps {
			c.log.add("F04", f.Pos, "put a question or a sleep in between",
				"%d steps can follow each other here, with those of the flows around it, and none waits for anybody", n)
		}
	}
}

type stretchCheck struct {
	c     *flowCheck
	from  map[*Flow][]int // for each step, the longest row of steps without a wait that begins with it
	after map[*Flow]int   // the longest row that can follow the end of a flow
	sites map[*Flow][]callSite
}

type callSite struct {
	f    *Flow
	step int
}

// lengths counts the steps of called flows in. In a cycle of steps without a wait all are 0: that is said elsewhere.
func (t *stretchCheck) lengths(f *Flow) []int {
	if have, ok := t.from[f]; ok {
		return have
	}
	g := t.c.graph(f)
	from := make([]int, len(g.steps))
	t.from[f] = make([]int, len(g.steps)) // a flow that calls itself is F18
	free := t.c.unwaited(g)
	if len(g.cycles(free).back) > 0 {
		return t.from[f]
	}
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
		if callee := t.c.flow(g.steps[i].Run); callee != nil && len(callee.Steps) > 0 {
			rest += t.lengths(callee)[0]
		}
		from[i] = min(1+rest, 100*maxSteps)
		return from[i]
	}
	for i := range g.steps {
		count(i)
	}
	t.from[f] = from
	return from
}

// behind is the longest row of steps that can follow the end of f in its callers.
func (t *stretchCheck) behind(f *Flow) int {
	if n, ok := t.after[f]; ok {
		return n
	}
	t.after[f] = 0
	most := 0
	for _, site := range t.sites[f] {
		lengths := t.lengths(site.f)
		rest := 0
		for _, e := range t.c.graph(site.f).out[site.step] {
			rest = max(rest, lengths[e.to])
		}
		most = max(most, min(rest+t.behind(site.f), 100*maxSteps))
	}
	t.after[f] = most
	return most
}
