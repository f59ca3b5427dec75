package flows

import (
	"crypto/sha256"
	"slices"
	"time"
)

// drawCommon is the item of the day that both of a couple get; nil for somebody alone, for a draw of their own, and where
// this person is not to get it. What either of them drew, did or is plays no part in which one it is.
func (r *run) drawCommon(p *Person, t *Track, st *Step, list *List) *Item {
	s := r.home(p)
	if !st.ForCouple || !s.paired() {
		return nil
	}
	var item *Item
	names := r.names(p, t, &item)
	common := func(name string) (Value, bool) { // of the couple and the item alone
		if scope, _, _ := cutAny(name); scope == "couple" || scope == "item" {
			return names(name)
		}
		return Value{}, false
	}
	var allowed []*Item
	for _, item = range list.Items {
		if list.Both == nil || list.Both.Bool(common) {
			allowed = append(allowed, item)
		}
	}
	item = commonItem(string(s.Unit), list.Name, allowed, r.ev.At.In(r.coupleZone(p)))
	if item == nil || list.Where != nil && !list.Where.Bool(names) {
		return nil
	}
	return item
}

// commonItem is the item of a date. All items come in an order of their own before any comes again, and none comes on two
// days in a row.
func commonItem(unit, list string, items []*Item, local time.Time) *Item {
	n := len(items)
	if n == 0 {
		return nil
	}
	y, m, d := local.Date()
	days := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	round, place := days/n, days%n
	if n <= 2 {
		return shuffled(unit, list, "", items)[place] // there is one order in which none comes twice in a row
	}
	order := shuffled(unit, list, itoa(round), items)
	if order[0] == shuffled(unit, list, itoa(round-1), items)[n-1] {
		order[0], order[1] = order[1], order[0]
	}
	return order[place]
}

// shuffled are the items in the order of a round, which nothing but the couple, the list and the round decide.
func shuffled(unit, list, round string, items []*Item) []*Item {
	type keyed struct {
		key  [32]byte
		item *Item
	}
	all := make([]keyed, len(items))
	var b []byte
	for i, it := range items {
		b = frame(frame(frame(frame(b[:0], unit), list), round), it.ID)
		all[i] = keyed{sha256.Sum256(b), it}
	}
	slices.SortFunc(all, func(a, b keyed) int { return slices.Compare(a.key[:], b.key[:]) })
	out := make([]*Item, len(items))
	for i, k := range all {
		out[i] = k.item
	}
	return out
}
