package flows

import (
	"slices"
	"strconv"
	"strings"
)

// shown looks at what a step sends besides its own words: fields of items, and values that may be missing.
func (c *flowCheck) shown(f *Flow) {
	for _, s := range f.Steps {
		for _, t := range c.stepTexts(s) {
			names, _ := textHoles(t.text)
			for _, name := range names {
				c.asItStands(f, name)
			}
			if s.Kind != KSay && c.mayBeEmpty(f, t.text, names) { // to say nothing is fine
				c.log.add("F10", t.pos, "add a few words that are always there", "this text comes out empty without %s", listed(braced(names)))
			}
		}
	}
}

func braced(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = "{" + name + "}"
	}
	return out
}

// asItStands is F01 and F02 for what {binding.field} can show: no hole is filled in it, and it is no more of a text than
// others, so it holds no link.
func (c *flowCheck) asItStands(f *Flow, hole string) {
	binding, field, _ := strings.Cut(hole, ".")
	i := slices.IndexFunc(f.Steps, func(s *Step) bool { return s.Draw != "" && s.Draw == binding })
	if i < 0 {
		return
	}
	l := c.list(f.Steps[i].From)
	if l == nil || field == "text" && l.Kind == "lines" {
		return // a line is looked at where it stands
	}
	for _, it := range l.Items {
		text, pos := it.Fields[field].S, c.at(it, field)
		if field == "text" {
			text, pos = it.Text, c.at(it, "ask")
		}
		if strings.ContainsAny(text, "{}") {
			c.log.add("F02", pos, "say it without", "%s shows this as it stands, and it can have no {holes}", strconv.Quote("{"+hole+"}"))
		}
		if strings.Contains(text, "://") || strings.Contains(strings.ToLower(text), "www.") {
			c.log.add("F01", pos, "say where to look in words", "%s shows this, and it holds a link, which texts must not", strconv.Quote("{"+hole+"}"))
		}
	}
}

// mayBeEmpty says that a text is nothing but holes which may all have no value.
func (c *flowCheck) mayBeEmpty(f *Flow, text string, names []string) bool {
	for _, hole := range braced(names) {
		text = strings.Replace(text, hole, "", 1)
	}
	return len(names) > 0 && strings.TrimSpace(text) == "" && !slices.ContainsFunc(names, func(name string) bool { return !c.missable(f, name) })
}

// missable says that what a hole shows can be missing on every way: a fact that was not set, a field that some item lacks.
// That an answer is there is proved elsewhere.
func (c *flowCheck) missable(f *Flow, name string) bool {
	scope, field, _ := strings.Cut(name, ".")
	switch scope {
	case "both":
		return slices.ContainsFunc(c.opened[f], func(o opening) bool { return len(o.step.Items) > 1 })
	case "person", "couple":
		all := c.lib.Person
		if scope == "couple" {
			all = c.lib.Couple
		}
		d := all[field]
		return d != nil && d.Derived == "" && d.Type != Scale && d.Default.T != Number && d.Default.S == "" && len(d.Default.L) == 0
	}
	return field != "text" && slices.ContainsFunc(f.Steps, func(s *Step) bool {
		l := c.list(s.From)
		return s.Draw != "" && s.Draw == scope && l != nil && slices.ContainsFunc(l.Items, func(it *Item) bool { return it.Fields[field].S == "" })
	})
}
