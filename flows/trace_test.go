package flows

import (
	"reflect"
	"testing"
	"time"
)

// A trace is the only difference, and there is none unless it was asked for.
func TestTraceIsTheOnlyDifference(t *testing.T) {
	lib := mustShipped(t)
	ev := Event{ID: "1", Kind: Said, From: Address{Platform: "x", User: "a"}, At: time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC), Text: "/start"}
	plain, traced := lib.Step(Input{}, ev), lib.Traced().With(Setup{}).Step(Input{}, ev)
	if plain.Trace != nil {
		t.Errorf("noted without being asked: %v", plain.Trace)
	}
	if len(traced.Trace) != 1 || traced.Trace[0] != (Covered{Flow: "welcome", Step: "hello"}) {
		t.Errorf("noted: %v", traced.Trace)
	}
	if traced.Trace = nil; !reflect.DeepEqual(plain, traced) {
		t.Errorf("%+v\n%+v", plain, traced)
	}
}

// Two things to cover are never the same, or one of them could hide behind the other.
func TestWhatIsToCoverIsDistinct(t *testing.T) {
	seen := map[Covered]bool{}
	for _, x := range mustShipped(t).ToCover() {
		if seen[x] {
			t.Errorf("twice: %+v", x)
		}
		seen[x] = true
	}
	if len(seen) < 600 {
		t.Errorf("only %d", len(seen))
	}
}
