package storage

import (
	"maps"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}

// check sees to it that every record is whole and every index says what the states say, no more and no less. It computes that
// in its own way, not with rowsOf. It gives what it read.
func check(t fataler, db *DB) Snapshot {
	t.Helper()
	got := contents(t, db)
	accounts, people, codes, due := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	snap := snapshot(t, db)
	parts := 0
	for _, s := range snap.States {
		parts++
		for i := range s.People {
			p := &s.People[i]
			parts++
			people[string(p.ID)] = string(s.Unit)
			for _, a := range append([]flows.Address{p.Addr}, p.Also...) {
				if a != (flows.Address{}) {
					accounts[a.Platform+"\x00"+a.User] = string(p.ID)
				}
			}
			for _, tm := range p.Timers {
				n := uint64(tm.Due.UnixNano())
				if tm.Due.Year() < 1970 {
					n = 0
				}
				var b [8]byte
				for i := range b {
					b[i] = byte(n >> (56 - 8*i))
				}
				due[string(b[:])+string(s.Unit)+tm.Name] = ""
			}
			if p.Pair != nil && p.Pair.Code != "" && p.Pair.Peer == "" && !p.Pair.Ended {
				codes[flows.CodeDigest(p.Pair.Code)] = string(s.Unit)
			}
		}
	}
	equalMaps(t, "account", got[bAccount], accounts)
	equalMaps(t, "person", got[bPerson], people)
	equalMaps(t, "code", got[bCode], codes)
	equalMaps(t, "due", got[bDue], due)
	if len(got[bState]) != parts {
		t.Errorf("%d parts of states on disk, %d in the states", len(got[bState]), parts)
	}
	until := map[string]string{}
	for _, e := range snap.Journal {
		if _, ok := people[string(e.Person)]; !ok {
			t.Errorf("a journal entry of somebody who is in no unit")
		}
		until[stampKey(uint64(e.Until.UnixNano()))+string(e.Person)+"/"+e.ID] = ""
	}
	equalMaps(t, "journal_until", got[bUntil], until)
	seen := map[string]string{}
	for k := range got[bSeenAt] {
		seen[k[8:]] = ""
	}
	equalMaps(t, "seen", got[bSeen], seen)
	if len(got[bSeenAt]) != len(got[bSeen]) {
		t.Errorf("%d rows in seen_at, %d in seen", len(got[bSeenAt]), len(got[bSeen]))
	}
	if n := db.bolt.Stats().OpenTxN; n != 0 {
		t.Errorf("%d reading transactions left open", n)
	}
	return snap
}

// contents is what every bucket holds, every check sum checked.
func contents(t fataler, db *DB) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	err := db.bolt.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			rows := map[string]string{}
			all[string(name)] = rows
			return b.ForEach(func(k, v []byte) error {
				if string(k) == formatKey && string(name) == bMeta {
					return nil
				}
				content, err := unpack(string(name), string(k), v)
				rows[string(k)] = string(content)
				return err
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equalMaps(t fataler, what string, got, want map[string]string) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("bucket %s has\n\t%q\nand the states say\n\t%q", what,
			slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// The verifier must notice what it is there for.
func TestCheckNotices(t *testing.T) {
	for _, bucket := range []string{bAccount, bPerson, bCode, bDue, bState, bUntil, bSeen, bSeenAt} {
		db := openNew(t)
		put(t, db, alone(1, 1))
		err := db.bolt.Update(func(tx *bolt.Tx) error {
			key := "astray"
			if bucket == bSeenAt || bucket == bUntil {
				key = "12345678astray"
			}
			return tx.Bucket([]byte(bucket)).Put([]byte(key), pack(bucket, key, nil))
		})
		if err != nil {
			t.Fatal(err)
		}
		r := &recorder{T: t}
		check(r, db)
		if r.errors == 0 {
			t.Errorf("a stray row in %s is not noticed", bucket)
		}
	}
}

type recorder struct {
	*testing.T
	errors int
}

func (r *recorder) Errorf(string, ...any) { r.errors++ }
