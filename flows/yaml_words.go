package flows

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

func invalidUTF8(file string, data []byte) Pos {
	pos := Pos{File: file, Line: 1, Column: 1}
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if pos.Column++; r == '\n' {
			pos.Line, pos.Column = pos.Line+1, 1
		}
		data = data[size:]
	}
	return pos
}

// tabIndent finds the first line that starts with a tab. The parser's own words for it are hard to understand.
func tabIndent(file string, data []byte) (Pos, bool) {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		rest := bytes.TrimLeft(text, " ")
		if len(rest) > 0 && rest[0] == '\t' && len(bytes.TrimSpace(rest)) > 0 {
			return Pos{File: file, Line: line, Column: len(text) - len(rest) + 1}, true
		}
	}
	return Pos{}, false
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// explainYAML says in plain words what the parser complains about. It knows lines, not columns.
func explainYAML(file string, data []byte, err error) (pos Pos, text, hint string) {
	pos = Pos{File: file, Line: 1, Column: 1}
	if errors.Is(err, errSecondDocument) {
		return secondDocument(file, data), "a second document starts here", "put it into a file of its own"
	}
	msg, line := splitYAMLError(err)
	sign := ""
	switch {
	case strings.HasPrefix(msg, "unknown anchor"):
		if m := anchorName.FindStringSubmatch(msg); m != nil {
			sign = "*" + m[1]
			line = 1 + bytes.Count(data[:max(0, bytes.Index(data, []byte(sign)))], []byte("\n"))
		}
	case strings.HasSuffix(msg, "'}'"):
		line, sign = line+1, "{" // the parser counts from 0 here, and means the line where it is opened
	case strings.HasSuffix(msg, "']'"):
		line, sign = line+1, "["
	case line == 0, strings.HasPrefix(msg, "did not find"):
		line = firstBadLine(data, msg) // it names nothing, or only where the mapping or list begins
	}
	pos.Line = line
	if lines := strings.Split(string(data), "\n"); pos.Line <= len(lines) {
		pos.Column = 1 + signColumn(lines[pos.Line-1], sign)
	}
	for _, e := range yamlSentences {
		if strings.Contains(msg, e.part) {
			return pos, e.text, e.hint
		}
	}
	return pos, fmt.Sprintf("this is not YAML (%s)", msg), "look at this line and the one before it"
}

var anchorName = regexp.MustCompile(`^unknown anchor '([^']*)'`)

// splitYAMLError parts the parser's message from the line that it names; 0 if it names none.
func splitYAMLError(err error) (msg string, line int) {
	msg = err.Error()
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		msg = msg[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	return msg, line
}

// signColumn is where in a line a sign stands, or else where its text begins.
func signColumn(line, sign string) int {
	i := 0
	if sign != "" {
		i = strings.Index(line, sign)
	}
	if sign == "" || i < 0 {
		if i = len(line) - len(strings.TrimLeft(line, " ")); strings.TrimSpace(line) == "" {
			i = 0
		}
	}
	return utf8.RuneCountInString(line[:i])
}

// firstBadLine finds the line with which the parser begins to complain, by giving it more and more of the text.
func firstBadLine(data []byte, msg string) int {
	var ends []int
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	ends = append(ends, len(data))
	return 1 + sort.Search(len(ends)-1, func(i int) bool {
		_, err := decodeYAML(data[:ends[i]])
		if err == nil {
			return false
		}
		got, _ := splitYAMLError(err)
		return got == msg
	})
}

var yamlSentences = []struct{ part, text, hint string }{
	{"mapping values are not allowed", "there is a colon where none can be", "put the text of this line in quotes"},
	{"did not find expected key", "the indentation or a quote is off at or just after this line",
		"line up the keys, and put texts that hold quotes or colons in double quotes"},
	{"did not find expected '-'", "the indentation of a list is off at or just after this line", "line up the dashes"},
	{"did not find expected ',' or '}'", "a { is not closed, or a comma is missing", "check the braces and commas, and put texts in quotes"},
	{"did not find expected ',' or ']'", "a [ is not closed, or a comma is missing", "check the brackets and commas, and put texts in quotes"},
	{"could not find expected ':'", "a key has no colon after it", "write key: value, and put longer texts in quotes"},
	{"found unexpected end of stream", "a quote is opened and never closed", "close it"},
	{"cannot start any token", "a text starts with a sign that YAML keeps for itself", "put the text in quotes"},
	{"unknown anchor", "aliases such as *name are not allowed", "write the value out, or put a text that starts with * in quotes"},
	{"unknown escape", "a \\ in double quotes starts an escape that does not exist", "write \\\\ for a backslash"},
	{"control characters are not allowed", "this file holds control characters", "remove them"},
	{"document start", "two values stand beside each other", "check the indentation"},
	{"exceeded max depth", "this is nested too deep", "flatten it"},
}

// secondDocument is the line of the --- that ends the first document.
func secondDocument(file string, data []byte) Pos {
	pos := Pos{File: file, Line: 1, Column: 1}
	line, content := 0, false
	for text := range bytes.Lines(data) {
		line++
		t := strings.TrimSpace(string(text))
		if content && (strings.HasPrefix(string(text), "---") || strings.HasPrefix(string(text), "...")) {
			pos.Line = line
			return pos
		}
		content = content || t != "" && !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "%")
	}
	return pos
}
