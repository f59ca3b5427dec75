package flows

// door says that a step shows what a tap would do that cannot be undone by another answer: pass something to the other,
// take it back, part two people or an account.
func (k StepKind) door() bool {
	return k == KShare || k == KTogether || k == KOpen || k == KClose || k == KTakeBack || k == KPart || k == KRemove
}

// needsOther says that the step offers something to the other, and so is nothing for somebody alone.
func (k StepKind) needsOther() bool { return k == KShare || k == KTogether || k == KOpen }

// previews says that the step offers words of this person, as they are.
func (k StepKind) previews() bool { return k == KShare || k == KTogether }

// leads says that something of this person can reach the other behind the step.
func (k StepKind) leads() bool {
	return k == KShare || k == KTogether || k == KOpen || k == KClose || k == KBoth
}

// presentDoor shows what a door step would do, to the letter.
func (r *run) presentDoor(p *Person, id int, st *Step) {
	f := p.track(id).top()
	if st.Kind.needsOther() && !r.home(p).paired() || st.Kind.previews() && f.Preview == nil { // the couple ended meanwhile
		f.Preview = nil
		r.next(p, id, st.None)
		return
	}
	switch st.Kind {
	case KOpen, KClose:
		r.presentOpen(p, id, st)
	case KTakeBack:
		r.presentTakeBack(p, id, st)
	case KPart:
		r.presentPart(p, id, st)
	case KRemove:
		r.presentRemove(p, id, st)
	default:
		r.presentShare(p, id, st)
	}
}

// doorButton takes the tap. Whatever is not the one button that opens the door keeps it shut.
func (r *run) doorButton(p *Person, id int, st *Step, value string) {
	switch st.Kind {
	case KOpen:
		r.openButton(p, id, st, value == "share")
	case KClose:
		r.closeButton(p, id, st, value == "close")
	case KTakeBack:
		r.takeBackButton(p, id, st, value)
	case KPart:
		r.partButton(p, id, st, value == "leave")
	case KRemove:
		r.removeButton(p, id, st, value)
	default:
		r.decide(p, id, st, value == "share")
	}
}
