package flows

import (
	"slices"
	"strings"
)

// A new account takes nothing away at first. Somebody who holds an unlocked phone for half a minute can make a code on it, enter
// it on a phone of their own and say yes on both. So for three days the new account is the one that can be removed, and no other,
// wherever its person writes from; moving leaves the old account behind after that time; and after a day all others get one
// neutral line. It is not said at once: whoever holds the phone would clear it away.
const (
	newFor    = 3 * day
	tellAfter = day
	tellFor   = day // how long the line is worth being delivered
)

// begins notes a new account of p; leaves is the one that is given up for it, or the zero address. The timer is named by chance:
// names of timers can be read by whoever holds the file, and a digest of an account is undone by trying all numbers.
func (r *run) begins(p *Person, a, leaves Address) {
	t := Timer{Name: "account/" + r.ev.Seed.newID("account")[:16], Due: r.ev.At.Add(tellAfter), What: "account", Shape: accountName(a)}
	if leaves != (Address{}) {
		t.Flow = accountName(leaves)
	}
	p.oldNow(a)
	p.timer(t)
}

// ages says that a timer is that of a new account.
func (t *Timer) ages(a Address) bool { return t.What == "account" && t.Shape == accountName(a) }

// isNew says that an account of p is.
func (p *Person) isNew(a Address) bool {
	return slices.ContainsFunc(p.Timers, func(t Timer) bool { return t.ages(a) })
}

// oldNow forgets that an account of p was new.
func (p *Person) oldNow(a Address) {
	p.Timers = slices.DeleteFunc(p.Timers, func(t Timer) bool { return t.ages(a) })
}

// removable are the accounts of p that can be removed now.
func (p *Person) removable() []Address {
	all := p.Accounts()
	if len(all) < 2 {
		return nil
	}
	if fresh := slices.DeleteFunc(slices.Clone(all), func(a Address) bool { return !p.isNew(a) }); len(fresh) > 0 {
		return fresh
	}
	return all
}

// named finds an account of p by its name.
func (p *Person) named(name string) (Address, bool) {
	all := p.Accounts()
	i := slices.IndexFunc(all, func(a Address) bool { return accountName(a) == name })
	if i < 0 {
		return Address{}, false
	}
	return all[i], true
}

// accountAges is what a day, and what three days make of a new account.
func (r *run) accountAges(p *Person, timer Timer) {
	a, ok := p.named(timer.Shape)
	if !ok {
		return
	}
	if timer.Nominal != "" {
		if old, ok := p.named(timer.Flow); ok && len(p.Also) > 0 {
			r.giveUp(p, old)
		}
		return
	}
	timer.Name = strings.TrimPrefix(timer.Name, string(p.ID)+"/")
	if r.lib.quietAt(p, r.ev.At) {
		timer.Due = r.lib.afterQuiet(p, r.ev.At)
		p.timer(timer)
		return
	}
	timer.Nominal, timer.Due = "told", r.ev.At.Add(newFor-tellAfter)
	p.timer(timer)
	if p.Stopped {
		return
	}
	for _, other := range p.Accounts() {
		if other != a {
			r.aside(p, other)
			r.emit(p, Message{Body: []Block{{Text: r.lib.word("account_news")}}, Lane: LaneScheduled, Once: true, Until: r.ev.At.Add(tellFor)})
		}
	}
	r.away = nil
}
