package flows

import (
	"slices"
	"time"
)

// scoring is all that a score function may read. get answers only names among its reads.
type scoring struct {
	get     func(name string) (Value, bool) // me.x, person.x, you.x (what the partner openly let ideas use)
	history func(name string) []dated       // you.x: every value that was let in use and has not ended, oldest first
	item    *Item
	list    *List
	taken   func(id string) time.Time // when this person last took an item of the list; zero: never
	at      time.Time
}

// dated is a value, and since when it counts.
type dated struct {
	value Value
	at    time.Time
}

// scorer decides which items of a list a person may get, and which come first. It is pure: the same scoring gives the
// same answer on every machine and at every repeat.
type scorer struct {
	reads   []string // all names that it may ask for
	allowed func(s *scoring) bool
	score   func(s *scoring) int // in thousandths; whole numbers, so that every machine counts alike
}

// scorers are the score functions that a draw can name.
var scorers = map[string]scorer{
	"ideas": {reads: ideaReads, allowed: ideaAllowed, score: ideaScore},
}

// word is what a name holds, or what stands for it while it is not known.
func (s *scoring) word(name, unknown string) string {
	if v, ok := s.get(name); ok {
		return v.S
	}
	return unknown
}

func (s *scoring) number(name string, unknown int) int {
	if v, ok := s.get(name); ok {
		return v.N
	}
	return unknown
}

func (s *scoring) yes(name string) bool { return s.word(name, "no") == "yes" }

func (s *scoring) set(name string) []string {
	v, _ := s.get(name)
	return v.L
}

// lately are the items that this person took within d before t, and has not taken again since.
func (s *scoring) lately(t time.Time, d time.Duration) []*Item {
	var out []*Item
	for _, it := range s.list.Items {
		if shortlyBefore(t, s.taken(it.ID), d) {
			out = append(out, it)
		}
	}
	return out
}

// shortlyBefore says whether x, which may be never, lies at most d before t.
func shortlyBefore(t, x time.Time, d time.Duration) bool {
	return !x.IsZero() && !x.After(t) && t.Sub(x) <= d
}

// has says whether the item gives all these fields.
func (it *Item) has(fields ...string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { _, ok := it.Fields[f]; return !ok })
}

// monday is the beginning of the week of t, in UTC. Whole weeks are counted from the first day of year 1, a Monday.
func monday(t time.Time) time.Time { return t.UTC().Truncate(7 * day) }
