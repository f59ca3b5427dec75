package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/flows"
)

func TestRepeatedEventIsOneEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	db := reopen(t, path)
	s := alone(1, 1)
	out := flows.Output{States: []flows.State{s}, Messages: []flows.Message{{ID: "m1", To: s.People[0].ID}}}
	if res := step1(t, db, said("e1", 1), gives(out)); res.Seen || res.Queued != 1 {
		t.Errorf("first: %+v", res)
	}
	for range 2 {
		if res := step1(t, db, said("e1", 1), never(t)); !res.Seen || res.Queued != 0 {
			t.Errorf("again: %+v", res)
		}
		db.Close()
		db = reopen(t, path)
	}
	if n := len(snapshot(t, db).Outbox); n != 1 {
		t.Errorf("%d rows in the outbox", n)
	}
}

func TestEventWithoutID(t *testing.T) {
	db := openNew(t)
	if _, err := db.Step(ctx, said("", 1), never(t)); err == nil {
		t.Error("no error")
	}
}

func TestInputOfAStep(t *testing.T) {
	db := openNew(t)
	var in flows.Input
	look := does(func(i flows.Input, _ flows.Event) flows.Output {
		in = i
		return flows.Output{States: []flows.State{i.Self}}
	})
	step1(t, db, said("stranger", 1), look)
	if in.Self.Unit != "" || in.Self.People != nil || in.Who != "" || in.Other != nil || in.Timer != nil {
		t.Errorf("a stranger: %+v", in)
	}
	if snap := snapshot(t, db); len(snap.States) != 0 {
		t.Errorf("a state without people was written: %+v", snap.States)
	}
	couple := alone(1, 1)
	couple.People = append(couple.People, somebody(2))
	put(t, db, couple, alone(3, 3))
	step1(t, db, said("known", 2), look)
	if !reflect.DeepEqual(in.Self, couple) || in.Who != person(2) {
		t.Errorf("known: %+v", in)
	}
	from := said("other chat", 2)
	from.From.Chat = "elsewhere" // the account is the platform and the user
	step1(t, db, from, look)
	if in.Who != person(2) {
		t.Errorf("from another chat: %+v", in)
	}
	noOne := said("nobody", 1)
	noOne.From = flows.Address{}
	step1(t, db, noOne, look)
	if in.Who != "" {
		t.Errorf("the zero address is somebody: %+v", in)
	}
}

func TestOtherUnit(t *testing.T) {
	db := openNew(t)
	offering := alone(2, 2)
	offering.People[0].Pair = &flows.Pairing{Code: "ABCDEFGHJK", Expires: t0.Add(time.Minute)}
	put(t, db, alone(1, 1), offering)
	digest := flows.CodeDigest("ABCDEFGHJK")
	for _, c := range []struct {
		from int
		need string
		want flows.UnitID
	}{
		{1, "", ""},
		{1, "code/" + digest, unit(2)},
		{1, "unit/" + string(unit(2)), unit(2)},
		{1, "code/" + flows.CodeDigest("KKKKKKKKKK"), ""},
		{1, "code/", ""},
		{1, "unit/", ""},
		{1, "unit/" + string(unit(9)), ""},
		{1, "nonsense", ""},
		{2, "code/" + digest, ""}, // one's own
		{2, "unit/" + string(unit(2)), ""},
		{7, "code/" + digest, unit(2)}, // a stranger with a code
	} {
		var got flows.UnitID
		m := fake{
			needs: func(flows.State, flows.PersonID, flows.Event) string { return c.need },
			step: func(in flows.Input, _ flows.Event) flows.Output {
				out := flows.Output{States: []flows.State{in.Self}}
				if in.Other != nil {
					got = in.Other.Unit
					out.States = append(out.States, *in.Other)
				}
				return out
			},
		}
		step1(t, db, said("need "+string(rune('a'+c.from))+c.need, c.from), m)
		if got != c.want {
			t.Errorf("%d needs %q: got %q", c.from, c.need, got)
		}
	}
	if snap := snapshot(t, db); len(snap.States) != 2 {
		t.Errorf("%d units are left", len(snap.States))
	}
}

func TestMachineCannotReachTheStateOnDisk(t *testing.T) {
	db := openNew(t)
	s := alone(1, 1)
	s.People[0].Timers = []flows.Timer{timer("a", time.Hour), timer("b", time.Hour)}
	put(t, db, s)
	m := fake{
		needs: func(self flows.State, _ flows.PersonID, _ flows.Event) string {
			self.People[0].Timers[0].Name = "spoilt"
			return ""
		},
		step: func(in flows.Input, _ flows.Event) flows.Output {
			if in.Self.People[0].Timers[0].Name != "a" {
				t.Error("Needs changed what Step sees")
			}
			in.Self.People[0].Timers[0].Name = "changed"
			return flows.Output{States: []flows.State{in.Self}}
		},
	}
	step1(t, db, said("e", 1), m) // check: the row of the old name must go
}

