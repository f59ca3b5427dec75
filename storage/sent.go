package storage

import (
	"bytes"
	"encoding/json"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// sent is where a message went, what the platform calls it there, and since when that is kept.
type sent struct {
	To  flows.Address `json:"to"`
	Ref string        `json:"ref"`
	At  time.Time     `json:"at"`
}

// keepSent notes what follows from q, whose row has gone, for the messages that may name it later: a message that was shown has
// a name, one that was deleted needs none any more. Of somebody who is in no unit it keeps that only while more waits for them.
func keepSent(tx *bolt.Tx, q flows.Queued, ref string) error {
	if q.Message.Op == flows.Delete {
		if err := dropSent(tx, sentKey(q.Person, q.Message.On)); err != nil {
			return err
		}
	}
	if tx.Bucket([]byte(bPerson)).Get([]byte(q.Person)) == nil && !awaits(tx, q.Person) {
		return forgetSent(tx, q.Person)
	}
	if ref == "" || q.Message.Op != flows.Show {
		return nil
	}
	key := sentKey(q.Person, q.Message.ID)
	if len(key)+stampLen > maxKey {
		return nil
	}
	if err := dropSent(tx, key); err != nil {
		return err
	}
	at := lately(tx, q.At)
	content, err := json.Marshal(sent{q.To, ref, at})
	if err != nil {
		return err
	}
	if err := tx.Bucket([]byte(bSent)).Put([]byte(key), pack(bSent, key, content)); err != nil {
		return err
	}
	index := sentAtKey(at, key)
	return tx.Bucket([]byte(bSentAt)).Put([]byte(index), pack(bSentAt, index, nil))
}

// lately is the time of the newest event: the store has no clock. It is at least t.
func lately(tx *bolt.Tx, t time.Time) time.Time {
	if k, _ := tx.Bucket([]byte(bSeenAt)).Cursor().Last(); len(k) > stampLen && keyTime(k).After(t) {
		return keyTime(k)
	}
	return t
}

// dropSent removes a row of sent, and of its index.
func dropSent(tx *bolt.Tx, key string) error {
	var s sent
	if ok, err := getJSON(tx, bSent, key, &s); !ok || err != nil {
		return err
	}
	if err := tx.Bucket([]byte(bSentAt)).Delete([]byte(sentAtKey(s.At, key))); err != nil {
		return err
	}
	return tx.Bucket([]byte(bSent)).Delete([]byte(key))
}

// forgetSent removes what was sent to somebody, unless more waits for them that may name it: then the last of that does.
func forgetSent(tx *bolt.Tx, id flows.PersonID) error {
	if awaits(tx, id) {
		return nil
	}
	prefix := []byte(sentKey(id, ""))
	var keys []string // bbolt wants no changes under a cursor
	c := tx.Bucket([]byte(bSent)).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, string(k))
	}
	for _, key := range keys {
		if err := dropSent(tx, key); err != nil {
			return err
		}
	}
	return nil
}

// awaits tells whether rows of the outbox wait for somebody.
func awaits(tx *bolt.Tx, id flows.PersonID) bool {
	prefix := []byte(string(id) + "/")
	k, _ := tx.Bucket([]byte(bOutbox)).Cursor().Seek(prefix)
	return bytes.HasPrefix(k, prefix)
}
