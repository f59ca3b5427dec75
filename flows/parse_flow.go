package flows

import (
	"regexp"
	"strconv"
)

var commandPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

var (
	flowKeys    = []string{"flow", "version", "title", "who", "about", "start", "knock", "expires", "migrate", "answers", "steps"}
	expiresKeys = []string{"after"}
	startKeys   = []string{"schedule", "days", "clock", "command", "on", "when"}
)

// flow reads a file that holds a conversation.
func (p *flowParser) flow(n *yamlNode) *Flow {
	f := &Flow{Pos: n.at("flow"), Who: "one", Answers: map[string]*Decl{}, ByID: map[string]*Step{}}
	p.nodes[f] = n
	if !p.fields(n, "a flow", flowKeys...) {
		return f
	}
	p.missing(n, "this file", "flow", "version", "title", "steps")
	f.Pos = n.at("flow")
	f.Name = p.name(n, "flow")
	f.Version, _ = p.number(n, "version", 1, 1_000_000)
	f.Title = p.text(n, "title", maxLabelChars)
	if who := p.word(n, "who", "one", "both"); who != "" {
		f.Who = who
	}
	if n.get("about") != nil {
		f.About = p.name(n, "about")
	}
	p.start(n.get("start"), f)
	f.Knock = p.text(n, "knock", maxTextChars)
	p.needsKnock(n, f)
	if v := n.get("expires"); v != nil && p.fields(v, "expires", expiresKeys...) {
		p.missing(v, "expires", "after")
		f.Expires = p.duration(v, "after")
	} else if v != nil {
		f.Expires = day // one finding is enough
	}
	f.Migrate = p.migration(n.get("migrate"))
	f.Answers = p.answers(n.get("answers"))
	p.steps(n.get("steps"), f)
	return f
}

// needsKnock: what comes without being asked for begins with a neutral line.
func (p *flowParser) needsKnock(n *yamlNode, f *Flow) {
	const hint = `add a neutral one, like knock: "Your check-in is ready."`
	switch {
	case n.get("knock") != nil:
	case f.Start.Schedule != "":
		p.log.add("F01", n.at("start", "schedule"), hint, "a flow that comes by the clock needs a knock")
	case f.Start.On == "card":
		p.log.add("F01", n.at("start", "on"), hint, "a flow that comes with a card needs a knock")
	}
}

func (p *flowParser) start(n *yamlNode, f *Flow) {
	if n == nil || !p.fields(n, "start", startKeys...) {
		return
	}
	if v, ok := p.scalar(n, "schedule"); ok {
		f.Start.Schedule = v.text
	}
	p.days(n, f)
	if v, ok := p.scalar(n, "command"); ok {
		f.Start.Command = v.text
		if !commandPattern.MatchString(v.text) {
			p.log.add("F01", v.pos, "write it without the slash: small letters, digits and _", "command %q is not a command", v.text)
		}
	}
	f.Start.On = p.word(n, "on", "welcome", "card")
	if v := n.get("when"); v != nil {
		f.Start.When = p.cond(v, "when")
		if f.Start.Schedule == "" {
			p.log.add("F01", v.pos, "remove it, or add schedule:", "when says when a schedule holds, and there is none")
		}
	}
	if len(n.pairs) == 0 {
		p.log.add("F01", n.pos, "name a schedule, a command or an event, or remove start", "start is empty")
	}
}

func (p *flowParser) steps(n *yamlNode, f *Flow) {
	if n == nil {
		return
	}
	if n.kind != yamlMap || len(n.pairs) == 0 {
		p.log.add("F01", n.pos, "write id: { kind: … } for each, in reading order", "steps must be a mapping with at least one step")
		return
	}
	if len(n.pairs) > maxFlowSteps {
		p.log.add("F01", n.pos, "split it into several flows", "this flow has %d steps, more than %d", len(n.pairs), maxFlowSteps)
		n.pairs = n.pairs[:maxFlowSteps]
	}
	for _, pair := range n.pairs {
		s := p.step(pair)
		f.Steps = append(f.Steps, s)
		f.ByID[s.ID] = s
	}
}

func quotedStep(id string) string { return "step " + strconv.Quote(id) }
