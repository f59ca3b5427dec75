package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rewoo/flows"
)

// gen is anything that rapid can fill by its shape: every field of flows.State is in it, those of tomorrow too.
func gen(rt *rapid.T, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		if rapid.Bool().Draw(rt, "set") {
			sec := rapid.Int64Range(0, 4e9).Draw(rt, "sec")
			v.Set(reflect.ValueOf(time.Unix(sec, rapid.Int64Range(0, 999_999_999).Draw(rt, "ns")).UTC()))
		}
		return
	}
	few := func() int { return rapid.IntRange(0, 2).Draw(rt, "n") }
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.StringN(0, 6, 24).Draw(rt, "s"))
	case reflect.Int:
		v.SetInt(rapid.Int64().Draw(rt, "i"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(rt, "b"))
	case reflect.Struct:
		for i := range v.NumField() {
			gen(rt, v.Field(i), depth+1)
		}
	case reflect.Slice:
		n := few()
		v.Set(reflect.MakeSlice(v.Type(), n, n)) // may be empty and not nil
		for i := range n {
			gen(rt, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range few() {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			gen(rt, k, depth+1)
			gen(rt, e, depth+1)
			v.SetMapIndex(k, e)
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(rt, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			gen(rt, v.Elem(), depth+1)
		}
	case reflect.Func:
	default:
		panic("gen: " + v.Type().String())
	}
}

// plain makes empty slices and maps nil, all the way down: the two are the same to rewoo.
func plain(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			plain(v.Field(i))
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
		}
		for i := range v.Len() {
			plain(v.Index(i))
		}
	case reflect.Map:
		if v.Len() == 0 {
			v.SetZero()
		}
		for _, k := range v.MapKeys() {
			e := reflect.New(v.Type().Elem()).Elem()
			e.Set(v.MapIndex(k))
			plain(e)
			v.SetMapIndex(k, e)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			plain(v.Elem())
		}
	}
}

func anyState(rt *rapid.T) flows.State {
	var s flows.State
	gen(rt, reflect.ValueOf(&s.Couple).Elem(), 0)
	s.Unit = unit(1)
	for i := range rapid.IntRange(1, 2).Draw(rt, "people") {
		var p flows.Person
		gen(rt, reflect.ValueOf(&p).Elem(), 0)
		p.ID = person(2 - i) // not in the order of ids
		p.Addr.User += fmt.Sprint(i)
		s.People = append(s.People, p)
	}
	if len(s.People) == 2 && s.People[1].Pair != nil && s.People[0].Pair != nil && s.People[1].Pair.Code == s.People[0].Pair.Code {
		s.People[1].Pair.Code += "x"
	}
	return s
}

func TestStateRoundTrip(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := anyState(rt)
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		db := reopen(t, path)
		defer os.Remove(path)
		defer db.Close()
		if _, err := db.Step(ctx, said("e", 9), gives(flows.Output{States: []flows.State{s.Clone()}})); err != nil {
			rt.Fatal(err)
		}
		got := snapshot(rt, db).States
		if len(got) != 1 {
			rt.Fatal("not stored")
		}
		for i := range s.People {
			s.People[i].Draws = s.People[i].Draws.InOrder()
		}
		plain(reflect.ValueOf(&s).Elem())
		plain(reflect.ValueOf(&got[0]).Elem())
		if !reflect.DeepEqual(got[0], s) {
			rt.Fatalf("got\n%+v\nwant\n%+v", got[0], s)
		}
		before := db.puts // and a second time it is the same to the byte
		if _, err := db.Step(ctx, flows.Event{ID: "f", Kind: flows.Said, From: s.People[0].Addr, At: t0}, does(func(in flows.Input, _ flows.Event) flows.Output {
			return flows.Output{States: []flows.State{in.Self}}
		})); err != nil {
			rt.Fatal(err)
		}
		if n := db.puts - before; n != 2 {
			rt.Fatalf("writing what was read changed %d rows", n-2)
		}
	})
}

