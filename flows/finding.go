package flows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Finding is one fault in the flow files: where it is, what is wrong, and what to do about it.
type Finding struct {
	Code       string `json:"code"` // stable: F01, F02, …
	File       string `json:"file"`
	Line       int    `json:"line"`   // from 1
	Column     int    `json:"column"` // from 1, in characters
	Text       string `json:"text"`   // one plain sentence
	Suggestion string `json:"suggestion"`
	Warning    bool   `json:"warning,omitempty"` // the library works all the same
}

// String is the finding as one line, in the form that editors jump to.
func (f Finding) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s %s", f.File, f.Line, f.Column, f.Code, f.Text)
	if f.Warning {
		s = fmt.Sprintf("%s:%d:%d: warning: %s %s", f.File, f.Line, f.Column, f.Code, f.Text)
	}
	if f.Suggestion != "" {
		s += "; " + f.Suggestion
	}
	return s
}

// sortFindings orders by place, and drops what was said twice.
func sortFindings(fs []Finding) []Finding {
	slices.SortFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(fs)
}

// findingLog collects findings while files are read and checked.
type findingLog struct {
	all    []Finding
	strict bool // warnings are errors
}

func (l *findingLog) add(code string, pos Pos, suggestion, format string, args ...any) {
	l.all = append(l.all, Finding{Code: code, File: pos.File, Line: pos.Line, Column: pos.Column,
		Text: fmt.Sprintf(format, args...), Suggestion: suggestion})
}

// warn is for what a library can work with.
func (l *findingLog) warn(code string, pos Pos, suggestion, format string, args ...any) {
	l.add(code, pos, suggestion, format, args...)
	l.all[len(l.all)-1].Warning = !l.strict
}

// errors says that there are findings which are no warnings.
func (l *findingLog) errors() bool {
	return slices.ContainsFunc(l.all, func(f Finding) bool { return !f.Warning })
}

// Errors are the findings that are no warnings: with any there is no library.
func Errors(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Warning })
}

// maxSuggest bounds the work of a suggestion, in names and in characters.
const (
	maxSuggestNames = 600
	maxSuggestChars = 40
)

// nearest is the name that was probably meant, or "". Ties go to the first in order.
func nearest(name string, known []string) string {
	if name == "" || len(name) > maxSuggestChars || len(known) > maxSuggestNames {
		return ""
	}
	best, limit := "", 1+len([]rune(name))/4 // one slip in a short word, more in a long one
	for _, k := range slices.Sorted(slices.Values(known)) {
		x, y := strings.ToLower(name), strings.ToLower(k)
		d := editDistance(x, y, limit)
		if d > limit || d >= len(k) || k == name {
			continue
		}
		if d > 1 && 2*d >= len(x) && x[0] != y[0] {
			continue // half of it is another word, from the first letter on: tell is not full
		}
		best, limit = k, d-1
	}
	return best
}

// didYouMean words nearest as a suggestion. With no likely name and only a few to choose from, it lists them.
func didYouMean(name string, known []string) string {
	if n := nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	known = slices.Sorted(slices.Values(known))
	switch {
	case len(known) == 0:
		return ""
	case len(known) == 1:
		return fmt.Sprintf("there is only %q", known[0])
	case len(known) > 12:
		return ""
	}
	return "there are " + listed(known)
}

// listed is a, b and c.
func listed(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// editDistance counts the slips between two words: a letter more, less, changed, or two swapped. It stops counting
// once there are surely more than limit.
func editDistance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit {
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
		if slices.Min(row) > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
