package flows

import (
	"slices"
	"strings"
	"time"
)

// Entering a code: for a partner, or for another account of one person.

// pairText reads words at a pair step: a code, or nothing it knows.
func (r *run) pairText(p *Person, id int, st *Step, text string) {
	t := p.track(id)
	if st.Pair != "claim" {
		r.say(p, r.lib.word("wrong_yes_no", "options", strings.Join(r.liveLabels(p, id), " / ")))
		return
	}
	if to, ok := r.claim(p, t, st, normalCode(text)); ok {
		r.closePrompt(p, id)
		r.next(p, id, to)
	}
}

// claim enters a code. It fails with a word to p, and changes nothing but the count of tries.
func (r *run) claim(p *Person, t *Track, st *Step, code string) (Target, bool) {
	now := r.ev.At
	p.Tries = slices.DeleteFunc(p.Tries, func(at time.Time) bool { return now.Sub(at) >= codeFor })
	switch {
	case len(p.Tries) >= maxTries:
		until := p.Tries[0].Add(codeFor).In(r.lib.location(p))
		r.say(p, r.lib.word("pair_wait", "time", until.Format("15:04")))
		return Target{}, false
	case r.in.WrongCodes >= maxTriesAll:
		r.say(p, r.lib.word("pair_wait_all"))
		return Target{}, false
	case code != "" && slices.Contains(r.home(p).Codes(), CodeDigest(code)):
		r.say(p, r.lib.word("pair_own"))
		return Target{}, false
	}
	o := r.offerer(code, st.Kind)
	if o == nil {
		p.Tries = append(p.Tries, now)
		r.out.WrongCode = true
		if st.Wrong != "" {
			r.say(p, fill(st.Wrong, r.holes(p, t)))
		} else {
			r.say(p, r.lib.word("pair_wrong"))
		}
		return Target{}, false
	}
	o.Pair.Peer, o.Pair.Person, o.Pair.Name = r.self.Unit, p.ID, p.Name()
	p.Pair = &Pairing{Expires: o.Pair.Expires, Peer: r.other.Unit, Person: o.ID, Name: o.Name()}
	if st.Kind == KAccount { // whose it is shows no further than needed
		p.Pair.Account, p.Pair.Name, o.Pair.Name = true, r.lib.app(o.Pair.At), r.base.viewOf(o).app(p.Addr)
	}
	p.timer(Timer{Name: "code", Due: p.Pair.Expires, What: "code"})
	moved := r.moved
	r.moved = o.Gone // out of reach: they see it when they come back
	r.proceed(o, "claimed")
	r.moved = moved
	return r.outcome(p, st, "claimed"), true
}

// offerer is whose code it is, if it still stands, and is for what it was entered for.
func (r *run) offerer(code string, kind StepKind) *Person {
	if r.other == nil || code == "" || kind == KPair && r.other.paired() {
		return nil
	}
	for i := range r.other.People {
		o := &r.other.People[i]
		if q := o.Pair; q != nil && q.Code == code && q.Account == (kind == KAccount) && q.Peer == "" && !q.Ended && q.Expires.After(r.ev.At) {
			return o
		}
	}
	return nil
}
