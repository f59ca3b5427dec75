package flows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Limits of one file.
const (
	maxYAMLBytes = 256 << 10
	maxYAMLDepth = 32
)

type yamlKind int

const (
	yamlScalar yamlKind = iota
	yamlMap
	yamlList
)

// yamlNode is a value with its place. Scalars are text as written: what they mean is decided by who reads them, so that
// yes, no, 21:30 and 1.0 never change on the way.
type yamlNode struct {
	kind  yamlKind
	pos   Pos
	text  string
	plain bool // not in quotes
	pairs []yamlPair
	list  []*yamlNode
}

type yamlPair struct {
	key string
	pos Pos // of the key
	val *yamlNode
}

// empty says that nothing, ~ or null stands there.
func (n *yamlNode) empty() bool {
	return n == nil || n.kind == yamlScalar && n.plain && (n.text == "" || n.text == "~" || n.text == "null")
}

// get finds a key's value.
func (n *yamlNode) get(key string) *yamlNode {
	if n == nil || n.kind != yamlMap {
		return nil
	}
	for _, p := range n.pairs {
		if p.key == key {
			return p.val
		}
	}
	return nil
}

// at is the place of the value that a path of keys leads to, as far as it goes.
func (n *yamlNode) at(path ...string) Pos {
	for _, key := range path {
		next := n.get(key)
		if next == nil {
			break
		}
		n = next
	}
	return n.pos
}

// parseYAML reads one document strictly. It is nil when the text is not YAML at all; other faults are logged and what
// is sound is returned, so that all faults of a file come out at once.
func parseYAML(file string, data []byte, log *findingLog) *yamlNode {
	start := Pos{File: file, Line: 1, Column: 1}
	switch {
	case len(data) > maxYAMLBytes:
		log.add("F01", start, "split it into several", "this file is larger than 256 KiB")
		return nil
	case !utf8.Valid(data):
		log.add("F01", invalidUTF8(file, data), "save the file as UTF-8", "this file is not UTF-8 text")
		return nil
	}
	if pos, ok := tabIndent(file, data); ok {
		log.add("F01", pos, "indent with spaces", "this line is indented with a tab, which YAML forbids")
		return nil
	}
	doc, err := decodeYAML(data)
	switch {
	case errors.Is(err, io.EOF), err == nil && (doc.Kind != yaml.DocumentNode || len(doc.Content) == 0):
		log.add("F01", start, "remove the file or fill it", "this file is empty")
		return nil
	case err != nil:
		pos, text, hint := explainYAML(file, data, err)
		log.add("F01", pos, hint, "%s", text)
		return nil
	}
	c := yamlConv{file: file, log: log}
	return c.node(doc.Content[0], 1)
}

var errSecondDocument = errors.New("second document")

// decodeYAML contains the parser's panics: it has had some for odd input.
func decodeYAML(data []byte) (doc *yaml.Node, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("yaml: cannot be read")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	doc = new(yaml.Node)
	if err := dec.Decode(doc); err != nil {
		return nil, err
	}
	if err := dec.Decode(new(yaml.Node)); err == nil {
		return nil, errSecondDocument
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return doc, nil
}

// yamlConv turns the parser's nodes into ours, refusing what flow files do not need.
type yamlConv struct {
	file string
	log  *findingLog
}

func (c *yamlConv) node(n *yaml.Node, depth int) *yamlNode {
	pos := Pos{File: c.file, Line: n.Line, Column: n.Column}
	out := &yamlNode{pos: pos, plain: true}
	if depth > maxYAMLDepth {
		c.log.add("F01", pos, "flatten it", "this is nested more than %d levels deep", maxYAMLDepth)
		return out
	}
	if n.Anchor != "" {
		c.log.add("F01", pos, "write the value out where it is needed", "anchors such as &%s are not allowed", n.Anchor)
	}
	if n.Style&yaml.TaggedStyle != 0 {
		c.log.add("F01", pos, "remove it", "tags such as %s are not allowed", n.Tag)
	}
	switch n.Kind {
	case yaml.AliasNode:
		c.log.add("F01", pos, "write the value out", "aliases such as *%s are not allowed", n.Value)
	case yaml.ScalarNode:
		out.text, out.plain = n.Value, n.Style&^yaml.TaggedStyle == 0
		if bad, ok := hiddenSign(n.Value); ok {
			c.log.add("F01", pos, "remove it", "this text holds a sign that cannot be seen (U+%04X)", bad)
		}
	case yaml.SequenceNode:
		out.kind = yamlList
		for _, item := range n.Content {
			out.list = append(out.list, c.node(item, depth+1))
		}
	case yaml.MappingNode:
		out.kind = yamlMap
		c.pairs(n, out, depth)
	}
	return out
}

func (c *yamlConv) pairs(n *yaml.Node, out *yamlNode, depth int) {
	seen := map[string]int{} // key → line
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := c.node(n.Content[i], depth+1)
		if n.Content[i].Kind != yaml.ScalarNode {
			if n.Content[i].Kind != yaml.AliasNode {
				c.log.add("F01", k.pos, "use a plain name", "a key must be a name, not a list or a mapping")
			}
			continue
		}
		if line, twice := seen[k.text]; twice {
			c.log.add("F01", k.pos, "keep one of the two", "%q is there twice; the first is on line %d", k.text, line)
			continue
		}
		seen[k.text] = k.pos.Line
		val := c.node(n.Content[i+1], depth+1)
		if val.empty() {
			val.pos = k.pos // the parser places nothing on the next line
		}
		out.pairs = append(out.pairs, yamlPair{key: k.text, pos: k.pos, val: val})
	}
}

