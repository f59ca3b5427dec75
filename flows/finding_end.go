package flows

import (
	"bytes"
	"strings"
)

// EndColumn is the column after what a finding points at, in the text of its file: a word, a quoted text, or a mapping or list on one
// line. It is 0 when the file has no such place.
func (f Finding) EndColumn(src []byte) int {
	for range f.Line - 1 {
		_, rest, more := bytes.Cut(src, []byte("\n"))
		if !more {
			return 0
		}
		src = rest
	}
	text, _, _ := bytes.Cut(src, []byte("\n"))
	line := []rune(strings.TrimRight(string(text), " \r"))
	if f.Line < 1 || f.Column < 1 || f.Column > len(line) {
		return 0
	}
	return f.Column + tokenLength(line[f.Column-1:])
}

// tokenLength is how long the first part of a line is; what is not closed on it goes to its end.
func tokenLength(line []rune) int {
	if line[0] == '"' || line[0] == '\'' {
		return quotedLength(line)
	}
	depth := 0
	for i := 0; i < len(line); i++ {
		switch r := line[i]; {
		case r == '"' || r == '\'':
			if depth > 0 && strings.ContainsRune(" [{", line[i-1]) {
				i += quotedLength(line[i:]) - 1
			}
		case r == '{' || r == '[':
			depth++
		case r == '}' || r == ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return trimmed(line[:i])
			}
		case depth > 0:
		case r == ',', r == ':' && (i+1 == len(line) || line[i+1] == ' '):
			return trimmed(line[:i])
		case r == '#' && i > 0 && line[i-1] == ' ':
			return trimmed(line[:i])
		}
	}
	return len(line)
}

// trimmed is the length of what is not blank at the end, and at least one.
func trimmed(line []rune) int { return max(1, len([]rune(strings.TrimRight(string(line), " ")))) }

func quotedLength(line []rune) int {
	for i := 1; i < len(line); i++ {
		switch {
		case line[0] == '"' && line[i] == '\\':
			i++
		case line[i] == line[0] && line[0] == '\'' && i+1 < len(line) && line[i+1] == '\'':
			i++
		case line[i] == line[0]:
			return i + 1
		}
	}
	return len(line)
}
