package flows

import (
	"strings"
	"unicode/utf8"
)

// layoutTrouble is a way of writing that Format does not know.
type layoutTrouble struct {
	pos        Pos
	text, hint string
}

// layoutReader goes through the text along the nodes that were parsed from it. The nodes say what comes; what lies between
// them is blanks, line ends, comments and signs, and anything else is trouble.
type layoutReader struct {
	text string
	at   int
	gap  []gapLine // read already, and nobody's yet; the reader then stands on what comes behind
	held bool      // there is such a gap, if only an empty one
	torn bool      // the file's last line has no end; the one in text was added
}

// gapLine is a comment on a line of its own, or a blank line.
type gapLine struct {
	text   string
	column int
}

func readLayout(text string, root *yamlNode) (d *layout, trouble *layoutTrouble) {
	defer func() {
		if x := recover(); x != nil {
			t, known := x.(*layoutTrouble)
			if !known {
				panic(x)
			}
			d, trouble = nil, t
		}
	}()
	r := &layoutReader{text: text, torn: !strings.HasSuffix(text, "\n")}
	if r.torn {
		r.text += "\n"
	}
	return r.document(root), nil
}

func (r *layoutReader) fail(text, hint string) {
	before := r.text[:min(r.at, len(r.text))]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	panic(&layoutTrouble{pos: Pos{Line: 1 + strings.Count(before, "\n"), Column: 1 + utf8.RuneCountInString(line)}, text: text, hint: hint})
}

func (r *layoutReader) strange() {
	r.fail("this is written in a way that cannot be put in order", "write key: value, or - value, as the other files do")
}

func (r *layoutReader) document(root *yamlNode) *layout {
	d := &layout{}
	var lead []gapLine
	for r.at < len(r.text) {
		line, _, _ := strings.Cut(r.text[r.at:], "\n")
		switch trimmed := strings.Trim(line, " \t"); {
		case trimmed == "" || trimmed[0] == '#':
			lead = append(lead, gapLine{text: trimmed})
		case line[0] == '%' || trimmed == "---" || strings.HasPrefix(line, "--- #"):
			d.head = append(append(d.head, gapText(lead)...), trimmed)
			lead = nil
		default:
			r.at += len(line) - len(strings.TrimLeft(line, " \t"))
			first := d.splitHead(lead)
			d.root = r.root(root, first)
			d.tail = append(gapText(r.takeGap()), r.rest()...)
			return d
		}
		r.at += len(line) + 1
	}
	r.strange()
	return nil
}

// splitHead: the comments at the very top belong to the file, up to a blank line; the others to what they stand above.
func (d *layout) splitHead(lead []gapLine) []gapLine {
	for len(lead) > 0 && lead[0].text == "" {
		lead = lead[1:]
	}
	end := len(lead)
	for i, g := range lead {
		if g.text == "" {
			end = i
			break
		}
	}
	d.head = append(d.head, gapText(lead[:end])...)
	if end == len(lead) {
		return nil
	}
	d.head = append(d.head, "")
	for end < len(lead) && lead[end].text == "" {
		end++
	}
	return lead[end:]
}

func (r *layoutReader) root(n *yamlNode, lead []gapLine) *laid {
	if r.blockAhead(n) {
		return r.collection(n, r.column(), r.column(), lead)
	}
	it := &laidItem{}
	v := r.inline(n, -1, it)
	if it.note != "" { // there is no line that it could stand behind, since the keys may move
		lead = append(lead, gapLine{text: it.note})
	}
	v.lead = gapText(lead)
	return v
}

// rest is what stands behind the end of a document.
func (r *layoutReader) rest() []string {
	var out []string
	for line := range strings.Lines(r.text[r.at:]) {
		t := strings.TrimSpace(line)
		if t != "" && t != "..." && t[0] != '#' {
			r.strange()
		}
		out = append(out, t)
	}
	return out
}

func gapText(lines []gapLine) (out []string) {
	for _, g := range lines {
		out = append(out, g.text)
	}
	return out
}

func gapComments(lines []gapLine) (out []string) {
	for _, g := range lines {
		if g.text != "" {
			out = append(out, g.text)
		}
	}
	return out
}

// takeGap reads from the beginning of a line to what comes next, or gives what was read and left over.
func (r *layoutReader) takeGap() []gapLine {
	if r.held {
		r.held = false
		gap := r.gap
		r.gap = nil
		return gap
	}
	var out []gapLine
	for r.at < len(r.text) {
		line, _, _ := strings.Cut(r.text[r.at:], "\n")
		trimmed := strings.TrimLeft(line, " \t")
		column := len(line) - len(trimmed)
		if trimmed != "" && trimmed[0] != '#' {
			if !strings.HasPrefix(line, "...") {
				r.at += column
			}
			break
		}
		out = append(out, gapLine{text: strings.TrimRight(trimmed, " \t"), column: column})
		r.at += len(line) + 1
	}
	return out
}

func (r *layoutReader) giveBack(gap []gapLine) { r.gap, r.held = gap, true }

// footOf takes the comments that belong to the end of a collection: those indented as far as it, before the first that is not.
func (r *layoutReader) footOf(least int) []string {
	gap := r.takeGap()
	end := 0
	for i, g := range gap {
		if g.text != "" && g.column < least {
			break
		}
		if g.text != "" {
			end = i + 1
		}
	}
	r.giveBack(gap[end:])
	return gapText(gap[:end])
}

// column is where in its line the reader stands, from 0. Only indentation and dashes come before.
func (r *layoutReader) column() int { return r.at - (strings.LastIndexByte(r.text[:r.at], '\n') + 1) }

func (r *layoutReader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return '\n'
}

func (r *layoutReader) blanks() (some bool) {
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\t') {
		r.at++
		some = true
	}
	return some
}

// endOfLine goes behind the end of a line. A comment may stand there.
func (r *layoutReader) endOfLine() (comment string) {
	some := r.blanks()
	if r.peek() == '#' && some {
		comment, _, _ = strings.Cut(r.text[r.at:], "\n")
		r.at += len(comment)
		comment = strings.TrimRight(comment, " \t")
	}
	if r.peek() != '\n' {
		r.strange()
	}
	r.at = min(r.at+1, len(r.text))
	return comment
}
