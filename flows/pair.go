package flows

// Pairing: one offers a code, the other enters it in their own chat, both confirm in their own chat. A code works once
// and for a quarter hour. Whatever stops it — nobody entered it, somebody said no, somebody went away — the other side
// sees the same: at the end of the quarter hour, one and the same line.

// enterPair begins a pair step.
func (r *run) enterPair(p *Person, t *Track, st *Step) (Target, bool) {
	if what := r.closed(p, st); what != "" {
		return r.outcome(p, st, what), false
	}
	if st.Kind == KPair {
		p.Welcomed = true // pairing comes after the last question of the welcome
	}
	t = r.onlyPairing(p, t.ID)
	switch st.Pair {
	case "offer":
		p.Pair = &Pairing{Code: r.ev.Seed.code(p.ID), Expires: r.ev.At.Add(codeFor)}
		if st.Kind == KAccount {
			p.Pair.Account, p.Pair.At, p.Pair.Move = true, p.Addr, st.Move
		}
		p.timer(Timer{Name: "code", Due: p.Pair.Expires, What: "code"})
	case "claim":
		p.Pair = nil // entering a code gives up one's own, and a yes to another
		p.dropTimer(string(p.ID) + "/code")
		if code := p.Parked; code != "" && !r.moved {
			p.Parked = ""
			if to, ok := r.claim(p, t, st, code); ok {
				return to, false
			}
		}
	case "confirm":
		if p.Pair == nil || p.Pair.Ended || p.Pair.Peer == "" || p.Pair.Account != (st.Kind == KAccount) {
			return r.outcome(p, st, "ended"), false
		}
	}
	return Target{}, r.wait(p, t, st)
}

// closed is how a step ends that cannot begin, or "".
func (r *run) closed(p *Person, st *Step) string {
	switch {
	case r.moved && st.Pair == "offer": // a code nobody asked for is none
		return "ended"
	case st.Kind == KAccount:
		return accountClosed(p, st)
	case r.home(p).paired():
		return "ended"
	}
	return ""
}

// onlyPairing ends other conversations that wait for a code: one person has one at a time.
func (r *run) onlyPairing(p *Person, id int) *Track {
	for i := len(p.Tracks) - 1; i >= 0; i-- {
		if t := &p.Tracks[i]; t.ID != id {
			if st := r.lib.stepOf(t); st != nil && st.Kind.joins() {
				r.drop(p, t.ID)
			}
		}
	}
	return p.track(id)
}

func (r *run) outcome(p *Person, st *Step, what string) Target {
	if to, ok := st.GoMap[what]; ok {
		return to
	}
	return st.Go
}

// presentPair shows a pair step. What ran out while its person was away ends now.
func (r *run) presentPair(p *Person, id int, st *Step) {
	t := p.track(id)
	switch {
	case p.Pair == nil && st.Pair != "claim":
		r.next(p, id, r.outcome(p, st, "ended"))
		return
	case st.Pair == "confirm" && p.Pair.Confirmed:
		t.Phase = Joining
		r.say(p, r.lib.word("pair_confirm_wait"))
		return
	}
	body := []Block{{Text: fill(st.Text, r.holes(p, t))}}
	var buttons []Button
	for _, e := range st.Exits {
		buttons = append(buttons, Button{Choice: e.ID, Label: e.Label, Value: "exit:" + e.ID})
	}
	switch st.Pair {
	case "offer":
		t.Phase = Joining // nothing to answer, but a button to take it back
		if link := r.lib.setup.InviteLink; link != "" {
			body = append(body, Block{Text: r.lib.word("pair_link", "link", link+p.Pair.Code)})
		}
	case "claim":
		t.Phase = Asking
		buttons = append(buttons, r.skipButton())
	case "confirm":
		t.Phase = Asking
		yes, no := r.lib.word("label_yes"), r.lib.word("label_no")
		for _, o := range st.Options {
			switch o.ID {
			case "yes":
				yes = o.Label
			case "no":
				no = o.Label
			}
		}
		buttons = append([]Button{{Choice: "yes", Label: yes, Value: "yes"}, {Choice: "no", Label: no, Value: "no"}}, buttons...)
	}
	r.prompt(p, id, body, buttons)
}