func TestOnlyChangedRowsAreWritten(t *testing.T) {
	db := openNew(t)
	s := alone(1, 1)
	s.People = append(s.People, somebody(2))
	s.People[1].Timers = []flows.Timer{timer("a", time.Hour)}
	put(t, db, s)
	before := db.puts
	step1(t, db, said("nothing", 1), does(func(in flows.Input, _ flows.Event) flows.Output {
		return flows.Output{States: []flows.State{in.Self}}
	}))
	if n := db.puts - before; n != 2 { // seen, seen_at
		t.Errorf("a step that changes nothing wrote %d rows", n)
	}
	before = db.puts
	step1(t, db, said("a fact", 1), does(func(in flows.Input, _ flows.Event) flows.Output {
		in.Self.People[0].Facts = map[string]flows.Value{"name": {S: "Ada"}}
		return flows.Output{States: []flows.State{in.Self}}
	}))
	if n := db.puts - before; n != 3 { // and the one person
		t.Errorf("a step that changes a fact of one person wrote %d rows", n)
	}
}

func TestPanicUndoesTheStep(t *testing.T) {
	var log bytes.Buffer
	db := openNew(t)
	db.lg = slog.New(slog.NewTextHandler(&log, nil))
	s := alone(1, 1)
	s.People[0].Timers = []flows.Timer{timer("a", time.Hour)}
	put(t, db, s)
	before := contents(t, db)
	for _, ev := range []flows.Event{said("boom", 1), fired(1, s.People[0].Timers[0])} {
		_, err := db.Step(ctx, ev, does(func(_ flows.Input, ev flows.Event) flows.Output {
			panic("a private word: " + ev.Text)
		}))
		if err == nil || strings.Contains(err.Error(), "private") {
			t.Errorf("%s: %v", ev.ID, err)
		}
		check(t, db)
	}
	if !reflect.DeepEqual(before, contents(t, db)) {
		t.Error("something was written")
	}
	if strings.Contains(log.String(), "private") || !strings.Contains(log.String(), "step_test.go") {
		t.Errorf("the log must say where and not what: %s", log.String())
	}
	if res := step1(t, db, said("boom", 1), gives(flows.Output{States: []flows.State{s}})); res.Seen {
		t.Error("the event counts as seen")
	}
}

func TestCancelled(t *testing.T) {
	db := openNew(t)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err := db.Step(gone, said("e", 1), never(t))
	_, err2 := db.Heads(gone)
	err3 := db.Done(gone, "x", flows.Address{}, "")
	_, _, err4 := db.Due(gone, t0, 1)
	_, err6 := db.Snapshot(gone)
	for i, err := range []error{err, err2, err3, err4, db.Prune(gone, t0), err6} {
		if err != context.Canceled {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestCancelledWhileAnotherWrites(t *testing.T) {
	db := openNew(t)
	inside, release := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		db.Step(ctx, said("slow", 1), does(func(flows.Input, flows.Event) flows.Output {
			close(inside)
			<-release
			return flows.Output{}
		}))
	})
	<-inside
	soon, cancel := context.WithCancel(ctx)
	wg.Go(func() {
		if _, err := db.Step(soon, said("waits", 1), never(t)); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	time.Sleep(20 * time.Millisecond)
	cancel()
	close(release)
	wg.Wait()
	check(t, db)
}

func TestManyAtOnce(t *testing.T) {
	db := openNew(t)
	put(t, db, alone(1, 1))
	count := does(func(in flows.Input, _ flows.Event) flows.Output {
		in.Self.People[0].LastMsg++
		return flows.Output{States: []flows.State{in.Self}}
	})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				if _, err := db.Step(ctx, said(string(rune('a'+i/2))+string(rune('a'+j)), 1), count); err != nil {
					t.Error(err)
				}
				db.Heads(ctx)
				db.Due(ctx, t0, 10)
			}
		})
	}
	wg.Wait()
	check(t, db)
	if n := snapshot(t, db).States[0].People[0].LastMsg; n != 80 { // each event came twice
		t.Errorf("%d steps took effect, not 80", n)
	}
}

