package bot_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
)

// A row that came without a hint is found by the sweep, however much goes on meanwhile.
func TestSweepComesInTheMidstOfTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.start()
		synctest.Wait()
		s.crowd(bot.New(s.options()), "unhinted", 1) // by another bot, so that this one is not told
		for i := range 7 {
			time.Sleep(5 * time.Second)
			s.say(anna, fmt.Sprint(i))
		}
		synctest.Wait()
		s.sees("unhinted0", "heard: unhinted")
		s.stop()
	})
}
