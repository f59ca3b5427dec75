package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// doors is F11: nothing of one person reaches the other but what its author may share. Names of the other are refused
// where they are read (check_cond.go, check_text.go); here are the doors: share, and set.
func (c *flowCheck) doors(f *Flow) {
	for _, s := range f.Steps {
		for _, t := range s.Items {
			d := c.answer(f, t.Step)
			if d == nil || d.Type == "" || c.passes(d, s.Kind) {
				continue
			}
			if s.Kind == KTogether {
				c.log.add("F11", t.Pos, "declare it partner_sees: together, and no scale", "answer %q cannot be part of a double reveal", d.Name)
				continue
			}
			if d.Type == FromList {
				c.log.add("F11", t.Pos, "give a question partner_sees: on_share, or leave it out",
					"no question of list %q is for the partner, so %q cannot be shared", d.List, d.Name)
				continue
			}
			c.log.add("F11", t.Pos, "leave it out, or declare it partner_sees: on_share",
				"answer %q is never for the partner and cannot be shared", d.Name)
		}
		for _, a := range s.Sets {
			c.settable(a)
		}
		c.lent(f, s)
		c.askedInside(f, s)
	}
}

// lent is F11 for values given to another flow: what is private here must not become something to share there.
func (c *flowCheck) lent(f *Flow, s *Step) {
	callee := c.flow(s.Run)
	if callee == nil {
		return
	}
	for _, a := range s.With {
		d := c.answer(callee, a.Name)
		if d == nil || a.Expr == nil || !c.sharable(d) {
			continue
		}
		for _, ref := range a.Expr.refs {
			if c.private(f, ref) {
				c.log.add("F11", a.Pos, "declare it partner_sees: never there, or give something else",
					"%s is private, and %q of flow %q can be shared", ref, a.Name, callee.Name)
				break
			}
		}
	}
}

// askedInside is F11 for the text of a question that can be shared: the other gets the question too. A name they know.
func (c *flowCheck) askedInside(f *Flow, s *Step) {
	d := c.answer(f, s.Ask)
	if s.Kind != KAsk || d == nil || !c.sharable(d) {
		return
	}
	names, _ := textHoles(s.Text)
	for _, name := range names {
		if name != "person.name" && c.private(f, name) {
			c.log.add("F11", s.TextPos, "ask without it, or declare the answer partner_sees: never",
				"the question is shared together with its answer, and {%s} is private", name)
		}
	}
}

// sharable says that an answer may come before the partner, by whatever door. Of a drawn question that is decided when it
// is drawn.
func (c *flowCheck) sharable(d *Decl) bool { return c.passes(d, KShare) || c.passes(d, KTogether) }

// passes says that an answer may pass by a door: share, or together. Two scales are never put side by side.
func (c *flowCheck) passes(d *Decl, door StepKind) bool {
	sees := SeesOnShare
	if door == KTogether {
		sees = SeesTogether
	}
	fits := func(d *Decl) bool { return d.PartnerSees == sees && (door != KTogether || d.Type != Scale) }
	if d.Type != FromList {
		return fits(d)
	}
	l := c.list(d.List)
	return l == nil || slices.ContainsFunc(l.Items, func(it *Item) bool { return it.Decl != nil && fits(it.Decl) })
}

func (c *flowCheck) settable(a Assign) {
	scope, fact, ok := strings.Cut(a.Name, ".")
	switch {
	case ok && scope == "person":
		if d := c.lib.Person[fact]; d != nil && d.Derived != "" {
			c.log.add("F01", a.Pos, "remove it", "%s is computed and cannot be set", a.Name)
		}
	case ok && (scope == "couple" || scope == "you" || scope == "both"):
		c.log.add("F11", a.Pos, "set a fact of this person, as person.x", "set cannot change %s: what both can see changes only by an open act", a.Name)
	default:
		c.log.add("F01", a.Pos, "set a fact of this person, as person.x", "set cannot change %s", a.Name)
	}
}

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

// private says that a name is for its owner alone. Facts are: a private answer may have been set into them. That two
// people are a couple is known to both.
func (c *flowCheck) private(f *Flow, ref string) bool {
	if fact, ok := cutScope(ref, "person"); ok {
		d := c.lib.Person[fact]
		return d == nil || d.Derived != "paired"
	}
	name, ok := cutScope(ref, "me")
	d := f.Answers[name]
	if !ok || d == nil {
		return false
	}
	if d.Type != FromList {
		return d.PartnerSees != SeesOnShare
	}
	l := c.list(d.List)
	return l != nil && slices.ContainsFunc(l.Items, func(it *Item) bool { return it.Decl != nil && it.Decl.PartnerSees != SeesOnShare })
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

// askedMark tells a question that can be shared from a share step, among the doors of a flow.
const askedMark = "?"

// doorsFrom are the share steps that can be reached from a step, and the questions whose answers they offer.
func (c *flowCheck) doorsFrom(f *Flow, from int) []string {
	out := c.sharesFrom(f, from)
	g := c.graph(f)
	for i, seen := range g.reach(from) {
		s := g.steps[i]
		if !seen {
			continue
		}
		if d := c.answer(f, s.Ask); s.Kind == KAsk && d != nil && c.sharable(d) && offered(f, s.Ask) {
			out = append(out, askedMark+c.shareName(f, s))
		}
		for _, callee := range c.callees(f, s) {
			out = append(out, c.flowQuestions(callee)...)
		}
	}
	return out
}

// flowQuestions are the questions that a called flow can share. A cycle of calls is F18; here it just ends.
func (c *flowCheck) flowQuestions(f *Flow) []string {
	if have, ok := c.questions[f]; ok {
		return have
	}
	c.questions[f] = nil
	if len(f.Steps) > 0 {
		c.questions[f] = slices.DeleteFunc(c.doorsFrom(f, 0), func(door string) bool { return !strings.HasPrefix(door, askedMark) })
	}
	return c.questions[f]
}

func offered(f *Flow, answer string) bool {
	return slices.ContainsFunc(f.Steps, func(s *Step) bool {
		return slices.ContainsFunc(s.Items, func(t Target) bool { return t.Step == answer })
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

// sharesFrom are the share steps that can be reached from a step, in called flows and follow-ups too.
func (c *flowCheck) sharesFrom(f *Flow, from int) []string {
	g := c.graph(f)
	found := map[string]bool{}
	for i, seen := range g.reach(from) {
		if !seen {
			continue
		}
		s := g.steps[i]
		if s.Kind.leads() {
			found[c.shareName(f, s)] = true
		}
		for _, callee := range c.callees(f, s) {
			for _, share := range c.flowShares(callee) {
				found[share] = true
			}
		}
	}
	return keysOf(found)
}

func (c *flowCheck) shareName(f *Flow, s *Step) string {
	if len(c.callers[f]) == 0 && !c.follows[f] {
		return s.ID
	}
	return f.Name + "." + s.ID
}

// flowShares are all share steps of a flow and of what it calls. A cycle of calls is F18; here it just ends.
func (c *flowCheck) flowShares(f *Flow) []string {
	if have, ok := c.shares[f]; ok {
		return have
	}
	c.shares[f] = nil
	if len(f.Steps) > 0 {
		c.shares[f] = c.sharesFrom(f, 0)
	}
	return c.shares[f]
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
