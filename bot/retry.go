package bot

import (
	"errors"
	"math/rand/v2"
	"time"
)

// verdict is what becomes of a row after a send.
type verdict struct {
	done   bool          // the row goes
	hold   bool          // the person cannot be reached
	fatal  bool          // the adapter can send nothing more
	wait   time.Duration // the row is tried again after this
	all    bool          // everybody on the platform waits
	counts bool          // it was an attempt: the next wait is longer
}

// judge decides by the class. tries is how often this row has failed before.
func judge(failure *SendError, tries int) verdict {
	if failure == nil {
		return verdict{done: true}
	}
	switch failure.Class {
	case Stale, Unchanged, Invalid:
		return verdict{done: true}
	case Unreachable:
		return verdict{hold: true, wait: backoff(tries), counts: true}
	case Fatal:
		return verdict{fatal: true}
	case Limited:
		return verdict{wait: max(failure.After, time.Second), all: failure.Global}
	}
	// Ambiguous lands here too. It may have arrived; all messages of today are better said twice than never, and an
	// adapter that can drops the repeat by Message.ID. When messages come that are better lost ("Once"), and adapters
	// that cannot drop, it is to be tried once more and then given up.
	return verdict{wait: backoff(tries), counts: true}
}

// backoff is 1, 2, 4 … 60 s, the upper half of it by chance, so that people who failed together do not come back
// together.
func backoff(tries int) time.Duration {
	d := time.Minute
	if tries < 6 {
		d = time.Second << tries
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
