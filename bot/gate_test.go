package bot_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// hall is a bot with a gate in front of the library that ships, over a store in memory, at a clock that is moved by hand.
type hall struct {
	*testing.T
	lib   *flows.Library
	store *bottest.MemStore
	bot   *bot.Bot
	now   time.Time
	n     int
	sent  []flows.Queued
}

const invited = "somebody-named"

func newHall(t *testing.T, gate bool) *hall {
	t.Helper()
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{T: t, lib: lib, store: bottest.NewMemStore(), now: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)}
	h.start(gate)
	return h
}

// start begins a run of the bot: what was in memory is gone.
func (h *hall) start(gate bool) {
	var m flows.Machine = h.lib
	if gate {
		m = bot.NewGate(h.lib, bot.GateOptions{Named: []flows.Address{address(invited)}, Word: h.lib.Word("invited_only")})
	}
	h.bot = bot.New(bot.Options{Store: h.store, Machine: m, Now: func() time.Time { return h.now },
		Seed: func(id string) flows.Seed { return flows.Seed(sha256.Sum256([]byte(id))) }})
}

func address(user string) flows.Address {
	return flows.Address{Platform: "hall", User: user, Chat: user}
}

// event lets something happen and gives what its sender got.
func (h *hall) event(user string, ev flows.Event) []flows.Queued {
	h.Helper()
	h.n++
	if ev.From = address(user); ev.ID == "" {
		ev.ID = fmt.Sprint("hall/", h.n)
	}
	if err := h.bot.Handle(context.Background(), ev); err != nil {
		h.Fatal(err)
	}
	return h.collect(user)
}

// collect takes what waits in the outbox, and gives what is for user.
func (h *hall) collect(user string) (got []flows.Queued) {
	h.Helper()
	for {
		heads, err := h.store.Heads(context.Background())
		if err != nil {
			h.Fatal(err)
		}
		if len(heads) == 0 {
			return got
		}
		for _, q := range heads {
			if err := h.store.Done(context.Background(), q.Key, flows.Address{}, ""); err != nil {
				h.Fatal(err)
			}
			h.sent = append(h.sent, q)
			if q.To.User == user && q.Message.Op == flows.Show {
				got = append(got, q)
			}
		}
	}
}

func (h *hall) say(user, text string) string {
	h.Helper()
	var texts []string
	for _, q := range h.event(user, flows.Event{Kind: flows.Said, Text: text}) {
		texts = append(texts, q.Message.Text())
	}
	return strings.Join(texts, "\n")
}

// press presses the latest button with this label.
func (h *hall) press(user, label string) {
	h.Helper()
	action := ""
	for _, q := range h.sent {
		for _, c := range q.Message.Choices {
			if q.To.User == user && c.Label == label {
				action = c.Action
			}
		}
	}
	if action == "" {
		h.Fatalf("%s has no button %q", user, label)
	}
	h.event(user, flows.Event{Kind: flows.Pressed, Action: action})
}

