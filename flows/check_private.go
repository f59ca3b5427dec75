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
			if d.Type == ItemOf {
				c.log.add("F11", t.Pos, "ask for a line about it, and share that", "answer %q is an item of a list, and cannot be shared", d.Name)
				continue
			}
			if s.Kind == KTogether {
				hint := "declare it partner_sees: together, and not as a scale"
				if d.Type == FromList {
					hint = "give a question of its list partner_sees: together, and not as a scale"
				}
				c.log.add("F11", t.Pos, hint, "answer %q cannot be part of a double reveal", d.Name)
				continue
			}
			if d.Type == FromList {
				c.log.add("F11", t.Pos, "give a question partner_sees: on_share, or leave it out",
					"no question of list %q is for the partner, so %q cannot be shared", d.List, d.Name)
				continue
			}
			what := "never for the partner"
			if d.PartnerSees == SeesTogether {
				what = "for a double reveal only"
			}
			c.log.add("F11", t.Pos, "leave it out, or declare it partner_sees: on_share", "answer %q is %s and cannot be shared", d.Name, what)
		}
		for _, a := range s.Sets {
			c.settable(f, s, a)
		}
		c.putAway(f, s)
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
			if c.private(f, ref) && !c.jointly(f, ref, d) {
				c.log.add("F11", a.Pos, "declare it partner_sees: never there, or give something else",
					"%s is private, and %q of flow %q can be shared", ref, a.Name, callee.Name)
				break
			}
		}
	}
}

// jointly says that an answer to a double reveal is given on as one.
func (c *flowCheck) jointly(f *Flow, ref string, to *Decl) bool {
	name, ok := cutScope(ref, "me")
	d := f.Answers[name]
	return ok && d != nil && d.PartnerSees == SeesTogether && d.Type != FromList && to.PartnerSees == SeesTogether && to.Type != FromList
}

// askedInside is F11 for the text of a question that can be shared: the other gets the question too. And it is F13 for a
// double reveal, where both get it.
func (c *flowCheck) askedInside(f *Flow, s *Step) {
	if d := c.answer(f, s.Ask); s.Kind == KAsk && d != nil {
		own := "" // of two halves of a drawn question, both were drawn alike
		if d.Type == FromList {
			own = d.Name
		}
		// a yes that is only voted with shows its question to nobody
		voted := !offered(f, d.Name) && slices.ContainsFunc(f.Steps, func(o *Step) bool { return o.Kind == KBoth && o.Both == d.Name })
		c.sharedText(f, s.Text, s.TextPos, own, c.sharable(d) && !voted, c.passes(d, KTogether) && !voted)
	}
}

// sharedText looks at the text of a question of a flow, or of a list when f is nil; own is what draws it.
func (c *flowCheck) sharedText(f *Flow, text string, pos Pos, own string, shared, together bool) {
	if !shared && !together {
		return
	}
	names, _ := textHoles(text)
	for _, name := range names {
		scope, fact, _ := strings.Cut(name, ".")
		switch {
		case name == "person.name" && c.namedOutside() != "":
			c.log.add("F11", pos, "ask without it, or declare the answer partner_sees: never",
				"the question is shared together with its answer, and flow %s can change {person.name} to anything", c.namedOutside())
		case name != "person.name" && c.private(f, name):
			c.log.add("F11", pos, "ask without it, or declare the answer partner_sees: never",
				"the question is shared together with its answer, and {%s} is private", name)
		case together && scope != own && (scope != "couple" || c.lib.Couple[fact] != nil && c.lib.Couple[fact].Derived != ""):
			c.log.add("F13", pos, "ask each the same, without it", "both get this question beside the two answers, and {%s} is not the same for both", name)
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
	fits := func(d *Decl) bool {
		return d.PartnerSees == sees && d.Type != ItemOf && (door != KTogether || d.Type != Scale)
	}
	if d.Type != FromList {
		return fits(d)
	}
	l := c.list(d.List)
	return l == nil || slices.ContainsFunc(l.Items, func(it *Item) bool { return it.Decl != nil && fits(it.Decl) })
}

// settable says what set may change: facts of this person; and of the couple, right behind a yes of both, to what they said yes to.
func (c *flowCheck) settable(f *Flow, s *Step, a Assign) {
	scope, fact, ok := strings.Cut(a.Name, ".")
	switch {
	case ok && scope == "person":
		if d := c.lib.Person[fact]; d != nil && d.Derived != "" {
			c.log.add("F01", a.Pos, "remove it", "%s is computed and cannot be set", a.Name)
		}
	case ok && scope == "couple" && c.lib.Couple[fact] != nil && c.agreedAt(f, s):
		c.setByBoth(f, s, a, fact)
	case ok && (scope == "couple" || scope == "you" || scope == "both"):
		c.log.add("F11", a.Pos, "set a fact of this person, as person.x", "set cannot change %s: what both can see changes only by an open act", a.Name)
	default:
		c.log.add("F01", a.Pos, "set a fact of this person, as person.x", "set cannot change %s", a.Name)
	}
}

// agreedAt says that every way to a step comes straight from a yes of both to the record at hand.
func (c *flowCheck) agreedAt(f *Flow, s *Step) bool {
	h, reached := c.handAt(f, s)
	return reached && h.agreed
}

// setByBoth is F11 and F01 for a fact of the couple: it takes what both have read, and nothing of one person's own.
func (c *flowCheck) setByBoth(f *Flow, s *Step, a Assign, fact string) {
	switch {
	case c.lib.Couple[fact].Derived != "":
		c.log.add("F01", a.Pos, "remove it", "%s is computed and cannot be set", a.Name)
	case fact == wordsFact:
		c.log.add("F11", a.Pos, "remove it", "%s goes by where the two write, and no yes changes that", a.Name)
	case s.For > 0:
		c.log.add("F01", a.Pos, "leave for: out", "%s stays until both say yes to something else", a.Name)
	case a.Expr != nil && (len(a.Expr.refs) == 0 || slices.ContainsFunc(a.Expr.refs, func(ref string) bool { return !isRecordName(ref) || c.private(f, ref) })):
		c.log.add("F11", a.Pos, "give it a field of the record that both said yes to", "%s belongs to both, and this is not what they said yes to", a.Name)
	}
}

// private says that a name is for its owner alone. Facts are: a private answer may have been set into them. That two
// people are a couple is known to both.
func (c *flowCheck) private(f *Flow, ref string) bool {
	if fact, ok := cutScope(ref, "person"); ok {
		d := c.lib.Person[fact]
		return d == nil || d.Derived != "paired"
	}
	if field, ok := cutScope(ref, recordScope); ok {
		return c.privateRecord(f, field)
	}
	if what, ok := cutScope(ref, countScope); ok {
		return c.privateCount(what)
	}
	if f == nil {
		return false
	}
	name, ok := cutScope(ref, "me")
	if scope, _, _ := strings.Cut(ref, "."); f.checkOf(scope) != nil { // what was found in an answer
		name, ok = f.checkOf(scope).Check, true
	}
	d := f.Answers[name]
	if scope, _, _ := strings.Cut(ref, "."); f.Answers[scope] != nil && f.Answers[scope].Type == ItemOf {
		return true // what was chosen, by its text
	}
	if !ok || d == nil {
		return false
	}
	if d.Type == ItemOf {
		return true // no door takes it
	}
	if d.Type != FromList {
		return d.PartnerSees != SeesOnShare
	}
	l := c.list(d.List)
	return l != nil && slices.ContainsFunc(l.Items, func(it *Item) bool { return it.Decl != nil && it.Decl.PartnerSees != SeesOnShare })
}
