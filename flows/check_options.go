package flows

import (
	"fmt"
	"slices"
	"strconv"
)

// followUps is F08 for drawn questions: what "then" names comes, and "follow: once" has something to follow. That the
// keys of then are options is F02; most options have no follow-up, so there is nothing to be complete about.
func (c *flowCheck) followUps() {
	asked, followed := map[*List]bool{}, map[*List]bool{}
	for _, f := range c.flows {
		for _, s := range f.Steps {
			d := c.answer(f, s.Ask)
			if d == nil || d.Type != FromList {
				continue
			}
			l := c.list(d.List)
			if l == nil || l.Kind != "questions" {
				continue
			}
			asked[l] = true
			followed[l] = followed[l] || s.Follow
			if s.Follow && !slices.ContainsFunc(l.Items, func(it *Item) bool { return len(it.Then) > 0 }) {
				c.log.add("F08", c.at(s, "follow"), "remove it, or give a question then:", "no question of list %q names a follow-up", l.Name)
			}
		}
	}
	for _, l := range c.lists {
		i := slices.IndexFunc(l.Items, func(it *Item) bool { return len(it.Then) > 0 })
		if i >= 0 && asked[l] && !followed[l] { // said once for a list
			c.log.add("F08", c.keyAt(l.Items[i], "then"), "add follow: once to the step that asks it",
				"the follow-ups of list %q never come: no question that draws from it follows them", l.Name)
		}
	}
}

// thenNames is F01 and F02 for the follow-ups of a step: the answer has options, these are some of them, and the flows exist.
func (c *flowCheck) thenNames(s *Step, d *Decl, ids []string) {
	switch {
	case len(s.Then) == 0:
		return
	case d.Type == FromList:
		c.log.add("F01", c.keyAt(s, "then"), "write then: with the questions of the list, and follow: once here", "a drawn question names its own follow-ups")
		return
	case ids == nil:
		c.log.add("F01", c.keyAt(s, "then"), "remove it, or choose in a step of its own", "%s answer has no options that then could tell apart", article(string(d.Type)))
		return
	}
	for _, option := range keysOf(s.Then) {
		if !slices.Contains(ids, option) {
			c.log.add("F02", c.keyAt(s, "then", option), didYouMean(option, ids), "answer %q has no option %q", d.Name, option)
		}
		if flow := s.Then[option]; c.lib.Flows[flow] == nil {
			c.unknown(c.at(s, "then", option), "flow", flow, keysOf(c.lib.Flows))
		}
	}
}

// optionMaps is F08: a go that is a mapping names every option, outcome or result.
func (c *flowCheck) optionMaps(f *Flow) {
	for _, s := range f.Steps {
		if s.GoMap == nil {
			continue
		}
		switch s.Kind {
		case KAsk:
			d := c.answer(f, s.Ask)
			if d == nil || d.Type == "" {
				continue
			}
			if d.Type != Scale && d.Type != OneOf && d.Type != YesNo {
				c.log.add("F01", c.at(s, "go"), "name one step", "%s answer has no options that go could tell apart", article(string(d.Type)))
				continue
			}
			c.complete(s, optionIDs(d), "option", fmt.Sprintf("answer %q", d.Name))
		case KRun:
			if callee := c.flow(s.Run); callee != nil {
				c.complete(s, results(callee), "result", fmt.Sprintf("flow %q", callee.Name))
			}
		case KPair, KAccount:
			if s.Pair != "" {
				c.complete(s, pairOutcomes[s.part()], "outcome", s.part())
			}
		case KCheck:
			c.complete(s, checkOutcomes, "outcome", "a check step")
		case KBoth, KPart, KRemove:
			c.complete(s, doorOutcomes[s.Kind], "outcome", article(string(s.Kind))+" step")
		default:
			c.log.add("F01", c.at(s, "go"), "name one step", "go of %s step is one step", article(string(s.Kind)))
		}
	}
}

// results are what a flow can end with.
func results(f *Flow) []string {
	var out []string
	for _, s := range f.Steps {
		if s.End != "" && !slices.Contains(out, s.End) {
			out = append(out, s.End)
		}
	}
	return out
}

func (c *flowCheck) complete(s *Step, want []string, what, of string) {
	have := map[string]bool{}
	for _, key := range s.Order {
		have[key] = true
		if slices.Contains(want, key) {
			continue
		}
		have[nearest(key, want)] = true
		c.log.add("F02", c.keyAt(s, "go", key), didYouMean(key, want), "%s has no %s %q", of, what, key)
	}
	var lacking []string
	for _, w := range want {
		if !have[w] {
			lacking = append(lacking, strconv.Quote(w))
		}
	}
	switch {
	case len(lacking) == 1:
		c.log.add("F08", c.keyAt(s, "go"), "name a step for each", "go does not say where %s %s leads", what, lacking[0])
	case len(lacking) > 1:
		c.log.add("F08", c.keyAt(s, "go"), "name a step for each", "go does not say where %ss %s lead", what, listed(lacking))
	}
}
