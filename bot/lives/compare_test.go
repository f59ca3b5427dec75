package lives

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// outcome is what came of a life.
type outcome struct {
	phones  map[string][]string // by person: every message in full, in order, repeats left out
	repeats []repeat
	store   []string // states, journal, timers, what waits: a line each
	entries []flows.Entry
	couples int
}

// repeat is a message that came a second time.
type repeat struct {
	user, message string
	life          int  // in which it came again
	within        bool // and in which it had come before
}

// read gives what the phones got. It fails when something came again that only a break between its sending and its crossing
// off would explain: not the message just before, or one already crossed off, or not as it was.
func read(chats map[string][]got) (received map[string][]string, repeats []repeat, err error) {
	received = map[string][]string{}
	for user, lines := range chats {
		seen, last, crossed, text := map[string]bool{}, got{}, true, ""
		for _, g := range lines {
			if g.Message == nil {
				if last.Message == nil || g.Crossed != last.Message.ID {
					return nil, nil, fmt.Errorf("%s: %s was crossed off out of turn", user, g.Crossed)
				}
				crossed = true
				continue
			}
			id := g.Message.ID
			full, err := json.Marshal(got{At: g.At, Message: g.Message})
			switch {
			case err != nil:
				return nil, nil, err
			case !seen[id]:
				seen[id] = true
				received[user] = append(received[user], string(full))
			case last.Message.ID != id || crossed || text != string(full):
				return nil, nil, fmt.Errorf("%s: %s came again in life %d after\n%s\ncame in life %d (crossed off: %t), as\n%s", user, id, g.Life, text, last.Life, crossed, full)
			default:
				repeats = append(repeats, repeat{user, id, g.Life, last.Life == g.Life})
			}
			last, crossed, text = g, false, string(full)
		}
	}
	return received, repeats, nil
}

// kept is a store that shows all it keeps.
type kept interface {
	bot.Store
	Snapshot(context.Context) (storage.Snapshot, error)
}

// memory is the store without a disk.
type memory struct{ *bottest.MemStore }

func (m memory) Snapshot(ctx context.Context) (snap storage.Snapshot, err error) {
	snap.States, snap.Journal = m.Units(), m.Journal()
	slices.SortFunc(snap.States, func(a, b flows.State) int { return strings.Compare(string(a.Unit), string(b.Unit)) })
	snap.Outbox, err = m.Heads(ctx)
	return snap, err
}

// outcomeOf reads phones and store when a life is over.
func outcomeOf(chats map[string][]got, db kept) (o outcome, err error) {
	if o.phones, o.repeats, err = read(chats); err != nil {
		return o, err
	}
	ctx := context.Background()
	snap, err := db.Snapshot(ctx)
	if err != nil {
		return o, err
	}
	due, _, err := db.Due(ctx, start.AddDate(100, 0, 0), 1_000_000)
	if err != nil {
		return o, err
	}
	add := func(what string, v any) {
		line, merr := json.Marshal(v)
		if merr != nil {
			err = merr
		}
		o.store = append(o.store, what+" "+string(line))
	}
	for _, s := range snap.States {
		add("unit", s)
		for _, p := range s.People {
			add("person of "+string(s.Unit), p)
		}
		if !s.Couple.Since.IsZero() {
			o.couples++
		}
	}
	for _, e := range snap.Journal {
		add("entry", e)
	}
	for _, q := range snap.Outbox {
		add("waits", q)
	}
	for _, d := range due {
		add("due", d)
	}
	o.entries = snap.Journal
	return o, err
}

// differs says where two lives first part; "" when they are the same.
func (o outcome) differs(calm outcome) string {
	users := map[string]bool{}
	for u := range calm.phones {
		users[u] = true
	}
	for u := range o.phones {
		users[u] = true
	}
	var out []string
	for u := range users {
		if d := firstDifference(o.phones[u], calm.phones[u]); d != "" {
			out = append(out, "the phone of "+u+", "+d)
		}
	}
	slices.Sort(out)
	if d := firstDifference(o.store, calm.store); d != "" {
		out = append(out, "the store, "+d)
	}
	return strings.Join(out[:min(len(out), 5)], "\n")
}

func firstDifference(got, want []string) string {
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			return fmt.Sprintf("line %d:\nhas    %s\nwanted %s", i, g, w)
		}
	}
	return ""
}

// rich fails a life in which too little happens to prove anything.
func (o outcome) rich(bk *book, couples, days int) error {
	messages, words, cards := 0, 0, 0
	for user, lines := range o.phones {
		messages += len(lines)
		other := strings.NewReplacer("a", "b", "b", "a").Replace(user)
		for _, l := range lines {
			if strings.Contains(l, lineOf+other) || strings.Contains(l, wordsOf+other) {
				cards++
			}
		}
	}
	for _, e := range o.entries {
		if strings.HasPrefix(e.Value.S, lineOf) || strings.HasPrefix(e.Value.S, wordsOf) {
			words++
		}
	}
	switch {
	case o.couples != couples:
		return fmt.Errorf("%d couples of %d found each other", o.couples, couples)
	case messages < couples*(60+days*20):
		return fmt.Errorf("only %d messages", messages)
	case words < couples*days:
		return fmt.Errorf("only %d answers in words are in the journal", words)
	case cards < couples*days/4:
		return fmt.Errorf("only %d answers in words were shared and read", cards)
	case bk.skipped*2 > len(bk.over):
		return fmt.Errorf("%d of %d acts were passed over: what is asked has changed, and the script has to follow", bk.skipped, len(bk.over))
	}
	return nil
}
