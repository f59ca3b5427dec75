package storage

import (
	"encoding/json"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// place is where a row lies.
type place struct{ bucket, key string }

// rowSet is a set of rows: where they lie and what is in them, not yet packed.
type rowSet map[place][]byte

// errOutput is the root of every complaint about a machine's output. Such errors hold no ids and no content.
var errOutput = errors.New("the machine's output cannot be stored")

func refuse(why string) error { return fmt.Errorf("%w: %s", errOutput, why) }

// couplePart is the content of UNIT/c. People keeps their order, and a part that went missing is noticed.
type couplePart struct {
	Couple flows.Couple
	People []flows.PersonID
}

// rowsOf gives every row that the states stand for, indexes and all. A state without people stands for none. The parts
// in onDisk are taken from there: the content as it lies on the disk, which need not be encoded again.
func rowsOf(states []flows.State, onDisk rowSet) (rowSet, error) {
	rows := rowSet{}
	people := map[flows.PersonID]bool{}
	for i := range states {
		s := &states[i]
		if len(s.People) == 0 {
			continue
		}
		if !validID(string(s.Unit)) {
			return nil, refuse("a unit's id is not 32 hex digits")
		}
		part := couplePart{Couple: s.Couple}
		for j := range s.People {
			p := &s.People[j]
			if !validID(string(p.ID)) {
				return nil, refuse("a person's id is not 32 hex digits")
			}
			if people[p.ID] {
				return nil, refuse("a person is in it twice")
			}
			people[p.ID] = true
			part.People = append(part.People, p.ID)
			if p.Rest != nil {
				continue // not read, so nothing of theirs changes
			}
			if err := rows.addPerson(s.Unit, p, onDisk); err != nil {
				return nil, err
			}
		}
		key := coupleKey(s.Unit)
		content, ok := onDisk[place{bState, key}]
		if !ok {
			content = encodeCouple(&part)
		}
		if err := rows.add(bState, key, content); err != nil {
			return nil, err
		}
		for _, digest := range s.Codes() {
			if err := rows.add(bCode, digest, []byte(s.Unit)); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

func (rows rowSet) addPerson(u flows.UnitID, p *flows.Person, onDisk rowSet) error {
	key := personKey(u, p.ID)
	content, ok := onDisk[place{bState, key}]
	if !ok {
		content = encodePerson(p)
	}
	if err := rows.add(bState, key, content); err != nil {
		return err
	}
	if err := rows.add(bPerson, string(p.ID), []byte(u)); err != nil {
		return err
	}
	for _, a := range p.Accounts() {
		if !known(a) {
			continue
		}
		if err := rows.add(bAccount, accountKey(a), []byte(p.ID)); err != nil {
			return err
		}
	}
	for _, t := range p.Timers {
		if err := rows.add(bDue, dueKey(t.Due, u, t.Name), nil); err != nil {
			return err
		}
	}
	return nil
}

// known says whether an address names anybody: the zero address is nobody's.
func known(a flows.Address) bool { return a.Platform != "" || a.User != "" }

func (rows rowSet) add(bucket, key string, content []byte) error {
	if key == "" || len(key) > maxKey {
		return refuse("bucket " + bucket + ": a key is empty or longer than 1024 bytes")
	}
	at := place{bucket, key}
	if old, ok := rows[at]; ok && string(old) != string(content) {
		return refuse("bucket " + bucket + ": two rows want the same key")
	}
	rows[at] = content
	return nil
}

// loadState reads a unit. It is false when there is no such unit. The content of its parts goes into onDisk, if that is not nil.
// Of people for whom rest is not nil it reads the bytes, and leaves what they say to whoever asks.
func loadState(tx *bolt.Tx, u flows.UnitID, onDisk rowSet, rest func(id flows.PersonID, content string) func() flows.Person) (flows.State, bool, error) {
	s := flows.State{Unit: u}
	part, ok, err := loadPart(tx, coupleKey(u), onDisk, decodeCouple)
	if !ok || err != nil {
		return flows.State{}, false, err
	}
	s.Couple, s.People = part.Couple, make([]flows.Person, len(part.People))
	for i, id := range part.People {
		s.People[i], ok, err = loadPart(tx, personKey(u, id), onDisk, func(content string) (flows.Person, error) {
			if later := rest(id, content); later != nil {
				return flows.Person{ID: id, Rest: later}, knownVersion(content)
			}
			return decodePerson(content)
		})
		if err == nil && !ok {
			err = &DamageError{bState, "a person's part of a unit is missing"}
		}
		if err != nil {
			return flows.State{}, false, err
		}
	}
	return s, true, nil
}

// loadPart reads a part of a state.
func loadPart[T any](tx *bolt.Tx, key string, onDisk rowSet, decode func(string) (T, error)) (part T, ok bool, err error) {
	content, ok, err := get(tx, bState, key)
	if !ok || err != nil {
		return part, false, err
	}
	part, err = decode(content)
	if onDisk != nil {
		onDisk[place{bState, key}] = []byte(content)
	}
	return part, err == nil, err
}

// get reads the content of a row, as a copy. It is false when there is no such row.
func get(tx *bolt.Tx, bucket, key string) (string, bool, error) {
	rec := tx.Bucket([]byte(bucket)).Get([]byte(key))
	if rec == nil {
		return "", false, nil
	}
	content, err := unpack(bucket, key, rec)
	return string(content), err == nil, err
}

func getJSON(tx *bolt.Tx, bucket, key string, v any) (bool, error) {
	rec := tx.Bucket([]byte(bucket)).Get([]byte(key))
	if rec == nil {
		return false, nil
	}
	return true, readJSON(bucket, key, rec, v)
}

// readJSON fills v from a record. v shares no memory with rec.
func readJSON(bucket, key string, rec []byte, v any) error {
	content, err := unpack(bucket, key, rec)
	if err != nil {
		return err
	}
	if json.Unmarshal(content, v) != nil { // its error quotes content
		return &DamageError{bucket, "a record is not what this bucket holds"}
	}
	return nil
}

// readAll leaves nothing for later.
func readAll(flows.PersonID, string) func() flows.Person { return nil }