// hiddenSign finds signs that make a text look different from what it is: controls, and marks that turn the direction.
func hiddenSign(s string) (rune, bool) {
	for _, r := range s {
		switch {
		case r < 0x20 && r != '\n', r >= 0x7f && r < 0xa0, r == 0x200b, r == 0x2060, r == 0xfeff,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return r, true
		}
	}
	return 0, false
}

func invalidUTF8(file string, data []byte) Pos {
	pos := Pos{File: file, Line: 1, Column: 1}
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if pos.Column++; r == '\n' {
			pos.Line, pos.Column = pos.Line+1, 1
		}
		data = data[size:]
	}
	return pos
}

// tabIndent finds the first line that starts with a tab. The parser's own words for it are hard to understand.
func tabIndent(file string, data []byte) (Pos, bool) {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		rest := bytes.TrimLeft(text, " ")
		if len(rest) > 0 && rest[0] == '\t' && len(bytes.TrimSpace(rest)) > 0 {
			return Pos{File: file, Line: line, Column: len(text) - len(rest) + 1}, true
		}
	}
	return Pos{}, false
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// explainYAML says in plain words what the parser complains about. It knows lines, not columns.
func explainYAML(file string, data []byte, err error) (pos Pos, text, hint string) {
	pos = Pos{File: file, Line: 1, Column: 1}
	if errors.Is(err, errSecondDocument) {
		return secondDocument(file, data), "a second document starts here", "put it into a file of its own"
	}
	msg := err.Error()
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		msg = msg[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil {
			pos.Line = n
		}
	}
	if lines := strings.Split(string(data), "\n"); pos.Line <= len(lines) {
		line := lines[pos.Line-1]
		if rest := strings.TrimLeft(line, " "); strings.TrimSpace(rest) != "" {
			pos.Column = 1 + len(line) - len(rest)
		}
	}
	for _, e := range yamlSentences {
		if strings.Contains(msg, e.part) {
			return pos, e.text, e.hint
		}
	}
	return pos, fmt.Sprintf("this is not YAML (%s)", msg), "look at this line and the one before it"
}

var yamlSentences = []struct{ part, text, hint string }{
	{"mapping values are not allowed", "there is a colon where none can be", "put the text of this line in quotes"},
	{"did not find expected key", "the indentation or a quote is off at or just after this line",
		"line up the keys, and put texts that hold quotes or colons in double quotes"},
	{"did not find expected '-'", "the indentation of a list is off at or just after this line", "line up the dashes"},
	{"did not find expected ',' or '}'", "a { is not closed, or a comma is missing", "check the braces and commas, and put texts in quotes"},
	{"did not find expected ',' or ']'", "a [ is not closed, or a comma is missing", "check the brackets and commas, and put texts in quotes"},
	{"could not find expected ':'", "a key has no colon after it", "write key: value, and put longer texts in quotes"},
	{"found unexpected end of stream", "a quote is opened and never closed", "close it"},
	{"cannot start any token", "a text starts with a sign that YAML keeps for itself", "put the text in quotes"},
	{"unknown anchor", "aliases such as *name are not allowed", "write the value out, or put a text that starts with * in quotes"},
	{"unknown escape", "a \\ in double quotes starts an escape that does not exist", "write \\\\ for a backslash"},
	{"control characters are not allowed", "this file holds control characters", "remove them"},
	{"document start", "two values stand beside each other", "check the indentation"},
	{"exceeded max depth", "this is nested too deep", "flatten it"},
}

// secondDocument is the line of the --- that ends the first document.
func secondDocument(file string, data []byte) Pos {
	pos := Pos{File: file, Line: 1, Column: 1}
	line, content := 0, false
	for text := range bytes.Lines(data) {
		line++
		t := strings.TrimSpace(string(text))
		if content && (strings.HasPrefix(string(text), "---") || strings.HasPrefix(string(text), "...")) {
			pos.Line = line
			return pos
		}
		content = content || t != "" && !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "%")
	}
	return pos
}
