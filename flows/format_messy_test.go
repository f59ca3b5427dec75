package flows

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

// Whatever order and indentation a file was written with, it comes out in the one form, with every comment where it belongs.
func TestFormatMends(t *testing.T) {
	type source struct{ name, text string }
	var all []source
	for name, text := range shippedFiles(t) {
		if len(text) < 20_000 { // what is longer is more of the same
			all = append(all, source{name, text})
		}
	}
	paths, _ := filepath.Glob("testdata/format/*.txtar")
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range a.Files {
			odd := strings.Contains(string(f.Data), ":}") // a text that ends in a colon would be a key in most other places
			if f.Name == "want" && !odd && formatted(a.Files[i-1].Name, f.Data) {
				all = append(all, source{a.Files[i-1].Name, string(f.Data)})
			}
		}
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.name+a.text, b.name+b.text) })
	rapid.Check(t, func(rt *rapid.T) {
		s := all[rapid.IntRange(0, len(all)-1).Draw(rt, "file")]
		m := &messy{t: rt, orders: keyOrders(s.name, []byte(s.text))}
		m.dense = rapid.SampledFrom([]int{1, 4, 30}).Draw(rt, "one comment in")
		d := mustLayout(rt, s.name, s.text)
		if len(d.head) == 0 || d.head[len(d.head)-1] != "" {
			d.head = append(d.head, m.mark(), "")
		} // the head ends there, so that the first key can have a comment of its own
		m.mark1(d.root)
		want := mustLayout(rt, s.name, s.text)
		want.head = d.head
		want.root = d.root.clone()
		want.arrange(m.orders)
		m.shuffle(d.root)
		text := m.file(d)
		got, findings := Format(s.name, []byte(text))
		if len(findings) > 0 {
			rt.Fatalf("%v\n%s", findings[0], text)
		}
		if w := want.write(); string(got) != string(w) {
			rt.Fatalf("%s\nof\n%s", diff.Diff("want", w, "got", got), text)
		}
		for i := range m.marks {
			if n := strings.Count(string(got), "# mark "+strconv.Itoa(i)+"."); n != 1 {
				rt.Fatalf("comment %d is there %d times:\n%s", i, n, got)
			}
		}
	})
}

func formatted(name string, src []byte) bool {
	out, findings := Format(name, src)
	return len(findings) == 0 && string(out) == string(src)
}

func mustLayout(t *rapid.T, name, text string) *layout {
	d, trouble := readLayout(text, parseYAML(name, []byte(text), &findingLog{}))
	if trouble != nil {
		t.Fatal(trouble)
	}
	return d
}

func (v *laid) clone() *laid {
	c := *v
	c.items, c.lead, c.foot = nil, slices.Clone(v.lead), slices.Clone(v.foot)
	for _, it := range v.items {
		i := *it
		i.lead, i.val = slices.Clone(it.lead), it.val.clone()
		c.items = append(c.items, &i)
	}
	return &c
}

// messy writes files as nobody should.
type messy struct {
	t      *rapid.T
	orders map[Pos][]string
	dense  int
	marks  int
	out    strings.Builder
}

func (m *messy) n(from, to int) int { return rapid.IntRange(from, to).Draw(m.t, "n") }

func (m *messy) some() bool { return m.n(1, m.dense) == 1 }

func (m *messy) mark() string {
	m.marks++
	return "# mark " + strconv.Itoa(m.marks-1) + "."
}

// spread says that each entry stands on a line of its own.
func (v *laid) spread() bool {
	return v.breaks > 0 && !slices.ContainsFunc(v.items, func(it *laidItem) bool { return it.breaks == 0 })
}

