package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rewoo/flows"
)

var update = flag.Bool("update", false, "make the fixtures anew (never the golden files)")

// parts are the parts of a state, encoded, the couple's first.
func parts(s flows.State) [][]byte {
	c := couplePart{Couple: s.Couple}
	all := [][]byte{nil}
	for i := range s.People {
		c.People = append(c.People, s.People[i].ID)
		all = append(all, encodePerson(&s.People[i]))
	}
	all[0] = encodeCouple(&c)
	return all
}

// whole puts a state together again.
func whole(u flows.UnitID, all [][]byte) (flows.State, error) {
	c, err := decodeCouple(string(all[0]))
	s := flows.State{Unit: u, Couple: c.Couple}
	for i := 1; i < len(all) && err == nil; i++ {
		var p flows.Person
		p, err = decodePerson(string(all[i]))
		if s.People = append(s.People, p); err == nil && p.ID != c.People[i-1] {
			err = errors.New("another person")
		}
	}
	return s, err
}

// everyField gives every field, those of tomorrow too, a value that no other field has, and two elements to whatever holds several.
func everyField(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(t0.Add(time.Duration(*n))))
			return
		}
		for i := range v.NumField() {
			everyField(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		everyField(v.Index(0), n)
		everyField(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			everyField(k, n)
			everyField(e, n)
			v.SetMapIndex(k, e)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		everyField(v.Elem(), n)
	case reflect.Func: // Person.Rest, which never lies on a disk
	default:
		panic("everyField: " + v.Type().String())
	}
}

// A field that is added to any type of a state must be added to the codec, with a new version of it.
func TestCodecCarriesEveryField(t *testing.T) {
	var s flows.State
	everyField(reflect.ValueOf(&s).Elem(), new(int))
	got, err := whole(s.Unit, parts(s))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, s) {
		t.Errorf("got\n%+v\nwant\n%+v", got, s)
	}
	eachOff(reflect.ValueOf(&s).Elem(), func(where string, v reflect.Value) { // one bit that is off among those that are on
		if got, err := whole(s.Unit, parts(s)); err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%s off: %v\n%+v", where, err, got)
		}
	})
}

// eachOff turns each bool off, one at a time, while f looks.
func eachOff(v reflect.Value, f func(where string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(false)
		f("it", v)
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() {
				eachOff(v.Field(i), func(where string, e reflect.Value) { f(v.Type().Field(i).Name+"."+where, e) })
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachOff(v.Index(i), f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			eachOff(v.Elem(), f)
		}
	}
}

var oddTimes = []time.Time{
	{}, time.Unix(0, 0), time.Unix(0, -1), time.Unix(0, math.MaxInt64), time.Unix(0, math.MinInt64), time.Unix(nanoSpan, 999_999_999),
	time.Unix(nanoSpan+1, 0), time.Unix(-nanoSpan, 0), time.Unix(-nanoSpan, -1), t0.AddDate(9000, 0, 0), t0.AddDate(-2026, 0, 0),
	{}, time.Time{}.Add(1), time.Time{}.Add(-1), time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 1),
	t0.In(time.FixedZone("somewhere", 3600)),
}

func TestCodecRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anyState(rt)
		p := &s.People[0]
		switch rapid.IntRange(0, 5).Draw(rt, "odd") {
		case 0:
			p.Tries = append(p.Tries, rapid.SampledFrom(oddTimes).Draw(rt, "time"))
		case 1:
			p.Timers = append(p.Timers, flows.Timer{Name: string(p.ID) + rapid.String().Draw(rt, "name")})
		case 2:
			p.Parked = strings.Repeat("x", 300)
		case 3:
			p.Pair = &flows.Pairing{Peer: unit(4), Person: person(5)}
		}
		all := parts(s)
		got, err := whole(s.Unit, all)
		if err != nil {
			rt.Fatal(err)
		}
		for i, again := range parts(got) {
			if !bytes.Equal(again, all[i]) {
				rt.Fatalf("part %d has two forms:\n%q\n%q", i, all[i], again)
			}
		}
		for i := range p.Tries {
			p.Tries[i] = p.Tries[i].UTC()
		}
		for i := range s.People {
			s.People[i].Draws = s.People[i].Draws.InOrder()
		}
		plain(reflect.ValueOf(&s).Elem())
		if !reflect.DeepEqual(got, s) {
			rt.Fatalf("got\n%+v\nwant\n%+v", got, s)
		}
	})
}

