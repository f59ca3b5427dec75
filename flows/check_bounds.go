package flows

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// maxTryNumbers is how many values of a number or a duration are tried in a choose step.
const maxTryNumbers = 48

// between lists what a number or a duration can be, as far as the conditions of the step can tell values apart: where it is
// only compared with what is written out, those, what lies next to them, and the ends.
func (t *branchTry) between(name string, d *Decl, known bool) tryName {
	least, most, unit := d.From, d.To, 1
	if d.Type == Span {
		least, most = int(d.Least/time.Minute), int(d.Most/time.Minute)
	}
	var points []int
	switch said, ok := t.comparedWith(name); {
	case t.c.counted[d]:
		return unheardOf(known)
	case most-least < maxTryNumbers:
		for n := least; n <= most; n++ {
			points = append(points, n)
		}
	case !ok:
		return unheardOf(known)
	default:
		points = []int{least, most}
		for _, n := range said {
			points = append(points, n-unit, n, n+unit)
		}
		points = slices.DeleteFunc(points, func(n int) bool { return n < least || n > most })
		slices.Sort(points)
		if points = slices.Compact(points); len(points) > maxTryNumbers {
			return unheardOf(known)
		}
	}
	var out tryName
	for _, n := range points {
		v := Value{T: Number, N: n}
		if d.Type == Span {
			v = Value{T: Span, S: strconv.Itoa(n) + "m"}
		}
		out.values = append(out.values, tryValue{v, true})
	}
	if !known {
		out.values = append(out.values, tryValue{})
	}
	return out
}

// comparedWith are the plain values that the step compares a name with; false when it reads the name in any other way.
func (t *branchTry) comparedWith(name string) (said []int, ok bool) {
	ok = true
	var walk func(n *condNode)
	plain := func(k *condNode) {
		n, is := plainNumber(k)
		said, ok = append(said, n), ok && is
	}
	walk = func(n *condNode) {
		is := func(i int) bool { return len(n.kids) > i && n.kids[i].op == opName && n.kids[i].name == name }
		switch {
		case n.op.compares() && is(0) && is(1):
			ok = false
		case n.op.compares() && is(0):
			plain(n.kids[1])
		case n.op.compares() && is(1):
			plain(n.kids[0])
		case n.op == opIn && is(0) && n.kids[1].op == opList:
			for _, k := range n.kids[1].kids {
				plain(k)
			}
		case n.op == opName && n.name == name:
			ok = false
		default:
			for _, k := range n.kids {
				walk(k)
			}
		}
	}
	for _, b := range t.step.Branches {
		if b.If != nil {
			walk(b.If.root)
		}
	}
	return said, ok
}

// plainNumber is a number that is written out, or a length of time in minutes.
func plainNumber(n *condNode) (int, bool) {
	switch n.op {
	case opInt:
		return n.n, true
	case opNeg:
		return -n.kids[0].n, n.kids[0].op == opInt
	case opStr:
		d, err := parseDuration(n.s)
		return int(d / time.Minute), err == nil
	}
	return 0, false
}

// isSpan says whether a quoted text is a length that a duration can have.
func isSpan(n *condNode, ty condType) *condError {
	switch d, err := parseDuration(n.s); {
	case err != nil:
		return refuse("write it like '48h'", "%s is a length of time, and '%s' is none", ty.name, n.s)
	case ty.decl != nil && (d < ty.decl.Least || d > ty.decl.Most):
		return &condError{"F02", ty.name + " goes from " + spoken(ty.decl.Least) + " to " + spoken(ty.decl.Most) + " and is never " + n.s, ""}
	}
	return nil
}

// spanOptions says whether every option of a choice is a length that a duration can have.
func spanOptions(name string, t condType, d *Decl) *condError {
	for _, o := range t.opts {
		if long, err := parseDuration(o); err != nil || long < d.Least || long > d.Most {
			return refuse("let its options be lengths from "+spoken(d.Least)+" to "+spoken(d.Most)+", like "+spoken(d.Least),
				"%s cannot take %s: option %q is no length that it can have", name, t.name, o)
		}
	}
	return nil
}

// longestDate is the length of the longest date as it is shown.
func (c *flowCheck) longestDate() int {
	longest := slices.MaxFunc(append([][]string{{""}}, c.lib.Months...), func(a, b []string) int { return cmp.Compare(length(a[0]), length(b[0])) })
	return max(len(time.DateOnly), length(c.lib.word("date_shown", "day", "30", "month", longest[0], "year", "2026")))
}

// longestSpan is that of the longest length of time.
func (c *flowCheck) longestSpan() (most int) {
	for _, key := range []string{"minute_one", "minutes", "hour_one", "hours", "day_one", "days"} {
		most = max(most, length(c.lib.word(key, "n", itoa(int(maxDuration/time.Minute)))))
	}
	return most
}

// writtenMeaning is F14 for what is written rather than chosen: no label and no further word is read as another value. It
// reports whether it found fault.
func (c *flowCheck) writtenMeaning(d *Decl, words []acceptedWord) (found bool) {
	said := map[string]bool{}
	for _, w := range words {
		value, what := c.readsAs(d, w.word)
		option := "option " + strconv.Quote(value)
		taken := slices.ContainsFunc(words, func(o acceptedWord) bool { return o.means == option }) // said where words are compared
		if w.means == "option "+strconv.Quote(w.word) || !w.own || value == "" || taken || said[w.means] {
			continue
		}
		said[w.means], found = true, true
		c.log.add("F14", w.pos, "change it", "%q means two things here: %s and the %s %s", w.word, w.means, what, value)
	}
	return found
}

// readsAs is the value that a word is read as, or "".
func (c *flowCheck) readsAs(d *Decl, word string) (value, what string) {
	switch d.Type {
	case Time:
		if w, ok := readTime(word); ok {
			return w.String(), "time"
		}
	case Number:
		if n, ok := readNumber(word); ok && d.holds(n) {
			return strconv.Itoa(n), "number"
		}
	case Date:
		if s, ok := readDate(word, c.lib.Months, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
			return s, "date"
		}
	}
	return "", ""
}
