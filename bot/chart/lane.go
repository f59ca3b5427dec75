package chart

import (
	"cmp"
	"fmt"
	"slices"
)

// crossing is a line from one lane to the other.
type crossing struct {
	i           int // of the line
	here, there *box
	port        int // where it leaves the box of this person
	inward      bool
}

// partner lays out the partner's lane, at the right of an edge: what comes there stands beside where it comes from, and below it
// what it opens.
func (p *picture) partner(edge int) {
	crossings, gutter := p.crossings()
	left := edge + gutter
	wide := 0
	for _, b := range p.boxes {
		if b.node.There {
			wide = max(wide, b.w)
		}
	}
	bottom, bends, before := 0, 0, 0
	for _, c := range crossings {
		b := c.there
		want := c.port - 20
		if b.y == 0 { // not placed yet
			b.x, b.y = left+(wide-b.w)/2, max(want, bottom)
			bottom = b.y + b.h + laneDown
			for i := range p.lines {
				if l := &p.lines[i]; p.boxes[l.from] == b && p.boxes[l.to].node.There {
					bottom = p.below(l, left, wide) + laneDown
				}
			}
		}
		end := b.y + 20
		if c.port < before { // beside the bend of the one before
			bends++
		} else {
			bends = 0
		}
		if end != c.port {
			before = end
		}
		p.cross(c, edge, gutter, left-16-7*(bends%4), end)
	}
	_, name := laneNames(p.g)
	wide = max(wide, int(wideText(name)))
	p.lane = left - 16 - 7*4
	p.laneMid = left + wide/2
	p.w = left + wide + margin
	p.h = max(p.h, bottom-laneDown+margin)
}

func wideText(s string) float64 { return wide(s, headSize+1.5) }

// crossings are the lines across, from top to bottom, and how wide the room between the lanes is.
func (p *picture) crossings() (out []crossing, gutter int) {
	used := map[*box]int{}
	for i := range p.lines {
		l := &p.lines[i]
		from, to := p.boxes[l.from], p.boxes[l.to]
		if from.node.There == to.node.There {
			continue
		}
		c := crossing{i: i, here: from, there: to}
		if from.node.There {
			c.here, c.there, c.inward = to, from, true
		}
		c.port = c.here.y + 20 + 16*used[c.here]
		used[c.here]++
		out = append(out, c)
		_, w, _ := labelSize(l.labels)
		gutter = max(gutter, w)
	}
	slices.SortStableFunc(out, func(a, b crossing) int { return cmp.Compare(a.port, b.port) })
	return out, gutter + 36 + 16 + 7*4
}

// below puts a box of the partner's lane under another one, and says where it ends.
func (p *picture) below(l *line, left, wide int) int {
	from, to := p.boxes[l.from], p.boxes[l.to]
	lines, w, h := labelSize(l.labels)
	to.x, to.y = left+(wide-to.w)/2, from.y+from.h+h+34
	x := left + wide/2
	p.paths = append(p.paths, path{line: l, d: fmt.Sprintf("M%d %dV%d", x, from.y+from.h, to.y-headLong), heads: []head{{x, to.y, 'd'}},
		label: lines, x: x, y: from.y + from.h + 13, w: w, h: h})
	return to.y + to.h
}

// cross draws a line across.
func (p *picture) cross(c crossing, edge, gutter, bend, end int) {
	l := &p.lines[c.i]
	from, to := c.here.x+c.here.w, c.there.x
	lines, w, h := labelSize(l.labels)
	out := path{line: l, label: lines, x: edge + 12 + w/2, y: c.port - h/2, w: w, h: h}
	both := l.alone("meets")
	start, stop := from, to
	if c.inward || both {
		start += headLong
		out.heads = append(out.heads, head{from, c.port, 'l'})
	}
	if !c.inward || both {
		stop -= headLong
		out.heads = append(out.heads, head{to, end, 'r'})
	}
	if c.port == end {
		out.d = fmt.Sprintf("M%d %dH%d", start, end, stop)
	} else {
		out.d = fmt.Sprintf("M%d %dH%dV%dH%d", start, c.port, bend, end, stop)
	}
	p.paths = append(p.paths, out)
}
