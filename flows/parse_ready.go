package flows

import (
	"slices"
	"strconv"
)

var readyKeys = []string{"label", "text"}

// ready reads the sentences that a question for words can be answered with where no words can be written: a mapping of id to
// a label that is the sentence, or to { label, text }.
func (p *flowParser) ready(n *yamlNode) []Ready {
	const example = `{ tea: "A cup of tea", walk: { label: "A walk", text: "A walk by the river would be good." } }`
	if n == nil {
		return nil
	}
	if n.kind != yamlMap || len(n.pairs) == 0 || len(n.pairs) > maxOptions {
		p.log.add("F01", n.pos, "write it like "+example, "ready must be a mapping of 1 to %d sentences", maxOptions)
		return nil
	}
	var out []Ready
	for _, pair := range n.pairs {
		s := Ready{ID: pair.key}
		what := "ready sentence " + strconv.Quote(pair.key)
		switch {
		case !optionPattern.MatchString(pair.key) || len(pair.key) > maxNameChars:
			p.log.add("F01", pair.pos, "use small letters, digits and _", "%s is not a name", what)
			continue
		case pair.key == "skip":
			p.log.add("F01", pair.pos, "find another", "a ready sentence cannot be called \"skip\": every question has that button")
			continue
		}
		if pair.val.kind == yamlScalar {
			s.Label = p.label(pair.val, what)
			s.Text = s.Label
		} else if p.fields(pair.val, what, readyKeys...) {
			p.missing(pair.val, what, "label", "text")
			if v := pair.val.get("label"); v != nil {
				s.Label = p.label(v, "label")
			}
			s.Text = p.text(pair.val, "text", maxText)
		}
		if s.Label != "" && s.Text != "" && !slices.ContainsFunc(out, func(o Ready) bool { return o.ID == s.ID }) {
			out = append(out, s)
		}
	}
	return out
}
