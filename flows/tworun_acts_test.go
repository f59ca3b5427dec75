package flows

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// deed is one thing that somebody does.
type deed struct {
	what  string   // its row in the table
	text  string   // written
	label string   // pressed, and its token
	token string   // of the button, or of the form if there is text too
	then  []string // labels pressed after it, as long as they are there
}

func (d deed) String() string {
	switch {
	case d.token != "":
		return strings.TrimSpace(d.what + " [" + d.label + "] " + fmt.Sprintf("%.60s", d.text))
	case len(d.text) > 60:
		return fmt.Sprintf("%s (%d bytes)", d.what, len(d.text))
	}
	return strings.TrimSpace(d.what + " " + d.text)
}

func (w *sim) do(who string, d deed) {
	from := Address{Platform: "sim", User: who}
	switch {
	case who == "a" && (w.unsays(d) || w.saysNoMore(d)): // to take a yes back is no silence: it is what that yes comes to
	case d.what == "out of reach":
		w.event(Event{Kind: Gone, From: from})
	case d.what == "in reach again":
		w.event(Event{Kind: Back, From: from})
	case d.what == "gap":
		w.event(Event{Kind: Away, From: from, Since: w.now})
	case d.what == "picture":
		w.event(Event{Kind: Other, From: from})
	case d.token != "" && d.text != "":
		w.event(Event{Kind: Filled, From: from, Action: d.token, Text: d.text})
	case d.token != "":
		w.event(Event{Kind: Pressed, From: from, Action: d.token})
	case d.text != "":
		w.say(who, d.text)
	}
	for _, label := range d.then {
		if token := w.button(who, label); token != "" {
			w.event(Event{Kind: Pressed, From: from, Action: token})
		}
	}
}

// unsays tells whether a deed of a would take back a yes to an instant that is still to come, or lead to where that can be.
func (w *sim) unsays(d deed) bool {
	s, p := w.person("a")
	if p == nil || !slices.ContainsFunc(s.Couple.Votes, func(v Vote) bool { return v.By == p.ID && v.At.After(w.now) }) {
		return false
	}
	t := p.focus()
	if t == nil && len(p.Tracks) > 0 {
		t = &p.Tracks[len(p.Tracks)-1]
	}
	st := w.lib.stepOf(t)
	return d.text == "/hour" && p.running("hour") == nil || d.text == "/leave" && st != nil && st.Kind == KBoth
}

// saysNoMore tells whether a deed of a would end a yes that is said anew every evening. That evening's has not come yet, and
// shows to b only if b says yes as well: it is the door, and not silence, like taking a yes back.
func (w *sim) saysNoMore(d deed) bool {
	_, p := w.person("a")
	if p == nil || d.what != parting.what && d.text != "/stop" && d.text != "/leave" {
		return false
	}
	return slices.ContainsFunc(p.Tracks, func(t Track) bool {
		st := w.lib.stepOf(&t)
		return st != nil && st.Kind == KBoth && st.GoMap["otherwise"].Step == st.ID
	})
}

// saysYes tells that an answer at hand is one that a yes of both reads: a yes to it shows as soon as the other says it too.
func (w *sim) saysYes(t *Track) bool {
	st := w.lib.stepOf(t)
	if st == nil || st.Kind != KAsk || t.Phase != Asking {
		return false
	}
	for _, later := range w.lib.Flows[t.top().Flow].Steps {
		if later.Kind == KBoth && later.Both == st.Ask {
			return true
		}
	}
	return false
}

// yesTo names what a yes of p's is to: an hour, a meeting, or the words of a record, whichever conversation they are in.
func (w *sim) yesTo(s *State, p *Person, t *Track) string {
	r := &run{lib: w.lib, self: s, ev: Event{At: w.now}}
	for _, st := range w.lib.Flows[t.top().Flow].Steps {
		if st.Kind == KBoth {
			return r.voteKey(p, t, st)
		}
	}
	return ""
}

// phrases are what people write where they can: nothing among them is a button's label or a code.
var phrases = []string{"so", "a walk by the river", "I want to die", "3", "20:30", "Berlin", "yes", "no", "\u202eturned", "two\nlines\n\nof it",
	strings.Repeat("a long line ", 12), strings.Repeat("much too long ", 200), strings.Repeat("x", maxInput+1)}

