//go:build race

package flows

// raced says that the race detector watches, which makes everything ten times slower.
const raced = true
