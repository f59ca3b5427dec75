package play

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"strings"

	"rewoo/flows"
)

// search looks for the fewest inputs after which something of a flow is passed that was not yet.
type search struct {
	lib    *flows.Library
	cover  *flows.Coverage
	target string          // a flow, or the list whose follow-ups are missing
	wanted map[string]bool // flows whose answers matter: the target, and those that lead to it
	setup  map[string]bool // flows that set what the target's conditions read
	far    map[string]int  // step of the target: how many steps on is something missing
	limit  int             // lives that are looked at
	alike  int             // of them, those that look the same
	who    string          // who acts; "": everybody
}

// found is a life that passed something new, and the inputs that led there.
type found struct {
	life *life
	path []string
	news []flows.Covered
}

type node struct {
	life  *life
	path  []string
	score int
	n     int
}

type nodes []*node

func (h nodes) Len() int { return len(h) }
func (h nodes) Less(i, j int) bool {
	return h[i].score < h[j].score || h[i].score == h[j].score && h[i].n < h[j].n
}
func (h nodes) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *nodes) Push(x any)   { *h = append(*h, x.(*node)) }
func (h *nodes) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// from searches from a life on: what one person can do alone, and else what all can. nil: nothing was found within the limit.
func (s *search) from(ctx context.Context, l *life) (best *found, err error) {
	for _, s.who = range s.people(l) {
		f, err := s.first(ctx, l)
		if err != nil {
			return nil, err
		}
		if f != nil && (best == nil || len(f.path) < len(best.path)) {
			best = f
		}
	}
	if s.who = ""; best != nil {
		return best, nil
	}
	return s.first(ctx, l)
}

// first is the first thing found, which is one that few inputs lead to.
func (s *search) first(ctx context.Context, l *life) (*found, error) {
	open, seen, made := &nodes{{life: l}}, map[string]int{}, 1
	for looked := 0; open.Len() > 0 && looked < s.limit; looked++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := heap.Pop(open).(*node)
		for _, text := range s.inputs(at.life) {
			lines, err := parse("search", text)
			if err != nil {
				return nil, err
			}
			next := at.life.fork()
			if next.play(lines) != nil {
				continue
			}
			path := append(slices.Clip(at.path), text)
			if news := s.news(next.trace); len(news) > 0 {
				return &found{next, path, news}, nil
			}
			key := s.looks(next)
			if seen[key]++; seen[key] > s.alike {
				continue
			}
			heap.Push(open, &node{next, path, len(path) + 2*s.distance(next), made})
			made++
		}
	}
	return nil, nil
}

