package flows

import (
	"fmt"
	"slices"
	"strconv"
)

// condType is what is known of an expression before it is evaluated.
type condType struct {
	kind condKind
	decl *Decl    // of a name
	opts []string // the values a closed type can have; nil: open
	name string   // how to call it
}

type condKind int

const (
	anyKind  condKind = iota // a drawn question's answer: it has the type that the question brings
	intKind                  // scale, numbers
	strKind                  // choice, text, zone, quoted texts
	timeKind                 // time of day
	dateKind                 // a day
	spanKind                 // a length of time
	yesKind                  // yes or no
	listKind
	boolKind // a condition
)

var condKindNames = map[condKind]string{intKind: "a number", strKind: "a text", timeKind: "a time of day",
	dateKind: "a date", spanKind: "a length of time",
	yesKind: "a yes or no", listKind: "a list", boolKind: "a condition"}

// condTypes checks an expression. Without resolve, names fit everywhere and only its shape is checked.
type condTypes struct {
	resolve func(name string) (condType, *condError)
}

// typeOfDecl is how a declared answer or fact takes part in conditions.
func typeOfDecl(name string, d *Decl) condType {
	t := condType{decl: d, name: name}
	switch d.Type {
	case Scale, Number:
		t.kind = intKind
	case OneOf:
		t.kind, t.opts = strKind, optionIDs(d)
	case Multi:
		t.kind, t.opts = listKind, optionIDs(d)
	case YesNo:
		t.kind, t.opts = yesKind, []string{"yes", "no"}
	case Time:
		t.kind = timeKind
	case Date:
		t.kind = dateKind
	case Span:
		t.kind = spanKind
	case Text, Zone, ItemOf:
		t.kind = strKind
	}
	return t
}

