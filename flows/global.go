package flows

import (
	"slices"
	"strings"
)

// global handles the words that work everywhere, and the commands that start flows. It reports whether text was one.
func (r *run) global(p *Person, text string) bool {
	if !strings.HasPrefix(text, "/") { // a bare word counts alone: "help me say this" is an answer
		action, known := r.lib.Globals[fold(text)]
		if known {
			r.globalWord(p, action, "")
		}
		return known
	}
	word, rest := splitCommand(text)
	if action, known := r.lib.Globals["/"+word]; known {
		r.globalWord(p, action, rest)
		return true
	}
	if word == "" {
		return false
	}
	r.command(p, word)
	return true
}

// splitCommand parts "/start@a_bot CODE" into "start" and "CODE".
func splitCommand(text string) (word, rest string) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return "", ""
	}
	word, _, _ = strings.Cut(strings.ToLower(fields[0]), "@") // a command can carry the bot's name
	return strings.TrimPrefix(word, "/"), strings.Join(fields[1:], " ")
}

// startCode is the pairing code that a /start brought with it.
func startCode(text string) string {
	if word, rest := splitCommand(text); word == "start" && strings.HasPrefix(text, "/") {
		return normalCode(rest)
	}
	return ""
}

func (r *run) globalWord(p *Person, action, rest string) {
	switch action {
	case "help":
		r.say(p, r.lib.word("help"))
	case "privacy":
		r.say(p, r.lib.word("privacy"))
	case "start":
		r.start(p, rest)
	case "stop":
		r.stop(p)
	case "skip":
		r.skip(p)
	case "back":
		r.back(p)
	case "leave":
		r.leave(p)
	case "cards":
		r.cards(p)
	}
}

// command starts the flow of a command.
func (r *run) command(p *Person, name string) {
	flow := r.lib.flowByCommand(name)
	switch {
	case flow == nil:
		r.say(p, r.lib.word("unknown_command"))
	case !p.Welcomed:
		r.say(p, r.lib.word("welcome_first"))
	case p.Stopped:
		r.say(p, r.lib.word("stopped_hint"))
	default:
		r.begin(p, flow)
	}
}

func (l *Library) flowByCommand(name string) *Flow {
	for _, f := range l.ordered() {
		if f.Start.Command == name && f.Start.On == "" {
			return f
		}
	}
	return nil
}

func (l *Library) flowOn(what string) *Flow {
	for _, f := range l.ordered() {
		if f.Start.On == what {
			return f
		}
	}
	return nil
}

// ordered lists the flows by name, so that nothing depends on a map's order. Load keeps the list: every step reads it.
func (l *Library) ordered() []*Flow {
	if l.byName != nil {
		return l.byName
	}
	out := make([]*Flow, 0, len(l.Flows))
	for _, f := range l.Flows {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *Flow) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// start welcomes a newcomer, or ends a silence. A code that comes with it is parked, unread, until it can be used.
func (r *run) start(p *Person, rest string) {
	code := normalCode(rest)
	if r.home(p).paired() {
		code = ""
	}
	if t := p.focus(); code != "" && t != nil && t.Phase == Asking {
		if st := r.lib.stepOf(t); st != nil && st.Pair == "claim" {
			r.pairText(p, t.ID, st, code)
			return
		}
	}
	if code != "" {
		p.Parked = code
	}
	stopped := p.Stopped
	p.Stopped = false
	if stopped {
		r.say(p, r.lib.word("started_again"))
		r.knockCards(p)
	}
	switch {
	case !p.Welcomed:
		if code != "" {
			r.say(p, r.lib.word("pair_parked"))
		}
		r.begin(p, r.lib.flowOn("welcome"))
	case code != "":
		r.command(p, "partner")
	case !stopped:
		r.say(p, r.lib.word("already_started"))
	}
}

// stop is silence until /start. Whoever is not welcomed yet is forgotten with it.
func (r *run) stop(p *Person) {
	for i := len(p.Tracks) - 1; i >= 0; i-- {
		if !r.agreeing(p, &p.Tracks[i]) {
			r.drop(p, p.Tracks[i].ID)
		}
	}
	p.Waiting = nil
	r.endPairing(p)
	p.Stopped = p.Welcomed
	r.say(p, r.lib.word("stopped"))
}

// skip leaves the open question unanswered.
func (r *run) skip(p *Person) {
	t := p.focus()
	switch {
	case t == nil:
		r.say(p, r.lib.word("nothing_to_skip"))
	case t.Phase == Quiet:
		r.present(p, t.ID)
	default:
		r.skipStep(p, t.ID)
	}
}

// leave ends the conversation that has the floor, else the one that waits for an answer or to be opened.
func (r *run) leave(p *Person) {
	t := p.focus()
	if t == nil && len(p.Tracks) > 0 {
		t = &p.Tracks[len(p.Tracks)-1]
	}
	if t == nil {
		r.say(p, r.lib.word("nothing_to_leave"))
		return
	}
	if st := r.lib.stepOf(t); st != nil {
		switch st.Kind {
		case KPair, KAccount:
			r.endPairing(p)
		case KBoth:
			r.withdraw(p, t, st)
		}
	}
	r.say(p, r.lib.word("left_flow"))
	r.over(p, t.ID, "left")
}

// back asks the question before this one again, if nothing was shared since.
func (r *run) back(p *Person) {
	t := p.focus()
	if t == nil || len(t.Marks) == 0 {
		r.say(p, r.lib.word("nothing_to_go_back"))
		return
	}
	mark := t.Marks[len(t.Marks)-1]
	t.Marks = t.Marks[:len(t.Marks)-1]
	if st := r.lib.stepOf(t); st != nil && st.Kind.joins() {
		r.endPairing(p)
	}
	r.closePrompt(p, t.ID)
	t.Frames = t.Frames[:mark.Depth]
	f := t.top()
	f.Step, f.Followed = mark.Step, false
	f.uncount(mark.Step)
	r.walk(p, t.ID)
}

// cards opens what is waiting, whenever its person wants.
func (r *run) cards(p *Person) {
	flow := r.lib.flowOn("card")
	switch {
	case p.Stopped:
		r.say(p, r.lib.word("stopped_hint"))
	case len(p.Inbox) == 0 || flow == nil:
		r.say(p, r.lib.word("no_cards"))
	default:
		r.begin(p, flow)
	}
}
