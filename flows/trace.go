package flows

import "strconv"

// Way is one way on from a step: an edge of the flow's graph. Two ways of a library never have the same Pos and Key.
type Way struct {
	Kind string // go, skip, timeout, exit, branch, else, none_left, none, full, too_often, result, outcome, option, then
	Key  string // the exit, option, outcome or result; of a branch its number, from 1
	To   string // the step; then: the follow-up flow
	Pos  Pos    // where the target stands; then: the step or item
}

// Covered is a step that was entered or, with a Way, left by that way. It says nothing of anybody, not even whose step it was.
type Covered struct {
	Flow, List string // one of the two; List: a follow-up that an item of it names
	Step       string // the step; the item of a List
	Way        Way
}

// edgeThen leads to a follow-up flow, from where its caller goes on.
const edgeThen = "then"

// Traced is the same library, whose steps note in Output.Trace what they pass: for transcripts, which are to cover it all. The
// receiver stays as it is, and notes nothing.
func (l *Library) Traced() *Library {
	return l.with(func(l *Library) { l.traced = true })
}

// ToCover is all that can be passed, flows and then lists by name, in reading order.
func (l *Library) ToCover() []Covered {
	var out []Covered
	for _, f := range l.ordered() {
		for _, s := range f.Steps {
			out = append(out, Covered{Flow: f.Name, Step: s.ID})
			for _, w := range s.ways() {
				out = append(out, Covered{Flow: f.Name, Step: s.ID, Way: w})
			}
		}
	}
	for _, name := range keysOf(l.Lists) {
		out = append(out, l.Lists[name].follows()...)
	}
	return out
}

// follows are the follow-ups that the items of a list name.
func (l *List) follows() (out []Covered) {
	for _, it := range l.Items {
		for _, key := range keysOf(it.Then) {
			out = append(out, Covered{List: l.Name, Step: it.ID, Way: Way{edgeThen, key, it.Then[key], it.Pos}})
		}
	}
	return out
}

// ways are the edges of a step, and its follow-ups.
func (s *Step) ways() []Way {
	var out []Way
	for _, e := range s.edges() {
		w := Way{e.kind, e.key, e.target.Step, e.target.Pos}
		if e.kind == edgeBranch {
			w.Key = strconv.Itoa(e.branch + 1)
		}
		out = append(out, w)
	}
	for _, key := range keysOf(s.Then) {
		out = append(out, Way{edgeThen, key, s.Then[key], s.Pos})
	}
	return out
}

// entered notes the step that a track is at.
func (r *run) entered(t *Track, st *Step) {
	if r.traced {
		r.out.Trace = append(r.out.Trace, Covered{Flow: t.top().Flow, Step: st.ID})
	}
}

// took notes the way by which a track leaves its step. A way is known by its place in the file; what has none is no way of a
// flow but the engine's own, such as /back.
func (r *run) took(t *Track, to Target) {
	if !r.traced || to.Pos == (Pos{}) {
		return
	}
	st := r.lib.stepOf(t)
	if st == nil {
		return
	}
	for _, w := range st.ways() {
		if w.Pos == to.Pos && w.Kind != edgeThen {
			r.out.Trace = append(r.out.Trace, Covered{Flow: t.top().Flow, Step: st.ID, Way: w})
		}
	}
}

// follows notes a follow-up that an option of a question names.
func (r *run) follows(t *Track, q *question, key, flow string) {
	switch {
	case !r.traced:
	case q.item != nil && q.item.Then[key] == flow:
		list := r.lib.flowOf(t.top()).Answers[q.step.Ask].List // q.decl is what the item makes of it
		r.out.Trace = append(r.out.Trace, Covered{List: list, Step: q.item.ID, Way: Way{edgeThen, key, flow, q.item.Pos}})
	default:
		r.out.Trace = append(r.out.Trace, Covered{Flow: t.top().Flow, Step: q.step.ID, Way: Way{edgeThen, key, flow, q.step.Pos}})
	}
}
