package storage

import (
	"context"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// Due gives up to limit timers due at or before now, the earliest first, and when the earliest after now falls due (zero: there
// is none). With a limit below 1 it gives only the latter.
func (db *DB) Due(ctx context.Context, now time.Time, limit int) (due []flows.Due, next time.Time, err error) {
	err = db.view(ctx, "timers", func(tx *bolt.Tx) error {
		c := tx.Bucket([]byte(bDue)).Cursor()
		after := stampKey(stamp(now) + 1)
		for k, v := c.First(); k != nil && string(k) < after && len(due) < limit; k, v = c.Next() {
			d, err := readDue(k, v)
			if err != nil {
				return err
			}
			due = append(due, d)
		}
		if k, v := c.Seek([]byte(after)); k != nil {
			d, err := readDue(k, v)
			if err != nil {
				return err
			}
			next = d.At
		}
		return nil
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return due, next, nil
}

func readDue(k, v []byte) (flows.Due, error) {
	key := string(k)
	if _, err := unpack(bDue, key, v); err != nil {
		return flows.Due{}, err
	}
	if len(key) < stampLen+idLen {
		return flows.Due{}, &DamageError{bDue, "a key is too short"}
	}
	return flows.Due{At: keyTime(k), Unit: flows.UnitID(key[stampLen : stampLen+idLen]), Timer: key[stampLen+idLen:]}, nil
}
