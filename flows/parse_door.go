package flows

import (
	"strings"
	"time"
)

// door reads the steps that lead to the other person, beside share, those that wait for an instant, and the end of an account.
func (p *flowParser) door(n *yamlNode, s *Step) {
	what := quotedStep(s.ID)
	s.Timeout, s.None = p.timeout(n.get("timeout")), p.target(n, "none")
	p.missing(n, what, "go")
	switch s.Kind {
	case KTogether:
		p.missing(n, what, "none")
		p.items(n.get("together"), "together", s)
		s.Opens = p.target(n, "opens").Step
	case KOpen:
		p.missing(n, what, "none", "for", "preview")
		p.open(n, s)
	case KClose:
		p.missing(n, what, "none", "preview")
		s.Text, s.TextPos = p.text(n, "preview", maxTextChars), n.at("preview")
		s.Close = p.facts(n.get("close"))
	case KTakeBack:
		p.missing(n, what, "none")
		p.word(n, "take_back", "shared")
	case KPart:
		p.missing(n, what, "text")
		s.Part = p.word(n, "part", "quietly", "openly")
		s.Text, s.TextPos = p.text(n, "text", maxTextChars), n.at("text")
	case KRemove:
		p.missing(n, what, "text")
		p.word(n, "remove", "account")
		s.Text, s.TextPos = p.text(n, "text", maxTextChars), n.at("text")
	case KBoth:
		s.Both = p.target(n, "both").Step
		s.About = p.word(n, "about", recordScope) != ""
		p.instant(n, s)
	case KWaitFor:
		p.word(n, "wait_for", "partner")
		p.instant(n, s)
	}
	p.goTargets(n, s)
	if want := doorOutcomes[s.Kind]; want != nil && s.GoMap == nil && s.Go.Step != "" {
		p.log.add("F01", s.Go.Pos, "name a step for each of "+listed(want), "go of %s step must be a mapping", article(string(s.Kind)))
	}
}

// doorOutcomes are what go must name, where it is a mapping.
var doorOutcomes = map[StepKind][]string{KBoth: {"yes", "otherwise"}, KPart: {"left", "stayed"},
	KRemove: {"removed", "kept"}}

func (p *flowParser) open(n *yamlNode, s *Step) {
	if n.get("for") != nil {
		s.For, s.ForOf = p.durationOf(n, "for")
	}
	s.Text, s.TextPos = p.text(n, "preview", maxTextChars), n.at("preview")
	sets := p.assigns(n.get("open"), "open")
	if len(sets) > 1 {
		p.log.add("F01", sets[1].Pos, "open one in a step of its own, with a preview of its own", "%s opens more than one fact", quotedStep(s.ID))
	}
	if len(sets) > 0 {
		s.Open = &sets[0]
	}
}

// facts reads a list of this person's facts.
func (p *flowParser) facts(n *yamlNode) []Target {
	if n.kind != yamlList || len(n.list) == 0 {
		p.log.add("F01", n.pos, "write [person.x]", "close must be a list of facts")
		return nil
	}
	var out []Target
	for _, v := range n.list {
		if p.isScalar(v, "close") {
			out = append(out, Target{Step: v.text, Pos: v.pos})
		}
	}
	return out
}

// maxPlus is how long after a time of day an instant can lie.
const maxPlus = 12 * time.Hour

// instant reads a time of day on the couple's clock, and how long after it: "18:00", couple.x, couple.x + 20m.
func (p *flowParser) instant(n *yamlNode, s *Step) {
	v, ok := p.scalar(n, "at")
	if !ok {
		return
	}
	at, plus, more := strings.Cut(v.text, "+")
	if s.At = strings.TrimSpace(at); more {
		d, err := parseDuration(strings.TrimSpace(plus))
		switch {
		case err != nil:
			p.log.add("F01", v.pos, "write it like couple.meet + 20m", "%q is not a length of time", strings.TrimSpace(plus))
		case d > maxPlus:
			p.log.add("F01", v.pos, "name another time of day", "%s is more than the %s that an instant can lie after a time of day", spoken(d), spoken(maxPlus))
		}
		s.Plus = d
	}
	if _, fact := cutScope(s.At, "couple"); !fact && !validTime(s.At) {
		p.log.add("F01", v.pos, `write it like "18:00", or couple.reveal_hour`, "%q is not a time of day", s.At)
	}
}

// maxOffered is how many items a draw can offer at once.
const maxOffered = 5

// several reads what makes a draw offer items rather than bind one.
func (p *flowParser) several(n *yamlNode, s *Step) {
	if n.get("count") != nil {
		s.Count, _ = p.number(n, "count", 2, maxOffered)
	}
	if n.get("score") != nil {
		s.Score = p.word(n, "score", keysOf(scorers)...)
		p.missing(n, quotedStep(s.ID), "count", "reads")
	}
	if v := n.get("reads"); v != nil {
		s.Reads = p.words(v, "reads")
		if n.get("score") == nil {
			p.log.add("F01", v.pos, "remove it, or add score:", "reads says what a score reads, and there is none")
		}
	}
}
