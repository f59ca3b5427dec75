package main

import (
	"context"
	"fmt"
	"slices"

	"rewoo/flows"
)

// code is the last one that who was shown.
func (l *stack) code(who string) (code string) {
	for _, s := range l.of(who).shown[who] {
		if c := codeForm.FindString(s.m.Text()); c != "" {
			code = c
		}
	}
	return code
}

// further gives a the account a2, too.
func (l *stack) further() {
	l.act("a", "/account", "")
	l.act("a", "[Add another account]", "")
	l.act("a2", "/start", "")
	l.act("a2", "[I use this elsewhere]", "")
	l.act("a2", l.code("a"), "")
	l.act("a2", "[Yes, connect them]", "")
	l.act("a", "[Yes, that was me]", "")
}

// of is the platform that an account is on.
func (l *stack) of(who string) *phone {
	if who == "a2" {
		return l.far
	}
	return l.phone
}

func (l *stack) from(who string) flows.Address {
	return flows.Address{Platform: l.of(who).name, User: who, Chat: who}
}

// flood is more than anybody may write at once.
func (l *stack) flood(ev flows.Event) {
	id := ev.ID
	for i := range 450 {
		ev.ID = fmt.Sprintf("%s/%d", id, i)
		l.must(l.bot.Handle(context.Background(), ev))
	}
	l.settle()
}

// live says that a button which stands in a chat is somebody's.
func (l *stack) live(action string) (found bool) {
	for _, ph := range []*phone{l.phone, l.far} {
		_, _, err := l.db.People(context.Background(), ph.name, "", 100, func(p *flows.Person) bool {
			found = found || slices.ContainsFunc(p.Buttons, func(b flows.Button) bool { return b.Token == action })
			return false
		})
		l.must(err)
	}
	return found
}