// world is what the database should hold, beside a database that holds it.
type world struct {
	db    *DB
	units map[flows.UnitID]flows.State
	now   time.Time
	next  int // for fresh ids
	event int
}

func (w *world) sorted() (all []flows.State) {
	for _, s := range w.units {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b flows.State) int { return cmpString(a.Unit, b.Unit) })
	return all
}

func cmpString(a, b flows.UnitID) int {
	if a < b {
		return -1
	}
	return 1
}

// step hands an event of somebody over, to a machine that sees other and gives out.
func (w *world) step(rt *rapid.T, ev flows.Event, need string, self *flows.State, other *flows.State, out flows.Output) {
	w.event++
	ev.ID, ev.At = fmt.Sprint("event ", w.event), w.now
	m := fake{
		needs: func(flows.State, flows.PersonID, flows.Event) string { return need },
		step: func(in flows.Input, _ flows.Event) flows.Output { // rapid must not be called in here: panics are caught
			readAgain(in.Self)
			if self != nil && ev.Kind != flows.Fired && !reflect.DeepEqual(in.Self, *self) || (in.Other == nil) != (other == nil) {
				panic("not the unit that was stored")
			}
			return out
		},
	}
	if _, err := w.db.Step(ctx, ev, m); err != nil {
		rt.Fatal(err)
	}
	for _, s := range []*flows.State{self, other} {
		if s != nil {
			delete(w.units, s.Unit)
		}
	}
	for _, s := range out.States {
		if len(s.People) > 0 {
			w.units[s.Unit] = s
		}
	}
	if got := check(rt, w.db).States; !reflect.DeepEqual(got, w.sorted()) {
		rt.Fatalf("stored\n%+v\nwant\n%+v", got, w.sorted())
	}
}

// change gives a person random timers, a code, another chat.
func (w *world) change(rt *rapid.T, p *flows.Person) {
	p.Timers = nil
	for i := range rapid.IntRange(0, 3).Draw(rt, "timers") {
		due := w.now.Add(time.Duration(rapid.IntRange(-2, 5).Draw(rt, "due")) * time.Minute)
		p.Timers = append(p.Timers, flows.Timer{Name: fmt.Sprint(p.ID, "/", i), Due: due, What: "timeout"})
	}
	p.Pair = nil
	if rapid.Bool().Draw(rt, "code") {
		w.next++
		p.Pair = &flows.Pairing{Code: fmt.Sprintf("CODE%06d", w.next), Expires: w.now, Ended: rapid.IntRange(0, 4).Draw(rt, "ended") == 0}
	}
	p.Addr.Chat = fmt.Sprint("chat", rapid.IntRange(0, 3).Draw(rt, "chat"))
	if rapid.IntRange(0, 4).Draw(rt, "moves") == 0 {
		w.next++
		p.Addr.User = fmt.Sprint("user", w.next)
	}
}

// pick chooses a unit and one of its people.
func (w *world) pick(rt *rapid.T) (flows.State, int) {
	s := rapid.SampledFrom(w.sorted()).Draw(rt, "unit")
	return s, rapid.IntRange(0, len(s.People)-1).Draw(rt, "who")
}

func from(s flows.State, i int) flows.Event {
	return flows.Event{Kind: flows.Said, From: s.People[i].Addr}
}

// Whatever happens in whatever order, the indexes say what the states say.
func TestIndexesFollowStates(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		w := &world{db: reopen(t, path), units: map[flows.UnitID]flows.State{}, now: t0, next: 100}
		defer os.Remove(path)
		defer func() { w.db.Close() }()
		actions := map[string]func(*rapid.T){
			"newcomer": w.newcomer, "change": w.changeOne, "merge": w.merge, "split": w.split, "forget": w.forget, "fire": w.fire,
			"restart": func(*rapid.T) { w.db.Close(); w.db = reopen(t, path) },
			"prune": func(rt *rapid.T) {
				if err := w.db.Prune(ctx, w.now); err != nil {
					rt.Fatal(err)
				}
				check(rt, w.db)
			},
		}
		rt.Repeat(actions)
	})
}

