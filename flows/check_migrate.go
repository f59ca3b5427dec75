package flows

import (
	"slices"
	"strings"
)

// moveCheck proves one migration: everything that a session of the old version could be at and know has a place.
type moveCheck struct {
	c    *flowCheck
	f    *Flow
	m    *Migration
	from *stamp
}

func (c *flowCheck) migration(f *Flow) {
	m := f.Migrate
	pos := c.at(m, "from")
	if m.From >= f.Version {
		c.log.add("F16", pos, "name an older one", "version %d is not older than this one, which is %d", m.From, f.Version)
		return
	}
	from := c.lib.stamps.find(f.Name, m.From)
	if from == nil {
		c.log.add("F16", pos, "stamp that version with rewoo check --stamp before it changes", "version %d of this flow is not stamped, so nothing is known of its sessions", m.From)
		return
	}
	v := moveCheck{c: c, f: f, m: m, from: from}
	before := len(c.log.all)
	v.names()
	v.answers()
	v.steps(len(c.log.all) == before)
	if len(c.log.all) == before {
		v.known()
	}
}

// names looks for names that the old version has not.
func (v moveCheck) names() {
	var steps, answers []string
	for _, s := range v.from.Steps {
		steps = append(steps, s.ID)
	}
	for _, d := range v.from.Answers {
		answers = append(answers, d.Name)
	}
	answers = append(answers, keysOf(v.from.Draws)...)
	for _, x := range []struct {
		key, what string
		names     map[string]string
		known     []string
	}{{"steps", "step", v.m.Steps, steps}, {"answers", "answer", v.m.Answers, answers}} {
		for _, old := range keysOf(x.names) {
			if !slices.Contains(x.known, old) {
				v.c.log.add("F16", v.c.keyAt(v.m, x.key, old), didYouMean(old, x.known), "version %d has no %s %q", v.from.Version, x.what, old)
			}
		}
	}
}

// answers: each goes on as one of the same type that takes every value of the old one, and for no more eyes.
func (v moveCheck) answers() {
	taken := map[string]string{}
	for _, old := range v.from.Answers {
		to := v.m.answer(old.Name)
		pos := v.c.at(v.m, "answers", old.Name)
		d := v.f.Answers[to]
		if d == nil {
			if to != old.Name {
				v.c.log.add("F16", pos, didYouMean(to, keysOf(v.f.Answers)), "this flow has no answer %q", to)
			}
			continue // dropped
		}
		if first, twice := taken[to]; twice {
			v.c.log.add("F16", pos, "give each a name of its own", "answers %q and %q of version %d both become %q", first, old.Name, v.from.Version, to)
			continue
		}
		taken[to] = old.Name
		v.takes(pos, old, d)
	}
}

// takes reports what keeps an answer from going on as another one.
func (v moveCheck) takes(pos Pos, old, d *Decl) {
	hint := "give the new one another name"
	bad := func(text string, args ...any) {
		v.c.log.add("F16", pos, hint, "answer %q of version %d cannot go on as %q: "+text, append([]any{old.Name, v.from.Version, d.Name}, args...)...)
	}
	switch {
	case old.Type != d.Type:
		bad("it is %s, and that %s", article(string(old.Type)), article(string(d.Type)))
	case old.From < d.From || old.To > d.To:
		bad("it goes from %d to %d, and that from %d to %d", old.From, old.To, d.From, d.To)
	case d.Max > 0 && (old.Max == 0 || old.Max > d.Max):
		bad("it may be longer")
	case old.Least < d.Least || old.Most > d.Most:
		bad("it may be shorter or longer")
	case len(lost(old, d)) > 0:
		bad("that has no option %q", lost(old, d)[0])
	case old.List != d.List:
		bad("its list is %q, and that is from %q", old.List, d.List)
	case d.PartnerSees != old.PartnerSees && d.PartnerSees != SeesNever:
		bad("partner_sees was %s, and would be %s", old.PartnerSees, d.PartnerSees)
	case d.Keep > old.Keep:
		bad("it would be kept longer than its person was told")
	}
}

// lost are the options of old that d has not.
func lost(old, d *Decl) (out []string) {
	if old.Type != OneOf && old.Type != Multi {
		return nil
	}
	ids := optionIDs(d)
	for _, o := range old.Options {
		if !slices.Contains(ids, o.ID) {
			out = append(out, o.ID)
		}
	}
	return out
}

