package flows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a card opens, on flows of the tests' own.

const askNote = `
flow: ask_note
version: 1
title: A note that opens something
who: both
start: { command: note }
expires: { after: 20h }
answers:
  line: { type: text, max: 200, partner_sees: on_share, keep: 90d, ready: { tea: "Tea" } }
  mood: { type: choice, options: { light: "Quite light", heavy: "Heavy" }, partner_sees: on_share }
  own: { type: text, max: 200, keep: 90d }
steps:
  line: { ask: line, text: "Line?", skip: mood, timeout: { after: 2h, go: closed }, go: mood }
  mood: { ask: mood, text: "Mood?", skip: own, timeout: { after: 2h, go: closed }, go: own }
  own: { ask: own, text: "Own?", skip: offer, timeout: { after: 2h, go: closed }, go: offer }
  offer: { share: { text: "It is {me.mood}: {me.line}", opens: react }, timeout: { after: 2h, go: closed }, none: nothing, go: closed }
  nothing: { say: "Nothing to share.", end: done }
  closed: { end: closed }
`

const react = `
flow: react
version: 1
title: A reaction
expires: { after: 20h }
answers:
  back: { type: text, max: 200, partner_sees: on_share, keep: 90d }
  how: { type: choice, options: { soon: "Soon", never: "Better not" } }
steps:
  how: { ask: how, text: "When would you answer?", skip: back, timeout: { after: 3h, go: closed }, go: back }
  back: { ask: back, text: "What do you say?", skip: closed, timeout: { after: 3h, go: closed }, go: offer }
  offer: { share: { text: "An answer: {me.back}" }, timeout: { after: 2h, go: closed }, none: closed, go: closed }
  closed: { end: closed }
`

// noted makes a couple of which a stands before the preview of a composed note.
func noted(t *testing.T) *sim {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
	w.note("It rains {you.name}")
	return w
}

func (w *sim) note(line string) {
	w.t.Helper()
	w.say("a", "/note")
	w.say("a", line)
	w.press("a", "Quite light")
	w.say("a", "mine alone")
}

// read lets b read what has come.
func (w *sim) read(user string) {
	w.t.Helper()
	w.say(user, "/cards")
	w.press(user, "Read now")
}

func (w *sim) passNote(line string) {
	w.t.Helper()
	w.note(line)
	w.press("a", "Share")
	w.pass(undoFor)
}

func TestAComposedCardIsTheExactPreview(t *testing.T) {
	w := noted(t)
	_, shown, _ := strings.Cut(w.last("a"), "\n\n")
	if want := "A note from Ana:\n> It is Quite light: It rains {you.name}"; shown != want {
		t.Fatalf("the preview is %q, not %q", shown, want)
	}
	_, p := w.person("a")
	preview := slices.Clone(p.Tracks[0].top().Preview)
	w.press("a", "Share")
	w.pass(undoFor)
	_, b := w.person("b")
	if len(b.Inbox) != 1 || !slices.Equal(b.Inbox[0].Body, preview) || b.Inbox[0].Opens != "react" || b.Inbox[0].Bound != nil {
		t.Fatalf("b has %+v", b.Inbox)
	}
	mark := len(w.sent)
	w.read("b")
	if got := w.got("b", mark); !strings.Contains(got, shown+"\n") || !strings.HasSuffix(got, "When would you answer?\n") {
		t.Fatalf("b got %q", got)
	}
	if got := string(encode(Output{States: []State{*stateOf(w, "b")}})); strings.Count(got, "mine alone") > strings.Count(got, `"own"`) {
		t.Fatal("what was kept is with b")
	}
}

func stateOf(w *sim, user string) *State { s, _ := w.person(user); return s }

// Something unknown in the text makes it none, whatever else is there.
func TestAComposedCardIsWholeOrNone(t *testing.T) {
	for _, skipped := range []int{0, 1} {
		w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
		w.say("a", "/note")
		for i, answer := range []string{"a line", "Quite light"} {
			if i == skipped {
				answer = "/skip"
			}
			w.say("a", answer)
		}
		w.say("a", "/skip")
		w.mustSay("a", "Nothing to share.")
	}
}

func TestDangerHoldsAComposedCard(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
	w.note("I want to die")
	w.press("a", "Share")
	w.mustSay("a", w.lib.Words["share_hold"])
	w.press("a", "Share it anyway")
	w.pass(undoFor)
	if _, b := w.person("b"); len(b.Inbox) != 1 {
		t.Fatal("it was not passed on")
	}
}

