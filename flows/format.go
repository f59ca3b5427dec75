package flows

import (
	"path"
	"slices"
	"strings"
)

// Format gives the text of a flow file in the one form that all of them have: keys in the order of the parser's own tables,
// two spaces a level, { a: b } and [a, b], at most one blank line, nothing behind the end of a line. It works on the text, cut
// along what was parsed, for comments, quotes, block texts and the author's line breaks stay as they are. What the file says is
// never changed: steps, options, items and entries of lists keep their order, which means something, and what comes out is
// parsed again and compared. name is the file's path in its folder. A file that cannot be read comes back untouched, with
// findings.
func Format(name string, src []byte) ([]byte, []Finding) {
	log := &findingLog{}
	out := format(name, src, log)
	if len(log.all) > 0 {
		return src, sortFindings(log.all)
	}
	return out, nil
}

func format(name string, src []byte, log *findingLog) []byte {
	n := parseYAML(name, src, log)
	if n == nil || len(log.all) > 0 {
		return nil
	}
	if n.kind == yamlScalar {
		log.add("F01", n.pos, "write key: value for each", "this file must be a mapping of keys to values")
		return nil
	}
	text, pos, ok := plainLines(name, src)
	if !ok {
		log.add("F01", pos, "remove it, or write it as an escape in double quotes", "this line holds a sign that ends lines and cannot be seen")
		return nil
	}
	doc, trouble := readLayout(text, n)
	if trouble != nil {
		trouble.pos.File = name
		log.add("F01", trouble.pos, trouble.hint, "%s", trouble.text)
		return nil
	}
	orders := keyOrders(name, src)
	before := doc.comments()
	doc.arrange(orders)
	out := doc.write()
	if !sameFile(n, out, orders, before) {
		log.add("F01", n.pos, "please report it, with the file", "this file is written in a way that cannot be put in order without changing it")
		return nil
	}
	return out
}

// plainLines are the text with one kind of line end, without a mark of byte order, and ended. Signs that end lines for YAML and for
// nobody else are refused.
func plainLines(name string, src []byte) (string, Pos, bool) {
	text := strings.TrimPrefix(string(src), "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	if i := strings.IndexAny(text, "\u0085\u2028\u2029"); i >= 0 {
		return "", Pos{File: name, Line: 1 + strings.Count(text[:i], "\n"), Column: 1}, false
	}
	return text, Pos{}, true
}

// keyOrders are what the parser says of each mapping. Its findings are the check's business.
func keyOrders(name string, src []byte) map[Pos][]string {
	n := parseYAML(name, src, &findingLog{})
	p := &flowParser{log: &findingLog{}, nodes: map[any]*yamlNode{}, orders: map[Pos][]string{}}
	p.anyFile(name, n)
	return p.orders
}

// anyFile reads a file by what it holds, for a text alone has no folder; its name counts where it can only be one thing.
func (p *flowParser) anyFile(name string, n *yamlNode) {
	has := func(key string) bool { return n.get(key) != nil }
	base := path.Base(name)
	switch {
	case n.kind == yamlList:
		if base == "zones.yaml" || slices.ContainsFunc(n.list, func(e *yamlNode) bool { return e.get("zone") != nil }) {
			p.zonesFile(n)
		} else {
			p.lintFile(n)
		}
	case n.kind != yamlMap:
	case has("flow"):
		p.flow(n)
	case has("list"):
		p.list(n)
	case has("record"):
		p.recordKind(n)
	case has("language"):
		p.translation(name, n)
	case has("stamps"):
		p.stampsFile(n)
	case has("person"):
		p.factsFile(n, "person")
	case has("couple"):
		p.factsFile(n, "couple")
	case has("globals"), base == "words.yaml":
		p.wordsFile(n, &Library{Words: map[string]string{}})
	case has("knocks"), has("signs"), base == "wording.yaml":
		p.wordingFile(n)
	case has("steps"):
		p.flow(n)
	case has("items"):
		p.list(n)
	}
}

// sameFile says that what was written is what was read: the same values, but for the order of keys, and the same comments.
func sameFile(was *yamlNode, out []byte, orders map[Pos][]string, comments []string) bool {
	log := &findingLog{}
	is := parseYAML(was.pos.File, out, log)
	if is == nil || len(log.all) > 0 || !sameNode(was, is, orders) {
		return false
	}
	doc, trouble := readLayout(string(out), is)
	if trouble != nil {
		return false
	}
	after := doc.comments()
	slices.Sort(comments)
	slices.Sort(after)
	return slices.Equal(comments, after)
}

func sameNode(a, b *yamlNode, orders map[Pos][]string) bool {
	if a.kind != b.kind || a.text != b.text || a.plain != b.plain || len(a.pairs) != len(b.pairs) || len(a.list) != len(b.list) {
		return false
	}
	for i, p := range a.pairs {
		q := b.pairs[i]
		if orders[a.pos] != nil {
			q = yamlPair{key: p.key, val: b.get(p.key)}
		}
		if q.key != p.key || q.val == nil || !sameNode(p.val, q.val, orders) {
			return false
		}
	}
	for i := range a.list {
		if !sameNode(a.list[i], b.list[i], orders) {
			return false
		}
	}
	return true
}
