package bottest

import (
	"sync"
	"time"
)

// Clock stands still unless it is set or moved. Its zero value shows the zero time; the bot may read it from any goroutine.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Set takes the clock to t. It never goes back.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.t) {
		c.t = t
	}
}

// Move takes the clock on by d.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}
