package flows

import (
	"slices"
	"strings"
)

// textScope says what the holes of a text may name besides person.x and you.name.
type textScope struct {
	flow *Flow // nil: nothing of a flow
	pair *Step // nil, or a part of joining: its holes
}

// textHoles are the names between braces, in order; sound is false for a brace without its other half.
func textHoles(text string) (names []string, sound bool) {
	for {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			return names, true
		}
		j := strings.IndexAny(text[i+1:], "{}")
		if text[i] == '}' || j < 0 || text[i+1+j] != '}' {
			return names, false
		}
		names = append(names, text[i+1:i+1+j])
		text = text[i+j+2:]
	}
}

// texts is F02 for the holes of a flow's texts.
func (c *flowCheck) texts(f *Flow) {
	c.noHoles(f.Title, c.at(f, "title"), "a title")
	c.noHoles(f.Knock, c.at(f, "knock"), "a knock")
	for _, s := range f.Steps {
		if s.Remind != nil {
			c.noHoles(s.Remind.Text, c.at(s, "remind", "text"), "a reminder")
		}
		for _, t := range c.stepTexts(s) {
			c.holes(t.text, t.pos, textScope{flow: f, pair: s})
		}
		if s.Kind.joins() && s.Text != "" {
			c.pairHole(s)
		}
	}
}

type placedText struct {
	text string
	pos  Pos
}

// stepTexts are all texts of a step that may hold holes.
func (c *flowCheck) stepTexts(s *Step) []placedText {
	var out []placedText
	if s.Text != "" {
		out = append(out, placedText{s.Text, s.TextPos})
	}
	if s.Wrong != "" {
		out = append(out, placedText{s.Wrong, c.at(s, "wrong")})
	}
	return out
}

// pairHole demands the hole without which the step would be senseless.
func (c *flowCheck) pairHole(s *Step) {
	need := map[string]string{"pair: offer": "pair.code", "pair: confirm": "pair.name", "account: add": "pair.code", "account: move": "pair.code", "account: confirm": "pair.number"}[s.part()]
	names, _ := textHoles(s.Text)
	if need != "" && !slices.Contains(names, need) {
		c.log.add("F02", s.TextPos, "put {"+need+"} into it", "the text of %s does not show {%s}", s.part(), need)
	}
}

// noHoles is for texts that are sent as they stand: where anybody who looks at the screen can read them, or inside others.
func (c *flowCheck) noHoles(text string, pos Pos, what string) {
	if strings.ContainsAny(text, "{}") {
		c.log.add("F02", pos, "say it without", "%s is sent as it stands and can have no {holes}", what)
	}
}

func (c *flowCheck) holes(text string, pos Pos, scope textScope) {
	names, sound := textHoles(text)
	if !sound {
		c.log.add("F01", pos, "holes look like {me.pulse}", "a brace in this text has no other half")
	}
	for _, name := range names {
		if e := c.hole(name, scope); e != nil {
			c.log.add(e.code, pos, e.hint, "%s", e.text)
		}
	}
}

func (c *flowCheck) hole(name string, in textScope) *condError {
	scope, rest, ok := strings.Cut(name, ".")
	if !ok {
		return &condError{"F02", "hole {" + name + "} has no meaning", "holes have two parts, like {me.pulse}"}
	}
	switch scope {
	case "person":
		if c.lib.Person[rest] == nil {
			return notThere("fact", name, scoped("person.", keysOf(c.lib.Person)))
		}
		return nil
	case "couple":
		if c.lib.Couple[rest] == nil {
			return notThere("fact", name, scoped("couple.", keysOf(c.lib.Couple)))
		}
		return nil
	case "you":
		return onlyYourName(name, "{you.name}")
	case recordScope:
		return c.recordHole(name, rest, in)
	case "both":
		return c.bothHole(name, rest, in.flow)
	case "pair":
		return in.pairHole(name, rest)
	case "me":
		if in.flow == nil {
			return &condError{"F10", "hole {" + name + "} is never filled here: nothing is answered yet", "say it without"}
		}
		if in.flow.Answers[rest] == nil {
			return notThere("answer", name, scoped("me.", keysOf(in.flow.Answers)))
		}
		if in.flow.Answers[rest].Type == ItemOf {
			return &condError{"F02", "hole {" + name + "} would show the name that the item has in its list", "write {" + rest + ".text}"}
		}
		return nil
	}
	if e, ok := in.flow.foundHole(name, scope, rest); ok {
		return e
	}
	return c.drawnHole(name, scope, rest, in.flow)
}

// pairHole is F02 for what only a joining step knows.
func (in textScope) pairHole(name, rest string) *condError {
	if in.pair != nil && in.pair.Pair != "" {
		want := map[string][]string{"pair: offer": {"code"}, "pair: confirm": {"name"}, "account: add": {"code"}, "account: move": {"code"},
			"account: confirm": {"app", "number"}}
		if slices.Contains(want[in.pair.part()], rest) {
			return nil
		}
	}
	hint := "{pair.code} belongs to pair: offer and {pair.name} to pair: confirm"
	if in.pair != nil && in.pair.Kind == KAccount || rest == "app" || rest == "number" {
		hint = "{pair.code} belongs to account: add and move, and {pair.app} and {pair.number} to account: confirm"
	}
	return &condError{"F02", "hole {" + name + "} has no meaning here", hint}
}

func (c *flowCheck) drawnHole(name, binding, field string, f *Flow) *condError {
	known := []string{"me", "person", "you", "pair"}
	if f != nil {
		for _, s := range f.Steps {
			if s.Draw != "" && s.Draw == binding {
				fields := []string{binding + ".text"}
				if l := c.list(s.From); l != nil {
					for _, it := range l.Items {
						for _, f := range keysOf(it.Fields) {
							if v := it.Fields[f]; v.T == Text && !slices.Contains(fields, binding+"."+f) {
								fields = append(fields, binding+"."+f)
							}
						}
					}
				}
				if slices.Contains(fields, name) {
					return nil
				}
				return &condError{"F02", "hole {" + name + "} has no meaning", didYouMean(name, fields)}
			}
			for _, bound := range []string{s.Draw, s.As} {
				if bound != "" {
					known = append(known, bound)
				}
			}
		}
	}
	return &condError{"F02", "hole {" + name + "} has no meaning: there is nothing called \"" + binding + "\"", didYouMean(binding, known)}
}

func notThere(what, name string, known []string) *condError {
	return &condError{"F02", what + " \"" + name + "\" does not exist", didYouMean(name, known)}
}

// onlyYourName is F11 for you.x: of the other person a flow knows the name, which both saw.
func onlyYourName(name, write string) *condError {
	if name == "you.name" {
		return nil
	}
	return &condError{"F11", name + " would tell something of the other person", "write " + write + ", which is all that there is"}
}
