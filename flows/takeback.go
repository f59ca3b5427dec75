package flows

import "slices"

// Taking back is an open act: its author sees what it was, hears that it may have been read, and taps. The bot's own copies
// go, and the message itself where the platform still allows it. The author hears the same whether it was read or not.

// enterTakeBack begins with what was passed on last.
func (r *run) enterTakeBack(p *Person, t *Track) bool { return p.lookAt(t, len(p.Passed)-1) }

// shownCard is where a frame keeps the id of the card on show. Its place in the list would change under it, as others end.
const shownCard = "take back"

// lookAt puts one of the cards that p passed on show, and reports whether there is one.
func (p *Person) lookAt(t *Track, i int) bool {
	f := t.top()
	if i < 0 || i >= len(p.Passed) {
		delete(f.Items, shownCard)
		return false
	}
	f.bind(shownCard, p.Passed[i].ID)
	return true
}

// lookedAt is the place of the card on show; -1 when it is gone.
func (p *Person) lookedAt(t *Track) int {
	return slices.IndexFunc(p.Passed, func(x Passed) bool { return x.ID == t.top().Items[shownCard] })
}

func (r *run) presentTakeBack(p *Person, id int, st *Step) {
	t := p.track(id)
	i := p.lookedAt(t)
	if i < 0 { // it went by itself meanwhile
		if i = len(p.Passed) - 1; !p.lookAt(t, i) {
			r.next(p, id, st.None)
			return
		}
	}
	buttons := []Button{{Choice: "take", Label: r.lib.word("label_take_back"), Value: "take"}}
	if i > 0 {
		buttons = append(buttons, Button{Choice: "older", Label: r.lib.word("label_older"), Value: "older"})
	}
	buttons = append(buttons, Button{Choice: "keep", Label: r.lib.word("label_leave_it"), Value: "keep"})
	body := append([]Block{{Text: r.lib.word("take_back_preview")}, {}}, p.Passed[i].Body...)
	r.prompt(p, id, body, buttons)
}

func (r *run) takeBackButton(p *Person, id int, st *Step, value string) {
	t := p.track(id)
	r.closePrompt(p, id)
	switch i := p.lookedAt(t); {
	case value == "older" && p.lookAt(t, i-1):
		r.presentTakeBack(p, id, st)
		return
	case value == "take" && i >= 0:
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
	q, ok := r.partner(p)
	if !ok {
		return
	}
	q.Coming = slices.DeleteFunc(q.Coming, func(c Coming) bool { return c.ID == card })
	r.passTimer(q)
	waiting := len(q.Inbox)
	q.Inbox = slices.DeleteFunc(q.Inbox, func(c Card) bool { return c.ID == card })
	r.endOpened(q, card)
	if flow := r.lib.flowOn("card"); flow != nil && waiting > 0 && len(q.Inbox) == 0 {
		if t := q.running(flow.Name); t != nil { // or they would be asked to read nothing
			r.drop(q, t.ID)
			r.unpark(q)
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
