package chart

import "slices"

// sheet lays boxes out in layers, from top to bottom: those that follow stand below, lines lead down. A line that leads back is
// turned round for the while. The boxes stand in the even layers; every line that is longer passes a spot in each layer
// between, and its label is such a spot, in an odd one. So no line crosses a box, and no label lies on one.
type sheet struct {
	boxes   []*box
	lines   []*course
	rank    []int
	pos     []int // of each spot its place in its layer
	spots   []spot
	layers  [][]int // of each layer the spots, from left to right
	home    []int   // of each box its spot
	tops    []int   // where layers begin
	bottoms []int   // and where they end
	across  []bool  // of each box: it is joined with the other lane, and has to stand at the right
}

// course is a line on a sheet.
type course struct {
	from, to int // boxes of the sheet; from is above
	back     bool
	labels   []string
	spots    []int // from top to bottom, those of the two boxes included
	line     *line
	offs     [2]float64 // of its two ends from the middles of their boxes
}

// spot is a place in a layer: a box, or where a line passes.
type spot struct {
	layer       int
	box         int     // -1: none
	left, right float64 // how far it reaches from x
	high        int
	label       []string
	x           float64
	up, down    []joint
}

// joint joins two spots of neighbouring layers.
type joint struct {
	to     int
	course int
	off    float64 // how far from the other's middle
	own    float64 // and from the own
	weight float64
}

func (s *sheet) add(from, to int, l *line) {
	s.lines = append(s.lines, &course{from: from, to: to, labels: l.labels, line: l})
}

// lay does all of it. The boxes then have places, from 0 on.
func (s *sheet) lay() (w, h int) {
	s.turn()
	s.ranks()
	s.fill()
	s.order()
	s.ports()
	s.place()
	return s.settle()
}

// turn turns lines round that lead back: against reading order, and inside of a cycle.
func (s *sheet) turn() {
	out := make([][]int, len(s.boxes))
	for _, c := range s.lines {
		out[c.from] = append(out[c.from], c.to)
	}
	for _, c := range s.lines {
		if c.to < c.from && reaches(out, c.to, c.from) {
			c.from, c.to, c.back = c.to, c.from, true
		}
	}
}

func reaches(out [][]int, from, to int) bool {
	seen := make([]bool, len(out))
	for work := []int{from}; len(work) > 0; {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if i == to {
			return true
		}
		if !seen[i] {
			seen[i] = true
			work = append(work, out[i]...)
		}
	}
	return false
}

// above says that one box has to stand above another one.
type above struct{ from, to int }

// ranks puts every box below those that lead to it. Of boxes that are joined with the other lane there is one in a row: where two
// would be, the later one goes below the other.
func (s *sheet) ranks() {
	var all []above
	for _, c := range s.lines {
		all = append(all, above{c.from, c.to})
	}
	for {
		s.rankBy(all)
		first, again := map[int]int{}, false
		for i := range s.boxes {
			if !s.across[i] {
				continue
			}
			if other, taken := first[s.rank[i]]; taken {
				all, again = append(all, above{other, i}), true
				break
			}
			first[s.rank[i]] = i
		}
		if !again {
			break
		}
	}
	s.sink()
}

// rankBy gives each box the least rank that is below what is above it. Then those that lead to more than leads to them go down as
// far as they can.
func (s *sheet) rankBy(all []above) {
	n := len(s.boxes)
	in, below, ups := make([]int, n), make([][]int, n), make([]int, n)
	for _, p := range all {
		in[p.to]++
		ups[p.to]++
		below[p.from] = append(below[p.from], p.to)
	}
	s.rank = make([]int, n)
	var order []int
	for i := range n {
		if in[i] == 0 {
			order = append(order, i)
		}
	}
	for k := 0; k < len(order); k++ {
		i := order[k]
		for _, to := range below[i] {
			s.rank[to] = max(s.rank[to], s.rank[i]+1)
			if in[to]--; in[to] == 0 {
				order = append(order, to)
			}
		}
	}
	for _, i := range slices.Backward(order) {
		if len(below[i]) <= ups[i] {
			continue
		}
		lowest := s.rank[below[i][0]] - 1
		for _, to := range below[i] {
			lowest = min(lowest, s.rank[to]-1)
		}
		s.rank[i] = max(s.rank[i], lowest)
	}
}

// sink puts boxes that no line leads to or from into the last row.
func (s *sheet) sink() {
	last, joined := 0, make([]bool, len(s.boxes))
	for _, c := range s.lines {
		joined[c.from], joined[c.to] = true, true
		last = max(last, s.rank[c.to])
	}
	for i := range s.boxes {
		if !joined[i] && !s.across[i] && last > 0 {
			s.rank[i] = last
		}
	}
}

// fill makes the spots, in the order in which they are come by from the first box on.
func (s *sheet) fill() {
	last := 0
	s.home = make([]int, len(s.boxes))
	for i, b := range s.boxes {
		s.home[i] = len(s.spots)
		s.spots = append(s.spots, spot{layer: 2 * s.rank[i], box: i, left: float64(b.w) / 2, right: float64(b.w)/2 + float64(b.beside()), high: b.h})
		last = max(last, 2*s.rank[i])
	}
	for k, c := range s.lines {
		s.thread(k, c)
	}
	s.layers = make([][]int, last+1)
	seen := make([]bool, len(s.spots))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		s.layers[s.spots[i].layer] = append(s.layers[s.spots[i].layer], i)
		for _, j := range s.spots[i].down {
			visit(j.to)
		}
	}
	for i := range s.boxes {
		visit(s.home[i])
	}
}

// thread makes the spots of one line. Its label is beside where it begins.
func (s *sheet) thread(k int, c *course) {
	top, bottom := 2*s.rank[c.from], 2*s.rank[c.to]
	at := top + 1
	if c.back {
		at = bottom - 1
	}
	c.spots = []int{s.home[c.from]}
	for layer := top + 1; layer < bottom; layer++ {
		v := spot{layer: layer, box: -1, left: 3, right: 3}
		if layer == at && len(c.labels) > 0 {
			lines, w, h := labelSize(c.labels)
			v.label, v.left, v.right, v.high = lines, float64(w)/2, float64(w)/2, h
		}
		c.spots = append(c.spots, len(s.spots))
		s.spots = append(s.spots, v)
	}
	c.spots = append(c.spots, s.home[c.to])
	for i := 1; i < len(c.spots); i++ {
		a, b := c.spots[i-1], c.spots[i]
		weight := 1.0
		switch { // long lines are straight before anything else is
		case s.spots[a].box < 0 && s.spots[b].box < 0:
			weight = 8
		case s.spots[a].box < 0 || s.spots[b].box < 0:
			weight = 2
		}
		s.spots[a].down = append(s.spots[a].down, joint{to: b, course: k, weight: weight})
		s.spots[b].up = append(s.spots[b].up, joint{to: a, course: k, weight: weight})
	}
}
