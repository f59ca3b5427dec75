package flows

import (
	"slices"
	"strconv"
)

// joint is F11 for what belongs to both: it is added and changed only behind the yes of both to it, in the same flow, and is
// then what both said yes to. And F02 for that yes: there has to be a record to say it to.
func (c *flowCheck) joint(f *Flow) {
	var sure []bool
	for i, s := range f.Steps {
		if s.About && s.Kind == KBoth {
			if hand := c.kindsAtHand(f)[i]; hand[""] {
				c.log.add("F02", c.at(s, "about"), "add or pick one before, or write about: in the head of the flow", "%s is about a record, and none is at hand on every way to it", quotedStep(s.ID))
			}
		}
		kind := c.lib.Records[s.Record]
		if kind == nil || !kind.Joint || s.Kind != KAdd && s.Kind != KUpdate {
			continue
		}
		if sure == nil {
			sure = c.behindBoth(f)
		}
		pos := c.at(s, string(s.Kind))
		switch {
		case !sure[i]:
			c.log.add("F11", pos, "lead the yes of a step { both: …, about: record } here, and no other way", "%s belongs to both, and not on every way to %s both have said yes to it", strconv.Quote(kind.Name), quotedStep(s.ID))
		case s.Kind == KAdd && !s.Copy:
			c.log.add("F11", pos, "write from: record", "%s belongs to both, and only what both said yes to becomes one", strconv.Quote(kind.Name))
		default:
			c.agreedOnly(s)
		}
	}
}

// agreedOnly is F11 for the values of a joint record: each of the two would write something of their own.
func (c *flowCheck) agreedOnly(s *Step) {
	for _, a := range s.To {
		if a.Expr == nil {
			continue
		}
		if i := slices.IndexFunc(a.Expr.refs, func(ref string) bool { _, ok := cutScope(ref, "record"); return !ok }); i >= 0 {
			c.log.add("F11", a.Expr.Pos, "take it from the record at hand, as record.x", "%s would be what each of the two has in %s, and not what both said yes to", strconv.Quote(a.Name), a.Expr.refs[i])
		}
	}
}

// behindBoth marks the steps to which every way leads through the yes of both to the record that is at hand there.
func (c *flowCheck) behindBoth(f *Flow) []bool {
	g := c.graph(f)
	sure, loose := make([]bool, len(g.steps)), make([]bool, len(g.steps)) // loose: some way leads there without
	seen := make([][2]bool, len(g.steps))
	type at struct {
		step int
		yes  bool
	}
	for work := []at{{0, false}}; len(work) > 0; {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		k := 0
		if x.yes {
			k = 1
		}
		if seen[x.step][k] {
			continue
		}
		seen[x.step][k] = true
		loose[x.step] = loose[x.step] || !x.yes
		s := g.steps[x.step]
		for _, e := range g.out[x.step] {
			yes := x.yes
			switch {
			case s.Kind == KBoth && s.About:
				yes = e.key == "yes"
			case e.kind == edgeGo && (s.Kind == KPick || s.Kind == KAdd && !s.Copy): // another record
				yes = false
			}
			work = append(work, at{e.to, yes})
		}
	}
	for i := range sure {
		sure[i] = !loose[i]
	}
	return sure
}
