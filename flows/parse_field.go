package flows

import (
	"slices"
	"strconv"
)

// fieldValue reads one further field of an item: a number, a text, or a list of texts, which conditions read with in.
// Words such as true and yes are texts like any other.
func (p *flowParser) fieldValue(pair yamlPair) (Value, bool) {
	switch pair.val.kind {
	case yamlMap:
		p.log.add("F01", pair.val.pos, "write "+pair.key+": value, or "+pair.key+": [one, two]", "%s must be a value or a list of values, not a mapping", pair.key)
		return Value{}, false
	case yamlList:
		return p.fieldList(pair), true
	}
	if !p.isScalar(pair.val, pair.key) {
		return Value{}, false
	}
	if num, err := strconv.Atoi(pair.val.text); err == nil && pair.val.plain {
		return Value{T: Scale, N: num}, true
	}
	return Value{T: Text, S: pair.val.text}, true
}

// fieldList reads a list of plain values; it may be empty. Numbers in it are texts: in looks for texts. What is unsound is
// left out, with a finding.
func (p *flowParser) fieldList(pair yamlPair) Value {
	out := Value{T: Multi, L: []string{}}
	for _, v := range pair.val.list {
		switch {
		case v.kind != yamlScalar:
			p.log.add("F01", v.pos, "write "+pair.key+": [one, two]", "%s must hold plain values, not a list or a mapping", pair.key)
		case !p.isScalar(v, "a value of "+pair.key):
		case slices.Contains(out.L, v.text):
			p.log.add("F01", v.pos, "keep one of the two", "%s holds %q twice", pair.key, v.text)
		default:
			out.L = append(out.L, v.text)
		}
	}
	return out
}
