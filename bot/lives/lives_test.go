// Package lives plays whole lives of couples over the real engine, the real deliverer and the real store, and breaks them: the
// process is killed at random moments (crash_test.go), and every write, send and acknowledgement fails once (faults_test.go).
// What came of such a life is compared with the same life in peace. Only tests are here.
//
// A life is scenes of acts (script_test.go). It depends on nothing but the ids of its events, so that two of them can be
// compared to the letter: chance comes from the id of an event, the clock stands still unless the life moves it, and those
// whose acts can meet act one after the other. What people got and did survives a kill, as a platform's servers would: phones
// keep what arrived (phones_test.go), the book keeps what was said and what was acknowledged (book_test.go).
package lives

import (
	"crypto/sha256"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

const platform = "lives"

// start is six in the evening in Berlin, where everybody lives.
var start = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

var shipped = sync.OnceValues(flows.LoadShipped)

// TestMain makes the test binary one of the lives of a couple's bot, if its environment says so.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// soak tells whether there is time for everything.
func soak() bool { return os.Getenv("REWOO_SOAK") != "" }

func newBot(store bot.Store, lib *flows.Library, a bot.Adapter, c *bottest.Clock) *bot.Bot {
	return bot.New(bot.Options{
		Store: store, Machine: lib, Adapters: []bot.Adapter{a}, Manual: true, Now: c.Now,
		Seed: func(id string) flows.Seed { return flows.Seed(sha256.Sum256([]byte("lives " + id))) },
	})
}
