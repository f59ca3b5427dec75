package flows

import "slices"

// Leaving a couple needs nobody else. Quietly, the other keeps everything as it was, and nothing they get tells; openly,
// they get one line, which its author saw before. Either way everybody keeps what was delivered to them.

func (r *run) presentPart(p *Person, id int, st *Step) {
	t := p.track(id)
	body := []Block{{Text: fill(st.Text, r.holes(p, t))}}
	if st.Part == "openly" {
		body = append(body, Block{}, Block{Text: r.leftLine(p)})
	}
	r.prompt(p, id, body, []Button{
		{Choice: "stay", Label: r.lib.word("label_stay"), Value: "stay"},
		{Choice: "leave", Label: r.lib.word("label_leave_" + st.Part), Value: "leave"},
	})
}

// leftLine is what the other gets of an open leaving.
func (r *run) leftLine(p *Person) string {
	return r.lib.word("left_openly", "name", r.lib.nameFor(r.home(p), p))
}

func (r *run) partButton(p *Person, id int, st *Step, leave bool) {
	r.closePrompt(p, id)
	if !leave {
		r.next(p, id, st.GoMap["stayed"])
		return
	}
	who := p.ID
	r.part(p, st.Part == "openly")
	p, _ = r.self.Person(who)
	p.track(id).Marks = nil
	r.next(p, id, st.GoMap["left"])
}

// part makes two units of one. What was still on its way to the one who leaves does not reach them.
func (r *run) part(p *Person, openly bool) {
	var line string
	if openly {
		if q, ok := r.partner(p); ok { // who is to get it, in their own language: what it says was previewed, and p does not learn which that is
			back := r.speaksTo(q)
			line = r.leftLine(p)
			back()
		}
	}
	r.endUndo(p, p.Passed)
	p.Passed, p.Shown, p.Coming = nil, nil, nil
	for _, name := range []string{"pass", "undo", "reveal"} {
		p.dropTimer(string(p.ID) + "/" + name)
	}
	stay, gone := Split(*r.self, p.ID, UnitID(r.ev.Seed.newID("alone")))
	r.self = &gone
	if len(stay.People) == 0 {
		return // the other left before; a second unit of this step, if there is one, is a stranger's
	}
	r.other = &stay
	if !openly {
		return
	}
	q := &stay.People[0]
	q.Records = append(q.Records, stay.Couple.Records...)
	stay.Couple = Couple{}
	sum := r.ev.Seed.derive("left", string(q.ID))
	q.Inbox = append(q.Inbox, Card{ID: hexOf(sum[:8]), Body: []Block{{Text: line}}})
	q.Passed, q.Shown = slices.DeleteFunc(q.Passed, func(x Passed) bool { return x.Undo == "" }), nil
	defer r.speaksTo(q)()
	r.knockCards(q)
}
