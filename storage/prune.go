package storage

import (
	"context"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	sentSpan   = 8 * 24 * time.Hour // what was shared can be taken back for a week
	seenSpan   = 7 * 24 * time.Hour
	pruneBatch = 500 // rows a transaction, so that steps need not wait long
)

// Prune removes marks of events that are seven days old, what platforms called messages of more than eight days ago, journal
// entries that are kept no longer, and flows that no session can be on any more, in several transactions. Marks of wrong codes go when the next one comes.
func (db *DB) Prune(ctx context.Context, now time.Time) error {
	if err := db.pruneIndex(ctx, bSeenAt, bSeen, now.Add(-seenSpan)); err != nil {
		return err
	}
	if err := db.pruneIndex(ctx, bSentAt, bSent, now.Add(-sentSpan)); err != nil {
		return err
	}
	if err := db.pruneIndex(ctx, bUntil, bJournal, now); err != nil {
		return err
	}
	return db.pruneShapes(ctx, now)
}

// pruneIndex removes the rows of index that end at or before now, and the rows of bucket that they speak of.
func (db *DB) pruneIndex(ctx context.Context, index, bucket string, now time.Time) error {
	for {
		keys, err := db.ended(ctx, index, now)
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := db.removeEnded(ctx, index, bucket, keys); err != nil {
			return err
		}
	}
}

func (db *DB) removeEnded(ctx context.Context, index, bucket string, keys []string) error {
	return db.update(ctx, scheduled, "prune", func(tx *bolt.Tx) error {
		for _, key := range keys {
			at := tx.Bucket([]byte(index))
			if at.Get([]byte(key)) == nil {
				continue // a step was faster: the row that it speaks of is another by now
			}
			if err := at.Delete([]byte(key)); err != nil {
				return err
			}
			if err := tx.Bucket([]byte(bucket)).Delete([]byte(key[stampLen:])); err != nil {
				return err
			}
		}
		return nil
	})
}

// ended gives the first keys of an index that end at or before now.
func (db *DB) ended(ctx context.Context, index string, now time.Time) (keys []string, err error) {
	err = db.view(ctx, "prune", func(tx *bolt.Tx) error {
		after := stampKey(stamp(now) + 1)
		c := tx.Bucket([]byte(index)).Cursor()
		for k, v := c.First(); k != nil && string(k) < after && len(keys) < pruneBatch; k, v = c.Next() {
			key := string(k)
			if _, err := unpack(index, key, v); err != nil {
				return err
			}
			if len(key) <= stampLen {
				return &DamageError{index, "a key is too short"}
			}
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}
