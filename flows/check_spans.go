package flows

import (
	"slices"
	"time"
)

// spanFacts fills in the longest of every wait that goes by a fact, now that the facts are read. What is no such fact counts
// as a minute, and is said by spanNames.
func (l *Library) spanFacts(f *Flow) {
	longest := func(of string, into *time.Duration) {
		if d := l.factDecl(of); d != nil && d.Type == Span {
			*into = d.Most
		}
	}
	for _, s := range f.Steps {
		longest(s.ForOf, &s.For)
		if s.Timeout != nil {
			longest(s.Timeout.AfterOf, &s.Timeout.After)
		}
		if s.Remind != nil {
			longest(s.Remind.AfterOf, &s.Remind.After)
		}
	}
}

// factDecl is the fact of a name like person.x or couple.x; nil if there is none.
func (l *Library) factDecl(of string) *Decl {
	if name, ok := cutScope(of, "couple"); ok {
		return l.Couple[name]
	}
	if name, ok := cutScope(of, "person"); ok {
		return l.Person[name]
	}
	return nil
}

// spanUse is a place where a step names a fact of type duration.
type spanUse struct {
	of  string
	pos Pos
}

func (c *flowCheck) spanUses(s *Step) (out []spanUse) {
	if s.ForOf != "" {
		key := "for"
		if s.Kind == KSleep {
			key = "sleep"
		}
		out = append(out, spanUse{s.ForOf, c.at(s, key)})
	}
	if s.Timeout != nil && s.Timeout.AfterOf != "" {
		out = append(out, spanUse{s.Timeout.AfterOf, c.at(s, "timeout", "after")})
	}
	if s.Remind != nil && s.Remind.AfterOf != "" {
		out = append(out, spanUse{s.Remind.AfterOf, c.at(s, "remind", "after")})
	}
	return out
}

// spanNames is F02 for the facts that say how long something takes.
func (c *flowCheck) spanNames(s *Step) {
	for _, use := range c.spanUses(s) {
		scope, all := "person", c.lib.Person
		if _, ok := cutScope(use.of, "couple"); ok {
			scope, all = "couple", c.lib.Couple
		}
		switch d := c.lib.factDecl(use.of); {
		case d == nil:
			c.unknown(use.pos, "fact", use.of, scoped(scope+".", keysOf(all)))
		case d.Type != Span && d.Type != "":
			c.log.add("F01", use.pos, "name a fact of type duration, or write a length like 48h", "%s is %s, not a length of time", use.of, typePhrase(d))
		}
	}
}

// isSpan says that a wait goes by nothing, or by a fact that is a length of time.
func (c *flowCheck) isSpan(of string) bool {
	d := c.lib.factDecl(of)
	return of == "" || d != nil && d.Type == Span
}

// least is the shortest that a wait can be.
func (c *flowCheck) least(of string, longest time.Duration) time.Duration {
	if of != "" && c.isSpan(of) {
		return c.lib.factDecl(of).Least
	}
	return longest
}

// waitSecrets is F12 for a length of time that is one person's own: what reaches the other behind such a wait, or ends with
// it, comes at a time that would tell.
func (c *flowCheck) waitSecrets(f *Flow, s *Step) {
	report := func(of string, pos Pos, doors []string) {
		if len(doors) > 0 {
			c.log.add("F12", pos, "write the length, or name a fact of the couple",
				"%s says how long this takes, and it leads to %s, so when that comes would tell", of, c.spokenDoor(doors[0]))
		}
	}
	if own(s.ForOf) && s.Kind == KSleep {
		report(s.ForOf, c.at(s, "sleep"), c.doorsAfter(f, s, edgeGo))
	}
	if own(s.ForOf) && s.Kind == KOpen {
		c.log.add("F12", c.at(s, "for"), "write the length, or name a fact of the couple",
			"%s says how long this is open, so the day on which it ends would tell", s.ForOf)
	}
	if s.Timeout != nil && own(s.Timeout.AfterOf) {
		report(s.Timeout.AfterOf, c.at(s, "timeout", "after"), c.doorsAfter(f, s, edgeTimeout))
	}
}

func own(of string) bool {
	_, ok := cutScope(of, "person")
	return ok
}

// doorsAfter are the doors that can be reached by one way on from a step, in the flow and in those that called it.
func (c *flowCheck) doorsAfter(f *Flow, s *Step, kind string) []string {
	g := c.graph(f)
	var out []string
	for _, e := range g.out[g.index[s.ID]] {
		if e.kind == kind {
			out = append(out, c.sharesFrom(f, e.to)...)
		}
	}
	seen := map[*Flow]bool{}
	var above func(f *Flow)
	above = func(f *Flow) {
		if seen[f] {
			return
		}
		seen[f] = true
		for _, caller := range c.flows {
			g := c.graph(caller)
			for i, site := range caller.Steps {
				if !slices.Contains(c.callees(caller, site), f) {
					continue
				}
				for _, e := range g.out[i] {
					out = append(out, c.sharesFrom(caller, e.to)...)
				}
				above(caller)
			}
		}
	}
	above(f)
	return out
}

// monthNames is F02 for a library that reads dates and has no names for months.
func (c *flowCheck) monthNames() {
	if len(c.lib.Months) > 0 || c.nodes[c.lib].get("months") != nil {
		return
	}
	dates := func(all map[string]*Decl) bool {
		return slices.ContainsFunc(keysOf(all), func(name string) bool { return all[name].Type == Date })
	}
	items := func(l *List) bool {
		return slices.ContainsFunc(l.Items, func(it *Item) bool { return it.Decl != nil && it.Decl.Type == Date })
	}
	if dates(c.lib.Person) || dates(c.lib.Couple) || slices.ContainsFunc(c.flows, func(f *Flow) bool { return dates(f.Answers) }) || slices.ContainsFunc(c.lists, items) {
		c.log.add("F02", c.keyAt(c.lib, "texts"), "add months: - [January, Jan] and so on", "dates are written and shown with the names of months, and there are none")
	}
}
