package flows

import (
	"slices"
	"strings"
)

// question is what an ask step asks this person; false when what was drawn exists no more.
func (r *run) question(t *Track, st *Step) (*question, bool) {
	flow := r.lib.Flows[t.top().Flow]
	if flow == nil {
		return nil, false
	}
	q := &question{step: st, decl: flow.Answers[st.Ask], text: st.Text}
	if q.decl == nil {
		return nil, false
	}
	if q.decl.Type == FromList {
		if q.item = r.item(t, st.Ask); q.item == nil || q.item.Decl == nil {
			return nil, false
		}
		d := *q.item.Decl
		d.Name = st.Ask
		q.decl = &d
		if q.text == "" {
			q.text = q.item.Text
		}
	}
	return q, true
}

// present shows the open question of a track, with fresh buttons, and takes the old ones away.
func (r *run) present(p *Person, id int) {
	t := p.track(id)
	st := r.lib.stepOf(t)
	if st == nil {
		r.flowGone(p, id)
		return
	}
	r.closePrompt(p, id)
	switch st.Kind {
	case KAsk:
		q, ok := r.question(t, st)
		if !ok {
			r.next(p, id, st.Skip)
			return
		}
		t.Phase = Asking
		if len(t.top().Picked) > 0 {
			r.presentPicked(p, id, q)
			return
		}
		r.prompt(p, id, []Block{{Text: fill(q.text, r.holes(p, t))}}, r.askButtons(q))
	case KShare:
		t.Phase = Asking
		r.presentShare(p, id)
	case KPair:
		r.presentPair(p, id, st)
	default: // a timer led to something that only its person's input may show
		r.walk(p, id)
	}
}

// askButtons are the options, the exits, and Skip. A long list of times or zones can be typed.
func (r *run) askButtons(q *question) []Button {
	var out []Button
	for _, o := range q.options(r.lib) {
		out = append(out, Button{Choice: o.ID, Label: o.Label, Value: "answer:" + o.ID})
	}
	for _, e := range q.step.Exits {
		out = append(out, Button{Choice: e.ID, Label: e.Label, Value: "exit:" + e.ID})
	}
	return append(out, r.skipButton())
}

func (r *run) skipButton() Button {
	return Button{Choice: "skip", Label: r.lib.word("label_skip"), Value: "skip"}
}

// prompt sends a question of a track and makes its buttons live.
func (r *run) prompt(p *Person, id int, body []Block, buttons []Button) {
	t := p.track(id)
	msg := string(p.ID[:10]) + "." + itoa(p.LastMsg+1)
	m := Message{Body: body, Private: true}
	for i, b := range buttons {
		b.Token, b.Track, b.Visit = r.ev.Seed.token(msg, i), id, t.Visit
		p.Buttons = append(p.Buttons, b)
		m.Choices = append(m.Choices, Choice{ID: b.Choice, Label: b.Label, Action: b.Token})
	}
	t.Prompt = r.emit(p, m)
}

// answerText reads words as the answer to what a track asks.
func (r *run) answerText(p *Person, id int, text string) {
	t := p.track(id)
	st := r.lib.stepOf(t)
	if st == nil {
		r.flowGone(p, id)
		return
	}
	if b, ok := r.buttonNamed(p, id, text); ok {
		r.answerButton(p, id, b)
		return
	}
	switch {
	case st.Kind == KPair:
		r.pairText(p, id, st, text)
		return
	case st.Kind != KAsk:
		r.say(p, r.lib.word("wrong_choice", "options", strings.Join(r.liveLabels(p, id), " / ")))
		return
	}
	q, ok := r.question(t, st)
	if !ok {
		r.next(p, id, st.Skip)
		return
	}
	v, what, candidates := q.read(r.lib, text, r.ev.At)
	switch what {
	case accepted:
		if v.T == Multi {
			if v.L = union(t.top().Picked, v.L); len(v.L) > q.maxMulti() {
				r.reprompt(p, t, q)
				return
			}
		}
		r.answered(p, id, q, v)
	case narrowed:
		r.narrow(p, id, q, candidates)
	case wrong:
		r.reprompt(p, t, q)
	}
}

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

