package flows

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// waitWay is a way through a flow, with the waits on it.
type waitWay struct {
	total time.Duration
	waits []stepWait
}

type stepWait struct {
	what string
	long time.Duration
}

// with is the way and more waits behind it. The way itself stays as it is.
func (w waitWay) with(more ...stepWait) waitWay {
	w.waits = slices.Clip(w.waits)
	for _, x := range more {
		if x.long > 0 {
			w.total, w.waits = w.total+x.long, append(w.waits, x)
		}
	}
	return w
}

// words names the waits of a way, in order.
func (w waitWay) words() string {
	var out []string
	for _, x := range w.waits {
		out = append(out, x.what+" "+spoken(x.long))
	}
	if n := len(out); n > 8 {
		out = append(out[:7], fmt.Sprintf("%d more", n-7))
	}
	return strings.Join(out, ", then ")
}

// longest is the longest way through a flow on which a person answers at once or not at all.
func (c *flowCheck) longest(f *Flow) waitWay { return longestOf(c.ends(f)) }

func longestOf(ways map[string]waitWay) (best waitWay) {
	for _, result := range keysOf(ways) {
		if ways[result].total > best.total {
			best = ways[result]
		}
	}
	return best
}

// ends are the longest ways of a flow to each of its results.
func (c *flowCheck) ends(f *Flow) map[string]waitWay {
	if have, ok := c.longWays[f]; ok {
		return have
	}
	c.longWays[f] = nil // a flow that calls itself is F18
	c.longWays[f] = c.findEnds(f)
	return c.longWays[f]
}

// waitWalk goes through the components of a flow's graph, each once, in the order in which they can be walked.
type waitWalk struct {
	g     *flowGraph
	of    []int
	round []stepWait // of each step: its longest wait that stays in the loop it is in
	times []int      // how often that can be waited: as often as the visits of the loop allow, else once
	in    []*waitWay // of each component: the longest way into it
}

func (c *flowCheck) findEnds(f *Flow) map[string]waitWay {
	g, out := c.graph(f), map[string]waitWay{}
	if len(g.steps) == 0 {
		return out
	}
	of, cyclic := g.components(func(int, graphEdge) bool { return true })
	w := waitWalk{g: g, of: of, round: make([]stepWait, len(g.steps)), times: visitsIn(g, of), in: make([]*waitWay, len(cyclic))}
	steps := make([][]int, len(cyclic)) // of each component
	for i := range g.steps {
		steps[of[i]] = append(steps[of[i]], i)
		for _, e := range g.out[i] {
			if x := c.edgeWait(f, g.steps[i], e); of[e.to] == of[i] && x.long > w.round[i].long {
				w.round[i] = x
			}
		}
	}
	w.in[of[0]] = &waitWay{}
	for comp := len(cyclic) - 1; comp >= 0; comp-- { // components are numbered from the ends of the graph
		if w.in[comp] == nil {
			continue
		}
		var loop []stepWait
		for _, i := range steps[comp] {
			loop = append(loop, w.round[i].times(w.times[i]))
		}
		whole := w.in[comp].with(loop...)
		for k, i := range steps[comp] {
			if s := g.steps[i]; s.End != "" || g.loose[i] {
				if have, ok := out[s.End]; !ok || whole.total > have.total {
					out[s.End] = whole
				}
			}
			for _, e := range g.out[i] {
				last := c.edgeWait(f, g.steps[i], e)
				if last.long < w.round[i].long {
					last = w.round[i] // one more round
				}
				if n := w.times[i]; n > 1 && w.round[i].long > 0 { // the last of several rounds
					last.what, last.long = w.round[i].times(n).what, time.Duration(n-1)*w.round[i].long+last.long
				}
				to, total := of[e.to], whole.total-w.round[i].times(w.times[i]).long+last.long
				if to != comp && (w.in[to] == nil || total > w.in[to].total) {
					way := w.in[comp].with(slices.Concat(loop[:k], loop[k+1:], []stepWait{last})...)
					w.in[to] = &way
				}
			}
		}
	}
	return out
}

// times is a wait in each of several rounds.
func (w stepWait) times(n int) stepWait {
	if n > 1 {
		w.what, w.long = fmt.Sprintf("%s %d times", w.what, n), time.Duration(n)*w.long
	}
	return w
}

// visitsIn is how often each step of a loop can come, where a step of it counts its visits: that one as often as it says, the
// others as often as the most that one says. Elsewhere it is once.
func visitsIn(g *flowGraph, of []int) []int {
	most := map[int]int{}
	for i, s := range g.steps {
		most[of[i]] = max(most[of[i]], s.Visits)
	}
	out := make([]int, len(g.steps))
	for i, s := range g.steps {
		out[i] = max(1, most[of[i]])
		if s.Visits > 0 {
			out[i] = s.Visits
		}
	}
	return out
}

// edgeWait is how long a way on from a step takes, if its person answers at once or not at all.
func (c *flowCheck) edgeWait(f *Flow, s *Step, e graphEdge) stepWait {
	w := stepWait{what: quotedStep(s.ID)}
	switch {
	case e.kind == edgeTimeout, s.Kind == KSleep, s.Kind == KBoth, s.Kind == KWaitFor:
		w.long, _ = c.ownWait(s)
	case s.Kind.joins() && s.Pair != "claim" && e.key == "ended":
		w.long = codeFor // the quarter hour of a code
	case s.Kind == KRun:
		if callee := c.flow(s.Run); callee != nil {
			ends := maps.Clone(c.ends(callee))
			if e.kind == edgeResult {
				ends = map[string]waitWay{"": ends[e.key]}
			}
			w.what += " with flow " + strconv.Quote(callee.Name)
			w.long = longestOf(ends).total
		}
	case s.Kind == KAsk && (e.kind == edgeGo || e.kind == edgeOption):
		w.what += " with a follow-up"
		w.long = c.followUp(f, s)
	}
	return w
}

// followUp is the longest way through the follow-ups of a question.
func (c *flowCheck) followUp(f *Flow, s *Step) time.Duration {
	if have, ok := c.longFollow[s]; ok {
		return have
	}
	c.longFollow[s] = 0
	for _, callee := range c.callees(f, s) {
		c.longFollow[s] = max(c.longFollow[s], c.longest(callee).total)
	}
	return c.longFollow[s]
}
