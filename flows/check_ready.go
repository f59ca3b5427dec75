package flows

import (
	"slices"
	"strconv"
)

// readyPlace is a place that gives ready sentences.
type readyPlace struct {
	of    *yamlNode // its mapping
	ready []Ready
}

// readyOf are the ready sentences that a step can show, or those of a drawn question when s is nil: from the line that is
// drawn there may be several sets.
func (c *flowCheck) readyOf(f *Flow, s *Step, d *Decl) []readyPlace {
	switch {
	case d.Type != Text:
		return nil
	case s != nil && s.ReadyFrom != "":
		var out []readyPlace
		for _, o := range f.Steps {
			if l := c.list(o.From); o.Kind == KDraw && o.Draw == s.ReadyFrom && l != nil {
				for _, it := range l.Items {
					out = append(out, readyPlace{c.nodes[it].get("ready"), it.Ready})
				}
				break
			}
		}
		return out
	case s != nil && len(s.Ready) > 0:
		return []readyPlace{{c.nodes[s].get("ready"), s.Ready}}
	}
	return []readyPlace{{c.nodes[d].get("ready"), d.Ready}}
}

// readyWords are what ready sentences are named by: id, label, and the sentence itself.
func (c *flowCheck) readyWords(in readyPlace) (out []acceptedWord) {
	for _, s := range in.ready {
		pos := in.of.get(s.ID)
		if pos == nil {
			continue
		}
		w := acceptedWord{means: "ready sentence " + strconv.Quote(s.ID), pos: pos.pos, own: true}
		for _, word := range []string{s.ID, s.Label, s.Text} {
			if w.word, w.label = word, word == s.Label; w.label {
				w.pos = pos.at("label")
			}
			out = append(out, w)
		}
	}
	return out
}

// readyAt is F14 and F17 for the ready sentences that an ask step shows: they stand beside its exits and Skip.
func (c *flowCheck) readyAt(f *Flow, s *Step, d *Decl) {
	exits := c.exitWords(s)
	for _, in := range c.readyOf(f, s, d) {
		words := append(c.readyWords(in), exits...)
		c.fitting(s.Pos, quotedStep(s.ID), words, 1)
		c.oneMeaning(d.Type, append(words, c.engineWords(d.Type)...))
		c.readySound(in, d)
		for _, e := range s.Exits {
			if n := in.of.get(e.ID); n != nil {
				c.log.add("F01", n.pos, "find another name", "a ready sentence and an exit of %s have the name %q", quotedStep(s.ID), e.ID)
			}
		}
	}
}

// writeButton is 1 for a question that is written into a form, where a platform has forms: a button opens it. It is never
// beside ready sentences.
func writeButton(d *Decl) int {
	if d.Type.written() || d.Type == Text && len(d.Ready) == 0 {
		return 1
	}
	return 0
}

// readySound is what a ready sentence has to be to count as written: within the answer's limit, and as the engine keeps words.
func (c *flowCheck) readySound(in readyPlace, d *Decl) {
	q := question{decl: d}
	for _, s := range in.ready {
		n := in.of.get(s.ID)
		if n == nil {
			continue
		}
		pos, what := n.at("text"), "ready sentence "+strconv.Quote(s.ID)
		if s.Text != s.Label { // which has none either
			c.noHoles(s.Text, pos, "a ready sentence")
		}
		v, ok := q.readWords(s.Text)
		switch {
		case length(s.Text) > q.maxText():
			c.log.add("F17", pos, "say it shorter, or raise max", "%s has %d characters, more than the %d of %q", what, length(s.Text), q.maxText(), d.Name)
		case !ok || v.S != s.Text:
			c.log.add("F01", pos, "write it on one line, in plain signs", "%s would be kept in another form than it is written", what)
		}
	}
}

// readyStep is what an ask step says of ready sentences.
func (c *flowCheck) readyStep(f *Flow, s *Step, d *Decl) {
	n := c.nodes[s].get("ready")
	switch {
	case n == nil:
	case d.Type == FromList:
		c.log.add("F01", n.pos, "write them with the questions of the list", "a drawn question brings its own ready sentences")
	case d.Type != Text:
		c.log.add("F01", n.pos, "remove it", "%s answer has options, and no ready sentences", article(string(d.Type)))
	case s.ReadyFrom != "" && !slices.ContainsFunc(f.Steps, func(o *Step) bool { return o.Kind == KDraw && o.Draw == s.ReadyFrom }):
		c.unknown(n.pos, "draw", s.ReadyFrom, c.draws(f))
	case s.ReadyFrom != "":
		if holes, _ := textHoles(s.Text); !slices.Contains(holes, s.ReadyFrom+".text") {
			c.log.add("F02", n.pos, "put {"+s.ReadyFrom+".text} into the text", "these sentences answer a line that %s does not show", quotedStep(s.ID))
		}
	}
}

func (c *flowCheck) draws(f *Flow) (out []string) {
	for _, s := range f.Steps {
		if s.Draw != "" && !slices.Contains(out, s.Draw) {
			out = append(out, s.Draw)
		}
	}
	return out
}
