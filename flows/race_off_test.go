//go:build !race

package flows

const raced = false
