package play

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"rewoo/flows"
)

// life is what a player has before it, without a bot: the same engine, clock and chance, in memory, so that it can be forked. A
// search tries inputs on forks; whatever it finds is then played for good.
type life struct {
	fsys   fs.FS
	lib    *flows.Library // traced
	at     time.Time
	units  map[flows.UnitID]flows.State // replaced, never written to: forks share them
	chats  map[string][]shown           // by person
	order  []string
	langs  map[string]string // by person; replaced, never written to
	inputs int
	code   string
	wrong  []time.Time // codes of nobody
	trace  []flows.Covered
}

func newLife(fsys fs.FS, lib *flows.Library) *life {
	return &life{fsys: fsys, lib: lib.Traced(), at: beginning, units: map[flows.UnitID]flows.State{}, chats: map[string][]shown{}}
}

// fork is a life that goes its own way from here. Its trace begins anew.
func (l *life) fork() *life {
	out := *l
	out.units, out.chats, out.trace = maps.Clone(l.units), make(map[string][]shown, len(l.chats)), nil
	for who, chat := range l.chats {
		out.chats[who] = slices.Clone(chat)
	}
	out.order, out.wrong = slices.Clone(l.order), slices.Clone(l.wrong)
	return &out
}

// play plays lines. It reports a line that cannot be played, and what the search does not know: a platform that was away.
func (l *life) play(lines []line) error {
	for i, x := range lines {
		if x.kind == again {
			for range x.times {
				if err := l.play(since(lines, i)); err != nil {
					return err
				}
			}
			continue
		}
		if err := l.one(x); err != nil {
			return fmt.Errorf("line %d: %w", x.n, err)
		}
	}
	return nil
}

func (l *life) one(x line) error {
	switch x.kind {
	case setClock:
		at, err := time.Parse("2006-01-02 15:04", x.input)
		l.at = at
		return err
	case locale:
		l.langs = maps.Clone(l.langs)
		if l.langs == nil {
			l.langs = map[string]string{}
		}
		l.langs[x.who] = x.lang
	case include:
		lines, _, err := load(l.fsys, x.input)
		if err != nil {
			return err
		}
		return l.play(lines)
	case advances:
		if x.away {
			return fmt.Errorf("a gap is nothing to begin with")
		}
		return l.advance(x)
	case says, presses, fills:
		if !slices.Contains(l.order, x.who) {
			l.order = append(l.order, x.who)
		}
		ev, ok := l.event(x)
		if !ok {
			return fmt.Errorf("%s cannot do that", x.who)
		}
		l.step(ev)
	}
	return nil
}

// event makes the event of an input, as phones does.
func (l *life) event(x line) (flows.Event, bool) {
	l.inputs++
	ev := flows.Event{ID: InputID(l.inputs), Kind: flows.Said, From: flows.Address{Platform: platform, User: x.who, Chat: x.who}, Locale: l.langs[x.who],
		Text: strings.ReplaceAll(x.input, "{code}", l.code)}
	if x.kind == says {
		return ev, true
	}
	chat := l.chats[x.who]
	for i := len(chat) - 1; i >= 0; i-- {
		if chat[i].closed {
			continue
		}
		if f := chat[i].m.Form; x.kind == fills && f != nil {
			ev.Kind, ev.Action = flows.Filled, f.Action
			return ev, true
		}
		for _, c := range chat[i].m.Choices {
			if x.kind == presses && c.Label == x.input {
				ev.Kind, ev.Action, ev.Text = flows.Pressed, c.Action, ""
				return ev, true
			}
		}
	}
	return ev, false
}

// step does what a store does with an event.
func (l *life) step(ev flows.Event) {
	ev.At, ev.Seed = l.at, Chance(ev.ID)
	in := l.load(ev)
	if ev.Kind == flows.Fired && in.Timer == nil {
		return
	}
	if key := l.lib.Needs(in.Self, in.Who, ev); key != "" {
		in.Other = l.other(key, in.Self.Unit)
	}
	out := l.lib.Step(in, ev)
	delete(l.units, in.Self.Unit)
	if in.Other != nil {
		delete(l.units, in.Other.Unit)
	}
	for _, s := range out.States {
		l.units[s.Unit] = s
	}
	if out.WrongCode {
		l.wrong = append(l.wrong, ev.At)
	}
	for _, m := range out.Messages {
		l.show(in, ev, m)
	}
	l.trace = append(l.trace, out.Trace...)
}

