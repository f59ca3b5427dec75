package flows

import (
	"slices"
	"strconv"
	"strings"
)

// secrets is F12: what is shared, and whether, must not tell what was answered in private. Wherever a private answer or
// a fact decides the way, all ways must lead to the same share steps.
//
// A step that leaves the couple or takes something back counts for no door here: it passes nothing but a fixed line, by a
// tap of its own, and says so before.
func (c *flowCheck) secrets(f *Flow) {
	c.comesBySecret(f)
	for _, s := range f.Steps {
		c.waitSecrets(f, s)
		if d := c.answer(f, s.Ask); d != nil && d.Type != FromList {
			c.thenSecret(s, quotedStep(s.ID), d, s.Then)
		}
		switch {
		case s.Kind == KDraw:
			if secret := c.drawSecret(f, s); secret != "" {
				c.sameShares(f, s, secret, c.withoutDrawn(s), edgeGo, edgeNoneLeft)
			}
		case s.Kind == KPick || s.Kind == KList:
			if secret := c.shelfSecret(f, s); secret != "" {
				c.sameDoors(f, s, secret, c.withoutRecord, edgeGo, edgeNone)
			}
		case s.Kind == KChoose:
			if secret := c.branchSecret(f, s); secret != "" {
				c.sameShares(f, s, secret, c.doorsFrom, edgeBranch, edgeElse)
			}
		case s.Kind == KAsk && s.GoMap != nil:
			if d := c.answer(f, s.Ask); d != nil && d.Type != FromList && d.PartnerSees != SeesOnShare {
				c.sameShares(f, s, "me."+d.Name, c.doorsFrom, edgeOption)
			}
		case s.Kind == KCheck:
			if name := "me." + s.Check; c.private(f, name) {
				c.sameShares(f, s, name, c.doorsFrom, edgeOutcome)
			}
		case s.Kind == KRun && s.GoMap != nil:
			if callee := c.flow(s.Run); callee != nil {
				if secret := c.flowSecret(callee); secret != "" {
					c.sameShares(f, s, secret, c.doorsFrom, edgeResult)
				}
			}
		}
	}
}

// branchSecret is a private name that a choose step reads, or "".
func (c *flowCheck) branchSecret(f *Flow, s *Step) string {
	for _, b := range s.Branches {
		if b.If == nil {
			continue
		}
		for _, ref := range b.If.refs {
			if c.private(f, ref) {
				return ref
			}
		}
	}
	return ""
}

// comesBySecret is F12 for a flow that leads to a door and comes only where a private fact says so. One that a command
// starts too could have been begun at any time.
func (c *flowCheck) comesBySecret(f *Flow) {
	if f.Start.When == nil || f.Start.Command != "" {
		return
	}
	for _, ref := range f.Start.When.refs {
		if doors := c.flowShares(f); len(doors) > 0 && c.private(f, ref) {
			c.log.add("F12", f.Start.When.Pos, "add a command that starts it too, or let something else decide",
				"whether this flow comes goes by %s, and it leads to %s, so what the partner gets could give it away", spokenName(ref), c.spokenDoor(doors[0]))
			return
		}
	}
}

// drawSecret is a private name that decides whether there is something to draw, or "".
func (c *flowCheck) drawSecret(f *Flow, s *Step) string {
	refs := s.Reads
	if l := c.list(s.From); l != nil && l.Where != nil {
		refs = append(slices.Clone(refs), l.Where.refs...)
	}
	if i := slices.IndexFunc(refs, func(ref string) bool { return c.private(f, ref) }); i >= 0 && s.NoneLeft.Step != "" {
		return refs[i]
	}
	return ""
}

// shelfSecret is a private name, other than what the records say themselves, that decides whether there is one to pick or to
// list, or "".
func (c *flowCheck) shelfSecret(f *Flow, s *Step) string {
	if s.Where == nil {
		return ""
	}
	if i := slices.IndexFunc(s.Where.refs, func(ref string) bool { return !isRecordName(ref) && c.private(f, ref) }); i >= 0 {
		return s.Where.refs[i]
	}
	return ""
}

