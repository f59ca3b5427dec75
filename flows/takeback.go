package flows

import "slices"

// Taking back is an open act: its author sees what it was, hears that it may have been read, and taps. The bot's own copies
// go, and the message itself where the platform still allows it. The author hears the same whether it was read or not.

// enterTakeBack begins with what was passed on last.
func (r *run) enterTakeBack(p *Person, t *Track) bool {
	t.top().Sharing = len(p.Passed)
	return r.older(p, t)
}

// older moves on to the card before, and reports whether there is one.
func (r *run) older(p *Person, t *Track) bool {
	f := t.top()
	f.Sharing = min(f.Sharing, len(p.Passed)) - 1
	return f.Sharing >= 0
}

func (r *run) presentTakeBack(p *Person, id int, st *Step) {
	t := p.track(id)
	f := t.top()
	if f.Sharing >= len(p.Passed) && !r.older(p, t) { // it went by itself meanwhile
		r.next(p, id, st.None)
		return
	}
	buttons := []Button{{Choice: "take", Label: r.lib.word("label_take_back"), Value: "take"}}
	if f.Sharing > 0 {
		buttons = append(buttons, Button{Choice: "older", Label: r.lib.word("label_older"), Value: "older"})
	}
	buttons = append(buttons, Button{Choice: "keep", Label: r.lib.word("label_leave_it"), Value: "keep"})
	body := append([]Block{{Text: r.lib.word("take_back_preview")}, {}}, p.Passed[f.Sharing].Body...)
	r.prompt(p, id, body, buttons)
}

func (r *run) takeBackButton(p *Person, id int, st *Step, value string) {
	t := p.track(id)
	r.closePrompt(p, id)
	switch i := t.top().Sharing; {
	case value == "older" && r.older(p, t):
		r.presentTakeBack(p, id, st)
		return
	case value == "take" && i < len(p.Passed):
		r.takeBack(p, i)
		r.say(p, r.lib.word("taken_back"))
	}
	r.next(p, id, st.Go)
}

// takeBack removes every copy of a card that is ours to remove.
func (r *run) takeBack(p *Person, i int) {
	card := p.Passed[i].ID
	r.endUndo(p, p.Passed[i:i+1])
	p.Passed = slices.Delete(p.Passed, i, i+1)
	q, ok := r.home(p).Partner(p.ID)
	if !ok {
		return
	}
	q.Coming = slices.DeleteFunc(q.Coming, func(c Coming) bool { return c.ID == card })
	r.passTimer(q)
	waiting := len(q.Inbox)
	q.Inbox = slices.DeleteFunc(q.Inbox, func(c Card) bool { return c.ID == card })
	if flow := r.lib.flowOn("card"); flow != nil && waiting > 0 && len(q.Inbox) == 0 {
		if t := q.running(flow.Name); t != nil { // or they would be asked to read nothing
			r.drop(q, t.ID)
		}
		q.dropTimer(string(q.ID) + "/cards")
		q.Waiting = slices.DeleteFunc(q.Waiting, func(w Wait) bool { return w.Flow == flow.Name })
	}
	for _, s := range q.Shown {
		if s.ID == card {
			r.emit(q, Message{Op: Delete, On: s.Message})
		}
	}
	q.Shown = slices.DeleteFunc(q.Shown, func(s Shown) bool { return s.ID == card })
}
