package flows

import "slices"

// link says that one flow leads to another.
type link struct{ from, to, kind, label string }

// Map is the picture of the whole library: each flow is one box, with what begins it, and lines show which leads to which.
func (l *Library) Map() *Graph {
	g := &Graph{Title: "All conversations"}
	for _, f := range l.ordered() {
		head := "for " + map[string]string{"one": "one", "both": "both"}[f.Who]
		if slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind.previews() }) {
			head += ", can share"
		}
		g.Nodes = append(g.Nodes, GraphNode{ID: f.Name, Kind: NodeFlow, Head: head, Text: f.Title, Flow: f.Name, Entries: l.entries(f), Pos: f.Pos, Begins: !f.Start.none()})
	}
	for _, x := range l.links() {
		g.Edges = append(g.Edges, GraphEdge{From: x.from, To: x.to, Kind: x.kind, Label: x.label})
	}
	return g
}

// entries are what begins a flow by itself: a command, a time, /start, a card, a reminder of a record.
func (l *Library) entries(f *Flow) []string {
	var out []string
	st := f.Start
	if st.Command != "" {
		out = append(out, "/"+st.Command)
	}
	if at := st.Schedule; at != "" {
		if at = "at " + at; st.Days != "" {
			at += " on " + st.Days
		}
		if st.Couple {
			at += ", the couple's clock"
		}
		if st.When != nil {
			at += " if " + st.When.Src
		}
		out = append(out, at)
	}
	switch st.On {
	case "welcome":
		out = append(out, "the first /start")
	case "card":
		out = append(out, "a card is waiting")
	}
	for _, name := range keysOf(l.Records) {
		if r := l.Records[name].Remind; r != nil && r.Run == f.Name {
			out = append(out, "reminder of "+article(name))
		}
	}
	if f.Migrate != nil {
		out = append(out, "sessions of version "+itoa(f.Migrate.From))
	}
	return out
}

// links are all ways from flow to flow, in order of the flows that they begin at, each once.
func (l *Library) links() []link {
	var out []link
	add := func(x link) {
		if l.Flows[x.to] != nil && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	for _, f := range l.ordered() {
		for _, s := range f.Steps {
			add(link{f.Name, s.Run, EdgeRuns, "runs"})
			add(link{f.Name, s.Opens, EdgeOpens, "a card opens"})
			for _, w := range s.ways() {
				if w.Kind == edgeThen {
					add(link{f.Name, w.To, EdgeThen, "an answer"})
				}
			}
			for _, x := range l.listThen(f, s) {
				add(link{f.Name, x.Way.To, EdgeThen, "an answer"})
			}
			if r := l.Records[s.Record]; s.Kind == KAdd && r != nil && r.Remind != nil {
				add(link{f.Name, r.Remind.Run, EdgeRemind, "reminder"})
			}
			if s.Kind.joins() && s.Pair == "offer" {
				l.claims(s, func(to string) { add(link{f.Name, to, EdgeMeets, "code"}) })
			}
		}
	}
	return out
}

// claims are the flows in which a code is entered that a step offers.
func (l *Library) claims(offer *Step, do func(flow string)) {
	for _, f := range l.ordered() {
		if slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind == offer.Kind && s.Pair == "claim" }) {
			do(f.Name)
		}
	}
}

// listThen are the follow-ups that the questions of a list bring to a step which asks one of them, as coverage knows them.
func (l *Library) listThen(f *Flow, s *Step) []Covered {
	d := f.Answers[s.Ask]
	if s.Kind != KAsk || !s.Follow || d == nil || d.Type != FromList || l.Lists[d.List] == nil {
		return nil
	}
	return l.Lists[d.List].follows()
}
