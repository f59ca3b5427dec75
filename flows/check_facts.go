package flows

import (
	"slices"
	"strconv"
	"strings"
)

// facts is what person.yaml and couple.yaml have to be for the steps that go by them.
func (c *flowCheck) facts() {
	for i, all := range []map[string]*Decl{c.lib.Person, c.lib.Couple} {
		of := []string{"person.", "couple."}[i]
		for _, name := range keysOf(all) {
			d := all[name]
			pos := c.at(d, "derived")
			fn, ok := derived[d.Derived]
			if !ok {
				continue
			}
			if d.Type != "" && d.Type != fn.gives {
				c.log.add("F01", pos, "give it type: "+string(fn.gives), "%s is %s, and %q computes %s", of+name, typePhrase(d), d.Derived, typePhrase(&Decl{Type: fn.gives}))
			}
			if fn.values != nil && d.Type == fn.gives && !sameWords(optionIDs(d), fn.values) {
				c.log.add("F01", pos, "let it have "+listed(fn.values), "%q computes %s, and %s has others", d.Derived, listed(fn.values), of+name)
			}
			c.derivedReads(d, fn, of+name)
			if of == "couple." && !fn.openly() {
				c.log.add("F11", pos, "compute it in person.yaml", "%s would be computed from what is one person's own, and both flows go by it", of+name)
			}
		}
	}
	c.coupleClock()
}

// derivedReads is F02 for a computed fact: it says what its function reads, and all of that is there.
func (c *flowCheck) derivedReads(d *Decl, fn derivation, name string) {
	pos := c.at(d, "reads")
	if c.nodes[d].get("reads") == nil {
		pos = c.at(d, "derived")
	}
	var unsaid []string
	for _, read := range fn.reads {
		if !slices.Contains(d.Reads, read) {
			unsaid = append(unsaid, read)
		} else if strings.Contains(read, ".") {
			if _, e := c.resolver(nil, nil)(read); e != nil {
				c.log.add(e.code, pos, e.hint, "%s", e.text)
			}
		}
	}
	if len(unsaid) > 0 {
		c.log.add("F02", pos, "write reads: ["+strings.Join(fn.reads, ", ")+"]", "%q reads %s, and %s does not say so", d.Derived, listed(unsaid), name)
		return
	}
	for _, read := range d.Reads {
		if !slices.Contains(fn.reads, read) {
			c.log.add("F02", pos, didYouMean(read, fn.reads), "%q does not read %s", d.Derived, strconv.Quote(read))
		}
	}
}

// sameWords says that two lists hold the same, in any order.
func sameWords(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// coupleClock is F02 for what the instants of a couple hang on. Without a clock of their own each of the two would go by
// a time of theirs, and the other could tell.
func (c *flowCheck) coupleClock() {
	said := map[string]bool{} // once each
	for _, f := range c.flows {
		for _, s := range f.Steps {
			if s.Kind == KTogether && !said["reveal_hour"] {
				said["reveal_hour"] = c.coupleFact(s, "reveal_hour", Time, `"20:30"`)
			}
			if (s.Kind == KTogether || s.Kind == KBoth || s.Kind == KWaitFor) && !said["zone"] {
				said["zone"] = c.coupleFact(s, "zone", Zone, "UTC")
			}
		}
	}
	for _, f := range c.flows {
		said["zone"] = said["zone"] || c.coupleSchedule(f)
	}
}

// coupleSchedule is the same for a flow that comes by the couple's clock. It reports whether it found fault.
func (c *flowCheck) coupleSchedule(f *Flow) bool {
	zone := c.lib.Couple["zone"]
	if !f.Start.Couple || zone != nil && (zone.Type == "" || zone.Type == Zone && zone.Default.S != "") {
		return false
	}
	c.log.add("F02", c.at(f, "start", "schedule"), "declare zone: { type: zone, default: UTC } in couple.yaml",
		"flow %q comes by the clock of the couple, which has none", f.Name)
	return true
}

// coupleFact demands a fact of the couple that has a value, for nothing ever sets one. It reports whether it found fault.
func (c *flowCheck) coupleFact(s *Step, name string, t Type, example string) bool {
	d := c.lib.Couple[name]
	if d != nil && (d.Type == "" || d.Type == t && d.Default.S != "") {
		return false
	}
	c.log.add("F02", s.Pos, "declare "+name+": { type: "+string(t)+", default: "+example+" } in couple.yaml",
		"%s goes by couple.%s, and no such %s has a value", quotedStep(s.ID), name, map[Type]string{Time: "time", Zone: "zone"}[t])
	return true
}

// article is a word with a or an before it.
func article(word string) string {
	if word != "" && slices.Contains([]byte("aeiou"), word[0]) {
		return "an " + word
	}
	return "a " + word
}

// namedOutside is a flow by which a person can change their name after their partner saw it, or "". What the engine says
// shows the name that both saw.
func (c *flowCheck) namedOutside() string {
	if c.renames != nil {
		return *c.renames
	}
	first := map[*Flow]bool{} // the welcome and what it calls
	var visit func(f *Flow)
	visit = func(f *Flow) {
		if first[f] {
			return
		}
		first[f] = true
		for _, s := range f.Steps {
			for _, callee := range c.callees(f, s) {
				visit(callee)
			}
		}
	}
	for _, f := range c.flows {
		if f.Start.On == "welcome" {
			visit(f)
		}
	}
	found := ""
	for _, f := range c.flows {
		if found == "" && !first[f] && slices.ContainsFunc(f.Steps, func(s *Step) bool {
			return slices.ContainsFunc(s.Sets, func(a Assign) bool { return a.Name == "person.name" })
		}) {
			found = strconv.Quote(f.Name)
		}
	}
	c.renames = &found
	return found
}