func (l *life) load(ev flows.Event) (in flows.Input) {
	for _, at := range l.wrong {
		if ev.At.Sub(at) < 15*time.Minute {
			in.WrongCodes++
		}
	}
	if ev.Kind != flows.Fired {
		if s, p := l.person(ev.From.User); p != nil {
			in.Self, in.Who = s, p.ID
		}
		return in
	}
	in.Self = l.units[ev.Unit].Clone()
	for i := range in.Self.People {
		p := &in.Self.People[i]
		for j, t := range p.Timers {
			if t.Name == ev.Timer && t.Due.Equal(ev.Due) {
				p.Timers = slices.Delete(p.Timers, j, j+1)
				in.Timer, in.Who = &t, p.ID
				return in
			}
		}
	}
	return in
}

// person finds who writes as user.
func (l *life) person(user string) (flows.State, *flows.Person) {
	for _, s := range l.units {
		for i := range s.People {
			if slices.ContainsFunc(s.People[i].Accounts(), func(a flows.Address) bool { return a.User == user }) {
				return s, &s.People[i]
			}
		}
	}
	return flows.State{}, nil
}

func (l *life) other(key string, self flows.UnitID) *flows.State {
	kind, id, _ := strings.Cut(key, "/")
	for _, s := range l.units {
		if s.Unit != self && (kind == "unit" && string(s.Unit) == id || kind == "code" && slices.Contains(s.Codes(), id)) {
			return &s
		}
	}
	return nil
}

// show puts a message where it goes.
func (l *life) show(in flows.Input, ev flows.Event, m flows.Message) {
	to := ev.From
	was := []flows.State{in.Self}
	if in.Other != nil {
		was = append(was, *in.Other)
	}
	for _, s := range append(was, slices.Collect(maps.Values(l.units))...) { // the last word is that of what is kept
		if p, ok := s.Person(m.To); ok {
			to = p.Addr
		}
	}
	if m.At != nil {
		to = *m.At
	}
	who := to.User
	if m.Op == flows.Show {
		l.chats[who] = append(l.chats[who], shown{m: m})
		if c := codeForm.FindString(m.Text()); c != "" {
			l.code = c
		}
		return
	}
	for _, chat := range l.chats {
		for i := range chat {
			if chat[i].m.ID == m.On && chat[i].m.To == m.To {
				chat[i].closed = true
			}
		}
	}
}

// due are the rows of the time index, in order.
func (l *life) due() []flows.Due {
	var out []flows.Due
	for _, s := range l.units {
		for _, p := range s.People {
			for _, t := range p.Timers {
				out = append(out, flows.Due{Unit: s.Unit, Timer: t.Name, At: t.Due})
			}
		}
	}
	slices.SortFunc(out, func(a, b flows.Due) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(string(a.Unit)+a.Timer, string(b.Unit)+b.Timer))
	})
	return out
}

func (l *life) advance(x line) error {
	target, due := l.at.Add(x.by), l.due()
	if x.until == "next" {
		if len(due) == 0 {
			return fmt.Errorf("nothing is due")
		}
		target = later(due[0].At, l.at)
	}
	if target.Sub(l.at) > maxMove {
		return fmt.Errorf("too far")
	}
	for len(due) > 0 && !due[0].At.After(target) {
		d := due[0]
		l.at = later(d.At, l.at)
		l.step(flows.Event{ID: firedID(d), Kind: flows.Fired, Unit: d.Unit, Timer: d.Timer, Due: d.At})
		due = l.due()
	}
	l.at = target
	return nil
}

// firedID is what the bot calls the event of a row: chance hangs on it.
func firedID(d flows.Due) string {
	return fmt.Sprintf("timer/%s/%s/%s", d.Unit, d.Timer, d.At.UTC().Format(time.RFC3339Nano))
}

// begun is a life after a transcript; "" is a life from nothing.
func begun(fsys fs.FS, lib *flows.Library, file string) (*life, error) {
	l := newLife(fsys, lib)
	if file == "" {
		return l, nil
	}
	lines, _, err := load(fsys, file)
	if s, said := setup(lines); said {
		l.lib = l.lib.With(s)
	}
	if err == nil {
		err = l.play(lines)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Path(file), err)
	}
	l.trace = nil
	return l, nil
}
