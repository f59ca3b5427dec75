package storage

import (
	"reflect"
	"testing"

	"rewoo/flows"
)

// An account goes over from the unit that was made for it to somebody in a couple, in one step and whoever's event it was:
// nothing is left of its unit, last lines reach both accounts, and from then on either leads to the one person.
func TestAnAccountGoesOver(t *testing.T) {
	for name, last := range map[string]int{"the new account says yes last": 3, "the first says yes last": 1} {
		t.Run(name, func(t *testing.T) {
			db := openNew(t)
			couple := flows.State{Unit: unit(1), Couple: flows.Couple{Since: t0}, People: []flows.Person{somebody(2), full(1)}}
			couple.People[1].Pair = nil
			put(t, db, couple, alone(3, 3))
			step1(t, db, said("keep", 3), gives(flows.Output{States: []flows.State{alone(3, 3)}, Journal: []flows.Entry{keep(3, "x", 1<<40)}}))

			old := addr(1)
			join := fake{
				needs: func(self flows.State, _ flows.PersonID, _ flows.Event) string {
					if self.Unit == unit(1) {
						return "unit/" + string(unit(3))
					}
					return "unit/" + string(unit(1))
				},
				step: func(in flows.Input, _ flows.Event) flows.Output {
					first := &in.Self
					if in.Self.Unit != unit(1) {
						first = in.Other
					}
					p, _ := first.Person(person(1))
					p.Addr, p.Also = addr(3), []flows.Address{old}
					return flows.Output{States: []flows.State{*first}, Messages: []flows.Message{
						{ID: "aside", To: person(1), At: &old}, {ID: "here", To: person(1)}, {ID: "last", To: person(3)},
						{ID: "stray", To: person(1), At: &flows.Address{Platform: "fake", User: "user2"}}}}
				},
			}
			if res := step1(t, db, said("yes", last), join); res.Queued != 3 {
				t.Errorf("%+v", res)
			}
			want := couple
			want.People = []flows.Person{somebody(2), full(1)}
			want.People[1].Pair, want.People[1].Addr, want.People[1].Also = nil, addr(3), []flows.Address{addr(1)}
			snap := snapshot(t, db)
			if !reflect.DeepEqual(snap.States, []flows.State{want}) || len(snap.Journal) != 0 {
				t.Errorf("%+v", snap)
			}
			to := map[string]flows.Address{}
			for _, q := range snap.Outbox {
				to[q.Message.ID] = q.To
			}
			if !reflect.DeepEqual(to, map[string]flows.Address{"aside": addr(1), "here": addr(3), "last": addr(3)}) {
				t.Errorf("%+v", to)
			}
			for _, from := range []int{1, 3} {
				step1(t, db, said("after "+addr(from).User, from), fake{step: func(in flows.Input, _ flows.Event) flows.Output {
					if in.Who != person(1) || in.Self.Unit != unit(1) {
						t.Errorf("%s is %s", addr(from).User, in.Who)
					}
					if q, _ := in.Self.Partner(person(1)); q.Rest == nil {
						t.Error("the partner was read")
					}
					return flows.Output{States: []flows.State{in.Self}}
				}})
			}
			without := want
			without.People = []flows.Person{somebody(2), want.People[1]}
			without.People[1].Also = nil
			step1(t, db, said("remove", 3), gives(flows.Output{States: []flows.State{without}, Messages: []flows.Message{{ID: "bye", To: person(1), At: &old}}}))
			if n := len(snapshot(t, db).Outbox); n != 4 {
				t.Errorf("%d rows: the last line to an account that was given up is lost", n)
			}
			step1(t, db, said("stranger", 1), does(func(in flows.Input, _ flows.Event) flows.Output {
				if in.Who != "" {
					t.Errorf("an account that was given up is %s", in.Who)
				}
				return flows.Output{}
			}))
		})
	}
}

// Nobody's account is taken from a unit that the step did not load.
func TestAnAccountOfSomebodyElseStays(t *testing.T) {
	db := openNew(t)
	put(t, db, alone(1, 1), alone(2, 2))
	greedy := alone(1, 1)
	greedy.People[0].Also = []flows.Address{addr(2)}
	step1(t, db, said("take", 1), gives(flows.Output{States: []flows.State{greedy}}))
	if snap := snapshot(t, db); !reflect.DeepEqual(snap.States, []flows.State{alone(1, 1), alone(2, 2)}) {
		t.Errorf("%+v", snap.States)
	}
}
