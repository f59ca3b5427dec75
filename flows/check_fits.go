package flows

import (
	"fmt"
	"time"
)

// F07: no conversation is cut off in the middle of something that promised more time.
//
// A flow may ask more than fits: whoever takes the full 12 hours over each of thirteen questions is cut off by expires,
// and that is what expires is for. What must fit is everything that the flow does by itself. So the check walks every
// way on which a person answers at once or not at all: an answer, a skip or an exit costs nothing; a timeout, a sleep
// and a code that runs out cost what they say; a called flow and a follow-up cost their own longest such way. The
// longest of these ways must fit into the expires of the flow that started. Steps in a loop count once each: how often
// a person walks it is theirs, and expires ends it. The time between a knock and Open is not counted either.
//
// One wait that is longer than expires is said where it stands, and so is a reminder for a question that is over by then.
func (c *flowCheck) fits(f *Flow) {
	single := c.reminders(f)
	if f.Expires == 0 || c.onlyCalled(f) { // the clock of the flow that started counts
		return
	}
	for _, s := range f.Steps {
		d, pos := c.ownWait(s)
		if d <= f.Expires {
			continue
		}
		single = true
		c.log.add("F07", pos, "shorten it, or lengthen expires", "%s can wait for %s, but the flow is over after %s",
			quotedStep(s.ID), spoken(d), spoken(f.Expires))
	}
	if single {
		return
	}
	if way := c.longest(f); way.total > f.Expires {
		c.log.add("F07", c.at(f, "expires", "after"), "lengthen expires, or shorten one of them",
			"this flow is over after %s, but its waits can take %s by themselves: %s", spoken(f.Expires), spoken(way.total), way.words())
	}
}

// reminders reports those that come when their question is over.
func (c *flowCheck) reminders(f *Flow) (found bool) {
	for _, s := range f.Steps {
		if s.Remind == nil || s.Timeout == nil || s.Timeout.After == 0 || !c.isSpan(s.Remind.AfterOf) || !c.isSpan(s.Timeout.AfterOf) {
			continue
		}
		over := c.least(s.Timeout.AfterOf, s.Timeout.After)
		if same := s.Remind.AfterOf != "" && s.Remind.AfterOf == s.Timeout.AfterOf; same || s.Remind.After >= over {
			found = true
			c.log.add("F07", c.at(s, "remind", "after"), "remind earlier", "%s is over after %s, and its reminder would come after %s",
				quotedStep(s.ID), spoken(over), spoken(s.Remind.After))
		}
	}
	return found
}

// ownWait is how long a step waits by itself, and where that is written.
func (c *flowCheck) ownWait(s *Step) (time.Duration, Pos) {
	switch {
	case s.Kind == KSleep:
		return s.For, c.at(s, "sleep")
	case s.Kind == KBoth, s.Kind == KWaitFor:
		return day + time.Hour, c.at(s, "at") // a day that has 25 hours
	case s.Timeout != nil:
		return s.Timeout.After, c.at(s, "timeout", "after")
	case s.Kind.joins():
		return codeFor, s.Pos
	}
	return 0, s.Pos
}

// spoken is a length of time as files write it.
func spoken(d time.Duration) string {
	switch {
	case d >= 2*day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d > time.Hour:
		return fmt.Sprintf("%dh %dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
