package flows

import (
	"strconv"
	"strings"
)

// layoutWriter writes lines, and at most one blank line between two of them.
type layoutWriter struct {
	out    strings.Builder
	prefix string // dashes that wait for what stands behind them
	blank  bool   // a blank line is due before the next line
	kept   bool   // the last line was of a text that keeps its blank lines, to which another one would belong
}

func (d *layout) write() []byte {
	w := &layoutWriter{}
	w.comments(d.head, 0)
	if d.root.kind == laidFlow {
		w.comments(d.root.lead, 0)
		w.line(0, d.root.flowText(0))
	} else {
		w.items(d.root, 0)
	}
	w.comments(d.tail, 0)
	return []byte(w.out.String())
}

func (w *layoutWriter) comments(lines []string, indent int) {
	for _, s := range lines {
		w.line(indent, s)
	}
}

func (w *layoutWriter) line(indent int, text string) {
	if text == "" {
		w.blank = w.out.Len() > 0 && !w.kept
		return
	}
	if w.blank {
		w.out.WriteByte('\n')
	}
	if w.prefix == "" {
		w.prefix = strings.Repeat(" ", indent)
	}
	w.out.WriteString(w.prefix + text + "\n")
	w.prefix, w.blank, w.kept = "", false, false
}

func (w *layoutWriter) items(v *laid, indent int) {
	for i, it := range v.items {
		lead := it.lead
		for i == 0 && len(lead) > 0 && lead[0] == "" && w.out.Len() > 0 && indent > 0 {
			lead = lead[1:] // right below the line that it belongs to
		}
		w.comments(lead, indent)
		if v.kind == laidMap {
			w.item(it, it.key[0]+":", indent)
		} else {
			w.item(it, "-", indent)
		}
	}
	w.comments(v.foot, indent)
}

func (w *layoutWriter) item(it *laidItem, head string, indent int) {
	v := it.val
	switch {
	case v.kind == laidMap || v.kind == laidList:
		if head == "-" && it.after == "" {
			if w.prefix == "" {
				w.prefix = strings.Repeat(" ", indent)
			}
			w.prefix += "- "
		} else {
			w.line(indent, head+behind(it.after))
		}
		w.items(v, indent+2)
	case it.below:
		w.line(indent, head+behind(it.after))
		w.comments(it.gap, indent+2)
		w.value(it, "", indent, indent+2)
	default:
		w.value(it, head+" ", indent, indent)
	}
}

// value writes what stands behind head, or on a line of its own that is indented by at.
func (w *layoutWriter) value(it *laidItem, head string, indent, at int) {
	v := it.val
	if v.kind == laidBlock {
		in := 2
		mark := v.mark
		if v.indent > 0 {
			in = v.indent
			mark = mark[:1] + strconv.Itoa(in) + mark[1:]
		}
		w.line(at, head+mark+behind(it.note))
		for _, s := range v.lines {
			if s != "" {
				s = strings.Repeat(" ", indent+in) + s
			}
			w.out.WriteString(s + "\n")
		}
		w.kept = v.keeps
		return
	}
	base := indent
	if v.kind == laidFlow && (head == "- " || head == "") {
		base = indent + 2 // the sign stands that far in
	}
	w.line(at, strings.TrimRight(head+v.flowText(base), " ")+behind(it.note))
}