// An output that cannot be stored is dropped whole; the event is seen, so that it does not come again for ever.
func TestOutputThatCannotBeStored(t *testing.T) {
	two := func(a, b flows.State) []flows.State { return []flows.State{a, b} }
	change := func(s flows.State, f func(*flows.State)) flows.State { f(&s); return s }
	bad := map[string]flows.Output{
		"unit id":          {States: []flows.State{{Unit: "x", People: []flows.Person{somebody(1)}}}},
		"person id":        {States: []flows.State{{Unit: unit(1), People: []flows.Person{{ID: "x"}}}}},
		"upper case":       {States: []flows.State{{Unit: flows.UnitID(strings.Repeat("A", 32)), People: []flows.Person{somebody(1)}}}},
		"in two units":     {States: two(alone(1, 1), alone(5, 1))},
		"unit twice":       {States: two(alone(1, 1), alone(1, 5))},
		"person twice":     {States: []flows.State{{Unit: unit(1), People: []flows.Person{somebody(1), somebody(1)}}}},
		"not loaded unit":  {States: two(alone(1, 1), alone(2, 5))},
		"another's person": {States: two(alone(1, 1), alone(5, 2))},
		"another's account": {States: []flows.State{change(alone(1, 1), func(s *flows.State) {
			s.People[0].Addr = addr(2)
		})}},
		"timer name": {States: []flows.State{change(alone(1, 1), func(s *flows.State) {
			s.People[0].Timers = []flows.Timer{timer(strings.Repeat("n", 2000), 0)}
		})}},
		"message": {States: []flows.State{alone(1, 1)},
			Messages: []flows.Message{{ID: "m", To: person(1), Until: t0.AddDate(9000, 0, 0)}}},
		"entry": {States: []flows.State{alone(1, 1)},
			Journal: []flows.Entry{{ID: strings.Repeat("n", 2000), Person: person(1)}}},
	}
	for name, out := range bad {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			db := openNew(t)
			db.lg = slog.New(slog.NewTextHandler(&log, nil))
			put(t, db, alone(1, 1), alone(2, 2))
			before := snapshot(t, db)
			out.WrongCode = true
			if len(out.Messages) == 0 {
				out.Messages = []flows.Message{{ID: "m", To: person(1), Body: []flows.Block{{Text: "private"}}}}
			}
			if res := step1(t, db, said("bad", 1), gives(out)); res.Queued != 0 || res.Seen {
				t.Errorf("%+v", res)
			}
			if !reflect.DeepEqual(before, snapshot(t, db)) {
				t.Errorf("something was written: %+v", snapshot(t, db))
			}
			if res := step1(t, db, said("bad", 1), never(t)); !res.Seen {
				t.Error("not marked seen")
			}
			if !strings.Contains(log.String(), "level=ERROR") || strings.Contains(log.String(), "private") {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

// The other unit stays as it was too, and a timer that fired is used up all the same.
func TestOutputThatCannotBeStoredKeepsBoth(t *testing.T) {
	db := openNew(t)
	a, b := alone(1, 1), alone(2, 2)
	a.People[0].Timers = []flows.Timer{timer("a", time.Hour)}
	put(t, db, a, b)
	step1(t, db, fired(1, a.People[0].Timers[0]), fake{
		needs: func(flows.State, flows.PersonID, flows.Event) string { return "unit/" + string(unit(2)) },
		step: func(in flows.Input, _ flows.Event) flows.Output {
			in.Other.Unit = "x"
			return flows.Output{States: []flows.State{in.Self, *in.Other}}
		},
	})
	if got := snapshot(t, db).States; !reflect.DeepEqual(got, []flows.State{alone(1, 1), b}) {
		t.Errorf("%+v", got)
	}
}

func TestWrongCodes(t *testing.T) {
	db := openNew(t)
	var got int
	try := func(after time.Duration, wrong bool) int {
		ev := said("try "+after.String(), 1)
		ev.At = t0.Add(after)
		if _, err := db.Step(ctx, ev, does(func(in flows.Input, _ flows.Event) flows.Output {
			got = in.WrongCodes
			return flows.Output{WrongCode: wrong}
		})); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, c := range []struct {
		after time.Duration
		wrong bool
		want  int
	}{
		{0, true, 0}, {time.Minute, true, 1}, {2 * time.Minute, false, 2}, {14 * time.Minute, true, 2},
		{15 * time.Minute, false, 2}, {16 * time.Minute, true, 1}, {30 * time.Minute, false, 1}, {time.Hour, false, 0},
	} {
		if n := try(c.after, c.wrong); n != c.want {
			t.Errorf("after %v: %d, not %d", c.after, n, c.want)
		}
	}
	full := make([]uint64, wrongLimit-1)
	for i := range full {
		full[i] = stamp(t0.Add(2 * time.Hour))
	}
	content, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	insert(t, db, bMeta, wrongKey, content)
	for i := range 3 {
		try(2*time.Hour+time.Duration(i), true)
	}
	if n := try(2*time.Hour+time.Minute, false); n != wrongLimit {
		t.Errorf("%d are kept", n)
	}
}
