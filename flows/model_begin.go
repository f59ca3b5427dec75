package flows

import (
	"slices"
	"strings"
	"time"
)

// modelBeginning is where a flow begins.
type modelBeginning struct {
	how   string
	world modelWorld
	far   int // how much has happened around it already
}

// uses says whether the flow, or one that it calls, has a step of this kind.
func (m *model) uses(kinds ...StepKind) bool {
	for _, f := range m.lib.Flows {
		if f.Start.On == "card" && f != m.flow {
			continue
		}
		if slices.ContainsFunc(f.Steps, func(s *Step) bool { return slices.Contains(kinds, s.Kind) }) {
			return true
		}
	}
	return false
}

// beginnings are the situations in which the flow begins.
func (m *model) beginnings() []modelBeginning {
	if m.flow.Start.On == "welcome" {
		return []modelBeginning{{how: "somebody new", world: modelWorld{now: modelNow}}}
	}
	out := []modelBeginning{{how: "two who are connected", world: m.couple()}, {how: "somebody alone", world: m.alone()}}
	if m.flow.Start.On == "card" {
		w := m.engine(&out[0].world, modelThey, func(r *run, p *Person) { r.passOn(p, Card{Body: modelCard("a walk")}, "") })
		out = []modelBeginning{{how: "a card has come", world: w}}
		w = m.engine(&w, modelThey, func(r *run, p *Person) { r.passOn(p, Card{Body: modelCard("tea")}, "") })
		out = append(out, modelBeginning{how: "two cards have come", world: w})
	}
	if m.uses(KTakeBack) {
		w := m.couple()
		for range 2 {
			w = m.engine(&w, modelMe, func(r *run, p *Person) { r.passOn(p, Card{Body: modelCard("a walk")}, "") })
		}
		w.now = w.now.Add(time.Hour)
		w = m.engine(&w, modelMe, func(r *run, p *Person) { r.undoOver(p) })
		out = append(out, modelBeginning{how: "two cards were shared", world: w})
		w = m.engine(&w, modelThey, func(r *run, q *Person) { r.arrive(q); r.showCards(q) })
		out = append(out, modelBeginning{how: "two cards were shared and read", world: w})
	}
	if m.uses(KClose, KOpen) {
		w := m.couple()
		for _, f := range m.lib.ordered() {
			for _, s := range f.Steps {
				for _, x := range s.Close {
					w.self.Couple.Opened = append(w.self.Couple.Opened, Opened{By: modelIDs[modelMe], Name: factName(x.Step),
						Value: m.someValue(m.lib.Person[factName(x.Step)]), At: w.now.Add(-day), Until: w.now.Add(20 * day)})
				}
			}
		}
		out = append(out, modelBeginning{how: "what can be opened is", world: w})
	}
	if m.uses(KAccount) && m.flow.Start.none() {
		w := m.alone()
		w.self.People[0].Welcomed = false
		out = append(out, modelBeginning{how: "a new account", world: w})
	}
	if m.uses(KRemove, KAccount) {
		for n := 2; n <= maxAccounts; n++ {
			w := m.alone()
			for i := 1; i < n; i++ {
				w.self.People[0].Also = append(w.self.People[0].Also, Address{Platform: "also", User: strings.Repeat("x", i)})
			}
			out = append(out, modelBeginning{how: itoa(n) + " accounts", world: w})
		}
	}
	return append(append(out, m.shelves()...), m.crowded())
}

// shelves are records of every kind that the flow has to do with: one in each state, and as many as there may be.
func (m *model) shelves() []modelBeginning {
	var out []modelBeginning
	full, one := m.couple(), m.couple()
	none := true
	for _, name := range keysOf(m.lib.Records) {
		if !m.keeps(name) {
			continue
		}
		none = false
		kind := m.lib.Records[name]
		for n := range kind.Most {
			state := ""
			if len(kind.States) > 0 {
				state = kind.States[n%len(kind.States)]
			}
			rec := Record{ID: modelRecord(name, n), Kind: name, State: state, Changed: modelNow.Add(-time.Hour),
				Versions: []Version{{At: modelNow.Add(-day), Fields: m.someFields(kind)}, {At: modelNow.Add(-time.Hour), Fields: m.someFields(kind)}}}
			for _, w := range []*modelWorld{&full, &one} {
				if w == &one && n >= max(1, len(kind.States)) {
					continue
				}
				shelf := &w.self.People[0].Records
				if kind.Joint {
					shelf = &w.self.Couple.Records
				}
				*shelf = append(*shelf, rec)
			}
		}
	}
	if !none {
		out = append(out, modelBeginning{how: "a record in each state", world: one}, modelBeginning{how: "as many records as there may be", world: full})
	}
	return out
}

func modelRecord(kind string, n int) string { return kind + itoa(1000+n) }

func (m *model) someFields(kind *RecordKind) map[string]Value {
	out := map[string]Value{}
	for _, d := range kind.Fields {
		out[d.Name] = m.someValue(d)
	}
	return out
}

// keeps says that the flow, or one that it calls, has to do with records of a kind.
func (m *model) keeps(kind string) bool {
	for _, f := range m.lib.Flows {
		if f.About == kind || slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Record == kind }) {
			return true
		}
		for _, s := range f.Steps {
			for _, b := range s.Branches {
				for _, name := range b.If.refs {
					if x, ok := cutScope(name, "count"); ok && strings.Split(x, ".")[0] == kind {
						return true
					}
				}
			}
		}
	}
	return false
}

// about gives a flow the record that it is about, as whatever begins it does.
func (m *model) about(f *Frame) {
	if kind := m.lib.Records[m.flow.About]; kind != nil {
		f.Record = &Bound{Kind: kind.Name, ID: modelRecord(kind.Name, 0)}
	}
}

// crowded is somebody with two conversations open already.
func (m *model) crowded() modelBeginning {
	w := m.couple()
	for range 2 {
		w = m.engine(&w, modelMe, func(r *run, p *Person) {
			r.parkFocus(p)
			r.walk(p, r.push(p, r.lib.Flows[modelElse], Asking))
		})
	}
	return modelBeginning{how: "two conversations are open", world: w, far: 9}
}

func (m *model) someValue(d *Decl) Value {
	if all := modelValues(d); len(all) > 0 {
		return all[0]
	}
	return Value{T: Text, S: "x"}
}

// begin starts the flow as it is started, and notes the first states.
func (m *model) begin(b modelBeginning) {
	w := b.world
	root := len(m.nodes)
	m.nodes = append(m.nodes, &modelNode{world: w, from: -1, how: b.how, over: true, done: true, far: min(b.far, m.opt.Around)})
	for _, mv := range m.starts(&w) {
		m.try(root, mv, nil)
		for _, tw := range m.factTweaks(&w, m.fold.segment(m.flow.Steps[0])) {
			m.try(root, mv, &tw)
		}
	}
}
