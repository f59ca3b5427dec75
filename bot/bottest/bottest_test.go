package bottest_test

import (
	"testing"

	"rewoo/bot"
	"rewoo/bot/bottest"
)

func TestMemoryConforms(t *testing.T) {
	bottest.Conform(t, bottest.MemoryHarness(func(*testing.T) bot.Store { return bottest.NewMemStore() }))
}
