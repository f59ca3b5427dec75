package storage

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// update runs f in a writing transaction, which it may share with others, and returns when that is on the disk. f may run
// twice, on any goroutine, but never after update has returned. A failure or panic of f undoes what it did, and no more. When
// ctx ends while f still waits, f never runs.
func (db *DB) update(ctx context.Context, l lane, what string, f func(tx *bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{ctx: ctx, what: what, run: f}
	if err := db.writers.join(c, l); err != nil {
		return finish(ctx, what, err)
	}
	if c.wake != nil {
		select {
		case <-c.wake:
		case <-ctx.Done():
			if db.writers.leave(c, l) {
				return ctx.Err()
			}
			<-c.wake
		}
	}
	if c.leads {
		db.lead()
	}
	return finish(ctx, what, c.err)
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
