package flows

import (
	"slices"
	"strings"
	"time"
)

// modelMove is one thing that can happen.
type modelMove struct {
	how    string
	user   string // whose event it is
	ev     Event
	fires  *Timer
	late   bool                    // it fires long after it was due
	stale  bool                    // the timer is of a step that is over
	around bool                    // it happens around the flow
	timer  bool                    // time alone does it
	act    func(r *run, p *Person) // in place of an event: what another flow of that person could lead to
}

var modelUsers = map[string]string{modelMe: "Ana", modelThey: "Ben", modelOther: "Cy"}

func said(text string) modelMove { return saidBy(modelMe, text) }

func saidBy(user, text string) modelMove {
	how := text
	if len(text) > 60 {
		how = text[:20] + "…"
	}
	return modelMove{how: modelUsers[user] + " > " + how, user: user, ev: Event{Kind: Said, Text: text}}
}

func pressed(user string, b Button) modelMove {
	label := b.Label
	if label == "" {
		label = b.Value
	}
	return modelMove{how: modelUsers[user] + " > [" + label + "]", user: user, ev: Event{Kind: Pressed, Action: b.Token}}
}

func fires(t Timer, late bool) modelMove {
	how := "the clock: " + t.What
	if late {
		how += ", long after"
	}
	return modelMove{how: how, user: modelMe, fires: &t, late: late, timer: true}
}

func (mv modelMove) aside() modelMove { mv.around = true; return mv }

// modelWords are what somebody writes at a question for words: one that may pass, and one that is held.
const modelText = "a walk, and tea"

// moves are all that can happen in a state.
func (m *model) moves(w *modelWorld, over bool) []modelMove {
	p := w.me()
	if p == nil {
		return nil
	}
	var out []modelMove
	if !over {
		out = append(out, m.answers(w, p)...)
		out = append(out, said("/skip"), said("/back"))
	}
	out = append(out, m.timerMoves(p, over)...)
	out = append(out, m.aroundMoves(w, p, over)...)
	return append(out, m.theirMoves(w, over)...)
}

// answers are the live buttons, each kind once, and words of every kind.
func (m *model) answers(w *modelWorld, p *Person) []modelMove {
	var out []modelMove
	t := p.focus()
	seen := map[string]bool{}
	for _, b := range p.Buttons {
		kind := m.buttonKind(w, p, b)
		if b.Value == writeValue || seen[kind] {
			continue
		}
		seen[kind] = true
		mv := pressed(modelMe, b)
		mv.around = b.Track == 0 || t == nil && !b.shows() || t != nil && b.Track != t.ID && !b.shows()
		out = append(out, mv)
	}
	if t == nil || t.Phase != Asking {
		if t != nil || p.knocking() != nil {
			out = append(out, said("hello"))
		}
		return out
	}
	st := m.lib.stepOf(t)
	if st == nil {
		return out
	}
	for _, text := range m.words(w, p, t, st) {
		out = append(out, said(text))
	}
	return out
}

// buttonKind is what a button does, as far as that can be told apart.
func (m *model) buttonKind(w *modelWorld, p *Person, b Button) string {
	t := p.track(b.Track)
	if t == nil {
		return "undo"
	}
	option, answers := strings.CutPrefix(b.Value, "answer:")
	st := m.lib.stepOf(t)
	if answers && st != nil && st.Kind == KPick { // of the records in each state one
		return itoa(b.Track) + "pick " + recordState(w, p, &Bound{Kind: st.Record, ID: option})
	}
	if !answers || st == nil || st.Kind != KAsk || m.opt.All {
		return itoa(b.Track) + b.Value
	}
	r := m.reader(p)
	q, ok := r.question(t, st)
	if !ok {
		return b.Value
	}
	v, _ := q.pick(option)
	if v.T == Multi || q.decl.Type == Multi {
		return itoa(b.Track) + "multi"
	}
	if q.decl.Type == ItemOf {
		return itoa(b.Track) + "item"
	}
	kind := itoa(b.Track) + string(m.fold.answer(nil, m.lib.flowOf(t.top()), st.Ask, v))
	if q.item != nil && st.Follow {
		kind += " " + q.item.Then[option]
	}
	return kind
}

// reader is for looking at a state as a step would.
func (m *model) reader(p *Person) *run {
	s := State{People: []Person{*p}}
	return &run{lib: m.lib, self: &s, in: Input{Who: p.ID}, ev: Event{At: modelNow, From: p.Addr}}
}

// words are texts that the open question takes, one of each kind, and codes.
func (m *model) words(w *modelWorld, p *Person, t *Track, st *Step) []string {
	if st.Kind.joins() && st.Pair == "claim" {
		out := []string{"ABCDEFGHJK"}
		if w.peer != nil {
			if _, q := w.person(modelOther); q != nil && q.Pair != nil && q.Pair.Code != "" {
				out = append(out, q.Pair.Code)
			}
		}
		return out
	}
	if st.Kind != KAsk {
		return nil
	}
	q, ok := m.reader(p).question(t, st)
	if !ok {
		return nil
	}
	switch q.decl.Type {
	case Text:
		out := []string{modelText[:min(len(modelText), q.maxText())]}
		if q.decl.PartnerSees != SeesNever && m.danger() != "" {
			out = append(out, m.danger())
		}
		return append(out, m.lookedUp(m.lib.flowOf(t.top()), st.Ask)...)
	case Time:
		return []string{"20:15"}
	case Zone:
		return []string{"Berlin", w.now.UTC().Format("15:04")}
	case Multi:
		var ids []string
		for _, o := range q.options(m.lib) {
			ids = append(ids, o.ID)
		}
		return []string{strings.Join(ids[:min(len(ids), 2)], ", "), strings.Join(ids[:min(len(ids), q.maxMulti())], ", ")}
	case Number:
		return []string{itoa(q.decl.From), itoa(q.decl.To)}
	case Date:
		return []string{"2026-12-24"}
	}
	return nil
}

