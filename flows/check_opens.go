package flows

import (
	"slices"
	"strconv"
)

// opening is a step whose card opens a flow, and the flow that it is in.
type opening struct {
	flow *Flow
	step *Step
}

// openedBy are the flows that can come behind a step which shows cards. That a card opens a flow is no call, neither its author's
// nor its receiver's: the two that answer each other's cards come to no end but by their people's taps.
func (c *flowCheck) openedBy(s *Step) (out []*Flow) {
	for _, f := range c.flows {
		if s.Kind == KShow && len(c.opened[f]) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// opensKnock is F01 for a flow that a card opens, and that comes back by the clock.
func (c *flowCheck) opensKnock(f *Flow) {
	if len(c.opened[f]) > 0 && f.Knock == "" && c.nodes[f].get("knock") == nil && c.sleeps(f, map[*Flow]bool{}) {
		c.log.add("F01", f.Pos, `add a neutral one, like knock: "Something is waiting when you have room."`,
			"a flow that a card opens, and that goes on by the clock, needs a knock")
	}
}

// sleeps says that a flow, or one that it calls, waits with nothing to answer.
func (c *flowCheck) sleeps(f *Flow, seen map[*Flow]bool) bool {
	if seen[f] {
		return false
	}
	seen[f] = true
	return slices.ContainsFunc(f.Steps, func(s *Step) bool {
		return s.Kind == KSleep || s.Kind == KBoth || s.Kind == KWaitFor ||
			slices.ContainsFunc(c.callees(f, s), func(callee *Flow) bool { return c.sleeps(callee, seen) })
	})
}

// opensAt is where a step names the flow that its card opens.
func (c *flowCheck) opensAt(s *Step) Pos {
	if s.Kind == KShare {
		return c.at(s, "share", "opens")
	}
	return c.at(s, "opens")
}

// opensName is F02 for the flow that a card opens.
func (c *flowCheck) opensName(s *Step) {
	pos := c.opensAt(s)
	if c.lib.Flows[s.Opens] == nil {
		c.unknown(pos, "flow", s.Opens, keysOf(c.lib.Flows))
	} else if on := c.lib.Flows[s.Opens].Start.On; on != "" {
		c.log.add("F01", pos, "open a flow of its own", "flow %q begins by itself (on: %s) and cannot be opened by a card", s.Opens, on)
	}
}

// opens is F02 for the record that goes along with a card, and F11 for what is given with it: nothing passes that the preview
// did not show.
func (c *flowCheck) opens(f *Flow) {
	hand := c.kindsAtHand(f)
	for i, s := range f.Steps {
		to := c.flow(s.Opens)
		if to == nil {
			continue
		}
		kind := c.lib.Records[to.About]
		switch {
		case to.About == "" && len(s.Carry) > 0:
			c.log.add("F02", c.at(s, "share", "with"), "write about: with the kind of record in flow "+strconv.Quote(to.Name)+", or leave it out",
				"flow %q is about no record, so with gives it nothing", to.Name)
			continue
		case to.About == "" || hand[i] == nil:
			continue
		case s.Kind == KTogether:
			c.log.add("F02", c.opensAt(s), "open a flow that is about no record", "flow %q is about %s, and no record goes along with a double reveal", to.Name, article(to.About))
			continue
		case !slices.Equal(keysOf(hand[i]), []string{to.About}):
			c.log.add("F02", c.opensAt(s), "add or pick one before, on every way here", "flow %q is about %s, and none is at hand on every way to %s", to.Name, article(to.About), quotedStep(s.ID))
			continue
		}
		if kind != nil && kind.PartnerSees != SeesOnShare {
			c.log.add("F11", c.opensAt(s), "declare it partner_sees: on_share", "flow %q is about %s, and records of that kind are never for the partner", to.Name, article(to.About))
			continue
		}
		for _, a := range s.Carry {
			c.carried(f, s, a, kind)
		}
	}
}

// carried looks at one name that a card gives to the flow behind it.
func (c *flowCheck) carried(f *Flow, s *Step, a Assign, kind *RecordKind) {
	if a.Expr == nil || kind == nil {
		return
	}
	d := kind.field(a.Name)
	switch shown := c.everyShown(s); {
	case d == nil:
		c.log.add("F02", a.Pos, didYouMean(a.Name, kind.fieldNames()), "record %q has no field %q", kind.Name, a.Name)
		return
	case a.Expr.root.op != opName || !slices.Contains(shown, a.Expr.root.name):
		hint := "name something that the text shows"
		if len(s.Items) > 1 {
			hint = "share one answer in a step of its own"
		} else if len(shown) > 0 {
			hint = "give it " + listed(shown)
		}
		c.log.add("F11", a.Expr.Pos, hint, "%s goes along unseen: with gives only what the preview shows", a.Expr.Src)
		return
	}
	c.assign(a, d, c.resolver(f, nil))
}

// everyShown are the names that every card of a share step shows.
func (c *flowCheck) everyShown(s *Step) []string {
	if s.ShareText == "" && len(s.Items) > 1 { // each passes by itself
		return nil
	}
	return s.shows(0)
}

// kindsAtHand are the kinds of record that can be at hand when a step is entered, "" for none; nil for a step that is never
// reached.
func (c *flowCheck) kindsAtHand(f *Flow) []map[string]bool {
	out := make([]map[string]bool, len(c.hands(f)))
	for i, h := range c.hands(f) {
		if !h.seen {
			continue
		}
		out[i] = map[string]bool{}
		for _, kind := range h.kinds {
			out[i][kind] = true
		}
		if h.none {
			out[i][""] = true
		}
	}
	return out
}

// snapshots is F10 for a flow that a card opens: of the record it reads what every card that opens it brings. The flows that
// it hands the record on to read no more.
func (c *flowCheck) snapshots(f *Flow) {
	if f.About == "" {
		return
	}
	for _, o := range c.opened[f] {
		c.readsOf(f, o, c.brings(o.step), map[*Flow]bool{})
	}
}

// brings are the fields that a card's snapshot always holds.
func (c *flowCheck) brings(s *Step) (out []string) {
	for _, name := range c.everyShown(s) {
		if field, ok := cutScope(name, "record"); ok {
			out = append(out, field)
		}
	}
	for _, a := range s.Carry {
		out = append(out, a.Name)
	}
	return out
}

// copyAt is a step with the snapshot at hand, or a record of one's own that was made of it: that has a state, and no more fields.
type copyAt struct {
	step   int
	copied bool
}

// readsOf reports what a flow reads of a snapshot that does not hold it, as long as the snapshot is at hand.
func (c *flowCheck) readsOf(f *Flow, o opening, fields []string, seen map[*Flow]bool) {
	if seen[f] || len(f.Steps) == 0 {
		return
	}
	seen[f] = true
	g := c.graph(f)
	said, reached := map[string]bool{}, map[copyAt]bool{}
	for work := []copyAt{{}}; len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if reached[at] {
			continue
		}
		reached[at] = true
		s := g.steps[at.step]
		for _, x := range c.recordReads(s) {
			field, ok := cutScope(x.text, "record")
			if ok = ok && !slices.Contains(fields, field) && !said[field]; ok && (!at.copied || field != "state" && field != "since") {
				said[field] = true
				c.log.add("F10", x.pos, "show it in the text there, or do without", "record.%s is read here, and the card of %s in flow %q does not bring it", field, quotedStep(o.step.ID), o.flow.Name)
			}
		}
		for _, callee := range c.callees(f, s) {
			if callee.About == f.About {
				c.readsOf(callee, o, fields, seen)
			}
		}
		for _, e := range g.out[at.step] {
			switch {
			case e.kind == edgeGo && (s.Kind == KPick || s.Kind == KAdd && !s.Copy): // another record is at hand from here on
			case e.kind == edgeGo && s.Kind == KAdd:
				work = append(work, copyAt{e.to, true})
			default:
				work = append(work, copyAt{e.to, at.copied})
			}
		}
	}
}

// recordReads are the names that a step reads, where they stand. What a share shows may be unknown: then it is passed by.
func (c *flowCheck) recordReads(s *Step) []placedText {
	var out []placedText
	for _, t := range c.stepTexts(s) {
		names, _ := textHoles(t.text)
		for _, name := range names {
			out = append(out, placedText{name, t.pos})
		}
	}
	var conds []*Cond
	for _, b := range s.Branches {
		conds = append(conds, b.If)
	}
	for _, a := range slices.Concat(s.Sets, s.With, s.To) {
		conds = append(conds, a.Expr)
	}
	for _, cond := range conds {
		if cond == nil {
			continue
		}
		for _, ref := range cond.refs {
			out = append(out, placedText{ref, cond.Pos})
		}
	}
	return out
}
