package telegram

import (
	"sync"
	"time"

	"rewoo/bot"
)

// health is what the operator may know. Its zero value is: not connected yet.
type health struct {
	mu    sync.Mutex
	is    bot.Health
	rival time.Time // when another process was last seen to poll
	told  time.Time // when the log last heard of that
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
	h.is.Notes = notes
	if time.Since(h.rival) > rivalGone {
		h.is.Problem = ""
	}
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

// contested notes that another process polls too, and tells whether the log should hear of it again. The problem stays
// for a while, though every other poll goes well.
func (h *health) contested(problem string, now time.Time) bool {
	h.lost(problem)
	h.mu.Lock()
	defer h.mu.Unlock()
	same := now.Sub(h.rival) < rivalGone
	h.rival = now
	if same && now.Sub(h.told) < tellEvery {
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
