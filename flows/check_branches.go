package flows

// Limits of trying out what a choose step can meet.
const (
	maxCombos  = 4096    // combinations; with more the step is left alone
	maxTrySets = 8       // options of a multi whose sets are tried
	maxTrying  = 1 << 24 // parts of conditions that are computed for one library, whoever wrote it
)

// dead is F09: every branch of a choose step can be taken, and its else too. All answers that the names in its
// conditions can have are tried, and that there is none, where a way leads here without. What cannot be tried out, such
// as a text, a time or a date in a comparison, may be true or false as it likes, but alike wherever it is written the same: a
// branch that is reported is dead, but not every dead branch is found.
func (c *flowCheck) dead(f *Flow) {
	a := c.known[f]
	for i, s := range c.graph(f).steps {
		if s.Kind != KChoose || len(s.Branches) == 0 || a == nil || a.in[i] == nil {
			continue
		}
		t := &branchTry{c: c, a: a, in: a.in[i], at: map[string]int{}}
		if fates := t.run(s); fates != nil {
			c.deadBranches(s, fates)
		}
	}
}

// branchFate is what became of a branch in all tries.
type branchFate struct{ held, taken bool }

func (c *flowCheck) deadBranches(s *Step, fates []branchFate) {
	found := false
	for j, b := range s.Branches {
		switch {
		case fates[j].taken:
			continue
		case fates[j].held:
			c.log.add("F09", b.Pos, "remove it, or move it further up", "this branch is never taken: the branches before it take every answer that it is for")
		default:
			c.log.add("F09", b.Pos, "remove it, or mend its condition", "this branch is never taken: no answer makes its condition true")
		}
		found = true
	}
	if !found && !fates[len(s.Branches)].taken && s.Else.Step != "" {
		c.log.add("F09", s.Else.Pos, "let else stand for the last of them", "this else is never taken: the branches before it take every answer")
	}
}
