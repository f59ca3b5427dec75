package flows

import "slices"

// askButtons are the options, the exits, and Skip. A long list of times or zones can be typed.
func (r *run) askButtons(p *Person, q *question) []Button {
	options := q.options(r.lib)
	if q.decl.Type == Text && (r.wordless(p) || r.readyOnly(p) && q.decl.PartnerSees != SeesNever) {
		options = q.readyOptions()
	}
	out := make([]Button, 0, len(options)+len(q.step.Exits)+1)
	for _, o := range options {
		if o.Label == "" { // a time or a number that has further words and no button
			continue
		}
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
	for i := range buttons {
		buttons[i].Track, buttons[i].Visit = id, t.Visit
	}
	m := Message{Body: body, Private: true}
	if m.Form = r.form(p, t); m.Form != nil {
		buttons = append(buttons, Button{Track: id, Visit: t.Visit, Choice: writeValue, Value: writeValue})
	}
	t.Prompt, t.Asked = r.emitLive(p, m, buttons...), r.ev.At
}

// emitLive sends a message with buttons that can be tapped from now on.
func (r *run) emitLive(p *Person, m Message, buttons ...Button) string {
	tokens := r.ev.Seed.tokens(p.messageID(p.LastMsg+1), len(buttons))
	p.Buttons = slices.Grow(p.Buttons, len(buttons))
	m.Choices = slices.Grow(m.Choices, len(buttons))
	for i, b := range buttons {
		b.Token = tokens[i*tokenLen : (i+1)*tokenLen]
		p.Buttons = append(p.Buttons, b)
		if b.Value == writeValue {
			m.Form.Action = b.Token
			continue
		}
		m.Choices = append(m.Choices, Choice{ID: b.Choice, Label: b.Label, Action: b.Token})
	}
	return r.emit(p, m)
}
