package play

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rewoo/flows"
)

// inputs are the lines that a search tries next, in the order in which it does.
func (s *search) inputs(l *life) []string {
	var out []string
	people := s.people(l)
	if s.who != "" {
		people = []string{s.who}
	}
	for _, who := range people {
		_, p := l.person(who)
		switch {
		case p == nil:
			out = append(out, who+" > /start")
		default:
			out = append(out, s.answers(l, who, p)...)
			out = append(out, s.commands(who, p)...)
			if s.returns(p) {
				out = append(out, who+" > /back")
			}
		}
	}
	return append(out, s.moves(l)...)
}

// people are those who are there, and one more.
func (s *search) people(l *life) []string {
	out := slices.Clone(l.order)
	for _, who := range []string{"Ana", "Ben", "Tablet"} {
		if !slices.Contains(out, who) && (who != "Tablet" || s.accounts()) {
			return append(out, who)
		}
	}
	return out
}

// accounts says that the target is about accounts, which takes a third one.
func (s *search) accounts() bool {
	for name := range s.wanted {
		if f := s.lib.Flows[name]; f != nil && slices.ContainsFunc(f.Steps, func(st *flows.Step) bool { return st.Kind == flows.KAccount }) {
			return true
		}
	}
	return false
}

func (s *search) commands(who string, p *flows.Person) []string {
	var out []string
	for _, name := range sorted(s.lib.Flows) {
		f := s.lib.Flows[name]
		running := slices.ContainsFunc(p.Tracks, func(t flows.Track) bool { return t.Frames[0].Flow == name })
		switch {
		case !s.wanted[name] && !s.setup[name] && f.Start.On != "card" || running || !p.Welcomed:
		case f.Start.On == "card" && len(p.Inbox) > 0:
			out = append(out, who+" > /cards")
		case f.Start.On == "" && f.Start.Command != "":
			out = append(out, who+" > /"+f.Start.Command)
		}
	}
	return out
}

// answers are what the open question and the buttons in a chat take. Of a flow that only leads to the target, one answer is as
// good as another, unless ways part there.
func (s *search) answers(l *life, who string, p *flows.Person) []string {
	st, decl, item := s.question(p)
	var out []string
	only := map[string]bool{} // labels, where not all are worth it
	plain := st != nil && st.Kind == flows.KAsk && len(st.GoMap) == 0 && !s.here(p)
	chat := l.chats[who]
	for i := len(chat) - 1; i >= 0; i-- {
		for n, c := range chat[i].m.Choices {
			switch {
			case chat[i].closed || only[c.Label]:
				continue
			case item != nil && c.ID != "skip" && !strings.HasPrefix(c.ID, "exit") && !s.leads(item, c.ID) && n > 0 && hasOption(decl, c.ID):
				continue
			case plain && item == nil && n > 0 && hasOption(decl, c.ID):
				continue
			}
			only[c.Label] = true
			out = append(out, who+" > ["+c.Label+"]")
		}
	}
	if words := wordsFor(st, decl); words != "" {
		out = append(out, who+" > "+words)
	}
	return out
}

func hasOption(d *flows.Decl, id string) bool {
	if d == nil {
		return false
	}
	if d.Type == flows.Scale {
		return len(id) < 3 && id[0] >= '0' && id[0] <= '9'
	}
	return slices.ContainsFunc(d.Options, func(o flows.Option) bool { return o.ID == id })
}

// leads says that an option's follow-up is wanted, or missing.
func (s *search) leads(it *flows.Item, option string) bool {
	to, ok := it.Then[option]
	return ok && (s.wanted[to] || s.lib.Flows[s.target] == nil)
}

// returns says that a person can go back to a question of a flow that leads to the target, and answer it once more.
func (s *search) returns(p *flows.Person) bool {
	for i := len(p.Tracks) - 1; i >= 0; i-- {
		if t := p.Tracks[i]; !t.Parked && t.Phase == flows.Asking {
			return len(t.Marks) > 0 && s.wanted[t.Frames[0].Flow]
		}
	}
	return false
}

// here says that a person is in the target.
func (s *search) here(p *flows.Person) bool {
	for _, t := range p.Tracks {
		if !t.Parked && t.Frames[len(t.Frames)-1].Flow == s.target {
			return true
		}
	}
	return false
}

// question is the step that a person is asked something by, if any.
func (s *search) question(p *flows.Person) (*flows.Step, *flows.Decl, *flows.Item) {
	for i := len(p.Tracks) - 1; i >= 0; i-- {
		t := p.Tracks[i]
		if t.Parked || t.Phase != flows.Asking {
			continue
		}
		f := t.Frames[len(t.Frames)-1]
		flow := s.lib.Flows[f.Flow]
		if flow == nil || flow.ByID[f.Step] == nil {
			return nil, nil, nil
		}
		st := flow.ByID[f.Step]
		d := flow.Answers[st.Ask]
		if d != nil && d.Type == flows.FromList {
			if it := s.lib.Lists[d.List].ByID[f.Items[st.Ask]]; it != nil && it.Decl != nil {
				return st, it.Decl, it
			}
		}
		return st, d, nil
	}
	return nil, nil, nil
}

// wordsFor is an answer in words.
func wordsFor(st *flows.Step, d *flows.Decl) string {
	switch {
	case st == nil:
	case st.Pair == "claim":
		return "{code}"
	case d == nil:
	case d.Type == flows.Text:
		return "Tea in the garden."
	case d.Type == flows.Time:
		return "18:45"
	case d.Type == flows.Zone:
		return "Berlin"
	case d.Type == flows.Date:
		return "24 Dec"
	case d.Type == flows.Number:
		return fmt.Sprint(d.From)
	}
	return ""
}

// moves are the moves of the clock that bring something about which the target waits for.
func (s *search) moves(l *life) []string {
	var out []string
	for _, state := range l.units {
		for _, p := range state.People {
			for _, t := range p.Timers {
				if !s.ticks(&p, t) {
					continue
				}
				if text := "+ " + span(t.Due.Sub(l.at)); !slices.Contains(out, text) {
					out = append(out, text)
				}
			}
		}
	}
	slices.Sort(out) // not in the order of a map
	return out
}

func (s *search) ticks(p *flows.Person, t flows.Timer) bool {
	switch t.What {
	case "schedule":
		return s.wanted[t.Flow]
	case "pass", "reveal", "cards", "code":
		return true
	case "account":
		return s.accounts()
	}
	for _, track := range p.Tracks {
		if track.ID != t.Track {
			continue
		}
		for _, f := range track.Frames {
			if s.wanted[f.Flow] {
				return t.What != "expire"
			}
		}
	}
	return false
}

// span writes a duration down in the largest unit that reads well, rounded up.
func span(d time.Duration) string {
	up := func(unit time.Duration) int { return int((max(d, time.Second) + unit - 1) / unit) }
	switch {
	case d <= time.Minute && d%time.Minute != 0:
		return fmt.Sprintf("%ds", up(time.Second))
	case d <= 90*time.Minute && d%time.Hour != 0:
		return fmt.Sprintf("%dm", up(time.Minute))
	case d <= 48*time.Hour && d%(24*time.Hour) != 0:
		return fmt.Sprintf("%dh", up(time.Hour))
	}
	return fmt.Sprintf("%dd", up(24*time.Hour))
}
