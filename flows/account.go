package flows

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"
)

// Accounts: one person can write from several, and move from one to another. A code is made on an account of theirs and
// entered on the new one, which then says yes, as the first does: where the code was made, whatever the person uses by
// then. Everything else is pairing (pair.go), with two differences. No couple comes of it: the new account's own unit,
// in which nothing was begun but this, dissolves. And a partner is no part of it: what is said to them, when and in which
// bytes, does not hang on accounts.

// Accounts are all addresses of p, first the one used last.
func (p *Person) Accounts() []Address { return append([]Address{p.Addr}, p.Also...) }

// app is what an account's platform is called.
func (l *Library) app(a Address) string {
	if name := l.Words["app_"+a.Platform]; name != "" {
		return name
	}
	return l.word("app_other")
}

// arrives notes which account of p an input came from: what is said goes there from now on. A question that was shown at
// another is shown here before words answer it unseen; its buttons work as long as it stands.
func (r *run) arrives(p *Person) {
	i := slices.IndexFunc(p.Also, r.ev.From.Same)
	if i < 0 || r.ev.Kind == Away {
		return
	}
	r.moveTo(p, r.ev.From)
	if r.ev.Kind == Pressed || r.ev.Kind == Filled {
		delete(r.former, p.ID) // what is answered stands here
	} else if t := p.focus(); t != nil && t.Phase == Asking {
		t.Phase = Quiet
	}
}

// moveTo makes an account the one that messages go to.
func (r *run) moveTo(p *Person, to Address) {
	if r.former == nil {
		r.former = map[PersonID]Address{}
	}
	r.former[p.ID] = p.Addr
	p.Also = slices.DeleteFunc(p.Also, to.Same)
	p.Also = append(p.Also, p.Addr)
	p.Addr = to
}

// aside is another account of a person, to which something is said.
type aside struct {
	who PersonID
	at  Address
}

// aside lets what is said to p from here on, until their conversation is over, go to an account that they may not be using now.
func (r *run) aside(p *Person, at Address) { r.away = &aside{p.ID, at} }

// place is where a message to p goes, when that is not where p is: a question is closed where it was shown.
func (r *run) place(p *Person, op Op) *Address {
	at, ok := r.former[p.ID]
	switch {
	case r.away != nil && r.away.who == p.ID && op == Show:
		at = r.away.at
	case !ok || op == Show:
		return nil
	}
	if at.Same(p.Addr) {
		return nil
	}
	return &at
}

// accountClosed is how a step ends that this person cannot take, or "". Whoever went through the first steps has entries
// of their own, which nobody takes over.
func accountClosed(p *Person, st *Step) string {
	switch st.Pair {
	case "offer":
		if !p.Welcomed {
			return "ended"
		}
		switch n := len(p.Also) + 1; {
		case st.Move && n > maxAccounts: // one is still to be left behind
			return "ended"
		case !st.Move && n >= maxAccounts:
			return "full"
		}
	case "claim":
		if p.Welcomed {
			return "own"
		}
	}
	return ""
}

// sameNumber is shown on both sides of an account code that was entered. Whoever read the code over a shoulder, and was first
// to enter it, shows it on their own phone: not on the one that the person who made the code holds.
func (p *Person) sameNumber() string {
	ids := []string{string(p.ID), string(p.Pair.Person)}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte("number\x00" + ids[0] + "\x00" + ids[1] + "\x00" + p.Pair.Expires.UTC().String()))
	return itoa(1000 + int(binary.BigEndian.Uint32(sum[:4])%9000))
}

// join gives the account that entered a code to the person who made it. Both said yes; p has just done so.
func (r *run) join(p, o *Person) {
	owner, claimer := p, o
	if p.Pair.Code == "" {
		owner, claimer = o, p
	}
	at, move := owner.Pair.At, owner.Pair.Move
	for _, q := range []*Person{owner, claimer} {
		q.Pair = nil
		q.dropTimer(string(q.ID) + "/code")
	}
	if move || claimer == p {
		r.moveTo(owner, claimer.Addr)
	} else {
		owner.Also = append(owner.Also, claimer.Addr)
	}
	leaves := at
	if !move {
		leaves = Address{}
	}
	r.begins(owner, claimer.Addr, leaves)
	if owner.Addr.Same(claimer.Addr) {
		owner.Gone = false
	}
	r.aside(owner, at)
	r.proceed(owner, "joined")
	r.proceed(claimer, "joined")
	for len(claimer.Tracks) > 0 { // nothing else is kept of the unit that was made for it
		r.drop(claimer, claimer.Tracks[len(claimer.Tracks)-1].ID)
	}
	claimer.Waiting = nil
}

