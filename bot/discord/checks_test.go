package discord_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/specs"
)

// described is Discord's own description, or nil where the machine has none.
var described = sync.OnceValues(func() (*specs.Discord, error) {
	path, ok := specs.Find("discord-openapi.json")
	if !ok {
		return nil, nil
	}
	return specs.LoadDiscord(path)
})

// checks validates what is said in both directions, where there is something to validate with.
func checks(t *testing.T) fakediscord.Check {
	t.Helper()
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	if d == nil {
		if slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "specs") {
			t.Fatal("../shared/specs/discord-openapi.json is not there, and REWOO_REQUIRE names the specs")
		}
		return fakediscord.Check{}
	}
	return fakediscord.Check{Exchange: d.Exchange, Event: d.Event}
}

// TestDescribed says aloud when nothing is checked.
func TestDescribed(t *testing.T) {
	if checks(t).Event == nil {
		t.Skip("../shared/specs/discord-openapi.json not found, requests not checked")
	}
}
