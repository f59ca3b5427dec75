package flows

import (
	"slices"
	"strings"
)

// Graph is what a picture of a flow shows, or of the whole library: boxes, lines, and what crosses to the other person.
type Graph struct {
	Name  string // of the flow; "" for the whole library
	Title string
	Both  bool // both take the same steps, each in their own chat
	Nodes []GraphNode
	Edges []GraphEdge
}

// The kinds of nodes that are no steps. Those of steps are their StepKind.
const (
	NodeBegin = "begin" // what begins the flow
	NodeFlow  = "flow"  // another flow
	NodeCard  = "card"  // what was shared, at whoever gets it
	NodeMeet  = "meet"  // what the partner does, where both meet
	NodeFact  = "fact"  // what flows of the partner may use from then on
)

// GraphNode is one box.
type GraphNode struct {
	ID      string // of a step its own; of anything else with a colon, which no step has
	Step    string // "" for what is no step
	Kind    string // StepKind or one of the Node kinds
	Head    string // what it does, in a word or two: "ask", "run account_claim", "pair: offer"
	Text    string // a short excerpt of what it says or asks
	Flow    string // the flow that it stands for, or that it runs
	Entries []string
	Pos     Pos
	Begins  bool // the flow begins here
	Ends    bool // and here it ends, with Result
	Result  string
	There   bool // it is the partner's, not this person's
}

// The kinds of edges that are no ways of a step. Those of ways are Way.Kind.
const (
	EdgeBegin  = "begin"  // from what begins a flow
	EdgePasses = "passes" // to the other person, after a tap
	EdgeOpens  = "opens"  // a card opens a flow
	EdgeMeets  = "meets"  // both at once
	EdgeRuns   = "runs"   // a flow calls another one
	EdgeRemind = "remind" // a record of the one brings the other
	EdgeThen   = edgeThen // an answer brings a follow-up flow
)

// GraphEdge is one line.
type GraphEdge struct {
	From, To string // ids of nodes
	Kind     string
	Label    string
	Way      Way // as coverage knows it; nothing for what is no way of a step
}

// Across says that an edge leads from one person to the other.
func (e GraphEdge) Across() bool {
	return e.Kind == EdgePasses || e.Kind == EdgeMeets
}

// graphing gathers a graph.
type graphing struct {
	lib *Library
	g   *Graph
}

// Graph is the picture of one flow. It is false when there is no such flow.
func (l *Library) Graph(flow string) (*Graph, bool) {
	f := l.Flows[flow]
	if f == nil {
		return nil, false
	}
	b := &graphing{l, &Graph{Name: f.Name, Title: f.Title, Both: f.Who == "both"}}
	b.beginning(f)
	for i, s := range f.Steps {
		b.step(f, s, i == 0)
	}
	for _, s := range f.Steps {
		b.ways(f, s)
		b.across(s)
	}
	return b.g, true
}

func (b *graphing) node(n GraphNode) { b.g.Nodes = append(b.g.Nodes, n) }

func (b *graphing) edge(from, to, kind, label string) {
	b.g.Edges = append(b.g.Edges, GraphEdge{From: from, To: to, Kind: kind, Label: label})
}

// beginning is what begins the flow: at this person, and at the partner whose card opens it.
func (b *graphing) beginning(f *Flow) {
	const here, there = "begin:here", "begin:there"
	first := f.Steps[0].ID
	entries, openers := b.lib.entries(f), []string(nil)
	for _, link := range b.lib.links() {
		switch {
		case link.to != f.Name:
		case link.kind == EdgeRuns:
			entries = append(entries, "run by "+link.from)
		case link.kind == EdgeThen:
			entries = append(entries, "follows an answer in "+link.from)
		case link.kind == EdgeOpens:
			openers = append(openers, link.from)
		}
	}
	slices.Sort(entries[len(b.lib.entries(f)):])
	entries = slices.Compact(entries)
	if len(entries) > 0 {
		b.node(GraphNode{ID: here, Kind: NodeBegin, Head: "begins", Text: strings.Join(entries, "\n"), Entries: entries, Pos: f.Pos})
		b.edge(here, first, EdgeBegin, "")
	}
	if len(openers) > 0 {
		slices.Sort(openers)
		openers = slices.Compact(openers)
		b.node(GraphNode{ID: there, Kind: NodeFlow, Head: "flow " + strings.Join(openers, ", "), Text: b.lib.titleOf(openers[0]), Flow: openers[0], Pos: f.Pos, There: true})
		b.edge(there, first, EdgePasses, "its card opens this")
	}
}

