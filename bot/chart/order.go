package chart

import (
	"cmp"
	"slices"
)

const orderSweeps = 24

// order finds an order of the spots in their layers with few crossings: each goes to the middle of what it is joined with, from
// layer to layer, down and up, and neighbours swap where that helps. The best order that was met counts.
func (s *sheet) order() {
	for l := range s.layers {
		s.rightmost(l)
	}
	best, fewest := s.copyLayers(), s.crossings()
	keep := func() {
		if n := s.crossings(); n < fewest {
			best, fewest = s.copyLayers(), n
		}
	}
	for sweep := 0; sweep < orderSweeps && fewest > 0; sweep++ {
		down := sweep%2 == 0
		for k := range s.layers {
			if l := k; down && l > 0 {
				s.sortBy(l, true)
			} else if l := len(s.layers) - 1 - k; !down && l < len(s.layers)-1 {
				s.sortBy(l, false)
			}
		}
		if sweep > 4 {
			s.swaps()
		}
		keep()
	}
	s.layers = best
	s.swaps()
	keep()
	s.layers = best
}

func (s *sheet) copyLayers() [][]int {
	out := make([][]int, len(s.layers))
	for i, l := range s.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

// positions are the places of a layer's spots in their order.
func (s *sheet) positions(layer int) map[int]int {
	if layer < 0 || layer >= len(s.layers) {
		return nil
	}
	out := make(map[int]int, len(s.layers[layer]))
	for i, v := range s.layers[layer] {
		out[v] = i
	}
	return out
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
	at := s.positions(next)
	middle := map[int]float64{}
	for i, v := range s.layers[layer] {
		joints := s.joints(v, up)
		if len(joints) == 0 { // it stays about where it is
			middle[v] = float64(i) * float64(len(at)) / float64(len(s.layers[layer]))
			continue
		}
		sum := 0.0
		for _, j := range joints {
			sum += float64(at[j.to])
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
}

// swaps swaps neighbours as long as that makes fewer crossings.
func (s *sheet) swaps() {
	for round, some := 0, true; some && round < 8; round++ {
		some = false
		for layer, l := range s.layers {
			above, below := s.positions(layer-1), s.positions(layer+1)
			for i := 0; i+1 < len(l); i++ {
				a, b := l[i], l[i+1]
				if s.fixed(a, b) {
					continue
				}
				now := pairCrossings(s.spots[a].up, s.spots[b].up, above) + pairCrossings(s.spots[a].down, s.spots[b].down, below)
				then := pairCrossings(s.spots[b].up, s.spots[a].up, above) + pairCrossings(s.spots[b].down, s.spots[a].down, below)
				if then < now {
					l[i], l[i+1] = b, a
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

// pairCrossings counts how often the lines of a, which is at the left, cross those of b.
func pairCrossings(a, b []joint, at map[int]int) (n int) {
	for _, x := range a {
		for _, y := range b {
			if at[x.to] > at[y.to] {
				n++
			}
		}
	}
	return n
}

// crossings counts all.
func (s *sheet) crossings() (n int) {
	for layer := 0; layer+1 < len(s.layers); layer++ {
		at := s.positions(layer + 1)
		var ends []int
		for _, v := range s.layers[layer] {
			own := make([]int, 0, len(s.spots[v].down))
			for _, j := range s.spots[v].down {
				own = append(own, at[j.to])
			}
			slices.Sort(own)
			ends = append(ends, own...)
		}
		for i := range ends {
			for _, later := range ends[i+1:] {
				if ends[i] > later {
					n++
				}
			}
		}
	}
	return n
}
