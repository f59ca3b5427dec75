package discord

import (
	"testing"
	"time"
)

// A command that comes once more, over whichever way, has no second answer that could be taken away.
func TestAnAnswerIsTakenOnce(t *testing.T) {
	r, now := newReplies(), time.Now()
	for range 2 {
		r.hold("e", &deferred{at: now, acked: make(chan struct{})})
		r.settle("e", true, now)
		r.take("e", now)
	}
	r.hold("e", &deferred{at: now, acked: make(chan struct{})})
	r.settle("e", true, now)
	if left := r.unused(now.Add(time.Hour)); len(left) > 0 {
		t.Error("the answer would be taken away")
	}
}
