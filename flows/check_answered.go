package flows

import (
	"fmt"
	"slices"
	"strings"
)

// nameSet is a set of numbered names.
type nameSet []uint64

func (s nameSet) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s nameSet) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s nameSet) drop(i int)     { s[i/64] &^= 1 << (i % 64) }
func (s nameSet) copy() nameSet  { return append(nameSet(nil), s...) }

// meet keeps what is in both, and says whether s changed.
func (s nameSet) meet(t nameSet) (changed bool) {
	for i := range s {
		if s[i]&t[i] != s[i] {
			s[i] &= t[i]
			changed = true
		}
	}
	return changed
}

// answeredCheck is F10: what is known at each step on all ways to it. "me.x" is known behind an answer to x, "draw x"
// behind a draw that found an item, and both behind a condition that says so.
type answeredCheck struct {
	c     *flowCheck
	f     *Flow
	g     *flowGraph
	num   map[string]int
	in    []nameSet // nil: never reached
	start nameSet
}

func (c *flowCheck) answered(f *Flow, bound []string) {
	if a := c.waysTo(f, bound); a != nil {
		c.known[f] = a
		a.sayUnknown()
	}
}

// waysTo computes what is known at each step; nil for a flow without steps.
func (c *flowCheck) waysTo(f *Flow, bound []string) *answeredCheck {
	a := &answeredCheck{c: c, f: f, g: c.graph(f), num: map[string]int{}}
	if len(a.g.steps) == 0 {
		return nil
	}
	for _, name := range keysOf(f.Answers) {
		a.num["me."+name] = len(a.num)
	}
	for _, s := range f.Steps {
		for _, bound := range []string{s.Draw, s.As} { // what check found counts as drawn
			if _, ok := a.num["draw "+bound]; bound != "" && !ok {
				a.num["draw "+bound] = len(a.num)
			}
		}
	}
	for _, s := range f.Steps {
		if _, ok := a.num["offer "+s.Draw]; s.Count > 0 && !ok {
			a.num["offer "+s.Draw] = len(a.num)
		}
	}
	a.start = make(nameSet, len(a.num)/64+1)
	a.learn(a.start, scoped("me.", bound)...)
	a.in = make([]nameSet, len(a.g.steps))
	a.in[0] = a.start.copy()
	a.spread(0)
	return a
}

// spread takes what is known at some steps along all edges.
func (a *answeredCheck) spread(work ...int) {
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		for _, e := range a.g.out[i] {
			out := a.behind(i, e)
			switch {
			case a.in[e.to] == nil:
				a.in[e.to] = out
			case !a.in[e.to].meet(out):
				continue
			}
			work = append(work, e.to)
		}
	}
}

// sayUnknown reports what is read and not known.
func (a *answeredCheck) sayUnknown() {
	for i := range a.g.steps {
		if a.in[i] != nil {
			a.step(i)
		}
	}
}

// knows are the names that are known on all ways to a step, in order.
func (a *answeredCheck) knows(i int) []string {
	var out []string
	for _, name := range keysOf(a.num) {
		if a.in[i] != nil && a.in[i].has(a.num[name]) {
			out = append(out, name)
		}
	}
	return out
}

func (a *answeredCheck) learn(s nameSet, names ...string) {
	for _, n := range names {
		if i, ok := a.num[n]; ok {
			s.add(i)
		}
	}
}

// behind is what is known after taking an edge.
func (a *answeredCheck) behind(i int, e graphEdge) nameSet {
	s, out := a.g.steps[i], a.in[i].copy()
	switch {
	case s.Kind == KAsk && (e.kind == edgeGo || e.kind == edgeOption):
		if d := a.c.answer(a.f, s.Ask); d != nil {
			a.learn(out, "me."+d.Name)
			if d.Type == ItemOf {
				a.learn(out, "draw "+d.Name)
			}
		}
	case s.Kind == KAsk && (e.kind == edgeSkip || e.kind == edgeExit):
		if d := a.c.answer(a.f, s.Ask); d != nil {
			out.drop(a.num["me."+d.Name]) // an answer given before does not stand
		}
	case s.Kind == KDraw && e.kind == edgeGo:
		if n, ok := a.num["me."+s.Draw]; ok {
			out.drop(n) // an earlier answer was to another question
		}
		if s.Count > 0 {
			a.learn(out, "offer "+s.Draw)
			out.drop(a.num["draw "+s.Draw]) // nor is one of these chosen yet
			break
		}
		a.learn(out, "draw "+s.Draw)
	case s.Kind == KCheck && s.As != "":
		out.drop(a.num["draw "+s.As])
		if e.key == "found" {
			a.learn(out, "draw "+s.As)
		}
	case s.Kind == KChoose:
		for j, b := range s.Branches {
			if b.If == nil {
				continue
			}
			if e.kind == edgeBranch && j == e.branch {
				a.learn(out, b.If.root.knownIf(true)...)
				break
			}
			a.learn(out, b.If.root.knownIf(false)...)
		}
	}
	return out
}

