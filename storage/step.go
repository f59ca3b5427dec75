package storage

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// Step lets m make of ev what it will and writes that, all or nothing; nil means that it is on the disk. An event that was
// seen before changes nothing. A Fired event uses its timer up before m sees the unit; when that timer is not there any
// more, m is not asked. The code of Needs may be the unit's own: then there is no other unit. An output that cannot be
// stored (ids of the wrong form, somebody in two units, …) is logged and counts as one that changes nothing. An error is a fault
// of the store or of the caller (an event without an id), a panic of m, or the end of ctx before the transaction began; nothing
// was written then. m may run twice, on another goroutine, but never after Step has returned.
func (db *DB) Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	if ev.ID == "" {
		return flows.Result{}, errors.New("step: the event has no id")
	}
	l := prompt
	if ev.Kind == flows.Fired {
		l = scheduled
	}
	var res flows.Result
	err := db.update(ctx, l, "step", func(tx *bolt.Tx) (err error) {
		s := &step{db: db, tx: tx, ev: ev, onDisk: rowSet{}}
		res, err = s.run(m)
		return err
	})
	if err != nil {
		return flows.Result{}, err
	}
	return res, nil
}

// step is one event on its way through one transaction.
type step struct {
	db     *DB
	tx     *bolt.Tx
	ev     flows.Event
	before []flows.State // the units that were loaded, as they lie on the disk
	onDisk rowSet        // their parts as bytes
	broken error         // a part that turned out to be none when it was read
}

func (s *step) run(m flows.Machine) (flows.Result, error) {
	_, seen, err := get(s.tx, bSeen, seenKey(s.ev.ID))
	if err != nil {
		return flows.Result{}, err
	}
	if seen && s.ev.Kind != flows.Fired {
		return flows.Result{Seen: true}, errNothing
	}
	in, err := s.whose()
	if err != nil {
		return flows.Result{}, err
	}
	if s.ev.Kind == flows.Fired && (seen || in.Timer == nil) {
		return flows.Result{Seen: seen}, s.useUp(in.Self)
	}
	if in.WrongCodes, err = s.wrongCodes(); err != nil {
		return flows.Result{}, err
	}
	if in.Other, err = s.other(m.Needs(in.Self.Clone(), in.Who, s.ev), in.Self.Unit); err != nil {
		return flows.Result{}, err
	}
	out := m.Step(in, s.ev)
	if s.broken != nil {
		return flows.Result{}, s.broken
	}
	p, err := s.plan(out)
	if err != nil {
		s.db.lg.Error("storage: a step is dropped", "event", s.ev, "why", err)
		if p, err = s.plan(s.nothing()); err != nil {
			return flows.Result{}, err
		}
	}
	return flows.Result{Queued: len(p.queue), To: p.recipients()}, s.write(p)
}

// nothing is what a step that did nothing would give: what was loaded, but for the timer that fired.
func (s *step) nothing() (out flows.Output) {
	for i := range s.before {
		state := s.before[i].Clone()
		if i == 0 && s.ev.Kind == flows.Fired {
			takeTimer(&state, s.ev)
		}
		out.States = append(out.States, state)
	}
	return out
}

// whose finds the unit and the person of the event, and takes the timer out that fired.
func (s *step) whose() (in flows.Input, err error) {
	unit, who := string(s.ev.Unit), ""
	if s.ev.Kind != flows.Fired {
		if !known(s.ev.From) || len(accountKey(s.ev.From)) > maxKey {
			return in, nil
		}
		var ok bool
		if who, ok, err = get(s.tx, bAccount, accountKey(s.ev.From)); !ok || err != nil {
			return in, err
		}
		if unit, ok, err = get(s.tx, bPerson, who); err == nil && !ok {
			err = &DamageError{bPerson, "an account's person is missing"}
		}
	}
	if err != nil || unit == "" {
		return in, err
	}
	if s.ev.Kind == flows.Fired {
		who, _, _ = strings.Cut(s.ev.Timer, "/")
	}
	self, err := s.load(flows.UnitID(unit), flows.PersonID(who))
	if self == nil || err != nil {
		return in, err
	}
	in.Self, in.Who = *self, flows.PersonID(who)
	if s.ev.Kind == flows.Fired {
		in.Who, in.Timer = takeTimer(&in.Self, s.ev)
		return in, nil
	}
	if _, ok := in.Self.Person(in.Who); !ok {
		return in, &DamageError{bPerson, "a person is not in their unit"}
	}
	return in, nil
}

