package flows

// maxVisits is the most that a step may say.
const maxVisits = 20

// tooOften counts how often a step is entered in one session, where it says how often it may be.
func (r *run) tooOften(f *Frame, st *Step) bool {
	if st.Visits == 0 {
		return false
	}
	if f.Visits == nil {
		f.Visits = map[string]int{}
	}
	if f.Visits[st.ID] >= st.Visits {
		return true
	}
	f.Visits[st.ID]++
	return false
}

// uncount is for a step that /back returns to: it is the same visit.
func (f *Frame) uncount(step string) {
	if f.Visits[step] > 0 {
		f.Visits[step]--
	}
}

// visits reads how often a step may be entered, and where to go then. One without the other says nothing.
func (p *flowParser) visits(n *yamlNode, s *Step) {
	visits, target := n.get("visits"), n.get("too_often")
	if visits == nil && target == nil {
		return
	}
	what := quotedStep(s.ID)
	switch {
	case target == nil:
		p.log.add("F01", visits.pos, "add too_often: the step to go to then", "%s counts its visits, and does not say where to go after the last", what)
	case visits == nil:
		p.log.add("F01", target.pos, "add visits: 3, or remove it", "%s is never entered too often: it does not say how often it may be", what)
	}
	s.Visits, _ = p.number(n, "visits", 1, maxVisits)
	s.TooMany = p.target(n, "too_often")
}
