package chart

import (
	"cmp"
	"slices"
)

// How often the layers are gone through; a graph with very many spots gets less.
const (
	orderSweeps = 24
	fewSweeps   = 6
	manySpots   = 4000
)

// order finds an order of the spots in their layers with few crossings: each goes to the middle of what it is joined with, from
// layer to layer, down and up, and neighbours swap where that helps. The best order that was met counts.
func (s *sheet) order() {
	s.pos = make([]int, len(s.spots))
	for l := range s.layers {
		s.rightmost(l)
	}
	sweeps := orderSweeps
	if len(s.spots) > manySpots {
		sweeps = fewSweeps
	}
	best, fewest := s.copyLayers(), s.crossings()
	keep := func() {
		if n := s.crossings(); n < fewest {
			best, fewest = s.copyLayers(), n
		}
	}
	for sweep := 0; sweep < sweeps && fewest > 0; sweep++ {
		down := sweep%2 == 0
		for k := range s.layers {
			if l := k; down && l > 0 {
				s.sortBy(l, true)
			} else if l := len(s.layers) - 1 - k; !down && l < len(s.layers)-1 {
				s.sortBy(l, false)
			}
		}
		if sweep > 4 && len(s.spots) <= manySpots {
			s.swaps()
		}
		keep()
	}
	s.take(best)
	s.swaps()
	keep()
	s.take(best)
}

// take goes back to an order.
func (s *sheet) take(layers [][]int) {
	s.layers = layers
	for l := range s.layers {
		s.count(l)
	}
}

func (s *sheet) copyLayers() [][]int {
	out := make([][]int, len(s.layers))
	for i, l := range s.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

// count notes the places of a layer's spots in their order.
func (s *sheet) count(layer int) {
	for i, v := range s.layers[layer] {
		s.pos[v] = i
	}
}

func (s *sheet) joints(v int, up bool) []joint {
	if up {
		return s.spots[v].up
	}
	return s.spots[v].down
}

// sortBy puts the spots of a layer in the order of the middles of their neighbours above or below.
func (s *sheet) sortBy(layer int, up bool) {
	next := layer + 1
	if up {
		next = layer - 1
	}
	middle := make(map[int]float64, len(s.layers[layer]))
	for i, v := range s.layers[layer] {
		joints := s.joints(v, up)
		if len(joints) == 0 { // it stays about where it is
			middle[v] = float64(i) * float64(len(s.layers[next])) / float64(len(s.layers[layer]))
			continue
		}
		sum := 0.0
		for _, j := range joints {
			sum += float64(s.pos[j.to])
		}
		middle[v] = sum / float64(len(joints))
	}
	slices.SortStableFunc(s.layers[layer], func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
	s.rightmost(layer)
}

// rightmost moves a box that is joined with the other lane behind all other boxes of its layer.
func (s *sheet) rightmost(layer int) {
	l := s.layers[layer]
	i := slices.IndexFunc(l, func(v int) bool { return s.spots[v].box >= 0 && s.across[s.spots[v].box] })
	if i < 0 {
		s.count(layer)
		return
	}
	last := i
	for k := i + 1; k < len(l); k++ {
		if s.spots[l[k]].box >= 0 {
			last = k
		}
	}
	v := l[i]
	copy(l[i:last], l[i+1:last+1])
	l[last] = v
	s.count(layer)
}

// swaps swaps neighbours as long as that makes fewer crossings.
func (s *sheet) swaps() {
	for round, some := 0, true; some && round < 8; round++ {
		some = false
		for _, l := range s.layers {
			for i := 0; i+1 < len(l); i++ {
				a, b := l[i], l[i+1]
				if s.fixed(a, b) {
					continue
				}
				now := s.crossing(s.spots[a].up, s.spots[b].up) + s.crossing(s.spots[a].down, s.spots[b].down)
				then := s.crossing(s.spots[b].up, s.spots[a].up) + s.crossing(s.spots[b].down, s.spots[a].down)
				if then < now {
					l[i], l[i+1] = b, a
					s.pos[a], s.pos[b] = i+1, i
					some = true
				}
			}
		}
	}
}

// fixed says that two spots must not be swapped: the box at the right would not be the last one.
func (s *sheet) fixed(a, b int) bool {
	x, y := s.spots[a].box, s.spots[b].box
	return x >= 0 && y >= 0 && s.across[y]
}

// crossing counts how often the lines of one spot cross those of another one at its right.
func (s *sheet) crossing(left, right []joint) (n int) {
	for _, x := range left {
		for _, y := range right {
			if s.pos[x.to] > s.pos[y.to] {
				n++
			}
		}
	}
	return n
}

// crossings counts all, from layer to layer: of two lines the one that begins further left ends further right.
func (s *sheet) crossings() (n int) {
	var own []int
	for layer := 0; layer+1 < len(s.layers); layer++ {
		ends := make(tally, len(s.layers[layer+1])+1)
		all := 0
		for _, v := range s.layers[layer] {
			own = own[:0]
			for _, j := range s.spots[v].down {
				own = append(own, s.pos[j.to])
			}
			for _, at := range own {
				n += all - ends.upTo(at)
			}
			for _, at := range own {
				ends.add(at)
				all++
			}
		}
	}
	return n
}

// tally counts numbers, and how many of them are at most another one: a Fenwick tree.
type tally []int

func (t tally) add(i int) {
	for i++; i < len(t); i += i & -i {
		t[i]++
	}
}

func (t tally) upTo(i int) (n int) {
	for i++; i > 0; i -= i & -i {
		n += t[i]
	}
	return n
}
