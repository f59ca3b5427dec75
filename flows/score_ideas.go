package flows

import (
	"slices"
	"time"
)

// Ideas: what somebody could do for the other. Of the other this reads only what they openly let ideas use, and no score
// can overrule what is not allowed.

var ideaReads = []string{
	"person.phase", "person.role", "person.tender", "person.new_breach", "person.touch", "person.paused", "person.access",
	"person.apart", "person.money", "me.minutes", "me.energy", "you.touch", "you.needs", "you.paused", "you.landed",
}

// ideaCeilings are the most intense ideas of each phase. Where there is none, as when two part, there are no ideas.
var ideaCeilings = map[string]int{"safety": 2, "atone": 3, "attune": 4, "attach": 5, "growth": 5}

// ideaMinutes are the most minutes that the answers to me.minutes leave.
var ideaMinutes = map[string]int{"quarter": 15, "hour": 60}

// landedAs is what a rating counts, in thousandths.
var landedAs = map[string]int{"warm": 1000, "nice": 500, "neutral": 0, "not_for_me": -500, "too_soon": -1000}

const (
	ideaLook     = 7 * day  // a rating is about what was taken so long before it
	tooSoonRest  = 14 * day // of ideas as intense as the one that came too soon
	tooSoonKind  = 7 * day  // of its category
	tooSoonTwice = 21 * day // apart at most: two count as a wish for less
	weightHalves = 60 * day // needs move
	longUnused   = 60       // days after which a category is no more welcome than before
)

func ideaAllowed(s *scoring) bool {
	// One that leaves something out is offered to nobody: it could be anything.
	return s.item.has("cat", "by", "phases", "cost", "min", "effort", "intensity", "touch") &&
		ideaForPerson(s) && ideaForBoth(s) && ideaForDay(s) && !ideaTooSoon(s)
}

// ideaForPerson asks whether this is for somebody in such a place.
func ideaForPerson(s *scoring) bool {
	f, phase, role := s.item.Fields, s.word("person.phase", ""), s.word("person.role", "unspecified")
	early := phase == "safety" || phase == "atone"
	rest := 45 * day
	if early {
		rest = 14 * day // there are fewer ideas for the first phases
	}
	last := s.taken(s.item.ID)
	return slices.Contains(f["phases"].L, phase) &&
		f["intensity"].N <= ideaCeiling(s, phase) &&
		!s.yes("person.tender") && !s.yes("person.new_breach") &&
		(f["by"].S == "both" || role == "repairing" || role == "both") &&
		!(early && f["gift"].S == "true") &&
		(last.IsZero() || s.at.Sub(last) >= rest)
}

// ideaForBoth asks what either of the two does not want.
func ideaForBoth(s *scoring) bool {
	f := s.item.Fields
	return f["touch"].N <= min(s.number("person.touch", 0), s.number("you.touch", 0)) &&
		!slices.Contains(s.set("person.paused"), f["cat"].S) && !slices.Contains(s.set("you.paused"), f["cat"].S)
}

// ideaForDay asks whether it can be done.
func ideaForDay(s *scoring) bool {
	f := s.item.Fields
	minutes, limited := ideaMinutes[s.word("me.minutes", "any")]
	return (f["ld"].S == "true" || !s.yes("person.apart")) &&
		contained(s.set("person.access"), f["access"].L) &&
		f["cost"].N <= s.number("person.money", 3) &&
		(!limited || f["min"].N <= minutes)
}

// ideaCeiling is that of the phase, one lower while two ideas that came too soon shortly after one another are in use.
func ideaCeiling(s *scoring, phase string) int {
	var before time.Time
	for _, r := range s.tooSoon() {
		if !before.IsZero() && r.Sub(before) <= tooSoonTwice {
			return ideaCeilings[phase] - 1
		}
		before = r
	}
	return ideaCeilings[phase]
}

// tooSoon is when something came too soon.
func (s *scoring) tooSoon() []time.Time {
	var out []time.Time
	for _, r := range s.history("you.landed") {
		if r.value.S == "too_soon" && !r.at.After(s.at) {
			out = append(out, r.at)
		}
	}
	return out
}

// ideaTooSoon keeps back for a while what is like an idea that came too soon. It counts at once, not from Monday.
func ideaTooSoon(s *scoring) bool {
	f := s.item.Fields
	for _, r := range s.tooSoon() {
		age := s.at.Sub(r)
		if age >= tooSoonRest {
			continue
		}
		for _, it := range s.lately(r, ideaLook) { // any of them may have been the one
			if f["intensity"].N >= it.Fields["intensity"].N || age < tooSoonKind && f["cat"].S == it.Fields["cat"].S {
				return true
			}
		}
	}
	return false
}

// ideaScore is what was welcome, and what was not for long, less what takes more strength than there is.
func ideaScore(s *scoring) int {
	f := s.item.Fields
	score := ideaVariety(s) - 200*max(0, f["effort"].N-s.number("me.energy", 3))
	score += ideaWeight(s, func(it *Item) bool { return it.Fields["cat"].S == f["cat"].S })
	for _, need := range f["needs"].L {
		score += ideaWeight(s, func(it *Item) bool { return slices.Contains(it.Fields["needs"].L, need) })
		if slices.Contains(s.set("you.needs"), need) {
			score += 1000
		}
	}
	return score
}

// ideaVariety grows with the days since anything of the category was taken: 0.3 in two weeks.
func ideaVariety(s *scoring) int {
	days := longUnused
	for _, it := range s.list.Items {
		if last := s.taken(it.ID); !last.IsZero() && it.Fields["cat"].S == s.item.Fields["cat"].S {
			days = min(days, max(0, int(s.at.Sub(last)/day)))
		}
	}
	return 300 * days / 14
}

// ideaWeight is what the ratings up to Monday made of a tag that some ideas share. A rating touches it once, however many
// of them were taken. Later ratings wait: a change at once would tell when the other rated.
func ideaWeight(s *scoring, tagged func(*Item) bool) int {
	var took []time.Time
	for _, it := range s.list.Items {
		if last := s.taken(it.ID); !last.IsZero() && tagged(it) {
			took = append(took, last)
		}
	}
	weight, since, until := 0, time.Time{}, monday(s.at)
	for _, r := range s.history("you.landed") {
		landed, ok := landedAs[r.value.S]
		if !ok || !r.at.Before(until) || !slices.ContainsFunc(took, func(t time.Time) bool { return shortlyBefore(r.at, t, ideaLook) }) {
			continue
		}
		weight, since = (800*faded(weight, r.at.Sub(since))+200*landed)/1000, r.at
	}
	return faded(weight, s.at.Sub(since))
}

// faded is half of a weight for every whole 60 days.
func faded(weight int, age time.Duration) int {
	for range min(16, age/weightHalves) {
		weight /= 2
	}
	return weight
}
