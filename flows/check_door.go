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
		} else if d := f.Answers[t.Step]; c.passes(d, s.Kind) && !c.asks(f, d) {
			c.log.add("F02", t.Pos, "add a step that asks it", "no step asks %q, and what is shared is a question with its answer", t.Step)
		}
	}
	if s.Class != "" {
		c.className(s)
	}
	if s.Opens != "" {
		c.opensName(s)
	}
	if s.Open != nil {
		c.ownFact(Target{Step: s.Open.Name, Pos: s.Open.Pos}, "open")
	}
	for _, t := range s.Close {
		c.ownFact(t, "close")
		if fact, ok := cutScope(t.Step, "person"); ok && optionIDs(c.fact(fact)) != nil && !c.isOpened(fact) {
			c.log.add("F02", t.Pos, "leave it out, or add a step that opens it", "no flow opens %s, so there is nothing to close", t.Step)
		}
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
		case d.Type == Time && d.Default.S == "":
			c.log.add("F02", c.at(s, "at"), `give it a default, like "18:00", in couple.yaml`, "%s has no value, and nothing sets one", s.At)
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
	case !c.asks(f, d) && !slices.ContainsFunc(c.callers[f], func(r *Step) bool {
		return slices.ContainsFunc(r.With, func(a Assign) bool { return a.Name == d.Name })
	}):
		c.log.add("F02", c.at(s, "both"), "add a step that asks it", "no step asks %q, so nobody can say yes", d.Name)
	}
}

// asks says that some step of a flow asks for an answer.
func (c *flowCheck) asks(f *Flow, d *Decl) bool {
	return slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind == KAsk && c.answer(f, s.Ask) == d })
}

// fact is a fact of a person, or an empty one.
func (c *flowCheck) fact(name string) *Decl {
	if d := c.lib.Person[name]; d != nil {
		return d
	}
	return &Decl{}
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
	if !ok || c.nodes[s].get("reads") == nil {
		return
	}
	pos := c.at(s, "reads")
	var unsaid []string
	for _, name := range sc.reads {
		if !slices.Contains(s.Reads, name) {
			unsaid = append(unsaid, name)
			continue
		}
		if _, e := c.resolver(f, nil)(name); e != nil {
			c.log.add(e.code, pos, e.hint, "%s", e.text)
		}
	}
	if len(unsaid) > 0 {
		c.log.add("F11", pos, "add what it reads, or choose without it", "score %q reads %s, and the step does not say so", s.Score, listed(unsaid))
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
	for i := 1; i <= maxOffered; i++ {
		means, pos := fmt.Sprintf("number %d on offer", i), c.at(c.lib, "texts", "label_item")
		out = append(out, acceptedWord{word: strings.ReplaceAll(c.lib.Words["label_item"], "{n}", itoa(i)), means: means, pos: pos, label: true},
			acceptedWord{word: itoa(i), means: means, pos: pos})
	}
	return out
}

// itemIDs are the names of all items that an ask of type item may offer: each can be written too.
func (c *flowCheck) itemIDs(d *Decl) []acceptedWord {
	l := c.list(d.List)
	if d.Type != ItemOf || l == nil {
		return nil
	}
	var out []acceptedWord
	for _, it := range l.Items {
		out = append(out, acceptedWord{word: it.ID, means: "the item " + strconv.Quote(it.ID), pos: it.Pos, own: true})
	}
	return out
}

// dangerWords is F02 for the list without which nothing would hold words that sound like danger.
func (c *flowCheck) dangerWords() {
	shares := slices.ContainsFunc(c.flows, func(f *Flow) bool {
		return slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind == KShare || s.Kind == KTogether })
	})
	if c.nodes[c.lib] == nil || !shares {
		return
	}
	const hint = "let lists/danger.yaml be a list of kind phrases"
	switch l := c.lib.Lists[dangerList]; {
	case l == nil:
		c.log.add("F02", c.keyAt(c.lib, "texts", "share_hold"), hint, "nothing holds shared words that sound like danger: there is no list %q", dangerList)
	case l.Kind != "phrases" && l.Kind != "":
		c.log.add("F02", c.at(l, "kind"), hint, "nothing holds shared words that sound like danger: list %q holds %s", dangerList, l.Kind)
	}
}
