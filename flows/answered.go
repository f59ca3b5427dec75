package flows

import "slices"

// picked adds one option of a multi; Done, or the last one allowed, is the answer.
func (r *run) picked(p *Person, id int, q *question, done bool, option string) {
	f := p.track(id).top()
	if !done && !slices.Contains(f.Picked, option) {
		f.Picked = append(f.Picked, option)
	}
	v := Value{T: Multi, L: slices.Clone(f.Picked)}
	if done || len(f.Picked) >= min(q.maxMulti(), len(q.options(r.lib))) {
		r.answered(p, id, q, v)
		return
	}
	r.closePrompt(p, id)
	r.presentPicked(p, id, q)
}

// presentPicked shows what was chosen of a multi so far, and the rest.
func (r *run) presentPicked(p *Person, id int, q *question) {
	f := p.track(id).top()
	v := Value{T: Multi, L: f.Picked}
	var buttons []Button
	for _, o := range q.options(r.lib) {
		if !slices.Contains(f.Picked, o.ID) {
			buttons = append(buttons, Button{Choice: o.ID, Label: o.Label, Value: "answer:" + o.ID})
		}
	}
	buttons = append(buttons, Button{Choice: "done", Label: r.lib.word("label_done"), Value: "done"}, r.skipButton())
	r.prompt(p, id, []Block{{Text: r.lib.word("multi_more", "chosen", r.lib.show(v, q.labelled(r.lib)))}}, buttons)
}

// answered stores an answer and goes on: to a follow-up, once in a session, else to the next step.
func (r *run) answered(p *Person, id int, q *question, v Value) {
	t := p.track(id)
	f := t.top()
	if f.Answers == nil {
		f.Answers = map[string]Value{}
	}
	if q.decl.Keep <= 0 {
		r.unanswer(p, t, q.step) // what /back had returned to may have been kept
	}
	f.Answers[q.step.Ask] = v
	if q.decl.Type == ItemOf {
		r.take(p, t, q, v.S)
	}
	r.journal(p, t, q, v)
	t.Marks = append(t.Marks, Mark{Depth: len(t.Frames), Step: q.step.ID})
	r.closePrompt(p, id)
	if follow := r.followUp(t, q, v); follow != nil && len(t.Frames) <= maxCalls {
		f.Followed = true
		t.Frames = append(t.Frames, calling(f, follow))
		r.walk(p, id)
		return
	}
	r.next(p, id, r.afterAnswer(q.step, v))
}

// followUp is the flow that follows an answer, named by the drawn question or by the step.
func (r *run) followUp(t *Track, q *question, v Value) *Flow {
	then := q.step.Then
	if q.step.Follow && q.item != nil {
		then = q.item.Then
	}
	if len(then) == 0 || t.top().Followed {
		return nil
	}
	keys := v.L
	if v.T == Scale {
		keys = []string{itoa(v.N)}
	} else if v.T != Multi {
		keys = []string{v.S}
	}
	for _, key := range keys {
		if name, ok := then[key]; ok {
			r.follows(t, q, key, name)
			return r.lib.Flows[name]
		}
	}
	return nil
}

// afterAnswer is where an answer leads.
func (r *run) afterAnswer(st *Step, v Value) Target {
	key := v.S
	if v.T == Scale {
		key = itoa(v.N)
	}
	if to, ok := st.GoMap[key]; ok {
		return to
	}
	return st.Go
}

// journal keeps an answer for its owner, as long as its declaration says; keep: none leaves no trace there.
func (r *run) journal(p *Person, t *Track, q *question, v Value) {
	if q.decl.Keep <= 0 {
		return
	}
	e := Entry{Person: p.ID, ID: entryID(t, q.step), At: r.ev.At, Flow: t.top().Flow,
		Name: q.step.Ask, Value: v, Until: r.ev.At.Add(q.decl.Keep)}
	if q.item != nil {
		e.Asked = q.item.ID
	}
	r.out.Journal = append(r.out.Journal, e)
}

// skipStep leaves the open step unanswered.
func (r *run) skipStep(p *Person, id int) {
	t := p.track(id)
	st := r.lib.stepOf(t)
	switch {
	case st == nil:
		r.flowGone(p, id)
	case st.Kind.door():
		r.doorButton(p, id, st, "keep")
	case st.Kind.joins():
		r.pairSkip(p, id, st)
	default:
		r.leaveQuestion(p, t, st)
		r.closePrompt(p, id)
		r.next(p, id, st.Skip)
	}
}

// leaveQuestion goes away from a question without an answer: one given before does not stand, and /back can return.
func (r *run) leaveQuestion(p *Person, t *Track, st *Step) {
	r.unanswer(p, t, st)
	t.Marks = append(t.Marks, Mark{Depth: len(t.Frames), Step: st.ID})
}

// unanswer takes an answer back that /back had returned to.
func (r *run) unanswer(p *Person, t *Track, st *Step) {
	f := t.top()
	if _, ok := f.Answers[st.Ask]; !ok {
		return
	}
	delete(f.Answers, st.Ask)
	r.out.Journal = append(r.out.Journal, Entry{Person: p.ID, ID: entryID(t, st), Flow: f.Flow, Name: st.Ask, Until: r.ev.At})
}

func entryID(t *Track, st *Step) string { return itoa(t.ID) + "/" + t.top().Flow + "/" + st.Ask }

// union is a with what b adds to it.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
