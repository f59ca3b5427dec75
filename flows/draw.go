package flows

import (
	"maps"
	"time"
)

// draw binds an item of a list: allowed by its where, not drawn lately, the one longest unused; chance breaks ties. A
// draw that says nothing of an empty list takes the one longest unused even if that was lately.
func (r *run) draw(p *Person, t *Track, st *Step) string {
	list := r.lib.Lists[st.From]
	if list == nil {
		return st.NoneLeft.Step
	}
	best := r.longestUnused(p, t, list, list.NotWithin)
	if len(best) == 0 && st.NoneLeft.Step == "" {
		best = r.longestUnused(p, t, list, 0)
	}
	if len(best) == 0 {
		return st.NoneLeft.Step
	}
	item := best[r.ev.Seed.pick(len(best), "draw", string(p.ID), itoa(t.Visit))]
	f := t.top()
	if f.Items == nil {
		f.Items = map[string]string{}
	}
	f.Items[st.Draw] = item.ID
	p.drew(list.Name, item.ID, r.ev.At)
	return st.Go.Step
}

// drew remembers a draw, in copies of the two maps it writes: the old ones are the argument's.
func (p *Person) drew(list, item string, at time.Time) {
	draws, items := maps.Clone(p.Draws), maps.Clone(p.Draws[list])
	if draws == nil {
		draws = map[string]map[string]time.Time{}
	}
	if items == nil {
		items = map[string]time.Time{}
	}
	items[item] = at
	draws[list] = items
	p.Draws = draws
}

// longestUnused are the items that p may get, all drawn at the same moment or never.
func (r *run) longestUnused(p *Person, t *Track, list *List, notWithin time.Duration) []*Item {
	drawn := p.Draws[list.Name]
	var item *Item
	get := r.names(p, t, &item)
	best := make([]*Item, 0, len(list.Items))
	var oldest time.Time
	for _, item = range list.Items {
		last := drawn[item.ID]
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
