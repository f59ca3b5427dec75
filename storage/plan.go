package storage

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"rewoo/flows"
)

// plan is an output, checked and encoded before anything is written: what follows from it fails only when the store does.
type plan struct {
	before, after rowSet
	gone          []flows.PersonID // in no state any more
	moved         map[flows.PersonID]flows.Address
	journal       []entryRow
	queue         []queueRow
	wrongCode     bool
}

type entryRow struct {
	key     string
	until   time.Time
	content []byte
}

type queueRow struct {
	person  flows.PersonID
	content []byte
}

// plan turns an output into rows. Its errors are bugs of the machine (errOutput); it writes nothing.
func (s *step) plan(out flows.Output) (*plan, error) {
	p := &plan{wrongCode: out.WrongCode, moved: map[flows.PersonID]flows.Address{}}
	s.wake(out)
	if s.broken != nil {
		return nil, s.broken
	}
	var err error
	if p.before, err = rowsOf(s.before, s.onDisk); err != nil {
		return nil, err
	}
	if p.after, err = rowsOf(out.States, nil); err != nil {
		return nil, err
	}
	if err := s.checkFree(p); err != nil {
		return nil, err
	}
	now, addrs := addresses(out.States), addresses(s.before)
	for id, was := range addrs {
		if is, ok := now[id]; !ok {
			p.gone = append(p.gone, id)
		} else if is != was && known(is) && known(was) {
			p.moved[id] = is
		}
	}
	for id, a := range now {
		addrs[id] = a
	}
	for _, e := range out.Journal {
		if _, ok := now[e.Person]; !ok {
			s.db.lg.Error("storage: a journal entry of somebody who is in no unit is dropped", "event", s.ev, "person", e.Person)
			continue
		}
		if err := p.addEntry(e); err != nil {
			return nil, err
		}
	}
	for _, m := range out.Messages {
		a, ok := addrs[m.To]
		if !ok && len(s.before) == 0 && known(s.ev.From) { // a stranger who is not kept is answered all the same
			a, ok = s.ev.From, true
		}
		if m.At != nil {
			if a, ok = *m.At, hasAccount(m.To, *m.At, s.before, out.States); !ok {
				s.db.lg.Error("storage: a message to an account that is not its person's is dropped", "event", s.ev, "person", m.To)
				continue
			}
		}
		if !ok {
			s.db.lg.Error("storage: a message to somebody who is in no unit is dropped", "event", s.ev, "person", m.To)
			continue
		}
		if err := p.addMessage(queued{Person: m.To, To: a, At: s.ev.At, Message: m, Answers: s.answered(a)}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// checkFree sees to it that no new row takes the place of one that belongs to a unit which was not loaded.
func (s *step) checkFree(p *plan) error {
	for at := range p.after {
		if _, had := p.before[at]; had || at.bucket == bDue {
			continue
		}
		if s.tx.Bucket([]byte(at.bucket)).Get([]byte(at.key)) != nil {
			return refuse("bucket " + at.bucket + ": a new row would take the place of another unit's")
		}
	}
	return nil
}

func addresses(states []flows.State) map[flows.PersonID]flows.Address {
	m := map[flows.PersonID]flows.Address{}
	for _, st := range states {
		for _, p := range st.People {
			m[p.ID] = p.Addr
		}
	}
	return m
}

// hasAccount says that an account is one of somebody's, before the step or after it: one that they give up gets a last line.
func hasAccount(who flows.PersonID, a flows.Address, states ...[]flows.State) bool {
	for _, all := range states {
		for i := range all {
			if p, ok := all[i].Person(who); ok && slices.ContainsFunc(p.Accounts(), a.Same) {
				return true
			}
		}
	}
	return false
}

func (p *plan) addEntry(e flows.Entry) error {
	key := entryKey(e.Person, e.ID)
	content, err := json.Marshal(e)
	if err != nil || len(key)+stampLen > maxKey {
		return refuse("bucket " + bJournal + ": an entry has no JSON form, or too long an id")
	}
	p.journal = append(p.journal, entryRow{key: key, until: e.Until, content: content})
	return nil
}

func (p *plan) addMessage(q queued) error {
	content, err := json.Marshal(q)
	if err != nil {
		return refuse("bucket " + bOutbox + ": a message has no JSON form")
	}
	p.queue = append(p.queue, queueRow{person: q.Person, content: content})
	return nil
}

// wake reads whoever was not read on one side of the step alone: what changed of them has to be seen. So it does for
// whom there is a message: it needs their address. Somebody else who was left alone in the same unit stays unread.
func (s *step) wake(out flows.Output) {
	type seat struct {
		unit flows.UnitID
		id   flows.PersonID
	}
	unread := func(states []flows.State) map[seat]*flows.Person {
		m := map[seat]*flows.Person{}
		for i := range states {
			for j := range states[i].People {
				if p := &states[i].People[j]; p.Rest != nil {
					m[seat{states[i].Unit, p.ID}] = p
				}
			}
		}
		return m
	}
	told := func(id flows.PersonID) bool {
		return slices.ContainsFunc(out.Messages, func(m flows.Message) bool { return m.To == id })
	}
	was, is := unread(s.before), unread(out.States)
	for at, p := range was {
		if is[at] == nil || told(at.id) {
			*p = p.Rest()
		}
	}
	for at, p := range is {
		if was[at] == nil || told(at.id) {
			*p = p.Rest()
		}
	}
}

// recipients are those who get messages, each once.
func (p *plan) recipients() (to []flows.PersonID) {
	for _, q := range p.queue {
		if !slices.Contains(to, q.person) {
			to = append(to, q.person)
		}
	}
	return to
}

// write writes a plan and marks the event seen.
func (s *step) write(p *plan) error {
	for at := range p.before {
		if _, ok := p.after[at]; ok {
			continue
		}
		if err := s.remove(at.bucket, at.key); err != nil {
			return err
		}
	}
	for at, content := range p.after {
		if at.bucket == bState && bytes.Equal(s.onDisk[at], content) {
			continue
		}
		if err := s.put(at.bucket, at.key, content); err != nil {
			return err
		}
	}
	for _, id := range p.gone {
		if err := s.forget(id); err != nil {
			return err
		}
	}
	for id, to := range p.moved {
		if err := s.readdress(id, to); err != nil {
			return err
		}
	}
	for _, e := range p.journal {
		if err := s.putEntry(e); err != nil {
			return err
		}
	}
	for _, q := range p.queue {
		if err := s.enqueue(q); err != nil {
			return err
		}
	}
	for _, id := range p.gone {
		if err := forgetSent(s.tx, id); err != nil {
			return err
		}
	}
	if p.wrongCode {
		if err := s.addWrongCode(); err != nil {
			return err
		}
	}
	return s.mark()
}