var codeForm = regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{10}\b`)

// code is the last code that user was shown.
func (h *hall) code(user string) (code string) {
	for _, q := range h.sent {
		if c := codeForm.FindString(q.Message.Text()); c != "" && q.To.User == user {
			code = c
		}
	}
	return code
}

// welcome takes user, who is let in, through the first steps.
func (h *hall) welcome(user string) {
	h.Helper()
	for _, label := range []string{"Go on", "I agree", "I am 18 or over", "Continue"} {
		h.press(user, label)
	}
	h.say(user, user[:3])
	h.say(user, "Berlin")
	h.press(user, "Yes")
	h.say(user, "20:00")
	h.press(user, "That suits me")
	h.press(user, "Rather not say")
}

// host lets the one who is named make a code, for a partner or for an account.
func (h *hall) host(account bool) string {
	h.Helper()
	h.say(invited, "/start")
	h.welcome(invited)
	if !account {
		h.press(invited, "Make a code")
		return h.code(invited)
	}
	h.press(invited, "On my own")
	h.say(invited, "/account")
	h.press(invited, "Add another account")
	return h.code(invited)
}

func (h *hall) keeps(user string) bool {
	for _, s := range h.store.Units() {
		for _, p := range s.People {
			if p.Addr.User == user {
				return true
			}
		}
	}
	return false
}

// Who comes in, and with what. Whoever does not hears one and the same line, and nothing of them is kept.
func TestStrangersAtTheGate(t *testing.T) {
	type knock struct {
		account bool
		ev      flows.Event
		say     func(code string) string
		before  func(h *hall)
		in      bool
	}
	is := func(text string) func(string) string { return func(string) string { return text } }
	for name, k := range map[string]knock{
		"a word":                     {say: is("hello")},
		"/start":                     {say: is("/start")},
		"/help":                      {say: is("/help")},
		"no code":                    {say: is("AAAAAAAAAA")},
		"/start and no code":         {say: is("/start AAAAAAAAAA")},
		"a code":                     {say: func(c string) string { return c }, in: true},
		"a code, spelt out":          {say: func(c string) string { return " " + strings.ToLower(c[:5]) + " " + c[5:] }, in: true},
		"/start and a code":          {say: func(c string) string { return "/start " + c }, in: true},
		"/start@bot and a code":      {say: func(c string) string { return "/start@rewoo_bot " + c }, in: true},
		"a code among words":         {say: func(c string) string { return "my code is " + c }},
		"a code behind another word": {say: func(c string) string { return "/checkin " + c }},
		"a code for an account":      {account: true, say: func(c string) string { return c }, in: true},
		"a link with such a code":    {account: true, say: func(c string) string { return "/start " + c }, in: true},
		"an old code":                {say: func(c string) string { return c }, before: func(h *hall) { h.now = h.now.Add(15 * time.Minute) }},
		"a code that was taken back": {say: func(c string) string { return c }, before: func(h *hall) { h.press(invited, "Take the code back") }},
		"a long text":                {say: func(c string) string { return c + strings.Repeat(" ", 500) }},
		"a picture":                  {ev: flows.Event{Kind: flows.Other}},
		"a button":                   {ev: flows.Event{Kind: flows.Pressed, Action: "AAAAAAAAAAAAAAAAAA"}},
		"a form":                     {ev: flows.Event{Kind: flows.Filled, Action: "AAAAAAAAAAAAAAAAAA", Text: "words"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHall(t, true)
			code := h.host(k.account)
			if k.before != nil {
				k.before(h)
			}
			units, journal := len(h.store.Units()), len(h.store.Journal())
			ev := k.ev
			if k.say != nil {
				ev = flows.Event{Kind: flows.Said, Text: k.say(code)}
			}
			var texts []string
			for _, q := range h.event("stranger", ev) {
				texts = append(texts, q.Message.Text())
			}
			got := strings.Join(texts, "\n")
			if !k.in {
				if got != h.lib.Word("invited_only") || h.keeps("stranger") || len(h.store.Units()) != units || len(h.store.Journal()) != journal {
					t.Fatalf("kept: %v, got %q", h.keeps("stranger"), got)
				}
				return
			}
			if !strings.HasPrefix(got, h.lib.Word("pair_parked")) || !h.keeps("stranger") {
				t.Fatalf("kept: %v, got %q", h.keeps("stranger"), got)
			}
			if k.account { // the code still stands, for what it was made for
				h.press("stranger", "I use this elsewhere")
				h.press("stranger", "Yes, connect them")
				h.press(invited, "Yes, that was me")
			} else {
				h.welcome("stranger")
				h.press("stranger", "I have a code")
				h.press("stranger", "Go on together")
				h.press(invited, "Go on together")
			}
			if units := h.store.Units(); len(units) != 1 {
				t.Fatalf("%d units", len(units))
			}
			if got := h.say("stranger", "/help"); got != h.lib.Word("help") {
				t.Fatalf("somebody who is in got %q", got)
			}
		})
	}
}

// Whoever came in by a code and declined is a stranger again; the code stands until its time is over.
func TestWhoDeclinedIsAStranger(t *testing.T) {
	h := newHall(t, true)
	code := h.host(false)
	h.say("stranger", code)
	h.press("stranger", "Not now")
	if h.keeps("stranger") {
		t.Fatal("kept")
	}
	if got := h.say("stranger", "/start"); got != h.lib.Word("invited_only") {
		t.Fatalf("got %q", got)
	}
	if h.say("stranger", code); !h.keeps("stranger") {
		t.Fatal("the code was used up by the gate")
	}
}

// One line an hour for each account, however much comes and whatever it is; after a restart perhaps one more.
func TestStrangersHearOneLineAnHour(t *testing.T) {
	h := newHall(t, true)
	h.host(false)
	lines := func(n int) (got int) {
		for i := range n {
			got += len(h.event("stranger", flows.Event{Kind: flows.Said, Text: []string{"hello", "/start", "AAAAAAAAAA", "/start BBBBBBBBBB"}[i%4]}))
			h.now = h.now.Add(time.Second)
		}
		return got
	}
	if got := lines(3000); got != 1 {
		t.Fatalf("%d lines in 50 minutes", got)
	}
	if got := lines(3000); got != 1 {
		t.Fatalf("%d lines in the next 50 minutes", got)
	}
	h.start(true)
	if got := lines(100); got != 1 {
		t.Fatalf("%d lines after a restart", got)
	}
	if got := h.say("another", "hello"); got != h.lib.Word("invited_only") {
		t.Fatalf("somebody else got %q", got)
	}
}

// Ten thousand guesses, from one account and from as many as there are: five of one are looked at in a quarter hour, a hundred of
// all. Beyond that even the right one opens nothing, with the same words, and later it does.
func TestGuessesAtTheGate(t *testing.T) {
	h := newHall(t, true)
	h.host(false)
	guess := func(i int) string { return codeOf(i) }
	for i := range 2000 {
		h.say("stranger", guess(i))
	}
	if n := h.wrongCodes(); n != flows.MaxTries {
		t.Fatalf("%d guesses of one account were looked at", n)
	}
	if h.say("stranger", h.code(invited)); h.keeps("stranger") {
		t.Fatal("the sixth try was looked at")
	}
	for i := range 8000 {
		if got := h.say(fmt.Sprint("stranger ", i), guess(i)); got != h.lib.Word("invited_only") {
			t.Fatalf("got %q", got)
		}
	}
	if n := h.wrongCodes(); n != flows.MaxWrongCodes {
		t.Fatalf("%d guesses were looked at", n)
	}
	if got := h.say("late", h.code(invited)); got != h.lib.Word("invited_only") || h.keeps("late") {
		t.Fatalf("got %q", got)
	}
	h.now = h.now.Add(15 * time.Minute)
	h.say(invited, "/partner")
	h.press(invited, "Make a code")
	if h.say("late", h.code(invited)); !h.keeps("late") {
		t.Fatal("the limit never ends")
	}
}

// codeOf is a code that nobody has.
func codeOf(i int) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	return "AAAAAA" + string([]byte{letters[i>>15&31], letters[i>>10&31], letters[i>>5&31], letters[i&31]})
}

// wrongCodes is what a step is told now.
func (h *hall) wrongCodes() (n int) {
	h.Helper()
	h.n++
	_, err := h.store.Step(context.Background(), flows.Event{ID: fmt.Sprint("count/", h.n), Kind: flows.Said, From: address("nobody"), At: h.now},
		looker{func(in flows.Input) { n = in.WrongCodes }})
	if err != nil {
		h.Fatal(err)
	}
	return n
}

type looker struct{ look func(flows.Input) }

func (looker) Needs(flows.State, flows.PersonID, flows.Event) string { return "" }
func (m looker) Step(in flows.Input, _ flows.Event) flows.Output {
	m.look(in)
	return flows.Output{}
}

// A crowd of accounts takes no more memory than a bound, and those beyond it hear nothing; the others are heard as before.
func TestCrowdAtTheGate(t *testing.T) {
	h := newHall(t, true)
	g := bot.NewGate(h.lib, bot.GateOptions{Word: "line"})
	knock := func(user string) int {
		h.n++
		return len(g.Step(flows.Input{}, flows.Event{ID: fmt.Sprint("crowd/", h.n), Kind: flows.Said, From: address(user), At: h.now}).Messages)
	}
	told := 0
	for i := range 30_000 {
		told += knock(fmt.Sprint("stranger ", i))
	}
	if told != 10_000 {
		t.Fatalf("%d were told, 10000 are remembered", told)
	}
	if h.now = h.now.Add(61 * time.Minute); knock("stranger 29999") != 1 || knock("stranger 29999") != 0 {
		t.Fatal("the crowd is never forgotten")
	}
}

// A store may run a step twice, and a step may come again after a crash: it decides the same, and once it counts.
func TestTheGateDecidesAlikeTwice(t *testing.T) {
	h := newHall(t, true)
	code := h.host(false)
	g := bot.NewGate(h.lib, bot.GateOptions{Named: []flows.Address{address(invited)}, Word: "line"})
	var other *flows.State
	for _, s := range h.store.Units() {
		other = &s
	}
	at := func(id, text string, other *flows.State) (string, flows.Output) {
		ev := flows.Event{ID: id, Kind: flows.Said, From: address("stranger"), At: h.now, Text: text, Seed: flows.Seed{1}}
		in := flows.Input{Other: other}
		out := g.Step(in, ev)
		again := g.Step(in, ev)
		third := g.Step(in, ev)
		b, err1 := json.Marshal([]any{out.Messages, out.WrongCode, len(out.States)})
		c, err2 := json.Marshal([]any{again.Messages, again.WrongCode, len(again.States)})
		d, err3 := json.Marshal([]any{third.Messages, third.WrongCode, len(third.States)})
		if err := errors.Join(err1, err2, err3); err != nil || string(b) != string(c) || string(b) != string(d) {
			t.Fatalf("%s: once\n%s\nand again\n%s\n%s\n%v", id, b, c, d, err)
		}
		return string(b), out
	}
	for i := range flows.MaxTries {
		if _, out := at(fmt.Sprint("guess ", i), codeOf(i), nil); !out.WrongCode || (len(out.Messages) == 1) != (i == 0) {
			t.Fatalf("guess %d: %+v", i, out)
		}
	}
	if _, out := at("one too many", codeOf(9), nil); out.WrongCode || len(out.Messages) != 0 {
		t.Fatalf("%+v", out)
	}
	if _, out := at("right, and too late", code, other); len(out.States) != 1 || len(out.States[0].Codes()) != 1 {
		t.Fatalf("%+v", out)
	}
	h.now = h.now.Add(14*time.Minute + 59*time.Second)
	g = bot.NewGate(h.lib, bot.GateOptions{Named: []flows.Address{address(invited)}, Word: "line"}) // a restart
	if _, out := at("right", code, other); len(out.States) != 2 {
		t.Fatalf("%+v", out)
	}
}

// Timers, and what a platform tells of people, pass; so do the named, and everything of those who are known. To them nothing
// is different: not a byte, not a token, not a moment.
func TestTheGateIsNothingToThoseInside(t *testing.T) {
	var lives [2]string
	for k, gate := range []bool{false, true} {
		h := newHall(t, gate)
		code := h.host(false)
		h.say("stranger", "/start "+code)
		h.welcome("stranger")
		h.press("stranger", "I have a code")
		h.press("stranger", "Go on together")
		h.press(invited, "Go on together")
		for range 40 {
			_, next, err := h.store.Due(context.Background(), h.now, 1)
			if err != nil {
				t.Fatal(err)
			}
			if h.now = next; next.IsZero() {
				break
			}
			if _, err := h.bot.Fire(context.Background(), h.now); err != nil {
				t.Fatal(err)
			}
			h.collect("")
		}
		h.event("stranger", flows.Event{Kind: flows.Gone})
		h.event("stranger", flows.Event{Kind: flows.Pressed, Action: "AAAAAAAAAAAAAAAAAA"})
		h.event("stranger", flows.Event{Kind: flows.Other})
		for _, text := range []string{"hello", "AAAAAAAAAA", "/start AAAAAAAAAA", "/partner", "/checkin"} {
			h.say("stranger", text)
		}
		h.event("nobody", flows.Event{Kind: flows.Gone})
		if h.keeps("nobody") {
			t.Fatal("somebody who cannot be reached came in")
		}
		b, err := json.Marshal(h.sent)
		if err != nil {
			t.Fatal(err)
		}
		lives[k] = string(b)
	}
	if lives[0] != lives[1] || len(lives[0]) < 10_000 {
		t.Fatalf("without the gate\n%s\nand with it\n%s", lives[0], lives[1])
	}
}

// What the machine behind a gate says of itself, that something broke and that it was too much at once, it says through it.
func TestTheGateSaysWhatItsMachineSays(t *testing.T) {
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	in := flows.Input{Self: flows.State{Unit: "u", People: []flows.Person{{ID: "00112233445566778899aabbccddeeff", Welcomed: true}}}, Who: "00112233445566778899aabbccddeeff"}
	ev := flows.Event{ID: "e", Kind: flows.Said, Text: "hello"}
	g := bot.NewGate(lib, bot.GateOptions{})
	for _, word := range []string{"apology", "too_fast"} {
		out := map[string]func(flows.Input, flows.Event) flows.Output{"apology": g.Apology, "too_fast": g.TooFast}[word](in, ev)
		if len(out.Messages) != 1 || out.Messages[0].Text() != lib.Word(word) {
			t.Errorf("%s: %+v", word, out.Messages)
		}
	}
	mute := bot.NewGate(looker{}, bot.GateOptions{})
	for _, out := range []flows.Output{mute.Apology(in, ev), mute.TooFast(in, ev)} {
		if len(out.Messages) > 0 || len(out.States) != 1 || out.States[0].Unit != "u" {
			t.Errorf("a machine that has nothing to say: %+v", out)
		}
	}
}

// A guest who is alone lets nobody in, neither as a partner nor as an account: the code is like any wrong one.
func TestGuestsBringNoGuests(t *testing.T) {
	h := newHall(t, true)
	h.say("guest", "/start "+h.host(false))
	h.welcome("guest")
	h.press("guest", "Make a code")
	for _, user := range []string{"one", "two"} {
		code := h.code("guest")
		if got := h.say(user, "/start "+code); got != h.lib.Word("invited_only") || h.keeps(user) {
			t.Errorf("%s got %q", user, got)
		}
		h.say("guest", "/leave")
		h.say("guest", "/account")
		h.press("guest", "Add another account")
		if h.code("guest") == code {
			t.Fatal("there is no second code")
		}
	}
}

// Whoever is in a couple adds an account of theirs, and after the other left them quietly just the same: nothing tells.
func TestTheGateTellsNothingOfWhoLeft(t *testing.T) {
	seen := map[bool]string{}
	for _, left := range []bool{false, true} {
		h := newHall(t, true)
		h.say("guest", "/start "+h.host(false))
		h.welcome("guest")
		h.press("guest", "I have a code")
		h.press(invited, "Go on together")
		h.press("guest", "Go on together")
		if left {
			h.say(invited, "/partner")
			h.press(invited, "Leave quietly")
			h.press(invited, "Leave quietly")
			h.say(invited, "/help")
		}
		h.say("guest", "/account")
		h.press("guest", "Add another account")
		seen[left] = h.say("tablet", "/start "+h.code("guest"))
		h.press("tablet", "I use this elsewhere")
		h.press("tablet", "Yes, connect them")
		h.press("guest", "Yes, that was me")
		if got := h.say("tablet", "/help"); !strings.Contains(got, "/account") || h.say("nobody", "hello") != h.lib.Word("invited_only") {
			t.Errorf("left %t: %q", left, got)
		}
	}
	if seen[true] != seen[false] || !strings.Contains(seen[true], "put the code aside") {
		t.Errorf("it tells:\n%s\n%s", seen[true], seen[false])
	}
}
