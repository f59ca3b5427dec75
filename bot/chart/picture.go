package chart

import (
	"cmp"
	"slices"

	"rewoo/flows"
)

const (
	margin    = 18
	titleRoom = 34 // for the title of the picture
	laneRoom  = 30 // for the names of the lanes
	mapWide   = 1700
	laneDown  = 26 // between boxes of the partner's lane
)

// picture is a graph that has been laid out.
type picture struct {
	g       *flows.Graph
	lines   []line
	boxes   []*box
	paths   []path
	w, h    int
	lane    int // where the partner's lane begins; 0: there is none
	laneMid int // the middle of it
}

// path is a line that has been laid out.
type path struct {
	line  *line
	d     string
	heads []head
	back  bool
	label []string
	x, y  int // the middle of the label, and its top
	w, h  int
}

// head is an arrow's head: its point, and where it points to.
type head struct {
	x, y int
	way  byte // u, d, l, r
}

func newPicture(g *flows.Graph) (*picture, error) {
	lines, err := linesOf(g)
	if err != nil {
		return nil, err
	}
	p := &picture{g: g, lines: lines}
	for _, n := range g.Nodes {
		p.boxes = append(p.boxes, newBox(n))
	}
	drawn := p.writeStubs()
	for _, b := range p.boxes {
		b.measure()
	}
	if g.Name == "" {
		p.pack(drawn)
	} else {
		p.conversation(drawn)
	}
	return p, nil
}

// writeStubs writes into boxes what is not drawn, and says which lines are left.
func (p *picture) writeStubs() []bool {
	written, into := quiet(p.g, p.lines)
	drawn := make([]bool, len(p.lines))
	for i := range p.lines {
		l := &p.lines[i]
		switch b := p.boxes[l.from]; {
		case l.from == l.to:
			b.loop, b.loopLabels = l, l.labels
		case written[i]:
			b.stubs = append(b.stubs, stub{i, wrap(byTime(p.g, l), boxMost-2*pad, textSize, 4)})
		default:
			drawn[i] = true
		}
	}
	for i, b := range p.boxes {
		if into[i] > 0 {
			b.foot = append(b.foot, namedBy(into[i]))
		}
	}
	return drawn
}

// sheetOf is a sheet of some boxes.
func (p *picture) sheetOf(nodes []int, drawn []bool) *sheet {
	s := &sheet{across: make([]bool, len(nodes))}
	at := map[int]int{}
	for k, i := range nodes {
		at[i] = k
		s.boxes = append(s.boxes, p.boxes[i])
	}
	for i := range p.lines {
		l := &p.lines[i]
		from, ok := at[l.from]
		to, ok2 := at[l.to]
		switch {
		case ok && ok2 && drawn[i]:
			s.add(from, to, l)
		case ok && !ok2 && p.boxes[l.to].node.There:
			s.across[from] = true
		case ok2 && !ok && p.boxes[l.from].node.There:
			s.across[to] = true
		}
	}
	return s
}

// conversation lays out one flow: this person's lane at the left, and the partner's at the right if there is one.
func (p *picture) conversation(drawn []bool) {
	var here []int
	for i, b := range p.boxes {
		if !b.node.There {
			here = append(here, i)
		}
	}
	s := p.sheetOf(here, drawn)
	w, h := s.lay()
	top := margin + titleRoom
	if lanes(p.g) {
		top += laneRoom
	}
	p.put(s, margin, top)
	p.w, p.h = margin+w+margin, top+h+margin
	if lanes(p.g) {
		p.partner(margin + w)
	}
}

// put moves a sheet to its place, and draws its lines.
func (p *picture) put(s *sheet, x, y int) {
	for _, b := range s.boxes {
		b.x += x
		b.y += y
	}
	for _, c := range s.lines {
		p.paths = append(p.paths, s.path(c, x, y))
	}
	for _, b := range s.boxes {
		if b.loop != nil {
			p.paths = append(p.paths, loopPath(b))
		}
	}
}

// pack lays out the map: what hangs together on sheets of its own, one beside the other, and then what stands alone.
func (p *picture) pack(drawn []bool) {
	x, y, row := margin, margin+titleRoom, 0
	for _, nodes := range p.together() {
		s := p.sheetOf(nodes, drawn)
		w, h := s.lay()
		if x > margin && x+w > mapWide {
			x, y, row = margin, y+row+34, 0
		}
		p.put(s, x, y)
		x += w + 34
		row = max(row, h)
		p.w = max(p.w, x-34+margin)
	}
	p.h = y + row + margin
}

// together are the boxes that hang together, the largest groups first.
func (p *picture) together() [][]int {
	of := make([]int, len(p.boxes))
	for i := range of {
		of[i] = i
	}
	root := func(i int) int {
		for of[i] != i {
			i = of[i]
		}
		return i
	}
	for _, l := range p.lines {
		if a, b := root(l.from), root(l.to); a != b {
			of[max(a, b)] = min(a, b)
		}
	}
	groups := map[int][]int{}
	for i := range of {
		groups[root(i)] = append(groups[root(i)], i)
	}
	var out [][]int
	for i := range of {
		if g := groups[i]; g != nil {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	return out
}
