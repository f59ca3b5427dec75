package flows

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The model check (F19) walks a flow through the engine: every step is a true [Library.Step], over whatever one person can do
// and the clock can bring, until nothing new comes of it. What is folded, so that it ends, is said in model_fold.go.
//
// The space of two people is not the product of their spaces. On every step of one person it is shown that the other has no
// part in it: their part of the state is left unread, and then nothing can depend on it; where it is read, the step is taken
// once more beside somebody who is silent, out of reach, in the middle of other things and further on in all counts, and has
// to come to the same; and it is changed, or something is said to them, only by a tap on a door. That is the guarantee which
// each of the two gives, and by it the other may assume that all they can ever see of a partner is one of the acts in
// model_people.go: a card comes, a half, a vote, a fact is opened, they leave, a code is entered or confirmed. So each
// space is closed under those acts alone, and no pair of lives is left out of which either could tell.
//
// What it leaves out: other flows of the same person are one small flow with a question, a command and a schedule, for all
// that a flow sees of another is who has the floor; facts may change at any step, as if by such a flow; of what people write
// there is one text and one that sounds like danger; of times, only which timer is next. Things that happen around a flow (a
// silence, a gap, another command, a card) are tried once at each place of it, and at most a few behind one another; with
// [ModelOptions].All, in every state, which takes hours.

// ModelOptions bound a model check.
type ModelOptions struct {
	Most    int  // states at most; 0: as many as there are
	Around  int  // how many things that happen around the flow come behind one another; 0: two
	All     bool // try them in every state
	Compare bool // compare every step with a second one, not only some
}

// ModelReport is what a model check of one flow came to.
type ModelReport struct {
	Flow        string
	States      int
	Transitions int      // steps of the engine, those that were taken twice counted once
	Complete    bool     // no state was left out for ModelOptions.Most
	Reached     []string // steps at which somebody stood, "flow.step", in order: those that wait
	Findings    []ModelFinding
}

// ModelFinding is an F19, with the shortest way to it.
type ModelFinding struct {
	Finding
	Way []string // what happened, first things first, each one line
}

// String is the finding, and the way to it.
func (f ModelFinding) String() string {
	return f.Finding.String() + "\n    " + strings.Join(f.Way, "\n    ")
}

const (
	modelAround   = 2
	modelFindings = 20 // of one flow; more say nothing new
	modelSample   = 16 // of so many steps one is compared with a second one
)

// Model walks a flow through the engine, for both of a couple and for somebody alone. The receiver stays as it is.
func (l *Library) Model(flow string, opt ModelOptions) ModelReport {
	m := newModel(l, flow, opt)
	if m == nil {
		return ModelReport{Flow: flow, Complete: true}
	}
	for _, b := range m.beginnings() {
		m.begin(b)
	}
	m.explore()
	m.stuck()
	m.rep.States = len(m.nodes)
	m.rep.Reached = keysOf(m.reached)
	return m.rep
}

// model is a check under way.
type model struct {
	lib     *Library // the flow, all that it calls, the card flow and one other
	flow    *Flow
	opt     ModelOptions
	fold    *modelFold
	nodes   []*modelNode
	index   map[string]int
	around  map[string]int  // places at which what happens around was tried: after how much else, and one
	queue   [][]int         // nodes to go on from, by how much happened around
	said    map[string]bool // findings
	reached map[string]bool
	taken   int // steps
	rep     ModelReport
	scratch []byte
}

// modelNode is a state: the first that came of all that are alike.
type modelNode struct {
	world  modelWorld
	place  string // what it is for the things around
	from   int    // the node before; -1: a beginning
	how    string // what led here
	far    int    // how much happened around
	over   bool   // the flow has ended
	done   bool   // all was tried
	timers []int  // nodes to which timers alone lead
}

func newModel(l *Library, flow string, opt ModelOptions) *model {
	f := l.Flows[flow]
	if f == nil {
		return nil
	}
	if opt.Around == 0 {
		opt.Around = modelAround
	}
	lib := modelLibrary(l, f)
	return &model{lib: lib, flow: f, opt: opt, fold: newModelFold(lib), index: map[string]int{}, around: map[string]int{},
		queue: make([][]int, opt.Around+1), said: map[string]bool{}, reached: map[string]bool{},
		rep: ModelReport{Flow: flow, Complete: true}}
}

// explore goes on until nothing new comes: first with the least that happens around.
func (m *model) explore() {
	for {
		far := slices.IndexFunc(m.queue, func(q []int) bool { return len(q) > 0 })
		if far < 0 {
			return
		}
		id := m.queue[far][0]
		m.queue[far] = m.queue[far][1:]
		if m.nodes[id].far < far {
			continue // it was nearer than it had seemed
		}
		if m.opt.Most > 0 && len(m.nodes) >= m.opt.Most {
			m.rep.Complete = false
			continue
		}
		m.expand(id)
	}
}

