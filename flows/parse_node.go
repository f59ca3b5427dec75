package flows

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of what files may say.
const (
	maxTextChars  = 4000
	maxLabelChars = 80
	maxNameChars  = 60
	maxScale      = 20 // points of a scale
	maxOptions    = 25
	maxFlowSteps  = 500
	maxListItems  = 1000
)

var (
	namePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	optionPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_]*$`)
	itemPattern   = regexp.MustCompile(`^([a-z][a-z0-9_]*|[A-Z0-9][A-Z0-9-]*)$`)
	timePattern   = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

func validTime(s string) bool { return timePattern.MatchString(s) }

// flowParser reads one file's nodes into the types of flow.go. It logs what is wrong and goes on with the rest.
type flowParser struct {
	log   *findingLog
	nodes map[any]*yamlNode // what was read from where: keyed by *Flow, *Step, *Decl, *List, *Item
	view  bool              // a translated file: a declaration can hold further words for its options

	orders map[Pos][]string // for Format: by a mapping's place, its keys in the order in which they are written
}

// otherKeys stands in an order for the keys that it does not name. Without it they come last.
const otherKeys = ""

// order notes in which order a mapping's keys are written.
func (p *flowParser) order(n *yamlNode, keys []string) {
	if p.orders != nil && n != nil && n.kind == yamlMap {
		p.orders[n.pos] = keys
	}
}

// fields opens a mapping and refuses unknown keys. A key that is probably a slip is read as what was meant, so that one
// slip is one finding.
func (p *flowParser) fields(n *yamlNode, what string, known ...string) bool {
	if n == nil || n.kind != yamlMap {
		if n != nil {
			p.log.add("F01", n.pos, "it can hold "+listed(known), "%s must be a mapping", what)
		}
		return false
	}
	p.order(n, known)
	kept := n.pairs[:0:0]
	for _, pair := range n.pairs {
		if !slices.Contains(known, pair.key) {
			p.log.add("F01", pair.pos, didYouMean(pair.key, known), "%s has no key %q", what, pair.key)
			if pair.key = nearest(pair.key, known); pair.key == "" || n.get(pair.key) != nil {
				continue
			}
		}
		kept = append(kept, pair)
	}
	n.pairs = kept
	return true
}

// missing reports keys that must be there.
func (p *flowParser) missing(n *yamlNode, what string, keys ...string) {
	for _, key := range keys {
		if n.get(key) == nil {
			hint := "add " + key + ":"
			if key == "none" {
				hint += " the step to go to when there is nothing to offer"
			}
			p.log.add("F01", n.pos, hint, "%s has no %s", what, key)
		}
	}
}

// scalar is a key's plain or quoted value; ok is false when it is missing or, with a finding, something else.
func (p *flowParser) scalar(n *yamlNode, key string) (v *yamlNode, ok bool) {
	v = n.get(key)
	if v == nil {
		return nil, false
	}
	return v, p.isScalar(v, key)
}

func (p *flowParser) isScalar(v *yamlNode, what string) bool {
	switch {
	case v.kind != yamlScalar:
		p.log.add("F01", v.pos, "", "%s must be a single value, not a list or a mapping", what)
		return false
	case v.empty():
		p.log.add("F01", v.pos, "write a value or remove the key", "%s is empty", what)
		return false
	}
	return true
}

// text is a sentence that somebody reads.
func (p *flowParser) text(n *yamlNode, key string, limit int) string {
	v, ok := p.scalar(n, key)
	if !ok {
		return ""
	}
	return p.readText(v, key, limit)
}

func (p *flowParser) readText(v *yamlNode, what string, limit int) string {
	if !p.isScalar(v, what) {
		return ""
	}
	s := strings.TrimSpace(v.text)
	switch {
	case s == "":
		p.log.add("F01", v.pos, "write something", "%s is empty", what)
	case len([]rune(s)) > limit:
		p.log.add("F01", v.pos, "say it shorter", "%s has %d characters, more than %d", what, len([]rune(s)), limit)
	case strings.Contains(s, "://") || strings.Contains(strings.ToLower(s), "www."):
		p.log.add("F01", v.pos, "say where to look in words", "%s holds a link, which texts must not", what)
	}
	return s
}

// label is the text of a button: short, one line, no holes.
func (p *flowParser) label(v *yamlNode, what string) string {
	s := p.readText(v, what, maxLabelChars)
	if strings.ContainsAny(s, "{}\n") {
		p.log.add("F01", v.pos, "say it in plain words", "%s is a label: one line, without holes", what)
	}
	return s
}

// name is an id: of a flow, a step, an answer, a fact.
func (p *flowParser) name(n *yamlNode, key string) string {
	v, ok := p.scalar(n, key)
	if !ok || !p.validName(v.text, v.pos, key) {
		return ""
	}
	return v.text
}

// words that a condition reads as its own
var condWords = []string{"and", "or", "not", "in", "known", "let", "if", "else", "true", "false", "nil", "matches", "contains"}

func (p *flowParser) validName(s string, pos Pos, what string) bool {
	switch {
	case len(s) > maxNameChars:
		p.log.add("F01", pos, "find a shorter one", "%s %.20q… is longer than %d characters", what, s, maxNameChars)
	case !namePattern.MatchString(s):
		p.log.add("F01", pos, "use small letters, digits and _, and start with a letter", "%s %q is not a name", what, s)
	case slices.Contains(condWords, s):
		p.log.add("F01", pos, "find another", "%s cannot be called %q: conditions use that word", what, s)
	default:
		return true
	}
	return false
}

// target names a step, flow, list, answer or result. What stands there is checked later.
func (p *flowParser) target(n *yamlNode, key string) Target {
	v, ok := p.scalar(n, key)
	if !ok {
		return Target{}
	}
	return Target{Step: v.text, Pos: v.pos}
}

// number is a whole number without quotes.
func (p *flowParser) number(n *yamlNode, key string, from, to int) (int, bool) {
	v, ok := p.scalar(n, key)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(v.text)
	switch {
	case err != nil:
		p.log.add("F01", v.pos, "write a whole number", "%s must be a number, not %q", key, v.text)
	case !v.plain:
		p.log.add("F01", v.pos, "remove the quotes", "%s must be a number, not a text", key)
	case i < from || i > to:
		p.log.add("F01", v.pos, "", "%s is %d and must be from %d to %d", key, i, from, to)
	default:
		return i, true
	}
	return 0, false
}

// truth is true or false.
func (p *flowParser) truth(n *yamlNode, key string) bool {
	v, ok := p.scalar(n, key)
	if !ok {
		return false
	}
	if !v.plain || v.text != "true" && v.text != "false" {
		p.log.add("F01", v.pos, "write true or false, without quotes", "%s must be true or false, not %q", key, v.text)
	}
	return v.text == "true"
}

// word is one of a few.
func (p *flowParser) word(n *yamlNode, key string, known ...string) string {
	v, ok := p.scalar(n, key)
	if !ok {
		return ""
	}
	if !slices.Contains(known, v.text) {
		p.log.add("F01", v.pos, didYouMean(v.text, known), "%s cannot be %q", key, v.text)
		return nearest(v.text, known)
	}
	return v.text
}

func (p *flowParser) duration(n *yamlNode, key string) time.Duration {
	v, ok := p.scalar(n, key)
	if !ok {
		return 0
	}
	d, err := parseDuration(v.text)
	if err != nil {
		p.log.add("F01", v.pos, "write a number and a unit, like 45m, 20h, 3d or 1y", "%s: %s", key, err)
		return time.Minute // one finding is enough
	}
	return d
}

// cond compiles an expression; one that is wrong becomes nil.
func (p *flowParser) cond(v *yamlNode, what string) *Cond {
	if !p.isScalar(v, what) {
		return nil
	}
	c, err := compileCond(v.text, v.pos)
	if err != nil {
		p.condFinding(v.pos, err)
		return nil
	}
	return c
}

func (p *flowParser) condFinding(pos Pos, err error) {
	if e, ok := err.(*condError); ok {
		p.log.add(e.code, pos, e.hint, "%s", e.text)
		return
	}
	p.log.add("F01", pos, "", "%s", err)
}

// words is a list of texts.
func (p *flowParser) words(v *yamlNode, what string) []string {
	if v == nil {
		return nil
	}
	if v.kind != yamlList {
		p.log.add("F01", v.pos, `write it as ["one", "two"]`, "%s must be a list", what)
		return nil
	}
	var out []string
	for _, w := range v.list {
		if s := p.readText(w, what, maxLabelChars); s != "" {
			out = append(out, s)
		}
	}
	return out
}
