package storage

import (
	"context"
	"encoding/json"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// shapeSlack is what a shape is kept longer than any session on it can live: a step that was under way when it was replaced
// may begin one a moment later, and what fell due while the bot was down fires when it is back.
const shapeSlack = 2 * 24 * time.Hour

// keptShape is the content of a row of shapes.
type keptShape struct {
	flows.Kept
	Until time.Time `json:"until,omitzero"` // zero: in use
}

// PutShapes notes which flows are in place from now on, and gives those that sessions may still be on. It is to be called before
// the first step with them. A flow that is not among them any more is kept as long as a session that began before now can live,
// which is the longest that any flow lets one: flows call each other. Sessions that may come again, by putting back what was
// replaced, cost nothing: what is kept is taken into use again.
func (db *DB) PutShapes(ctx context.Context, now time.Time, current []flows.Kept) (old []flows.Kept, err error) {
	err = db.update(ctx, prompt, "shapes", func(tx *bolt.Tx) error {
		old = nil // it may run twice
		b, err := tx.CreateBucketIfNotExists([]byte(bShapes))
		if err != nil {
			return err
		}
		rows, err := readShapes(b)
		if err != nil {
			return err
		}
		var longest time.Duration
		for _, k := range rows {
			longest = max(longest, k.Lasts)
		}
		in := map[string]bool{}
		for _, k := range current {
			in[k.Shape] = true
			longest = max(longest, k.Lasts)
			if err := putShape(b, keptShape{Kept: k}); err != nil {
				return err
			}
		}
		for _, k := range rows {
			switch {
			case in[k.Shape]:
				continue
			case k.Until.IsZero():
				k.Until = now.Add(longest + shapeSlack)
				if err := putShape(b, k); err != nil {
					return err
				}
			case !k.Until.After(now):
				if err := b.Delete([]byte(k.Shape)); err != nil {
					return err
				}
				continue
			}
			old = append(old, k.Kept)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return old, nil
}

// putShape writes a row, unless it says that already.
func putShape(b *bolt.Bucket, k keptShape) error {
	content, err := json.Marshal(k)
	if err != nil {
		return err
	}
	rec := pack(bShapes, k.Shape, content)
	if string(b.Get([]byte(k.Shape))) == string(rec) {
		return nil
	}
	return b.Put([]byte(k.Shape), rec)
}

func readShapes(b *bolt.Bucket) (rows []keptShape, err error) {
	err = b.ForEach(func(key, rec []byte) error {
		k := keptShape{}
		if err := readJSON(bShapes, string(key), rec, &k); err != nil {
			return err
		}
		k.Shape = string(key)
		rows = append(rows, k)
		return nil
	})
	return rows, err
}

// pruneShapes forgets flows that no session can be on any more.
func (db *DB) pruneShapes(ctx context.Context, now time.Time) error {
	ended := 0
	look := func(tx *bolt.Tx, do func(b *bolt.Bucket, key string) error) error {
		ended = 0
		b := tx.Bucket([]byte(bShapes))
		if b == nil {
			return nil
		}
		rows, err := readShapes(b)
		if err != nil {
			return err
		}
		for _, k := range rows {
			if !k.Until.IsZero() && !k.Until.After(now) {
				ended++
				if err := do(b, k.Shape); err != nil {
					return err
				}
			}
		}
		return nil
	}
	err := db.view(ctx, "prune", func(tx *bolt.Tx) error {
		return look(tx, func(*bolt.Bucket, string) error { return nil })
	})
	if err != nil || ended == 0 {
		return err
	}
	return db.update(ctx, scheduled, "prune", func(tx *bolt.Tx) error {
		return look(tx, func(b *bolt.Bucket, key string) error { return b.Delete([]byte(key)) })
	})
}
