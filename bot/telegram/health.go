package telegram

import (
	"sync"
	"time"

	"rewoo/bot"
)

// health is what the operator may know. Its zero value is: not connected yet.
type health struct {
	mu   sync.Mutex
	is   bot.Health
	told time.Time // when the log was last told of a second poller
}

func (h *health) get() bot.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.is
}

// up notes that Telegram answered, and tells whether that is news.
func (h *health) up(notes ...string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := !h.is.Connected
	if news {
		h.is.Connected, h.is.Since = true, time.Now()
	}
	h.is.Problem, h.is.Notes = "", notes
	return news
}

// lost notes that Telegram does not answer, or not us, and why; it tells whether that is news.
func (h *health) lost(problem string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := h.is.Connected || problem != h.is.Problem
	if h.is.Connected || h.is.Since.IsZero() {
		h.is.Since = time.Now()
	}
	h.is.Connected = false
	if problem != "" || h.is.Problem == "" {
		h.is.Problem = problem
	}
	return news
}

// trouble notes a problem of a connection that holds.
func (h *health) trouble(problem string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.is.Problem = problem
}

// tell tells whether the log should hear of a second poller again.
func (h *health) tell(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Sub(h.told) < tellEvery {
		return false
	}
	h.told = now
	return true
}

func (h *health) name(username string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if username != "" {
		h.is.Name = "@" + username
	}
}
