package flows

import "time"

// draw binds an item of a list: allowed by its where, not drawn lately, the one longest unused; chance breaks ties.
func (r *run) draw(p *Person, t *Track, st *Step) string {
	list := r.lib.Lists[st.From]
	var best []*Item
	var oldest time.Time
	if list != nil {
		for _, item := range list.Items {
			last := p.Draws[list.Name][item.ID]
			if !last.IsZero() && r.ev.At.Sub(last) < list.NotWithin {
				continue
			}
			if list.Where != nil && !list.Where.Bool(r.names(p, t, item)) {
				continue
			}
			switch {
			case len(best) == 0 || last.Before(oldest):
				best, oldest = []*Item{item}, last
			case last.Equal(oldest):
				best = append(best, item)
			}
		}
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
	if p.Draws == nil {
		p.Draws = map[string]map[string]time.Time{}
	}
	if p.Draws[list.Name] == nil {
		p.Draws[list.Name] = map[string]time.Time{}
	}
	p.Draws[list.Name][item.ID] = r.ev.At
	return st.Go.Step
}
