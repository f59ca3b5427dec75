package flows

import (
	"slices"
	"strconv"
)

// The keys of the parts of a question, and of what is shared.
var (
	remindKeys  = []string{"after", "text"}
	exitKeys    = []string{"label", "go"}
	timeoutKeys = []string{"after", "go"}
	shareKeys   = []string{"items", "text", "class", "opens", "with"}
)

// ask reads a question. What it demands of timeout and skip is F06, checked later.
func (p *flowParser) ask(n *yamlNode, s *Step) {
	p.missing(n, quotedStep(s.ID), "go")
	s.Ask = p.target(n, "ask").Step
	if v := n.get("follow"); v != nil {
		s.Follow = p.word(n, "follow", "once") == "once"
	}
	p.question(n, s)
	s.Then = p.followUps(n.get("then"))
	if v := n.get("ready"); v != nil && v.kind == yamlScalar && !v.empty() {
		s.ReadyFrom = v.text
	} else {
		s.Ready = p.ready(v)
	}
	if v := n.get("remind"); v != nil && p.fields(v, "remind", remindKeys...) {
		p.missing(v, "remind", "after", "text")
		s.Remind = &Remind{Text: p.text(v, "text", maxTextChars), Pos: v.pos}
		s.Remind.After, s.Remind.AfterOf = p.durationOf(v, "after")
	}
}

// question reads what asking and pairing have in common.
func (p *flowParser) question(n *yamlNode, s *Step) {
	s.Text, s.TextPos = p.text(n, "text", maxTextChars), n.at("text")
	s.Wrong = p.text(n, "wrong", maxTextChars)
	s.Options = p.overrides(n)
	s.Exits = p.exits(n.get("exits"))
	s.Timeout = p.timeout(n.get("timeout"))
	s.Skip = p.target(n, "skip")
	p.goTargets(n, s)
}

// overrides reads buttons and also: labels and further words for options that the answer declares.
func (p *flowParser) overrides(n *yamlNode) []Option {
	var out []Option
	index := func(id string) *Option {
		i := slices.IndexFunc(out, func(o Option) bool { return o.ID == id })
		if i < 0 {
			out = append(out, Option{ID: id})
			i = len(out) - 1
		}
		return &out[i]
	}
	if v := n.get("buttons"); p.optionMap(v, "buttons", `{ yes: "Yes, please" }`) {
		for _, pair := range v.pairs {
			label := p.label(pair.val, "button "+strconv.Quote(pair.key))
			index(pair.key).Label = label
		}
	}
	if v := n.get("also"); p.optionMap(v, "also", `{ yes: ["ok", "sure"] }`) {
		for _, pair := range v.pairs {
			words := p.words(pair.val, "also "+strconv.Quote(pair.key))
			index(pair.key).Also = words
		}
	}
	return out
}

func (p *flowParser) optionMap(v *yamlNode, what, example string) bool {
	if v != nil && (v.kind != yamlMap || len(v.pairs) == 0) {
		p.log.add("F01", v.pos, "write it like "+example, "%s must be a mapping of options", what)
		return false
	}
	return v != nil
}

func (p *flowParser) exits(n *yamlNode) []Exit {
	if !p.optionMap(n, "exits", `{ enough: { label: "Enough for today", go: done } }`) {
		return nil
	}
	var out []Exit
	for _, pair := range n.pairs {
		what := "exit " + strconv.Quote(pair.key)
		p.validName(pair.key, pair.pos, "exit")
		e := Exit{ID: pair.key, Pos: pair.pos}
		if p.fields(pair.val, what, exitKeys...) {
			p.missing(pair.val, what, "label", "go")
			if v := pair.val.get("label"); v != nil {
				e.Label = p.label(v, "label")
			}
			e.Go = p.target(pair.val, "go").Step
		}
		out = append(out, e)
	}
	return out
}

