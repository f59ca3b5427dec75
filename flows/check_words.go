package flows

import "strconv"

// drawnWords are what a question of a list accepts, as it compares words.
type drawnWords struct {
	means   map[string]string // what it can be answered with → what that means
	buttons int
	t       Type
}

func newDrawnWords(t Type, words []acceptedWord) drawnWords {
	out, options := drawnWords{means: map[string]string{}, t: t}, map[string]bool{}
	for _, w := range words {
		out.means[accepts(t, w.word)] = w.means
		options[w.means] = true
	}
	out.buttons = len(options)
	return out
}

// optionWords are the words of a question's options: of an ask step, or of a drawn question when s is nil.
func (c *flowCheck) optionWords(s *Step, d *Decl) (out []acceptedWord) {
	q, inStep, inDecl := question{step: s, decl: d}, c.nodes[s], c.nodes[d]
	if s == nil {
		q.step, inStep = &Step{}, nil
	}
	for _, o := range q.options(c.lib) {
		label := optionPos(inStep, inDecl, o.ID)
		w := acceptedWord{means: "option " + strconv.Quote(o.ID), pos: label, own: true}
		add := func(word string, label bool) {
			w.word, w.label = word, label
			out = append(out, w)
		}
		w.pos = idPos(inDecl, o.ID, w.pos)
		add(o.ID, false)
		w.pos = label
		if o.Label != "" {
			w.own = d.Type != YesNo || inStep.get("buttons").get(o.ID) != nil || inDecl.get("buttons").get(o.ID) != nil
			add(o.Label, true)
			w.own = true
		}
		for _, in := range []*yamlNode{inDecl, inStep} {
			if further := in.get("also").get(o.ID); further != nil {
				for _, v := range further.list {
					w.pos = v.pos
					add(v.text, false)
				}
			}
		}
	}
	return out
}

// optionPos is where the label of an option stands, as near as it can be told.
func optionPos(inStep, inDecl *yamlNode, id string) Pos {
	for _, n := range []*yamlNode{inStep.get("buttons"), inDecl.get("buttons"), inDecl.get("options")} {
		if v := n.get(id); v != nil {
			return v.pos
		}
		if n != nil && n.kind == yamlList {
			for _, v := range n.list {
				if snake(v.text) == id {
					return v.pos
				}
			}
		}
	}
	for _, n := range []*yamlNode{inStep.get("also").get(id), inDecl.get("also").get(id), inStep.get("ask"), inDecl} {
		if n != nil {
			return n.pos
		}
	}
	return Pos{}
}

// idPos is where the id of an option stands, if it is written out.
func idPos(inDecl *yamlNode, id string, label Pos) Pos {
	for _, key := range []string{"options", "buttons"} {
		if n := inDecl.get(key); n.get(id) != nil {
			for _, p := range n.pairs {
				if p.key == id {
					return p.pos
				}
			}
		}
	}
	return label
}

// exitWords are the labels of a step's exits.
func (c *flowCheck) exitWords(s *Step) (out []acceptedWord) {
	for _, e := range s.Exits {
		if e.Label != "" {
			out = append(out, acceptedWord{word: e.Label, means: "exit " + strconv.Quote(e.ID), pos: c.at(s, "exits", e.ID, "label"), label: true, own: true})
		}
	}
	return out
}

// confirmWords are the labels of pair: confirm.
func (c *flowCheck) confirmWords(s *Step) (out []acceptedWord) {
	if s.Pair != "confirm" {
		return nil
	}
	for _, id := range []string{"yes", "no"} {
		w := c.engineWord("label_" + id)
		for _, o := range s.Options {
			if o.ID == id && o.Label != "" {
				w.word, w.pos, w.own = o.Label, c.at(s, "buttons", id), true
			}
		}
		w.means = "option " + strconv.Quote(id)
		out = append(out, w)
	}
	return out
}
