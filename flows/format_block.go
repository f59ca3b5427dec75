package flows

import "strings"

// blockAhead says that a node which begins here is a mapping or a list without braces or brackets.
func (r *layoutReader) blockAhead(n *yamlNode) bool {
	return n.kind == yamlMap && r.peek() != '{' || n.kind == yamlList && r.peek() != '['
}

// collection reads a mapping or a list whose entries stand on lines of their own, from the first one on. Comments behind it that
// are indented by least are its own.
func (r *layoutReader) collection(n *yamlNode, column, least int, lead []gapLine) *laid {
	v := &laid{kind: laidMap, node: n}
	if n.kind == yamlList {
		v.kind = laidList
	}
	for i := range max(len(n.pairs), len(n.list)) {
		if i > 0 {
			lead = r.takeGap()
		}
		if r.column() != column {
			r.strange()
		}
		it := &laidItem{lead: gapText(lead)}
		if n.kind == yamlMap {
			r.pair(it, n.pairs[i], column)
		} else {
			r.entry(it, n.list[i], column)
		}
		v.items = append(v.items, it)
	}
	v.foot = r.footOf(least)
	return v
}

func (r *layoutReader) pair(it *laidItem, p yamlPair, column int) {
	r.key(it, p.key)
	r.blanks()
	if r.peek() != ':' {
		r.strange()
	}
	r.at++
	it.colon = true
	r.value(it, p.val, column)
}

func (r *layoutReader) entry(it *laidItem, n *yamlNode, column int) {
	if r.peek() != '-' {
		r.strange()
	}
	r.at++
	if at := r.at; r.blanks() && r.blockAhead(n) && r.peek() != '\n' && r.peek() != '#' {
		it.val = r.collection(n, r.column(), r.column(), nil)
		return
	} else {
		r.at = at
	}
	r.value(it, n, column)
}

// value reads what stands behind a colon or a dash of a collection that stands at column.
func (r *layoutReader) value(it *laidItem, n *yamlNode, column int) {
	at := r.at
	if some := r.blanks(); r.peek() != '\n' && (r.peek() != '#' || !some) {
		if !some || r.blockAhead(n) || nothing(n) {
			r.strange()
		}
		it.val = r.inline(n, column, it)
		return
	}
	r.at = at
	it.after = r.endOfLine()
	if nothing(n) {
		it.note, it.after = it.after, ""
		it.val = &laid{node: n}
		return
	}
	gap := r.takeGap()
	if r.blockAhead(n) {
		own := r.column()
		it.val = r.collection(n, own, max(own, column+1), gap)
		return
	}
	it.gap, it.below = gapComments(gap), true
	it.val = r.inline(n, column, it)
}

func nothing(n *yamlNode) bool { return n.kind == yamlScalar && n.plain && n.text == "" }

// inline reads a value that is no block of entries, and the comment behind it.
func (r *layoutReader) inline(n *yamlNode, column int, it *laidItem) (v *laid) {
	if c := r.peek(); n.kind == yamlScalar && (c == '|' || c == '>') {
		v = &laid{kind: laidBlock, node: n}
		it.note = r.block(v, column)
		return v
	}
	v = r.flow(n)
	it.note = r.endOfLine()
	return v
}

// key reads a key, which stands on one line.
func (r *layoutReader) key(it *laidItem, key string) {
	it.name = key
	it.key = r.scalar(&yamlNode{text: key, plain: r.peek() != '"' && r.peek() != '\''})
	if len(it.key) != 1 || it.key[0] == "" {
		r.strange()
	}
}

// scalar reads a text in quotes or without. It has a line for each of its lines.
func (r *layoutReader) scalar(n *yamlNode) []string {
	from := r.at
	switch quote := r.peek(); {
	case n.plain:
		r.plain(n.text)
	case quote == '"':
		r.quoted(`"`)
	case quote == '\'':
		r.quoted(`'`)
	default:
		r.strange()
	}
	lines := strings.Split(r.text[from:r.at], "\n")
	for i := range lines {
		if i > 0 {
			lines[i] = strings.TrimLeft(lines[i], " \t")
		}
		if t := strings.TrimRight(lines[i], " \t"); i < len(lines)-1 && !strings.HasSuffix(t, `\`) {
			lines[i] = t
		}
	}
	return lines
}

// plain goes along a text without quotes. Only its line ends look different in the file.
func (r *layoutReader) plain(text string) {
	for _, c := range []byte(text) {
		if c == ' ' || c == '\n' || c == '\t' {
			continue
		}
		for r.at < len(r.text) && strings.IndexByte(" \t\n", r.text[r.at]) >= 0 {
			r.at++
		}
		if r.at >= len(r.text) || r.text[r.at] != c {
			r.strange()
		}
		r.at++
	}
}

func (r *layoutReader) quoted(quote string) {
	r.at++
	for r.at < len(r.text) {
		switch rest := r.text[r.at:]; {
		case quote == `"` && rest[0] == '\\', strings.HasPrefix(rest, `''`) && quote == `'`:
			r.at += 2
		case rest[0] == quote[0]:
			r.at++
			return
		default:
			r.at++
		}
	}
	r.strange()
}

// block reads a text that stands behind | or >, in a collection at column, and the comment beside the sign.
func (r *layoutReader) block(v *laid, column int) (note string) {
	v.mark = string(r.peek())
	for r.at++; strings.IndexByte("+-123456789", r.peek()) >= 0; r.at++ {
		if c := r.peek(); c == '+' || c == '-' {
			v.mark, v.keeps = v.mark+string(c), c == '+'
		} else {
			v.indent = int(c - '0')
		}
	}
	note = r.endOfLine()
	indent := 0 // not known yet
	if v.indent > 0 {
		indent = column + v.indent
	}
	blank := 0 // how many lines at the end hold nothing, and where they begin
	from := r.at
	for r.at < len(r.text) {
		line, _, _ := strings.Cut(r.text[r.at:], "\n")
		trimmed := strings.TrimLeft(line, " ")
		spaces := len(line) - len(trimmed)
		switch {
		case trimmed == "" && (indent == 0 || spaces <= indent):
			v.lines = append(v.lines, "")
			blank++
			r.at += len(line) + 1
			continue
		case indent == 0 && spaces > column && trimmed != "":
			indent = spaces
		}
		if indent == 0 || spaces < indent {
			break
		}
		v.lines = append(v.lines, line[indent:])
		r.at += len(line) + 1
		blank, from = 0, r.at
	}
	switch {
	case !r.torn || r.at < len(r.text):
	case blank == 0 && len(v.lines) > 0: // the text has no line end, and must not get one
		v.mark, v.keeps = v.mark[:1]+"-", false
	case blank > 0 && v.keeps: // this line has none, and so is none
		v.lines = v.lines[:len(v.lines)-1]
	}
	if !v.keeps {
		v.lines, r.at = v.lines[:len(v.lines)-blank], min(from, len(r.text))
	}
	return note
}
