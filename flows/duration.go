package flows

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	day         = 24 * time.Hour
	maxDuration = 10 * 365 * day
)

// parseDuration reads a whole number and one unit: 45m, 20h, 3d, 1y (365 days). From a minute to ten years.
func parseDuration(s string) (time.Duration, error) {
	units := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": day, "y": 365 * day}
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	unit, ok := units[strings.TrimPrefix(s, digits)]
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || strings.HasPrefix(digits, "+") {
		return 0, fmt.Errorf("%q is not a length of time", s)
	}
	if n < 1 || n > int(maxDuration/unit) {
		return 0, fmt.Errorf("%q is not between a minute and ten years", s)
	}
	return time.Duration(n) * unit, nil
}

// compareSpans compares two lengths of time as they are stored; what is none has the order of its letters.
func compareSpans(a, b string) int {
	x, err := parseDuration(a)
	y, err2 := parseDuration(b)
	if err != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	return cmp.Compare(x, y)
}

// shownSpan words a stored length of time, in the largest unit that has no rest.
func (l *Library) shownSpan(s string) string {
	d, err := parseDuration(s)
	if err != nil {
		return s
	}
	one, many, unit := "minute_one", "minutes", time.Minute
	switch {
	case d%day == 0:
		one, many, unit = "day_one", "days", day
	case d%time.Hour == 0:
		one, many, unit = "hour_one", "hours", time.Hour
	}
	n := int(d / unit)
	if n == 1 {
		many = one
	}
	return l.word(many, "n", itoa(n))
}

// spanOf is how long a wait of p lasts: what is written, or what the named fact says, inside the bounds that it has. The
// longest is what the checker counted with.
func (r *run) spanOf(p *Person, of string, longest time.Duration) time.Duration {
	if of == "" {
		return longest
	}
	v, d := Value{}, (*Decl)(nil)
	if name, ok := cutScope(of, "couple"); ok {
		v, d = r.lib.coupleFact(r.home(p), name), r.lib.Couple[name]
	} else if name, ok := cutScope(of, "person"); ok {
		v, d = r.lib.fact(p, name), r.lib.Person[name]
	}
	long, err := parseDuration(v.S)
	if err != nil || d == nil {
		return longest
	}
	return min(max(long, d.Least), longest)
}
