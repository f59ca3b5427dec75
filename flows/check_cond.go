package flows

import (
	"fmt"
	"slices"
	"strconv"
)

// resolver says what names mean in the conditions of a flow, or of a list.
func (c *flowCheck) resolver(f *Flow, l *List) func(string) (condType, *condError) {
	return func(name string) (condType, *condError) {
		if x, ok := cutScope(name, "person"); ok {
			if d := c.lib.Person[x]; d != nil {
				return typeOfDecl(name, d), nil
			}
			return condType{}, notThere("fact", name, scoped("person.", keysOf(c.lib.Person)))
		}
		if x, ok := cutScope(name, "couple"); ok {
			if d := c.lib.Couple[x]; d != nil {
				return typeOfDecl(name, d), nil
			}
			return condType{}, notThere("fact", name, scoped("couple.", keysOf(c.lib.Couple)))
		}
		if x, ok := cutScope(name, "you"); ok && c.isOpened(x) {
			return typeOfDecl(name, c.lib.Person[x]), nil
		} else if ok {
			return condType{kind: strKind, name: name}, c.notOpened(name, x)
		}
		if x, ok := cutScope(name, countScope); ok {
			return c.countType(x)
		}
		if _, ok := cutScope(name, recordScope); ok {
			return condType{}, &condError{"F02", name + " is not known here", "a record is at hand in the steps of a flow only"}
		}
		if x, ok := cutScope(name, "item"); ok {
			return itemType(name, x, l)
		}
		x, ok := cutScope(name, "me")
		switch {
		case !ok:
			return condType{}, &condError{"F02", "fact " + strconv.Quote(name) + " does not exist", "facts are person.x and couple.x, answers me.x"}
		case f == nil && l == nil:
			return condType{}, &condError{"F02", name + " is not known before the flow begins", "read person.x, couple.x or you.x"}
		case f == nil:
			return condType{}, &condError{"F02", name + " is not known in a list", "read person.x or item.x"}
		case f.Answers[x] == nil:
			return condType{}, notThere("answer", name, scoped("me.", keysOf(f.Answers)))
		}
		t := typeOfDecl(name, f.Answers[x])
		if l := c.list(f.Answers[x].List); t.decl.Type == ItemOf && l != nil {
			t.opts = keysOf(l.ByID)
		}
		return t, nil
	}
}

// conditions is F01 and F02 for all expressions of a flow.
func (c *flowCheck) conditions(f *Flow) {
	if f.Start.When != nil {
		c.isCondition(f.Start.When, c.resolver(nil, nil))
	}
	for _, s := range f.Steps {
		resolve := c.resolverAt(f, s, false)
		for _, b := range s.Branches {
			if b.If != nil {
				c.isCondition(b.If, resolve)
			}
		}
		for _, a := range s.Sets {
			fact, ok := cutScope(a.Name, "person")
			if d := c.lib.Person[fact]; ok && d != nil {
				c.assign(a, d, resolve)
			} else if ok {
				c.unknown(a.Pos, "fact", a.Name, scoped("person.", keysOf(c.lib.Person)))
			}
			if fact, ok := cutScope(a.Name, "couple"); ok && c.lib.Couple[fact] != nil && c.agreedAt(f, s) {
				c.assign(a, c.lib.Couple[fact], resolve)
			}
		}
		if s.Open != nil {
			c.openExpr(s, resolve)
		}
		callee := c.flow(s.Run)
		for _, a := range s.With {
			if callee != nil && callee.Answers[a.Name] != nil {
				c.assign(a, callee.Answers[a.Name], resolve)
			}
		}
	}
}

// notOpened is F11 for you.x that no flow lets its owner open; you.name both know.
func (c *flowCheck) notOpened(name, fact string) *condError {
	e := onlyYourName(name, "you.name")
	if d := c.lib.Person[fact]; e != nil && d != nil && d.Derived == "" && optionIDs(d) != nil {
		e.hint = "let its owner open person." + fact + " in a step of its own, or leave it out"
	}
	return e
}

func (c *flowCheck) isCondition(cond *Cond, resolve func(string) (condType, *condError)) {
	t, e := condTypes{resolve}.of(cond.root)
	if e == nil && t.kind != boolKind && t.kind != yesKind && t.kind != anyKind {
		e = refuse("compare it with something, as in "+exampleOf(t), "%s alone is not a condition", t.name)
	}
	if e != nil {
		c.log.add(e.code, cond.Pos, e.hint, "%s", e.text)
	}
}

func (c *flowCheck) assign(a Assign, d *Decl, resolve func(string) (condType, *condError)) {
	if a.Expr == nil || d.Type == "" {
		return
	}
	t, e := condTypes{resolve}.of(a.Expr.root)
	if e == nil && d.Type == ItemOf {
		e = refuse("let the flow draw and ask for it", "%s is chosen from what was drawn and cannot be given", a.Name)
	}
	if e == nil {
		e = assignable(a.Name, a.Expr.root, t, d)
	}
	if e != nil {
		c.log.add(e.code, a.Expr.Pos, e.hint, "%s", e.text)
		return
	}
	c.tooLong(a, d, t)
}

// assignable says whether a value fits a declaration.
func assignable(name string, n *condNode, t condType, d *Decl) *condError {
	want := typeOfDecl(name, d)
	bad := refuse("give it "+wanted(d), "%s is %s and cannot take %s", name, typePhrase(d), t.name)
	switch {
	case t.kind == anyKind || want.kind == anyKind:
		return nil
	case n.op == opStr && want.kind == intKind:
		return bad
	case n.op == opStr && d.Type == Zone && !validZone(n.s, true):
		return &condError{"F02", "there is no time zone " + strconv.Quote(n.s), "use a name like Europe/Berlin"}
	case n.op == opStr && want.kind != listKind:
		return isOption(n, want)
	case want.kind == spanKind && t.kind == strKind && t.opts != nil:
		return spanOptions(name, t, d)
	case n.op == opInt && want.kind == intKind:
		return inRange(n, want)
	case n.op == opList && want.kind == listKind:
		for _, k := range n.kids {
			if e := isOption(k, want); e != nil {
				return e
			}
		}
		return nil
	case want.kind == yesKind && t.kind == boolKind:
		return nil
	case t.kind != want.kind || t.decl != nil && t.decl.Type == ItemOf: // the name of an item is no words of anybody's
		return bad
	case d.Type == Zone && (t.decl == nil || t.decl.Type != Zone):
		return bad
	case want.opts != nil && want.kind != intKind && (t.opts == nil || !contained(t.opts, want.opts)):
		return refuse("choose one value in a choose step first", "%s has other options than %s", t.name, name)
	}
	return nil
}

func contained(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

func wanted(d *Decl) string {
	switch d.Type {
	case Scale, Number:
		return "a number"
	case Date:
		return "a date like '2026-12-24'"
	case Span:
		return fmt.Sprintf("a length of time like \"'%s'\"", spoken(d.Least))
	case Time:
		return "a time like '21:30'"
	case Multi:
		return "a list like ['a', 'b']"
	case OneOf:
		if len(d.Options) > 0 {
			return fmt.Sprintf("an option in quotes, like \"'%s'\"", d.Options[0].ID)
		}
	}
	return "a text in quotes, like \"'yes'\""
}

func typePhrase(d *Decl) string {
	return map[Type]string{Scale: "a number", OneOf: "a choice", Multi: "a choice of several", YesNo: "a yes or no",
		Text: "a text", Time: "a time of day", Zone: "a time zone", Number: "a number", Date: "a date", Span: "a length of time", FromList: "a drawn question", ItemOf: "an item of a list"}[d.Type]
}
