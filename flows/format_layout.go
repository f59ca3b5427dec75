package flows

import (
	"slices"
	"strings"
)

// layout is a file as it is written: values with the lines around them.
type layout struct {
	head []string // comments at the top, which belong to the file; "" is a blank line
	root *laid
	tail []string // behind the root
}

type laidKind int

const (
	laidScalar laidKind = iota // also nothing at all
	laidBlock                  // | or >
	laidMap
	laidList
	laidFlow // in braces or brackets
)

// laid is a value as it is written.
type laid struct {
	kind  laidKind
	node  *yamlNode
	lines []string // of a scalar, or of a block below its head, without indentation
	items []*laidItem

	mark   string // of a block: | or >, and how it ends
	indent int    // of a block: how far it is indented, if it says so itself
	keeps  bool   // of a block: blank lines at its end are part of it

	open   byte     // of a flow collection: { or [, or 0 for a pair that stands in brackets by itself
	foot   []string // comments behind the last item
	lead   []string // of a root in braces or brackets: lines above it
	breaks int      // of a flow collection: line ends before the closing sign
}

// laidItem is an entry of a mapping or a list, with its comments.
type laidItem struct {
	lead   []string // lines above it: comments, and "" for a blank line
	breaks int      // in a flow collection: line ends before it
	name   string   // the key
	key    []string // the key as it is written; nil in a list
	colon  bool
	after  string   // the comment behind the colon or dash, where the value stands on lines of its own
	gap    []string // comments between that line and a value that is no block
	below  bool     // the value is no block, and stands on a line of its own
	val    *laid
	note   string // the comment behind the value
}

// comments are all comments of a file, in no order.
func (d *layout) comments() []string {
	all := slices.Concat(d.head, d.tail)
	d.root.comments(&all)
	return slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, "#") })
}

func (v *laid) comments(all *[]string) {
	*all = append(append(*all, v.lead...), v.foot...)
	for _, it := range v.items {
		*all = append(append(append(*all, it.lead...), it.gap...), it.after, it.note)
		it.val.comments(all)
	}
}

// arrange puts the keys in order. What stands in front of a key stays in front of it.
func (d *layout) arrange(orders map[Pos][]string) { d.root.arrange(orders) }

func (v *laid) arrange(orders map[Pos][]string) {
	for _, it := range v.items {
		it.val.arrange(orders)
	}
	if order := orders[v.node.pos]; order != nil && v.node.kind == yamlMap {
		v.sort(order)
	}
	if v.kind == laidList {
		for _, it := range v.items {
			it.hoist()
		}
	}
}

func (v *laid) sort(order []string) {
	if len(v.items) == 0 {
		return
	}
	others := slices.Index(order, otherKeys)
	if others < 0 {
		others = len(order)
	}
	rank := func(it *laidItem) int {
		if i := slices.Index(order, it.name); i >= 0 {
			return 2 * i
		}
		if i := slices.Index(order, nearest(it.name, order)); i >= 0 && others == len(order) {
			return 2*i + 1 // a slip stays where its author looks for it
		}
		return 2 * others
	}
	was := v.items[0]
	slices.SortStableFunc(v.items, func(a, b *laidItem) int { return rank(a) - rank(b) })
	first := v.items[0]
	if first == was {
		return
	}
	// The space before the first one is that of the whole; so the two swap theirs.
	was.breaks, first.breaks = first.breaks, was.breaks
	if len(first.lead) > 0 && first.lead[0] == "" {
		first.lead = first.lead[1:]
		was.lead = append([]string{""}, was.lead...)
	}
}

// hoist takes comments that stand behind a dash, above what begins there, to the lines above the dash.
func (it *laidItem) hoist() {
	if it.after != "" || it.val.kind != laidMap && it.val.kind != laidList || len(it.val.items) == 0 {
		return
	}
	first := it.val.items[0]
	for _, s := range first.lead {
		if s != "" {
			it.lead = append(it.lead, s)
		}
	}
	first.lead = nil
}
