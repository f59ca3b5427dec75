package flows

import "slices"

// Opening makes one fact of a person readable to the flows of both ("let ideas use this"). Its author sees what the other
// may notice, and taps. It ends by itself, and closing it works at once. What is open lies with the couple: nothing that its
// author keeps is read for the other, and it stays when they leave.

// opening is what an open step would set; false when there is nothing to open, or nobody to open it to.
func (r *run) opening(p *Person, t *Track, st *Step) (Value, bool) {
	if !r.home(p).paired() || st.Open == nil {
		return Value{}, false
	}
	return st.Open.Expr.Value(r.names(p, t, nil))
}

func (r *run) presentOpen(p *Person, id int, st *Step) {
	t := p.track(id)
	body := []Block{{Text: fill(st.Text, r.holes(p, t))}}
	if st.Kind == KClose {
		r.prompt(p, id, body, []Button{
			{Choice: "close", Label: r.lib.word("label_close"), Value: "close"},
			{Choice: "keep", Label: r.lib.word("label_leave_it"), Value: "keep"},
		})
		return
	}
	r.prompt(p, id, body, []Button{
		{Choice: "share", Label: r.lib.word("label_let_use"), Value: "share"},
		{Choice: "keep", Label: r.lib.word("label_keep"), Value: "keep"},
	})
}

func (r *run) openButton(p *Person, id int, st *Step, yes bool) {
	t := p.track(id)
	r.closePrompt(p, id)
	v, ok := r.opening(p, t, st)
	if !yes || !ok {
		r.say(p, r.lib.word("kept"))
		r.next(p, id, st.None)
		return
	}
	name := factName(st.Open.Name)
	if d := r.lib.Person[name]; d != nil {
		v.T = d.Type
	}
	c, until := &r.home(p).Couple, r.ev.At.Add(r.spanOf(p, st.ForOf, st.For))
	for i := range c.Opened { // or an older value would be in force again once this one ends
		if o := &c.Opened[i]; o.By == p.ID && o.Name == name && o.Until.After(until) {
			o.Until = until
		}
	}
	c.Opened = append(c.Opened, Opened{By: p.ID, Name: name, Value: v, At: r.ev.At, Until: until})
	c.dropOldest(p.ID, name)
	t.Marks = nil
	r.next(p, id, st.Go)
}

// maxOpened is how many values of one fact are kept, for what looks back on them.
const maxOpened = 16

func (c *Couple) dropOldest(by PersonID, name string) {
	n := 0
	for i := len(c.Opened) - 1; i >= 0; i-- {
		if o := c.Opened[i]; o.By == by && o.Name == name {
			if n++; n > maxOpened {
				c.Opened = slices.Delete(c.Opened, i, i+1)
			}
		}
	}
}

// closeButton ends what p had opened, at once.
func (r *run) closeButton(p *Person, id int, st *Step, yes bool) {
	r.closePrompt(p, id)
	if yes {
		c := &r.home(p).Couple
		c.Opened = slices.DeleteFunc(c.Opened, func(o Opened) bool { return o.By == p.ID && st.closes(o.Name) })
		p.track(id).Marks = nil
	}
	r.next(p, id, st.Go)
}

func (s *Step) closes(fact string) bool {
	return slices.ContainsFunc(s.Close, func(t Target) bool { return factName(t.Step) == fact })
}

// hasOpened says that p has opened something which a step would close.
func (s *State) hasOpened(p *Person, st *Step) bool {
	return slices.ContainsFunc(s.Couple.Opened, func(o Opened) bool { return o.By == p.ID && st.closes(o.Name) })
}

// opened is what the other lets p's flows use of a fact: the last value that has not ended.
func (s *State) opened(p *Person, name string) (Value, bool) {
	for i := len(s.Couple.Opened) - 1; i >= 0; i-- {
		if o := &s.Couple.Opened[i]; o.By != p.ID && o.Name == name {
			return o.Value, true
		}
	}
	return Value{}, false
}

// openedBefore is every value of a fact that the other lets p's flows use, oldest first.
func (s *State) openedBefore(p *Person, name string) []dated {
	var out []dated
	for _, o := range s.Couple.Opened {
		if o.By != p.ID && o.Name == name {
			out = append(out, dated{o.Value, o.At})
		}
	}
	return out
}

func factName(name string) string {
	if fact, ok := cutScope(name, "person"); ok {
		return fact
	}
	return name
}
