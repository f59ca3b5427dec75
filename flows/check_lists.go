package flows

import (
	"slices"
	"strconv"
)

// listNames is F01 and F02 for a list: its condition, the fields that it reads, follow-up flows.
func (c *flowCheck) listNames(l *List) {
	c.commonOnly(l)
	for i, cond := range []*Cond{l.Where, l.Both} {
		if cond != nil {
			c.isCondition(cond, c.resolver(nil, l))
			c.itemFields(l, cond, []string{"pick.where", "pick.both"}[i])
		}
	}
	for _, it := range l.Items {
		var ids []string
		if it.Decl != nil {
			ids = optionIDs(it.Decl)
		}
		if l.Kind == "questions" {
			c.holes(it.Text, c.at(it, "ask"), textScope{})
			if it.Decl != nil {
				c.sharedText(nil, it.Text, c.at(it, "ask"), "", it.Decl.PartnerSees == SeesOnShare, it.Decl.PartnerSees == SeesTogether)
			}
		} else {
			c.noHoles(it.Text, c.at(it, "text"), "a line")
		}
		for _, option := range keysOf(it.Then) {
			if !slices.Contains(ids, option) && it.Decl.Type != "" {
				c.log.add("F02", c.keyAt(it, "then", option), didYouMean(option, ids), "item %q has no option %q", it.ID, option)
			}
			if flow := it.Then[option]; c.lib.Flows[flow] == nil {
				c.unknown(c.at(it, "then", option), "flow", flow, keysOf(c.lib.Flows))
			}
		}
	}
}

// commonOnly is F11 for what decides on the item that both of a couple get: it reads what is the same for both.
func (c *flowCheck) commonOnly(l *List) {
	if l.Both == nil {
		return
	}
	for _, ref := range l.Both.refs {
		if scope, _, _ := cutAny(ref); scope == "person" || scope == "you" {
			c.log.add("F11", l.Both.Pos, "read item.x and couple.x, or write it into where:",
				"pick.both decides what both get, and %s is one person's own: the other could tell from what comes", ref)
			return
		}
	}
	if !slices.ContainsFunc(c.flows, func(f *Flow) bool {
		return slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.ForCouple && s.From == l.Name })
	}) {
		c.log.add("F02", l.Both.Pos, "add for: couple to the step that draws from it", "nothing is drawn from list %q for both of a couple, so pick.both is never asked", l.Name)
	}
}

// itemFields demands the fields that a condition of pick reads of every item, with values that it can find.
func (c *flowCheck) itemFields(l *List, cond *Cond, which string) {
	for _, ref := range cond.refs {
		field, ok := cutScope(ref, "item")
		if !ok || cond.root.asksKnown(ref) {
			continue
		}
		if !slices.ContainsFunc(l.Items, func(it *Item) bool { _, has := it.Fields[field]; return has }) {
			continue // said once for the list
		}
		use := c.fieldValues(cond.root, ref)
		for _, it := range l.Items {
			v, ok := it.Fields[field]
			if !ok && cond == l.Both { // it comes to one of them alone
				continue
			}
			if !ok {
				c.log.add("F02", it.Pos, "add "+field+":", "item %q has no %s, which %s reads, and would never be drawn", it.ID, field, which)
				continue
			}
			if lost, ok := use.missed(v); ok && (cond != l.Both || nearest(lost, use.values) != "") {
				is := map[bool]string{true: "hold", false: "is"}[v.class() == isList]
				c.log.add("F02", c.at(it, field), didYouMean(lost, use.values), "%s finds no item whose %s %s %q", which, field, is, lost)
			}
		}
	}
}

func (n *condNode) asksKnown(name string) bool {
	return n.op == opKnown && n.name == name || slices.ContainsFunc(n.kids, func(k *condNode) bool { return k.asksKnown(name) })
}

// fieldValues gathers what an item's field is compared with. It is not closed when that could be anything.
func (c *flowCheck) fieldValues(n *condNode, ref string) (use fieldUse) {
	use.closed = true
	var walk func(n *condNode)
	value := func(k *condNode) {
		d := c.lib.factDecl(k.name) // of a person or the couple
		switch {
		case k.op == opStr:
			use.values = append(use.values, k.s)
		case k.op == opName && d != nil && optionIDs(d) != nil:
			use.values, use.fact = append(use.values, optionIDs(d)...), true
		default:
			use.closed = false
		}
	}
	walk = func(n *condNode) {
		is := func(i int) bool { return len(n.kids) > i && n.kids[i].op == opName && n.kids[i].name == ref }
		switch {
		case n.op == opEq && is(0):
			value(n.kids[1])
		case n.op == opEq && is(1):
			value(n.kids[0])
		case n.op == opIn && is(0) && n.kids[1].op == opList:
			for _, k := range n.kids[1].kids {
				value(k)
			}
		case n.op == opIn && is(1): // a list of values
			value(n.kids[0])
		case n.op == opName && n.name == ref:
			use.closed = false
		default:
			for _, k := range n.kids {
				walk(k)
			}
		}
		if n.op == opNot { // what it is not leaves it open what it is
			use.closed = use.closed && !slices.Contains(n.names(), ref)
		}
	}
	walk(n)
	return use
}

// names are the names that a node reads.
func (n *condNode) names() []string {
	var out []string
	if n.op == opName {
		out = append(out, n.name)
	}
	for _, k := range n.kids {
		out = append(out, k.names()...)
	}
	return out
}

// neededHoles are those without which a text would be senseless: a button for each of several items, its line, an account, a date.
var neededHoles = map[string][]string{"label_item": {"n"}, "item_line": {"n", "text"}, "date_shown": {"day", "month", "year"},
	"record_line": {"n", "text"}, "record_line_versions": {"n", "text", "date", "versions"},
	"minutes": {"n"}, "hours": {"n"}, "days": {"n"}, "account_here": {"app"}, "account_remove": {"account"}}

// words is F02 for words.yaml: every text that the engine says exists, with no holes but its own.
func (c *flowCheck) words() {
	if c.nodes[c.lib] == nil {
		return
	}
	have := map[string]bool{}
	for _, key := range keysOf(c.lib.Words) {
		allowed, ok := RequiredTexts[key]
		pos := c.at(c.lib, "texts", key)
		have[key] = true
		if !ok {
			have[nearest(key, keysOf(RequiredTexts))] = true
			c.unknown(c.keyAt(c.lib, "texts", key), "text", key, keysOf(RequiredTexts))
			continue
		}
		names, sound := textHoles(c.lib.Words[key])
		if !sound {
			c.log.add("F01", pos, "holes look like {name}", "a brace in text %q is not closed", key)
		}
		for _, name := range names {
			if !slices.Contains(allowed, name) {
				c.log.add("F02", pos, didYouMean(name, allowed), "text %q has no hole %s", key, strconv.Quote("{"+name+"}"))
			}
		}
		for _, name := range neededHoles[key] {
			if !slices.Contains(names, name) {
				c.log.add("F02", pos, "put {"+name+"} into it", "text %q does not show {%s}", key, name)
			}
		}
	}
	c.monthNames()
	for _, key := range keysOf(RequiredTexts) {
		if !have[key] {
			c.log.add("F02", c.keyAt(c.lib, "texts"), "add it", "text %q is missing", key)
		}
	}
}
