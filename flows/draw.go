package flows

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// draw binds an item of a list: allowed by its where, not drawn lately, the one longest unused; chance breaks ties. A
// draw that says nothing of an empty list takes the one longest unused even if that was lately.
func (r *run) draw(p *Person, t *Track, st *Step) Target {
	list := r.lib.Lists[st.From]
	if list == nil {
		return st.NoneLeft
	}
	if item := r.drawCommon(p, t, st, list); item != nil {
		t.top().bind(st.Draw, item.ID)
		p.drew(list.Name, item.ID, r.ev.At)
		return st.Go
	}
	best := r.longestUnused(p, t, list, list.NotWithin)
	if len(best) == 0 && st.NoneLeft.Step == "" {
		best = r.longestUnused(p, t, list, 0)
	}
	if len(best) == 0 {
		return st.NoneLeft
	}
	item := best[r.ev.Seed.pick(len(best), "draw", string(p.ID), itoa(t.Visit))]
	t.top().bind(st.Draw, item.ID)
	p.drew(list.Name, item.ID, r.ev.At)
	return st.Go
}

// bind keeps an item's id, or several, under a name until the flow ends.
func (f *Frame) bind(name, ids string) {
	if f.Items == nil {
		f.Items = map[string]string{}
	}
	f.Items[name] = ids
}

// drew remembers a draw, in copies of what it writes: the old ones are the argument's.
func (p *Person) drew(list, item string, at time.Time) {
	i, ok := p.Draws.find(list)
	p.Draws = slices.Clone(p.Draws)
	if !ok {
		p.Draws = slices.Insert(p.Draws, i, DrawnList{List: list})
	}
	items := p.Draws[i].Items
	j, ok := slices.BinarySearchFunc(items, item, func(d Drawn, id string) int { return strings.Compare(d.Item, id) })
	if ok {
		items = slices.Clone(items)
		items[j].At = at
	} else {
		items = slices.Insert(slices.Clip(items), j, Drawn{Item: item, At: at})
	}
	p.Draws[i].Items = items
}

func (d Draws) find(list string) (int, bool) {
	return slices.BinarySearchFunc(d, list, func(l DrawnList, name string) int { return strings.Compare(l.List, name) })
}

// InOrder is d as it has to be: the same where it is in order with each name once, else a copy that is, of each item the last.
func (d Draws) InOrder() Draws {
	sorted := slices.IsSortedFunc(d, func(a, b DrawnList) int { return cmp.Or(strings.Compare(a.List, b.List), -1) }) &&
		!slices.ContainsFunc(d, func(l DrawnList) bool {
			return !slices.IsSortedFunc(l.Items, func(a, b Drawn) int { return cmp.Or(strings.Compare(a.Item, b.Item), -1) })
		})
	if sorted {
		return d
	}
	var p Person
	for _, l := range d {
		if i, ok := p.Draws.find(l.List); !ok {
			p.Draws = slices.Insert(p.Draws, i, DrawnList{List: l.List})
		}
		for _, x := range l.Items {
			p.drew(l.List, x.Item, x.At)
		}
	}
	return p.Draws
}

// of are the draws from a list, in order of the items' ids.
func (d Draws) of(list string) []Drawn {
	if i, ok := d.find(list); ok {
		return d[i].Items
	}
	return nil
}

// lastDrawn is when each item of a list, by its place, was last drawn; zero: never.
func (p *Person) lastDrawn(list *List) []time.Time {
	out := make([]time.Time, len(list.Items))
	for _, d := range p.Draws.of(list.Name) {
		if it := list.ByID[d.Item]; it != nil {
			out[it.place] = d.At
		}
	}
	return out
}

// longestUnused are the items that p may get, all drawn at the same moment or never.
func (r *run) longestUnused(p *Person, t *Track, list *List, notWithin time.Duration) []*Item {
	drawn := p.lastDrawn(list)
	var item *Item
	get := r.names(p, t, &item)
	best := make([]*Item, 0, len(list.Items))
	var oldest time.Time
	for _, item = range list.Items {
		last := drawn[item.place]
		if !last.IsZero() && r.ev.At.Sub(last) < notWithin {
			continue
		}
		if len(best) > 0 && last.After(oldest) { // cheaper to see than whether it fits
			continue
		}
		if list.Where != nil && !list.Where.Bool(get) {
			continue
		}
		if last.Before(oldest) {
			best = best[:0]
		}
		best, oldest = append(best, item), last
	}
	return best
}
