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
}

// maxFresh is how many people are looked up one by one; with more, reading all is as good.
const maxFresh = 256

func (f *fresh) add(people ...flows.PersonID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.people = append(f.people, people...); len(f.people) > maxFresh {
		f.people, f.all = nil, true
	}
}

func (f *fresh) everybody() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.people, f.all = nil, true
}

// take gives what was gathered, and begins anew.
func (f *fresh) take() (people []flows.PersonID, all bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	people, all = f.people, f.all
	f.people, f.all = nil, false
	return people, all
}
