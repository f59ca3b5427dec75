package bot

import (
	"sync"

	"rewoo/flows"
)

// fresh gathers whose part of the outbox may have changed, until the deliverer looks. So a reply is found at once, however
// many rows wait for others.
type fresh struct {
	mu     sync.Mutex
	people []flows.PersonID
	all    bool
	heard  []account // who wrote, and may be waiting for an answer
}

// maxFresh is how many people are looked up one by one; with more, reading all is as good.
const maxFresh = 256

// maxHeard is how many may wait for an answer between two looks and get ahead of the rest.
const maxHeard = 4096

func (f *fresh) add(people ...flows.PersonID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.people = append(f.people, people...); len(f.people) > maxFresh {
		f.people, f.all = nil, true
	}
}

// wrote notes that there is an answer to a.
func (f *fresh) wrote(a account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.heard) < maxHeard {
		f.heard = append(f.heard, a)
	}
}

func (f *fresh) everybody() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.people, f.all = nil, true
}

// take gives what was gathered, and begins anew.
func (f *fresh) take() (people []flows.PersonID, all bool, heard []account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	people, all, heard = f.people, f.all, f.heard
	f.people, f.all, f.heard = nil, false, nil
	return people, all, heard
}
