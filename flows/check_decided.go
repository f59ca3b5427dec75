package flows

import "slices"

// decided is F12 for what is written down: a plain value that is given, on one way only, to something which can be shared
// tells which way it was. So does an answer, where another way gives another one. (That a private answer itself is given there is F11.)
func (c *flowCheck) decided(f *Flow, s *Step, secret string, kinds ...string) {
	g := c.graph(f)
	i, ok := g.index[s.ID]
	if !ok || g.torn {
		return
	}
	var reach [][]bool
	for _, e := range g.out[i] {
		for _, k := range kinds {
			if e.kind == k {
				reach = append(reach, g.reachPast(e.to, i))
			}
		}
	}
	for j, x := range g.steps {
		some, all := false, true
		for _, seen := range reach {
			some, all = some || seen[j], all && seen[j]
		}
		if some && !all {
			c.plainValues(f, x, secret)
		}
	}
}

// plainValues reports values that a step gives, on some ways only, to what can be shared: to a flow that it calls, and to
// records. Which state a record is in is for its owner alone.
func (c *flowCheck) plainValues(f *Flow, s *Step, secret string) {
	if callee := c.flow(s.Run); callee != nil {
		for _, a := range s.With {
			if d := c.answer(callee, a.Name); d != nil && a.Expr != nil && len(a.Expr.refs) == 0 && c.sharable(d) {
				c.log.add("F12", a.Pos, "give it on every way, or declare the answer partner_sees: never",
					"which value %q of flow %q has goes by %s, and it can be shared", a.Name, callee.Name, spokenName(secret))
			}
		}
	}
	kind := c.recordKind(s.Record)
	if kind == nil || kind.PartnerSees != SeesOnShare || s.Kind != KAdd && s.Kind != KUpdate {
		return
	}
	for _, a := range slices.Concat(s.With, s.To) {
		if a.Expr != nil && a.Name != stateField && (len(a.Expr.refs) == 0 || f.givesOther(s, a)) {
			c.log.add("F12", a.Pos, "give it on every way, or declare the kind partner_sees: never",
				"which value %q of a %s has goes by %s, and it can be shared", a.Name, kind.Name, spokenName(secret))
		}
	}
}

// givesOther says that another step gives the same field of such a record something else.
func (f *Flow) givesOther(s *Step, a Assign) bool {
	return slices.ContainsFunc(f.Steps, func(o *Step) bool {
		return o != s && o.Record == s.Record && (o.Kind == KAdd || o.Kind == KUpdate) &&
			slices.ContainsFunc(slices.Concat(o.With, o.To), func(b Assign) bool { return b.Name == a.Name && b.Expr != nil && b.Expr.Src != a.Expr.Src })
	})
}

// reachPast marks what can be reached from a step without passing another.
func (g *flowGraph) reachPast(from, but int) []bool {
	seen := make([]bool, len(g.steps))
	for work := []int{from}; len(work) > 0; {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[i] || i == but {
			continue
		}
		seen[i] = true
		for _, e := range g.out[i] {
			work = append(work, e.to)
		}
	}
	return seen
}