// lookedUp are words that a check of an answer finds, of each list one.
func (m *model) lookedUp(f *Flow, answer string) []string {
	var out []string
	for _, s := range f.Steps {
		l := m.lib.Lists[s.Against]
		if s.Check != answer || l == nil {
			continue
		}
		for _, ph := range l.Phrases {
			if len(ph.Any) > 0 && l.first(ph.Any[0]) != nil {
				out = append(out, ph.Any[0])
				break
			}
		}
	}
	return out
}

// danger is something that sounds like danger; "" where nothing does.
func (m *model) danger() string {
	for _, s := range []string{"I want to die", "want to die"} {
		if m.lib.soundsLikeDanger([]Block{{Text: s, Quote: true}}) {
			return s
		}
	}
	return ""
}

// timerMoves are the timers that may be next: of each conversation the first of its step, and its end.
func (m *model) timerMoves(p *Person, over bool) []modelMove {
	var out []modelMove
	first := map[int]Timer{}
	for _, t := range p.Timers {
		own := p.track(t.Track) != nil && p.track(t.Track).Frames[0].Flow == m.flow.Name
		switch {
		case t.Track == 0 && (t.What == "schedule" || t.What == "reveal") && over:
		case t.Track == 0, t.What == "remind":
			mv := fires(t, false)
			mv.around = t.What != "code"
			out = append(out, mv)
			if t.What == "remind" || t.What == "code" || t.What == "schedule" {
				out = append(out, fires(t, true).aside())
			}
		case t.What == "expire":
			mv := fires(t, false)
			mv.around = !own && !over
			out = append(out, mv)
		default:
			if f, ok := first[t.Track]; !ok || t.Due.Before(f.Due) {
				first[t.Track] = t
			}
		}
	}
	ids := make([]int, 0, len(first))
	for id := range first {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		mv := fires(first[id], false)
		if f := p.focus(); f != nil && f.ID == id || p.track(id).Frames[0].Flow == m.flow.Name {
			out = append(out, mv)
		} else {
			out = append(out, mv.aside())
		}
		stale := first[id]
		stale.Visit--
		mv = fires(stale, false)
		mv.how, mv.stale, mv.timer = "the clock: "+stale.What+" of a step that is over", true, false
		out = append(out, mv.aside())
	}
	return out
}

// aroundMoves are inputs that no question asks for.
func (m *model) aroundMoves(w *modelWorld, p *Person, over bool) []modelMove {
	out := []modelMove{said("no such words").aside(), said("/help").aside(), said("/leave").aside(), said("/stop").aside(), said("/start").aside(),
		said("/nonsense").aside(), said("").aside(), said(strings.Repeat("x", maxInput+1)).aside(), said(strings.Repeat("too long ", 300)).aside(),
		saidBy(modelMe, "\u202e\u200b").aside(), said("/cards").aside()}
	event := func(how string, ev Event) {
		out = append(out, modelMove{how: "Ana: " + how, user: modelMe, ev: ev, around: true})
	}
	event("a button that was pressed before", Event{Kind: Pressed, Action: orText(w.used, "AQpressedbefore000")})
	event("a button of the other", Event{Kind: Pressed, Action: modelTheirToken})
	event("a form that is closed", Event{Kind: Filled, Action: "AQpressedbefore000", Text: modelText})
	event("a picture", Event{Kind: Other})
	event("out of reach", Event{Kind: Gone})
	event("in reach again", Event{Kind: Back})
	event("a gap of the platform", Event{Kind: Away, Since: w.now.Add(-time.Hour)})
	event("a gap of the platform, long ago", Event{Kind: Away, Since: w.now.Add(-20 * day)})
	for _, b := range p.Buttons {
		if b.Value == writeValue {
			event("the form", Event{Kind: Filled, Action: b.Token, Text: modelText})
			event("the form, filled with too much", Event{Kind: Filled, Action: b.Token, Text: strings.Repeat("x", 2500)})
			event("the form, empty", Event{Kind: Filled, Action: b.Token})
			event("the button of the form", Event{Kind: Pressed, Action: b.Token})
		}
	}
	if over {
		return out
	}
	if c := m.flow.Start.Command; c != "" {
		out = append(out, said("/"+c).aside())
	}
	if p.running(modelElse) == nil {
		out = append(out, said("/model").aside())
	}
	if w.peer != nil && p.Pair != nil {
		if _, q := w.person(modelOther); q != nil && q.Pair != nil && q.Pair.Code != "" {
			out = append(out, said("/start "+q.Pair.Code).aside())
		}
	}
	return out
}

func orText(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}

// modelTheirToken is a live button of the other.
const modelTheirToken = "AQtheotherpersons0"
