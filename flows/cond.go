package flows

import (
	"slices"
	"strings"
)

// Limits of one condition.
const (
	maxCondChars  = 500
	maxCondNodes  = 64
	maxCondNested = 16        // brackets within brackets
	maxCondNumber = 1_000_000 // either way
)

// Cond is an expression of the condition language: comparisons of answers, facts and item fields, joined by and, or and
// not; plus and minus on whole numbers. It reads names and nothing else, never changes, and always ends.
type Cond struct {
	Src  string
	Pos  Pos
	root *condNode
	refs []string
}

// condNode is one node of an expression: our own tree, so that evaluation holds no surprise of a library.
type condNode struct {
	op   condOp
	kids []*condNode
	name string // opName, opKnown: "me.pulse"
	n    int    // opInt
	s    string // opStr
}

type condOp string

const (
	opName  condOp = "name"
	opKnown condOp = "known"
	opInt   condOp = "int"
	opStr   condOp = "string"
	opList  condOp = "list"
	opNeg   condOp = "negative"
	opNot   condOp = "not"
	opAnd   condOp = "and"
	opOr    condOp = "or"
	opIn    condOp = "in"
	opEq    condOp = "=="
	opNe    condOp = "!="
	opLt    condOp = "<"
	opLe    condOp = "<="
	opGt    condOp = ">"
	opGe    condOp = ">="
	opAdd   condOp = "+"
	opSub   condOp = "-"
)

func (op condOp) compares() bool {
	return slices.Contains([]condOp{opEq, opNe, opLt, opLe, opGt, opGe}, op)
}
func (op condOp) orders() bool { return slices.Contains([]condOp{opLt, opLe, opGt, opGe}, op) }

// Refs are the names that are read, each once, in order of reading. A name that is only asked for with known counts too.
func (c *Cond) Refs() []string { return slices.Clone(c.refs) }

// reads says that c reads a name.
func (c *Cond) reads(name string) bool { return c != nil && slices.Contains(c.refs, name) }

// Bool says whether the condition holds. A comparison with something unknown never does.
func (c *Cond) Bool(get func(name string) (Value, bool)) bool {
	return c != nil && c.root.truth(get)
}

// Value computes the expression. It is false when a name in it is unknown; a condition is a yes or no.
func (c *Cond) Value(get func(name string) (Value, bool)) (Value, bool) {
	if c == nil {
		return Value{}, false
	}
	return c.root.value(get)
}

func (n *condNode) truth(get func(string) (Value, bool)) bool {
	switch n.op {
	case opAnd:
		return n.kids[0].truth(get) && n.kids[1].truth(get)
	case opOr:
		return n.kids[0].truth(get) || n.kids[1].truth(get)
	case opNot:
		return !n.kids[0].truth(get)
	case opKnown:
		_, ok := get(n.name)
		return ok
	case opIn:
		return n.member(get)
	case opName:
		v, ok := get(n.name)
		return ok && v.T == YesNo && v.S == "yes"
	}
	if !n.op.compares() {
		return false
	}
	a, ok := n.kids[0].value(get)
	b, ok2 := n.kids[1].value(get)
	return ok && ok2 && compareValues(n.op, a, b)
}

func (n *condNode) member(get func(string) (Value, bool)) bool {
	v, ok := n.kids[0].value(get)
	if !ok {
		return false
	}
	if n.kids[1].op == opList {
		return n.kids[1].holds(&v, get)
	}
	list, ok := n.kids[1].value(get)
	return ok && v.class() == isText && slices.Contains(list.L, v.S)
}

// holds says whether v is in a list that is written out. Its texts come first: they need no reading, and often decide.
func (n *condNode) holds(v *Value, get func(string) (Value, bool)) bool {
	text := v.class() == isText
	for _, k := range n.kids {
		if text && k.op == opStr && k.s == v.S {
			return true
		}
	}
	for _, k := range n.kids {
		if k.op == opStr && v.T != Span {
			continue
		}
		if w, ok := k.value(get); ok && compareValues(opEq, *v, w) {
			return true
		}
	}
	return false
}

func (n *condNode) value(get func(string) (Value, bool)) (Value, bool) {
	switch n.op {
	case opName:
		return get(n.name)
	case opInt:
		return Value{T: Scale, N: n.n}, true
	case opStr:
		return Value{T: Text, S: n.s}, true
	case opList:
		out := Value{T: Multi, L: []string{}}
		for _, k := range n.kids {
			v, ok := k.value(get)
			if !ok || v.class() != isText {
				return Value{}, false
			}
			out.L = append(out.L, v.S)
		}
		return out, true
	case opNeg:
		v, ok := n.kids[0].value(get)
		v.N = -v.N
		return v, ok && v.class() == isNumber
	case opAdd, opSub:
		a, ok := n.kids[0].value(get)
		b, ok2 := n.kids[1].value(get)
		if !ok || !ok2 || a.class() != isNumber || b.class() != isNumber {
			return Value{}, false
		}
		if n.op == opSub {
			b.N = -b.N
		}
		return Value{T: Scale, N: a.N + b.N}, true
	}
	if n.truth(get) {
		return Value{T: YesNo, S: "yes"}, true
	}
	return Value{T: YesNo, S: "no"}, true
}

type valueClass int

const (
	isText valueClass = iota
	isNumber
	isList
)

func (v Value) class() valueClass {
	switch {
	case v.T == Scale || v.T == Number:
		return isNumber
	case v.T == Multi || v.L != nil:
		return isList
	case v.T == "" && v.S == "":
		return isNumber
	}
	return isText
}

// compareValues compares numbers with numbers, texts with texts and lengths of time with each other; anything else is not equal and has no order.
func compareValues(op condOp, a, b Value) bool {
	ca, cb := a.class(), b.class()
	if ca != cb || ca == isList {
		return op == opNe
	}
	d := strings.Compare(a.S, b.S)
	switch {
	case ca == isNumber:
		d = a.N - b.N
	case a.T == Span || b.T == Span: // 48h is 2d
		d = compareSpans(a.S, b.S)
	}
	switch op {
	case opEq:
		return d == 0
	case opNe:
		return d != 0
	case opLt:
		return d < 0
	case opLe:
		return d <= 0
	case opGt:
		return d > 0
	}
	return d >= 0
}
