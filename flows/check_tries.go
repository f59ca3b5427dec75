package flows

import (
	"fmt"
	"slices"
	"strconv"
)

// branchTry tries out the conditions of one step.
type branchTry struct {
	c    *flowCheck
	a    *answeredCheck
	in   nameSet
	vars []tryName
	at   map[string]int // name, or a comparison as text → its place in vars
	step *Step          // whose branches these are
	now  []int          // which of its values each has in this try
	cost int            // parts of conditions computed in one try
}

// tryName is a name with the values it can have, or a comparison that may be true or false.
type tryName struct {
	values []tryValue
	open   bool // of the value nothing is known but whether there is one
}

type tryValue struct {
	v  Value
	ok bool // there is one
}

// tryCond is a condition, ready to be tried.
type tryCond struct {
	node  *condNode // nil: not sound, which is said elsewhere
	kids  []*tryCond
	free  int      // the place in vars of what is true or false as it likes; -1: it is computed
	needs []string // for free: names without which it is not true
}

// run tries all combinations. The last of the fates is that of else. It is nil when there is too much to try.
func (t *branchTry) run(s *Step) []branchFate {
	t.step = s
	conds, ok := t.prepare(s)
	if !ok {
		return nil
	}
	fates := make([]branchFate, len(s.Branches)+1)
	t.now = make([]int, len(t.vars))
	for open := len(fates); open > 0; {
		if t.c.tried += t.cost; t.c.tried > maxTrying {
			return nil
		}
		taken := len(s.Branches)
		for j, cond := range conds {
			if t.truth(cond) {
				fates[j].held = true
				taken = min(taken, j)
			}
		}
		if !fates[taken].taken {
			fates[taken].taken, open = true, open-1
		}
		if !t.next() {
			break
		}
	}
	return fates
}

// next turns to the next combination.
func (t *branchTry) next() bool {
	for i := range t.now {
		if t.now[i]++; t.now[i] < len(t.vars[i].values) {
			return true
		}
		t.now[i] = 0
	}
	return false
}

// prepare gathers what the conditions of a step read.
func (t *branchTry) prepare(s *Step) (conds []*tryCond, ok bool) {
	for j, b := range s.Branches {
		sound := b.If != nil
		if sound {
			_, e := condTypes{t.c.resolver(t.a.f, nil)}.of(b.If.root)
			sound = e == nil
		}
		if !sound {
			conds = append(conds, &tryCond{free: t.add("branch "+strconv.Itoa(j), eitherWay())})
			continue
		}
		for _, name := range b.If.refs {
			t.add(name, t.values(name))
		}
		conds = append(conds, t.cond(b.If.root))
	}
	n := 1
	for _, x := range t.vars {
		if n *= len(x.values); n > maxCombos {
			return nil, false
		}
	}
	return conds, true
}

func eitherWay() tryName { return tryName{values: make([]tryValue, 2)} }

func (t *branchTry) add(name string, x tryName) int {
	i, ok := t.at[name]
	if !ok {
		i = len(t.vars)
		t.at[name], t.vars = i, append(t.vars, x)
	}
	return i
}

func (t *branchTry) cond(n *condNode) *tryCond {
	t.cost++
	out := &tryCond{node: n, free: -1}
	switch n.op {
	case opAnd, opOr, opNot:
		for _, k := range n.kids {
			out.kids = append(out.kids, t.cond(k))
		}
		return out
	case opKnown:
		return out
	}
	names := n.names()
	t.cost += len(names)
	if !slices.ContainsFunc(names, func(name string) bool { return t.vars[t.at[name]].open }) {
		return out
	}
	if out.needs = names; n.op == opIn {
		out.needs = n.kids[0].names()
	}
	out.free = t.add(n.written(), eitherWay())
	return out
}

func (t *branchTry) get(name string) (Value, bool) {
	i := t.at[name]
	x := t.vars[i].values[t.now[i]]
	return x.v, x.ok
}

// truth is that of a condition in this try. A comparison with something unknown is never true.
func (t *branchTry) truth(x *tryCond) bool {
	if x.free >= 0 {
		return t.now[x.free] == 1 && !slices.ContainsFunc(x.needs, func(name string) bool {
			_, ok := t.get(name)
			return !ok
		})
	}
	switch x.node.op {
	case opAnd:
		return t.truth(x.kids[0]) && t.truth(x.kids[1])
	case opOr:
		return t.truth(x.kids[0]) || t.truth(x.kids[1])
	case opNot:
		return !t.truth(x.kids[0])
	}
	return x.node.truth(t.get)
}

// written is an expression as text, the same for the same expression.
func (n *condNode) written() string {
	switch n.op {
	case opName:
		return "the name " + n.name // alone, it is a comparison of its own
	case opInt:
		return strconv.Itoa(n.n)
	case opStr:
		return strconv.Quote(n.s)
	}
	parts := make([]string, len(n.kids))
	for i, k := range n.kids {
		parts[i] = k.written()
	}
	return fmt.Sprint(n.op, " ", n.name, parts)
}
