package flows

import (
	"slices"
	"strconv"
	"strings"
)

// shareText is F02 and F11 for the text of a share step: it is made of what may pass by this door, and of nothing else. What
// of it is unknown when its person comes there makes the step go by none.
func (c *flowCheck) shareText(f *Flow) {
	var hand []map[string]bool
	for i, s := range f.Steps {
		if s.ShareText == "" {
			continue
		}
		if hand == nil {
			hand = c.kindsAtHand(f)
		}
		names, sound := textHoles(s.ShareText)
		if !sound {
			c.log.add("F01", s.SharePos, "holes look like {me.pulse}", "a brace in this text has no other half")
		}
		for _, name := range names {
			if e := c.sharedHole(f, s, hand[i], name); e != nil {
				c.log.add(e.code, s.SharePos, e.hint, "%s", e.text)
			}
		}
	}
}

// sharedHole says why a hole may not stand in a shared text; nil when it may.
func (c *flowCheck) sharedHole(f *Flow, s *Step, hand map[string]bool, name string) *condError {
	scope, field, _ := strings.Cut(name, ".")
	switch scope {
	case "me":
		return c.sharedAnswer(f, field, name)
	case "record":
		return c.sharedField(s, hand, field)
	case "couple", "you":
		return c.hole(name, textScope{flow: f})
	case "person":
		switch {
		case c.lib.Person[field] == nil:
			return c.hole(name, textScope{flow: f})
		case name != "person.name":
			return &condError{"F11", "the text is shared, and {" + name + "} is private", "ask for it, and share the answer"}
		case c.namedOutside() != "":
			return &condError{"F11", "the text is shared, and flow " + c.namedOutside() + " can change {person.name} to anything", "say it without: a card says whom it is from"}
		}
		return nil
	case "both":
		return &condError{"F11", "the text is shared, and {" + name + "} holds words of the other too", "say it without"}
	}
	if e := c.hole(name, textScope{flow: f}); e != nil {
		return e
	}
	return &condError{"F11", "the text is shared, and {" + name + "} is no answer of its author", "ask about it, and share the answer"}
}

// sharedAnswer is F11 for an answer in a shared text, and F02 for one that nobody gives.
func (c *flowCheck) sharedAnswer(f *Flow, answer, name string) *condError {
	d := f.Answers[answer]
	switch {
	case d == nil || d.Type == "":
		return c.hole(name, textScope{flow: f})
	case d.Type == ItemOf:
		return &condError{"F11", "answer " + strconv.Quote(answer) + " is an item of a list, and cannot be shared", "ask for a line about it, and share that"}
	case !c.passes(d, KShare):
		return &condError{"F11", "the text is shared, and {" + name + "} is not declared so", "leave it out, or declare it partner_sees: on_share"}
	case !c.asks(f, d) && !slices.ContainsFunc(c.callers[f], func(r *Step) bool {
		return slices.ContainsFunc(r.With, func(a Assign) bool { return a.Name == answer })
	}):
		return &condError{"F02", "no step asks " + strconv.Quote(answer) + ", so this is never shared", "add a step that asks it"}
	}
	return nil
}

// sharedField is F11 for a field of the record at hand.
func (c *flowCheck) sharedField(s *Step, hand map[string]bool, field string) *condError {
	if hand == nil {
		return nil // never reached, which is F03
	}
	kinds := slices.DeleteFunc(keysOf(hand), func(kind string) bool { return kind == "" })
	if len(kinds) == 0 {
		return &condError{"F02", "no record is at hand in " + quotedStep(s.ID), "add or pick one before, or write about: in the head of the flow"}
	}
	for _, name := range kinds {
		kind := c.lib.Records[name]
		switch {
		case kind == nil:
		case kind.field(field) == nil && (field == "state" || field == "since"):
			return &condError{"F11", "the text is shared, and {record." + field + "} is for its owner", "say it in words, or ask for it"}
		case kind.field(field) == nil:
			return &condError{"F02", "record " + strconv.Quote(name) + " has no field " + strconv.Quote(field), didYouMean(field, kind.fieldNames())}
		case kind.PartnerSees != SeesOnShare:
			return &condError{"F11", "the text is shared, and records of kind " + strconv.Quote(name) + " are never for the partner", "leave it out, or declare the kind partner_sees: on_share"}
		}
	}
	return nil
}

// longText is F17 for a shared text: it is previewed in one piece, with the longest values.
func (c *flowCheck) longText(f *Flow, s *Step) {
	if s.ShareText == "" {
		return
	}
	name := c.longestFact("name")
	n := 3 + c.filled(f, s.ShareText, name) + c.filled(f, c.lib.Words["share_preview"], name) + c.filled(f, c.lib.Words["card_from"], name)
	if n > maxPreview {
		c.log.add("F17", s.SharePos, "lower the max of what it shows, or say it shorter", "the preview can have %d characters, more than the %d that fit one message", n, maxPreview)
	}
}

// bothHole is F02 for what a double reveal showed, and F10 where it did not bring it.
func (c *flowCheck) bothHole(name, rest string, f *Flow) *condError {
	answer, side, _ := strings.Cut(rest, ".")
	if side != "mine" && side != "theirs" {
		return &condError{"F02", "hole {" + name + "} has no meaning", "write {both." + answer + ".mine} or {both." + answer + ".theirs}"}
	}
	if f == nil || len(c.opened[f]) == 0 {
		return &condError{"F10", "{" + name + "} is known only in a flow that a double reveal opens", "name this flow as opens: of a together step"}
	}
	for _, o := range c.opened[f] {
		if o.step.Kind != KTogether {
			return &condError{"F10", "{" + name + "} is not known behind the card of " + quotedStep(o.step.ID) + " in flow " + strconv.Quote(o.flow.Name), "let only together steps open this flow"}
		}
		if !slices.ContainsFunc(o.step.Items, func(t Target) bool { return t.Step == answer }) {
			return &condError{"F10", quotedStep(o.step.ID) + " in flow " + strconv.Quote(o.flow.Name) + " opens this flow and does not reveal " + strconv.Quote(answer), didYouMean(answer, targetNames(o.step.Items))}
		}
	}
	if !f.Start.none() || len(c.callers[f]) > 0 || c.follows[f] {
		return &condError{"F10", "{" + name + "} is not known when this flow begins by itself, or is called", "let only together steps open this flow"}
	}
	return nil
}

func targetNames(all []Target) []string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = t.Step
	}
	return out
}

// longestHalf is the longest answer that a double reveal can show.
func (c *flowCheck) longestHalf(f *Flow, field string) (most int) {
	answer, _, _ := strings.Cut(field, ".")
	for _, o := range c.opened[f] {
		if d := c.answer(o.flow, answer); d != nil {
			most = max(most, c.longestAnswer(&Step{}, d))
		}
	}
	return most
}