// commands with what they are in the table; the more often, the likelier.
var commands = []deed{{what: "leave", text: "/leave"}, {what: "leave", text: "/leave"}, {what: "skip", text: "/skip"}, {what: "skip", text: "/skip"},
	{what: "back", text: "/back"}, {what: "back", text: "/back"}, {what: "help", text: "/help"}, {what: "privacy", text: "/privacy"},
	{what: "stop", text: "/stop"}, {what: "start", text: "/start"}, {what: "out of reach"}, {what: "in reach again"}, {what: "gap"}, {what: "picture"}, {what: "unknown", text: "/nothing"},
	{what: "cards", text: "/cards"}, {what: "cards", text: "/cards"}, {what: "begin", text: "/checkin"}, {what: "begin", text: "/idea"}, {what: "begin", text: "/idea"},
	{what: "begin", text: "/landed"}, {what: "begin", text: "/ideas_use"}, {what: "begin", text: "/ideas_mine"}, {what: "begin", text: "/together"}, {what: "begin", text: "/hour"},
	{what: "begin", text: "/takeback"}, {what: "begin", text: "/tender"}, {what: "begin", text: "/account"}, {what: "begin", text: "/arrivals"}, {what: "begin", text: "/partner"},
	{what: "begin", text: "/partner"}, {what: "dead button", token: "AAAAAAAAAAAAAAAAAA"},
	{what: "dead form", token: "AAAAAAAAAAAAAAAAAA", text: "too late"}}

// parting takes three taps, and is rare enough that a couple lasts.
var parting = deed{what: "leave the couple quietly", text: "/partner", then: []string{"Leave quietly", "Leave quietly"}}

// silent draws something that a may do and b is not to notice.
func (w *sim) silent(r *rand.Rand) deed {
	s, p := w.person("a")
	if p == nil || p.Stopped && r.IntN(3) > 0 {
		return deed{what: "start", text: "/start"}
	}
	switch k := r.IntN(4); { // where nothing is open, little can differ
	case k == 0 && len(p.Inbox) > 0:
		return deed{what: "cards", text: "/cards"}
	case k < 3 && p.focus() == nil:
		return w.begin(r)
	}
	switch k := r.IntN(100); {
	case k < 58:
		if d, ok := w.silentTap(r, s, p); ok {
			return d
		}
	case k < 68:
		return w.silentWords(r, p)
	case k < 74:
		return deed{what: "nothing"}
	case k < 75:
		return parting
	}
	return commands[r.IntN(len(commands))]
}

// begin is a command that opens something.
func (w *sim) begin(r *rand.Rand) deed {
	for {
		if d := commands[r.IntN(len(commands))]; d.what == "begin" || d.what == "cards" {
			return d
		}
	}
}

// everywhereActs are what a can do wherever a is.
var everywhereActs = []string{"answer", "skip", "back", "leave", "stop", "out of reach", "in reach again", "gap", "nothing", "words", "help", "privacy", "picture", "begin", parting.what}

// everywhere is one of them.
func (w *sim) everywhere(what string, r *rand.Rand, s *State, p *Person) deed {
	switch what {
	case "answer":
		if d, ok := w.silentTap(r, s, p); ok {
			return d
		}
	case "words":
		return w.silentWords(r, p)
	case "begin":
		return w.begin(r)
	case parting.what:
		return parting
	}
	if i := slices.IndexFunc(commands, func(d deed) bool { return d.what == what }); i >= 0 {
		return commands[i]
	}
	return deed{what: "nothing"}
}

func (w *sim) silentTap(r *rand.Rand, s *State, p *Person) (deed, bool) {
	var quiet []deed
	for _, b := range p.Buttons {
		what, passes := w.meaning(s, p, b)
		if openRows[what] { // on the screen of somebody who left: it reaches nobody
			what = "open act, having left"
		}
		if b.Value == writeValue {
			quiet = append(quiet, deed{what: "filled", label: "form", token: b.Token, text: phrases[r.IntN(len(phrases))]})
			continue
		}
		if passes == "" {
			quiet = append(quiet, deed{what: what, label: b.Label, token: b.Token})
		}
	}
	if len(quiet) == 0 {
		return deed{}, false
	}
	return quiet[r.IntN(len(quiet))], true
}

// silentWords are words that are no tap: a typed yes that both can say is one.
func (w *sim) silentWords(r *rand.Rand, p *Person) deed {
	d := deed{what: "words", text: phrases[r.IntN(len(phrases))]}
	t := p.focus()
	if t != nil && w.saysYes(t) && d.text == "yes" {
		d.text = "perhaps"
	}
	return written(r, p, d)
}

