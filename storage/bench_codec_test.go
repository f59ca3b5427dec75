package storage

import (
	"crypto/sha256"
	"testing"

	"rewoo/flows"
)

// What one answer in a check-in costs beside the disk: both parts and the couple's decoded, a step of the real engine, all
// encoded again. At most 40 µs and 150 allocations.
func BenchmarkStepLively(b *testing.B) {
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
		s, err := whole(u, all)
		if err != nil {
			b.Fatal(err)
		}
		out := lib.Step(flows.Input{Self: s, Who: who}, press)
		if len(out.States) != 1 || len(out.Messages) == 0 || len(out.Journal) != 1 {
			b.Fatalf("the press did nothing: %+v", out.Messages)
		}
		size = 0
		for _, part := range parts(out.States[0]) {
			size += len(part)
		}
	}
	b.ReportMetric(float64(size), "bytes")
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
