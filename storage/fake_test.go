package storage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rewoo/flows"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		os.Exit(child(path))
	}
	os.Exit(m.Run())
}

// fake is a machine made of functions.
type fake struct {
	needs func(self flows.State, who flows.PersonID, ev flows.Event) string
	step  func(in flows.Input, ev flows.Event) flows.Output
}

func (f fake) Needs(self flows.State, who flows.PersonID, ev flows.Event) string {
	if f.needs == nil {
		return ""
	}
	return f.needs(self, who, ev)
}

func (f fake) Step(in flows.Input, ev flows.Event) flows.Output { return f.step(in, ev) }

// does is a machine that needs no other unit. It reads all of its own.
func does(step func(in flows.Input, ev flows.Event) flows.Output) fake {
	return fake{step: func(in flows.Input, ev flows.Event) flows.Output {
		readAgain(in.Self)
		return step(in, ev)
	}}
}

// readAgain reads whoever was left alone.
func readAgain(s flows.State) {
	for i := range s.People {
		if p := &s.People[i]; p.Rest != nil {
			*p = p.Rest()
		}
	}
}

// gives is a machine that always gives the same.
func gives(out flows.Output) fake {
	return does(func(flows.Input, flows.Event) flows.Output { return out })
}

// never is a machine that must not be asked.
func never(t *testing.T) fake {
	return does(func(flows.Input, flows.Event) flows.Output {
		t.Error("the machine was asked")
		return flows.Output{}
	})
}

var (
	ctx = context.Background()
	t0  = time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC)
)

func unit(n int) flows.UnitID     { return flows.UnitID(fmt.Sprintf("%032x", 0xa000+n)) }
func person(n int) flows.PersonID { return flows.PersonID(fmt.Sprintf("%032x", 0xb000+n)) }

func addr(n int) flows.Address {
	return flows.Address{Platform: "fake", User: fmt.Sprint("user", n), Chat: fmt.Sprint("chat", n)}
}

func somebody(n int) flows.Person {
	return flows.Person{ID: person(n), Addr: addr(n), Joined: t0}
}

func alone(u, p int) flows.State {
	return flows.State{Unit: unit(u), People: []flows.Person{somebody(p)}}
}

func timer(name string, after time.Duration) flows.Timer {
	return flows.Timer{Name: name, Due: t0.Add(after), What: "timeout"}
}

func said(id string, from int) flows.Event {
	return flows.Event{ID: id, Kind: flows.Said, From: addr(from), At: t0, Text: "a private word"}
}

func fired(u int, t flows.Timer) flows.Event {
	return flows.Event{ID: fmt.Sprintf("timer/%s/%s/%s", unit(u), t.Name, t.Due.Format(time.RFC3339Nano)),
		Kind: flows.Fired, At: t.Due, Unit: unit(u), Timer: t.Name, Due: t.Due}
}

func openNew(t *testing.T) *DB {
	t.Helper()
	db := reopen(t, filepath.Join(t.TempDir(), "rewoo.db"))
	return db
}

func reopen(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(path, Options{NoSync: true, LockTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// step makes a step, and sees to it that the database is in order afterwards.
func step1(t *testing.T, db *DB, ev flows.Event, m flows.Machine) flows.Result {
	t.Helper()
	res, err := db.Step(ctx, ev, m)
	if err != nil {
		t.Fatal(err)
	}
	check(t, db)
	return res
}

// put makes these states be.
func put(t *testing.T, db *DB, states ...flows.State) {
	t.Helper()
	step1(t, db, said("put "+fmt.Sprint(db.puts), 999), gives(flows.Output{States: states}))
}

func snapshot(t fataler, db *DB) Snapshot {
	t.Helper()
	snap, err := db.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}
