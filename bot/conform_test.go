package bot_test

import (
	"path/filepath"
	"testing"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/storage"
)

// The suite over a real file: bot and store together keep what each promises alone.
func TestConformsOverARealFile(t *testing.T) {
	bottest.Conform(t, bottest.MemoryHarness(func(t *testing.T) bot.Store {
		db, err := storage.Open(filepath.Join(t.TempDir(), "rewoo.db"), storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}))
}
