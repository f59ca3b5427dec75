package storage

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"rewoo/flows"
)

func keep(p int, id string, until time.Duration) flows.Entry {
	return flows.Entry{Person: person(p), ID: id, At: t0, Flow: "daily", Name: "mood", Value: flows.Value{N: 3, T: flows.Scale}, Until: t0.Add(until)}
}

// full is a person with something in every index.
func full(n int) flows.Person {
	p := somebody(n)
	p.Timers = []flows.Timer{timer(string(p.ID)+"/a", time.Duration(n)*time.Hour), timer(string(p.ID)+"/b", time.Hour)}
	p.Pair = &flows.Pairing{Code: strings.Repeat(string(rune('A'+n)), 10), Expires: t0.Add(15 * time.Minute)}
	return p
}

func TestMergeAndSplit(t *testing.T) {
	db := openNew(t)
	a, b := flows.State{Unit: unit(1), People: []flows.Person{full(1)}}, flows.State{Unit: unit(2), People: []flows.Person{full(2)}}
	put(t, db, a, b)
	step1(t, db, said("keep 1", 1), gives(flows.Output{States: []flows.State{a}, Journal: []flows.Entry{keep(1, "x", time.Hour)}}))
	step1(t, db, said("keep 2", 2), gives(flows.Output{States: []flows.State{b}, Journal: []flows.Entry{keep(2, "x", time.Hour)}}))

	both := flows.State{Unit: unit(1), Couple: flows.Couple{Since: t0, Names: map[flows.PersonID]string{person(1): "A", person(2): "B"}},
		People: []flows.Person{full(2), full(1)}} // in this order
	merge := fake{
		needs: func(flows.State, flows.PersonID, flows.Event) string {
			return "code/" + flows.CodeDigest(a.People[0].Pair.Code)
		},
		step: func(flows.Input, flows.Event) flows.Output {
			return flows.Output{States: []flows.State{both}, Messages: []flows.Message{{ID: "a", To: person(1)}, {ID: "b", To: person(2)}}}
		},
	}
	if res := step1(t, db, said("claim", 2), merge); res.Queued != 2 {
		t.Errorf("%+v", res)
	}
	snap := snapshot(t, db)
	if !reflect.DeepEqual(snap.States, []flows.State{both}) {
		t.Errorf("merged: %+v", snap.States)
	}
	if len(snap.Journal) != 2 {
		t.Errorf("journal: %+v", snap.Journal)
	}

	left, stays := flows.State{Unit: unit(3), People: []flows.Person{full(1)}}, both
	stays.People = []flows.Person{full(2)}
	step1(t, db, said("split", 1), gives(flows.Output{States: []flows.State{stays, left}}))
	snap = snapshot(t, db)
	if !reflect.DeepEqual(snap.States, []flows.State{stays, left}) {
		t.Errorf("split: %+v", snap.States)
	}
	if len(snap.Journal) != 2 {
		t.Errorf("journal: %+v", snap.Journal)
	}
	var in flows.Input
	step1(t, db, said("after", 1), does(func(i flows.Input, _ flows.Event) flows.Output {
		in = i
		return flows.Output{States: []flows.State{i.Self}}
	}))
	if in.Self.Unit != unit(3) || in.Who != person(1) {
		t.Errorf("after the split: %+v", in)
	}
}

