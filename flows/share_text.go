package flows

import (
	"slices"
	"strings"
)

// A share with a text makes one message of answers and of fields of the record at hand. It is previewed and passes like an
// answer, as one quote. What a flow behind the card may read of it is in the snapshot, and the snapshot holds nothing that
// the preview did not show.

// composed is what the other would get of a text; nil where something in it is unknown, or may not pass.
func (r *run) composed(p *Person, t *Track, st *Step) []Block {
	whole, own := true, false
	text := fill(st.ShareText, func(hole string) string {
		s, wrote := r.sharedHole(p, t, hole)
		whole, own = whole && s != "", own || wrote
		return s
	})
	if !whole || text == "" {
		return nil
	}
	return []Block{{Text: r.lib.word("card_from", "name", r.lib.nameFor(r.home(p), p))}, {Text: text, Quote: true, Own: own}}
}

// sharedHole is what a shared text shows, and whether its author wrote it; "" for what is unknown or may not pass.
func (r *run) sharedHole(p *Person, t *Track, hole string) (text string, own bool) {
	scope, field, _ := strings.Cut(hole, ".")
	switch {
	case scope == "me":
		return r.sharedAnswer(t, field)
	case scope == "record":
		rec := t.top().Record
		if rec == nil {
			return "", false
		}
		kind := r.lib.Records[rec.Kind]
		v, ok := r.recordValue(p, t.top(), field)
		if !ok || kind == nil || kind.PartnerSees != SeesOnShare || kind.field(field) == nil {
			return "", false
		}
		return r.lib.shownField(v, kind.field(field)), kind.field(field).Type == Text && !r.lib.isReady(v.S)
	case hole == "you.name":
		return r.lib.partnerName(r.home(p), p), false
	case hole == "person.name" || scope == "couple":
		v, _ := r.names(p, t, nil)(hole)
		return r.lib.show(v, r.lib.Couple[field]), false
	}
	return "", false
}

// sharedAnswer is an answer in a shared text. One that was given by the flow around is asked nowhere.
func (r *run) sharedAnswer(t *Track, name string) (text string, own bool) {
	v, ok := t.top().Answers[name]
	flow := r.lib.flowOf(t.top())
	if !ok || flow == nil || flow.Answers[name] == nil {
		return "", false
	}
	d := flow.Answers[name]
	if q := r.asked(t, name); q != nil {
		if q.decl.PartnerSees != SeesOnShare {
			return "", false
		}
		return r.lib.show(v, q.labelled(r.lib)), q.own(v)
	}
	if d.PartnerSees != SeesOnShare || d.Type == FromList {
		return "", false
	}
	return r.lib.show(v, d), v.T == Text && !r.lib.isReady(v.S)
}

// isReady says that some words are a sentence to choose. Where a record's words came from is not kept with them.
func (l *Library) isReady(s string) bool {
	holds := func(all []Ready) bool { return slices.ContainsFunc(all, func(x Ready) bool { return x.Text == s }) }
	for _, f := range l.ordered() {
		for _, name := range keysOf(f.Answers) {
			if holds(f.Answers[name].Ready) {
				return true
			}
		}
		if slices.ContainsFunc(f.Steps, func(st *Step) bool { return holds(st.Ready) }) {
			return true
		}
	}
	for _, name := range keysOf(l.Lists) {
		for _, it := range l.Lists[name].Items {
			if holds(it.Ready) || it.Decl != nil && holds(it.Decl.Ready) {
				return true
			}
		}
	}
	return false
}

// outdated shows a text anew that would say something else by now: what passes is what the preview shows, and so is what
// the snapshot holds.
func (r *run) outdated(p *Person, id int, st *Step) bool {
	f := p.track(id).top()
	body := r.composed(p, p.track(id), st)
	if slices.Equal(body, f.Preview) {
		return false
	}
	f.Preview, f.Held = body, false
	if body == nil || !r.passes(p, body) {
		f.Preview = nil
		r.next(p, id, st.None)
		return true
	}
	r.presentShare(p, id, st)
	return true
}

// cardOf is the card of what is previewed, with the flow that it opens.
func (r *run) cardOf(p *Person, t *Track, st *Step) Card {
	card := Card{Body: leakQuote(t, t.top().Preview)}
	flow := r.lib.Flows[st.Opens]
	if flow == nil {
		return card
	}
	if card.Bound = r.snapshot(p, t, st, flow); flow.About == "" || card.Bound != nil {
		card.Opens = flow.Name
	}
	return card
}

// snapshot is the record at hand as the card shows it: the fields that its text shows, and what with adds, each by a name
// that this card shows too.
func (r *run) snapshot(p *Person, t *Track, st *Step, flow *Flow) *Bound {
	f := t.top()
	if flow.About == "" || f.Record == nil || f.Record.Kind != flow.About || r.lib.Records[flow.About] == nil {
		return nil
	}
	b, kind, shown := &Bound{Kind: f.Record.Kind, ID: f.Record.ID, Fields: map[string]Value{}}, r.lib.Records[flow.About], st.shows(f.Sharing)
	for _, name := range shown {
		if field, ok := cutScope(name, "record"); ok {
			if v, ok := r.recordValue(p, f, field); ok {
				b.Fields[field] = v
			}
		}
	}
	get := r.names(p, t, nil)
	for _, a := range st.Carry {
		d := kind.field(a.Name)
		if d == nil || a.Expr == nil || !contained(a.Expr.refs, shown) {
			continue
		}
		if v, ok := a.Expr.Value(get); ok {
			v.T = d.Type
			b.Fields[a.Name] = v
		}
	}
	b.Fields = cloneValues(b.Fields)
	return b
}

// shows are the names that the card of a share step shows: those of its text, or the item at hand.
func (s *Step) shows(item int) []string {
	if s.ShareText != "" {
		names, _ := textHoles(s.ShareText)
		return names
	}
	if item < 0 || item >= len(s.Items) {
		return nil
	}
	return []string{"me." + s.Items[item].Step}
}