// giveUp takes an account from p, who has another. What stands open there is closed, and shown again where p is.
func (r *run) giveUp(p *Person, a Address) {
	if a.Same(p.Addr) {
		r.moveTo(p, p.Also[len(p.Also)-1])
	}
	p.Also = slices.DeleteFunc(p.Also, a.Same)
	p.oldNow(a)
	if was, ok := r.former[p.ID]; !ok || !was.Same(a) {
		return // nothing that is known to stand there
	}
	for i := range p.Tracks {
		if t := &p.Tracks[i]; t.Prompt != "" {
			r.closePrompt(p, t.ID)
			if t.Phase == Asking && !t.Parked {
				t.Phase = Quiet
			}
		}
	}
}

// presentRemove lists the accounts.
func (r *run) presentRemove(p *Person, id int, st *Step) {
	var buttons []Button
	all := p.Accounts()
	for i, label := range r.lib.accountLabels(all) {
		if !slices.Contains(p.removable(), all[i]) {
			continue
		}
		buttons = append(buttons, Button{Choice: itoa(i + 1), Label: label, Value: "which:" + accountName(all[i])})
	}
	buttons = append(buttons, Button{Choice: "keep", Label: r.lib.word("label_leave_it"), Value: "keep"})
	r.prompt(p, id, []Block{{Text: fill(st.Text, r.holes(p, p.track(id)))}}, buttons)
}

// accountName tells the accounts of one person apart.
func accountName(a Address) string { return a.Platform + " " + a.User }

// accountLabels name accounts by their apps: the one used now says so, further ones in the same app are numbered.
func (l *Library) accountLabels(all []Address) []string {
	var out []string
	for i, a := range all {
		label := l.app(a)
		if i == 0 {
			label = l.word("account_here", "app", label)
		}
		n := 1
		for _, b := range all[:i] {
			if b.Platform == a.Platform {
				n++
			}
		}
		if n > 1 {
			label += " " + itoa(n)
		}
		out = append(out, label)
	}
	return out
}

// removeButton asks once more, and then the account is gone at once.
func (r *run) removeButton(p *Person, id int, st *Step, value string) {
	r.closePrompt(p, id)
	what, name, _ := strings.Cut(value, ":")
	all := p.Accounts()
	i := slices.IndexFunc(all, func(a Address) bool { return accountName(a) == name })
	switch {
	case i < 0 || !slices.Contains(p.removable(), all[i]):
		r.next(p, id, st.GoMap["kept"])
	case what == "which":
		r.prompt(p, id, []Block{{Text: r.lib.word("account_remove", "account", r.lib.accountLabels(all)[i])}}, []Button{
			{Choice: "remove", Label: r.lib.word("label_remove"), Value: "remove:" + name},
			{Choice: "keep", Label: r.lib.word("label_leave_it"), Value: "keep"},
		})
	default:
		r.giveUp(p, all[i])
		r.aside(p, all[i])
		r.say(p, r.lib.word("account_removed"))
		r.away = nil
		r.next(p, id, st.GoMap["removed"])
	}
}

// runBy is whose account the one is that is named as running the bot. Of the partner's accounts it reads those of the
// moment in which both said yes, so that nothing either does with theirs later shows.
func (l *Library) runBy(s *State, p *Person, at time.Time) string {
	op := l.setup.Operator
	if op == (Address{}) {
		return "nobody"
	}
	if slices.ContainsFunc(p.Accounts(), op.Same) {
		return "me"
	}
	if q, ok := s.Partner(p.ID); ok && s.paired() && s.Couple.Since.Equal(at) && q.Rest == nil && slices.ContainsFunc(q.Accounts(), op.Same) {
		return "partner"
	}
	return "nobody"
}
