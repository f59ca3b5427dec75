package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

// update runs f in the one writing transaction. A panic of f undoes it and becomes an error.
func (db *DB) update(ctx context.Context, what string, f func(tx *bolt.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil { // p may hold what people wrote; where it came from does not
			db.lg.Error("storage: panic, nothing was changed", "in", what, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: panic (%T), nothing was changed", what, p)
		}
	}()
	return finish(ctx, what, db.bolt.Update(func(tx *bolt.Tx) error {
		if err := ctx.Err(); err != nil { // it may have waited for another writer
			return err
		}
		return f(tx)
	}))
}

// view runs f in a reading transaction.
func (db *DB) view(ctx context.Context, what string, f func(tx *bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return finish(ctx, what, db.bolt.View(f))
}

// errNothing undoes a transaction that had nothing to write, which spares a flush to the disk.
var errNothing = errors.New("nothing to write")

func finish(ctx context.Context, what string, err error) error {
	switch {
	case err == nil, err == errNothing:
		return nil
	case err == ctx.Err():
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}
