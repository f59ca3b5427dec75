package discord

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// A fetch that is given up leaves nothing behind: what is too much for the line after it is fetched again.
func TestAFetchThatIsGivenUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	l := newLanes(ctx)
	n := 0
	put := func(many int) {
		for range many {
			n++
			id := fmt.Sprint(1575340000000000000 + n)
			l.put(item{in: incoming{what: message, id: id, event: ofMessage("9", []byte(`{"id":"`+id+`","channel_id":"5","content":"x","author":{"id":"2"}}`)).event}})
		}
	}
	for round := range 2 {
		put(laneMost + 10)
		fetches := 0
		for range laneMost + 1 {
			p, it, ok := l.take(false)
			if !ok {
				t.Fatal("nothing fetches what was left on Discord")
			}
			if it.fetch == nil {
				l.done(p)
				continue
			}
			fetches++
			put(1) // or the lane would be forgotten with the last of it
			l.giveUp(p)
		}
		if fetches != 1 {
			t.Errorf("round %d: %d fetches for what was left on Discord", round, fetches)
		}
	}
}

// So many gaps that closing them takes minutes keep nobody from noting that all is well for that long.
func TestManyGaps(t *testing.T) {
	l := newLanes(t.Context())
	for i := range 2 * gapsMost {
		l.gap(fmt.Sprint(100+i), "5", "0")
	}
	closed := 0
	for ; !l.caughtUp(); closed++ {
		p, _, _ := l.take(true)
		l.fetched(p, "1", true)
	}
	if closed < gapsMost/2 || closed > gapsMost {
		t.Errorf("all is well after %d of %d", closed, 2*gapsMost)
	}
	for range 2*gapsMost - closed { // the rest is fetched all the same
		p, it, _ := l.take(true)
		if it.fetch == nil || !it.fetch.gap {
			t.Fatal("no fetch")
		}
		l.fetched(p, "1", true)
	}
	if !l.caughtUp() || len(l.people) > 0 {
		t.Errorf("%d lanes are left", len(l.people))
	}
}
