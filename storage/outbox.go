package storage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
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
	Answers string         `json:"answers,omitempty"`
	Marked  time.Time      `json:"marked,omitzero"`
}

// answered is the id of the event, if it came from where a message goes.
func (s *step) answered(to flows.Address) string {
	if known(to) && to.Same(s.ev.From) {
		return s.ev.ID
	}
	return ""
}

// enqueue appends a row. The counter is the bucket's own and never goes back, not even when the bucket is empty.
func (s *step) enqueue(q queueRow) error {
	seq, err := s.tx.Bucket([]byte(bOutbox)).NextSequence()
	if err != nil {
		return err
	}
	return s.put(bOutbox, outboxKey(q.person, seq), q.content)
}

// readdress sends what waits for somebody after them, who uses another account now: the old one may never be in reach again, and
// would hold up all that follows. What changes an earlier message still goes where that is: see readHead. What is meant for one
// account in particular stays there: it may be about the other one.
func (s *step) readdress(id flows.PersonID, to flows.Address) error {
	prefix := []byte(string(id) + "/")
	rows := rowSet{} // bbolt wants no changes under a cursor
	c := s.tx.Bucket([]byte(bOutbox)).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		var q queued
		key := string(k)
		if err := readJSON(bOutbox, key, v, &q); err != nil {
			return err
		}
		if q.To == to || q.Message.At != nil {
			continue
		}
		if !q.To.Same(to) {
			q.Answers = ""
		}
		q.To = to
		content, err := json.Marshal(q)
		if err != nil {
			return err
		}
		rows[place{bOutbox, key}] = content
	}
	for at, content := range rows {
		if err := s.put(at.bucket, at.key, content); err != nil {
			return err
		}
	}
	return nil
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
			q, err := readHead(tx, k, v)
			if err != nil {
				return err
			}
			heads = append(heads, q)
		}
		if len(of) > 0 {
			return nil
		}
		for k, v := c.First(); k != nil; {
			q, err := readHead(tx, k, v)
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

// readHead reads a row, and where the message is that it names.
func readHead(tx *bolt.Tx, k, v []byte) (flows.Queued, error) {
	q, err := readQueued(k, v)
	if err != nil || q.Message.Op == flows.Show {
		return q, err
	}
	var s sent
	if ok, err := getJSON(tx, bSent, sentKey(q.Person, q.Message.On), &s); !ok || err != nil {
		return q, err
	}
	q.Left = !s.To.Same(q.To)
	q.To, q.Ref = s.To, s.Ref
	return q, nil
}

// Done removes a row of the outbox, and keeps ref, what the platform calls its message, if that is not "", and at, where it was
// sent; zero: where the row says. A row that is not there is fine.
func (db *DB) Done(ctx context.Context, key string, at flows.Address, ref string) error {
	return db.update(ctx, prompt, "outbox", func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bOutbox))
		v := b.Get([]byte(key))
		if v == nil {
			return errNothing
		}
		q, err := readQueued([]byte(key), v)
		if err != nil {
			return err
		}
		if err := b.Delete([]byte(key)); err != nil {
			return err
		}
		if known(at) {
			q.To = at
		}
		return keepSent(tx, q, ref)
	})
}

// Mark notes in a row of the outbox when it was about to be sent; the zero time takes the note back. A row that is not there is
// fine.
func (db *DB) Mark(ctx context.Context, key string, at time.Time) error {
	return db.update(ctx, prompt, "outbox", func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bOutbox))
		v := b.Get([]byte(key))
		if v == nil {
			return errNothing
		}
		var q queued
		if err := readJSON(bOutbox, key, v, &q); err != nil {
			return err
		}
		q.Marked = at.UTC()
		content, err := json.Marshal(q)
		if err != nil {
			return err
		}
		return b.Put([]byte(key), pack(bOutbox, key, content))
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
	return flows.Queued{Key: key, Person: q.Person, To: q.To, At: q.At, Message: q.Message, Answers: q.Answers, Marked: q.Marked}, nil
}

// sortQueued puts rows of different people into the order of queueing.
func sortQueued(rows []flows.Queued) {
	slices.SortFunc(rows, func(a, b flows.Queued) int {
		return cmp.Compare(a.Key[idLen:], b.Key[idLen:])
	})
}
