package flows

import (
	"slices"
	"strconv"
	"strings"
)

// alike is F13: what the partner gets looks the same whether something was skipped, timed out, kept, or its author gone.
//
// Of what flows can say today three things follow. Wherever a share step leads on, whatever became of it, the same
// further share steps come (to come back to itself gives nothing away); that holds through the result of a called flow, too. What a person meets around a card, from
// the knock to the last line, holds no {holes}, which could be filled one day and empty the next. And nothing but what a
// share step passed on makes a card, which the engine sees to.
func (c *flowCheck) alike(f *Flow) {
	const hint = "let every way lead to it"
	for _, s := range f.Steps {
		switch {
		case s.Kind.leads() && s.Kind != KBoth: // what both said yes to, both know
			uneven := c.uneven(f, s, c.shareName(f, s), doorEdges, c.sharesFrom, func(e graphEdge, share string) {
				hint := hint
				if s.Kind == KShare && c.kinds[share] == KShare {
					hint += ", or put both into one share step"
				}
				c.log.add("F13", e.target.Pos, hint, "the %s of %s never comes to %s while another way does, so what the partner gets tells what became of this one",
					e.kind, quotedStep(s.ID), c.spokenDoor(share))
			})
			if !uneven {
				c.outOfStep(f, s, c.shareName(f, s), doorEdges, nil, func(e graphEdge, how string) {
					c.log.add("F13", e.target.Pos, "let every way come to the same doors in the same order, after the same waits",
						"on one way from %s %s and on another it does not, so what the partner gets, or when, tells what became of this one", quotedStep(s.ID), how)
				})
			}
		case s.Kind == KRun && s.GoMap != nil:
			if callee := c.flow(s.Run); callee != nil && c.flowSecret(callee) == "" { // else F12 says it
				if share := c.tells(callee); share != "" {
					c.uneven(f, s, "", []string{edgeResult}, c.sharesFrom, func(e graphEdge, lacks string) {
						c.log.add("F13", c.edgePos(s, e), hint, "the result %q never comes to %s while another does, so what the partner gets tells what became of %s in flow %q",
							e.key, c.spokenDoor(lacks), quotedStep(share), callee.Name)
					})
				}
			}
		}
	}
	if f.Start.On == "card" {
		c.plain(f, map[*Flow]bool{})
	}
}

// doorEdges are the ways on from a door, whatever became of it.
var doorEdges = []string{edgeGo, edgeTimeout, edgeNone}

// tells is a share step of a flow that decides what the flow results in, or "".
func (c *flowCheck) tells(f *Flow) string {
	if have, ok := c.telling[f]; ok {
		return have
	}
	c.telling[f] = "" // a flow that calls itself is F18
	g := c.graph(f)
	for i, s := range g.steps {
		inside := ""
		if callee := c.flow(s.Run); callee != nil && s.GoMap != nil {
			inside = c.tells(callee)
		}
		if (!s.Kind.leads() || s.Kind == KBoth) && inside == "" {
			continue
		}
		var first []string
		for j, e := range g.out[i] {
			found := g.resultsFrom(e.to)
			if j == 0 {
				first = found
			}
			if !slices.Equal(found, first) {
				c.telling[f] = s.ID
				return s.ID
			}
		}
	}
	return ""
}

// resultsFrom are the results that can be reached from a step.
func (g *flowGraph) resultsFrom(from int) []string {
	ends := map[string]bool{}
	for i, seen := range g.reach(from) {
		if seen && g.steps[i].End != "" {
			ends[g.steps[i].End] = true
		}
	}
	return keysOf(ends)
}

// plain refuses holes around a card. What a card opens is another thing: its texts may show what the card did.
func (c *flowCheck) plain(f *Flow, seen map[*Flow]bool) {
	if seen[f] {
		return
	}
	seen[f] = true
	for _, s := range f.Steps {
		for _, t := range c.stepTexts(s) {
			if names, _ := textHoles(t.text); len(names) > 0 {
				c.log.add("F13", t.pos, "say it without", "what is said around a card is the same every time, and this text has the hole %s", strconv.Quote("{"+names[0]+"}"))
			}
		}
		for _, callee := range c.callees(f, s) {
			c.plain(callee, seen)
		}
		for _, opened := range c.openedBy(s) {
			c.plainBehind(opened, seen)
		}
	}
}

// plainBehind refuses holes behind a card that could be filled one day and empty the next: all that differs there is what the
// card showed, and what its receiver does. That what a card showed is always there is F10.
func (c *flowCheck) plainBehind(f *Flow, seen map[*Flow]bool) {
	if seen[f] {
		return
	}
	seen[f] = true
	for _, s := range f.Steps {
		for _, t := range c.stepTexts(s) {
			names, _ := textHoles(t.text)
			if i := slices.IndexFunc(names, func(name string) bool {
				scope, _, _ := strings.Cut(name, ".")
				return (scope == "couple" || scope == "person") && c.missable(f, name)
			}); i >= 0 {
				c.log.add("F13", t.pos, "say it without, or give it a default", "what is said behind a card is the same every time, and %s can have no value", strconv.Quote("{"+names[i]+"}"))
			}
		}
		for _, callee := range c.callees(f, s) {
			c.plainBehind(callee, seen)
		}
	}
}