func (b *graphing) step(f *Flow, s *Step, first bool) {
	b.node(GraphNode{ID: s.ID, Step: s.ID, Kind: string(s.Kind), Head: s.head(), Text: b.lib.excerpt(f, s), Flow: s.Run, Pos: s.Pos,
		Begins: first, Ends: s.End != "" || s.Kind == KEnd, Result: s.End})
}

// ways are the ways on from a step, as coverage counts them, and the follow-ups that a list names.
func (b *graphing) ways(f *Flow, s *Step) {
	for _, w := range s.ways() {
		to := w.To
		if w.Kind == edgeThen {
			to = "then:" + s.ID + ":" + w.To
			if !slices.ContainsFunc(b.g.Nodes, func(n GraphNode) bool { return n.ID == to }) {
				b.node(GraphNode{ID: to, Kind: NodeFlow, Head: "flow " + w.To, Text: b.lib.titleOf(w.To), Flow: w.To, Pos: s.Pos})
			}
		}
		b.g.Edges = append(b.g.Edges, GraphEdge{From: s.ID, To: to, Kind: w.Kind, Label: b.lib.wayLabel(f, s, w), Way: w})
	}
	var flows []string
	for _, x := range b.lib.listThen(f, s) {
		flows = append(flows, x.Way.To)
	}
	slices.Sort(flows)
	if flows = slices.Compact(flows); len(flows) > 0 {
		to := "then:" + s.ID
		b.node(GraphNode{ID: to, Kind: NodeFlow, Head: "follow-ups", Text: strings.Join(flows, ", "), Flow: flows[0], Pos: s.Pos})
		b.edge(s.ID, to, EdgeThen, "some answers, and back")
	}
}

// across is what a step brings to the partner, or what it takes of theirs.
func (b *graphing) across(s *Step) {
	there := "there:" + s.ID
	add := func(kind, head, text string) {
		b.node(GraphNode{ID: there, Kind: kind, Head: head, Text: text, Pos: s.Pos, There: true})
	}
	switch s.Kind {
	case KShare:
		add(NodeCard, "card", b.lib.passes(s))
		b.edge(s.ID, there, EdgePasses, "Share")
	case KTogether:
		add(NodeMeet, "both shared", b.lib.passes(s)+"\neach sees both")
		b.edge(s.ID, there, EdgeMeets, "at couple.reveal_hour")
	case KBoth:
		add(NodeMeet, "their answer", "yes to "+s.Both+", too")
		b.edge(s.ID, there, EdgeMeets, s.instant("by"))
	case KWaitFor:
		add(NodeMeet, "their conversation", "both go on at this time")
		b.edge(s.ID, there, EdgeMeets, s.instant("at"))
	case KOpen:
		add(NodeFact, "may be used", s.Open.Name)
		b.edge(s.ID, there, EdgePasses, "Open")
	case KClose:
		add(NodeFact, "not used any more", targets(s.Close))
		b.edge(s.ID, there, EdgePasses, "Close")
	case KTakeBack:
		add(NodeCard, "cards", "what was taken back is gone")
		b.edge(s.ID, there, EdgePasses, "Take back")
	case KPair:
		add(NodeMeet, "their side", map[string]string{"offer": "enters the code", "claim": "made the code", "confirm": "confirms, too"}[s.Pair])
		b.edge(s.ID, there, EdgeMeets, "code")
	case KShow:
		add(NodeCard, "cards", "what the partner shared")
		b.edge(there, s.ID, EdgePasses, "")
	case KPart:
		if s.Part != "openly" {
			return // nothing that they could see
		}
		add(NodeCard, "note", "that this person left")
		b.edge(s.ID, there, EdgePasses, "Leave")
	}
	if s.Opens != "" {
		to := "opens:" + s.ID
		b.node(GraphNode{ID: to, Kind: NodeFlow, Head: "flow " + s.Opens, Text: b.lib.titleOf(s.Opens), Flow: s.Opens, Pos: s.Pos, There: true})
		b.edge(there, to, EdgeOpens, "read, then")
	}
}
