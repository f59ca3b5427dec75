package flows

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxInput   = 20_000 // characters; more is too long for any question
	maxMarks   = 2      // combining marks on one letter
	zwj        = '\u200d'
	variation  = '\ufe0f'
	lineBreaks = 12 // lines of one text
)

// clean makes a person's words safe to keep and to show: composed characters, no controls, no signs that turn or hide
// text, no towers of accents. What people write in Arabic, Hebrew or emoji stays as it is.
func clean(s string) string {
	if printable(s) {
		return strings.Trim(s, " ")
	}
	for range 8 { // what is left when a sign goes can compose anew; the second round nearly always changes nothing
		t := cleanOnce(s)
		if t == s {
			break
		}
		s = t
	}
	return s
}

// printable says that s is one line of plain ASCII, as most are: nothing in it but spaces at the ends can go or change.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

func cleanOnce(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = norm.NFC.String(lineEnds.Replace(s))
	var b strings.Builder
	b.Grow(len(s))
	marks, prev := 0, rune(0)
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			marks = 0
			if r == '\t' {
				r = ' '
			}
		case r == zwj && isPictorial(prev), r == variation:
		case hides(r):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(r)
		prev = r
	}
	return strings.TrimSpace(collapse(b.String()))
}

// hides reports signs that cannot be seen or that change the order of others.
func hides(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef: // variation selectors
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800, r == 0x034f, r == 0x17b4, r == 0x17b5: // blank letters
		return true
	}
	return false
}

// isPictorial reports signs that a joiner may follow: pictures and what modifies them.
func isPictorial(r rune) bool {
	return r == variation || unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || r >= 0x1f000 && r <= 0x1faff
}

// collapse keeps at most one empty line in a row and a bounded number of lines.
func collapse(s string) string {
	lines := strings.Split(s, "\n")
	out := lines[:0]
	empty := 0
	for _, line := range lines {
		line = strings.TrimRight(line, " ")
		if line == "" {
			if empty++; empty > 1 {
				continue
			}
		} else {
			empty = 0
		}
		out = append(out, line)
	}
	if len(out) > lineBreaks {
		out = append(out[:lineBreaks-1], strings.Join(out[lineBreaks-1:], " "))
	}
	return strings.Join(out, "\n")
}

// oneLine is clean text for places where a line break would fake a line of ours: names.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// isASCII says that every sign of s is a byte of its own.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// foldedEnds are marks that count for nothing at the ends of words.
const foldedEnds = ".!?,;: \"'"

// fold is what words are compared by: no case, no accents, single spaces, no marks at the ends.
func fold(s string) string {
	if isASCII(s) { // nothing to take apart
		return strings.Trim(strings.Join(strings.Fields(strings.ToLower(s)), " "), foldedEnds)
	}
	return foldLong(s)
}

func foldLong(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Trim(strings.Join(strings.Fields(b.String()), " "), foldedEnds)
}

// length counts characters as people do, near enough: composed runes.
func length(s string) int { return len([]rune(s)) }
