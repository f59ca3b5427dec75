package chart

import (
	"fmt"

	"rewoo/flows"
)

// Sizes of a picture, in pixels.
const (
	boxLeast  = 104 // widths
	boxMost   = 212
	pad       = 10
	titleSize = 13.0
	headSize  = 10.0
	textSize  = 11.0
	titleHigh = 17
	lineHigh  = 14
	textLines = 3
	loopWide  = 26 // beside a box, for a way back to itself
	labelMost = 132
)

// box is a node as it is drawn.
type box struct {
	node       flows.GraphNode
	title      string
	head       string
	text       []string
	entries    []string // of a flow on the map: what begins it
	foot       []string // how it ends
	stubs      []stub
	loop       *line // a way from the box to itself
	loopLabels []string
	x, y, w, h int
}

// stub is a line that is written into its box, rather than drawn: what for, and where to.
type stub struct {
	line int
	text []string
}

func newBox(n flows.GraphNode) *box {
	b := &box{node: n, title: title(n)}
	if n.Step != "" && n.Kind != "end" || n.ID == n.Flow {
		b.head = n.Head
	}
	const width = boxMost - 2*pad
	most := textLines
	if n.Kind == flows.NodeBegin {
		most = 2 * textLines
	}
	b.text = wrap(n.Text, width, textSize, most)
	for _, s := range entriesOf(n) {
		b.entries = append(b.entries, wrap(s, width, textSize, 2)...)
	}
	if n.Ends && n.Result != "" {
		b.foot = wrap("ends: "+n.Result, width, textSize, 2)
	}
	return b
}

// measure says how large the box is.
func (b *box) measure() {
	widest := wide(b.title, titleSize*1.06)
	see := func(lines []string, size float64) {
		for _, s := range lines {
			widest = max(widest, wide(s, size))
		}
	}
	see([]string{b.head}, headSize)
	see(b.text, textSize)
	see(b.entries, textSize)
	see(b.foot, textSize)
	rows := len(b.text) + len(b.entries) + len(b.foot)
	for _, st := range b.stubs {
		see(st.text, textSize)
		rows += len(st.text)
	}
	b.w = min(max(int(widest)+2*pad, boxLeast), max(boxMost, int(wide(b.title, titleSize*1.06))+2*pad))
	b.h = pad + titleHigh + lineHigh*rows + pad - 4
	if b.head != "" {
		b.h += lineHigh - 1
	}
	if len(b.stubs) > 0 {
		b.h += 5
	}
	if b.loop != nil {
		_, _, h := labelSize(b.loopLabels) // below what may lead across
		b.h = max(b.h, 66, 26+h/2+max(20, h/2))
	}
}

// beside is how much room the box needs at its right.
func (b *box) beside() int {
	if b.loop == nil {
		return 0
	}
	_, w, _ := labelSize(b.loopLabels)
	return loopWide + w
}

// labelSize breaks labels into lines, and says how large they are.
func labelSize(labels []string) (lines []string, w, h int) {
	for _, s := range labels {
		lines = append(lines, wrap(s, labelMost, headSize, 4)...)
	}
	if len(lines) > 7 {
		lines = append(lines[:6], fmt.Sprintf("… %d more", len(lines)-6))
	}
	for _, s := range lines {
		w = max(w, int(wide(s, headSize))+6)
	}
	if len(lines) > 0 {
		h = len(lines)*12 + 4
	}
	return lines, w, h
}
