package flows

import (
	"fmt"
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
	for _, s := range f.Steps {
		switch {
		case s.Kind == KChoose:
			if secret := c.branchSecret(f, s); secret != "" {
				c.sameShares(f, s, secret, edgeBranch, edgeElse)
			}
		case s.Kind == KAsk && s.GoMap != nil:
			if d := c.answer(f, s.Ask); d != nil && d.Type != FromList && d.PartnerSees != SeesOnShare {
				c.sameShares(f, s, "me."+d.Name, edgeOption)
			}
		case s.Kind == KRun && s.GoMap != nil:
			if callee := c.flow(s.Run); callee != nil {
				if secret := c.flowSecret(callee); secret != "" {
					c.sameShares(f, s, secret, edgeResult)
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

// sameShares is F12 at one step: the ways that a private name decides between.
func (c *flowCheck) sameShares(f *Flow, s *Step, secret string, kinds ...string) {
	c.uneven(f, s, "", kinds, c.doorsFrom, func(e graphEdge, door string) {
		what := "share step"
		if question, ok := strings.CutPrefix(door, askedMark); ok {
			what, door = "question", question // its words go along with the answer
		}
		c.log.add("F12", c.edgePos(s, e), "let every way lead to it, or let something else decide",
			"this way never comes to %s %q while another does, so what the partner gets could give away %s", what, door, secret)
	})
}

// uneven compares the share steps behind the edges of some kinds, and reports each edge that lacks one which another has.
// The share step called but does not count.
func (c *flowCheck) uneven(f *Flow, s *Step, but string, kinds []string, from func(*Flow, int) []string, report func(e graphEdge, share string)) {
	g := c.graph(f)
	i, ok := g.index[s.ID]
	if !ok || g.loose[i] {
		return
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
				break
			}
		}
	}
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
		if it.Decl == nil || it.Decl.PartnerSees != SeesNever || len(it.Then) == 0 {
			continue
		}
		sets := map[string]string{} // option → what it comes to share
		for _, option := range optionIDs(it.Decl) {
			sets[option] = ""
			if f := c.flow(it.Then[option]); f != nil {
				sets[option] = strings.Join(c.flowShares(f), " ")
			}
		}
		for _, option := range keysOf(sets) {
			if sets[option] != "" && slices.ContainsFunc(keysOf(sets), func(o string) bool { return sets[o] != sets[option] }) {
				c.log.add("F12", c.at(it, "then", option), "let the follow-up share nothing",
					"this follow-up shares something, and the private answer to %s decides whether it comes", fmt.Sprintf("item %s", strconv.Quote(it.ID)))
				break
			}
		}
	}
}
