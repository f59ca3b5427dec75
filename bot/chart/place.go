package chart

import (
	"math"
	"slices"
)

const (
	boxGap   = 26.0
	lineGap  = 9.0
	portGap  = 20.0
	rowGap   = 13 // above and below a layer, more where lines lead far
	rowExtra = 34
)

// ports spreads the ends of lines over the edges of their boxes, in the order of where they lead.
func (s *sheet) ports() {
	for _, v := range s.home {
		w := float64(s.boxes[s.spots[v].box].w)
		s.spread(s.spots[v].down, w, 0)
		s.spread(s.spots[v].up, w, 1)
	}
}

func (s *sheet) spread(joints []joint, w float64, end int) {
	order := make([]int, len(joints))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.pos[joints[a].to] - s.pos[joints[b].to] })
	gap := portGap
	if n := float64(len(joints) - 1); n > 0 {
		gap = min(gap, (w-28)/n)
	}
	for k, i := range order {
		off := (float64(k) - float64(len(order)-1)/2) * gap
		joints[i].own = off
		s.lines[joints[i].course].offs[end] = off
		back := s.spots[joints[i].to].up
		if end == 1 {
			back = s.spots[joints[i].to].down
		}
		for b := range back {
			if back[b].course == joints[i].course {
				back[b].off = off
			}
		}
	}
}

// place gives every spot its x: as near as may be to what it is joined with, and clear of its neighbours.
func (s *sheet) place() {
	for layer := range s.layers {
		s.solve(layer, func(v int) (float64, float64) { return 0, 0.001 })
	}
	rounds := 40
	if len(s.spots) > manySpots {
		rounds = 12
	}
	for round := range rounds {
		up, down := round%2 == 0, round%2 == 1
		if round >= rounds/3 {
			up, down = true, true
		}
		for k := range s.layers {
			layer := k
			if round%2 == 1 {
				layer = len(s.layers) - 1 - k
			}
			s.solve(layer, func(v int) (float64, float64) { return s.wish(v, up, down) })
		}
	}
	for range 3 {
		s.straighten()
	}
	s.gather()
}

// gather moves boxes that nothing is joined with beside their neighbours.
func (s *sheet) gather() {
	for _, l := range s.layers {
		for i := 1; i < len(l); i++ {
			if v := &s.spots[l[i]]; len(v.up)+len(v.down) == 0 {
				v.x = s.spots[l[i-1]].x + s.apart(l[i-1], l[i])
			}
		}
	}
}

// straighten makes lines straight where there is room for it: along as many layers as can be.
func (s *sheet) straighten() {
	free := func(v int) (from, to float64) {
		from, to = math.Inf(-1), math.Inf(1)
		l, i := s.layers[s.spots[v].layer], s.pos[v]
		if i > 0 {
			from = s.spots[l[i-1]].x + s.apart(l[i-1], v)
		}
		if i+1 < len(l) {
			to = s.spots[l[i+1]].x - s.apart(v, l[i+1])
		}
		return from, to
	}
	for _, c := range s.lines {
		inner := c.spots[1 : len(c.spots)-1]
		for i := 0; i < len(inner); {
			from, to := free(inner[i])
			n := 1
			for i+n < len(inner) {
				f, t := free(inner[i+n])
				if f, t = max(f, from), min(t, to); f > t {
					break
				}
				from, to = f, t
				n++
			}
			sum := 0.0
			for _, v := range inner[i : i+n] {
				sum += s.spots[v].x
			}
			x := sum / float64(n)
			near := 40.0
			if len(c.labels) == 0 {
				near = math.Inf(1)
			}
			switch first, last := s.spots[c.spots[0]].x+c.offs[0], s.spots[c.spots[len(c.spots)-1]].x+c.offs[1]; {
			case i+n == len(inner) && math.Abs(last-x) < near: // in line with where it goes to, or comes from
				x = last
			case i == 0 && math.Abs(first-x) < near:
				x = first
			}
			x = min(max(x, from), to)
			for _, v := range inner[i : i+n] {
				s.spots[v].x = x
			}
			i += n
		}
	}
}

// wish is where a spot would best be, and how much that matters.
func (s *sheet) wish(v int, up, down bool) (x, weight float64) {
	see := func(joints []joint) {
		for _, j := range joints {
			x += j.weight * (s.spots[j.to].x + j.off - j.own)
			weight += j.weight
		}
	}
	if up {
		see(s.spots[v].up)
	}
	if down {
		see(s.spots[v].down)
	}
	if weight == 0 {
		return s.spots[v].x, 0.1
	}
	return x / weight, weight
}

// apart is how far the middles of two neighbours are at least from each other.
func (s *sheet) apart(a, b int) float64 {
	gap := lineGap
	if s.spots[a].box >= 0 && s.spots[b].box >= 0 {
		gap = boxGap
	} else if s.spots[a].box >= 0 || s.spots[b].box >= 0 {
		gap = boxGap * 0.6
	}
	return s.spots[a].right + gap + s.spots[b].left
}

// solve places the spots of a layer so that the sum of the squares of what they miss their wishes by is least, in their order and
// with the room between them that they need: neighbours that would come too near become one block.
func (s *sheet) solve(layer int, wish func(v int) (x, weight float64)) {
	type block struct {
		sum, weight float64
		first, n    int
	}
	l := s.layers[layer]
	shift := make([]float64, len(l))
	var blocks []block
	for i, v := range l {
		if i > 0 {
			shift[i] = shift[i-1] + s.apart(l[i-1], v)
		}
		x, weight := wish(v)
		blocks = append(blocks, block{(x - shift[i]) * weight, weight, i, 1})
		for len(blocks) > 1 {
			a, b := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if a.sum/a.weight <= b.sum/b.weight {
				break
			}
			blocks = blocks[:len(blocks)-1]
			blocks[len(blocks)-1] = block{a.sum + b.sum, a.weight + b.weight, a.first, a.n + b.n}
		}
	}
	for _, b := range blocks {
		for i := b.first; i < b.first+b.n; i++ {
			s.spots[l[i]].x = b.sum/b.weight + shift[i]
		}
	}
}

// settle turns what was found into whole pixels from 0 on, and says how large the sheet is.
func (s *sheet) settle() (w, h int) {
	left, right := math.Inf(1), math.Inf(-1)
	for i := range s.spots {
		v := &s.spots[i]
		left, right = min(left, v.x-v.left), max(right, v.x+v.right)
	}
	for i := range s.spots {
		s.spots[i].x = math.Round(s.spots[i].x - left)
	}
	for layer, l := range s.layers {
		s.tops = append(s.tops, h)
		high, far := 0, 0.0
		for _, v := range l {
			high = max(high, s.spots[v].high)
			for _, j := range s.spots[v].down {
				far = max(far, math.Abs(s.spots[j.to].x+j.off-s.spots[v].x-j.own))
			}
		}
		h += high
		s.bottoms = append(s.bottoms, h)
		if layer < len(s.layers)-1 {
			h += rowGap + min(rowExtra, int(far)/9)
		}
		for _, v := range l {
			if i := s.spots[v].box; i >= 0 {
				b := s.boxes[i]
				b.x, b.y = int(s.spots[v].x)-b.w/2, s.tops[layer]
			}
		}
	}
	return int(math.Ceil(right - left)), h
}
