package flows

import (
	"fmt"
	"slices"
	"strconv"
)

// hand is what is known of the record at hand at a step.
type hand struct {
	seen   bool
	kinds  []string // that can be at hand, in order of names
	none   bool     // on some way there is none
	agreed bool     // on every way both said yes to it at this very instant
}

// hands finds out for each step of a flow which record can be at hand there.
func (c *flowCheck) hands(f *Flow) []hand {
	if have, ok := c.atHand[f]; ok {
		return have
	}
	g := c.graph(f)
	out := make([]hand, len(g.steps))
	c.atHand[f] = out
	if len(out) == 0 {
		return out
	}
	out[0] = hand{seen: true, none: f.About == ""}
	if kind := c.recordKind(f.About); kind != nil {
		out[0].kinds = []string{kind.Name}
	}
	for work := []int{0}; len(work) > 0; work = work[1:] {
		for _, e := range g.out[work[0]] {
			if out[e.to].meet(c.handBehind(f, g.steps[work[0]], out[work[0]], e)) {
				work = append(work, e.to)
			}
		}
	}
	return out
}

// handBehind is what is at hand after taking an edge. That both agreed holds while nothing waits and nothing changes what they
// agreed to: what is said may wait for its person, too.
func (c *flowCheck) handBehind(f *Flow, s *Step, h hand, e graphEdge) hand {
	kind := c.recordKind(s.Record)
	switch {
	case (s.Kind == KAdd || s.Kind == KPick) && e.kind == edgeGo && kind != nil:
		return hand{seen: true, kinds: []string{kind.Name}, agreed: s.Copy && h.agreed}
	case s.Kind == KBoth && s.About:
		h.agreed = e.kind == edgeOutcome && e.key == "yes"
	case s.Kind == KChoose, s.Kind == KSet, s.Kind == KAdd, s.Kind == KUpdate && kind != nil && kind.Joint:
	default:
		h.agreed = false
	}
	return h
}

// meet adds what another way brings, and says whether that changed anything.
func (h *hand) meet(o hand) (changed bool) {
	if !h.seen {
		*h = hand{seen: true, kinds: slices.Clone(o.kinds), none: o.none, agreed: o.agreed}
		return true
	}
	for _, k := range o.kinds {
		if i, has := slices.BinarySearch(h.kinds, k); !has {
			h.kinds, changed = slices.Insert(h.kinds, i, k), true
		}
	}
	if o.none && !h.none {
		h.none, changed = true, true
	}
	if !o.agreed && h.agreed {
		h.agreed, changed = false, true
	}
	return changed
}

// handAt is what is at hand at a step; false where it is never reached.
func (c *flowCheck) handAt(f *Flow, s *Step) (hand, bool) {
	if i, ok := c.graph(f).index[s.ID]; ok && i < len(c.hands(f)) {
		h := c.hands(f)[i]
		return h, h.seen
	}
	return hand{}, false
}

// recordKind finds a kind of record, or the one that was probably meant.
func (c *flowCheck) recordKind(name string) *RecordKind { return meant(name, c.lib.Records) }

// kindAt is the kind of the record at hand at a step; nil when that is not sure, which is F10.
func (c *flowCheck) kindAt(f *Flow, s *Step) *RecordKind {
	if h, ok := c.handAt(f, s); ok && len(h.kinds) == 1 && !h.none {
		return c.recordKind(h.kinds[0])
	}
	return nil
}

// anyKindAt is a kind that can be at hand at a step, to say what its fields are.
func (c *flowCheck) anyKindAt(f *Flow, s *Step) *RecordKind {
	if h, ok := c.handAt(f, s); ok && len(h.kinds) > 0 {
		return c.recordKind(h.kinds[0])
	}
	return nil
}