// What waits behind a card has not begun: it is at its first step, and on no visit.
func TestCodecKeepsWhatWaitsBehindACard(t *testing.T) {
	want := flows.Person{ID: "0011223344556677", Joined: t0, Tracks: []flows.Track{{ID: 4, Phase: flows.Quiet, Parked: true, Expires: t0,
		Frames: []flows.Frame{{Flow: "reply", Step: "how", Items: map[string]string{"opened card": "00112233aabbccdd"},
			Record: &flows.Bound{Kind: "question", ID: "00112233aabbccdd", Fields: map[string]flows.Value{"what": {T: flows.Text, S: "Why?"}}},
			Both:   []flows.Half{{Name: "one", Mine: "a", Theirs: "b"}}}}}}}
	got, err := decodePerson(string(encodePerson(&want)))
	if err != nil || !reflect.DeepEqual(got.Tracks, want.Tracks) {
		t.Fatalf("%v: %+v is not %+v", err, got.Tracks, want.Tracks)
	}
}

func TestCodecTimes(t *testing.T) {
	for _, at := range oddTimes {
		p := flows.Person{Joined: at}
		got, err := decodePerson(string(encodePerson(&p)))
		if err != nil || !got.Joined.Equal(at) || got.Joined.Location() != time.UTC {
			t.Errorf("%v: %v %v", at, got.Joined, err)
		}
	}
}

// Maps have an order of their own each time.
func TestCodecIsCanonical(t *testing.T) {
	p := somebody(1)
	p.Nudged = map[string]string{}
	for i := range 50 {
		p.Nudged[fmt.Sprint(i)] = "x"
	}
	first := encodePerson(&p)
	for range 20 {
		if !bytes.Equal(encodePerson(&p), first) {
			t.Fatal("equal states, other bytes")
		}
	}
}

