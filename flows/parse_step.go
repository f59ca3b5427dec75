package flows

import (
	"slices"
	"strconv"
)

// stepKeys are the keys of each kind, first the one that names it, in the order in which they are written.
var stepKeys = map[StepKind][]string{
	KAsk:     {"ask", "visits", "too_often", "text", "wrong", "buttons", "also", "ready", "exits", "remind", "skip", "timeout", "follow", "then", "go"},
	KSay:     {"say", "visits", "too_often", "go", "end"},
	KChoose:  {"choose"},
	KDraw:    {"draw", "from", "for", "count", "score", "reads", "none_left", "go"},
	KShare:   {"share", "timeout", "none", "go"},
	KSet:     {"set", "for", "go"},
	KSleep:   {"sleep", "visits", "too_often", "go"},
	KRun:     {"run", "with", "go"},
	KEnd:     {"end"},
	KPair:    {"pair", "text", "wrong", "buttons", "exits", "skip", "timeout", "go"},
	KShow:    {"show", "go", "end"},
	KAccount: {"account", "text", "wrong", "buttons", "exits", "skip", "timeout", "go"},

	KAdd:    {"add", "with", "from", "full", "go"},
	KPick:   {"pick", "where", "visits", "too_often", "text", "exits", "none", "skip", "timeout", "go"},
	KUpdate: {"update", "to", "go"},
	KList:   {"list", "where", "text", "none", "go", "end"},
	KCheck:  {"check", "against", "as", "go"},

	KTogether: {"together", "opens", "timeout", "none", "go"},
	KOpen:     {"open", "for", "preview", "timeout", "none", "go"},
	KClose:    {"close", "preview", "timeout", "none", "go"},
	KBoth:     {"both", "about", "visits", "too_often", "at", "go"},
	KWaitFor:  {"wait_for", "at", "go"},
	KTakeBack: {"take_back", "timeout", "none", "go"},
	KPart:     {"part", "text", "timeout", "go"},
	KRemove:   {"remove", "text", "timeout", "go"},
}

var stepKinds = []StepKind{KAsk, KSay, KChoose, KDraw, KShare, KSet, KSleep, KRun, KAdd, KPick, KUpdate, KList, KCheck, KPair, KShow,
	KTogether, KOpen, KClose, KBoth, KWaitFor, KTakeBack, KPart, KAccount, KRemove, KEnd}

