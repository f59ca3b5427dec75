package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Finding is one fault: where it is, what is wrong, and the way out. It never holds a secret.
type Finding struct {
	File       string `json:"file"`
	Line       int    `json:"line,omitempty"`   // from 1; 0: the file as a whole
	Column     int    `json:"column,omitempty"` // from 1, in characters
	Text       string `json:"text"`
	Suggestion string `json:"suggestion"`
}

// String is the finding as one line, in the form that editors jump to.
func (f Finding) String() string {
	s := f.File + ": " + f.Text
	if f.Line > 0 {
		s = fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Text)
	}
	if f.Suggestion != "" {
		s += "; " + f.Suggestion
	}
	return s
}

// place is where in the file something stands.
type place struct{ line, column int }

var top = place{1, 1}

// findings collects what is wrong.
type findings struct {
	file string
	all  []Finding
}

func (l *findings) add(at place, suggestion, format string, args ...any) {
	l.all = append(l.all, Finding{File: l.file, Line: at.line, Column: at.column, Text: fmt.Sprintf(format, args...), Suggestion: suggestion})
}

func (l *findings) sorted() []Finding {
	slices.SortFunc(l.all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(l.all)
}

// secretLike finds what could be a token, a key or a secret that somebody put where it does not belong: a Telegram token, a
// Discord token, or a long run of signs.
var secretLike = regexp.MustCompile(`[0-9]{3,}:[A-Za-z0-9_-]{16,}|[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{16,}|[A-Za-z0-9_+=-]{32,}`)

const maxShown = 80

// shown is something from the file as a finding may repeat it: in quotes, not long, and without what may be a secret.
func shown(s string) string {
	if secretLike.MatchString(s) {
		return "what stands here"
	}
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown]) + "…"
	}
	return strconv.Quote(s)
}

// Nearest is the known word that was probably meant, or "".
func Nearest(name string, known []string) string {
	best, limit := "", 1+len([]rune(name))/4
	for _, k := range known {
		if d := slips(strings.ToLower(name), k, limit); d <= limit && d < len(k) && k != name {
			best, limit = k, d-1
		}
	}
	return best
}

// DidYouMean says which of the known words was probably meant, or else lists them.
func DidYouMean(name string, known []string) string {
	if best := Nearest(name, known); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	known = slices.Sorted(slices.Values(known))
	if len(known) == 1 {
		return fmt.Sprintf("there is only %q", known[0])
	}
	return "there are " + strings.Join(known[:len(known)-1], ", ") + " and " + known[len(known)-1]
}

// slips counts a letter more, less, changed, or two swapped between two words.
func slips(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit || len(x) > 40 {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := last[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
