package play

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"rewoo/flows"
)

// line is one line of a transcript that makes something happen, or that is kept as it is.
type line struct {
	n     int    // from 1
	text  string // as written
	kind  kind
	who   string
	input string
	by    time.Duration // advance
	times int           // again
	lines []line        // again: what is played
	until string        // advance: next, idle
	away  bool          // advance: the platform is out of reach meanwhile
	place flows.Platform
	lang  string // locale: of the app of who
}

type kind int

const (
	comment kind = iota
	setClock
	include
	place
	operator
	again
	locale
	says
	fills
	presses
	advances
	output // what came; not kept
)

var (
	personLine   = regexp.MustCompile(`^([A-Z][A-Za-z]*) (<|>>|>|x) ?(.*)$`)
	moveLine     = regexp.MustCompile(`^\+ ?(?:(\d+)([smhd])( away)?|(next|idle))$`)
	localeLine   = regexp.MustCompile(`^@locale ([A-Z][A-Za-z]*) ([A-Za-z]+(?:[-_][A-Za-z0-9]+)*)$`)
	placeLine    = regexp.MustCompile(`^@platform [a-z]+( notext)?( forms)?$`)
	againLine    = regexp.MustCompile(`^again (\d{1,4})$`)
	operatorLine = regexp.MustCompile(`^@operator [A-Z][A-Za-z]*$`)
)

// A LineError is a line of a transcript that says nothing a player understands.
type LineError struct {
	File string
	Line int
	Text string
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text) }

// parse reads a transcript. Every line is understood or refused.
func parse(file, text string) ([]line, error) {
	var out []line
	for i, raw := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		l := line{n: i + 1, text: raw}
		switch {
		case raw == "" || strings.HasPrefix(raw, "#"):
		case strings.HasPrefix(raw, "== ") || strings.HasPrefix(raw, "    "):
			l.kind = output
		case strings.HasPrefix(raw, "at "):
			l.kind, l.input = setClock, strings.TrimPrefix(raw, "at ")
			if _, err := time.Parse("2006-01-02 15:04", l.input); err != nil {
				return nil, &LineError{file, l.n, `a start looks like "at 2026-03-02 18:00" (UTC)`}
			}
		case placeLine.MatchString(raw):
			m := placeLine.FindStringSubmatch(raw)
			l.kind, l.place = place, flows.Platform{NoText: m[1] != "", Forms: m[2] != ""}
		case operatorLine.MatchString(raw):
			l.kind, l.who = operator, strings.TrimPrefix(raw, "@operator ")
		case localeLine.MatchString(raw):
			m := localeLine.FindStringSubmatch(raw)
			l.kind, l.who, l.lang = locale, m[1], m[2]
		case againLine.MatchString(raw):
			l.kind = again
			if l.times, _ = strconv.Atoi(againLine.FindStringSubmatch(raw)[1]); l.times > mostAgain { // digits only
				return nil, &LineError{file, l.n, fmt.Sprintf("again says at most %d", mostAgain)}
			}
		case strings.HasPrefix(raw, "include "):
			l.kind, l.input = include, strings.TrimPrefix(raw, "include ")
		case moveLine.MatchString(raw):
			l.kind = advances
			m := moveLine.FindStringSubmatch(raw)
			l.away, l.until = m[3] != "", m[4]
			n, err := strconv.Atoi("0" + m[1]) // none before "next"
			if err != nil || n > mostUnits {
				return nil, &LineError{file, l.n, fmt.Sprintf("the clock moves by at most %d of a unit at a time", mostUnits)}
			}
			l.by = time.Duration(n) * map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
		case personLine.MatchString(raw):
			m := personLine.FindStringSubmatch(raw)
			l.who, l.input, l.kind = m[1], m[3], output
			if m[2] == ">>" {
				l.kind = fills
			}
			if m[2] == ">" {
				l.kind = says
				if strings.HasPrefix(l.input, "[") && strings.HasSuffix(l.input, "]") {
					l.kind, l.input = presses, l.input[1:len(l.input)-1]
				}
			}
		default:
			return nil, &LineError{file, l.n, fmt.Sprintf("nobody can play %q; a line is \"Name > words\", \"Name > [Button]\", \"Name >> words in a form\", \"+ 3h\", \"again 9\", \"include file\", \"at …\", \"@platform chat notext forms\", \"@locale Name de\", \"@operator Name\" or a # comment", raw)}
		}
		out = append(out, l)
	}
	return out, nil
}

// mostAgain bounds how often inputs are played once more: no list holds more records than 200.
const mostAgain = 300

// since are the inputs and moves from the last comment, or the beginning, on to line i.
func since(lines []line, i int) []line {
	var out []line
	for _, l := range lines[:i] {
		switch l.kind {
		case comment, include, setClock:
			if l.text != "" {
				out = nil
			}
		case says, presses, fills, advances:
			out = append(out, l)
		}
	}
	return out
}

// mostUnits keeps a move of the clock far below what a duration holds.
const mostUnits = 100_000

// setup is what the header says of the place; false when it says nothing.
func setup(lines []line) (flows.Setup, bool) {
	s, said := flows.Setup{Platforms: map[string]flows.Platform{}}, false
	for _, l := range lines {
		switch l.kind {
		case place:
			s.Platforms[platform], said = l.place, true
		case operator:
			s.Operator, said = flows.Address{Platform: platform, User: l.who, Chat: l.who}, true
		}
	}
	return s, said
}

// load reads a transcript from a folder of them.
func load(fsys fs.FS, file string) ([]line, string, error) {
	b, err := fs.ReadFile(fsys, Path(file))
	if err != nil {
		return nil, "", fmt.Errorf("transcript %s: %w", file, err)
	}
	lines, err := parse(Path(file), string(b))
	return lines, string(b), err
}
