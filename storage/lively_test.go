package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// 30 days of a lively couple, over the real library and a real store: the id of the unit, then the length and the bytes of each
// part. The state of benchmarks, because sizes and shapes are what they are in life. Made anew by
//
//	go test ./storage -run TestLively -update
const livelyFile = "testdata/couple-30-days.bin"

var shipped = sync.OnceValues(flows.LoadShipped)

// livelyParts reads the fixture.
func livelyParts() (u flows.UnitID, all [][]byte, err error) {
	data, err := os.ReadFile(livelyFile)
	if err != nil || len(data) < idLen {
		return "", nil, fmt.Errorf("%s is too short: %w", livelyFile, err)
	}
	u, data = flows.UnitID(data[:idLen]), data[idLen:]
	for len(data) > 0 {
		n, w := binary.Uvarint(data)
		if w <= 0 || n > uint64(len(data)-w) {
			return "", nil, errors.New(livelyFile + " is damaged")
		}
		all = append(all, data[w:w+int(n)])
		data = data[w+int(n):]
	}
	return u, all, nil
}

// month is the fixture as a state.
var month = sync.OnceValues(func() (s flows.State, err error) {
	u, all, err := livelyParts()
	if err != nil {
		return s, err
	}
	return whole(u, all)
})

// livelyState is the fixture, somebody in it who is at the first question of a check-in, and the press that answers it.
func livelyState(t testing.TB) (s flows.State, who flows.PersonID, press flows.Event) {
	t.Helper()
	s, err := month()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.People {
		if len(p.Tracks) == 0 {
			continue
		}
		last := p.Tracks[len(p.Tracks)-1]
		for _, b := range p.Buttons {
			if b.Track == last.ID && b.Choice == "4" && last.Frames[0].Step == "pulse" {
				return s, p.ID, flows.Event{ID: "press", Kind: flows.Pressed, From: p.Addr, At: earliest(p).Add(-time.Minute), Action: b.Token}
			}
		}
	}
	t.Fatal("nobody is at the pulse question; make the fixture anew")
	return s, "", flows.Event{}
}

func earliest(p flows.Person) time.Time {
	return slices.MinFunc(p.Timers, func(a, b flows.Timer) int { return a.Due.Compare(b.Due) }).Due
}

func TestLively(t *testing.T) {
	if *update {
		writeLively(t)
	}
	s, who, _ := livelyState(t)
	if len(s.People) != 2 || s.Couple.Since.IsZero() || len(s.Couple.Names) != 2 {
		t.Fatalf("no couple: %+v", s.Couple)
	}
	size := 0
	_, all, err := livelyParts()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range all {
		size += len(part)
	}
	for i := range s.People {
		p := &s.People[i]
		drawn := 0
		for _, l := range p.Draws {
			drawn += len(l.Items)
		}
		t.Logf("%d tracks, %d timers, %d buttons, %d unread, %d drawn, %d messages; the parts take %d bytes",
			len(p.Tracks), len(p.Timers), len(p.Buttons), len(p.Inbox), drawn, p.LastMsg, size)
		if !p.Welcomed || len(p.Facts) < 4 || drawn < 15 || len(p.Timers) == 0 || len(p.Nudged) == 0 || p.LastMsg < 100 || p.Stopped {
			t.Errorf("person %d had no lively month: %+v", i, *p)
		}
	}
	if p, _ := s.Person(who); len(p.Tracks) == 0 || len(p.Buttons) < 5 || len(p.Timers) < 3 {
		t.Errorf("nothing is going on: %+v", *p)
	}
	if size < 1000 || size > 20_000 {
		t.Errorf("the parts take %d bytes", size)
	}
}

