//go:build leaks

package flows

import "testing"

// A search that looks at enough lives sees each of the planted leaks, and sees nothing where none is on.
func TestPlantedLeaks(t *testing.T) {
	const enough = 400
	seed := seedOf(t, false)
	search := func(pairs int) (at int, how string) {
		for i := range pairs {
			b, moves := drawPair(seed, i)
			if _, how := playTwo(t, b, moves, newCoverage()); how != "" {
				return i + 1, how
			}
		}
		return pairs, ""
	}
	if n, how := search(100); how != "" {
		t.Fatalf("no leak is on, and pair %d can be told apart: %s", n, how)
	}
	defer func() { planted = "" }()
	for _, planted = range leakNames {
		n, how := search(enough)
		if how == "" {
			t.Errorf("the planted leak %q was not caught in %d pairs of lives", planted, n)
			continue
		}
		b, moves := drawPair(seed, n-1)
		t.Logf("%s: caught by pair %d, which %d moves show", planted, n, len(shorten(t, b, moves)))
	}
}
