package flows

import (
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Dates that people write. What two people could read differently, like 12/24 or 5/6, is no date: the re-prompt shows how.
const (
	firstYear = 1900
	lastYear  = 2199
	maxDate   = 60 // bytes
)

var (
	isoDate  = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	dotDate  = regexp.MustCompile(`^(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4})|\.)?$`)
	dayMonth = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|\.)? ?(?:of )?(\p{L}+)\.?(?:,? (\d{4}))?$`)
	monthDay = regexp.MustCompile(`^(\p{L}+)\.? ?(\d{1,2})(?:st|nd|rd|th|\.)?(?:,? (\d{4}))?$`)
)

// readDate reads a date: 2026-12-24, 24.12.2026, 24 Dec, December 24, 2026. Without a year it is the next such date, which
// may be today. months are the names that are understood.
func readDate(text string, months [][]string, today time.Time) (string, bool) {
	if len(text) > maxDate {
		return "", false
	}
	text = fold(text)
	if m := isoDate.FindStringSubmatch(text); m != nil {
		return dated3(m[1], wholeNumber(m[2]), m[3], today)
	}
	if m := dotDate.FindStringSubmatch(text); m != nil {
		return dated3(m[3], wholeNumber(m[2]), m[1], today)
	}
	if m := dayMonth.FindStringSubmatch(text); m != nil {
		return dated3(m[3], monthNamed(m[2], months), m[1], today)
	}
	if m := monthDay.FindStringSubmatch(text); m != nil {
		return dated3(m[3], monthNamed(m[1], months), m[2], today)
	}
	return "", false
}

func wholeNumber(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// monthNamed is the month that a folded name means; 0: none.
func monthNamed(name string, months [][]string) int {
	return 1 + slices.IndexFunc(months, func(names []string) bool { return foldedIn(names, name) })
}

// dated3 is the date of a year, which may be "", a month and a day.
func dated3(year string, month int, day string, today time.Time) (string, bool) {
	if year != "" {
		return realDate(wholeNumber(year), month, wholeNumber(day))
	}
	now := today.Format(time.DateOnly)
	for y := today.Year(); y <= today.Year()+8; y++ { // 29 February can be eight years off
		if s, ok := realDate(y, month, wholeNumber(day)); ok && s >= now {
			return s, true
		}
	}
	return "", false
}

// realDate refuses dates that no calendar has.
func realDate(y, m, d int) (string, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t.Format(time.DateOnly), y >= firstYear && y <= lastYear && t.Year() == y && int(t.Month()) == m && t.Day() == d
}

// validDate says that s is a date as it is stored.
func validDate(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() >= firstYear && t.Year() <= lastYear
}

// shownDate words a stored date. Without names of months it stays as it is.
func (l *Library) shownDate(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(l.Months) < int(t.Month()) {
		return s
	}
	return l.word("date_shown", "day", itoa(t.Day()), "month", l.Months[t.Month()-1][0], "year", itoa(t.Year()))
}