func writeLively(t *testing.T) {
	s := playMonth(t)
	out := []byte(s.Unit)
	for _, part := range parts(s) {
		out = append(binary.AppendUvarint(out, uint64(len(part))), part...)
	}
	again := []byte{}
	for _, part := range parts(playMonth(t)) {
		again = append(again, part...)
	}
	if len(again) == 0 || !bytes.HasSuffix(out, again[len(again)-100:]) {
		t.Fatal("a month does not go the same way twice")
	}
	if err := os.WriteFile(livelyFile, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// life is two people, a store and the shipped library in virtual time. The same seed gives the same life.
type life struct {
	t    *testing.T
	db   *DB
	lib  *flows.Library
	rng  *rand.Rand
	now  time.Time
	seen int
}

func playMonth(t *testing.T) flows.State {
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	l := &life{t: t, db: openNew(t), lib: lib, rng: rand.New(rand.NewPCG(30, 2)), now: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)}
	l.pair()
	start := l.now
	for day := 1; day <= 30; day++ {
		for _, hour := range []int{7, 12, 18, 19, 21} { // the check-ins knock at 19:00 and 19:30 UTC, an hour earlier in summer
			l.pass(time.Date(start.Year(), start.Month(), start.Day()+day, hour, 35, 0, 0, time.UTC))
			for _, user := range []string{"ana", "ben"} {
				l.visit(user, hour >= 18)
			}
		}
	}
	l.say("ben", "/checkin")
	for range 12 {
		l.answer("ben")
	}
	l.say("ben", "/checkin")
	l.choose("ben", "3") // and is at the next question
	for range 4 {        // whatever Ana was in, she is at the first question of a check-in now
		if s, p := l.state("ana"); p != nil && len(p.Tracks) > 0 {
			if f := p.Tracks[len(p.Tracks)-1].Frames; p.Tracks[len(p.Tracks)-1].Phase == flows.Asking && f[len(f)-1].Step == "pulse" {
				return s
			}
		}
		l.say("ana", "/leave")
		l.say("ana", "/checkin")
	}
	t.Fatal("Ana does not get to the pulse question")
	return flows.State{}
}

// visit is a person who looks at the chat: perhaps answers, asks for something, or lets it be.
func (l *life) visit(user string, evening bool) {
	dice := l.rng.IntN(10)
	switch {
	case evening && dice < 2, !evening && dice < 7:
		return
	case dice == 7:
		l.say(user, []string{"/cards", "/help", "/checkin", "/privacy", "hello"}[l.rng.IntN(5)])
	}
	for range 2 + l.rng.IntN(10) {
		l.answer(user)
	}
}

// answer does one thing that the person can do now.
func (l *life) answer(user string) {
	_, p := l.state(user)
	dice := l.rng.IntN(20)
	n := len(p.Buttons)
	last := -1
	if len(p.Tracks) > 0 {
		last = p.Tracks[len(p.Tracks)-1].ID
	}
	share := slices.IndexFunc(p.Buttons, func(b flows.Button) bool { return b.Label == "Share" || b.Label == "Read now" })
	switch {
	case dice == 0:
		l.say(user, "/skip")
	case dice == 1:
		l.say(user, "/back")
	case dice == 2 && n == 0:
		l.say(user, "/cards")
	case share >= 0 && dice < 15:
		l.press(user, p.Buttons[share])
	case n > 0 && (p.Buttons[n-1].Track != last || n > 1 || p.Buttons[n-1].Value == "open"):
		l.press(user, p.Buttons[l.rng.IntN(n)])
	case last >= 0:
		l.say(user, []string{"A walk, and tea with Mo", "quiet", "3", "the letter can wait"}[l.rng.IntN(4)])
	}
}

func (l *life) pair() {
	for _, who := range []struct{ user, name, checkin, role string }{{"ana", "Ana", "20:00", "hurt"}, {"ben", "Ben", "20:30", "repairing"}} {
		l.say(who.user, "/start")
		for _, choice := range []string{"go_on", "agree", "adult", "go_on"} {
			l.choose(who.user, choice)
		}
		l.say(who.user, who.name)
		l.say(who.user, "Berlin")
		l.choose(who.user, "right")
		l.say(who.user, who.checkin)
		l.choose(who.user, "keep")
		l.choose(who.user, who.role)
		if who.user == "ana" {
			l.choose("ana", "make")
		}
	}
	l.choose("ben", "have")
	_, p := l.state("ana")
	l.say("ben", p.Pair.Code)
	l.choose("ana", "yes")
	l.choose("ben", "yes")
	if s, _ := l.state("ana"); len(s.People) != 2 {
		l.t.Fatal("not a couple")
	}
}

func (l *life) choose(user, choice string) {
	l.t.Helper()
	_, p := l.state(user)
	for _, b := range slices.Backward(p.Buttons) {
		if b.Choice == choice {
			l.press(user, b)
			return
		}
	}
	l.t.Fatalf("%s cannot choose %q", user, choice)
}

func (l *life) press(user string, b flows.Button) {
	l.event(flows.Event{Kind: flows.Pressed, From: flows.Address{Platform: "sim", User: user}, Action: b.Token})
}

func (l *life) say(user, text string) {
	l.event(flows.Event{Kind: flows.Said, From: flows.Address{Platform: "sim", User: user}, Text: text})
}

func (l *life) event(ev flows.Event) {
	l.t.Helper()
	l.seen++
	if ev.Kind != flows.Fired {
		l.now = l.now.Add(time.Duration(5+l.rng.IntN(90)) * time.Second)
		ev.ID = fmt.Sprint("life/", l.seen)
	}
	ev.At, ev.Seed = l.now, flows.Seed(sha256.Sum256([]byte(ev.ID)))
	if _, err := l.db.Step(ctx, ev, l.lib); err != nil {
		l.t.Fatal(err)
	}
}

// pass lets time go by; everything due happens in order.
func (l *life) pass(target time.Time) {
	for {
		due, next, err := l.db.Due(ctx, l.now, 1)
		switch {
		case err != nil:
			l.t.Fatal(err)
		case len(due) > 0:
			d := due[0]
			l.event(flows.Event{ID: fmt.Sprintf("timer/%s/%s/%d", d.Unit, d.Timer, d.At.UnixNano()), Kind: flows.Fired, Unit: d.Unit, Timer: d.Timer, Due: d.At})
		case next.IsZero() || next.After(target):
			if l.now.Before(target) {
				l.now = target
			}
			return
		default:
			l.now = next
		}
	}
}

// state gives a user's unit, and in it, the user.
func (l *life) state(user string) (s flows.State, p *flows.Person) {
	l.t.Helper()
	err := l.db.bolt.View(func(tx *bolt.Tx) error {
		id, _, err := get(tx, bAccount, accountKey(flows.Address{Platform: "sim", User: user}))
		if err != nil {
			return err
		}
		unit, _, err := get(tx, bPerson, id)
		if err == nil {
			s, _, err = loadState(tx, flows.UnitID(unit), nil, readAll)
		}
		p, _ = s.Person(flows.PersonID(id))
		return err
	})
	if err != nil || p == nil {
		l.t.Fatalf("%s is not there: %v", user, err)
	}
	return s, p
}