// news is what of the target was passed for the first time.
func (s *search) news(trace []flows.Covered) []flows.Covered {
	var out []flows.Covered
	for _, x := range trace {
		if (x.Flow == s.target || x.List == s.target) && !s.cover.Has(x) && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// looks is what a life looks like to the search: where everybody is, and what they answered there.
func (s *search) looks(l *life) string {
	var b strings.Builder
	for _, who := range l.order {
		state, p := l.person(who)
		if p == nil {
			continue
		}
		fmt.Fprintf(&b, "%s %v %v %d %d;", who, p.Welcomed, !state.Couple.Since.IsZero(), len(p.Also), len(p.Inbox))
		for _, t := range p.Tracks {
			fmt.Fprintf(&b, " %s %v", t.Phase, t.Parked)
			for _, f := range t.Frames {
				fmt.Fprintf(&b, " %s:%s", f.Flow, f.Step)
				if s.wanted[f.Flow] {
					fmt.Fprintf(&b, " %v %v %v", f.Answers, f.Items, f.Picked)
				}
			}
		}
		for _, d := range p.Draws {
			fmt.Fprintf(&b, " %d", len(d.Items))
		}
		for _, name := range []string{"tender", "ideas"} {
			fmt.Fprintf(&b, " %v", p.Facts[name].S)
		}
	}
	return b.String()
}

// distance is how many steps at least are between where anybody is and something missing.
func (s *search) distance(l *life) int {
	best := s.far[""] + 1
	for _, who := range l.order {
		_, p := l.person(who)
		if p == nil {
			continue
		}
		for _, t := range p.Tracks {
			for _, f := range t.Frames {
				if d, ok := s.far[f.Step]; ok && f.Flow == s.target && f.Step != "" {
					best = min(best, d)
				}
			}
		}
	}
	return best
}

// newSearch looks for what is missing of a flow or of the follow-ups of a list.
func newSearch(lib *flows.Library, cover *flows.Coverage, target string, limit int) *search {
	s := &search{lib: lib, cover: cover, target: target, wanted: map[string]bool{target: true}, setup: map[string]bool{}, far: map[string]int{},
		limit: limit, alike: 2}
	s.leading()
	s.setting()
	missing, into := map[string]bool{}, map[string][]string{}
	for _, x := range cover.Missing() {
		if x.Flow == target {
			missing[x.Step] = true
		}
	}
	flow := lib.Flows[target]
	if flow == nil {
		return s
	}
	var work []string
	for _, x := range lib.ToCover() {
		if x.Flow == target && x.Way.To != "" {
			into[x.Way.To] = append(into[x.Way.To], x.Step)
		}
	}
	for _, st := range flow.Steps {
		if missing[st.ID] {
			s.far[st.ID] = 0
			work = append(work, st.ID)
		}
	}
	for len(work) > 0 {
		id := work[0]
		work = work[1:]
		for _, before := range into[id] {
			if _, ok := s.far[before]; !ok {
				s.far[before] = s.far[id] + 1
				work = append(work, before)
			}
		}
	}
	s.far[""] = s.far[flow.Steps[0].ID]
	return s
}

// leading finds the flows that run the target, and those that run them.
func (s *search) leading() {
	for more := true; more; {
		more = false
		for name, f := range s.lib.Flows {
			if s.wanted[name] {
				continue
			}
			for _, st := range f.Steps {
				if s.wanted[st.Run] || s.wanted[st.Opens] || s.asks(f, st) || s.reminds(st) || s.cards(st) {
					s.wanted[name], more = true, true
				}
			}
		}
	}
}

// reminds says that a record which a step adds reminds by the target, or by what leads to it.
func (s *search) reminds(st *flows.Step) bool {
	k := s.lib.Records[st.Record]
	return st.Kind == flows.KAdd && k != nil && k.Remind != nil && s.wanted[k.Remind.Run]
}

// cards says that a step sends what the target is begun by: a card, or a flow that a card opens.
func (s *search) cards(st *flows.Step) bool {
	f := s.lib.Flows[s.target]
	return f != nil && f.Start.On == "card" && st.Kind == flows.KShare
}

// asks says that a question's follow-ups are the target, or lead to it.
func (s *search) asks(f *flows.Flow, st *flows.Step) bool {
	for _, to := range st.Then {
		if s.wanted[to] {
			return true
		}
	}
	d := f.Answers[st.Ask]
	if d == nil || !st.Follow || d.List == "" {
		return false
	}
	if d.List == s.target {
		return true
	}
	for _, it := range s.lib.Lists[d.List].Items {
		for _, to := range it.Then {
			if s.wanted[to] {
				return true
			}
		}
	}
	return false
}

// setting finds the flows of a command that set a fact which the target's conditions read.
func (s *search) setting() {
	flow := s.lib.Flows[s.target]
	if flow == nil {
		return
	}
	var reads []string
	for _, st := range flow.Steps {
		for _, b := range st.Branches {
			reads = append(reads, b.If.Refs()...)
		}
	}
	for name, f := range s.lib.Flows {
		for _, st := range f.Steps {
			for _, a := range st.Sets {
				if slices.Contains(reads, a.Name) && f.Start.Command != "" {
					s.setup[name] = true
				}
			}
		}
	}
}
