package flows

// Sharing. Each item is previewed alone, to the letter of what the other would get, and passes only by a tap on that item.
// What passes is a copy; what does not is never mentioned, and the moment of passing on depends on nothing but that tap.
// A double reveal (together) is previewed the same way; it passes only if the other taps too, at the reveal hour.

// enterShare begins a share or together step, and reports whether there is anything to offer.
func (r *run) enterShare(p *Person, t *Track, st *Step) bool {
	f := t.top()
	f.Sharing, f.Preview = -1, nil
	return r.nextItem(p, t, st)
}

// nextItem moves a share step to its next item and reports whether there is one. Somebody alone has nobody to share with.
func (r *run) nextItem(p *Person, t *Track, st *Step) bool {
	f := t.top()
	f.Held = false
	if !r.home(p).paired() {
		return false
	}
	told := false
	for f.Sharing++; f.Sharing < st.offers(); f.Sharing++ {
		f.Preview = r.previewed(p, t, st)
		if f.Preview != nil && !r.passes(p, f.Preview) {
			if f.Preview = nil; !told {
				r.say(p, r.lib.word("words_stay"))
			}
			told = true
		}
		if f.Preview != nil {
			return true
		}
	}
	return false
}

// offers is how many previews a share step has.
func (s *Step) offers() int {
	if s.ShareText != "" {
		return 1
	}
	return len(s.Items)
}

// previewed is what the other would get of what a share step offers now.
func (r *run) previewed(p *Person, t *Track, st *Step) []Block {
	if st.ShareText != "" {
		return r.composed(p, t, st)
	}
	return r.shareable(p, t, st, st.Items[t.top().Sharing].Step)
}

// shareable is what the other would get of an answer; nil when there is none, or it may not pass by this door.
func (r *run) shareable(p *Person, t *Track, st *Step, name string) []Block {
	v, ok := t.top().Answers[name]
	q := r.asked(t, name)
	if !ok || q == nil {
		return nil
	}
	from, question := r.lib.nameFor(r.home(p), p), Block{Text: fill(q.text, r.holes(p, t))}
	words := Block{Text: r.lib.show(v, q.labelled(r.lib)), Quote: true, Own: q.own(v)}
	switch {
	case st.Kind == KTogether && q.decl.PartnerSees == SeesTogether:
		return []Block{question, {Text: r.lib.word("joint_theirs", "name", from)}, words}
	case st.Kind == KShare && q.decl.PartnerSees == SeesOnShare:
		return []Block{{Text: r.lib.word("card_from", "name", from)}, question, words}
	}
	return nil
}

// nameFor is p's name as the other knows it.
func (l *Library) nameFor(s *State, p *Person) string {
	if name := s.Couple.Names[p.ID]; name != "" {
		return name
	}
	return l.word("no_name")
}

// presentShare shows the exact preview of the item at hand, or asks once more about words that sound like danger.
func (r *run) presentShare(p *Person, id int, st *Step) {
	f := p.track(id).top()
	if f.Held {
		r.prompt(p, id, []Block{{Text: r.lib.word("share_hold")}}, []Button{
			{Choice: "keep", Label: r.lib.word("label_keep"), Value: "keep"},
			{Choice: "share", Label: r.lib.word("label_share_anyway"), Value: "share"},
		})
		return
	}
	above := r.lib.word("share_preview", "name", r.lib.partnerName(r.home(p), p))
	if st.Kind == KTogether {
		above = r.lib.word("together_preview", "time", r.revealTime(p))
	}
	r.prompt(p, id, append([]Block{{Text: above}, {}}, f.Preview...), []Button{
		{Choice: "share", Label: r.lib.word("label_share"), Value: "share"},
		{Choice: "keep", Label: r.lib.word("label_keep"), Value: "keep"},
	})
}

// decide passes the previewed item on, or keeps it, and goes on. The author hears the same whatever the other does.
func (r *run) decide(p *Person, id int, st *Step, share bool) {
	t := p.track(id)
	f := t.top()
	r.closePrompt(p, id)
	share = share && r.home(p).paired() && f.Preview != nil // or the couple ended while the preview was open
	if share && st.ShareText != "" && r.outdated(p, id, st) {
		return
	}
	if share && !f.Held && r.lib.soundsLikeDanger(f.Preview) {
		f.Held = true
		r.presentShare(p, id, st)
		return
	}
	switch {
	case share && st.Kind == KTogether:
		r.offer(p, t, st)
		t.Marks = nil
		r.say(p, r.lib.word("offered", "time", r.revealTime(p)))
	case share:
		r.passOn(p, r.cardOf(p, t, st), st.Class)
		t.Marks = nil // /back never crosses something shared
	default:
		r.say(p, r.lib.word("kept"))
	}
	if r.nextItem(p, t, st) {
		r.presentShare(p, id, st)
		return
	}
	f.Preview = nil
	r.next(p, id, st.Go)
}

// soundsLikeDanger looks at a person's own words among blocks. It only decides whether they are asked once more.
func (l *Library) soundsLikeDanger(body []Block) bool {
	list := l.Lists[dangerList]
	if list == nil {
		return false
	}
	for _, b := range body {
		if b.Quote {
			if _, found := list.sounds(b.Text); found {
				return true
			}
		}
	}
	return false
}

// dangerList is the list of phrases that hold a share step.
const dangerList = "danger"
