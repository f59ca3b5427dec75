package discord_test

import (
	"testing"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/specs"
)

// checks validates what is said in both directions, where there is something to validate with.
func checks() fakediscord.Check {
	d := specs.OfDiscord()
	if d == nil {
		return fakediscord.Check{}
	}
	return fakediscord.Check{Exchange: d.Exchange, Event: d.Event}
}

// TestDescribed says aloud when nothing is checked.
func TestDescribed(t *testing.T) { specs.NeedDiscord(t) }
