package play

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

const platform = "play"

// phones is the player's platform: it hands inputs over and writes down what comes.
type phones struct {
	ready  chan struct{}
	handle func(context.Context, flows.Event) error

	mu      sync.Mutex
	shown   map[string][]*shown // by person, in order of arrival
	fresh   map[string][]*shown // not yet written down
	locales map[string]string   // by person, of their apps
	inputs  int
	code    string
}

type shown struct {
	m       flows.Message
	closed  bool
	deleted bool // disappeared from the chat
}

func newPhones() *phones {
	return &phones{ready: make(chan struct{}), shown: map[string][]*shown{}, fresh: map[string][]*shown{}, locales: map[string]string{}}
}

func (ph *phones) Name() string { return platform }

func (ph *phones) Run(ctx context.Context, handle func(context.Context, flows.Event) error) error {
	ph.handle = handle
	close(ph.ready)
	<-ctx.Done()
	return nil
}

func (ph *phones) Send(_ context.Context, q flows.Queued) (string, error) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	who := q.To.User
	switch q.Message.Op {
	case flows.Show:
		s := &shown{m: q.Message}
		ph.shown[who] = append(ph.shown[who], s)
		ph.fresh[who] = append(ph.fresh[who], s)
		if c := codeForm.FindString(q.Message.Text()); c != "" {
			ph.code = c
		}
	default:
		for _, s := range ph.shown[who] {
			if s.m.ID == q.Message.On {
				s.closed = true
				if q.Message.Op == flows.Delete {
					ph.fresh[who] = append(ph.fresh[who], &shown{m: s.m, deleted: true})
				}
			}
		}
	}
	return "", nil
}

var codeForm = regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{10}\b`)

// event makes the event of an input. A button is looked for on the latest message that has it, open ones first.
func (ph *phones) event(l line) (flows.Event, error) {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	ph.inputs++
	ev := flows.Event{ID: InputID(ph.inputs), Kind: flows.Said, From: flows.Address{Platform: platform, User: l.who, Chat: l.who}, Locale: ph.locales[l.who]}
	switch l.kind {
	case says:
		ev.Text = strings.ReplaceAll(l.input, "{code}", ph.code)
		return ev, nil
	case fills:
		return ph.fill(ev, l)
	}
	ev.Kind = flows.Pressed
	for _, open := range []bool{true, false} {
		for i := len(ph.shown[l.who]) - 1; i >= 0; i-- {
			s := ph.shown[l.who][i]
			for _, c := range s.m.Choices {
				if c.Label == l.input && s.closed != open {
					ev.Action = c.Action
					return ev, nil
				}
			}
		}
	}
	latest := "nothing at all"
	if got := ph.shown[l.who]; len(got) > 0 {
		latest = strings.TrimSpace(render(l.who, got[len(got)-1].m))
	}
	return ev, fmt.Errorf("%s has no button [%s]; the latest was: %s", l.who, l.input, latest)
}

// fill makes the event of a form. It is the latest that is open.
func (ph *phones) fill(ev flows.Event, l line) (flows.Event, error) {
	ev.Kind, ev.Text = flows.Filled, strings.ReplaceAll(l.input, "{code}", ph.code)
	for i := len(ph.shown[l.who]) - 1; i >= 0; i-- {
		if s := ph.shown[l.who][i]; s.m.Form != nil && !s.closed {
			ev.Action = s.m.Form.Action
			return ev, nil
		}
	}
	return ev, fmt.Errorf("%s has no form", l.who)
}

// away makes the event that the platform is back.
func (ph *phones) away(who string, since time.Time) flows.Event {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	ph.inputs++
	return flows.Event{ID: InputID(ph.inputs), Kind: flows.Away, From: flows.Address{Platform: platform, User: who, Chat: who}, Since: since}
}

// take returns what came since the last call, person by person.
func (ph *phones) take(order []string) string {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	var b strings.Builder
	for _, who := range order {
		for _, s := range ph.fresh[who] {
			if s.deleted {
				first, _, _ := strings.Cut(s.m.Text(), "\n")
				b.WriteString(who + " x " + first + "\n")
				continue
			}
			b.WriteString(render(who, s.m))
		}
		delete(ph.fresh, who)
	}
	return b.String()
}

// lastCode is the last code anybody was shown.
func (ph *phones) lastCode() string {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	return ph.code
}

// everything is what came to each of them so far.
func (ph *phones) everything() map[string][]string {
	ph.mu.Lock()
	defer ph.mu.Unlock()
	out := map[string][]string{}
	for who, all := range ph.shown {
		for _, s := range all {
			out[who] = append(out[who], Shown(s.m.Text(), s.m.Choices))
		}
	}
	return out
}

// Shown is a message as a transcript writes it, without a name.
func Shown(text string, choices []flows.Choice) string {
	return render("", flows.Message{Body: []flows.Block{{Text: text}}, Choices: choices})
}

// render writes a message down: short ones on one line with their buttons.
func render(who string, m flows.Message) string {
	text := codeForm.ReplaceAllString(m.Text(), "{code}")
	var labels []string
	for _, c := range m.Choices {
		labels = append(labels, "["+c.Label+"]")
	}
	if m.Form != nil {
		labels = append(labels, "[>>]")
	}
	buttons := strings.Join(labels, " ")
	lines := strings.Split(text, "\n")
	out := who + " < " + strings.Join(lines, "\n    ")
	switch {
	case buttons == "":
	case len(lines) == 1:
		out += "  " + buttons
	default:
		out += "\n    " + buttons
	}
	return strings.ReplaceAll(out, "\n    \n", "\n    .\n") + "\n"
}

// twice hands every event to the store a second time: it has to be known already.
type twice struct {
	bot.Store
	once   bool // not now; changed while nothing is handed over
	mu     sync.Mutex
	broken error
}

func (s *twice) Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	res, err := s.Store.Step(ctx, ev, m)
	if err != nil || s.once {
		return res, err
	}
	again, err := s.Store.Step(ctx, ev, m)
	if err != nil {
		return res, err
	}
	if !again.Seen || again.Queued != 0 {
		s.mu.Lock()
		s.broken = fmt.Errorf("event %s took effect twice", ev.ID)
		s.mu.Unlock()
	}
	return res, nil
}

// tracer is a traced library, with what its steps passed. The bot steps units at the same time.
type tracer struct {
	*flows.Library
	mu     sync.Mutex
	passed map[flows.Covered]bool
}

func (t *tracer) Step(in flows.Input, ev flows.Event) flows.Output {
	out := t.Library.Step(in, ev)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range out.Trace {
		t.passed[x] = true
	}
	return out
}
