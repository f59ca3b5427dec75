package storage

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// queued is the content of a row of the outbox: flows.Queued but for its Key.
type queued struct {
	Person  flows.PersonID `json:"person"`
	To      flows.Address  `json:"to"`
	At      time.Time      `json:"at"`
	Message flows.Message  `json:"message"`
}

// enqueue appends a row. The counter is the bucket's own and never goes back, not even when the bucket is empty.
func (s *step) enqueue(q queueRow) error {
	seq, err := s.tx.Bucket([]byte(bOutbox)).NextSequence()
	if err != nil {
		return err
	}
	return s.put(bOutbox, outboxKey(q.person, seq), q.content)
}

// Heads gives the first waiting row of every person that has one, or of those that are named, the row that waits longest
// first.
func (db *DB) Heads(ctx context.Context, of ...flows.PersonID) ([]flows.Queued, error) {
	var heads []flows.Queued
	err := db.view(ctx, "outbox", func(tx *bolt.Tx) error {
		c := tx.Bucket([]byte(bOutbox)).Cursor()
		for _, id := range of {
			k, v := c.Seek([]byte(string(id) + "/"))
			if k == nil || !strings.HasPrefix(string(k), string(id)+"/") {
				continue
			}
			q, err := readQueued(k, v)
			if err != nil {
				return err
			}
			heads = append(heads, q)
		}
		if len(of) > 0 {
			return nil
		}
		for k, v := c.First(); k != nil; {
			q, err := readQueued(k, v)
			if err != nil {
				return err
			}
			heads = append(heads, q)
			k, v = c.Seek([]byte(string(q.Person) + "0")) // "0" is what follows "/": the next person
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sortQueued(heads)
	return heads, nil
}

// Done removes a row of the outbox. A row that is not there is fine.
func (db *DB) Done(ctx context.Context, key, ref string) error {
	return db.update(ctx, prompt, "outbox", func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bOutbox))
		if b.Get([]byte(key)) == nil {
			return errNothing
		}
		return b.Delete([]byte(key))
	})
}

func readQueued(k, v []byte) (flows.Queued, error) {
	var q queued
	key := string(k)
	if err := readJSON(bOutbox, key, v, &q); err != nil {
		return flows.Queued{}, err
	}
	if len(key) != len(outboxKey(q.Person, 0)) {
		return flows.Queued{}, &DamageError{bOutbox, "a key has the wrong length"}
	}
	return flows.Queued{Key: key, Person: q.Person, To: q.To, At: q.At, Message: q.Message}, nil
}

// sortQueued puts rows of different people into the order of queueing.
func sortQueued(rows []flows.Queued) {
	slices.SortFunc(rows, func(a, b flows.Queued) int {
		return cmp.Compare(a.Key[idLen:], b.Key[idLen:])
	})
}
