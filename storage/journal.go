package storage

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"rewoo/flows"
)

// putEntry writes an entry and when it ends, in the place of an older one of the same id.
func (s *step) putEntry(e entryRow) error {
	var old flows.Entry
	if had, err := getJSON(s.tx, bJournal, e.key, &old); err != nil {
		return err
	} else if had && stamp(old.Until) != stamp(e.until) {
		if err := s.remove(bUntil, untilKey(old.Until, e.key)); err != nil {
			return err
		}
	}
	if err := s.put(bJournal, e.key, e.content); err != nil {
		return err
	}
	return s.put(bUntil, untilKey(e.until, e.key), nil)
}

// forget removes what is kept of a person beside the states and their indexes.
func (s *step) forget(id flows.PersonID) error {
	prefix := []byte(entryKey(id, ""))
	var keys []string // bbolt wants no changes under a cursor
	c := s.tx.Bucket([]byte(bJournal)).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		var e flows.Entry
		key := string(k)
		if err := readJSON(bJournal, key, v, &e); err != nil {
			return err
		}
		keys = append(keys, key)
		if err := s.remove(bUntil, untilKey(e.Until, key)); err != nil {
			return err
		}
	}
	for _, key := range keys {
		if err := s.remove(bJournal, key); err != nil {
			return err
		}
	}
	return nil
}

// Wrong pairing codes are counted over all people, so that nobody can guess from many accounts.
const (
	wrongKey   = "wrong"
	wrongSpan  = 15 * time.Minute
	wrongLimit = 1000 // no more are counted
)

// wrongCodes counts the codes of nobody that were tried in the quarter hour before the event.
func (s *step) wrongCodes() (int, error) {
	recent, err := s.recentWrong()
	return len(recent), err
}

// recentWrong gives their times. A time after the event, from before a clock was put back, does not count.
func (s *step) recentWrong() ([]uint64, error) {
	var all []uint64
	if _, err := getJSON(s.tx, bMeta, wrongKey, &all); err != nil {
		return nil, err
	}
	from, to := stamp(s.ev.At.Add(-wrongSpan)), stamp(s.ev.At)
	return slices.DeleteFunc(all, func(t uint64) bool { return t <= from || t > to }), nil
}

func (s *step) addWrongCode() error {
	recent, err := s.recentWrong()
	if err != nil {
		return err
	}
	if len(recent) >= wrongLimit {
		return nil
	}
	content, err := json.Marshal(append(recent, stamp(s.ev.At)))
	if err != nil {
		return err
	}
	return s.put(bMeta, wrongKey, content)
}
