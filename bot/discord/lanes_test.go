package discord

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rewoo/flows"
)

func said(user string, id int) item {
	return item{in: incoming{what: message, id: fmt.Sprint(id), event: flows.Event{ID: fmt.Sprint(id), From: flows.Address{User: user, Chat: "7"}}}}
}

// A line that is full leaves the rest on Discord, behind one fetch. What comes while that is made is not forgotten.
func TestFullLane(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := newLanes(ctx)
	for i := range laneMost + 10 {
		if !l.put(said("a", 1000+i)) {
			t.Fatal("it is not taken")
		}
	}
	l.put(said("b", 5000))
	if l.put(item{in: incoming{what: tap, id: "6000", event: said("a", 0).in.event}}) {
		t.Error("a tap is taken that nothing can fetch")
	}
	handled := 0
	for {
		p, it, ok := l.take(false)
		if !ok {
			t.Fatal("all ended")
		}
		if it.fetch == nil {
			handled++
			l.done(p)
			continue
		}
		if want := fmt.Sprint(1000 + laneMost - 1); it.fetch.after != want || it.fetch.gap || it.chat != "7" {
			t.Fatalf("%+v, want after %s", it.fetch, want)
		}
		newest := fmt.Sprint(1000 + laneMost + 9)
		if l.fetched(p, it.fetch.after, false) {
			t.Error("what the gateway told of is forgotten")
		}
		if !l.fetched(p, newest, false) {
			t.Error("it goes on, though it has everything")
		}
		break
	}
	if handled != laneMost+1 {
		t.Errorf("%d events", handled)
	}
	if len(l.people) != 0 || l.total != 0 || l.behind != 0 {
		t.Errorf("%d people, %d events, %d behind are left", len(l.people), l.total, l.behind)
	}
}

// What is missed stands before what comes from then on, and a second gap before the first is closed widens it.
func TestGaps(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := newLanes(ctx)
	l.gap("a", "7", "200")
	l.gap("a", "7", "100")
	l.gap("b", "8", "100")
	if l.caughtUp() || l.behind != 2 {
		t.Errorf("%d are behind", l.behind)
	}
	l.put(said("a", 300)) // and now a worker for what is done now has it
	p, it, _ := l.take(false)
	if it.fetch == nil || it.fetch.after != "100" || p.user != "a" {
		t.Fatalf("%+v of %s", it, p.user)
	}
	l.gap("a", "7", "250") // the fetch under way may miss it
	l.later(p, time.Millisecond)
	if l.caughtUp() {
		t.Error("it counts as fetched")
	}
	p, it, _ = l.take(false)
	if it.in.id != "300" {
		t.Fatalf("%+v", it)
	}
	l.done(p)
	for range 3 { // b's, and two of a's
		p, _, _ = l.take(true)
		l.done(p)
	}
	if !l.caughtUp() || len(l.people) != 0 {
		t.Errorf("%d are behind", l.behind)
	}
	cancel()
	if _, _, ok := l.take(false); ok || l.put(said("a", 1)) {
		t.Error("it goes on after its end")
	}
}

// Nobody is read any more while too much waits.
func TestRoom(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := newLanes(ctx)
	for i := range lanesMost {
		l.put(said(fmt.Sprint("u", i), i+1))
	}
	done := make(chan bool)
	go func() { done <- l.put(said("last", 1)) }()
	select {
	case <-done:
		t.Fatal("there was room")
	case <-time.After(20 * time.Millisecond):
	}
	p, _, _ := l.take(false)
	l.done(p)
	if !<-done {
		t.Error("there is no room")
	}
	if !l.slower(0) || l.slower(time.Minute) {
		t.Error("how long it waits")
	}
}

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
