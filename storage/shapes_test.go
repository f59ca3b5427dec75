package storage

import (
	"context"
	"reflect"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

func keptFlow(shape, flow string, lasts time.Duration) flows.Kept {
	return flows.Kept{Shape: shape, Flow: flow, Version: 1, Source: []byte("flow: " + flow + "\n"), Lasts: lasts}
}

func putShapes(t *testing.T, db *DB, now time.Time, current ...flows.Kept) []flows.Kept {
	t.Helper()
	old, err := db.PutShapes(context.Background(), now, current)
	if err != nil {
		t.Fatal(err)
	}
	return old
}

// What was replaced comes back whole, over restarts, for as long as the longest session and two days; in use, it is no old one.
func TestShapesAreKept(t *testing.T) {
	path := t.TempDir() + "/a.db"
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	a, b, long := keptFlow("aaaaaaaaaaaaaaaa", "trip", 20*time.Hour), keptFlow("bbbbbbbbbbbbbbbb", "trip", time.Hour), keptFlow("cccccccccccccccc", "other", 9*24*time.Hour)
	reopened := func(do func(db *DB)) {
		t.Helper()
		db, err := Open(path, Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		do(db)
		check(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	reopened(func(db *DB) {
		if old := putShapes(t, db, at, a, long); old != nil {
			t.Fatalf("old in a new file: %v", old)
		}
	})
	reopened(func(db *DB) {
		if old := putShapes(t, db, at.Add(time.Hour), b, long); !reflect.DeepEqual(old, []flows.Kept{a}) {
			t.Fatalf("after a was replaced: %v", old)
		}
	})
	replaced := at.Add(time.Hour)
	reopened(func(db *DB) { // killed between writing and the first step: the same again
		if old := putShapes(t, db, at.Add(2*time.Hour), b, long); !reflect.DeepEqual(old, []flows.Kept{a}) {
			t.Fatalf("written twice: %v", old)
		}
		if err := db.Prune(context.Background(), replaced.Add(long.Lasts+2*24*time.Hour-time.Second)); err != nil {
			t.Fatal(err)
		}
		if old := putShapes(t, db, at.Add(3*time.Hour), b, long); !reflect.DeepEqual(old, []flows.Kept{a}) {
			t.Fatalf("pruned while a session can be on it: %v", old)
		}
		if old := putShapes(t, db, at.Add(4*time.Hour), a, long); !reflect.DeepEqual(old, []flows.Kept{b}) {
			t.Fatalf("a is put back: %v", old)
		}
	})
	reopened(func(db *DB) {
		if err := db.Prune(context.Background(), at.Add(4*time.Hour+long.Lasts+2*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, db)[bShapes]; len(got) != 2 {
			t.Fatalf("%d shapes after nobody can be on b", len(got))
		}
	})
}

// A file of before has no such bucket, and opens as it did. A damaged row is told.
func TestShapesInAnOldFile(t *testing.T) {
	db := openNew(t)
	if _, there := contents(t, db)[bShapes]; there {
		t.Fatal("a new file has the bucket before anything is in it: files of before have not")
	}
	if err := db.Prune(context.Background(), time.Now()); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	putShapes(t, db, at, keptFlow("aaaaaaaaaaaaaaaa", "trip", time.Hour))
	err := db.bolt.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bShapes)).Put([]byte("aaaaaaaaaaaaaaaa"), pack(bShapes, "another", []byte("{}")))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.PutShapes(context.Background(), at, nil); err == nil {
		t.Fatal("damage is not noticed")
	}
}