func (w *world) newcomer(rt *rapid.T) {
	w.next++
	p := somebody(w.next)
	ev := flows.Event{Kind: flows.Said, From: p.Addr}
	w.change(rt, &p)
	w.step(rt, ev, "", nil, nil, flows.Output{States: []flows.State{{Unit: unit(w.next), People: []flows.Person{p}}}})
}

func (w *world) changeOne(rt *rapid.T) {
	if len(w.units) == 0 {
		rt.Skip()
	}
	s, i := w.pick(rt)
	after := s.Clone()
	w.change(rt, &after.People[i])
	out := flows.Output{States: []flows.State{after}, Messages: []flows.Message{{ID: "m", To: s.People[i].ID}}}
	for range rapid.IntRange(0, 2).Draw(rt, "entries") {
		id := fmt.Sprint("entry", rapid.IntRange(0, 2).Draw(rt, "entry"))
		until := w.now.Add(time.Duration(rapid.IntRange(0, 5).Draw(rt, "until")) * time.Minute)
		out.Journal = append(out.Journal, flows.Entry{Person: s.People[i].ID, ID: id, Until: until})
	}
	w.step(rt, from(s, i), "", &s, nil, out)
}

func (w *world) merge(rt *rapid.T) {
	a, i := flows.State{}, 0
	if len(w.units) > 1 {
		a, i = w.pick(rt)
	}
	for _, b := range w.sorted() {
		codes := b.Codes()
		if a.Unit == b.Unit || len(a.People)+len(b.People) != 2 || len(codes) == 0 || len(a.People) == 0 {
			continue
		}
		both := flows.State{Unit: b.Unit, Couple: flows.Couple{Since: w.now}, People: slices.Concat(a.Clone().People, b.Clone().People)}
		if rapid.Bool().Draw(rt, "fresh") {
			w.next++
			both.Unit = unit(w.next)
		}
		w.step(rt, from(a, i), "code/"+codes[0], &a, &b, flows.Output{States: []flows.State{both}})
		return
	}
	rt.Skip()
}

func (w *world) split(rt *rapid.T) {
	for _, s := range w.sorted() {
		if len(s.People) != 2 {
			continue
		}
		w.next++
		stays, leaves := s.Clone(), flows.State{Unit: unit(w.next), People: s.Clone().People[:1]}
		stays.People = stays.People[1:]
		w.step(rt, from(s, 0), "", &s, nil, flows.Output{States: []flows.State{leaves, stays}})
		return
	}
	rt.Skip()
}

func (w *world) forget(rt *rapid.T) {
	if len(w.units) == 0 {
		rt.Skip()
	}
	s, i := w.pick(rt)
	after := s.Clone()
	after.People = slices.Delete(after.People, i, i+1)
	if len(after.People) == 0 {
		after.People = nil
	}
	w.step(rt, from(s, i), "", &s, nil, flows.Output{States: []flows.State{after}, Messages: []flows.Message{{ID: "bye", To: s.People[i].ID}}})
}

func (w *world) fire(rt *rapid.T) {
	w.now = w.now.Add(time.Minute)
	due, _, err := w.db.Due(ctx, w.now, 3)
	if err != nil {
		rt.Fatal(err)
	}
	for _, d := range due {
		s := w.units[d.Unit]
		after := s.Clone()
		for i := range after.People {
			p := &after.People[i]
			p.Timers = slices.DeleteFunc(p.Timers, func(t flows.Timer) bool { return t.Name == d.Timer && t.Due.Equal(d.At) })
			if len(p.Timers) == 0 {
				p.Timers = nil
			}
		}
		w.step(rt, flows.Event{Kind: flows.Fired, Unit: d.Unit, Timer: d.Timer, Due: d.At}, "", &s, nil, flows.Output{States: []flows.State{after}})
	}
}
