package storage

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// tell queues messages for person 1 in unit 1, whose last event was at at.
func tell(t *testing.T, db *DB, id string, at time.Time, people []flows.Person, ms ...flows.Message) {
	t.Helper()
	for i := range ms {
		ms[i].To = person(1)
	}
	ev := said(id, 1)
	ev.At = at
	var states []flows.State
	if len(people) > 0 {
		states = []flows.State{{Unit: unit(1), People: people}}
	}
	step1(t, db, ev, gives(flows.Output{States: states, Messages: ms}))
}

// sendAll crosses off what waits for person 1; ref is what each message is called.
func sendAll(t *testing.T, db *DB) (rows []flows.Queued) {
	t.Helper()
	for {
		q := heads(t, db)
		if len(q) == 0 {
			return rows
		}
		rows = append(rows, q...)
		if err := db.Done(t.Context(), q[0].Key, q[0].To, "ref-"+q[0].Message.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// kept counts the rows of sent, and makes sure that its index has as many.
func kept(t *testing.T, db *DB) (n int) {
	t.Helper()
	index := 0
	db.bolt.View(func(tx *bolt.Tx) error {
		n, index = tx.Bucket([]byte(bSent)).Stats().KeyN, tx.Bucket([]byte(bSentAt)).Stats().KeyN
		return nil
	})
	if n != index {
		t.Errorf("%d rows of what was sent, %d in the index", n, index)
	}
	return n
}

func show(id string) flows.Message { return flows.Message{ID: id} }
func on(id string, op flows.Op, message string) flows.Message {
	return flows.Message{ID: id, Op: op, On: message}
}

func TestRefsOfWhatWasSent(t *testing.T) {
	db := openNew(t)
	me := []flows.Person{somebody(1)}
	at := said("x", 1).At
	tell(t, db, "1", at, me, show("a"), show("b"))
	sendAll(t, db)
	if n := kept(t, db); n != 2 {
		t.Fatalf("%d are kept, want 2", n)
	}
	there := addr(1)
	there.Platform, there.Chat = "elsewhere", "chat"
	moved := somebody(1)
	moved.Addr, moved.Also = there, []flows.Address{addr(1)}
	tell(t, db, "2", at, []flows.Person{moved}, on("c", flows.Close, "a"), on("d", flows.Delete, "a"), on("e", flows.Close, "a"), on("f", flows.Close, "none"))
	var got []string
	for _, q := range sendAll(t, db) {
		got = append(got, fmt.Sprint(q.Message.ID, " ", q.Ref, " ", q.To.Platform))
	}
	home := addr(1).Platform
	want := []string{"c ref-a " + home, "d ref-a " + home, "e  elsewhere", "f  elsewhere"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if n := kept(t, db); n != 1 {
		t.Errorf("%d are kept after one was deleted, want b", n)
	}
	if err := db.Done(t.Context(), "nothing", flows.Address{}, "ref"); err != nil || kept(t, db) != 1 {
		t.Errorf("a row that is not there: %v", err)
	}
	tell(t, db, "3", at, me, show("g"))
	if err := db.Done(t.Context(), heads(t, db)[0].Key, flows.Address{}, ""); err != nil || kept(t, db) != 1 {
		t.Errorf("no name, and %d are kept, %v", kept(t, db), err)
	}
}

// A week is what a share can be taken back in; a message that waited long before it was sent has it too.
func TestRefsArePruned(t *testing.T) {
	db := openNew(t)
	me := []flows.Person{somebody(1)}
	at := said("x", 1).At
	tell(t, db, "1", at, me, show("a"))
	sendAll(t, db)
	tell(t, db, "2", at, me, show("b"))
	tell(t, db, "3", at.Add(6*24*time.Hour), me)
	sendAll(t, db)
	for _, c := range []struct {
		days, want int
	}{{7, 2}, {9, 1}, {13, 1}, {15, 0}} {
		if err := db.Prune(t.Context(), at.Add(time.Duration(c.days)*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if n := kept(t, db); n != c.want {
			t.Errorf("after %d days %d are kept, want %d", c.days, n, c.want)
		}
	}
}

// Who is forgotten leaves nothing, but what their last messages need goes only with the last of these.
func TestRefsAreForgotten(t *testing.T) {
	for _, last := range [][]flows.Message{nil, {on("c", flows.Delete, "a"), show("bye"), on("d", flows.Close, "bye")}} {
		db := openNew(t)
		at := said("x", 1).At
		tell(t, db, "1", at, []flows.Person{somebody(1)}, show("a"), show("b"))
		sendAll(t, db)
		tell(t, db, "2", at, nil, last...)
		if n := kept(t, db); (n == 0) != (last == nil) {
			t.Errorf("%d are kept while %d messages wait", n, len(last))
		}
		var refs []string
		for _, q := range sendAll(t, db) {
			refs = append(refs, q.Ref)
		}
		if last != nil && !slices.Equal(refs, []string{"ref-a", "", "ref-bye"}) {
			t.Errorf("the last ones know %q", refs)
		}
		if n := kept(t, db); n != 0 {
			t.Errorf("%d are kept of somebody who is forgotten", n)
		}
	}
}

func TestStrangersLeaveNoRefs(t *testing.T) {
	db := openNew(t)
	tell(t, db, "1", said("x", 1).At, nil, show("a"))
	if rows := sendAll(t, db); len(rows) != 1 || kept(t, db) != 0 {
		t.Errorf("%d rows, %d kept", len(rows), kept(t, db))
	}
}

func TestMarkAndAnswers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db := reopen(t, path)
	two := []flows.Person{somebody(1), somebody(2)}
	m := show("a")
	m.To = person(2)
	out := flows.Output{States: []flows.State{{Unit: unit(1), People: two}}, Messages: []flows.Message{{ID: "b", To: person(1)}, m}}
	step1(t, db, said("e", 1), gives(out))
	rows := heads(t, db)
	if len(rows) != 2 || rows[0].Answers != "e" || rows[1].Answers != "" || !rows[0].Marked.IsZero() {
		t.Fatalf("%+v", rows)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	if err := db.Mark(t.Context(), rows[0].Key, at); err != nil {
		t.Fatal(err)
	}
	if err := db.Mark(t.Context(), "nothing", at); err != nil {
		t.Error(err)
	}
	db.Close()
	db = reopen(t, path)
	if rows := heads(t, db); !rows[0].Marked.Equal(at) || !rows[1].Marked.IsZero() || rows[0].Answers != "e" || rows[0].Message.ID != "b" {
		t.Errorf("%+v", rows)
	}
	if err := db.Mark(t.Context(), rows[0].Key, time.Time{}); err != nil || !heads(t, db)[0].Marked.IsZero() {
		t.Errorf("the mark stays, %v", err)
	}
}

// What waits goes where its person is now.
func TestRowsFollowTheirPerson(t *testing.T) {
	db := openNew(t)
	at := said("x", 1).At
	tell(t, db, "1", at, []flows.Person{somebody(1)}, show("z"))
	sendAll(t, db)
	tell(t, db, "2", at, []flows.Person{somebody(1)}, show("a"), on("b", flows.Close, "z"), show("c"))
	moved := somebody(1)
	moved.Addr.Platform, moved.Also = "elsewhere", []flows.Address{addr(1)}
	tell(t, db, "3", at, []flows.Person{moved})
	var got []string
	for _, q := range sendAll(t, db) {
		got = append(got, fmt.Sprint(q.Message.ID, " ", q.To.Platform, " ", q.Answers, q.Left))
	}
	if want := []string{"a elsewhere false", "b " + addr(1).Platform + " true", "c elsewhere false"}; !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestOnline(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db := reopen(t, path)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	if err := db.Online(t.Context(), "telegram", at); err != nil {
		t.Fatal(err)
	}
	db.Close()
	db = reopen(t, path)
	if got, err := db.LastOnline(t.Context(), "telegram"); err != nil || !got.Equal(at) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := db.LastOnline(t.Context(), "discord"); err != nil || !got.IsZero() {
		t.Errorf("never: %v, %v", got, err)
	}
}

func TestPeople(t *testing.T) {
	db := openNew(t)
	const many = 2*lookBatch + 7
	for i := range many {
		p := somebody(i)
		p.Addr = flows.Address{Platform: "here", User: fmt.Sprintf("u%04d", i), Chat: "chat"}
		p.Stopped = i%3 == 0
		p.Also = []flows.Address{{Platform: "here", User: fmt.Sprintf("also%d", i)}, {Platform: "there", User: fmt.Sprint(i)}}
		_, err := db.Step(t.Context(), flows.Event{ID: fmt.Sprint(i), Kind: flows.Said, At: said("x", 1).At, From: p.Addr},
			gives(flows.Output{States: []flows.State{{Unit: unit(i), People: []flows.Person{p}}}}))
		if err != nil {
			t.Fatal(err)
		}
	}
	check(t, db)
	for _, limit := range []int{1, 100, many + 1} {
		var got, want []string
		for i := range many {
			if i%3 == 0 {
				want = append(want, fmt.Sprintf("u%04d", i))
			}
		}
		after := ""
		for {
			page, next, err := db.People(t.Context(), "here", after, limit, func(p *flows.Person) bool { return p.Stopped })
			if err != nil || len(page) > limit {
				t.Fatalf("%d on a page of %d, %v", len(page), limit, err)
			}
			for _, a := range page {
				if got = append(got, a.User); a.Chat != "chat" {
					t.Fatal("no chat")
				}
			}
			if after = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %d people, want %d", limit, len(got), len(want))
		}
	}
	if page, next, err := db.People(t.Context(), "there", "", 10, func(*flows.Person) bool { return true }); len(page) != 0 || next != "" || err != nil {
		t.Errorf("where nobody's messages go: %v %q %v", page, next, err)
	}
	if page, next, err := db.People(t.Context(), "there", "", 10, nil); len(page) != 10 || next == "" || err != nil {
		t.Errorf("further accounts: %v %q %v", page, next, err)
	}
	if page, _, err := db.People(t.Context(), "here", "u0003", 1, nil); err != nil || len(page) != 1 || page[0].User != "u0004" {
		t.Errorf("behind u0003: %v %v", page, err)
	}
}

// A message that was under way while its person went to another account is where it was sent to; what is for one account in
// particular goes nowhere else.
func TestMovedWhileUnderWay(t *testing.T) {
	db := openNew(t)
	at := said("x", 1).At
	here, there := somebody(1), somebody(1)
	there.Addr = flows.Address{Platform: "elsewhere", User: "new"}
	there.Also = []flows.Address{here.Addr}
	aside := show("b")
	aside.At = &here.Addr
	tell(t, db, "1", at, []flows.Person{here}, show("a"), aside, show("c"))
	sent := heads(t, db)[0]
	tell(t, db, "2", at, []flows.Person{there}, on("d", flows.Close, "a"))
	if q := heads(t, db)[0]; q.To != there.Addr {
		t.Fatalf("it does not go after them: %v", q.To)
	}
	if err := db.Done(t.Context(), sent.Key, sent.To, "ref-a"); err != nil {
		t.Fatal(err)
	}
	rows := sendAll(t, db)
	for i, want := range []struct {
		id   string
		to   flows.Address
		left bool
		ref  string
	}{{"b", here.Addr, false, ""}, {"c", there.Addr, false, ""}, {"d", here.Addr, true, "ref-a"}} {
		if q := rows[i]; q.Message.ID != want.id || q.To != want.to || q.Left != want.left || q.Ref != want.ref {
			t.Errorf("%s goes to %v, left %v, ref %q; want %v", q.Message.ID, q.To, q.Left, q.Ref, want)
		}
	}
}