func (r *run) pairHole(p *Person, field string) string {
	switch {
	case p.Pair == nil:
		return ""
	case field == "code":
		return p.Pair.Code
	case field == "name" && p.Pair.Name == "":
		return r.lib.word("no_name")
	case field == "name", field == "app":
		return p.Pair.Name
	case field == "number":
		return p.sameNumber()
	}
	return ""
}

// proceed moves a person's pair step on, in front of whatever they are at: they are waiting for it.
func (r *run) proceed(p *Person, what string) {
	defer r.speaksTo(p)()
	t := r.pairing(p)
	if t == nil {
		return
	}
	if p.Pair != nil && p.Pair.Code != "" && p.Pair.Account {
		r.aside(p, p.Pair.At)
	}
	id, to := t.ID, r.outcome(p, r.lib.stepOf(t), what)
	r.closePrompt(p, id)
	if f := p.focus(); f != nil && f.ID != id {
		r.parkFocus(p)
	}
	r.front(p, id)
	r.next(p, id, to)
	r.away = nil
}

// pairButton takes Yes or No.
func (r *run) pairButton(p *Person, id int, st *Step, b Button) {
	r.closePrompt(p, id)
	if b.Value != "yes" {
		r.endPairing(p)
		r.next(p, id, r.outcome(p, st, "no"))
		return
	}
	if p.Pair == nil || p.Pair.Ended || !p.Pair.Expires.After(r.ev.At) {
		r.next(p, id, r.outcome(p, st, "ended"))
		return
	}
	p.Pair.Confirmed = true
	o := r.peer(p)
	if o == nil {
		p.track(id).Phase = Joining
		r.say(p, r.lib.word("pair_confirm_wait"))
		r.floor(p)
		return
	}
	if p.Pair.Account {
		r.join(p, o)
		return
	}
	merged := Merge(*r.self, *r.other, UnitID(r.ev.Seed.newID("couple")), r.ev.At)
	r.connectedWhere(&merged)
	pid, oid := p.ID, o.ID
	r.self, r.other = &merged, nil
	for _, who := range []PersonID{pid, oid} {
		q, _ := r.self.Person(who)
		r.proceed(q, "paired")
	}
}

// peer is the other side, if it has said yes to this very pairing.
func (r *run) peer(p *Person) *Person {
	if r.other == nil || !p.Pair.Account && r.other.paired() {
		return nil
	}
	o, ok := r.other.Person(p.Pair.Person)
	if !ok || o.Pair == nil || o.Pair.Ended || !o.Pair.Confirmed || o.Pair.Person != p.ID || o.Pair.Peer != r.self.Unit ||
		o.Pair.Account != p.Pair.Account {
		return nil
	}
	return o
}

// pairSkip leaves a pair step: the same as No.
func (r *run) pairSkip(p *Person, id int, st *Step) {
	to := st.Skip
	if to.Step == "" {
		to = r.outcome(p, st, "no")
	}
	if to.Step == "" {
		to = r.outcome(p, st, "ended")
	}
	r.endPairing(p)
	r.closePrompt(p, id)
	r.next(p, id, to)
}

// endPairing ends it on p's side. The other side is not told; their quarter hour runs out.
func (r *run) endPairing(p *Person) {
	if p.Pair != nil {
		p.Pair.Ended = true
	}
}

// codeEnded is the end of the quarter hour. Its person waits for it, so it is said; but not in quiet hours, long after,
// or to nobody: then it is said at their next input.
func (r *run) codeEnded(p *Person) {
	if p.Pair == nil || p.Pair.Expires.After(r.ev.At) {
		return
	}
	ended, was := p.Pair.Ended, *p.Pair
	late := r.ev.At.Sub(p.Pair.Expires) > lateAfter
	p.Pair = nil
	switch {
	case ended:
	case late || p.Gone || p.Stopped || r.lib.quietAt(p, r.ev.At):
		if t := r.pairing(p); t != nil {
			r.closePrompt(p, t.ID)
			t.Phase = Quiet
		}
	default:
		if was.Account && was.Code != "" {
			r.aside(p, was.At)
		}
		r.proceed(p, "ended")
	}
}

// pairing is the conversation that waits at a pair step.
func (r *run) pairing(p *Person) *Track {
	for i := range p.Tracks {
		if st := r.lib.stepOf(&p.Tracks[i]); st != nil && st.Kind.joins() {
			return &p.Tracks[i]
		}
	}
	return nil
}
