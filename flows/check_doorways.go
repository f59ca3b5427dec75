package flows

import (
	"slices"
	"strconv"
	"strings"
)

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
		names, _ := textHoles(s.ShareText)
		return slices.ContainsFunc(s.Items, func(t Target) bool { return t.Step == answer }) || slices.Contains(names, "me."+answer)
	})
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
	name := s.ID
	if len(c.callers[f]) > 0 || c.follows[f] || len(c.opened[f]) > 0 {
		name = f.Name + "." + s.ID
	}
	c.kinds[name] = s.Kind
	return name
}

// spokenDoor is a door as findings call it.
func (c *flowCheck) spokenDoor(name string) string {
	if question, ok := strings.CutPrefix(name, askedMark); ok { // its words go along with the answer
		return "question " + strconv.Quote(question)
	}
	return string(c.kinds[name]) + " step " + strconv.Quote(name)
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