// optionIDs are the ids a closed answer can have, in order; nil for open types.
func optionIDs(d *Decl) []string {
	var ids []string
	switch d.Type {
	case Scale:
		for n := d.From; n <= d.To && n-d.From < maxScale; n++ {
			ids = append(ids, strconv.Itoa(n))
		}
	case YesNo:
		return []string{"yes", "no"}
	case OneOf, Multi:
		for _, o := range d.Options {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func (t condTypes) of(n *condNode) (condType, *condError) {
	switch n.op {
	case opName, opKnown:
		ty := condType{name: n.name}
		if t.resolve != nil {
			var e *condError
			if ty, e = t.resolve(n.name); e != nil {
				return ty, e
			}
		}
		if n.op == opKnown {
			return condType{kind: boolKind, name: "known(" + n.name + ")"}, nil
		}
		return ty, nil
	case opInt:
		return condType{kind: intKind, name: strconv.Itoa(n.n)}, nil
	case opStr:
		return condType{kind: strKind, name: "'" + n.s + "'"}, nil
	case opList:
		return t.list(n)
	case opNeg, opAdd, opSub:
		for _, k := range n.kids {
			if e := t.want(k, intKind, "can only be counted with numbers"); e != nil {
				return condType{}, e
			}
		}
		return condType{kind: intKind, name: "a sum"}, nil
	case opNot, opAnd, opOr:
		for _, k := range n.kids {
			if e := t.want(k, boolKind, "is not a condition that "+string(n.op)+" can take"); e != nil {
				return condType{}, e
			}
		}
	case opIn:
		if e := t.in(n); e != nil {
			return condType{}, e
		}
	default:
		if e := t.compare(n); e != nil {
			return condType{}, e
		}
	}
	return condType{kind: boolKind, name: "a condition"}, nil
}

// want demands a kind; a yes or no counts as a condition.
func (t condTypes) want(n *condNode, kind condKind, what string) *condError {
	ty, e := t.of(n)
	switch {
	case e != nil:
		return e
	case ty.kind == kind, ty.kind == anyKind, kind == boolKind && ty.kind == yesKind:
		return nil
	case kind == boolKind:
		return refuse("compare it with something, as in "+exampleOf(ty), "%s %s", ty.name, what)
	}
	return refuse("use numbers", "%s is %s and %s", ty.name, condKindNames[ty.kind], what)
}

func exampleOf(ty condType) string {
	switch {
	case ty.decl == nil:
		return "me.pulse <= 2"
	case ty.kind == intKind:
		return fmt.Sprintf("%s <= %d", ty.name, ty.decl.From+1)
	case ty.kind == dateKind:
		return ty.name + " < '2026-12-24'"
	case ty.kind == spanKind:
		return fmt.Sprintf("%s == '%s'", ty.name, spoken(ty.decl.Least))
	case ty.kind == listKind && len(ty.opts) > 0:
		return fmt.Sprintf("'%s' in %s", ty.opts[0], ty.name)
	case len(ty.opts) > 0:
		return fmt.Sprintf("%s == '%s'", ty.name, ty.opts[0])
	}
	return fmt.Sprintf("known(%s)", ty.name)
}

func (t condTypes) list(n *condNode) (condType, *condError) {
	for _, k := range n.kids {
		ty, e := t.of(k)
		if e != nil {
			return ty, e
		}
		if ty.kind == listKind || ty.kind == boolKind {
			return ty, refuse("list plain values, like ['a', 'b']", "a list holds %s", condKindNames[ty.kind])
		}
	}
	return condType{kind: listKind, name: "a list"}, nil
}

func (t condTypes) in(n *condNode) *condError {
	left, e := t.of(n.kids[0])
	if e != nil {
		return e
	}
	right, e := t.of(n.kids[1])
	if e != nil {
		return e
	}
	if n.kids[1].op == opList {
		for _, k := range n.kids[1].kids {
			ty, _ := t.of(k) // of the list said that it is sound
			if e := pairs(opEq, left, ty, n.kids[0], k); e != nil {
				return e
			}
		}
		return nil
	}
	if right.kind == anyKind {
		return nil
	}
	if right.kind != listKind {
		return refuse("write in ['a', 'b']", "%s is not a list", right.name)
	}
	if n.kids[0].op != opInt && (left.kind == listKind || left.kind == intKind || left.kind == boolKind) {
		return refuse("name one text, as in 'a' in "+right.name, "%s holds texts, and %s is %s", right.name, left.name, condKindNames[left.kind])
	}
	return isOption(n.kids[0], right)
}

func (t condTypes) compare(n *condNode) *condError {
	a, e := t.of(n.kids[0])
	if e != nil {
		return e
	}
	b, e := t.of(n.kids[1])
	if e != nil {
		return e
	}
	return pairs(n.op, a, b, n.kids[0], n.kids[1])
}

// pairs says whether two values can be compared with op.
func pairs(op condOp, a, b condType, na, nb *condNode) *condError {
	for _, ty := range []condType{a, b} {
		switch ty.kind {
		case boolKind:
			return refuse("put brackets around the comparison, as in not (me.pulse == 1)", "a condition is compared with something")
		case listKind:
			return refuse("write 'a' in "+ty.name, "%s is a list and cannot be compared", ty.name)
		}
	}
	switch {
	case a.kind == anyKind || b.kind == anyKind:
		return nil
	case op.orders() && !ordered(a.kind) && !ordered(b.kind):
		return refuse("compare it with == or in", "%s has no order", a.name)
	case nb.op == opStr && na.op != opStr:
		return isOption(nb, a)
	case na.op == opStr && nb.op != opStr:
		return isOption(na, b)
	case a.kind != b.kind:
		return mismatch(a, b)
	case a.kind == intKind && !op.orders() && nb.op == opInt:
		return inRange(nb, a)
	case a.kind == intKind && !op.orders() && na.op == opInt:
		return inRange(na, b)
	case a.opts != nil && b.opts != nil && a.kind != intKind && disjoint(a.opts, b.opts):
		return refuse("compare things of one kind", "%s and %s have no option in common", a.name, b.name)
	}
	return nil
}

func ordered(k condKind) bool { return k == intKind || k == timeKind || k == dateKind || k == spanKind }

func disjoint(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

func mismatch(a, b condType) *condError {
	hint := "compare things of one kind"
	if a.kind == intKind || b.kind == intKind {
		hint = "compare numbers with numbers, without quotes"
	}
	return refuse(hint, "%s is %s and cannot be compared with %s", a.name, condKindNames[a.kind], b.name)
}

func inRange(n *condNode, ty condType) *condError {
	if ty.decl == nil || n.n >= ty.decl.From && n.n <= ty.decl.To {
		return nil
	}
	return &condError{"F02", fmt.Sprintf("%s goes from %d to %d and is never %d", ty.name, ty.decl.From, ty.decl.To, n.n), ""}
}

// isOption says whether a quoted text is one of the values of a closed type.
func isOption(n *condNode, ty condType) *condError {
	literal := condType{kind: strKind, name: "'" + n.s + "'"}
	switch {
	case n.op == opInt && ty.kind == listKind:
		return refuse("put it in quotes", "%s holds texts and never %d", ty.name, n.n)
	case n.op != opStr:
		return nil
	case ty.kind == intKind:
		return mismatch(ty, literal)
	case ty.kind == timeKind && n.s != "" && !validTime(n.s): // '' is no time at all
		return refuse("write it like '21:30'", "%s is a time of day, and '%s' is none", ty.name, n.s)
	case ty.kind == dateKind && n.s != "" && !validDate(n.s):
		return refuse("write it like '2026-12-24'", "%s is a date, and '%s' is none", ty.name, n.s)
	case ty.kind == spanKind:
		return isSpan(n, ty)
	case ty.opts != nil && !slices.Contains(ty.opts, n.s):
		return &condError{"F02", fmt.Sprintf("%s has no option %q", ty.name, n.s), didYouMean(n.s, ty.opts)}
	}
	return nil
}
