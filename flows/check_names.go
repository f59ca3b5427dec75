package flows

import (
	"fmt"
	"slices"
)

// starts checks what begins flows: schedules, commands, events.
func (c *flowCheck) starts() {
	taken := map[string]*Flow{} // "/command" or event → who has it
	for _, f := range c.flows {
		if f.Start.Schedule != "" {
			c.schedule(f)
		}
		pos := c.at(f, "start", "command")
		if f.Start.Command != "" {
			if action, ok := c.lib.Globals["/"+f.Start.Command]; ok {
				c.log.add("F01", pos, "find another", "/%s is a word that works everywhere (%s) and cannot start a flow", f.Start.Command, action)
			}
			c.claim(taken, "/"+f.Start.Command, f, pos)
		}
		if f.Start.On != "" {
			c.claim(taken, "on: "+f.Start.On, f, c.at(f, "start", "on"))
		}
	}
}

// entrance is F02 for what no library can be without: the words that work everywhere, and a way in.
func (c *flowCheck) entrance() {
	if c.nodes[c.lib] == nil {
		return // no words.yaml, which is a finding of its own
	}
	meant := map[string]bool{}
	for _, action := range c.lib.Globals {
		meant[action] = true
	}
	for _, action := range globalActions {
		if !meant[action] {
			c.log.add("F02", c.keyAt(c.lib, "globals"), "add "+action+": [/"+action+"]", "no word means %q", action)
		}
	}
	i := slices.IndexFunc(c.flows, func(f *Flow) bool { return f.Start.On == "welcome" })
	if i < 0 {
		c.log.add("F02", c.keyAt(c.lib, "globals"), "add one with start: { on: welcome } that ends in welcomed", "no flow greets a newcomer")
		return
	}
	if welcome := c.flows[i]; !slices.ContainsFunc(welcome.Steps, func(s *Step) bool { return s.End == "welcomed" }) {
		c.log.add("F02", c.at(welcome, "start", "on"), "end it with end: welcomed where the person is in", "no way through %q ends in welcomed, so nobody could begin", welcome.Name)
	}
}

func (c *flowCheck) claim(taken map[string]*Flow, what string, f *Flow, pos Pos) {
	if have := taken[what]; have != nil {
		c.log.add("F01", pos, "only one flow can", "%s already starts %q in %s", what, have.Name, have.Pos.File)
		return
	}
	taken[what] = f
}

func cutScope(name, scope string) (string, bool) {
	if len(name) > len(scope) && name[:len(scope)+1] == scope+"." {
		return name[len(scope)+1:], true
	}
	return "", false
}

