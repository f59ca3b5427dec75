package flows

import (
	"bytes"
	"errors"
	"io"
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
	return (*Memory)(nil).parse(file, data, log)
}

// Memory spares whoever loads the same folder again and again the parsing of what has not changed, which is the largest part of
// loading. One load at a time may use it. It holds what the YAML parser made of each file, which nothing ever changes.
type Memory struct{ files map[string]remembered }

type remembered struct {
	data []byte
	doc  *yaml.Node
}

// decode is decodeYAML, or what it gave for the same text.
func (m *Memory) decode(file string, data []byte) (*yaml.Node, error) {
	if m == nil {
		return decodeYAML(data)
	}
	if had, ok := m.files[file]; ok && bytes.Equal(had.data, data) {
		return had.doc, nil
	}
	doc, err := decodeYAML(data)
	if m.files == nil {
		m.files = map[string]remembered{}
	}
	delete(m.files, file)
	if err == nil {
		m.files[file] = remembered{data, doc}
	}
	return doc, err
}

// parse is parseYAML.
func (m *Memory) parse(file string, data []byte, log *findingLog) *yamlNode {
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
	doc, err := m.decode(file, data)
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
		out.text, out.plain = n.Value, false // not empty: one finding is enough
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
