// Package specs checks what the fakes and the adapters say to each other against the platforms' own descriptions, which
// lie beside the repository in ../shared/specs. They are data for tests; the program needs none of it.
package specs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The names of the descriptions.
const (
	telegramFile = "telegram-api.json"
	discordFile  = "discord-openapi.json"
)

// OfTelegram is Telegram's description, read once; nil where it does not lie. One that cannot be read is a panic.
var OfTelegram = sync.OnceValue(func() *Telegram { return found(telegramFile, LoadTelegram) })

// OfDiscord is Discord's, likewise.
var OfDiscord = sync.OnceValue(func() *Discord { return found(discordFile, LoadDiscord) })

func found[T any](name string, load func(string) (*T, error)) *T {
	path, ok := Find(name)
	if !ok {
		return nil
	}
	s, err := load(path)
	if err != nil {
		panic(err)
	}
	return s
}

// NeedTelegram is OfTelegram. Without it the test skips and says so, or fails where REWOO_REQUIRE names "specs".
func NeedTelegram(t testing.TB) *Telegram {
	t.Helper()
	need(t, telegramFile)
	return OfTelegram()
}

// NeedDiscord is OfDiscord, likewise.
func NeedDiscord(t testing.TB) *Discord {
	t.Helper()
	need(t, discordFile)
	return OfDiscord()
}

func need(t testing.TB, name string) {
	t.Helper()
	switch _, ok := Find(name); {
	case ok:
	case slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "specs"):
		t.Fatalf("../shared/specs/%s not found, and REWOO_REQUIRE names the specs", name)
	default:
		t.Skipf("../shared/specs/%s not found: what goes over the wire is not held against it", name)
	}
}

// Find looks for a description, "telegram-api.json", in ../shared/specs, seen from the root of the repository.
func Find(name string) (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(filepath.Dir(dir), "shared", "specs", name)
			_, err := os.Stat(path)
			return path, err == nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}