// buttonNamed finds the live button that words name. Text questions take only Skip and exits this way: "yes" can be an
// answer of its own.
func (r *run) buttonNamed(p *Person, id int, text string) (Button, bool) {
	text = fold(text)
	for _, b := range p.Buttons {
		if b.Track == id && fold(b.Label) == text {
			return b, true
		}
	}
	return Button{}, false
}

func (r *run) liveLabels(p *Person, id int) []string {
	var out []string
	for _, b := range p.Buttons {
		if b.Track == id && b.Value != "skip" {
			out = append(out, b.Label)
		}
	}
	return out
}

// reprompt says once, gently, what is accepted. The question stays as it is.
func (r *run) reprompt(p *Person, t *Track, q *question) {
	if q.step.Wrong != "" {
		r.say(p, fill(q.step.Wrong, r.holes(p, t)))
		return
	}
	var labels []string
	for _, o := range q.options(r.lib) {
		labels = append(labels, o.Label)
	}
	options := strings.Join(labels, " / ")
	switch q.decl.Type {
	case Text:
		r.say(p, r.lib.word("wrong_text", "max", itoa(q.maxText())))
	case Multi:
		r.say(p, r.lib.word("wrong_multi", "options", options, "max", itoa(q.maxMulti())))
	default:
		r.say(p, r.lib.word("wrong_"+string(q.decl.Type), "options", options))
	}
}

// narrow offers the places that an answer may mean.
func (r *run) narrow(p *Person, id int, q *question, candidates []string) {
	r.closePrompt(p, id)
	var buttons []Button
	for _, z := range candidates {
		buttons = append(buttons, Button{Choice: z, Label: zoneCity(z), Value: "answer:" + z})
	}
	r.prompt(p, id, []Block{{Text: r.lib.word("zone_which")}}, append(buttons, r.skipButton()))
}

// answerButton does what a button of a track's open step says.
func (r *run) answerButton(p *Person, id int, b Button) {
	t := p.track(id)
	st := r.lib.stepOf(t)
	if st == nil {
		r.flowGone(p, id)
		return
	}
	if b.Value == "skip" {
		r.skipStep(p, id)
		return
	}
	if st.Kind == KShare {
		r.decide(p, id, st, b.Value == "share")
		return
	}
	if exit, ok := strings.CutPrefix(b.Value, "exit:"); ok {
		for _, e := range st.Exits {
			if e.ID == exit {
				if st.Kind == KPair {
					r.endPairing(p)
				} else {
					r.leaveQuestion(p, t, st)
				}
				r.closePrompt(p, id)
				r.next(p, id, Target{Step: e.Go})
				return
			}
		}
	}
	if st.Kind == KPair {
		r.pairButton(p, id, st, b)
		return
	}
	q, ok := r.question(t, st)
	if !ok {
		r.next(p, id, st.Skip)
		return
	}
	option := strings.TrimPrefix(b.Value, "answer:")
	if q.decl.Type == Multi {
		r.picked(p, id, q, b.Value == "done", option)
		return
	}
	v, ok := q.pick(option)
	if !ok {
		r.reprompt(p, t, q)
		return
	}
	r.answered(p, id, q, v)
}

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
	r.prompt(p, id, []Block{{Text: r.lib.word("multi_more", "chosen", v.show(q.labelled(r.lib)))}}, buttons)
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
	r.journal(p, t, q, v)
	t.Marks = append(t.Marks, Mark{Depth: len(t.Frames), Step: q.step.ID})
	r.closePrompt(p, id)
	if follow := r.followUp(f, q, v); follow != nil && len(t.Frames) <= maxCalls {
		f.Followed = true
		t.Frames = append(t.Frames, Frame{Flow: follow.Name, Step: follow.Steps[0].ID})
		r.walk(p, id)
		return
	}
	r.next(p, id, r.afterAnswer(q.step, v))
}

func (r *run) followUp(f *Frame, q *question, v Value) *Flow {
	if !q.step.Follow || f.Followed || q.item == nil {
		return nil
	}
	keys := v.L
	if v.T == Scale {
		keys = []string{itoa(v.N)}
	} else if v.T != Multi {
		keys = []string{v.S}
	}
	for _, key := range keys {
		if name, ok := q.item.Then[key]; ok {
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
	case st.Kind == KShare:
		r.decide(p, id, st, false)
	case st.Kind == KPair:
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