func scoped(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

// names is F02 for everything that a flow names: steps, answers, lists, flows, facts.
func (c *flowCheck) names(f *Flow) {
	ids := make([]string, 0, len(f.Steps))
	for _, s := range f.Steps {
		ids = append(ids, s.ID)
	}
	for _, name := range keysOf(f.Answers) {
		switch d := f.Answers[name]; {
		case d.Type == FromList && d.List != "":
			c.questionList(c.at(d, "list"), d.List)
		case d.Type == ItemOf && d.List != "" && c.lib.Lists[d.List] == nil:
			c.unknown(c.at(d, "list"), "list", d.List, keysOf(c.lib.Lists))
		case d.Type == ItemOf && d.List != "" && c.lib.Lists[d.List].Kind != "lines" && c.lib.Lists[d.List].Kind != "":
			c.log.add("F01", c.at(d, "list"), "name a list of kind lines", "list %q holds %s, and an item is a line", d.List, c.lib.Lists[d.List].Kind)
		}
	}
	for _, s := range f.Steps {
		for _, e := range s.edges() {
			if f.ByID[e.target.Step] == nil {
				pos := e.target.Pos
				if e.kind == edgeExit {
					pos = c.at(s, "exits", e.key, "go")
				}
				c.unknown(pos, "step", e.target.Step, ids)
			}
		}
		c.spanNames(s)
		switch s.Kind {
		case KAsk:
			c.askNames(f, s)
		case KDraw:
			c.drawNames(f, s)
		case KShare, KTogether, KOpen, KClose, KBoth, KWaitFor:
			c.doorNames(f, s)
		case KAdd, KPick, KUpdate, KList:
			c.recordNames(f, s)
		case KCheck:
			c.lookUpNames(f, s)
		case KRun:
			c.runNames(s)
		case KPair, KAccount:
			c.buttonNames(s, []string{"yes", "no"}, s.part())
		}
	}
}

func (c *flowCheck) questionList(pos Pos, name string) {
	if l := c.lib.Lists[name]; l == nil {
		c.unknown(pos, "list", name, keysOf(c.lib.Lists))
	} else if l.Kind == "lines" || l.Kind == "phrases" {
		c.log.add("F01", pos, "name a list of kind questions", "list %q holds %s, not questions", name, l.Kind)
	}
}

func (c *flowCheck) askNames(f *Flow, s *Step) {
	if f.Answers[s.Ask] == nil && s.Ask != "" {
		c.unknown(c.at(s, "ask"), "answer", s.Ask, keysOf(f.Answers))
	}
	d := c.answer(f, s.Ask)
	if d == nil || d.Type == "" {
		return
	}
	fromList := d.Type == FromList
	c.readyStep(f, s, d)
	if !fromList && c.nodes[s].get("text") == nil {
		c.log.add("F01", s.Pos, "add text:", "%s asks nothing", quotedStep(s.ID))
	}
	if !fromList && s.Follow {
		c.log.add("F01", c.at(s, "follow"), "remove it", "only a drawn question can name follow-ups")
	}
	if d.Type == ItemOf && !slices.ContainsFunc(f.Steps, func(o *Step) bool { return o.Kind == KDraw && o.Draw == d.Name && o.Count > 0 }) {
		c.log.add("F02", s.Pos, fmt.Sprintf("add a step { draw: %s, from: %s, count: 3, … } before it", d.Name, d.List), "no step draws what %q chooses from", d.Name)
	}
	if fromList && !slices.ContainsFunc(f.Steps, func(o *Step) bool { return o.Kind == KDraw && o.Draw == d.Name }) {
		c.log.add("F02", s.Pos, fmt.Sprintf("add a step { draw: %s, from: %s, … } before it", d.Name, d.List), "no step draws the question %q", d.Name)
	}
	ids := optionIDs(d)
	c.thenNames(s, d, ids)
	for _, o := range s.Options { // any time and any number can be a button
		if d.someValue(o.ID) {
			ids = append(ids, o.ID)
		}
	}
	c.buttonNames(s, ids, fmt.Sprintf("answer %q", d.Name))
	for _, e := range s.Exits {
		if slices.Contains(ids, e.ID) || e.ID == "skip" {
			c.log.add("F01", e.Pos, "find another name", "exit %q is called like an answer", e.ID)
		}
	}
}

// buttonNames demands that buttons and also name options.
func (c *flowCheck) buttonNames(s *Step, ids []string, of string) {
	for _, o := range s.Options {
		if slices.Contains(ids, o.ID) {
			continue
		}
		key := "buttons"
		if c.nodes[s].get("buttons").get(o.ID) == nil {
			key = "also"
		}
		hint := didYouMean(o.ID, ids)
		if len(ids) == 0 {
			hint = "leave it out"
		}
		c.log.add("F02", c.keyAt(s, key, o.ID), hint, "%s has no option %q", of, o.ID)
	}
}

func (c *flowCheck) drawNames(f *Flow, s *Step) {
	if s.From == "" {
		return
	}
	if c.lib.Lists[s.From] == nil {
		c.unknown(c.at(s, "from"), "list", s.From, keysOf(c.lib.Lists))
		return
	}
	if c.lib.Lists[s.From].Kind == "phrases" {
		c.log.add("F01", c.at(s, "from"), "name a list of kind questions or lines", "list %q holds phrases, and nothing is drawn from those", s.From)
		return
	}
	if n := c.nodes[s]; n.get("none_left") == nil && c.lib.Lists[s.From].Where != nil {
		c.log.add("F02", c.at(s, "from"), "add none_left: the step to go to then", "list %q has a where, so there may be nothing to draw", s.From)
	} else if s.Count > 0 && n.get("none_left") == nil {
		c.log.add("F02", c.at(s, "count"), "add none_left: the step to go to then", "what was on offer does not come again, so there may be nothing to draw")
	}
	for _, other := range f.Steps {
		if other.Draw == s.Draw && other.From != s.From && c.lib.Lists[other.From] != nil && s.Draw != "" {
			c.log.add("F01", c.at(s, "draw"), "give each draw a name of its own", "%q is drawn from list %q here and from list %q in %s", s.Draw, s.From, other.From, quotedStep(other.ID))
			return
		}
		if other == s {
			break
		}
	}
	c.scoreReads(f, s)
	d := f.Answers[s.Draw]
	switch {
	case s.Count > 0 && (d == nil || d.Type != ItemOf):
		c.log.add("F02", c.at(s, "draw"), fmt.Sprintf("declare %s: { type: item, list: %s } and ask it", s.Draw, s.From), "a draw with count offers several, and no answer %q chooses one", s.Draw)
	case d == nil || d.Type == "":
	case d.Type == ItemOf && s.Count == 0:
		c.log.add("F01", c.at(s, "draw"), "add count: 3", "%q chooses one of several, and this draws one", s.Draw)
	case d.Type != FromList && d.Type != ItemOf:
		c.log.add("F01", c.at(s, "draw"), "give the draw a name of its own", "%q is an answer that is not drawn", s.Draw)
	case d.List != s.From && c.lib.Lists[d.List] != nil:
		c.log.add("F02", c.at(s, "from"), fmt.Sprintf("did you mean %q?", d.List), "answer %q is declared from list %q, and this draws from %q", d.Name, d.List, s.From)
	}
}

func (c *flowCheck) runNames(s *Step) {
	callee := c.lib.Flows[s.Run]
	if callee == nil && s.Run != "" {
		c.unknown(c.at(s, "run"), "flow", s.Run, keysOf(c.lib.Flows))
	}
	if callee = c.flow(s.Run); callee == nil {
		return
	}
	for _, a := range s.With {
		if callee.Answers[a.Name] == nil {
			c.log.add("F02", a.Pos, didYouMean(a.Name, keysOf(callee.Answers)), "flow %q has no answer %q", callee.Name, a.Name)
		}
	}
}
