package flows

import (
	"slices"
	"strings"
)

// A flow can take sessions of an older version along (migrate:). They move at the next thing that happens to their person, and
// at nothing that happens to another: moving says nothing, and a question that was open still takes its answer. The checker has
// proven by the outline in versions.yaml that wherever the old version could be there is a place here (check_migrate.go).

// step is where a session at an old step goes on.
func (m *Migration) step(old string) string { return renamed(m.Steps, old) }

// answer is what an old answer, or the draw of its question, is called by now. Where the flow has none of that name, it is dropped.
func (m *Migration) answer(old string) string { return renamed(m.Answers, old) }

func renamed(names map[string]string, old string) string {
	if to, ok := names[old]; ok {
		return to
	}
	return old
}

// migration is the one that takes a session along; nil when none does.
func (l *Library) migration(f *Frame) *Migration {
	flow := l.Flows[f.Flow]
	if flow == nil || flow.Migrate == nil || f.Shape == "" || f.Shape == flow.Shape {
		return nil
	}
	if from := l.stamps.find(f.Flow, flow.Migrate.From); from == nil || from.Shape != f.Shape {
		return nil
	}
	return flow.Migrate
}

// moves says that some session of a track is to move.
func (l *Library) moves(t Track) bool {
	return slices.ContainsFunc(t.Frames, func(f Frame) bool { return l.migration(&f) != nil })
}

// moveAlong moves the sessions of p that a migration is for. Where something was about to pass, its buttons go, and it is shown
// again at its person's next input, so that a tap means what was read before it. What a preview showed stays to the letter.
func (r *run) moveAlong(p *Person) {
	for _, id := range r.lib.moveFrames(p) {
		t := p.track(id)
		st := r.lib.stepOf(t)
		if st == nil || t.Phase != Asking || st.Kind == KAsk || st.Kind.joins() {
			continue
		}
		r.closePrompt(p, id)
		t.Phase = Quiet
	}
}

// moveFrames is what moving changes in the sessions themselves. It gives the tracks whose innermost flow moved.
func (l *Library) moveFrames(p *Person) (moved []int) {
	for i := range p.Tracks {
		t := &p.Tracks[i]
		for depth := range t.Frames {
			m := l.migration(&t.Frames[depth])
			if m == nil {
				continue
			}
			l.moveFrame(&t.Frames[depth], m)
			t.Marks = slices.DeleteFunc(t.Marks, func(m Mark) bool { return m.Depth == depth+1 }) // /back goes no further
			if depth == len(t.Frames)-1 {
				moved = append(moved, t.ID)
			}
		}
	}
	return moved
}

func (l *Library) moveFrame(f *Frame, m *Migration) {
	flow := l.Flows[f.Flow]
	f.Shape = flow.Shape
	if f.Step != "" {
		f.Step = m.step(f.Step)
	}
	answers := map[string]Value{}
	for name, v := range f.Answers {
		if to := m.answer(name); flow.Answers[to] != nil {
			answers[to] = v
		}
	}
	items := map[string]string{}
	for binding, item := range f.Items {
		to := m.answer(binding)
		// What has a space in its name is the engine's own note.
		if strings.Contains(binding, " ") || slices.ContainsFunc(flow.Steps, func(s *Step) bool { return s.Kind == KDraw && s.Draw == to }) {
			items[to] = item
		}
	}
	visits := map[string]int{}
	for step, n := range f.Visits {
		if to := m.step(step); flow.ByID[to] != nil {
			visits[to] += n
		}
	}
	f.Answers, f.Items, f.Visits = orNone(answers), orNone(items), orNone(visits)
}

// orNone is m, or nil when it is empty, as a fresh frame has it.
func orNone[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	return m
}
