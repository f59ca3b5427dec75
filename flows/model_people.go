package flows

import (
	"slices"
	"time"
)

// theirMoves are all that the other person can do to this one, by the doors alone: what else they do leaves no trace here, as
// every step of this one leaves none with them.
func (m *model) theirMoves(w *modelWorld, over bool) []modelMove {
	var out []modelMove
	p := w.me()
	if q, ok := w.self.Partner(p.ID); ok && w.self.paired() {
		user := q.Addr.User
		m.doorMoves(w, p, q, over, func(how string, do func(r *run, q *Person)) {
			out = append(out, modelMove{how: modelUsers[user] + ": " + how, user: user, act: do, around: true})
		})
		for _, t := range q.Timers {
			if t.What == "pass" {
				out = append(out, modelMove{how: "the clock of " + modelUsers[user] + ": a card goes across", user: user, ev: Event{}, fires: &t, around: true})
			}
		}
	}
	if !over {
		out = append(out, m.pairMoves(w, p)...)
	}
	return out
}

// doorMoves are a partner's.
func (m *model) doorMoves(w *modelWorld, p, q *Person, over bool, act func(string, func(*run, *Person))) {
	if len(p.Coming)+len(p.Inbox) == 0 && !over {
		act("shares something", func(r *run, q *Person) { r.passOn(q, Card{Body: modelCard(modelText)}, "") })
	}
	if len(q.Passed) > 0 {
		act("takes it back", func(r *run, q *Person) { r.takeBack(q, 0) })
	}
	if len(q.Inbox) > 0 {
		act("reads", func(r *run, q *Person) { r.showCards(q) })
	}
	if over {
		return
	}
	act("leaves quietly", func(r *run, q *Person) { r.part(q, false) })
	act("leaves openly", func(r *run, q *Person) { r.part(q, true) })
	c := &w.self.Couple
	for _, o := range c.Offers {
		if o.By == p.ID && !slices.ContainsFunc(c.Offers, func(x Offer) bool { return x.By != p.ID && x.Key == o.Key && x.Until.Equal(o.Until) }) {
			act("shares the other half", func(r *run, q *Person) {
				o.By, o.Words, o.Own = q.ID, modelText, true
				r.home(q).Couple.Offers = append(r.home(q).Couple.Offers, o)
			})
			break
		}
	}
	for _, v := range c.Votes {
		if v.By == p.ID && !slices.Contains(c.Votes, Vote{By: q.ID, Key: v.Key, At: v.At}) {
			act("says yes too", func(r *run, q *Person) {
				v.By = q.ID
				r.home(q).Couple.Votes = append(r.home(q).Couple.Votes, v)
			})
			break
		}
	}
	for _, name := range m.opened() {
		if _, ok := w.self.opened(p, name); !ok {
			v := m.someValue(m.lib.Person[name])
			act("lets "+name+" be used", func(r *run, q *Person) {
				c := &r.home(q).Couple
				c.Opened = append(c.Opened, Opened{By: q.ID, Name: name, Value: v, At: r.ev.At, Until: r.ev.At.Add(20 * day)})
			})
			break // one stands for all: what is read of it is tried at every step
		}
	}
}

// opened are the facts of the other that the flow reads.
func (m *model) opened() []string {
	var out []string
	for _, f := range m.lib.ordered() {
		for _, s := range f.Steps {
			for _, name := range s.Reads {
				if x, ok := cutScope(name, "you"); ok && !slices.Contains(out, x) {
					out = append(out, x)
				}
			}
		}
	}
	return out
}

// pairMoves are those of somebody who is not a partner yet, or of another account.
func (m *model) pairMoves(w *modelWorld, p *Person) []modelMove {
	var out []modelMove
	st := m.joining(p)
	if w.peer == nil {
		if st == nil {
			return nil
		}
		return []modelMove{{how: "Cy comes, for a code", user: modelOther, around: true, act: nil, ev: Event{Kind: modelComes, Text: string(st.Kind) + " " + st.Pair}}}
	}
	_, q := w.person(modelOther)
	if q == nil {
		return nil
	}
	for _, b := range q.Buttons {
		out = append(out, pressed(modelOther, b))
	}
	if p.Pair != nil && p.Pair.Code != "" && p.Pair.Peer == "" {
		out = append(out, saidBy(modelOther, p.Pair.Code))
	}
	for _, t := range q.Timers {
		if t.What == "code" {
			mv := fires(t, false)
			mv.how, mv.user, mv.around, mv.timer = "the clock of Cy: the quarter hour is over", modelOther, true, false
			out = append(out, mv)
		}
	}
	return out
}

// joining is the step at which p waits for a code.
func (m *model) joining(p *Person) *Step {
	for i := range p.Tracks {
		if st := m.lib.stepOf(&p.Tracks[i]); st != nil && st.Kind.joins() {
			return st
		}
	}
	return nil
}

// modelComes is no event: a stranger stands at the step that fits what this person's step waits for.
const modelComes Kind = "comes"

// comes puts the stranger there.
func (m *model) comes(w *modelWorld, what string) modelWorld {
	want := map[string]string{"pair offer": "pair claim", "pair claim": "pair offer", "account offer": "account claim", "account claim": "account offer"}[what]
	for _, f := range m.joinFlows() {
		for _, s := range f.Steps {
			if want == "" || string(s.Kind)+" "+s.Pair != want {
				continue
			}
			b := m.somebody(modelOther)
			b.Welcomed = want != "account claim"
			out := *w
			out.peer = &State{Unit: "unit of another", People: []Person{b}}
			return m.engine(&out, modelOther, func(r *run, q *Person) {
				id := r.push(q, f, Asking)
				q.track(id).top().Step = s.ID
				r.walk(q, id)
			})
		}
	}
	return *w
}

func (m *model) joinFlows() []*Flow { return m.lib.ordered() }

// beside is another partner in the same place: silent, out of reach, in the middle of much else, and further on in all that is
// counted. What came through a door is as it was.
func (m *model) beside(q Person) Person {
	q = q.clone()
	q.Stopped, q.Gone = !q.Stopped, true
	q.Also = append(q.Also, Address{Platform: "elsewhere", User: "z"})
	q.Budget = Budget{Date: modelNow.Format(time.DateOnly), Unasked: 2, Knocks: 2}
	q.LastMsg, q.LastVisit, q.LastTrack = q.LastMsg+977, q.LastVisit+977, q.LastTrack+977
	answers := map[string]Value{"a": {T: Text, S: "nobody is to read this"}}
	for _, f := range m.lib.ordered() {
		q.Tracks = append(q.Tracks, Track{ID: len(q.Tracks) + 900, Phase: Asking, Visit: 5, Frames: []Frame{{Flow: f.Name, Step: f.Steps[0].ID, Answers: answers}}})
	}
	q.Facts = map[string]Value{"name": {T: Text, S: "Another"}, "zone": {T: Zone, S: "Asia/Tokyo"}, "tender": {T: YesNo, S: "yes"}}
	return q
}