// Where only ready sentences go across, what was typed stays, in a composed text too.
func TestTypedWordsStayInAComposedText(t *testing.T) {
	for _, c := range []struct{ line, says string }{{"typed", "words_stay"}, {"Tea", "share_preview"}} {
		w := connectedWordless(t)
		w.lib = withFlows(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react}).With(w.lib.setup)
		mark := len(w.sent)
		w.note(c.line)
		if got := w.got("a", mark); !strings.Contains(got, w.lib.Words[c.says]) {
			t.Errorf("%s: %q", c.line, got)
		}
	}
}

// What three cards open comes one after the other, in the order of the cards, and behind what the card flow says.
func TestWhatCardsOpenRunsInOrder(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
	for _, line := range []string{"first", "second", "third"} {
		w.passNote(line)
	}
	mark := len(w.sent)
	w.read("b")
	got := w.got("b", mark)
	for _, line := range []string{"first", "second", "third", "That is all of it"} {
		if strings.Count(got, line) != 1 {
			t.Fatalf("%s: b got %q", line, got)
		}
	}
	for i, card := range cardsRead(w, "b") {
		w.mustSay("b", "When would you answer?")
		_, b := w.person("b")
		if f := b.focus(); f == nil || f.opened() != card || len(b.Tracks) != 3-i || b.depth() != 1 {
			t.Fatalf("at card %d b is in %+v", i, b.Tracks)
		}
		w.say("b", "/back")
		w.mustSay("b", w.lib.Words["nothing_to_go_back"])
		switch i {
		case 0:
			w.press("b", "Soon")
			w.press("b", "Skip")
		case 1:
			w.say("b", "/leave")
		case 2:
			w.press("b", "Better not")
			w.say("b", "/skip")
		}
	}
	if _, b := w.person("b"); len(b.Tracks) != 0 || len(timersOfTracks(b)) != 0 {
		t.Fatalf("still open: %+v, %+v", b.Tracks, b.Timers)
	}
}

func cardsRead(w *sim, user string) (out []string) {
	_, p := w.person(user)
	for _, s := range p.Shown {
		out = append(out, s.ID)
	}
	return out
}

func timersOfTracks(p *Person) (out []Timer) {
	for _, t := range p.Timers {
		if t.Track != 0 {
			out = append(out, t)
		}
	}
	return out
}

// What waits behind a card begins by itself no more than any other: when the one before it ends by the clock, nothing is said, and
// the next comes at the next input.
func TestATimeoutBringsWhatTheNextCardOpensAtTheNextInput(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
	w.passNote("first")
	w.passNote("second")
	w.read("b")
	mark := len(w.sent)
	w.pass(3 * time.Hour)
	if got := w.got("b", mark); got != "" {
		t.Fatalf("the clock said %q", got)
	}
	w.say("b", "hello")
	_, b := w.person("b")
	if got := w.got("b", mark); got != "When would you answer?\n" || b.focus().opened() != cardsRead(w, "b")[1] {
		t.Fatalf("b got %q", got)
	}
	w.pass(3 * time.Hour)
	if _, b := w.person("b"); len(b.Tracks) != 0 {
		t.Fatal("its question has no timeout")
	}
}

// What never got its turn ends when it expires.
func TestWhatWaitsBehindACardExpires(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": strings.Replace(strings.ReplaceAll(react, "after: 3h", "after: 10h"), "after: 20h", "after: 30h", 1)})
	w.passNote("first")
	w.passNote("second")
	w.read("b")
	mark := len(w.sent)
	w.pass(31 * time.Hour)
	w.say("b", "hello")
	if _, b := w.person("b"); slices.ContainsFunc(b.Tracks, func(t Track) bool { return t.opened() != "" }) || strings.Contains(w.got("b", mark), "When would") {
		t.Fatalf("b is in %+v", b.Tracks)
	}
}

// sleepy is a reaction that lets a day go by first.
var sleepy = strings.NewReplacer("steps:", "steps:\n  now: { say: \"Let it rest for a day.\", go: rest }\n  rest: { sleep: 1d, go: how }",
	"title: A reaction", "title: A reaction\nknock: \"Something is ready.\"", "after: 20h", "after: 3d").Replace(react)

// While what a card opened sleeps, what the next card opened has its turn, and a card that comes then knocks. When the sleep is
// over it knocks by its own knock.
func TestWhatACardOpenedSleepsAndKeepsNothingBack(t *testing.T) {
	base := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": sleepy})
	base.passNote("first")
	base.passNote("second")
	mark := len(base.sent)
	base.read("b")
	if got := base.got("b", mark); strings.Count(got, "Let it rest for a day.") != 2 {
		t.Fatalf("b got %q", got)
	}
	mark = len(base.sent)
	base.passNote("third")
	if got := base.got("b", mark); got != base.lib.Flows["card"].Knock+"\n" {
		t.Fatalf("b got %q", got)
	}
	w := base.fork()
	w.until("12:00")
	mark = len(w.sent)
	w.pass(8 * time.Hour)
	if got := w.got("b", mark); !strings.Contains(got, "Something is ready.\n") {
		t.Fatalf("b got %q", got)
	}
	w.press("b", "Open")
	w.mustSay("b", "When would you answer?")
}

