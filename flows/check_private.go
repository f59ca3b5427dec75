package flows

import (
	"slices"
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
