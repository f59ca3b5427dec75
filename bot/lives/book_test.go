package lives

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"rewoo/flows"
)

// book is what a platform's servers know: which events there are, and which of them the bot acknowledged. What was said and not
// acknowledged is handed over again, the very same event. It keeps the clock and the scene, too, for the life that goes on.
type book struct {
	mu      sync.Mutex
	f       *os.File // nil: memory only
	said    map[string]flows.Event
	over    map[string]bool // acknowledged, or passed over
	skipped int
	now     time.Time // zero: the clock was never moved
	scene   int       // how many have begun
}

// note is a line of the book.
type note struct {
	Said   string    `json:"said,omitempty"` // the id of an event, with Kind, Text and Action
	Over   string    `json:"over,omitempty"`
	Skip   string    `json:"skip,omitempty"`
	Begun  int       `json:"begun,omitempty"`
	Now    time.Time `json:"now,omitzero"`
	Who    string    `json:"who,omitempty"`
	Kind   string    `json:"kind,omitempty"`
	Text   string    `json:"text,omitempty"`
	Action string    `json:"action,omitempty"`
}

// openBook reads the book at path and goes on with it; without a path it begins one in memory.
func openBook(path string) (*book, error) {
	b := &book{said: map[string]flows.Event{}, over: map[string]bool{}}
	if path == "" {
		return b, nil
	}
	f, lines, err := openLines(path)
	if err != nil {
		return nil, err
	}
	b.f = f
	for _, l := range lines {
		var n note
		if err := json.Unmarshal(l, &n); err != nil {
			return nil, fmt.Errorf("the book: %w", err)
		}
		b.take(n)
	}
	return b, nil
}

func (b *book) take(n note) {
	switch {
	case n.Said != "":
		b.said[n.Said] = flows.Event{ID: n.Said, Kind: flows.Kind(n.Kind), From: address(n.Who), Text: n.Text, Action: n.Action}
	case n.Over != "":
		b.over[n.Over] = true
	case n.Skip != "":
		b.over[n.Skip] = true
		b.skipped++
	case n.Begun != 0:
		b.scene = n.Begun
	default:
		b.now = n.Now
	}
}

// write notes n, on disk in one write.
func (b *book) write(n note) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(n)
	if b.f == nil {
		return nil
	}
	line, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = b.f.Write(append(line, '\n'))
	return err
}

func (b *book) say(ev flows.Event) error {
	return b.write(note{Said: ev.ID, Who: ev.From.User, Kind: string(ev.Kind), Text: ev.Text, Action: ev.Action})
}

// find gives the event of an act, if it was said, and whether there is nothing left to do for it.
func (b *book) find(id string) (ev flows.Event, said, over bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ev, said = b.said[id]
	return ev, said, b.over[id]
}

// openLines opens a file of lines to append to, and gives those that are there. A line that a kill cut short was never written.
func openLines(path string) (*os.File, [][]byte, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	all, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	whole := bytes.LastIndexByte(all, '\n') + 1
	if whole < len(all) {
		if err := f.Truncate(int64(whole)); err != nil {
			return nil, nil, err
		}
	}
	if whole == 0 {
		return f, nil, nil
	}
	return f, bytes.Split(all[:whole-1], []byte("\n")), nil
}
