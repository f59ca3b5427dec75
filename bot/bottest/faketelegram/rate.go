package faketelegram

import (
	"math"
	"time"
)

// Rate is how much Telegram takes.
type Rate struct {
	ChatEvery time.Duration // a message to one chat, on the average; 0: 1 s
	ChatBurst int           // at once; 0: 5
	PerSecond int           // all sends, edits and deletions; 0: 30
}

// rate is a bucket for each chat and one for all.
type rate struct {
	all     bucket
	refused int
}

type bucket struct {
	level float64
	at    time.Time
}

// take takes one out, or tells how long to wait.
func (b *bucket) take(now time.Time, per float64, burst int) (wait time.Duration) {
	if b.at.IsZero() {
		b.level = float64(burst)
	} else if gone := now.Sub(b.at); gone > 0 {
		b.level = math.Min(float64(burst), b.level+gone.Seconds()*per)
	}
	b.at = now
	if b.level < 1 {
		return time.Duration((1 - b.level) / per * float64(time.Second))
	}
	b.level--
	return 0
}

// limit is the 429 for a send to c, if it comes too fast. Only new messages count for the chat. s.mu is held.
func (s *Server) limit(c *chat, fresh bool) *reply {
	r := s.o.Rate
	if r == nil {
		return nil
	}
	now := s.o.Now()
	per := 1.0
	if r.ChatEvery > 0 {
		per = float64(time.Second) / float64(r.ChatEvery)
	}
	wait := s.rate.all.take(now, float64(orDefault(r.PerSecond, 30)), orDefault(r.PerSecond, 30))
	if fresh && wait == 0 {
		wait = c.rate.take(now, per, orDefault(r.ChatBurst, 5))
	}
	if wait == 0 {
		return nil
	}
	s.rate.refused++
	a := failed(429, "Too Many Requests: retry later")
	a.Parameters = &after{int(math.Ceil(wait.Seconds()))}
	return &a
}

func orDefault(n, d int) int {
	if n == 0 {
		return d
	}
	return n
}

// TooFast tells how many sends were refused because they came too fast.
func (s *Server) TooFast() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rate.refused
}
