package chart

import (
	"strings"
	"unicode"
)

// A picture cannot ask a font how wide a text is, so it goes by the wider ones that people have. What is too narrow by a little
// looks spacious; what is too wide would be cut.

// wide is how wide a text is at a size, in pixels.
func wide(s string, size float64) float64 {
	sum := 0.0
	for _, r := range s {
		sum += share(r)
	}
	return sum * size
}

// share is how much of the size of its font a letter takes.
func share(r rune) float64 {
	switch {
	case strings.ContainsRune("iljI.,:;'|!` ", r):
		return 0.36
	case strings.ContainsRune("fr()[]t-/", r):
		return 0.42
	case strings.ContainsRune("mwMW%@—…", r):
		return 0.98
	case r >= 0x1100 && (unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r >= 0x1f000):
		return 1.1
	case unicode.IsUpper(r) || strings.ContainsRune("<>=+&#~→", r):
		return 0.76
	case unicode.In(r, unicode.Mn):
		return 0
	}
	return 0.63
}

// wrap breaks a text into lines of at most so many pixels, and says with an ellipsis that there was more.
func wrap(s string, width, size float64, most int) []string {
	var out []string
	for _, part := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(part) {
			for _, piece := range pieces(word, width, size) {
				switch {
				case line == "":
					line = piece
				case wide(line+" "+piece, size) <= width:
					line += " " + piece
				default:
					out = append(out, line)
					line = piece
				}
			}
		}
		if line != "" {
			out = append(out, line)
		}
	}
	if len(out) <= most {
		return out
	}
	out = out[:most]
	last := strings.TrimSuffix(strings.TrimRight(out[most-1], " ,;:."), " …")
	for wide(last+" …", size) > width && strings.Contains(last, " ") {
		last = last[:strings.LastIndexByte(last, ' ')]
	}
	out[most-1] = last + " …"
	return out
}

// pieces are a word that is too long for a line, in parts that are not.
func pieces(word string, width, size float64) []string {
	if wide(word, size) <= width {
		return []string{word}
	}
	var out []string
	from, sum := 0, 0.0
	for i, r := range word {
		w := share(r) * size
		if sum+w > width && i > from {
			out = append(out, word[from:i])
			from, sum = i, 0
		}
		sum += w
	}
	return append(out, word[from:])
}