// mark1 puts comments into a value.
func (m *messy) mark1(v *laid) {
	if v.kind == laidFlow && v.open != 0 && len(v.items) > 0 && m.some() {
		v.breaks = 1
		for _, it := range v.items {
			it.breaks = 1
		}
	}
	for i, it := range v.items {
		if v.open == 0 && v.kind == laidFlow {
			return
		}
		if m.some() {
			it.lead = append(it.lead, m.mark())
			if it.breaks == 0 {
				it.breaks = 1
			}
		}
		switch it.val.kind {
		case laidMap, laidList:
			if it.after == "" && m.some() {
				it.after = m.mark()
			}
		default:
			if it.note == "" && m.some() {
				it.note = m.mark()
				if v.kind == laidFlow && i+1 < len(v.items) {
					v.items[i+1].breaks = max(v.items[i+1].breaks, 1)
				} else if v.kind == laidFlow {
					v.breaks = 1
				}
			}
		}
		m.mark1(it.val)
	}
	if v.kind != laidScalar && v.kind != laidBlock && (v.kind != laidFlow || v.open != 0) && m.some() {
		v.foot, v.breaks = append(v.foot, m.mark()), 1
	}
}

// shuffle turns the order of keys where it means nothing.
func (m *messy) shuffle(v *laid) {
	for _, it := range v.items {
		m.shuffle(it.val)
	}
	order := m.orders[v.node.pos]
	if order == nil || v.node.kind != yamlMap || len(v.items) < 2 {
		return
	}
	commented := func(it *laidItem) bool { return it.note != "" || len(it.lead) > 0 }
	if v.kind == laidFlow && !v.spread() && slices.ContainsFunc(v.items, commented) {
		return // a comment ends its line, wherever it stands
	}
	was := v.items[0]
	for i := range v.items { // keys that the order does not name keep theirs
		j := m.n(i, len(v.items)-1)
		if slices.Contains(order, v.items[i].name) && slices.Contains(order, v.items[j].name) {
			v.items[i], v.items[j] = v.items[j], v.items[i]
		}
	}
	first := v.items[0]
	if first == was {
		return
	}
	was.breaks, first.breaks = first.breaks, was.breaks
	if len(first.lead) > 0 && first.lead[0] == "" {
		first.lead, was.lead = first.lead[1:], append([]string{""}, was.lead...)
	}
}

func (m *messy) blanks(from int) string { return strings.Repeat(" ", m.n(from, from+2)) }

func (m *messy) line(indent int, text string) {
	m.out.WriteString(strings.Repeat(" ", indent) + text + m.blanks(0) + "\n")
}

func (m *messy) comments(lines []string, indent int) {
	for _, s := range lines {
		if s == "" {
			m.out.WriteString(rapid.SampledFrom([]string{"\n", " \n", "\n\n", "\n \n\n"}).Draw(m.t, "blank"))
		} else {
			m.line(indent, s)
		}
	}
}

func (m *messy) file(d *layout) string {
	m.comments(d.head, 0)
	if d.root.kind == laidFlow {
		m.comments(d.root.lead, 0)
		m.line(0, m.flow(d.root, 0))
	} else {
		m.items(d.root, m.n(0, 3))
	}
	m.comments(d.tail, 0)
	text := m.out.String()
	switch m.n(0, 3) {
	case 0:
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case 1:
		text = "\ufeff" + text
	}
	return text
}

func (m *messy) items(v *laid, indent int) {
	for _, it := range v.items {
		m.comments(it.lead, indent)
		m.item(v, it, indent, "")
	}
	m.comments(v.foot, indent)
}