// step reports what a step reads without knowing it.
func (a *answeredCheck) step(i int) {
	s, in := a.g.steps[i], a.in[i]
	for _, t := range a.c.stepTexts(s) {
		names, _ := textHoles(t.text)
		for _, name := range names {
			a.hole(i, name, t.pos)
		}
	}
	if d := a.c.answer(a.f, s.Ask); d != nil && d.Type == FromList {
		if n, ok := a.num["draw "+d.Name]; ok && !in.has(n) {
			a.report(i, s.Pos, "draw "+d.Name, fmt.Sprintf("the question %q is not drawn on every way to %s", d.Name, quotedStep(s.ID)))
		}
	}
	if d := a.c.answer(a.f, s.Ask); d != nil && d.Type == ItemOf {
		if n, ok := a.num["offer "+d.Name]; ok && !in.has(n) {
			a.report(i, s.Pos, "offer "+d.Name, fmt.Sprintf("what %q chooses from is not drawn on every way to %s", d.Name, quotedStep(s.ID)))
		}
	}
	known := in.copy()
	for _, b := range s.Branches {
		if b.If != nil {
			a.reads(i, b.If, known)
			a.learn(known, b.If.root.knownIf(false)...)
		}
	}
	for _, as := range slices.Concat(s.Sets, s.With, s.To) {
		optional := s.Kind == KAdd && as.Expr != nil && as.Expr.root.op == opName // what nobody said is left out of the record
		if as.Expr != nil && !optional {
			a.reads(i, as.Expr, in)
		}
	}
}

func (a *answeredCheck) hole(i int, name string, pos Pos) {
	key := name
	if binding, field, ok := cutAny(name); ok && binding != "me" && a.draws(binding) && field != "" {
		key = "draw " + binding
	}
	if n, ok := a.num[key]; !ok || a.in[i].has(n) {
		return
	}
	if drawn, ok := strings.CutPrefix(key, "draw "); ok && a.has("offer "+drawn) {
		a.report(i, pos, key, fmt.Sprintf("{%s} is not chosen on every way to %s", name, quotedStep(a.g.steps[i].ID)))
		return
	}
	if drawn, ok := strings.CutPrefix(key, "draw "); ok && a.f.checkOf(drawn) != nil {
		a.report(i, pos, key, fmt.Sprintf("{%s} is not found on every way to %s", name, quotedStep(a.g.steps[i].ID)))
		return
	}
	if key != name {
		a.report(i, pos, key, fmt.Sprintf("{%s} is not drawn on every way to %s", name, quotedStep(a.g.steps[i].ID)))
		return
	}
	a.report(i, pos, key, fmt.Sprintf("{%s} is not answered on every way to %s", name, quotedStep(a.g.steps[i].ID)))
}

func (a *answeredCheck) draws(binding string) bool { return a.has("draw " + binding) }

func (a *answeredCheck) has(name string) bool {
	_, ok := a.num[name]
	return ok
}

func cutAny(name string) (scope, rest string, ok bool) {
	for i := range len(name) {
		if name[i] == '.' {
			return name[:i], name[i+1:], true
		}
	}
	return "", "", false
}

func (a *answeredCheck) reads(i int, cond *Cond, known nameSet) {
	said := map[string]bool{}
	a.walk(cond.root, known, func(name string) {
		if !said[name] {
			said[name] = true
			a.report(i, cond.Pos, name, fmt.Sprintf("%s is read here, but it is not answered on every way to %s", name, quotedStep(a.g.steps[i].ID)))
		}
	})
}

// walk visits the names that an expression reads without known having vouched for them.
func (a *answeredCheck) walk(n *condNode, known nameSet, report func(name string)) {
	switch n.op {
	case opKnown:
	case opName:
		if j, ok := a.num[n.name]; ok && !known.has(j) {
			report(n.name)
		}
	case opAnd, opOr:
		a.walk(n.kids[0], known, report)
		right := known.copy()
		a.learn(right, n.kids[0].knownIf(n.op == opAnd)...)
		a.walk(n.kids[1], right, report)
	default:
		for _, k := range n.kids {
			a.walk(k, known, report)
		}
	}
}
