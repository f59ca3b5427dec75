package flows

import "strings"

// question is what an ask step asks this person; false when what was drawn exists no more.
func (r *run) question(t *Track, st *Step) (*question, bool) {
	flow := r.lib.flowOf(t.top())
	if flow == nil {
		return nil, false
	}
	q := &question{step: st, decl: flow.Answers[st.Ask], text: st.Text}
	if q.decl == nil {
		return nil, false
	}
	if q.decl.Type == ItemOf {
		q.offered = r.onOffer(t, st, r.lib.Lists[q.decl.List])
		return q, len(q.offered) > 0
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
	q.ready = r.readyFor(t, st, q.decl)
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
	if !t.begun() { // it lay behind a card, and its turn has come
		r.walk(p, id)
		return
	}
	r.closePrompt(p, id)
	switch {
	case st.Kind == KAsk:
		q, ok := r.question(t, st)
		if !ok {
			r.passOver(p, id, st)
			return
		}
		t.Phase = Asking
		if len(t.top().Picked) > 0 {
			r.presentPicked(p, id, q)
			return
		}
		body := []Block{{Text: fill(q.text, r.holes(p, t))}}
		for i, it := range q.offered {
			body = append(body, Block{Text: r.lib.word("item_line", "n", itoa(i+1), "text", it.Text)})
		}
		if q.decl.Type == Text && r.wordless(p) {
			body = append(body, Block{Text: r.lib.word("typing_off")})
		}
		r.prompt(p, id, body, r.askButtons(p, q))
	case st.Kind.door():
		t.Phase = Asking
		r.presentDoor(p, id, st)
	case st.Kind == KPick:
		r.presentPick(p, id, st)
	case st.Kind.joins():
		r.presentPair(p, id, st)
	default: // a timer led to something that only its person's input may show
		r.walk(p, id)
	}
}

// passOver goes by a question that exists no more, since a reload. Where skips lead to and fro between such questions
// there is nothing left to ask.
func (r *run) passOver(p *Person, id int, st *Step) {
	if r.passed++; r.passed > maxSteps {
		r.flowGone(p, id)
		return
	}
	r.next(p, id, st.Skip)
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
	case st.Kind.joins():
		r.pairText(p, id, st, text)
		return
	case st.Kind == KPick:
		r.pickText(p, id, st, text)
		return
	case st.Kind != KAsk:
		r.say(p, r.lib.word("wrong_choice", "options", strings.Join(r.liveLabels(p, id), " / ")))
		return
	}
	q, ok := r.question(t, st)
	if !ok {
		r.passOver(p, id, st)
		return
	}
	if q.decl.Type == Text && r.wordless(p) {
		r.readyText(p, id, q, text)
		return
	}
	v, what, candidates := q.read(r.lib, text, r.ev.At, r.lib.location(p))
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

// buttonNamed finds the live button that words name. Text questions take only Skip and exits this way: "yes" can be an
// answer of its own.
func (r *run) buttonNamed(p *Person, id int, text string) (Button, bool) {
	text = fold(text)
	for _, b := range p.Buttons {
		if b.Track == id && b.Value != writeValue && !b.shows() && fold(b.Label) == text {
			return b, true
		}
	}
	return Button{}, false
}

func (r *run) liveLabels(p *Person, id int) []string {
	var out []string
	for _, b := range p.Buttons {
		if b.Track == id && b.Value != "skip" && b.Value != writeValue && !b.shows() {
			out = append(out, b.Label)
		}
	}
	return out
}

// reprompt says once, gently, what is accepted. The question stays as it is.
func (r *run) reprompt(p *Person, t *Track, q *question) {
	if q.decl.Type == Text && r.wordless(p) {
		r.say(p, r.lib.word("typing_off"))
		return
	}
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
	case ItemOf:
		r.say(p, r.lib.word("wrong_choice", "options", options))
	case Text:
		r.say(p, r.lib.word("wrong_text", "max", itoa(q.maxText())))
	case Number:
		r.say(p, r.lib.word("wrong_number", "from", itoa(q.decl.From), "to", itoa(q.decl.To)))
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
	if st.Kind.door() {
		r.doorButton(p, id, st, b.Value)
		return
	}
	if exit, ok := strings.CutPrefix(b.Value, "exit:"); ok {
		for _, e := range st.Exits {
			if e.ID == exit {
				if st.Kind.joins() {
					r.endPairing(p)
				} else {
					r.leaveQuestion(p, t, st)
				}
				r.closePrompt(p, id)
				r.next(p, id, Target{Step: e.Go, Pos: e.Pos})
				return
			}
		}
	}
	if st.Kind.joins() {
		r.pairButton(p, id, st, b)
		return
	}
	if st.Kind == KPick {
		r.pickButton(p, id, st, b.Value)
		return
	}
	q, ok := r.question(t, st)
	if !ok {
		r.passOver(p, id, st)
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