// expand tries everything that can happen in a state.
func (m *model) expand(id int) {
	n := m.nodes[id]
	before := m.around[n.place]
	first := m.opt.All || before == 0 || n.far+1 < before
	if first {
		m.around[n.place] = n.far + 1
	}
	if n.far > 0 && !first {
		return // beside what happened around it, the flow goes on as without
	}
	n.done = true
	moves := m.moves(&n.world, n.over)
	around := n.far < m.opt.Around && first
	for _, mv := range moves {
		if mv.around && !around {
			continue
		}
		m.try(id, mv, nil)
		if mv.around || n.over {
			continue
		}
		for _, tw := range m.tweaks(&n.world) {
			m.try(id, mv, &tw)
		}
	}
	if around && !n.over {
		m.runOut(id)
	}
}

// try takes one step from a node, with what it draws and reads as it is or, by a tweak, as it might be, and then with every
// kind of item that it might have drawn.
func (m *model) try(id int, mv modelMove, tw *modelTweak) {
	n := m.nodes[id]
	w := n.world.copied()
	how := mv.how
	if tw != nil {
		tw.change(m, &w)
		how += " (" + tw.how + ")"
	}
	next, ok := m.take(id, &w, mv, how)
	if !ok {
		return
	}
	m.arrive(id, next, mv, how)
	if tw == nil && mv.act == nil {
		for _, d := range m.drawTweaks(&w, next) {
			m.try(id, mv, &d)
		}
	}
}

// arrive notes where a step led.
func (m *model) arrive(id int, w *modelWorld, mv modelMove, how string) int {
	m.scratch = m.key(m.scratch[:0], w)
	to, known := m.index[string(m.scratch)]
	far := min(m.nodes[id].far+btoi(mv.around), len(m.queue)-1)
	switch {
	case !known:
		to = len(m.nodes)
		m.nodes = append(m.nodes, &modelNode{world: *w, from: id, how: how, over: m.isOver(w), place: m.place(w), far: far})
		m.index[string(m.scratch)] = to
		m.noteReached(w)
		m.queue[far] = append(m.queue[far], to)
	case far < m.nodes[to].far: // with less around it: more is tried there
		n := m.nodes[to]
		n.far, n.from, n.how, n.world = far, id, how, *w
		m.queue[far] = append(m.queue[far], to)
	}
	if mv.timer {
		m.nodes[id].timers = append(m.nodes[id].timers, to)
	}
	return to
}

func (m *model) noteReached(w *modelWorld) {
	if p := w.me(); p != nil {
		for i := range p.Tracks {
			if f := p.Tracks[i].top(); f.Step != "" && f.Flow != modelElse {
				m.reached[f.Flow+"."+f.Step] = true
			}
		}
	}
}

// finding notes what went wrong in a step, once for each place and kind.
func (m *model) finding(id int, how string, w *modelWorld, format string, args ...any) {
	pos := m.flow.Pos
	if t := m.own(w); t != nil {
		if st := m.lib.stepOf(t); st != nil {
			pos = st.Pos
		}
	}
	text := fmt.Sprintf(format, args...)
	key := fmt.Sprint(pos, text)
	if m.said[key] || len(m.rep.Findings) >= modelFindings {
		return
	}
	m.said[key] = true
	var way []string
	for at := id; at >= 0; at = m.nodes[at].from {
		way = append(way, m.nodes[at].how)
	}
	slices.Reverse(way)
	if how != "" {
		way = append(way, how)
	}
	m.rep.Findings = append(m.rep.Findings, ModelFinding{Way: way, Finding: Finding{Code: "F19", File: pos.File, Line: pos.Line,
		Column: pos.Column, Text: text, Suggestion: "the way there follows"}})
}

// stuck looks for states from which time alone does not lead out of the flow.
func (m *model) stuck() {
	before := make([][]int, len(m.nodes))
	var open []int
	ends := make([]bool, len(m.nodes))
	for i, n := range m.nodes {
		for _, to := range n.timers {
			before[to] = append(before[to], i)
		}
		if n.over || !n.done {
			ends[i], open = true, append(open, i)
		}
	}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		for _, b := range before[i] {
			if !ends[b] {
				ends[b], open = true, append(open, b)
			}
		}
	}
	for i, n := range m.nodes {
		if !ends[i] {
			m.finding(i, "", &n.world, "nobody does anything, and this never ends")
		}
	}
}

// modelNow is a day without a light week, in the afternoon.
var modelNow = time.Date(2026, 3, 3, 15, 0, 0, 0, time.UTC)
