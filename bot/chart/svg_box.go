package chart

import (
	"fmt"
	"io"
	"strings"
)

func (b *box) write(w io.Writer, p *picture, lit bool) {
	n, l := b.node, look(b.node)
	fmt.Fprintf(w, `<g class="%s"`, xmlText(b.classes(lit)))
	if n.Step != "" {
		fmt.Fprintf(w, ` data-step="%s"`, xmlText(n.Step))
	}
	if n.Flow != "" {
		fmt.Fprintf(w, ` data-flow="%s"`, xmlText(n.Flow))
	}
	fmt.Fprintf(w, `><title>%s</title>`, xmlText(b.title+": "+strings.TrimSpace(n.Head+" "+n.Text)))
	colour := hue(l)
	if colour == hue("") && n.Ends || p.g.Name == "" && n.Begins {
		colour = hue("end")
	}
	round, dash, thick, fill := 7, "", "1.3", ".10"
	if l == "begin" || l == "end" {
		round = 16
	}
	if n.There {
		dash = ` stroke-dasharray="5 3"`
	}
	if lit {
		thick, fill = "3.5", ".32"
	}
	size := fmt.Sprintf(`x="%d" y="%d" width="%d" height="%d" rx="%d"`, b.x, b.y, b.w, b.h, round)
	fmt.Fprintf(w, `<rect class="ground" %s fill="#fff"/>`, size)
	fmt.Fprintf(w, `<rect class="face" %s fill="%s" fill-opacity="%s" stroke="%s" stroke-width="%s"%s/>`, size, colour, fill, colour, thick, dash)
	if l == "flow" && !n.There && p.g.Name != "" {
		fmt.Fprintf(w, `<path d="M%d %dv%dM%d %dv%d" stroke="%s" fill="none"/>`, b.x+4, b.y+1, b.h-2, b.x+b.w-4, b.y+1, b.h-2, colour)
	}
	y := b.writeText(w, colour)
	fmt.Fprintln(w, "</g>")
	b.writeStubs(w, p, y+5)
}

// classes are what a page can know a box by: that it is a step, its kind and its look, and what is special about it.
func (b *box) classes(lit bool) string {
	n, out := b.node, ""
	add := func(class string, is bool) {
		if is {
			out += " " + class
		}
	}
	add("step", n.Step != "")
	add(n.Kind, true)
	add(look(n), look(n) != n.Kind)
	add("there", n.There)
	add("begins", n.Begins)
	add("ends", n.Ends)
	add("lit", lit)
	return out[1:]
}

// writeText writes what stands in a box, and says where it ends.
func (b *box) writeText(w io.Writer, colour string) (y int) {
	y = b.y + pad + 12
	fmt.Fprintf(w, `<text x="%d" y="%d" fill="currentColor" font-size="%g" font-weight="600">%s</text>`, b.x+pad, y, titleSize, xmlText(b.title))
	if y += 2; b.head != "" {
		y += lineHigh - 2
		fmt.Fprintf(w, `<text class="kind" x="%d" y="%d" fill="%s" font-size="%g">%s</text>`, b.x+pad, y, colour, headSize, xmlText(b.head))
		y++
	}
	rows := func(lines []string, how string) {
		for _, s := range lines {
			y += lineHigh
			fmt.Fprintf(w, `<text x="%d" y="%d" %s>%s</text>`, b.x+pad, y, how, xmlText(s))
		}
	}
	rows(b.text, `fill="currentColor"`)
	rows(b.entries, `fill="`+hue("begin")+`"`)
	rows(b.foot, softly)
	return y
}

// softly is how a box says what is of less weight in it.
const softly = `fill="currentColor" fill-opacity=".72" font-style="italic"`

// writeStubs writes the lines that stand in their box in words.
func (b *box) writeStubs(w io.Writer, p *picture, y int) {
	for _, st := range b.stubs {
		l := &p.lines[st.line]
		fmt.Fprintf(w, `<g class="edge timeout stub" %s><title>%s</title>`, ends(p.g, l), xmlText(inWords(p.g, l)))
		for _, s := range st.text {
			y += lineHigh
			fmt.Fprintf(w, `<text x="%d" y="%d" %s>%s</text>`, b.x+pad, y, softly, xmlText(s))
		}
		fmt.Fprintln(w, "</g>")
	}
}
