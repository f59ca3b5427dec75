package flows

import (
	"slices"
	"strings"
	"time"
)

// deriving is all that the function of a computed fact may read. What is not among its reads is empty.
type deriving struct {
	at     time.Time
	today  string                  // the date on the clock of the couple; of somebody alone, on their own
	paired bool                    // there is a couple, whether or not the other is still in it
	get    func(name string) Value // facts: person.x, couple.x
	// What is no fact has a word of its own among the reads.
	accounts int    // accounts: how many the person has
	draws    Draws  // draws: what the person drew, and when
	operator string // operator: who of the two runs the bot, as far as the person may know (account.go)
}

// derivation computes a fact, from what it reads and nothing else.
type derivation struct {
	reads   []string
	gives   Type
	values  []string // all that it can give, where the type alone does not say it
	compute func(d *deriving) Value
}

// derived are the functions that a fact can name.
var derived = map[string]derivation{
	"checkin_in_quiet": {reads: []string{"person.checkin", "person.quiet_from", "person.quiet_to"}, gives: YesNo, compute: func(d *deriving) Value {
		w, ok := parseClock(d.get("person.checkin").S)
		from, ok1 := parseClock(d.get("person.quiet_from").S)
		to, ok2 := parseClock(d.get("person.quiet_to").S)
		return yesNo(ok && ok1 && ok2 && within(w, from, to))
	}},
	"local_time": {reads: []string{"person.zone"}, gives: Time, compute: func(d *deriving) Value {
		return Value{T: Time, S: d.local(d.at).Format("15:04")}
	}},
	"light_week": {gives: YesNo, compute: func(d *deriving) Value { return yesNo(lightWeek(d.today)) }},
	"idea_day": {reads: []string{"person.phase", "person.zone"}, gives: YesNo, compute: func(d *deriving) Value {
		return yesNo(ideasOn(d.get("person.phase").S, d.local(d.at)))
	}},
	"idea_today": {reads: []string{"draws", "person.zone"}, gives: YesNo, compute: func(d *deriving) Value {
		today := d.local(d.at).Format(time.DateOnly)
		return yesNo(slices.ContainsFunc(d.draws.of("ideas"), func(x Drawn) bool { return d.local(x.At).Format(time.DateOnly) == today }))
	}},
	"reveal_time": {reads: []string{"couple.reveal_hour", "couple.zone", "person.zone"}, gives: Time, compute: func(d *deriving) Value {
		at := nextClock(d.get("couple.reveal_hour").S, 0, d.at, location(d.get("couple.zone").S))
		return Value{T: Time, S: d.local(at).Format("15:04")}
	}},
	"accounts": {reads: []string{"accounts"}, gives: Scale, values: []string{"1", "2", "3"}, compute: func(d *deriving) Value {
		return Value{T: Scale, N: min(d.accounts, maxAccounts)}
	}},
	"operator": {reads: []string{"operator"}, gives: OneOf, values: []string{"nobody", "me", "partner"}, compute: func(d *deriving) Value {
		return Value{T: OneOf, S: d.operator}
	}},
	"paired": {gives: YesNo, compute: func(d *deriving) Value { return yesNo(d.paired) }},
}

// local is a moment where the person is.
func (d *deriving) local(t time.Time) time.Time { return t.In(location(d.get("person.zone").S)) }

// openly says that a function reads nothing of one person's own but the clock: only such can be facts of a couple, which decide
// for both and count for no secret.
func (x derivation) openly() bool {
	return !slices.ContainsFunc(x.reads, func(name string) bool { return !strings.HasPrefix(name, "couple.") })
}

// derive computes a fact for p; false for a function that does not exist.
func (l *Library) derive(s *State, p *Person, fact *Decl, at time.Time) (Value, bool) {
	x, ok := derived[fact.Derived]
	if !ok {
		return Value{}, false
	}
	d := deriving{at: at, paired: s.paired(), today: at.In(location(l.coupleClock(s, p))).Format(time.DateOnly)}
	d.get = func(name string) Value {
		if !slices.Contains(x.reads, name) {
			return Value{}
		}
		if fact, ok := cutScope(name, "person"); ok {
			return l.fact(p, fact)
		}
		if name == "couple.zone" {
			return Value{T: Zone, S: l.coupleClock(s, p)}
		}
		return l.coupleFact(s, strings.TrimPrefix(name, "couple."))
	}
	for _, word := range x.reads {
		switch word {
		case "accounts":
			d.accounts = len(p.Also) + 1
		case "draws":
			d.draws = p.Draws
		case "operator":
			d.operator = l.runBy(s, p, at)
		}
	}
	return x.compute(&d), true
}