func TestForgetting(t *testing.T) {
	db := openNew(t)
	couple := flows.State{Unit: unit(1), People: []flows.Person{full(1), full(2)}}
	put(t, db, couple)
	step1(t, db, said("keep", 1), gives(flows.Output{States: []flows.State{couple},
		Journal:  []flows.Entry{keep(1, "x", time.Hour), keep(1, "y", 2*time.Hour), keep(2, "x", time.Hour)},
		Messages: []flows.Message{{ID: "a", To: person(1)}}}))

	one := couple
	one.People = couple.People[1:]
	step1(t, db, said("forget", 1), gives(flows.Output{States: []flows.State{one},
		Messages: []flows.Message{{ID: "last", To: person(1)}, {ID: "nobody", To: person(7)}},
		Journal:  []flows.Entry{keep(1, "z", time.Hour)}})) // must not come back
	snap := snapshot(t, db)
	if len(snap.Journal) != 1 || snap.Journal[0].Person != person(2) {
		t.Errorf("journal: %+v", snap.Journal)
	}
	if len(snap.Outbox) != 2 || snap.Outbox[1].Message.ID != "last" || snap.Outbox[1].To != addr(1) {
		t.Errorf("outbox: %+v", snap.Outbox)
	}
	for bucket, rows := range contents(t, db) {
		for key, content := range rows {
			if bucket != bOutbox && (strings.Contains(key+content, string(person(1))) || strings.Contains(key+content, addr(1).User)) {
				t.Errorf("bucket %s still knows the person", bucket)
			}
		}
	}
	step1(t, db, said("again", 1), does(func(in flows.Input, _ flows.Event) flows.Output {
		if in.Self.Unit != "" || in.Who != "" {
			t.Errorf("still known: %+v", in)
		}
		return flows.Output{}
	}))

	step1(t, db, said("all gone", 2), gives(flows.Output{})) // the last person, and with them the unit
	got := contents(t, db)
	for _, bucket := range []string{bState, bAccount, bPerson, bCode, bDue, bJournal, bUntil} {
		if len(got[bucket]) != 0 {
			t.Errorf("bucket %s: %q", bucket, got[bucket])
		}
	}
	if n := len(got[bOutbox]); n != 2 {
		t.Errorf("%d rows in the outbox", n)
	}
}

// Somebody who forgets and comes back at once, in one step: a new person of the same account.
func TestForgetAndStartAnew(t *testing.T) {
	db := openNew(t)
	put(t, db, alone(1, 1))
	anew := somebody(1)
	anew.ID = person(5)
	s := flows.State{Unit: unit(5), People: []flows.Person{anew}}
	step1(t, db, said("anew", 1), gives(flows.Output{States: []flows.State{s}}))
	if snap := snapshot(t, db); !reflect.DeepEqual(snap.States, []flows.State{s}) {
		t.Errorf("%+v", snap.States)
	}
}

func TestAddressOfAMessage(t *testing.T) {
	db := openNew(t)
	put(t, db, alone(1, 1))
	moved := alone(1, 1)
	moved.People[0].Addr.Chat = "new chat"
	step1(t, db, said("moved", 1), gives(flows.Output{States: []flows.State{moved}, Messages: []flows.Message{{ID: "m", To: person(1)}}}))
	if q := snapshot(t, db).Outbox[0]; q.To.Chat != "new chat" || q.Person != person(1) || !q.At.Equal(t0) {
		t.Errorf("%+v", q)
	}
}

func TestFiredTimer(t *testing.T) {
	db := openNew(t)
	a, b := timer("a", time.Hour), timer("b", time.Hour)
	s := alone(1, 1)
	s.People = append(s.People, somebody(2))
	s.People[1].Timers = []flows.Timer{a, b}
	put(t, db, s)
	var in flows.Input
	step1(t, db, fired(1, a), does(func(i flows.Input, _ flows.Event) flows.Output {
		in = i
		return flows.Output{States: []flows.State{i.Self}}
	}))
	if in.Who != person(2) || in.Timer == nil || *in.Timer != a {
		t.Errorf("%+v", in)
	}
	if left := in.Self.People[1].Timers; !reflect.DeepEqual(left, []flows.Timer{b}) {
		t.Errorf("left: %+v", left)
	}
	if left := snapshot(t, db).States[0].People[1].Timers; !reflect.DeepEqual(left, []flows.Timer{b}) {
		t.Errorf("on disk: %+v", left)
	}

	for name, ev := range map[string]flows.Event{
		"used up": fired(1, a), "another time": fired(1, timer("b", 2*time.Hour)),
		"another unit": fired(2, b), "no such unit": {ID: "odd", Kind: flows.Fired, Unit: "odd"},
	} {
		step1(t, db, ev, never(t))
		ev.At = ev.At.Add(time.Hour)
		if res := step1(t, db, ev, never(t)); !res.Seen {
			t.Errorf("%s: not marked seen", name)
		}
	}
	if due, _, _ := db.Due(ctx, t0.AddDate(1, 0, 0), 9); len(due) != 1 || due[0] != (flows.Due{Unit: unit(1), Timer: "b", At: b.Due}) {
		t.Errorf("due: %+v", due)
	}
}

