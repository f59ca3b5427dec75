package flows

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const referencePage = "../docs/flows/reference.md"

var (
	madeBegin = regexp.MustCompile(`^<!-- made: (\S+)(?: (\S+))? -->$`)
	madeEnd   = "<!-- end -->"
)

// TestReference: what docs/flows/reference.md says of the language is what the code says. Its prose is written by hand; what stands
// between the lines <!-- made: … --> and <!-- end --> is made here. REFERENCE_UPDATE=1 writes it; read the difference.
func TestReference(t *testing.T) {
	data, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	r := &reference{t: t, made: map[string]bool{}, heads: map[string]string{}}
	for _, m := range regexp.MustCompile(`(?s)\n#+ ([^\n]*)\n(?:[^#]*?\n)??\n<!-- made: block (\S+) -->`).FindAllStringSubmatch(string(data), -1) {
		r.heads[m[2]] = headingAnchor(m[1])
	}
	page := r.page(string(data))
	page = r.contents(page)
	for _, b := range schemaBlocks() {
		name := "block " + b.name
		if strings.HasPrefix(b.name, "step_") {
			name = "step " + b.title
		}
		if !r.made[name] && !r.made["steps"] {
			t.Errorf("the reference says nothing of %s", name)
		}
		if !strings.HasPrefix(b.name, "step_") && !strings.HasPrefix(b.name, "stamp_") && !r.made[name] {
			t.Errorf("the reference says nothing of %s", name)
		}
	}
	if os.Getenv("REFERENCE_UPDATE") != "" {
		if err := os.WriteFile(referencePage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != string(data) {
		t.Errorf("the reference is not what the code says: %s; REFERENCE_UPDATE=1 go test ./flows -run Reference writes it", firstDifference(string(data), page))
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d is\n%s\nand should be\n%s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("it has %d lines and should have %d", len(x), len(y))
}

// reference makes the parts of the page.
type reference struct {
	t     *testing.T
	made  map[string]bool
	heads map[string]string // by block, what its heading is linked to by
}

func (r *reference) page(text string) string {
	var out strings.Builder
	in := false
	for line := range strings.Lines(text) {
		m := madeBegin.FindStringSubmatch(strings.TrimSpace(line))
		switch {
		case m != nil:
			in = true
			r.made[strings.TrimSpace(m[1]+" "+m[2])] = true
			out.WriteString(line)
			if m[1] == "contents" {
				out.WriteString("\n")
				continue // when all headings are there
			}
			out.WriteString("\n" + strings.TrimSpace(r.part(m[1], m[2])) + "\n\n")
		case strings.TrimSpace(line) == madeEnd:
			in = false
			out.WriteString(line)
		case !in:
			out.WriteString(line)
		}
	}
	if in {
		r.t.Fatal("a part that is made has no end")
	}
	return out.String()
}

func (r *reference) part(kind, name string) string {
	switch kind {
	case "block":
		return r.block(blockNamed(r.t, name))
	case "steps":
		return r.steps()
	case "types":
		return r.types()
	case "signs":
		return r.signs()
	case "scopes":
		return r.scopes()
	case "derived":
		return r.derived()
	case "scores":
		return r.scores()
	case "words":
		return r.words()
	case "limits":
		return r.limits()
	case "codes":
		return r.codes()
	}
	r.t.Fatalf("nothing makes %q", kind)
	return ""
}

// contents lists the headings.
func (r *reference) contents(page string) string {
	var out strings.Builder
	fence, seen := false, map[string]bool{}
	for line := range strings.Lines(page) {
		fence = fence != strings.HasPrefix(line, "```")
		h, under := strings.CutPrefix(strings.TrimSpace(line), "### ")
		switch top, ok := strings.CutPrefix(strings.TrimSpace(line), "## "); {
		case fence || !ok && !under:
			continue
		case ok:
			h = top
			out.WriteString("\n- ")
		default:
			out.WriteString(" · ")
		}
		if seen[headingAnchor(h)] {
			r.t.Errorf("two headings are linked to by #%s", headingAnchor(h))
		}
		seen[headingAnchor(h)] = true
		fmt.Fprintf(&out, "[%s](#%s)", h, headingAnchor(h))
	}
	begin := "<!-- made: contents -->\n\n"
	before, after, ok := strings.Cut(page, begin)
	if !ok {
		r.t.Fatal("the page has no place for its contents")
	}
	return before + begin + strings.TrimSpace(out.String()) + "\n\n" + after
}

// headingAnchor is what a heading is linked to by.
func headingAnchor(h string) string {
	return regexp.MustCompile(`[^a-z0-9_-]`).ReplaceAllString(strings.ReplaceAll(strings.ToLower(h), " ", "-"), "")
}

// block is a table of keys, what else holds, and an example of what ships.
func (r *reference) block(b blockDoc) string {
	var out strings.Builder
	out.WriteString(b.says + "\n\n| key | what stands there | what it is for |\n|---|---|---|\n")
	for _, name := range r.order(b) {
		k := b.find(name)
		says := k.says
		if k.must {
			says = "**Needed.** " + says
		}
		if k.example != "" {
			says += " `" + k.key + ": " + k.example + "`"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", k.key, cell(r.value(b, *k)), cell(says))
	}
	var rules []string
	for _, x := range b.rules {
		if x.says != "" {
			rules = append(rules, x.says)
		}
	}
	if b.fields != nil {
		rules = append(rules, "Any other key is a field of the author's own: "+b.fields.says+".")
	}
	if len(rules) > 0 {
		out.WriteString("\n" + strings.Join(rules, " ") + "\n")
	}
	if b.by == "pair" || b.by == "account" {
		out.WriteString("\n")
		for _, v := range b.variants {
			fmt.Fprintf(&out, "- `%s: %s` takes %s; its `go` names %s.\n", b.by, v.value, code(v.takes[1:]), code(pairOutcomes[b.by+": "+v.value]))
		}
	}
	if b.example != "" {
		out.WriteString("\n" + r.excerpt(b))
	}
	return out.String()
}

// order is that of the parser, in which rewoo fmt writes keys.
func (r *reference) order(b blockDoc) []string {
	var out []string
	for _, x := range parserKeys {
		if x.block == b.name {
			out = slices.Clone(x.keys)
		}
	}
	if kind, ok := strings.CutPrefix(b.name, "step_"); ok {
		out = stepKeys[StepKind(kind)]
	}
	if out == nil {
		for _, k := range b.keys {
			out = append(out, k.key)
		}
	}
	return out
}

// value is what can stand behind a key. A block of its own is linked to; what goes by the type says so.
func (r *reference) value(b blockDoc, k keyDoc) string {
	if len(k.by) > 0 {
		if b.by == "type" {
			return "it goes by the type"
		}
		return "a step for each result"
	}
	if head := r.heads[k.value.block]; head != "" && k.value.says != "" {
		return "[" + k.value.says + "](#" + head + ")"
	}
	return k.value.says
}

func code(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "`" + w + "`"
	}
	return listed(out)
}

// cell keeps a text from ending its cell.
func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ")
}

func (r *reference) steps() string {
	var out strings.Builder
	blocks := map[string]blockDoc{}
	for _, b := range stepBlocks() {
		blocks[b.title] = b
	}
	for _, kind := range stepKinds {
		fmt.Fprintf(&out, "### %s\n\n%s\n", kind, r.block(blocks[string(kind)]))
	}
	return out.String()
}