// withoutRecord finds doors as doorsFrom does, but for those that offer nothing but the record at hand, and what is asked for
// them alone: with none at hand they are passed by.
func (c *flowCheck) withoutRecord(f *Flow, from int) []string {
	return slices.DeleteFunc(c.doorsFrom(f, from), func(door string) bool { return c.needsRecord(f, door) })
}

// needsRecord says that a door of a flow is none without a record at hand.
func (c *flowCheck) needsRecord(f *Flow, door string) bool {
	shows := func(s *Step) bool {
		names, _ := textHoles(s.ShareText)
		return s.About || slices.ContainsFunc(names, isRecordName)
	}
	if name, _, inner := strings.Cut(strings.TrimPrefix(door, askedMark), "."); inner && name != f.Name {
		to := c.flow(name)
		return to != nil && to.About != "" // what it is about has to be at hand
	}
	for _, s := range f.Steps {
		switch {
		case c.shareName(f, s) == door:
			return shows(s)
		case askedMark+c.shareName(f, s) == door:
			return !slices.ContainsFunc(f.Steps, func(o *Step) bool {
				names, _ := textHoles(o.ShareText)
				return !shows(o) && (slices.Contains(names, "me."+s.Ask) || slices.ContainsFunc(o.Items, func(t Target) bool { return t.Step == s.Ask }))
			})
		}
	}
	return false
}

// withoutDrawn finds doors as sharesFrom does, but for those that offer nothing but what a step draws: with nothing drawn
// they are passed by.
func (c *flowCheck) withoutDrawn(draw *Step) func(*Flow, int) []string {
	return func(f *Flow, from int) []string {
		return slices.DeleteFunc(c.sharesFrom(f, from), func(door string) bool {
			return slices.ContainsFunc(f.Steps, func(s *Step) bool {
				return len(s.Items) == 1 && s.Items[0].Step == draw.Draw && c.shareName(f, s) == door
			})
		})
	}
}

// flowSecret is a private name that may decide what a called flow results in.
func (c *flowCheck) flowSecret(f *Flow) string {
	if secret, ok := c.decides[f]; ok {
		return secret
	}
	c.decides[f] = "" // a flow that calls itself is F18
	c.decides[f] = c.findSecret(f)
	return c.decides[f]
}

func (c *flowCheck) findSecret(f *Flow) string {
	for _, s := range f.Steps {
		if secret := c.branchSecret(f, s); secret != "" {
			return secret
		}
		if secret := c.drawSecret(f, s); secret != "" && c.decidesResult(f, s) {
			return secret
		}
		if name := "me." + s.Check; s.Kind == KCheck && c.private(f, name) && c.decidesResult(f, s) {
			return name
		}
		if d := c.answer(f, s.Ask); s.GoMap != nil && d != nil && d.PartnerSees != SeesOnShare {
			return "me." + d.Name
		}
		if callee := c.flow(s.Run); callee != nil && s.GoMap != nil {
			if secret := c.flowSecret(callee); secret != "" {
				return secret
			}
		}
	}
	return ""
}

// decidesResult says that the ways on from a step come to different results.
func (c *flowCheck) decidesResult(f *Flow, s *Step) bool {
	g := c.graph(f)
	out := g.out[g.index[s.ID]]
	return slices.ContainsFunc(out, func(e graphEdge) bool { return !slices.Equal(g.resultsFrom(e.to), g.resultsFrom(out[0].to)) })
}

// sameShares is F12 at one step: the ways that a private name decides between. They come to the same doors, in the same
// order and after the same waits, and what can be shared is given the same on each.
func (c *flowCheck) sameShares(f *Flow, s *Step, secret string, from func(*Flow, int) []string, kinds ...string) {
	c.sameDoors(f, s, secret, from, kinds...)
	c.decided(f, s, secret, kinds...)
}

