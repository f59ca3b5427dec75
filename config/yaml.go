package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Limits of the file.
const (
	maxBytes = 64 << 10
	maxDepth = 8
)

type kind int

const (
	scalar kind = iota
	mapping
	list
)

// node is a value with its place. Scalars are text as written: what they mean is for who reads them to say.
type node struct {
	kind  kind
	at    place
	text  string
	plain bool // not in quotes
	pairs []pair
	list  []*node
}

type pair struct {
	key string
	at  place // of the key
	val *node
}

// empty says that nothing, ~ or null stands there.
func (n *node) empty() bool {
	return n.kind == scalar && n.plain && (n.text == "" || n.text == "~" || n.text == "null")
}

// readYAML reads one document. It is nil when the text is not YAML at all; other faults are noted and the rest is read.
func readYAML(data []byte, log *findings) *node {
	switch {
	case len(data) > maxBytes:
		log.add(top, "is it the right file?", "this file is larger than 64 KiB")
		return nil
	case !utf8.Valid(data):
		log.add(top, "save the file as UTF-8", "this file is not UTF-8 text")
		return nil
	}
	if at, ok := tabAtStart(data); ok {
		log.add(at, "indent with spaces", "this line is indented with a tab, which YAML forbids")
		return nil
	}
	doc, err := decode(data)
	switch {
	case errors.Is(err, io.EOF), err == nil && (doc.Kind != yaml.DocumentNode || len(doc.Content) == 0):
		log.add(top, "rewoo init writes one", "this file is empty")
		return nil
	case errors.Is(err, errSecond):
		log.add(top, "keep one", "this file holds two documents, parted by ---")
		return nil
	case err != nil:
		at, text, hint := explain(data, err)
		log.add(at, hint, "%s", text)
		return nil
	}
	return (&reader{log}).node(doc.Content[0], 1)
}

var errSecond = errors.New("second document")

// decode contains the parser's panics: it has had some for odd input.
func decode(data []byte) (doc *yaml.Node, err error) {
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
		return nil, errSecond
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return doc, nil
}

// reader turns the parser's nodes into ours and refuses what this file does not need.
type reader struct{ log *findings }

func (r *reader) node(n *yaml.Node, depth int) *node {
	out := &node{at: place{max(n.Line, 1), max(n.Column, 1)}, plain: true}
	if depth > maxDepth {
		r.log.add(out.at, "flatten it", "this is nested more than %d levels deep", maxDepth)
		return out
	}
	if n.Anchor != "" {
		r.log.add(out.at, "write the value out where it is needed", "anchors are not allowed")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.log.add(out.at, "remove it", "tags are not allowed")
	}
	switch n.Kind {
	case yaml.AliasNode:
		out.text, out.plain = "*", false // not empty: one finding is enough
		r.log.add(out.at, "write the value out", "aliases are not allowed")
	case yaml.ScalarNode:
		out.text, out.plain = n.Value, n.Style&^yaml.TaggedStyle == 0
		if c, ok := hidden(n.Value); ok {
			r.log.add(out.at, "remove it", "this text holds a sign that cannot be seen (U+%04X)", c)
		}
	case yaml.SequenceNode:
		out.kind = list
		for _, item := range n.Content {
			out.list = append(out.list, r.node(item, depth+1))
		}
	case yaml.MappingNode:
		out.kind = mapping
		r.pairs(n, out, depth)
	}
	return out
}

func (r *reader) pairs(n *yaml.Node, out *node, depth int) {
	first := map[string]int{} // key → line
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := r.node(n.Content[i], depth+1)
		if n.Content[i].Kind != yaml.ScalarNode {
			if n.Content[i].Kind != yaml.AliasNode {
				r.log.add(k.at, "use a plain name", "a key must be a name")
			}
			continue
		}
		if line, twice := first[k.text]; twice {
			r.log.add(k.at, "keep one of the two", "%s is there twice; the first is on line %d", shown(k.text), line)
			continue
		}
		first[k.text] = k.at.line
		val := r.node(n.Content[i+1], depth+1)
		if val.empty() {
			val.at = k.at // the parser places nothing on the next line
		}
		out.pairs = append(out.pairs, pair{k.text, k.at, val})
	}
}

// hidden finds signs that make a text look different from what it is.
func hidden(s string) (rune, bool) {
	for _, c := range s {
		switch {
		case c < 0x20, c >= 0x7f && c < 0xa0, c >= 0x200b && c <= 0x200f, c >= 0x2028 && c <= 0x202e, c >= 0x2060 && c <= 0x2069, c == 0xfeff:
			return c, true
		}
	}
	return 0, false
}

func tabAtStart(data []byte) (place, bool) {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		rest := bytes.TrimLeft(text, " ")
		if len(rest) > 0 && rest[0] == '\t' && len(bytes.TrimSpace(rest)) > 0 {
			return place{line, len(text) - len(rest) + 1}, true
		}
	}
	return place{}, false
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)

// explain says in our words what the parser complains about: its own may repeat what stands there.
func explain(data []byte, err error) (at place, text, hint string) {
	at = top
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			at.line = min(max(n, 1), 1+bytes.Count(data, []byte("\n")))
		}
	}
	for _, s := range sentences {
		if strings.Contains(err.Error(), s.part) {
			return at, s.text, s.hint
		}
	}
	return at, "this is not YAML", "look at this line and the one before it"
}

var sentences = []struct{ part, text, hint string }{
	{"mapping values are not allowed", "there is a colon where none can be", "check the indentation, or put the text of this line in quotes"},
	{"did not find expected key", "the indentation or a quote is off at or just after this line", "line up the keys"},
	{"did not find expected", "a bracket, a brace or a dash is missing at or just after this line", "check them, and put texts in quotes"},
	{"could not find expected ':'", "a key has no colon and space after it", "write key: value"},
	{"unexpected end of stream", "a quote is opened and never closed", "close it"},
	{"cannot start any token", "a text starts with a sign that YAML keeps for itself", "put the text in quotes"},
	{"unknown anchor", "aliases are not allowed", "write the value out, or put a text that starts with * in quotes"},
	{"control characters", "this file holds control characters", "remove them"},
	{"exceeded max depth", "this is nested too deep", "flatten it"},
}
