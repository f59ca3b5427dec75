package storage

import (
	"crypto/sha256"
	"testing"

	"rewoo/flows"
)

// What one answer in a check-in costs beside the disk: what a step reads of the couple decoded, a step of the real engine, what it
// changed encoded again. Of the partner a step reads nothing until something passes between the two. At most 40 µs and 150
// allocations. both: with the partner's part read and written, as when something passes.
func BenchmarkStepLively(b *testing.B) {
	b.Run("own", func(b *testing.B) { stepLively(b, false) })
	b.Run("both", func(b *testing.B) { stepLively(b, true) })
}

func stepLively(b *testing.B, both bool) {
	lib, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	u, all, err := livelyParts()
	if err != nil {
		b.Fatal(err)
	}
	_, who, press := livelyState(b)
	press.Seed = flows.Seed(sha256.Sum256([]byte(press.ID)))
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		s, err := wholeBut(u, all, who, both)
		if err != nil {
			b.Fatal(err)
		}
		out := lib.Step(flows.Input{Self: s, Who: who}, press)
		if len(out.States) != 1 || len(out.Messages) == 0 || len(out.Journal) != 1 {
			b.Fatalf("the press did nothing: %+v", out.Messages)
		}
		size = 0
		c := couplePart{Couple: out.States[0].Couple}
		for i := range out.States[0].People {
			p := &out.States[0].People[i]
			if c.People = append(c.People, p.ID); p.Rest == nil {
				size += len(encodePerson(p))
			}
		}
		size += len(encodeCouple(&c))
	}
	b.ReportMetric(float64(size), "bytes")
}

// wholeBut is the state with nobody read but who, or with both.
func wholeBut(u flows.UnitID, all [][]byte, who flows.PersonID, both bool) (flows.State, error) {
	c, err := decodeCouple(string(all[0]))
	s := flows.State{Unit: u, Couple: c.Couple, People: make([]flows.Person, len(c.People))}
	for i, id := range c.People {
		part := string(all[i+1])
		if id != who && !both {
			s.People[i] = flows.Person{ID: id, Rest: func() flows.Person { panic("the partner was read") }}
			continue
		}
		p, e := decodePerson(part)
		if s.People[i] = p; e != nil {
			err = e
		}
	}
	return s, err
}

// The engine's part of BenchmarkStepLively.
func BenchmarkStepOnly(b *testing.B) {
	lib, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	s, who, press := livelyState(b)
	b.ReportAllocs()
	for b.Loop() {
		lib.Step(flows.Input{Self: s, Who: who}, press)
	}
}

func BenchmarkDecodeLively(b *testing.B) {
	u, all, err := livelyParts()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := whole(u, all); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeLively(b *testing.B) {
	s, _, _ := livelyState(b)
	b.ReportAllocs()
	for b.Loop() {
		parts(s)
	}
}

func BenchmarkCloneLively(b *testing.B) {
	s, _, _ := livelyState(b)
	b.ReportAllocs()
	for b.Loop() {
		s.Clone()
	}
}
