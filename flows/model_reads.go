package flows

import (
	"slices"
	"strings"
)

// reads are the answers and items that a step looks at: "me.x" and "it.x"; "sh.x" is an answer that it may pass on.
func (d *modelFold) reads(f *Flow, s *Step) map[string]bool {
	out := map[string]bool{}
	cond := func(c *Cond) {
		if c == nil {
			return
		}
		for _, name := range c.refs {
			if strings.HasPrefix(name, "me.") {
				out[name] = true
			}
		}
	}
	for _, b := range s.Branches {
		cond(b.If)
	}
	for _, a := range slices.Concat(s.Sets, s.With, s.To, s.Carry) {
		cond(a.Expr)
	}
	if s.Open != nil {
		cond(s.Open.Expr)
	}
	cond(s.Where)
	for _, x := range s.Items {
		out["sh."+x.Step] = true
	}
	for _, x := range []string{s.Both, s.Check} {
		if x != "" {
			out["me."+x] = true
		}
	}
	for _, hole := range modelHoles(s.ShareText) {
		if strings.HasPrefix(hole, "me.") {
			out[hole] = true
		}
	}
	if s.Kind == KAsk {
		out["it."+s.Ask], out["it."+offeredKey(s.Ask)] = true, true
		if s.ReadyFrom != "" {
			out["it."+s.ReadyFrom] = true
		}
	}
	return out
}

// modelHoles are the names in a text.
func modelHoles(text string) []string {
	var out []string
	fill(text, func(name string) string { out = append(out, name); return "" })
	return out
}

// liveness finds what each step of a flow, or one after it, reads before it is answered or drawn anew.
func (d *modelFold) liveness(f *Flow) {
	own := map[*Step]map[string]bool{}
	for _, s := range f.Steps {
		own[s] = d.reads(f, s)
		d.live[s] = map[string]bool{}
		for name := range own[s] {
			d.live[s][name] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for i := len(f.Steps) - 1; i >= 0; i-- {
			s := f.Steps[i]
			for _, e := range s.edges() {
				to := f.ByID[e.target.Step]
				if to == nil {
					continue
				}
				for name := range d.live[to] {
					made := s.Kind == KAsk && (name == "me."+s.Ask || name == "sh."+s.Ask) || s.Kind == KDraw && name == "it."+s.Draw
					if !made && !d.live[s][name] {
						d.live[s][name], changed = true, true
					}
				}
			}
		}
	}
}

// modelFollows are the flows that an answer may lead to.
func modelFollows(l *Library, f *Flow, s *Step) []string {
	var out []string
	for _, name := range s.Then {
		out = append(out, name)
	}
	if d := f.Answers[s.Ask]; d != nil && s.Follow && l.Lists[d.List] != nil {
		for _, it := range l.Lists[d.List].Items {
			for _, name := range it.Then {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// shares says that a step of the flow may pass an answer on.
func (d *modelFold) shares(f *Flow, name string) bool {
	return slices.ContainsFunc(f.Steps, func(s *Step) bool {
		return slices.ContainsFunc(s.Items, func(x Target) bool { return x.Step == name }) || slices.Contains(modelHoles(s.ShareText), "me."+name)
	})
}
