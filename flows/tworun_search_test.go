package flows

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// shorten leaves out moves as long as the lives can still be told apart.
func shorten(t testing.TB, b beginning, moves []move) []move {
	for size := len(moves) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(moves); {
			less := slices.Delete(slices.Clone(moves), at, at+size)
			if _, how := playTwo(t, b, less, newCoverage()); how != "" {
				moves = less
			} else {
				at += size
			}
		}
	}
	return moves
}

// seedOf is where the chance of a search begins: fixed, but in a soak, which looks somewhere else every time.
func seedOf(t testing.TB, soak bool) uint64 {
	seed := uint64(1)
	if soak {
		seed = uint64(time.Now().UnixNano())
	}
	if s := os.Getenv("REWOO_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("REWOO_SEED=%d repeats this", seed)
	return seed
}

// drawPair is a pair of lives by number. The flows come in turn, and in each of them the acts that are possible everywhere.
func drawPair(seed uint64, i int) (beginning, []move) {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	b, turn := drawBeginning(r, i)
	return b, append([]move{{what: atFirst, n: [2]uint64{uint64(turn), r.Uint64()}}}, drawMoves(r)...)
}

// explain is the shortest such pair that is found.
func explain(t testing.TB, i int, b beginning, moves []move, how string) string {
	l, shorter := playTwo(t, b, shorten(t, b, moves), newCoverage())
	return fmt.Sprintf("pair %d, %+v: b can tell the lives apart:\n%s\n%s", i, b, strings.Join(l.acts, "\n"), cmp.Or(shorter, how))
}
