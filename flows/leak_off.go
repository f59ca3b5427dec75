//go:build !leaks

package flows

import "time"

// Planted leaks: a search that finds nothing proves nothing until it has found something. With the build tag leaks, one of
// those in leak_on.go can be switched on, and TestPlantedLeaks asks that the two-run search sees it. Without the tag,
// which is everywhere else, the hooks are these functions, of which the compiler leaves nothing.

func leakQuote(_ *Track, body []Block) []Block              { return body }
func leakStatus(_ *run, _ *Person, text string) string      { return text }
func leakPause(*run, *Person) bool                          { return false }
func leakTiming(_ *run, _ *Person, due time.Time) time.Time { return due }
func leakLength(_ *run, _ *Person, body []Block) []Block    { return body }
func leakCount(_ *run, _ *Person, last int) int             { return last }
func leakOrder(_ *run, _ *Person, inbox []Card) []Card      { return inbox }
