package flows

import (
	"slices"
	"strings"
)

// Folding. Of an answer counts what some condition, map or share can tell apart, as long as a step that is still to come reads
// it; of a drawn item, what its question is like and where it can lead. Lasting facts are not kept apart at all: at every
// step that a condition decides, each value of each fact it reads is tried.

// modelFold is what can be told apart in each flow.
type modelFold struct {
	lib   *Library
	atoms map[string][]*condNode      // "flow.answer": the comparisons that read it and nothing else
	whole map[string]bool             // "flow.answer": more than comparisons reads it
	live  map[*Step]map[string]bool   // "me.x", "it.x", "sh.x": what this step, or one after it, reads
	ways  map[*Step]*modelSegment     // what conditions read before the next wait
	kinds map[*List]map[string]string // items by what they are like
}

// modelSegment is what conditions read between a step and the next wait.
type modelSegment struct {
	facts map[string]bool
	ends  bool // the flow can end before
}

func newModelFold(lib *Library) *modelFold {
	d := &modelFold{lib: lib, atoms: map[string][]*condNode{}, whole: map[string]bool{}, live: map[*Step]map[string]bool{},
		ways: map[*Step]*modelSegment{}, kinds: map[*List]map[string]string{}}
	for _, f := range lib.ordered() {
		for _, s := range f.Steps {
			for _, b := range s.Branches {
				d.condition(f, b.If.root)
			}
			for _, a := range slices.Concat(s.Sets, s.With, s.To, s.Carry) {
				d.value(f, a.Expr)
			}
			if s.Open != nil {
				d.value(f, s.Open.Expr)
			}
		}
		d.liveness(f)
	}
	return d
}

// condition notes the comparisons in which an answer stands alone.
func (d *modelFold) condition(f *Flow, n *condNode) {
	switch n.op {
	case opAnd, opOr, opNot:
		for _, k := range n.kids {
			d.condition(f, k)
		}
		return
	}
	names := namesIn(n, nil)
	for _, name := range names {
		if x, ok := cutScope(name, "me"); ok {
			key := f.Name + "." + x
			d.atoms[key] = append(d.atoms[key], n)
			if len(names) > 1 {
				d.whole[key] = true
			}
		}
	}
}

func (d *modelFold) value(f *Flow, c *Cond) {
	if c == nil {
		return
	}
	for _, name := range c.refs {
		if x, ok := cutScope(name, "me"); ok {
			d.whole[f.Name+"."+x] = true
		}
	}
}

func namesIn(n *condNode, out []string) []string {
	if n.name != "" && !slices.Contains(out, n.name) {
		out = append(out, n.name)
	}
	for _, k := range n.kids {
		out = namesIn(k, out)
	}
	return out
}

// answer is what can be told of an answer: which comparisons hold, where it leads, and whether it may be shared.
func (d *modelFold) answer(out []byte, f *Flow, name string, v Value) []byte {
	key := f.Name + "." + name
	if d.whole[key] && (v.T != Text && v.T != Zone && v.T != Time) {
		return append(append(out, v.S...), v.show(nil)...)
	}
	for _, n := range d.atoms[key] {
		yes := n.truth(func(string) (Value, bool) { return v, true })
		out = append(out, "01"[btoi(yes)])
	}
	for _, s := range f.Steps {
		if s.Ask != name {
			continue
		}
		at := v.S
		if v.T == Scale {
			at = itoa(v.N)
		}
		out = append(out, s.GoMap[at].Step...)
		out = append(out, s.Then[at]...)
	}
	for _, s := range f.Steps {
		if l := d.lib.Lists[s.Against]; s.Check == name && l != nil {
			out = append(out, "01"[btoi(l.first(v.S) != nil)])
		}
	}
	if d.shares(f, name) && v.T == Text && d.lib.soundsLikeDanger([]Block{{Text: v.S, Quote: true}}) {
		out = append(out, '!')
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// segment is what conditions read from a step on, up to the next wait.
func (d *modelFold) segment(s *Step) *modelSegment {
	if got := d.ways[s]; got != nil {
		return got
	}
	out := &modelSegment{facts: map[string]bool{}}
	d.ways[s] = out
	seen := map[*Step]bool{}
	var walk func(f *Flow, s *Step) (ends bool)
	walk = func(f *Flow, s *Step) (ends bool) {
		if s == nil || seen[s] {
			return false
		}
		seen[s] = true
		for _, b := range s.Branches {
			for _, name := range b.If.refs {
				if !strings.HasPrefix(name, "me.") && !strings.HasPrefix(name, "item.") {
					out.facts[name] = true
				}
			}
		}
		if s.waits() && !s.Kind.door() && !s.Kind.joins() {
			return false
		}
		if s.Kind == KEnd || s.End != "" {
			ends = true
		}
		if s.Kind == KRun {
			if g := d.lib.Flows[s.Run]; g != nil && !walk(g, g.Steps[0]) {
				return ends
			}
		}
		for _, e := range s.edges() {
			if !s.waitsOn(e) {
				ends = walk(f, f.ByID[e.target.Step]) || ends
			}
		}
		return ends
	}
	f := d.flowOf(s)
	out.ends = walk(f, s)
	return out
}

func (d *modelFold) flowOf(s *Step) *Flow {
	for _, f := range d.lib.Flows {
		if f.ByID[s.ID] == s {
			return f
		}
	}
	return nil
}

// ahead are the facts that may decide where the conversation of a track goes next.
func (d *modelFold) ahead(t *Track) *modelSegment {
	out := &modelSegment{facts: map[string]bool{}}
	add := func(seg *modelSegment) (ends bool) {
		for name := range seg.facts {
			out.facts[name] = true
		}
		return seg.ends
	}
	for i := len(t.Frames) - 1; i >= 0; i-- {
		f := d.lib.flowOf(&t.Frames[i])
		if f == nil || f.ByID[t.Frames[i].Step] == nil {
			if f != nil {
				add(d.segment(f.Steps[0]))
			}
			break
		}
		ends := false
		s := f.ByID[t.Frames[i].Step]
		for _, e := range s.edges() {
			if to := f.ByID[e.target.Step]; to != nil {
				ends = add(d.segment(to)) || ends
			}
		}
		if s.Kind == KAsk {
			for _, name := range modelFollows(d.lib, f, s) {
				if g := d.lib.Flows[name]; g != nil {
					ends = add(d.segment(g.Steps[0])) || ends
				}
			}
		}
		if !ends {
			break
		}
	}
	return out
}

// like is what an item is like: two of the same kind lead to the same.
func (d *modelFold) like(list *List, id string) string {
	if list == nil {
		return ""
	}
	all := d.kinds[list]
	if all == nil {
		all = map[string]string{}
		for _, it := range list.Items {
			all[it.ID] = likeItem(it)
		}
		d.kinds[list] = all
	}
	return all[id]
}

func likeItem(it *Item) string {
	var b strings.Builder
	if d := it.Decl; d != nil {
		b.WriteString(string(d.Type) + " " + d.PartnerSees)
		if d.Keep > 0 {
			b.WriteString(" kept")
		}
	}
	var follows []string
	for _, name := range it.Then {
		follows = append(follows, name)
	}
	slices.Sort(follows)
	b.WriteString(" " + strings.Join(slices.Compact(follows), " "))
	if len(it.Ready) > 0 {
		b.WriteString(" ready")
	}
	return b.String()
}
