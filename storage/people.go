package storage

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// lookBatch is how many accounts are looked at in one reading transaction, so that none stays open for long.
const lookBatch = 500

// People lists the accounts of a platform whose people keep says yes to, at most limit of them, in the order of their users, those
// behind the user after. next is where to go on, "" at the end. Somebody with several accounts is where their messages go. With
// no keep, all accounts are listed.
func (db *DB) People(ctx context.Context, platform, after string, limit int, keep func(*flows.Person) bool) (page []flows.Address, next string, err error) {
	from := platform + "\x00"
	if after != "" {
		from += after + "\x00"
	}
	for from != "" && len(page) < limit {
		err := db.view(ctx, "people", func(tx *bolt.Tx) error {
			page, from, err = lookAt(tx, platform, from, limit, keep, page)
			return err
		})
		if err != nil {
			return nil, "", err
		}
	}
	if from != "" && len(page) > 0 {
		next = page[len(page)-1].User
	}
	return page, next, nil
}

// lookAt adds to page what it finds among the next accounts, and gives the key to go on at, "" at the end.
func lookAt(tx *bolt.Tx, platform, from string, limit int, keep func(*flows.Person) bool, page []flows.Address) ([]flows.Address, string, error) {
	looked := 0
	c := tx.Bucket([]byte(bAccount)).Cursor()
	for k, v := c.Seek([]byte(from)); k != nil && strings.HasPrefix(string(k), platform+"\x00"); k, v = c.Next() {
		key := string(k)
		if looked == lookBatch || len(page) == limit {
			return page, key, nil
		}
		looked++
		id, err := unpack(bAccount, key, v)
		if err != nil {
			return nil, "", err
		}
		p, err := personOf(tx, flows.PersonID(id))
		if err != nil {
			return nil, "", err
		}
		for i, a := range p.Accounts() {
			if accountKey(a) == key && (keep == nil || i == 0 && keep(&p)) {
				page = append(page, a)
			}
		}
	}
	return page, "", nil
}

// personOf reads one person's part.
func personOf(tx *bolt.Tx, id flows.PersonID) (p flows.Person, err error) {
	unit, ok, err := get(tx, bPerson, string(id))
	if err != nil {
		return p, err
	}
	if ok {
		p, ok, err = loadPart(tx, personKey(flows.UnitID(unit), id), nil, decodePerson)
	}
	if err == nil && !ok {
		err = &DamageError{bPerson, "an account's person is missing"}
	}
	return p, err
}

// Online notes that a platform was in reach at at.
func (db *DB) Online(ctx context.Context, platform string, at time.Time) error {
	return db.update(ctx, prompt, "online", func(tx *bolt.Tx) error {
		key := onlineKey(platform)
		return tx.Bucket([]byte(bMeta)).Put([]byte(key), pack(bMeta, key, []byte(stampKey(stamp(at)))))
	})
}

// LastOnline gives what Online noted last; zero: nothing ever was.
func (db *DB) LastOnline(ctx context.Context, platform string) (at time.Time, err error) {
	err = db.view(ctx, "online", func(tx *bolt.Tx) error {
		content, ok, err := get(tx, bMeta, onlineKey(platform))
		if !ok || err != nil {
			return err
		}
		if len(content) != stampLen {
			return &DamageError{bMeta, "a time has the wrong length"}
		}
		at = time.Unix(0, int64(binary.BigEndian.Uint64([]byte(content)))).UTC()
		return nil
	})
	return at, err
}