// No more than three conversations lie on top of one another: what a card opened begins when there is room.
func TestWhatCardsOpenWaitsForRoom(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react, "halves.yaml": twoHalves, "talk.yaml": talk})
	w.passNote("first")
	w.passNote("second")
	w.read("b")
	for _, command := range []string{"/halves", "/note"} {
		w.say("b", command)
	}
	w.passNote("third")
	if _, b := w.person("b"); b.depth() != maxDepth || len(b.Tracks) != maxDepth+1 {
		t.Fatalf("b is in %+v", b.Tracks)
	}
	for range 2 {
		w.say("b", "/leave")
	}
	w.say("b", "/cards") // over what the first card opened
	w.press("b", "Read now")
	cards := cardsRead(w, "b")
	for _, card := range cards {
		_, b := w.person("b")
		if f := b.focus(); f == nil || f.opened() != card {
			t.Fatalf("not the turn of %s: %+v", card, b.Tracks)
		}
		w.say("b", "/leave")
	}
}

// What a card opened that has not had its turn is taken back too, and the one that has goes on.
func TestTakingBackEndsWhatWaitsBehindTheCard(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
	w.passNote("first")
	w.passNote("second")
	w.read("b")
	w.say("a", "/takeback")
	w.press("a", "Take it back")
	if _, b := w.person("b"); len(b.Tracks) != 1 || b.Tracks[0].Phase != Asking || len(timersOfTracks(b)) != 2 {
		t.Fatalf("b is in %+v with %+v", b.Tracks, timersOfTracks(b))
	}
}

// A conversation that lies behind a card is not the one that its flow's command begins, nor keeps that from its own hour.
func TestAFlowBehindACardIsNotThatOfItsCommand(t *testing.T) {
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": strings.Replace(react, "answers:", "start: { command: react }\nanswers:", 1)})
	w.passNote("first")
	w.read("b")
	w.say("b", "/react")
	if _, b := w.person("b"); len(b.Tracks) != 2 || b.focus().opened() != "" {
		t.Fatalf("b is in %+v", b.Tracks)
	}
}

// So many cards whose flows wait for nobody come to no endless row of steps.
func TestManyCardsThatOpenWhatWaitsForNobody(t *testing.T) {
	var long strings.Builder
	long.WriteString("\nflow: react\nversion: 1\ntitle: R\nsteps:\n")
	for i := range 12 {
		fmt.Fprintf(&long, "  s%d: { say: \"Thanks %d.\", go: s%d }\n", i, i, i+1)
	}
	long.WriteString("  s12: { end: done }\n")
	w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": long.String()})
	for i := range 12 {
		w.passNote(fmt.Sprint("note ", i))
	}
	mark := len(w.sent)
	w.read("b")
	if n := strings.Count(w.got("b", mark), "Thanks 11."); n != 12 {
		t.Fatalf("%d of 12 ran", n)
	}
}

// A card whose flow is gone, or is about something that the card does not bring, is just a card.
func TestACardWhoseFlowIsGoneIsJustACard(t *testing.T) {
	for _, change := range []func(w *sim){
		func(w *sim) {
			w.lib = withFlows(t, map[string]string{"ask_note.yaml": strings.Replace(askNote, ", opens: react", "", 1)})
		},
		func(w *sim) { c := *w.lib.Flows["react"]; c.About = "promise"; w.lib.Flows["react"] = &c },
	} {
		w := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
		w.passNote("first")
		change(w)
		mark := len(w.sent)
		w.read("b")
		if got := w.got("b", mark); !strings.Contains(got, "first") || !strings.Contains(got, "That is all of it") {
			t.Fatalf("b got %q", got)
		}
	}
}

