package flows

// Sharing has one door. Each item is previewed alone, to the letter of what the other would get, and passes only by a
// tap on Share. What passes is a copy; what does not is never mentioned, and the moment of passing on depends on
// nothing but that tap.

// nextItem moves a share step to its next item and reports whether there is one. Somebody alone has nobody to share with.
func (r *run) nextItem(p *Person, t *Track, st *Step) bool {
	f := t.top()
	if !r.home(p).paired() {
		return false
	}
	for f.Sharing++; f.Sharing < len(st.Items); f.Sharing++ {
		if f.Preview = r.shareable(p, t, st.Items[f.Sharing].Step); f.Preview != nil {
			return true
		}
	}
	return false
}

// shareable is what the other would get of an answer; nil when there is none, or it may not be shared.
func (r *run) shareable(p *Person, t *Track, name string) []Block {
	v, ok := t.top().Answers[name]
	q := r.asked(t, name)
	if !ok || q == nil || q.decl.PartnerSees != SeesOnShare {
		return nil
	}
	return []Block{
		{Text: r.lib.word("card_from", "name", r.lib.nameFor(r.home(p), p))},
		{Text: fill(q.text, r.holes(p, t))},
		{Text: v.show(q.labelled(r.lib)), Quote: true},
	}
}

// nameFor is p's name as the other knows it.
func (l *Library) nameFor(s *State, p *Person) string {
	if name := s.Couple.Names[p.ID]; name != "" {
		return name
	}
	return l.word("no_name")
}

// presentShare shows the exact preview of the item at hand.
func (r *run) presentShare(p *Person, id int) {
	f := p.track(id).top()
	body := append([]Block{{Text: r.lib.word("share_preview", "name", r.lib.partnerName(r.home(p), p))}, {}}, f.Preview...)
	r.prompt(p, id, body, []Button{
		{Choice: "share", Label: r.lib.word("label_share"), Value: "share"},
		{Choice: "keep", Label: r.lib.word("label_keep"), Value: "keep"},
	})
}

// decide passes the previewed item on, or keeps it, and goes on. The author hears the same whatever the other does.
func (r *run) decide(p *Person, id int, st *Step, share bool) {
	t := p.track(id)
	f := t.top()
	r.closePrompt(p, id)
	if share {
		r.passOn(p, f.Preview)
		t.Marks = nil // /back never crosses something shared
		r.say(p, r.lib.word("passed_on"))
	} else {
		r.say(p, r.lib.word("kept"))
	}
	if r.nextItem(p, t, st) {
		r.presentShare(p, id)
		return
	}
	f.Preview = nil
	r.next(p, id, st.Go)
}

// passOn gives the other their own copy. Nobody is there after they left, and nothing shows it.
func (r *run) passOn(p *Person, body []Block) {
	q, ok := r.home(p).Partner(p.ID)
	if !ok {
		return
	}
	sum := r.ev.Seed.derive("card", string(q.ID), itoa(len(q.Inbox)))
	q.Inbox = append(q.Inbox, Card{ID: hexOf(sum[:8]), Body: append([]Block(nil), body...)})
	r.knockCards(q)
}

// knockCards tells q in one neutral line that something is waiting: once for all that waits, outside quiet hours, not
// into an open question, and at most twice a day. It looks at nothing but q.
func (r *run) knockCards(q *Person) {
	flow := r.lib.flowOn("card")
	if flow == nil || len(q.Inbox) == 0 || !q.Welcomed || q.Stopped || q.Gone {
		return
	}
	t := q.running(flow.Name)
	if t != nil && t.Phase != Quiet {
		return // it has been told, or asked to be told later
	}
	switch {
	case r.lib.quietAt(q, r.ev.At):
		q.timer(Timer{Name: "cards", Due: r.lib.afterQuiet(q, r.ev.At), What: "cards"})
	case r.budget(q).Knocks >= maxKnocks:
		q.timer(Timer{Name: "cards", Due: r.lib.tomorrow(q, r.ev.At), What: "cards"})
	case q.busy():
		r.waitFor(q, flow.Name, r.ev.At.Add(cardFor))
	default:
		r.budget(q).Knocks++
		if t == nil {
			t = q.track(r.push(q, flow, Knocking))
		}
		t.Parked = false
		r.knock(q, t.ID, LaneCard, r.ev.At.Add(cardFor))
	}
}

// showCards shows what was shared with p and takes it from the inbox: the chat has it now.
func (r *run) showCards(p *Person) {
	for _, c := range p.Inbox {
		r.emit(p, Message{Body: c.Body, Private: true, Until: r.ev.At.Add(cardFor)})
	}
	p.Inbox = nil
	p.dropTimer(string(p.ID) + "/cards")
}