// sameDoors is the same without what is given: what is written into a record has to have one at hand.
func (c *flowCheck) sameDoors(f *Flow, s *Step, secret string, from func(*Flow, int) []string, kinds ...string) {
	uneven := c.uneven(f, s, "", kinds, from, func(e graphEdge, door string) {
		c.log.add("F12", c.edgePos(s, e), "let every way lead to it, or let something else decide",
			"this way never comes to %s while another does, so what the partner gets could give away %s", c.spokenDoor(door), spokenName(secret))
	})
	if !uneven {
		c.outOfStep(f, s, "", kinds, c.onlyDrawn(f, s), func(e graphEdge, how string) {
			c.log.add("F12", c.edgePos(s, e), "let every way come to the same doors in the same order, after the same waits",
				"on one of these ways %s and on another it does not, so what the partner gets, or when, could give away %s", how, spokenName(secret))
		})
	}
}

// onlyDrawn says which doors offer nothing but what a draw step drew.
func (c *flowCheck) onlyDrawn(f *Flow, draw *Step) func(sign string) bool {
	if draw.Record != "" {
		return func(sign string) bool {
			door, ok := strings.CutPrefix(sign, "door ")
			return ok && c.needsRecord(f, door)
		}
	}
	if draw.Kind != KDraw {
		return nil
	}
	return func(sign string) bool {
		return slices.ContainsFunc(f.Steps, func(s *Step) bool {
			return len(s.Items) == 1 && s.Items[0].Step == draw.Draw && "door "+c.shareName(f, s) == sign
		})
	}
}

// uneven compares the share steps behind the edges of some kinds, and reports each edge that lacks one which another has.
// The share step called but does not count. It says whether there was something to report.
func (c *flowCheck) uneven(f *Flow, s *Step, but string, kinds []string, from func(*Flow, int) []string, report func(e graphEdge, share string)) (some bool) {
	g := c.graph(f)
	i, ok := g.index[s.ID]
	if !ok || g.loose[i] {
		return false
	}
	var edges []graphEdge
	var sets [][]string
	all := map[string]bool{}
	for _, e := range g.out[i] {
		if slices.Contains(kinds, e.kind) {
			set := from(f, e.to)
			edges, sets = append(edges, e), append(sets, set)
			for _, share := range set {
				all[share] = share != but
			}
		}
	}
	for j, e := range edges {
		for _, share := range keysOf(all) {
			if all[share] && !slices.Contains(sets[j], share) {
				report(e, share)
				some = true
				break
			}
		}
	}
	return some
}

// edgePos is the branch, option or result that an edge belongs to.
func (c *flowCheck) edgePos(s *Step, e graphEdge) Pos {
	switch e.kind {
	case edgeBranch:
		return s.Branches[e.branch].Pos
	case edgeOption, edgeResult:
		return c.keyAt(s, "go", e.key)
	}
	return e.target.Pos
}

// thenSecrets is F12 for a list: a private answer must not decide whether a follow-up that shares comes.
func (c *flowCheck) thenSecrets(l *List) {
	for _, it := range l.Items {
		if it.Decl != nil {
			c.thenSecret(it, "item "+strconv.Quote(it.ID), it.Decl, it.Then)
		}
	}
}

func (c *flowCheck) thenSecret(of any, what string, d *Decl, then map[string]string) {
	if d.PartnerSees == SeesOnShare || len(then) == 0 {
		return
	}
	sets := map[string]string{} // option → what it comes to share
	for _, option := range optionIDs(d) {
		sets[option] = ""
		if f := c.flow(then[option]); f != nil {
			sets[option] = strings.Join(c.flowShares(f), " ")
		}
	}
	for _, option := range keysOf(sets) {
		if sets[option] != "" && slices.ContainsFunc(keysOf(sets), func(o string) bool { return sets[o] != sets[option] }) {
			c.log.add("F12", c.at(of, "then", option), "let the follow-up share nothing",
				"this follow-up shares something, and the private answer to %s decides whether it comes", what)
			return
		}
	}
}