var allStepKeys = func() []string {
	var out []string
	for _, k := range stepKinds {
		for _, key := range stepKeys[k] {
			if !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}()

var branchKeys = []string{"if", "go", "else"}

// step reads one step. It is never nil: a step that says nothing sound still is a place to go to.
func (p *flowParser) step(pair yamlPair) *Step {
	s := &Step{ID: pair.key, Pos: pair.pos}
	p.nodes[s] = pair.val
	p.validName(pair.key, pair.pos, "step")
	if pair.val.empty() {
		p.log.add("F01", pair.pos, "write what it does, like { say: \"…\", go: … }", "%s is empty", quotedStep(s.ID))
		return s
	}
	wrote := slices.Clone(pair.val.pairs)
	if !p.fields(pair.val, quotedStep(s.ID), allStepKeys...) {
		return s
	}
	onlyWritten(pair.val, wrote)
	if s.Kind = p.kindOf(pair.val, s); s.Kind != "" {
		p.order(pair.val, stepKeys[s.Kind])
		p.notHere(pair.val, article(string(s.Kind))+" step", stepKeys[s.Kind])
		p.readStep(pair.val, s)
		p.visits(pair.val, s)
	}
	return s
}

// onlyWritten forgets kinds that a slip was taken for, where the step has another: a key that does not exist is one finding.
func onlyWritten(n *yamlNode, wrote []yamlPair) {
	kind := func(p yamlPair) bool { return p.key != "end" && slices.Contains(stepKinds, StepKind(p.key)) }
	if slices.ContainsFunc(wrote, kind) {
		n.pairs = slices.DeleteFunc(n.pairs, func(p yamlPair) bool {
			return kind(p) && !slices.ContainsFunc(wrote, func(w yamlPair) bool { return w.key == p.key })
		})
	}
}

// kindOf finds the one key that says what a step does.
func (p *flowParser) kindOf(n *yamlNode, s *Step) StepKind {
	var kinds []string
	for _, k := range stepKinds {
		if n.get(string(k)) == nil {
			continue
		}
		if k == KEnd && (slices.Contains(kinds, "say") || slices.Contains(kinds, "show") || slices.Contains(kinds, "list")) {
			continue
		}
		kinds = append(kinds, string(k))
	}
	switch len(kinds) {
	case 0:
		p.log.add("F01", s.Pos, "a step has exactly one of "+listed(kindNames()), "%s does not say what it does", quotedStep(s.ID))
		return ""
	case 1:
		return StepKind(kinds[0])
	}
	p.log.add("F01", s.Pos, "split it into several steps", "%s does several things: %s", quotedStep(s.ID), listed(kinds))
	return ""
}

func kindNames() []string {
	var out []string
	for _, k := range stepKinds {
		out = append(out, string(k))
	}
	return out
}

func (p *flowParser) readStep(n *yamlNode, s *Step) {
	what := quotedStep(s.ID)
	switch s.Kind {
	case KAsk:
		p.ask(n, s)
	case KSay:
		s.Text, s.TextPos = p.text(n, "say", maxTextChars), n.at("say")
		p.goOrEnd(n, s)
	case KShow:
		s.Show = p.word(n, "show", "cards")
		p.goOrEnd(n, s)
	case KChoose:
		p.choose(n.get("choose"), s)
	case KDraw:
		p.missing(n, what, "from", "go")
		s.Draw, s.From = p.name(n, "draw"), p.target(n, "from").Step
		s.NoneLeft, s.Go = p.target(n, "none_left"), p.target(n, "go")
		p.several(n, s)
		p.forCouple(n, s)
		p.free(n.at("draw"), s.Draw, "drawn")
	case KShare:
		p.share(n, s)
	case KAdd, KPick, KUpdate, KList:
		p.recordStep(n, s)
	case KTogether, KOpen, KClose, KBoth, KWaitFor, KTakeBack, KPart, KRemove:
		p.door(n, s)
	case KSet:
		p.missing(n, what, "go")
		s.Sets, s.Go = p.assigns(n.get("set"), "set"), p.target(n, "go")
		if n.get("for") != nil {
			s.For, s.ForOf = p.durationOf(n, "for")
		}
	case KSleep:
		p.missing(n, what, "go")
		s.Go = p.target(n, "go")
		if v := n.get("sleep"); !v.empty() {
			s.For, s.ForOf = p.durationOf(n, "sleep")
		}
	case KRun:
		p.missing(n, what, "go")
		s.Run, s.With = p.target(n, "run").Step, p.assigns(n.get("with"), "with")
		p.goTargets(n, s)
	case KPair, KAccount:
		p.pair(n, s)
	case KCheck:
		p.lookUp(n, s)
	case KEnd:
		s.End = p.name(n, "end")
	}
}

// goOrEnd reads the one way out of a step that waits for nothing.
func (p *flowParser) goOrEnd(n *yamlNode, s *Step) {
	s.Go, s.End = p.target(n, "go"), p.name(n, "end")
	switch {
	case n.get("go") != nil && n.get("end") != nil:
		p.log.add("F01", n.at("end"), "keep one of the two", "%s both goes on and ends", quotedStep(s.ID))
	case n.get("go") == nil && n.get("end") == nil:
		p.log.add("F01", s.Pos, "add go: with the next step, or end: with a result", "%s leads nowhere", quotedStep(s.ID))
	}
}

// goTargets reads go as one step, or as a mapping.
func (p *flowParser) goTargets(n *yamlNode, s *Step) {
	v := n.get("go")
	if v == nil || v.kind != yamlMap {
		s.Go = p.target(n, "go")
		return
	}
	s.GoMap = map[string]Target{}
	for _, pair := range v.pairs {
		if p.isScalar(pair.val, "go") {
			s.GoMap[pair.key] = Target{Step: pair.val.text, Pos: pair.val.pos}
			s.Order = append(s.Order, pair.key)
		}
	}
	if len(v.pairs) == 0 {
		p.log.add("F01", v.pos, "name a step", "go is empty")
	}
}

func (p *flowParser) choose(n *yamlNode, s *Step) {
	if n.kind != yamlList || len(n.list) == 0 {
		p.log.add("F01", n.pos, "write - { if: …, go: … } lines and a last - { else: … }", "choose must be a list")
		return
	}
	for i, entry := range n.list {
		if !p.fields(entry, "a branch", branchKeys...) {
			continue
		}
		if entry.get("else") != nil && len(entry.pairs) > 1 {
			p.log.add("F01", entry.pos, "write { if: …, go: … } or { else: … }", "this branch mixes else with something else")
			continue
		}
		if entry.get("else") != nil {
			if s.Else.Step != "" || i != len(n.list)-1 {
				p.log.add("F01", entry.pos, "move it to the end", "else must be the last branch, and there is one")
			}
			s.Else = p.target(entry, "else")
			continue
		}
		p.missing(entry, "a branch", "if", "go")
		b := Branch{Go: p.target(entry, "go"), Pos: entry.pos}
		if v := entry.get("if"); v != nil {
			b.If = p.cond(v, "if")
		}
		s.Branches = append(s.Branches, b)
	}
	if s.Else.Step == "" && !slices.ContainsFunc(n.list, func(e *yamlNode) bool { return e.get("else") != nil }) {
		p.log.add("F01", n.list[len(n.list)-1].pos, "add - { else: … } as the last branch", "choose in %s has no else", quotedStep(s.ID))
	}
}

func (p *flowParser) assigns(n *yamlNode, what string) []Assign {
	if n == nil {
		return nil
	}
	if n.kind != yamlMap || len(n.pairs) == 0 {
		p.log.add("F01", n.pos, "", "%s must be a mapping of names to values", what)
		return nil
	}
	var out []Assign
	for _, pair := range n.pairs {
		out = append(out, Assign{Name: pair.key, Expr: p.cond(pair.val, what+" "+strconv.Quote(pair.key)), Pos: pair.pos})
	}
	return out
}
