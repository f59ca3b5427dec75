package storage

import (
	"errors"
	"testing"

	"rewoo/flows"
)

// two is a couple of persons 1 and 2.
func two() flows.State {
	s := alone(1, 1)
	s.People = append(s.People, alone(9, 2).People...)
	s.People[1].Timers = []flows.Timer{{Name: string(person(2)) + "/x", Due: t0}}
	s.Couple.Since = t0
	return s
}

// A step of one reads nothing of the other, and leaves their rows as they lie.
func TestAStepLeavesTheOtherUnread(t *testing.T) {
	db := openNew(t)
	put(t, db, two())
	before := contents(t, db)
	asked := false
	_, err := db.Step(ctx, said("e", 1), fake{step: func(in flows.Input, _ flows.Event) flows.Output {
		asked = true
		if p, _ := in.Self.Person(person(1)); p.Rest != nil || p.Addr != addr(1) {
			t.Error("the event's own person was not read")
		}
		if q, ok := in.Self.Partner(person(1)); !ok || q.Rest == nil || q.Addr != (flows.Address{}) {
			t.Errorf("the other was read: %+v", q)
		}
		in.Self.People[0].LastMsg++
		return flows.Output{States: []flows.State{in.Self}}
	}})
	if err != nil || !asked {
		t.Fatal(err)
	}
	after := contents(t, db)
	for _, bucket := range []string{bPerson, bAccount, bDue, bCode} {
		equalMaps(t, bucket, after[bucket], before[bucket])
	}
	own, other := personKey(unit(1), person(1)), personKey(unit(1), person(2))
	if after[bState][own] == before[bState][own] || after[bState][other] != before[bState][other] {
		t.Error("the wrong part was written")
	}
}

// What is read of the other in the middle of a step is as good as what was read before it: also their rows in the indexes.
func TestReadingTheOtherLater(t *testing.T) {
	db := openNew(t)
	put(t, db, two())
	_, err := db.Step(ctx, said("e", 1), fake{step: func(in flows.Input, _ flows.Event) flows.Output {
		q := &in.Self.People[1]
		*q = q.Rest()
		q.Timers[0].Due = t0.AddDate(1, 0, 0)
		return flows.Output{States: []flows.State{in.Self}, Messages: []flows.Message{{ID: "m", To: q.ID}}}
	}})
	if err != nil {
		t.Fatal(err)
	}
	due, next, err := db.Due(ctx, t0, 9)
	if err != nil || len(due) != 0 || !next.Equal(t0.AddDate(1, 0, 0)) {
		t.Errorf("due %v, next %v, %v", due, next, err)
	}
	if heads, err := db.Heads(ctx, person(2)); err != nil || len(heads) != 1 || heads[0].To != addr(2) {
		t.Errorf("%+v, %v", heads, err)
	}
}

// Somebody who is forgotten or taken to another unit without having been read loses no row that should stay, and leaves none.
func TestUnreadPeopleMove(t *testing.T) {
	db := openNew(t)
	put(t, db, two())
	_, err := db.Step(ctx, said("e", 1), fake{step: func(in flows.Input, _ flows.Event) flows.Output {
		there := flows.State{Unit: unit(5), People: in.Self.People[1:]}
		in.Self.People = in.Self.People[:1]
		return flows.Output{States: []flows.State{in.Self, there}}
	}})
	if err != nil {
		t.Fatal(err)
	}
	step1(t, db, said("f", 2), does(func(in flows.Input, _ flows.Event) flows.Output {
		if in.Self.Unit != unit(5) || len(in.Self.People[0].Timers) != 1 {
			t.Errorf("%+v", in.Self)
		}
		return flows.Output{}
	}))
	for bucket, rows := range contents(t, db) {
		for key := range rows {
			if bucket != bSeen && bucket != bSeenAt && bucket != bMeta && len(key) >= idLen && (key[:idLen] == string(person(2)) || key[:idLen] == string(unit(5))) {
				t.Errorf("%s still has %q", bucket, key)
			}
		}
	}
}

// A part that is damaged harms nobody until it is read; then the step fails and changes nothing. A newer one is refused at once.
func TestUnreadDamage(t *testing.T) {
	db := openNew(t)
	put(t, db, two())
	insert(t, db, bState, personKey(unit(1), person(2)), []byte{codecVersion, 'x'})
	before := contents(t, db)
	keep := fake{step: func(in flows.Input, _ flows.Event) flows.Output { return flows.Output{States: []flows.State{in.Self}} }}
	if _, err := db.Step(ctx, said("e", 1), keep); err != nil {
		t.Error(err)
	}
	var damage *DamageError
	read := does(func(in flows.Input, _ flows.Event) flows.Output { return flows.Output{States: []flows.State{in.Self}} })
	if _, err := db.Step(ctx, said("f", 1), read); !errors.As(err, &damage) {
		t.Error(err)
	}
	equalMaps(t, bState, contents(t, db)[bState], before[bState])
	insert(t, db, bState, personKey(unit(1), person(2)), []byte{codecVersion + 1, 'x'})
	var newer *VersionError
	if _, err := db.Step(ctx, said("g", 1), keep); !errors.As(err, &newer) {
		t.Error(err)
	}
}

// A message goes to the address of its person, read or not: nothing of it is lost because a machine did not look.
func TestMessageToSomebodyUnread(t *testing.T) {
	db := openNew(t)
	put(t, db, two())
	before := contents(t, db)
	step1(t, db, said("e", 1), fake{step: func(in flows.Input, _ flows.Event) flows.Output {
		return flows.Output{States: []flows.State{in.Self}, Messages: []flows.Message{{ID: "m", To: person(2)}}}
	}})
	if heads, err := db.Heads(ctx, person(2)); err != nil || len(heads) != 1 || heads[0].To != addr(2) {
		t.Errorf("%+v, %v", heads, err)
	}
	equalMaps(t, bState, contents(t, db)[bState], before[bState])
}

// A timer whose name begins with nobody of the unit, or with somebody else, fires all the same.
func TestTimerOfAnotherName(t *testing.T) {
	for _, name := range []string{"x", string(person(7)) + "/x", string(person(1)) + "/x"} {
		db := openNew(t)
		s := two()
		s.People[1].Timers = []flows.Timer{timer(name, 0)}
		put(t, db, s)
		asked := false
		step1(t, db, fired(1, timer(name, 0)), fake{step: func(in flows.Input, _ flows.Event) flows.Output {
			asked = in.Timer != nil && in.Who == person(2)
			return flows.Output{States: []flows.State{in.Self}}
		}})
		if !asked {
			t.Errorf("the timer %q was lost", name)
		}
	}
}