// A timer that the step sets again at the same instant must not make the loop spin: it fires once more, does nothing, and is gone.
func TestFiringDoesNotSpin(t *testing.T) {
	db := openNew(t)
	a := timer("a", time.Hour)
	s := alone(1, 1)
	s.People[0].Timers = []flows.Timer{a}
	put(t, db, s)
	again := gives(flows.Output{States: []flows.State{s}})
	rounds := 0
	for ; rounds < 5; rounds++ {
		due, _, err := db.Due(ctx, a.Due, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(due) == 0 {
			break
		}
		step1(t, db, fired(1, a), again)
	}
	if rounds != 2 {
		t.Errorf("it took %d rounds", rounds)
	}
}

// Should the index ever have a row that the state does not: firing removes it.
func TestStrayDueRow(t *testing.T) {
	db := openNew(t)
	put(t, db, alone(1, 1))
	stray := timer("stray", time.Hour)
	for u := range 2 {
		insert(t, db, bDue, dueKey(stray.Due, unit(u), stray.Name), nil)
		step1(t, db, fired(u, stray), never(t))
	}
	insert(t, db, bDue, dueKey(stray.Due, unit(1), stray.Name), nil)
	s := alone(1, 1)
	s.People[0].Timers = []flows.Timer{stray}
	step1(t, db, said("sets it", 1), gives(flows.Output{States: []flows.State{s}})) // it is no reason to refuse the step
	step1(t, db, fired(1, stray), never(t))
	if due, next, err := db.Due(ctx, t0.AddDate(1, 0, 0), 10); len(due) != 0 || !next.IsZero() || err != nil {
		t.Errorf("%v %v %v", due, next, err)
	}
}

// Somebody without an address is in no index of accounts, and an event from nowhere is nobody's.
func TestNoAddress(t *testing.T) {
	db := openNew(t)
	a, b := alone(1, 1), alone(2, 2)
	a.People[0].Addr, b.People[0].Addr = flows.Address{}, flows.Address{}
	put(t, db, a, b)
	if n := len(snapshot(t, db).States); n != 2 {
		t.Fatalf("%d units", n)
	}
	insert(t, db, bAccount, accountKey(flows.Address{}), []byte(person(1)))
	ev := said("e", 1)
	ev.From = flows.Address{}
	if _, err := db.Step(ctx, ev, does(func(in flows.Input, _ flows.Event) flows.Output {
		if in.Who != "" {
			t.Errorf("%+v", in)
		}
		return flows.Output{}
	})); err != nil {
		t.Error(err)
	}
}

// A stranger who is not kept is answered all the same; a message to somebody else who is in no unit is not sent anywhere.
func TestStrangerIsAnswered(t *testing.T) {
	db := openNew(t)
	hello := flows.Output{Messages: []flows.Message{{ID: "m", To: person(9)}}}
	step1(t, db, said("hello", 1), gives(hello))
	snap := snapshot(t, db)
	if len(snap.Outbox) != 1 || snap.Outbox[0].To != addr(1) || len(snap.States) != 0 {
		t.Fatalf("%+v", snap)
	}
	put(t, db, alone(2, 2))
	step1(t, db, said("odd", 2), gives(flows.Output{States: []flows.State{alone(2, 2)}, Messages: hello.Messages}))
	if snap := snapshot(t, db); len(snap.Outbox) != 1 {
		t.Fatalf("%+v", snap.Outbox)
	}
}
