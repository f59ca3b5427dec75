package flows

import (
	"io/fs"
	"slices"
	"strings"
)

// excerpt shows where the library has one of these: a whole file, what a path in it leads to, or the shortest step of a kind.
func (r *reference) excerpt(b blockDoc) string {
	file, path, _ := strings.Cut(b.example, " ")
	data, err := fs.ReadFile(Shipped(), file)
	if err != nil {
		r.t.Fatalf("%s: %v", b.name, err)
	}
	n := parseYAML(file, data, &findingLog{})
	text := strings.TrimSpace(string(data))
	switch kind, step := strings.CutPrefix(b.name, "step_"); {
	case path != "":
		text = cutOut(string(data), n, strings.Split(path, "."))
	case step:
		text = ""
		for _, p := range n.get("steps").pairs {
			if p.val.get(kind) == nil {
				continue
			}
			if x := cutOut(string(data), n, []string{"steps", p.key}); text == "" || len(x) < len(text) {
				text = x
			}
		}
	}
	if text == "" {
		r.t.Fatalf("%s: %s has none", b.name, b.example)
	}
	return "From `" + file + "`:\n\n```yaml\n" + text + "\n```\n"
}

// cutOut is the part of a file that a path of keys leads to, set to the left.
func cutOut(src string, n *yamlNode, path []string) string {
	lines := strings.Split(src, "\n")
	var from, to int
	for _, key := range path {
		i := slices.IndexFunc(n.pairs, func(p yamlPair) bool { return p.key == key })
		if i < 0 {
			return ""
		}
		from = n.pairs[i].pos.Line
		indent := n.pairs[i].pos.Column
		for to = from; to < len(lines); to++ {
			if t := strings.TrimLeft(lines[to], " "); t != "" && len(lines[to])-len(t) < indent {
				break
			}
		}
		n = n.pairs[i].val
	}
	cut := lines[from-1 : to]
	for len(cut) > 0 && (strings.TrimSpace(cut[len(cut)-1]) == "" || strings.HasPrefix(strings.TrimSpace(cut[len(cut)-1]), "#")) {
		cut = cut[:len(cut)-1]
	}
	indent := strings.Repeat(" ", len(cut[0])-len(strings.TrimLeft(cut[0], " ")))
	var out []string
	for _, line := range cut {
		out = append(out, strings.TrimPrefix(line, indent))
	}
	return strings.Join(out, "\n")
}