// takeTimer takes the timer that fired out of s, and says whose it was. A timer of the same name that is due at another time
// is another timer. Those who were not read are looked at last: its name nearly always says whose it is.
func takeTimer(s *flows.State, ev flows.Event) (flows.PersonID, *flows.Timer) {
	for _, unread := range []bool{false, true} {
		for i := range s.People {
			p := &s.People[i]
			if unread && p.Rest != nil {
				*p = p.Rest()
			}
			for j, t := range p.Timers {
				if t.Name == ev.Timer && stamp(t.Due) == stamp(ev.Due) {
					p.Timers = slices.Delete(slices.Clone(p.Timers), j, j+1)
					return p.ID, &t
				}
			}
		}
	}
	return "", nil
}

// load reads a unit and remembers it as it was. It is nil when there is no such unit. Of those who are not the event's
// person it reads nothing yet.
func (s *step) load(u flows.UnitID, who flows.PersonID) (*flows.State, error) {
	rest := readAll
	if validID(string(who)) {
		rest = func(id flows.PersonID, content string) func() flows.Person {
			if id == who {
				return nil
			}
			return func() flows.Person { return s.read(id, content) }
		}
	}
	state, ok, err := loadState(s.tx, u, s.onDisk, rest)
	if !ok || err != nil {
		return nil, err
	}
	s.before = append(s.before, state)
	state = state.Clone()
	return &state, nil
}

// read reads what was left for later. What cannot be read makes the step fail when the machine is done.
func (s *step) read(id flows.PersonID, content string) flows.Person {
	p, err := decodePerson(content)
	if err != nil {
		s.broken = err
		return flows.Person{ID: id}
	}
	return p
}

// other loads the second unit that the machine asked for.
func (s *step) other(need string, self flows.UnitID) (*flows.State, error) {
	unit, ok := strings.CutPrefix(need, "unit/")
	if digest, code := strings.CutPrefix(need, "code/"); code && digest != "" {
		var err error
		if unit, ok, err = get(s.tx, bCode, digest); err != nil {
			return nil, err
		}
	}
	if !ok || unit == "" || unit == string(self) {
		return nil, nil
	}
	return s.load(flows.UnitID(unit), "")
}

// useUp ends a firing that leads to nothing: the timer goes, and its row in the index, so that the timer loop meets it once.
func (s *step) useUp(self flows.State) error {
	p, err := s.plan(flows.Output{States: []flows.State{self}})
	if err != nil {
		return err
	}
	if err := s.remove(bDue, dueKey(s.ev.Due, s.ev.Unit, s.ev.Timer)); err != nil {
		return err
	}
	return s.write(p)
}

func (s *step) mark() error {
	key := seenKey(s.ev.ID)
	if s.tx.Bucket([]byte(bSeen)).Get([]byte(key)) != nil {
		return nil // a timer that fired twice: the first time counts
	}
	if err := s.put(bSeen, key, nil); err != nil {
		return err
	}
	return s.put(bSeenAt, seenAtKey(s.ev.At, key), nil)
}

// put writes a row, unless it says that already.
func (s *step) put(bucket, key string, content []byte) error {
	rec := pack(bucket, key, content)
	b := s.tx.Bucket([]byte(bucket))
	if bytes.Equal(b.Get([]byte(key)), rec) {
		return nil
	}
	s.db.puts++
	return b.Put([]byte(key), rec)
}

func (s *step) remove(bucket, key string) error {
	return s.tx.Bucket([]byte(bucket)).Delete([]byte(key))
}