func TestCodecRefuses(t *testing.T) {
	good := string(encodePerson(&flows.Person{ID: person(1)}))
	head := good[:1+1+16+3] // version, id, an empty address
	rest := good[len(head):]
	facts := func(s string) string { return head + "\x00\x00" + s + rest[3:] } // Joined, bools
	timers := func(s string) string {
		return head + "\x00\x00\x00\x00\x01" + s + "\x00\x00\x00\x00\x00\x00\x00\x00" + rest[5:]
	}
	if _, err := decodePerson(timers("\x07abc")); err != nil {
		t.Fatal("the test itself is wrong: ", err)
	}
	if _, err := decodePerson(facts("\x02\x01a\x00\x00\x00\x00\x01b\x00\x00\x00\x00")); err != nil {
		t.Fatal("the test itself is wrong: ", err)
	}
	huge := string(binary.AppendUvarint(nil, math.MaxUint64))
	for name, s := range map[string]string{
		"nothing": "", "version 0": "\x00" + good[1:], "left over": good + "\x00", "not the shortest varint": facts("\x80\x00"),
		"an id of 32 hex digits as text": "\x01\x21" + string(person(1)) + good[1+17:],
		"time form":                      head + "\x03" + rest[1:],
		"zero time as seconds":           head + "\x02" + string(binary.AppendVarint(nil, time.Time{}.Unix())) + "\x00" + rest[1:],
		"small time as seconds":          head + "\x02\x00\x00" + rest[1:],
		"too many nanoseconds":           head + "\x02" + string(binary.AppendUvarint(binary.AppendVarint(nil, 1e12), 1e9)) + rest[1:],
		"nanoseconds out of span":        head + "\x01" + string(binary.AppendVarint(nil, math.MaxInt64)) + rest[1:],
		"a fifth bool":                   head + "\x00\x10" + rest[2:],
		"varint of 11 bytes":             facts(strings.Repeat("\xff", 10) + "\x01"),
		"varint over 64 bits":            good[:len(good)-1] + strings.Repeat("\xff", 9) + "\x02",
		"huge map":                       facts(huge),
		"huge string":                    facts("\x01" + huge),
		"keys out of order":              facts("\x02\x01b\x00\x00\x00\x00\x01a\x00\x00\x00\x00"),
		"a key twice":                    facts("\x02\x01a\x00\x00\x00\x00\x01a\x00\x00\x00\x00"),
		"a person's id spelt out":        timers("\x40" + string(person(1))),
	} {
		p, err := decodePerson(s)
		var damage *DamageError
		if !errors.As(err, &damage) || !reflect.DeepEqual(p, flows.Person{}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := decodePerson("\x02\x01\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00" + rest[5:]); err == nil {
		t.Error("the prefix of nobody's id is taken")
	}
	for n := range good {
		if _, err := decodePerson(good[:n]); err == nil {
			t.Errorf("cut to %d bytes, and taken", n)
		}
	}
}

func TestNewerCodec(t *testing.T) {
	newer := string(rune(codecVersion + 1))
	for _, rest := range []string{"", "\x05", string(encodeCouple(&couplePart{})[1:])} {
		_, err := decodeCouple(newer + rest)
		var e *VersionError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), "written by a newer rewoo") {
			t.Error(err)
		}
	}
	db := openNew(t)
	put(t, db, alone(1, 1))
	insert(t, db, bState, coupleKey(unit(1)), []byte(newer+"whatever"))
	var e *VersionError
	if _, err := db.Step(ctx, said("e", 1), never(t)); !errors.As(err, &e) {
		t.Error(err)
	}
}

// Whatever lengths damage claims, room is made for no more than a few times the bytes that are there.
func TestCodecMakesLittleRoom(t *testing.T) {
	head := string(encodePerson(&flows.Person{ID: person(1)})[:1+1+16+3]) + "\x00\x00"
	claim := string(binary.AppendUvarint(nil, 1<<40))
	most := string(binary.AppendUvarint(nil, 1<<16/8))
	for name, s := range map[string]string{
		"facts": head + claim, "tracks": head + "\x00" + claim, "timers": head + "\x00\x00" + claim,
		"as many as could be": head + "\x00" + most, "maps": head + most,
		"more than could be": head + "\x00" + string(binary.AppendUvarint(nil, 1<<16)),
	} {
		s += strings.Repeat("\xff", 1<<16)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decodePerson(s)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 50<<16 {
			t.Errorf("%s: %d bytes for %d, %v", name, n, len(s), err)
		}
	}
}

// sameForm: what was read is written as the same bytes. An older version has none that are not there today.
func sameForm(t *testing.T, data, again []byte) {
	if data[0] == codecVersion && !bytes.Equal(again, data) || data[0] != codecVersion && len(again) < len(data) {
		t.Errorf("%q becomes\n%q", data, again)
	}
}

// Nothing makes the decoder panic, and what it takes has no other form.
func FuzzCodec(f *testing.F) {
	var s flows.State
	everyField(reflect.ValueOf(&s).Elem(), new(int))
	for _, state := range []flows.State{{}, alone(1, 1), rich(), richDoors(), richAccounts(), richRecords(), s, lively(1)} {
		for _, part := range parts(state) {
			f.Add(part)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 { // TestCodecMakesLittleRoom has longer ones
			t.Skip()
		}
		began := time.Now()
		defer func() {
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("%d bytes took %v", len(data), d)
			}
		}()
		if c, err := decodeCouple(string(data)); err == nil {
			sameForm(t, data, encodeCouple(&c))
		}
		if p, err := decodePerson(string(data)); err == nil {
			sameForm(t, data, encodePerson(&p))
		}
	})
}
