package flows

import "slices"

// checkOutcomes are what go of a check step must name.
var checkOutcomes = []string{"found", "clear"}

// takenScopes are the first parts of names that no draw and no check can bind.
var takenScopes = append(slices.Clone(condScopes), "pair", "both", "record")

// lookUp reads a step that looks an answer up.
func (p *flowParser) lookUp(n *yamlNode, s *Step) {
	p.missing(n, quotedStep(s.ID), "against", "go")
	s.Check, s.Against = p.target(n, "check").Step, p.target(n, "against").Step
	if n.get("as") != nil {
		s.As = p.name(n, "as")
		p.free(n.at("as"), s.As, "bound")
	}
	p.goTargets(n, s)
	if s.GoMap == nil && s.Go.Step != "" {
		p.log.add("F01", s.Go.Pos, "name a step for each of "+listed(checkOutcomes), "go of a check step must be a mapping")
	}
}

// free refuses a name that means something else in texts.
func (p *flowParser) free(pos Pos, name, what string) {
	if slices.Contains(takenScopes, name) {
		p.log.add("F01", pos, "find another", "nothing can be %s as %q: that name is taken", what, name)
	}
}

// forCouple reads what makes a draw the same for both.
func (p *flowParser) forCouple(n *yamlNode, s *Step) {
	if n.get("for") == nil {
		return
	}
	s.ForCouple = p.word(n, "for", "couple") == "couple"
	for _, key := range []string{"count", "score"} {
		if v := n.get(key); v != nil && s.ForCouple {
			p.log.add("F01", v.pos, "remove one of the two", "a draw for the couple is decided by the day, and %s chooses otherwise", key)
		}
	}
}
