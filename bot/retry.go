package bot

import (
	"errors"
	"math/rand/v2"
	"time"
)

// verdict is what becomes of a row after a send.
type verdict struct {
	done   bool          // the row goes
	lost   bool          // though it may not have arrived
	hold   bool          // the person cannot be reached
	fatal  bool          // the adapter can send nothing more
	wait   time.Duration // the row is tried again after this
	all    bool          // everybody on the platform waits
	limit  bool          // we were too fast
	doubt  bool          // it may have arrived
	counts bool          // it was an attempt: the next wait is longer
}

// past is what happened to a row before, in this process.
type past struct {
	tries  int           // how often it has failed
	doubts int           // how often it may have arrived, beyond what the platform would have noticed
	known  time.Duration // since it was first sent and may have arrived; zero: never
	nonce  time.Duration // how long the platform drops a repeat
	once   bool          // better lost than said twice
	left   bool          // it changes something on an account that its person has left
}

// judge decides by the class.
func judge(failure *SendError, p past) verdict {
	if failure == nil {
		return verdict{done: true}
	}
	switch failure.Class {
	case Stale, Unchanged, Invalid:
		return verdict{done: true}
	case Unreachable:
		if p.left { // or what follows would wait, though its person is somewhere else
			return verdict{done: true}
		}
		return verdict{hold: true, wait: backoff(p.tries), counts: true}
	case Fatal:
		return verdict{fatal: true}
	case Limited:
		wait := max(failure.After, time.Second)
		return verdict{wait: wait + rand.N(wait/10+1), all: failure.Global, limit: true}
	case Ambiguous:
		return inDoubt(p)
	}
	return verdict{wait: backoff(p.tries), counts: true}
}

// inDoubt: what may have arrived is sent again as long as the platform drops a repeat. Where it does not, or no longer, once
// more is better than never, but for what is marked Once; and twice more is a nuisance.
func inDoubt(p past) verdict {
	wait := backoff(p.tries)
	switch {
	case p.nonce > 0 && p.known+wait < p.nonce:
		return verdict{wait: wait, counts: true}
	case p.once || p.doubts > 0:
		return verdict{done: true, lost: true}
	}
	return verdict{wait: wait, doubt: true, counts: true}
}

// unsent tells whether a failure says for sure that nothing arrived.
func unsent(failure *SendError) bool {
	switch failure.Class {
	case Transient, Limited, Unreachable, Fatal:
		return true
	}
	return false
}

// backoff is 1, 2, 4 … 60 s, the upper half of it by chance, so that people who failed together do not come back
// together.
func backoff(tries int) time.Duration { return jitter(time.Second, time.Minute, tries) }

// jitter doubles from least to most, and takes the upper half by chance.
func jitter(least, most time.Duration, tries int) time.Duration {
	d := most
	if tries < 20 && least<<tries < most {
		d = least << tries
	}
	return d/2 + rand.N(d/2+1)
}

// failureOf makes a SendError of whatever Send returned: what an adapter does not classify is tried again.
func failureOf(err error) *SendError {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*SendError](err); ok {
		return failure
	}
	return &SendError{Class: Transient, Code: "unclassified", Err: err}
}