// What was taken back ends what it opened: the copy in it goes too. A flow that another card opened stays.
func TestTakingBackEndsWhatTheCardOpened(t *testing.T) {
	base := coupleWith(t, map[string]string{"ask_note.yaml": askNote, "react.yaml": react})
	base.passNote("first")
	base.read("b")
	w := base.fork()
	w.passNote("unread")
	w.say("a", "/takeback")
	w.press("a", "Take it back") // the unread one
	if _, b := w.person("b"); len(b.Tracks) != 1 || b.Tracks[0].opened() == "" || b.Tracks[0].Phase != Asking {
		t.Fatal("it ended what another card had opened")
	}
	w.press("b", "Soon")
	for _, more := range []bool{false, true} {
		w := base.fork()
		if more {
			w.passNote("second")
		}
		w.say("a", "/takeback")
		if more {
			w.press("a", "An older one")
		}
		w.press("a", "Take it back")
		_, b := w.person("b")
		if slices.ContainsFunc(b.Tracks, func(t Track) bool { return t.opened() != "" }) || w.button("b", "Soon") != "" {
			t.Fatal("what it opened goes on")
		}
		mark := len(w.sent)
		w.pass(time.Minute)
		if got := w.got("b", mark); (got == w.lib.Flows["card"].Knock+"\n") != more {
			t.Fatalf("more %t: b got %q", more, got)
		}
		w.say("b", "/cards")
		if more {
			w.press("b", "Read now")
		}
		if got := w.got("b", mark); strings.Contains(got, "second") != more || strings.Contains(got, "first") {
			t.Fatalf("more %t: b got %q", more, got)
		}
	}
}

const twoHalves = `
flow: halves
version: 1
title: Halves
who: both
start: { command: halves }
expires: { after: 20h }
answers:
  one: { type: text, max: 200, partner_sees: together, keep: 90d }
  two: { type: text, max: 200, partner_sees: together, keep: 90d }
steps:
  one: { ask: one, text: "One?", skip: two, timeout: { after: 2h, go: closed }, go: two }
  two: { ask: two, text: "Two?", skip: offer, timeout: { after: 2h, go: closed }, go: offer }
  offer: { together: [one, two], opens: talk, timeout: { after: 2h, go: closed }, none: closed, go: closed }
  closed: { end: closed }
`

const talk = `
flow: talk
version: 1
title: Talk
expires: { after: 20h }
answers:
  ok: { type: choice, options: { yes: "Good", no: "Not now" } }
steps:
  ok: { ask: ok, text: "You: {both.one.mine}/{both.two.mine} They: {both.one.theirs}/{both.two.theirs}", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { end: done }
`

// One card shows what both chose to share of one step, and the flow behind it runs once, on what the card shows.
func TestTogetherOpens(t *testing.T) {
	for _, c := range []struct {
		b    [2]string
		want [2]string // to a, to b
	}{
		{[2]string{"b1", "b2"}, [2]string{"You: a1/a2 They: b1/b2", "You: b1/b2 They: a1/a2"}},
		{[2]string{"/skip", "b2"}, [2]string{"You: /a2 They: /b2", "You: /b2 They: /a2"}},
		{[2]string{"/skip", "/skip"}, [2]string{}},
	} {
		w := coupleWith(t, map[string]string{"halves.yaml": twoHalves, "talk.yaml": talk})
		for who, words := range map[string][2]string{"a": {"a1", "a2"}, "b": c.b} {
			w.say(who, "/halves")
			w.say(who, words[0])
			w.say(who, words[1])
			for w.button(who, "Share") != "" {
				w.press(who, "Share")
			}
		}
		w.until("20:30")
		for i, who := range []string{"a", "b"} {
			_, p := w.person(who)
			if (len(p.Inbox) == 1) != (c.want[i] != "") {
				t.Fatalf("%s has %d cards", who, len(p.Inbox))
			}
			if c.want[i] == "" {
				continue
			}
			card := blocksText(p.Inbox[0].Body)
			for _, h := range p.Inbox[0].Both {
				if !strings.Contains(card, "> "+h.Mine) || !strings.Contains(card, "> "+h.Theirs) {
					t.Errorf("the card does not show %+v", h)
				}
			}
			w.read(who)
			if got := w.last(who); got != c.want[i] {
				t.Errorf("%s: %q, not %q", who, got, c.want[i])
			}
		}
	}
}

// Typed words of a card stand nowhere on a screen where none are let through, be it that their reader came there meanwhile.
func TestWhatACardShowedIsHiddenWhereNoWordsAre(t *testing.T) {
	w := coupleWith(t, map[string]string{"halves.yaml": strings.Replace(twoHalves, "[one, two]", "[one]", 1),
		"talk.yaml": strings.NewReplacer("/{both.two.mine}", "", "/{both.two.theirs}", "").Replace(talk)})
	for _, who := range []string{"a", "b"} {
		w.say(who, "/halves")
		w.say(who, "words of "+who)
		w.say(who, "/skip")
		w.press(who, "Share")
	}
	w.until("20:30")
	w.read("b")
	w.at(Platform{NoText: true})
	w.say("b", "/help")
	w.say("b", "/checkin")
	w.say("b", "/leave")
	if got := w.last("b"); got != "You: … They: …" {
		t.Fatalf("%q", got)
	}
}