// recordsAtHand is F10 for the record at hand: it is there, and of one kind, on all ways to where it is read.
func (c *flowCheck) recordsAtHand(f *Flow) {
	if f.About != "" && c.lib.Records[f.About] == nil {
		c.unknown(c.at(f, "about"), "kind of record", f.About, keysOf(c.lib.Records))
	}
	if f.About != "" && !f.Start.none() {
		c.log.add("F10", c.keyAt(f, "start"), "let a flow with such a record run it, or a reminder", "flow %q is about a record, and nothing that starts here brings one", f.Name)
	}
	if f.About != "" && c.recordKind(f.About) == nil {
		return // nothing in it can be judged
	}
	for _, s := range f.Steps {
		h, ok := c.handAt(f, s)
		if !ok {
			continue
		}
		for _, x := range c.handReads(f, s) {
			if c.lackingHand(s, h, x) {
				break // one finding a step is enough
			}
		}
	}
}

// handRead is a place at which a step needs the record at hand.
type handRead struct {
	pos  Pos
	what string // how findings call it
	kind string // of this kind; "": any
}

// handReads are all places at which a step needs it.
func (c *flowCheck) handReads(f *Flow, s *Step) []handRead {
	var out []handRead
	cond := func(e *Cond) {
		if e == nil {
			return
		}
		if i := slices.IndexFunc(e.refs, isRecordName); i >= 0 {
			out = append(out, handRead{pos: e.Pos, what: e.refs[i] + " is read here"})
		}
	}
	for _, b := range s.Branches {
		cond(b.If)
	}
	for _, a := range slices.Concat(s.Sets, s.With, s.To, s.Carry) {
		cond(a.Expr)
	}
	if s.Open != nil {
		cond(s.Open.Expr)
	}
	for _, t := range c.stepTexts(s) {
		if s.Kind == KList {
			break // F02 says it
		}
		names, _ := textHoles(t.text)
		if i := slices.IndexFunc(names, isRecordName); i >= 0 {
			out = append(out, handRead{pos: t.pos, what: "{" + names[i] + "} is shown here"})
		}
	}
	switch {
	case s.Kind == KUpdate:
		if kind := c.recordKind(s.Record); kind != nil && !kind.Joint {
			out = append(out, handRead{pos: c.at(s, "update"), what: "a " + kind.Name + " is changed here", kind: kind.Name})
		} else if kind != nil {
			out = append(out, handRead{pos: c.at(s, "update"), what: "a " + kind.Name + " is changed here"})
		}
	case s.Kind == KAdd && s.Copy:
		out = append(out, handRead{pos: c.at(s, "from"), what: "the record at hand is copied here"})
	case s.Kind == KBoth && s.About:
		out = append(out, handRead{pos: c.at(s, "about"), what: "the record at hand is what both say yes to"})
	}
	for _, callee := range c.callees(f, s) {
		if kind := c.recordKind(callee.About); kind != nil {
			pos := c.at(s, "run")
			if s.Kind == KAsk {
				pos = s.Pos
			}
			out = append(out, handRead{pos: pos, what: "flow " + strconv.Quote(callee.Name) + " is about a " + kind.Name, kind: kind.Name})
		}
	}
	return out
}

func isRecordName(name string) bool {
	_, ok := cutScope(name, recordScope)
	return ok
}

// lackingHand reports a step to which some way leads without the record that it needs.
func (c *flowCheck) lackingHand(s *Step, h hand, x handRead) bool {
	const hint = "put an add or a pick step on all ways here, or let the flow say about:"
	switch {
	case len(h.kinds) == 0:
		c.log.add("F10", x.pos, hint, "%s, and no record is at hand at %s", x.what, quotedStep(s.ID))
	case h.none:
		c.log.add("F10", x.pos, hint, "%s, and no record is at hand on some ways to %s", x.what, quotedStep(s.ID))
	case len(h.kinds) > 1:
		c.log.add("F10", x.pos, "let all ways bring the same kind", "%s, and the record at hand at %s can be of the kinds %s", x.what, quotedStep(s.ID), listed(h.kinds))
	case x.kind != "" && x.kind != h.kinds[0]:
		c.log.add("F10", x.pos, fmt.Sprintf("bring a %s to hand before", x.kind), "%s, and the record at hand at %s is a %s", x.what, quotedStep(s.ID), h.kinds[0])
	default:
		return false
	}
	return true
}