func (p *flowParser) timeout(n *yamlNode) *Timeout {
	if n == nil || !p.fields(n, "timeout", timeoutKeys...) {
		return nil
	}
	p.missing(n, "timeout", "after", "go")
	t := &Timeout{Go: p.target(n, "go"), Pos: n.pos}
	t.After, t.AfterOf = p.durationOf(n, "after")
	return t
}

func (p *flowParser) share(n *yamlNode, s *Step) {
	p.missing(n, quotedStep(s.ID), "none", "go")
	s.Timeout, s.None, s.Go = p.timeout(n.get("timeout")), p.target(n, "none"), p.target(n, "go")
	what, door := "share in "+quotedStep(s.ID), n.get("share")
	if !p.fields(door, what, shareKeys...) {
		return
	}
	if door.get("class") != nil {
		s.Class = p.name(door, "class")
	}
	switch items, text := door.get("items"), door.get("text"); {
	case items != nil && text != nil:
		p.log.add("F01", text.pos, "keep one of the two", "%s has both items and a text", what)
	case text != nil:
		s.ShareText, s.SharePos = p.text(door, "text", maxTextChars), text.pos
	case items != nil:
		p.items(items, "items", s)
	default:
		p.missing(door, what, "items")
	}
	s.Opens, s.Carry = p.target(door, "opens").Step, p.assigns(door.get("with"), "with")
	if with := door.get("with"); with != nil && door.get("opens") == nil {
		p.log.add("F01", with.pos, "remove it, or add opens: with a flow", "with says what a flow behind the card gets, and none is opened")
	}
}

// items reads the answers that a door step offers one by one.
func (p *flowParser) items(items *yamlNode, key string, s *Step) {
	if items.kind != yamlList || len(items.list) == 0 {
		p.log.add("F01", items.pos, "write "+key+": [line]", "%s must be a list of answers", key)
		return
	}
	for _, v := range items.list {
		if !p.isScalar(v, key) {
			continue
		}
		if slices.ContainsFunc(s.Items, func(t Target) bool { return t.Step == v.text }) {
			p.log.add("F01", v.pos, "keep one of the two", "answer %q is shared twice", v.text)
			continue
		}
		s.Items = append(s.Items, Target{Step: v.text, Pos: v.pos})
	}
}

// pairKeys are the keys of each part of joining, besides the one that names it; pairOutcomes are what its go must name.
var (
	pairKeys = map[string][]string{
		"offer":   {"text", "exits", "go"},
		"claim":   {"text", "wrong", "exits", "timeout", "skip", "go"},
		"confirm": {"text", "wrong", "buttons", "exits", "timeout", "go"},
	}
	pairOutcomes = map[string][]string{
		"pair: offer": {"claimed", "ended"}, "pair: claim": {"claimed", "ended"}, "pair: confirm": {"paired", "no", "ended"},
		"account: add": {"claimed", "full", "ended"}, "account: move": {"claimed", "ended"}, "account: claim": {"claimed", "own"},
		"account: confirm": {"joined", "no", "ended"},
	}
)

func (p *flowParser) pair(n *yamlNode, s *Step) {
	if s.Kind == KAccount {
		s.Pair = p.word(n, "account", "add", "move", "claim", "confirm")
		if s.Move = s.Pair == "move"; s.Move || s.Pair == "add" {
			s.Pair = "offer"
		}
	} else {
		s.Pair = p.word(n, "pair", "offer", "claim", "confirm")
	}
	p.question(n, s)
	if s.Pair == "" {
		return
	}
	p.notHere(n, s.part(), append([]string{string(s.Kind)}, pairKeys[s.Pair]...))
	p.missing(n, quotedStep(s.ID), "text", "go")
	if s.GoMap == nil && s.Go.Step != "" {
		p.log.add("F01", s.Go.Pos, "name a step for each of "+listed(pairOutcomes[s.part()]), "go of %s must be a mapping", s.part())
	}
}
