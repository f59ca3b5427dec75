package flows

import "strings"

// flow reads a value in braces or brackets, or a text that may stand in them.
func (r *layoutReader) flow(n *yamlNode) *laid {
	if n.kind == yamlScalar {
		return &laid{node: n, lines: r.scalar(n)}
	}
	v := &laid{kind: laidFlow, node: n, open: r.peek()}
	if n.kind == yamlMap && v.open != '{' {
		return r.lonePair(v)
	}
	if n.kind == yamlMap != (v.open == '{') || n.kind == yamlList != (v.open == '[') {
		r.strange()
	}
	r.at++
	for i := range max(len(n.pairs), len(n.list)) {
		it := &laidItem{}
		r.comma(v, it)
		if n.kind == yamlMap {
			r.flowPair(it, n.pairs[i])
		} else {
			it.val = r.flow(n.list[i])
		}
		v.items = append(v.items, it)
	}
	end := &laidItem{}
	r.comma(v, end)
	v.foot, v.breaks = end.lead, end.breaks
	if r.peek() != v.open+2 { // { and }, [ and ]
		r.strange()
	}
	r.at++
	return v
}

// lonePair is a mapping of one key that stands in brackets without braces.
func (r *layoutReader) lonePair(v *laid) *laid {
	v.open = 0
	if len(v.node.pairs) != 1 {
		r.strange()
	}
	it := &laidItem{}
	r.flowPair(it, v.node.pairs[0])
	if !it.colon {
		r.strange()
	}
	v.items = append(v.items, it)
	return v
}

func (r *layoutReader) flowPair(it *laidItem, p yamlPair) {
	r.key(it, p.key)
	at := r.at
	note, lead, _ := r.between()
	if r.peek() == ':' && note == "" && len(lead) == 0 {
		it.colon = true
		r.at++
		at = r.at
		note, lead, _ = r.between()
	}
	if nothing(p.val) {
		r.at = at
		it.val = &laid{node: p.val}
		return
	}
	if note != "" || len(lead) > 0 || !it.colon {
		r.strange()
	}
	it.val = r.flow(p.val)
}

// comma reads from the opening sign, or the end of an entry, to the next entry or the closing sign.
func (r *layoutReader) comma(v *laid, next *laidItem) {
	note, lead, breaks := r.between()
	last := len(v.items) - 1
	if last < 0 && note != "" {
		lead, breaks = append([]string{note}, lead...), 0
	}
	if last >= 0 {
		v.items[last].note = note
		if r.peek() == ',' {
			r.at++
			var more []string
			note, more, breaks = r.between()
			if v.items[last].note == "" {
				v.items[last].note = note
			} else if note != "" {
				more = append([]string{note}, more...)
			}
			lead = append(lead, more...)
		}
	}
	next.lead, next.breaks = lead, breaks
}

// between reads blanks, line ends and comments: the one that stands on the line where it begins, those on lines of their own, and
// how many line ends there are before the first of those or what comes next, at most two.
func (r *layoutReader) between() (note string, lead []string, breaks int) {
	for first := true; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t':
		case '\n':
			if len(lead) == 0 {
				breaks = min(breaks+1, 2)
			}
			first = false
		case '#':
			comment, _, _ := strings.Cut(r.text[r.at:], "\n")
			r.at += len(comment) - 1
			if comment = strings.TrimRight(comment, " \t"); first {
				note = comment
			} else {
				lead = append(lead, comment)
			}
		default:
			return note, lead, breaks
		}
	}
	return note, lead, breaks
}

// flowText is a value on the lines of a collection that is indented by base.
func (v *laid) flowText(base int) string {
	inner := "\n" + strings.Repeat(" ", base+2)
	if v.kind == laidScalar {
		out := strings.Join(v.lines, inner)
		return strings.ReplaceAll(out, inner+"\n", "\n\n")
	}
	if v.open == 0 {
		return v.items[0].flowText(base, true)
	}
	var b strings.Builder
	b.WriteByte(v.open)
	note := ""
	for i, it := range v.items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(behind(note))
		b.WriteString(v.space(i, it.breaks, note, it.lead, inner))
		for _, c := range it.lead {
			b.WriteString(c + inner)
		}
		b.WriteString(it.flowText(base+2, i < len(v.items)-1))
		note = it.note
	}
	b.WriteString(behind(note))
	for _, c := range v.foot {
		b.WriteString(inner + c)
	}
	space := v.space(len(v.items), min(v.breaks, 1), note, v.foot, "\n"+strings.Repeat(" ", base))
	if text := b.String(); space == " " && text[len(text)-1] == ':' && !v.items[len(v.items)-1].isEmpty() {
		space = "" // with a blank behind it, what is no key would be one
	}
	b.WriteString(space)
	b.WriteByte(v.open + 2)
	return b.String()
}

// space is what stands before the entry i of a flow collection, or before its closing sign.
func (v *laid) space(i, breaks int, note string, lead []string, inner string) string {
	switch {
	case breaks > 1 && i > 0:
		return "\n" + inner
	case breaks > 0 || note != "" || len(lead) > 0:
		return inner
	case v.open == '{' && len(v.items) > 0 || i > 0 && i < len(v.items):
		return " "
	}
	return ""
}

func (it *laidItem) flowText(base int, more bool) string {
	text := it.val.flowText(base)
	if it.key == nil {
		return text
	}
	switch key := it.key[0]; {
	case !it.colon:
		return key
	case text == "" && !more:
		return key + ":"
	default:
		return key + ": " + text
	}
}

// isEmpty says that a key with a colon has nothing behind it.
func (it *laidItem) isEmpty() bool { return it.colon && nothing(it.val.node) }

func behind(comment string) string {
	if comment == "" {
		return ""
	}
	return " " + comment
}
