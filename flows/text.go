package flows

import (
	"strconv"
	"strings"
)

// blocksText is what blocks look like in plain lines.
func blocksText(blocks []Block) string {
	var b strings.Builder
	for i, block := range blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		if !block.Quote {
			b.WriteString(block.Text)
			continue
		}
		for j, line := range strings.Split(block.Text, "\n") {
			if j > 0 {
				b.WriteByte('\n')
			}
			b.WriteString("> " + line)
		}
	}
	return b.String()
}

// fill replaces {holes} in one pass, so that what a person wrote is never read as a hole.
func fill(text string, get func(name string) string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		b.WriteString(get(text[open+1 : open+end]))
		text = text[open+end+1:]
	}
	if b.Len() == 0 { // nothing to fill, as in most
		return strings.TrimSpace(text)
	}
	b.WriteString(text)
	return strings.TrimSpace(b.String())
}

// show is a value as people read it: dates and lengths of time in the words of words.yaml.
func (l *Library) show(v Value, d *Decl) string {
	switch v.T {
	case Date:
		return l.shownDate(v.S)
	case Span:
		return l.shownSpan(v.S)
	}
	return v.show(d)
}

// show is a value as its declaration words it.
func (v Value) show(d *Decl) string {
	switch v.T {
	case Scale:
		return optionLabel(d, strconv.Itoa(v.N))
	case Number: // a button may name it otherwise, and what was written was the number
		return strconv.Itoa(v.N)
	case Multi:
		labels := make([]string, len(v.L))
		for i, id := range v.L {
			labels[i] = optionLabel(d, id)
		}
		return strings.Join(labels, ", ")
	case OneOf, YesNo:
		return optionLabel(d, v.S)
	case Zone:
		return zoneCity(v.S)
	}
	return v.S
}

func optionLabel(d *Decl, id string) string {
	if d != nil {
		for _, o := range d.Options {
			if o.ID == id && o.Label != "" {
				return o.Label
			}
		}
	}
	return id
}

// zoneCity is the part of a zone's name that people recognise.
func zoneCity(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}