func (m *messy) item(v *laid, it *laidItem, indent int, prefix string) {
	head := prefix + "-"
	if v.kind == laidMap {
		head = prefix + it.key[0] + m.blanks(0) + ":"
	}
	space := strings.Repeat(" ", indent-len(prefix))
	switch val := it.val; {
	case val.kind == laidMap || val.kind == laidList:
		inner := indent + m.n(1, 5)
		if v.kind == laidMap && val.kind == laidList && len(val.foot) == 0 && m.n(0, 1) == 0 {
			inner = indent // a list may stand below its key
		}
		if v.kind == laidList && it.after == "" && len(val.items[0].lead) == 0 && m.n(0, 1) == 0 {
			gap := strings.Repeat(" ", m.n(1, 3))
			inner = indent + 1 + len(gap)
			m.out.WriteString(space + head)
			m.compact(val, inner, gap)
			return
		}
		m.line(0, space+head+m.note(it.after))
		m.items(val, inner)
	case it.below:
		m.line(0, space+head+m.note(it.after))
		m.comments(it.gap, indent+1)
		m.value(it, "", indent, strings.Repeat(" ", indent+m.n(1, 4)))
	default:
		m.value(it, head+m.blanks(1), indent, space)
	}
}

// compact writes a collection that begins behind a dash.
func (m *messy) compact(v *laid, indent int, gap string) {
	for i, it := range v.items {
		if i > 0 {
			m.comments(it.lead, indent)
			m.item(v, it, indent, "")
			continue
		}
		m.out.WriteString(gap)
		whole := m.out
		m.out = strings.Builder{}
		m.item(v, it, indent, "")
		first := strings.TrimLeft(m.out.String(), " ")
		m.out = strings.Builder{}
		m.out.WriteString(whole.String() + first)
	}
	m.comments(v.foot, indent)
}

func (m *messy) note(s string) string {
	if s == "" {
		return ""
	}
	return m.blanks(1) + s
}

func (m *messy) value(it *laidItem, head string, indent int, space string) {
	v := it.val
	if v.kind != laidBlock {
		text := m.flow(v, indent)
		if text == "" {
			head = strings.TrimRight(head, " ")
		}
		m.line(0, space+head+text+m.note(it.note))
		return
	}
	in, mark := m.n(1, 6), v.mark
	if v.indent > 0 {
		in = v.indent
		mark += strconv.Itoa(in)
	}
	m.line(0, space+head+mark+m.note(it.note))
	for _, s := range v.lines {
		if s != "" {
			s = strings.Repeat(" ", indent+in) + s
		}
		m.out.WriteString(s + "\n")
	}
}

// flow writes a value on lines that are indented by more than base.
func (m *messy) flow(v *laid, base int) string {
	line := func() string { return "\n" + strings.Repeat(" ", base+m.n(1, 6)) }
	if v.kind == laidScalar {
		out := v.lines[:min(1, len(v.lines))]
		for _, s := range v.lines[len(out):] {
			if s == "" {
				out = append(out[:len(out):len(out)], "")
			} else {
				out = append(out[:len(out):len(out)], line()[1:]+s)
			}
		}
		return strings.Join(out, "\n")
	}
	var b strings.Builder
	if v.open != 0 {
		b.WriteByte(v.open)
	}
	note := ""
	for i, it := range v.items {
		if i > 0 {
			b.WriteString(m.blanks(0) + ",")
		}
		b.WriteString(m.note(note) + strings.Repeat("\n", it.breaks))
		if it.breaks > 0 {
			b.WriteString(line()[1:])
		} else if i > 0 || v.open == '{' {
			b.WriteString(m.blanks(0))
		}
		for _, c := range it.lead {
			b.WriteString(c + m.blanks(0) + line())
		}
		if it.key != nil && it.colon {
			b.WriteString(it.key[0] + ":" + m.blanks(1))
		} else if it.key != nil {
			b.WriteString(it.key[0])
		}
		b.WriteString(m.flow(it.val, base))
		note = it.note
	}
	if v.open == 0 {
		return b.String()
	}
	if len(v.items) > 0 && m.n(0, 3) == 0 {
		b.WriteString(",")
	}
	b.WriteString(m.note(note))
	if v.breaks > 0 {
		b.WriteString(line())
	}
	for _, c := range v.foot {
		b.WriteString(c + line())
	}
	b.WriteByte(v.open + 2)
	return b.String()
}
