package discord_test

import (
	"testing"

	"rewoo/bot/bottest/fakediscord"
)

func checks(*testing.T) fakediscord.Check { return fakediscord.Check{} }
