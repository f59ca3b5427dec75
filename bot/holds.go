package bot

import (
	"sync"

	"rewoo/flows"
)

// account is a person as a platform knows them. The Chat of an Address may become known later: it does not tell people
// apart.
type account struct{ platform, user string }

func accountOf(a flows.Address) account { return account{a.Platform, a.User} }

// holds knows who cannot be reached. The deliverer sets a hold, any input of that person ends it, on whatever goroutine
// it is handled. It is memory only: after a restart one send per held person finds out again.
type holds struct {
	mu     sync.Mutex
	held   map[account]bool
	flying map[account]bool // sends under way; true: the person was heard since the start, so they are there
}

func newHolds() *holds {
	return &holds{held: map[account]bool{}, flying: map[account]bool{}}
}

// heard notes an input of a, and tells whether a hold ended.
func (h *holds) heard(a account) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.flying[a]; ok {
		h.flying[a] = true
	}
	was := h.held[a]
	delete(h.held, a)
	return was
}

func (h *holds) has(a account) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held[a]
}

// takeoff notes that a send to a starts.
func (h *holds) takeoff(a account) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flying[a] = false
}

// heardSince tells whether a was heard since takeoff.
func (h *holds) heardSince(a account) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.flying[a]
}

// land ends what takeoff began. With hold set, a is held from now on, unless they were heard meanwhile; it tells.
func (h *holds) land(a account, hold bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	hold = hold && !h.flying[a]
	if hold {
		h.held[a] = true
	}
	delete(h.flying, a)
	return hold
}
