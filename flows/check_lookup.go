package flows

import (
	"slices"
	"strconv"
	"strings"
)

// lookUpNames is F01 and F02 for a check step: the answer is a text that somebody gives, and the list is wording help.
func (c *flowCheck) lookUpNames(f *Flow, s *Step) {
	d := f.Answers[s.Check]
	switch {
	case d == nil:
		c.unknown(c.at(s, "check"), "answer", s.Check, keysOf(f.Answers))
	case d.Type != Text && d.Type != "":
		c.log.add("F01", c.at(s, "check"), "name an answer of type text", "answer %q is %s, and phrases are found in texts", d.Name, typePhrase(d))
	case !c.asks(f, d) && !c.given(f, d.Name):
		c.log.add("F02", c.at(s, "check"), "add a step that asks it", "no step asks %q, so there is nothing to look up", d.Name)
	}
	if s.Against == "" {
		return
	}
	pos := c.at(s, "against")
	switch l := c.lib.Lists[s.Against]; {
	case l == nil:
		c.unknown(pos, "list", s.Against, keysOf(c.lib.Lists))
	case l.Kind != "phrases" && l.Kind != "":
		c.log.add("F01", pos, "name a list of kind phrases", "list %q holds %s, and check looks for phrases", l.Name, l.Kind)
	case l.Name == dangerList:
		c.log.add("F01", pos, "write a list of its own", "list %q holds back what sounds like danger, and is no wording help", l.Name)
	default:
		c.sayings(f, s, l)
	}
	if s.As == "" {
		return
	}
	if i := slices.IndexFunc(f.Steps, func(o *Step) bool {
		return o.Draw == s.As || o.Kind == KCheck && o.As == s.As && o.Against != s.Against
	}); i >= 0 {
		c.log.add("F01", c.at(s, "as"), "find another", "%s binds %q to something else", quotedStep(f.Steps[i].ID), s.As)
	}
}

// given says that every way of calling a flow may bring an answer.
func (c *flowCheck) given(f *Flow, name string) bool {
	return slices.ContainsFunc(c.callers[f], func(r *Step) bool {
		return slices.ContainsFunc(r.With, func(a Assign) bool { return a.Name == name })
	})
}

// sayings demands something to say of every phrase, where the flow says it.
func (c *flowCheck) sayings(f *Flow, s *Step, l *List) {
	shows := slices.ContainsFunc(f.Steps, func(o *Step) bool {
		return slices.ContainsFunc(c.stepTexts(o), func(t placedText) bool { return s.As != "" && strings.Contains(t.text, "{"+s.As+".text}") })
	})
	i := slices.IndexFunc(l.Phrases, func(ph Phrase) bool { return ph.Say == "" })
	if shows && i >= 0 {
		c.log.add("F02", c.at(s, "as"), "add say: to it", "{%s.text} has nothing to show for %s of list %q", s.As, strconv.Quote(l.Phrases[i].ID), l.Name)
	}
}

// foundHole is F02 for what a check step binds; ok is false when none binds that name.
func (f *Flow) foundHole(name, binding, field string) (e *condError, ok bool) {
	if f == nil || f.checkOf(binding) == nil {
		return nil, false
	}
	if field == "text" || field == "words" {
		return nil, true
	}
	return &condError{"F02", "hole {" + name + "} has no meaning", didYouMean(name, []string{binding + ".text", binding + ".words"})}, true
}

// longestFound is the length of the longest that a check step can bind.
func (c *flowCheck) longestFound(s *Step, field string) (most int) {
	if l := c.list(s.Against); l != nil {
		for _, ph := range l.Phrases {
			if field == "text" {
				most = max(most, length(ph.Say))
				continue
			}
			for _, words := range ph.Any {
				most = max(most, length(words))
			}
		}
	}
	return most
}
