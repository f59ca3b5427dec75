package chart

import (
	"fmt"
	"math"
	"strings"
)

const (
	headLong = 8
	headWide = 4
)

// path draws a line through its spots: straight through layers, and with a curve from one to the next.
func (s *sheet) path(c *course, dx, dy int) path {
	out := path{line: c.line, back: c.back}
	from, to := s.boxes[c.from], s.boxes[c.to] // they are in place already
	var d strings.Builder
	x, y := from.x+from.w/2+int(math.Round(c.offs[0])), from.y+from.h
	if c.back {
		out.heads = append(out.heads, head{x, y, 'u'})
		y += headLong
	} else if c.line.alone("meets") {
		out.heads = append(out.heads, head{x, y, 'u'})
		y += headLong
	}
	fmt.Fprintf(&d, "M%d %d", x, y)
	if bottom := s.bottoms[s.spots[c.spots[0]].layer] + dy; bottom > y {
		fmt.Fprintf(&d, "V%d", bottom)
		y = bottom
	}
	curve := func(nx, ny int) {
		switch {
		case nx == x:
			fmt.Fprintf(&d, "V%d", ny)
		default:
			mid := (y + ny) / 2
			fmt.Fprintf(&d, "C%d %d %d %d %d %d", x, mid, nx, mid, nx, ny)
		}
		x, y = nx, ny
	}
	for _, i := range c.spots[1 : len(c.spots)-1] {
		v := &s.spots[i]
		curve(int(v.x)+dx, s.tops[v.layer]+dy)
		if v.label != nil {
			_, w, _ := labelSize(c.labels)
			out.label, out.w, out.h = v.label, w, v.high
			out.x, out.y = x, y+(s.bottoms[v.layer]+dy-y-v.high)/2
		}
		if bottom := s.bottoms[v.layer] + dy; bottom > y {
			fmt.Fprintf(&d, "V%d", bottom)
			y = bottom
		}
	}
	end := to.y
	if !c.back {
		end -= headLong
		out.heads = append(out.heads, head{to.x + to.w/2 + int(math.Round(c.offs[1])), to.y, 'd'})
	}
	curve(to.x+to.w/2+int(math.Round(c.offs[1])), end)
	out.d = d.String()
	return out
}

// loopPath draws a way from a box to itself, at its right.
func loopPath(b *box) path {
	lines, w, h := labelSize(b.loopLabels)
	x, top, bottom := b.x+b.w, b.y+b.h-30, b.y+b.h-10
	return path{line: b.loop, back: true, label: lines, x: x + loopWide + w/2, y: b.y + b.h - max(20, h/2) - h/2, w: w, h: h,
		d:     fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, bottom, x+loopWide+4, bottom, x+loopWide+4, top, x+headLong, top),
		heads: []head{{x, top, 'l'}}}
}

// points are the corners of an arrow's head.
func (h head) points() string {
	a, b := headLong, headWide
	switch h.way {
	case 'u':
		return fmt.Sprintf("%d,%d %d,%d %d,%d", h.x, h.y, h.x-b, h.y+a, h.x+b, h.y+a)
	case 'd':
		return fmt.Sprintf("%d,%d %d,%d %d,%d", h.x, h.y, h.x-b, h.y-a, h.x+b, h.y-a)
	case 'l':
		return fmt.Sprintf("%d,%d %d,%d %d,%d", h.x, h.y, h.x+a, h.y-b, h.x+a, h.y+b)
	}
	return fmt.Sprintf("%d,%d %d,%d %d,%d", h.x, h.y, h.x-a, h.y-b, h.x-a, h.y+b)
}