// steps: every step of the old version goes on at one. Where a session can rest, that is one of the same kind, about the same.
func (v moveCheck) steps(answersFit bool) {
	for _, old := range v.from.Steps {
		to := v.m.step(old.ID)
		s := v.f.ByID[to]
		pos := v.c.at(v.m, "steps", old.ID)
		switch {
		case s == nil && to != old.ID:
			v.c.log.add("F16", pos, didYouMean(to, v.stepIDs()), "this flow has no step %q", to)
		case s == nil:
			v.c.log.add("F16", pos, "add "+old.ID+": and the step to go on at", "%s of version %d is not here any more, and migrate does not say where its sessions go on", quotedStep(old.ID), v.from.Version)
		case !rests(old.Kind) && !rests(s.Kind):
		case old.Kind != s.Kind:
			v.c.log.add("F16", pos, "name a step of the same kind", "%s of version %d is %s step, and cannot go on as %s, which is %s step",
				quotedStep(old.ID), v.from.Version, article(string(old.Kind)), quotedStep(to), article(string(s.Kind)))
		case answersFit && !v.sameAbout(old, s):
			v.c.log.add("F16", pos, "name a step that does the same", "%s of version %d is about %s, and %s about %s",
				quotedStep(old.ID), v.from.Version, orNothing(old.Of), quotedStep(to), orNothing(s.of()))
		}
	}
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return `"` + s + `"`
}

func (v moveCheck) stepIDs() []string { return keysOf(v.f.ByID) }

// rests says that a session can stand at a step of this kind when something happens.
func rests(k StepKind) bool { return (&Step{Kind: k}).waits() || k == KRun }

// sameAbout compares what two steps are about, by the new names of answers. What both vote on is known by its name.
func (v moveCheck) sameAbout(old stampedStep, s *Step) bool {
	var names []string
	for _, name := range strings.Split(old.Of, ",") {
		switch {
		case old.Kind == KAsk || old.Kind == KShare || old.Kind == KTogether:
			name = v.m.answer(name)
		}
		names = append(names, name)
	}
	return strings.Join(names, ",") == s.of()
}

// known is F10 for sessions that move: what is read from there on is known in the old version on all ways to where they were.
func (v moveCheck) known() {
	log := v.c.log
	v.c.log = &findingLog{}
	a := v.c.waysTo(v.f, v.c.boundAtStart(v.f))
	var work []int
	for _, old := range v.from.Steps {
		to := a.g.index[v.m.step(old.ID)]
		knows := make(nameSet, len(a.start))
		a.learn(knows, v.namesNow(old.Knows)...)
		if a.in[to] == nil {
			a.in[to] = knows
		} else {
			a.in[to].meet(knows)
		}
		work = append(work, to)
	}
	a.spread(work...)
	a.sayUnknown()
	found := v.c.log.all
	v.c.log = log
	v.hands()
	for _, f := range found {
		v.c.log.add("F16", v.m.Pos, "name what it becomes under answers, or ask for it in this version on the way", "for a session that comes from version %d, %s", v.from.Version, f.Text)
	}
}

// hands: what this version is sure of about the record at hand, the old one was sure of.
func (v moveCheck) hands() {
	for _, old := range v.from.Steps {
		s := v.f.ByID[v.m.step(old.ID)]
		for _, word := range v.c.handWords(v.f, s) {
			if !slices.Contains(old.Knows, word) {
				v.c.log.add("F16", v.c.at(v.m, "steps", old.ID), "go on at a step before the record is found", "at %s of version %d it is not sure which record is at hand, as it is at %s",
					quotedStep(old.ID), v.from.Version, quotedStep(s.ID))
				break
			}
		}
	}
}

// namesNow are the names of F10 as this version calls them. What is not known by answers or draws counts as not known.
func (v moveCheck) namesNow(knows []string) []string {
	var out []string
	for _, name := range knows {
		if answer, ok := strings.CutPrefix(name, "me."); ok && v.f.Answers[v.m.answer(answer)] != nil {
			out = append(out, "me."+v.m.answer(answer))
		}
		for _, kind := range []string{"draw ", "offer "} {
			if binding, ok := strings.CutPrefix(name, kind); ok && v.drawsFrom(v.m.answer(binding), v.from.Draws[binding]) {
				out = append(out, kind+v.m.answer(binding))
			}
		}
	}
	return out
}

// drawsFrom says that this version draws a binding, and from that list alone.
func (v moveCheck) drawsFrom(binding, list string) bool {
	some := false
	for _, s := range v.f.Steps {
		if s.Kind == KDraw && s.Draw == binding {
			if some = true; s.From != list {
				return false
			}
		}
	}
	return some
}
