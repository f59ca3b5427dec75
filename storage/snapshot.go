package storage

import (
	"context"
	"strings"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// Snapshot is everything that is kept about people, at one moment: for the page's drawer and for tests, never for a log.
type Snapshot struct {
	States  []flows.State  // by unit
	Outbox  []flows.Queued // in the order of queueing
	Journal []flows.Entry  // by person, then id
}

// Snapshot reads the whole database.
func (db *DB) Snapshot(ctx context.Context) (Snapshot, error) {
	var snap Snapshot
	err := db.view(ctx, "snapshot", func(tx *bolt.Tx) error {
		if err := snap.readStates(tx); err != nil {
			return err
		}
		err := tx.Bucket([]byte(bOutbox)).ForEach(func(k, v []byte) error {
			q, err := readQueued(k, v)
			snap.Outbox = append(snap.Outbox, q)
			return err
		})
		if err != nil {
			return err
		}
		return tx.Bucket([]byte(bJournal)).ForEach(func(k, v []byte) error {
			var e flows.Entry
			err := readJSON(bJournal, string(k), v, &e)
			snap.Journal = append(snap.Journal, e)
			return err
		})
	})
	if err != nil {
		return Snapshot{}, err
	}
	sortQueued(snap.Outbox)
	return snap, nil
}

func (snap *Snapshot) readStates(tx *bolt.Tx) error {
	return tx.Bucket([]byte(bState)).ForEach(func(k, _ []byte) error {
		unit, ok := strings.CutSuffix(string(k), "/c")
		if !ok {
			return nil
		}
		s, _, err := loadState(tx, flows.UnitID(unit), nil, readAll)
		snap.States = append(snap.States, s)
		return err
	})
}
