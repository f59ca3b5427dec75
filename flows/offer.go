package flows

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"
)

// Several items of a list, to choose one of: a draw with count, and an ask of an answer of type item.

// offeredKey is where a frame keeps the items on offer; seenKey, all that were on offer in this session.
func offeredKey(binding string) string { return binding + " offered" }
func seenKey(binding string) string    { return binding + " seen" }

// drawSeveral offers the best items for p, as the step's score finds, and one by chance among the rest, so that there is
// something new to find. Without a score they are those longest unused. What was on offer in this session does not come again.
func (r *run) drawSeveral(p *Person, t *Track, st *Step) Target {
	list := r.lib.Lists[st.From]
	f := t.top()
	seen := strings.Fields(f.Items[seenKey(st.Draw)])
	ranked := r.ranked(p, t, st, list, seen)
	if len(ranked) == 0 {
		return st.NoneLeft
	}
	if len(ranked) > st.Count {
		i := st.Count - 1 + r.ev.Seed.pick(len(ranked)-st.Count+1, "explore", string(p.ID), itoa(t.Visit))
		ranked[st.Count-1] = ranked[i]
		ranked = ranked[:st.Count]
	}
	ids := make([]string, len(ranked))
	for i, it := range ranked {
		ids[i] = it.ID
	}
	f.bind(offeredKey(st.Draw), strings.Join(ids, " "))
	f.bind(seenKey(st.Draw), strings.Join(append(seen, ids...), " "))
	delete(f.Items, st.Draw)
	return st.Go
}

// ranked are the items that p may get now, best first; equals in an order that chance gives.
func (r *run) ranked(p *Person, t *Track, st *Step, list *List, seen []string) []*Item {
	if list == nil {
		return nil
	}
	type scored struct {
		item   *Item
		score  int
		chance uint64
	}
	var all []scored
	drawn := p.lastDrawn(list)
	s, sc := r.scoring(p, t, st, list, drawn)
	chance := r.ev.Seed.derive("offer", string(p.ID), itoa(t.Visit))
	var it *Item
	get := r.names(p, t, &it)
	for i := range list.Items {
		it = list.Items[i]
		last := drawn[i]
		if slices.Contains(seen, it.ID) || !last.IsZero() && r.ev.At.Sub(last) < list.NotWithin {
			continue
		}
		if list.Where != nil && !list.Where.Bool(get) {
			continue
		}
		x := scored{item: it, score: -int(last.Unix()), chance: mix(binary.BigEndian.Uint64(chance[:8]), uint64(i))}
		if st.Score != "" {
			s.item = it
			if !sc.allowed(&s) {
				continue
			}
			x.score = sc.score(&s)
		}
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.chance, b.chance))
	})
	out := make([]*Item, len(all))
	for i := range all {
		out[i] = all[i].item
	}
	return out
}

// mix spreads one number over all 64 bits for each i (the last steps of SplitMix64).
func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// scoring gives a registered function what it may read: the names that it declares, and of the other person only what they
// opened.
func (r *run) scoring(p *Person, t *Track, st *Step, list *List, drawn []time.Time) (scoring, scorer) {
	sc := scorers[st.Score]
	get, home := r.names(p, t, nil), r.home(p)
	before := map[string][]dated{} // asked for again for every item
	return scoring{
		get: func(name string) (Value, bool) {
			if !slices.Contains(sc.reads, name) {
				return Value{}, false
			}
			return get(name)
		},
		history: func(name string) []dated {
			fact, ok := cutScope(name, "you")
			if !ok || !slices.Contains(sc.reads, name) {
				return nil
			}
			if _, ok := before[fact]; !ok {
				before[fact] = home.openedBefore(p, fact)
			}
			return before[fact]
		},
		list: list,
		taken: func(id string) (at time.Time) {
			if it := list.ByID[id]; it != nil {
				at = drawn[it.place]
			}
			return at
		},
		at: r.ev.At,
	}, sc
}

// onOffer are the items that an ask of type item chooses from.
func (r *run) onOffer(t *Track, st *Step, list *List) []*Item {
	var out []*Item
	if list == nil {
		return nil
	}
	for _, id := range strings.Fields(t.top().Items[offeredKey(st.Ask)]) {
		if it := list.ByID[id]; it != nil {
			out = append(out, it)
		}
	}
	return out
}

// take binds the chosen item and remembers when it was taken.
func (r *run) take(p *Person, t *Track, q *question, id string) {
	t.top().bind(q.step.Ask, id)
	p.drew(q.decl.List, id, r.ev.At)
}
