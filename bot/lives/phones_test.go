package lives

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// got is what happened to a person's phone: a message reached it, or the bot crossed one off, after which it must never come again.
type got struct {
	Life    int            `json:"life"` // of the bot, from 0: it was killed or broken so often before
	Crossed string         `json:"crossed,omitempty"`
	At      time.Time      `json:"at,omitzero"`
	Message *flows.Message `json:"message,omitempty"`
}

// phones is the platform and its adapter. With a folder it is on disk before Send returns: a file a person, which outlives
// a kill, since what one write call took is the kernel's.
type phones struct {
	life   int
	dir    string // "": memory only
	handle func(context.Context, flows.Event) error
	ready  chan struct{}      // of this life: closed when handle may be used
	broken chan error         // makes Run end
	fault  func(string) error // asked before and after a message reaches somebody; nil: no faults

	mu    sync.Mutex
	files map[string]*os.File
	got   map[string][]got
	keys  map[string]crossing
}

// arrived ends the name of a send that reached its person.
const arrived = " arrived"

// crossing says whose message a row of the outbox is.
type crossing struct{ user, message string }

func newPhones(dir string) (*phones, error) {
	ph := &phones{dir: dir, files: map[string]*os.File{}, got: map[string][]got{}, keys: map[string]crossing{}}
	ph.begin(0)
	if dir == "" {
		return ph, nil
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"+phoneExt))
	for _, name := range names {
		user := strings.TrimSuffix(filepath.Base(name), phoneExt)
		lines, err := ph.file(user)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			var g got
			if err := json.Unmarshal(l, &g); err != nil {
				return nil, fmt.Errorf("the phone of %s: %w", user, err)
			}
			ph.got[user] = append(ph.got[user], g)
		}
	}
	return ph, err
}

const phoneExt = ".phone"

// begin makes the phones those of another life of the bot.
func (ph *phones) begin(life int) {
	ph.life, ph.ready, ph.broken = life, make(chan struct{}), make(chan error, 1)
}

func (ph *phones) Name() string { return platform }

func (ph *phones) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	ph.handle = handle
	close(ph.ready)
	select {
	case err := <-ph.broken:
		return err
	case <-ctx.Done():
		return nil
	}
}

// Pace has no limits: a phone drops a repeat for ever.
func (ph *phones) Pace() bot.Pace { return bot.Pace{Nonce: 100 * 365 * 24 * time.Hour} }

func (ph *phones) Send(_ context.Context, q flows.Queued) (string, error) {
	op := "send " + q.To.User + " " + q.Message.ID
	if ph.fault != nil {
		if err := ph.fault(op); err != nil {
			return "", err
		}
	}
	q.Message.Lane = 0 // how urgent it was by then hangs on the moment
	ph.mu.Lock()
	err := ph.put(q.To.User, got{Life: ph.life, At: q.At, Message: &q.Message})
	ph.mu.Unlock()
	if err != nil {
		return "", &bot.SendError{Class: bot.Fatal, Code: "disk", Err: err}
	}
	if ph.fault != nil {
		return "", ph.fault(op + arrived)
	}
	return "", nil
}

// learn remembers whose messages the rows of the outbox are.
func (ph *phones) learn(rows []flows.Queued) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	for _, q := range rows {
		ph.keys[q.Key] = crossing{q.To.User, q.Message.ID}
	}
}

// crossed notes that a row is gone from the outbox.
func (ph *phones) crossed(key string) error {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	c := ph.keys[key]
	return ph.put(c.user, got{Life: ph.life, Crossed: c.message})
}

func (ph *phones) row(key string) crossing {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	return ph.keys[key]
}

// put keeps g, on disk in one write.
func (ph *phones) put(user string, g got) error {
	ph.got[user] = append(ph.got[user], g)
	if ph.dir == "" {
		return nil
	}
	if ph.files[user] == nil {
		if _, err := ph.file(user); err != nil {
			return err
		}
	}
	line, err := json.Marshal(g)
	if err != nil {
		return err
	}
	_, err = ph.files[user].Write(append(line, '\n'))
	return err
}

func (ph *phones) file(user string) (lines [][]byte, err error) {
	ph.files[user], lines, err = openLines(filepath.Join(ph.dir, user+phoneExt))
	return lines, err
}

var codeForm = regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{10}\b`)

// event makes an event of an act, from what the person sees. It is false when there is nothing to press or to answer.
func (ph *phones) event(a act) (flows.Event, bool) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	ev := flows.Event{ID: a.id, Kind: flows.Said, From: address(a.who), Text: a.say}
	switch {
	case a.press != "":
		ev.Kind = flows.Pressed
		ev.Action = ph.button(a.who, func(c flows.Choice) bool { return c.Label == a.press })
		return ev, ev.Action != ""
	case a.answer:
		return ph.answer(a, ev)
	case strings.Contains(a.say, "{code}"):
		code := ""
		for _, g := range ph.got[strings.TrimSuffix(a.who, "b")+"a"] {
			if g.Message != nil {
				if c := codeForm.FindString(g.Message.Text()); c != "" {
					code = c
				}
			}
		}
		ev.Text = strings.ReplaceAll(a.say, "{code}", code)
		return ev, code != ""
	}
	return ev, true
}

func address(who string) flows.Address {
	return flows.Address{Platform: platform, User: who, Chat: who}
}

// button finds the newest button that can still be pressed.
func (ph *phones) button(who string, is func(flows.Choice) bool) (action string) {
	for _, m := range ph.open(who) {
		for _, c := range m.Choices {
			if is(c) {
				action = c.Action
			}
		}
	}
	return action
}

// open gives the messages whose buttons are there, in order of arrival.
func (ph *phones) open(who string) []*flows.Message {
	closed := map[string]bool{}
	for _, g := range ph.got[who] {
		if g.Message != nil && g.Message.Op != flows.Show {
			closed[g.Message.On] = true
		}
	}
	var out []*flows.Message
	for _, g := range ph.got[who] {
		if m := g.Message; m != nil && m.Op == flows.Show && len(m.Choices) > 0 && !closed[m.ID] {
			out = append(out, m)
		}
	}
	return out
}

// answer answers the newest question: one of its buttons by the lot of the act's id, or words when there is none but to end or skip.
// What asks whether to share is no question: that is for the life to say.
func (ph *phones) answer(a act, ev flows.Event) (flows.Event, bool) {
	open := ph.open(a.who)
	if len(open) == 0 {
		return ev, false
	}
	var choices []flows.Choice
	for _, c := range open[len(open)-1].Choices {
		if c.ID == "share" {
			return ev, false
		}
		if c.ID != "skip" && c.ID != "enough" {
			choices = append(choices, c)
		}
	}
	if len(choices) == 0 {
		ev.Text = wordsOf + a.id
		return ev, true
	}
	h := fnv.New32a()
	h.Write([]byte(a.id))
	ev.Kind, ev.Action = flows.Pressed, choices[int(h.Sum32()>>4)%len(choices)].Action
	return ev, true
}
