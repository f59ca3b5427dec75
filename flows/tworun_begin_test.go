package flows

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// beginning is where a pair of lives begins: a stands in a flow that ships, and b is somewhere else.
type beginning struct {
	flow  string // "" for a couple in which nothing is open
	roles [2]string
	place [2]string
	start time.Time
	salt  string
	claim bool // in a pairing: a is the one who enters the code
	awake bool // b's quiet hours are short, so that more comes to b at once
	where Platform
}

const (
	wasHurt    = "I was hurt"
	brokeTrust = "I broke trust"
)

// needsRole says in which role a has to be to get into a flow that only some questions of a check-in lead to.
var needsRole = map[string]string{"low_safety": wasHurt, "upfront": brokeTrust, "shame": brokeTrust, "slip": brokeTrust, "gentle_reply": brokeTrust,
	"idea": brokeTrust}

// drawBeginning takes the flows in turn, so that all of them are looked at alike.
func drawBeginning(r *rand.Rand, i int) (b beginning, turn int) {
	lib, _ := shipped()
	names := append(keysOf(lib.Flows), "")
	b = beginning{flow: names[i%len(names)], salt: fmt.Sprint(r.Uint64()), claim: r.IntN(2) == 0, awake: r.IntN(2) == 0}
	b.roles = [2]string{wasHurt, brokeTrust}
	if need := needsRole[b.flow]; need == brokeTrust || need == "" && r.IntN(2) == 0 {
		b.roles = [2]string{brokeTrust, wasHurt}
	}
	if needsRole[b.flow] == "" && r.IntN(5) == 0 {
		b.roles = [2]string{"Both of these", "Rather not say"}
	}
	if k := r.IntN(6); k < 3 {
		b.where = []Platform{{Forms: true}, {NoText: true}, {Forms: true, NoText: true}}[k]
	}
	places := []string{"Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "Pacific/Auckland"}
	b.place = [2]string{"Berlin", "Berlin"}
	if r.IntN(2) == 0 {
		b.place = [2]string{places[r.IntN(len(places))], places[r.IntN(len(places))]}
	}
	b.start = time.Date(2026, 1, 5+r.IntN(360), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
	return b, i / len(names)
}

// world is the beginning, played.
func (b beginning) world(t testing.TB) *sim {
	w := newSim(t)
	w.quick, w.salt, w.now = true, b.salt, b.start
	switch b.flow {
	case "welcome":
		b.welcome(w, "b")
		w.press("b", "Make a code")
		if w.say("a", "/start"); b.claim { // up to the choice how to begin
			b.welcome(w, "a")
		}
	case "account_claim":
		b.welcome(w, "b")
		w.press("b", "Make a code")
		w.say("a", "/start")
		w.press("a", "I use this elsewhere")
	case "partner_offer":
		b.welcome(w, "b")
		w.press("b", "I have a code")
		b.welcome(w, "a")
		w.press("a", "Make a code")
	case "partner_claim":
		b.welcome(w, "b")
		w.press("b", "Make a code")
		b.welcome(w, "a")
		w.press("a", "I have a code")
	case "partner_confirm":
		if b.confirm(w); b.awake {
			w.press("b", "Go on together")
		}
	default:
		b.confirm(w)
		w.press("a", "Go on together")
		w.press("b", "Go on together")
		if b.awake {
			_, p := w.person("b")
			p.Facts["quiet_from"], p.Facts["quiet_to"] = Value{T: Time, S: "03:00"}, Value{T: Time, S: "05:00"}
		}
		b.enter(w)
	}
	w.lib = w.lib.With(Setup{Platforms: map[string]Platform{"sim": b.where}})
	if _, p := w.person("a"); b.flow != "" && !atOnce[b.flow] && !inFlow(p, b.flow) {
		t.Fatalf("%+v: a is not in the flow, but %+v; last: %s", b, p.Tracks, w.last("a"))
	}
	return w
}

// atOnce are the flows that say something and are over.
var atOnce = map[string]bool{"boundaries": true, "moments": true, "promises": true}

func inFlow(p *Person, flow string) bool {
	return slices.ContainsFunc(p.Tracks, func(t Track) bool { return t.top().Flow == flow })
}

func (b beginning) welcome(w *sim, who string) {
	k, name, checkin := 0, "Ana", "20:00"
	if who == "b" {
		k, name, checkin = 1, "Ben", "20:30"
	}
	w.welcomeIn(b.place[k], who, name, checkin, b.roles[k])
}

// confirm brings both to the question whether they want to be a couple.
func (b beginning) confirm(w *sim) {
	offers, claims := "a", "b"
	if b.claim {
		offers, claims = "b", "a"
	}
	b.welcome(w, offers)
	w.press(offers, "Make a code")
	b.welcome(w, claims)
	w.press(claims, "I have a code")
	w.say(claims, w.code(offers))
}

// enter brings a, who is in a couple, into the flow.
func (b beginning) enter(w *sim) {
	switch b.flow {
	case "":
	case "idea":
		w.say("a", "/idea")
		if b.claim { // one that was taken, and is asked about a day later
			for _, label := range []string{"Skip", "Skip", "Number 1", "Skip", "Skip"} {
				w.press("a", label)
			}
			w.pass(day + time.Minute)
			w.say("a", "/idea")
		}
	case "card":
		line(w, "b")
		w.say("a", "/cards")
	case "take_back":
		line(w, "a")
		w.say("a", "/takeback")
	case "account_add", "account_move":
		w.say("a", "/account")
		w.press("a", map[string]string{"account_add": "Add another account", "account_move": "Move to another account"}[b.flow])
		if b.claim { // up to a's own yes, which is the last
			w.say("c", "/start")
			w.press("c", "I use this elsewhere")
			w.say("c", w.code("a"))
			w.press("c", "Yes, connect them")
		}
	case "questions":
		askBox(w, "a")
		w.say("a", "/questions")
	case "question_answer":
		askBox(w, "b")
		readCards(w, "a")
	case "question_heard":
		askBox(w, "a")
		readCards(w, "b")
		w.say("b", "That is how it was")
		w.press("b", "Share")
		w.pass(2 * time.Minute)
		readCards(w, "a")
	case "moment_reply":
		w.say("b", "/moment")
		for _, label := range []string{"Skip", "Skip", "Company", "Share"} {
			w.press("b", label)
		}
		w.pass(2 * time.Minute)
		readCards(w, "a")
	case "boundary_look":
		w.say("b", "/boundary")
		w.say("b", "Phones stay out of the bedroom")
		for _, label := range []string{"Skip", "Share", "Skip"} {
			w.press("b", label)
		}
		w.pass(2 * time.Minute)
		readCards(w, "a")
	case "boundary_review":
		w.say("a", "/boundary")
		w.say("a", "Phones stay out of the bedroom")
		w.say("a", w.now.Add(2*day).Format(time.DateOnly))
		for _, label := range []string{"Keep", "Skip"} {
			w.press("a", label)
		}
		w.opensReminder("a", b.flow)
	case "promise_followup":
		w.say("a", "/promise")
		w.say("a", "I call when I am late")
		for _, label := range []string{"Skip", "At 9:00", "Keep"} {
			w.press("a", label)
		}
		w.opensReminder("a", b.flow)
	default:
		if f := w.lib.Flows[b.flow]; f.Start.Command != "" {
			w.say("a", "/"+f.Start.Command)
			return
		}
		follow(w, b.flow)
	}
}

var passingLine = []string{"Nice", "Skip", "Keep", "That one reached me", "Share"}

// askBox passes a question on.
func askBox(w *sim, who string) {
	w.say(who, "/ask")
	w.say(who, "How was the week for you?")
	w.press(who, "Skip")
	w.press(who, "Share")
	w.pass(2 * time.Minute)
}

func readCards(w *sim, who string) {
	w.say(who, "/cards")
	w.press(who, "Read now")
}

// opensReminder lets time go by until the reminder of a flow has come, and opens it.
func (w *sim) opensReminder(who, flow string) {
	for range 8 * 24 {
		w.pass(time.Hour)
		_, p := w.person(who)
		for _, t := range p.Tracks {
			if t.Phase == Knocking && t.top().Flow == flow {
				for _, b := range p.Buttons {
					if b.Track == t.ID && b.shows() {
						w.event(Event{Kind: Pressed, From: p.Addr, Action: b.Token})
						return
					}
				}
			}
		}
	}
	w.t.Fatalf("no reminder of %s came to %s", flow, who)
}

// line passes a line on, and lets its minute go by.
func line(w *sim, who string) {
	w.say(who, "/landed")
	for _, label := range passingLine {
		w.press(who, label)
	}
	w.pass(2 * time.Minute)
}

// follow checks in until a question comes whose answer leads to the flow.
func follow(w *sim, flow string) {
	for range 60 {
		w.say("a", "/checkin")
		w.press("a", "Steady")
		_, p := w.person("a")
		t := p.focus()
		q, ok := (&run{lib: w.lib}).question(t, w.lib.stepOf(t))
		if ok && q.item != nil {
			if i := slices.IndexFunc(q.options(w.lib), func(o Option) bool { return q.item.Then[o.ID] == flow }); i >= 0 {
				w.press("a", q.options(w.lib)[i].Label)
				if q.decl.Type == Multi {
					w.press("a", "Done")
				}
				return
			}
		}
		w.say("a", "/leave")
		w.pass(3 * time.Hour)
	}
}