// written is the same words, now and then in a form.
func written(r *rand.Rand, p *Person, d deed) deed {
	i := slices.IndexFunc(p.Buttons, func(b Button) bool { return b.Value == writeValue })
	if i < 0 || r.IntN(2) == 0 {
		return d
	}
	return deed{what: "filled", label: "form", token: p.Buttons[i].Token, text: d.text}
}

// openRows are the acts that pass something on, or take it back.
var openRows = map[string]bool{"undo": true, "go on together": true, "yes of both": true, "leave and say so": true, "take it back": true,
	"close it again": true, "let ideas use this": true, "share": true}

// meaning says what a button of a is: its row in the table, and what tapping it passes to b, "" where that is nothing.
func (w *sim) meaning(s *State, p *Person, b Button) (what, passes string) {
	partner, ok := s.Partner(p.ID)
	with := ""
	if ok {
		with = string(partner.ID)
	}
	t := p.track(b.Track)
	st := w.lib.stepOf(t)
	switch {
	case b.Track == 0:
		i := slices.IndexFunc(p.Passed, func(x Passed) bool { return x.ID == b.Value })
		return "undo", passing(with, "undo", p.Passed[i].At, p.Passed[i].Body)
	case b.Value == "open":
		return "knock opened", ""
	case st == nil:
		return "answer", ""
	case st.Kind.door():
		return w.doorMeaning(s, p, t, st, b, with)
	case b.Value == "skip":
		return "skip", ""
	case st.Kind == KPair && b.Value == "yes":
		return "go on together", w.pairing(p)
	case st.Kind == KPair:
		return "pairing refused", ""
	}
	answer := t.top().Flow + "/" + t.top().Step
	if b.Choice == "yes" && w.saysYes(t) {
		return "yes of both", passing(with, "yes", w.yesTo(s, p, t))
	}
	if row, ok := answerRows[answer+"/"+b.Choice]; ok {
		return row, ""
	}
	if row, ok := answerRows[answer]; ok {
		return row, ""
	}
	return "answer", ""
}

// answerRows are answers with a row of their own.
var answerRows = map[string]string{
	"hour/ready": "no to an hour", "card/ask_when/now": "card opened", "card/ask_when/later": "card later", "card/ask_when/not_today": "card another day",
	"idea/pick": "idea taken", "idea/pick/other": "idea passed over", "idea/pick/own": "idea passed over", "idea/went": "idea rated", "landed/how": "rating kept",
	"arrivals/how": "arrivals", "tender/days": "tender", "welcome/way/alone": "start on my own",
}

func (w *sim) doorMeaning(s *State, p *Person, t *Track, st *Step, b Button, with string) (what, passes string) {
	f := t.top()
	at := f.Flow + "/" + f.Step
	switch {
	case st.Kind == KPart && b.Value == "leave" && st.Part == "openly":
		return "leave and say so", passing(with, "part")
	case st.Kind == KPart && b.Value == "leave":
		return parting.what, ""
	case st.Kind == KTakeBack && b.Value == "take" && p.lookedAt(t) >= 0:
		card := p.Passed[p.lookedAt(t)]
		return "take it back", passing(with, "take", card.At, card.Body)
	case st.Kind == KTakeBack:
		return "take back left", ""
	case st.Kind == KClose && b.Value == "close":
		return "close it again", passing(with, at)
	case st.Kind == KOpen && b.Value == "share":
		r := &run{lib: w.lib, self: s, ev: Event{At: w.now}}
		v, _ := r.opening(p, t, st)
		return "let ideas use this", passing(with, at, v.show(nil), v.L)
	case b.Value != "share":
		return "keep", ""
	case !f.Held && w.lib.soundsLikeDanger(f.Preview):
		return "danger held", ""
	}
	return "share", passing(with, at, f.Sharing, f.Preview)
}

// pairing is a yes to become a couple. It counts only where b has said yes already: before, a can still draw it back, as
// quietly as everything else, and then b's yes has to find none.
func (w *sim) pairing(p *Person) string {
	_, q := w.person("b")
	if q == nil || q.Pair == nil || !q.Pair.Confirmed || q.Pair.Ended || q.Pair.Person != p.ID {
		return fmt.Sprintf("nothing yet %p", w)
	}
	return passing(string(q.ID), "pair")
}

// passing names what reaches b. Who left quietly reaches nobody, whatever is on the screen.
func passing(with string, what ...any) string {
	if with == "" {
		return ""
	}
	return fmt.Sprint(with, what)
}
