package flows

import "slices"

// What a platform lets people do. Where words are written into a form, a question for them brings one. Where the operator
// lets no words through, a question for words offers sentences to choose from, and what is written all the same is dropped
// unread. Times, places and codes are no words of one's own: they can be written everywhere.

// writeValue is the value of the button behind a form. It stands on no message and has no label: the platform shows the form.
const writeValue = "write"

// shortForm is how many characters fit a form for a time, a place or a code.
const shortForm = 60

// platform is the one that p gets messages on.
func (r *run) platform(p *Person) Platform { return r.lib.setup.Platforms[p.Addr.Platform] }

// wordless says that words of p's own are not read: on the platform that p gets messages on, or the one p writes from.
func (r *run) wordless(p *Person) bool {
	return r.platform(p).NoText || r.in.Who == p.ID && r.lib.setup.Platforms[r.ev.From.Platform].NoText
}

// form is what a track's question is written into; nil where nothing is written, or not into a form.
func (r *run) form(p *Person, t *Track) *Form {
	st := r.lib.stepOf(t)
	switch {
	case st == nil || !r.platform(p).Forms:
	case st.Kind == KPair && st.Pair == "claim":
		return &Form{Max: shortForm}
	case st.Kind == KAsk:
		q, ok := r.question(t, st)
		switch {
		case !ok:
		case q.decl.Type == Text && !r.wordless(p):
			return &Form{Max: q.maxText(), Long: q.maxText() > shortText}
		case q.decl.Type.written():
			return &Form{Max: shortForm}
		}
	}
	return nil
}

// fills says that token is that of the form of the question which has the floor.
func (p *Person) fills(token string) bool {
	b, ok := p.button(token)
	t := p.focus()
	return ok && b.Value == writeValue && t != nil && t.Phase == Asking && t.ID == b.Track && t.Visit == b.Visit
}

// readyFor are the sentences that a question for words can be answered with.
func (r *run) readyFor(t *Track, st *Step, d *Decl) []Ready {
	switch {
	case st.ReadyFrom != "":
		if it := r.item(t, st.ReadyFrom); it != nil {
			return it.Ready
		}
		return nil
	case len(st.Ready) > 0:
		return st.Ready
	}
	return d.Ready
}

// readyOptions are the ready sentences as options. Each can be named by its label, and by itself.
func (q *question) readyOptions() []Option {
	out := make([]Option, len(q.ready))
	for i, s := range q.ready {
		out[i] = Option{ID: s.ID, Label: s.Label, Also: append([]string{s.Text}, s.Elsewhere...)}
	}
	return out
}

// pickReady answers with a ready sentence, as if it had been written.
func (q *question) pickReady(id string) (Value, bool) {
	i := slices.IndexFunc(q.ready, func(s Ready) bool { return s.ID == id })
	if i < 0 {
		return Value{}, false
	}
	return q.readWords(q.ready[i].Text)
}

// readyText reads words where none are let through: they can name a ready sentence, and are dropped otherwise.
func (r *run) readyText(p *Person, id int, q *question, text string) {
	if option, ok := match(q.readyOptions(), text); ok {
		if v, ok := q.pickReady(option); ok {
			r.answered(p, id, q, v)
			return
		}
	}
	r.reprompt(p, p.track(id), q)
}

// own says that v was typed, not chosen.
func (q *question) own(v Value) bool {
	return v.T == Text && !slices.ContainsFunc(q.ready, func(s Ready) bool { return s.Text == v.S || slices.Contains(s.Elsewhere, v.S) })
}

// wordsFact is the fact of a couple that says whether words that were typed pass between the two. It is set when they connect,
// and stays: what one of them does with accounts later shows nowhere.
const wordsFact = "words"

// connectedWhere notes whether one of a new couple is where the operator lets no words through: then words that the other types
// do not go there either.
func (r *run) connectedWhere(s *State) {
	for i := range s.People {
		for _, a := range s.People[i].Accounts() {
			if r.lib.setup.Platforms[a.Platform].NoText {
				if s.Couple.Facts == nil {
					s.Couple.Facts = map[string]Value{}
				}
				s.Couple.Facts[wordsFact] = yesNo(false)
			}
		}
	}
}

// readyOnly says that between p and their partner only what was chosen passes.
func (r *run) readyOnly(p *Person) bool { return r.home(p).Couple.Facts[wordsFact].S == "no" }

// passes says that a preview may go across.
func (r *run) passes(p *Person, body []Block) bool { return !r.readyOnly(p) || !typed(body) }

// typed says that body holds words that somebody typed.
func typed(body []Block) bool { return slices.ContainsFunc(body, func(b Block) bool { return b.Own }) }
