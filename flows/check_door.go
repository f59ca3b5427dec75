package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// doorNames is F02 for what a door names, and F11 for what may not pass by it.
func (c *flowCheck) doorNames(f *Flow, s *Step) {
	for _, t := range s.Items {
		if f.Answers[t.Step] == nil {
			c.unknown(t.Pos, "answer", t.Step, keysOf(f.Answers))
		}
	}
	if s.Class != "" {
		c.className(s)
	}
	if s.Open != nil {
		c.ownFact(Target{Step: s.Open.Name, Pos: s.Open.Pos}, "open")
	}
	for _, t := range s.Close {
		c.ownFact(t, "close")
	}
	if s.Kind == KBoth {
		c.bothName(f, s)
	}
	if name, ok := cutScope(s.At, "couple"); ok {
		switch d := c.lib.Couple[name]; {
		case d == nil:
			c.unknown(c.at(s, "at"), "fact", s.At, scoped("couple.", keysOf(c.lib.Couple)))
		case d.Type != Time && d.Type != "":
			c.log.add("F01", c.at(s, "at"), "name a fact of type time", "%s is %s, not a time of day", s.At, typePhrase(d))
		}
	}
}

func (c *flowCheck) bothName(f *Flow, s *Step) {
	d := f.Answers[s.Both]
	switch {
	case d == nil:
		c.unknown(c.at(s, "both"), "answer", s.Both, keysOf(f.Answers))
	case d.Type != YesNo && d.Type != "":
		c.log.add("F01", c.at(s, "both"), "name an answer of type yes_no", "answer %q is %s, and both waits for a yes", d.Name, typePhrase(d))
	case d.PartnerSees != SeesTogether:
		c.log.add("F11", c.at(s, "both"), "declare it partner_sees: together", "a yes to %q would show, and it is not declared so", d.Name)
	}
}

// ownFact is a fact of this person that its owner can open: stored, and of a closed type, since free text passes only by
// share.
func (c *flowCheck) ownFact(t Target, verb string) {
	name, ok := cutScope(t.Step, "person")
	d := c.lib.Person[name]
	switch {
	case !ok:
		c.log.add("F11", t.Pos, "name a fact of this person, as person.x", "%s cannot change %s", verb, t.Step)
	case d == nil:
		c.unknown(t.Pos, "fact", t.Step, scoped("person.", keysOf(c.lib.Person)))
	case d.Derived != "":
		c.log.add("F01", t.Pos, "open one that is set", "%s is computed and cannot be opened", t.Step)
	case d.Type != "" && optionIDs(d) == nil:
		c.log.add("F11", t.Pos, "share it instead, word for word", "%s is %s: only a scale, a choice or a yes or no can be opened", t.Step, typePhrase(d))
	}
}

// openExpr checks the value that an open step gives.
func (c *flowCheck) openExpr(s *Step, resolve func(string) (condType, *condError)) {
	name, ok := cutScope(s.Open.Name, "person")
	if d := c.lib.Person[name]; ok && d != nil {
		c.assign(*s.Open, d, resolve)
	}
}

// isOpened says that some flow lets its person open a fact: only then can the other's flows read it.
func (c *flowCheck) isOpened(fact string) bool {
	if c.lib.Person[fact] == nil {
		return false
	}
	return slices.ContainsFunc(c.flows, func(f *Flow) bool {
		return slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Open != nil && s.Open.Name == "person."+fact })
	})
}

// className demands the fact by which a receiver says how cards of a class come.
func (c *flowCheck) className(s *Step) {
	fact, want := classFact(s.Class), []string{"each", "weekly", "never"}
	d := c.lib.Person[fact]
	hint := "declare person." + fact + ": { type: choice, options: { each: …, weekly: …, never: … }, default: each }"
	switch {
	case d == nil:
		c.log.add("F02", c.at(s, "share", "class"), hint, "nobody can say how cards of class %q come", s.Class)
	case d.Type != OneOf || !slices.Equal(optionIDs(d), want) || d.Default.S == "":
		c.log.add("F02", c.at(s, "share", "class"), hint, "fact %q has to have the options %s, and a default", "person."+fact, listed(want))
	}
}

// scoreReads is F11 for a draw that a function chooses for: it reads what the step says and nothing else, and of the other
// only what they opened.
func (c *flowCheck) scoreReads(f *Flow, s *Step) {
	sc, ok := scorers[s.Score]
	if !ok {
		return
	}
	pos := c.at(s, "reads")
	for _, name := range sc.reads {
		if !slices.Contains(s.Reads, name) {
			c.log.add("F11", pos, "add it", "score %q reads %s, and the step does not say so", s.Score, name)
			continue
		}
		if _, e := c.resolver(f, nil)(name); e != nil {
			c.log.add(e.code, pos, e.hint, "%s", e.text)
		}
	}
	for _, name := range s.Reads {
		if !slices.Contains(sc.reads, name) {
			c.log.add("F02", pos, didYouMean(name, sc.reads), "score %q does not read %s", s.Score, strconv.Quote(name))
		}
	}
}

// itemWords are what an ask of type item can be answered with.
func (c *flowCheck) itemWords(d *Decl) []acceptedWord {
	var out []acceptedWord
	if d.Type != ItemOf {
		return nil
	}
	for i := 1; i <= 5; i++ {
		means, pos := fmt.Sprintf("item %d", i), c.at(c.lib, "texts", "label_item")
		out = append(out, acceptedWord{word: strings.ReplaceAll(c.lib.Words["label_item"], "{n}", itoa(i)), means: means, pos: pos, label: true},
			acceptedWord{word: itoa(i), means: means, pos: pos})
	}
	return out
}

// dangerWords is F02 for the list without which nothing would hold words that sound like danger.
func (c *flowCheck) dangerWords() {
	if c.nodes[c.lib] == nil || c.lib.Lists[dangerList] != nil {
		return
	}
	if slices.ContainsFunc(c.flows, func(f *Flow) bool {
		return slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind == KShare || s.Kind == KTogether })
	}) {
		c.log.add("F02", c.keyAt(c.lib, "globals"), "add lists/danger.yaml, of kind phrases", "nothing holds shared words that sound like danger")
	}
}
