package flows

import (
	"log/slog"
	"time"
)

type (
	// PersonID names a person: 32 hex digits from the seed of their first event. It says nothing about them.
	PersonID string
	// UnitID names a couple, or one person alone: 32 hex digits.
	UnitID string
)

// Address is a person on a platform. Only the adapter that made it knows what the parts mean.
type Address struct {
	Platform string `json:"platform"`
	User     string `json:"user"`
	Chat     string `json:"chat,omitempty"`
}

// Same says that two addresses are one account. Its chat may become known later.
func (a Address) Same(b Address) bool { return a.Platform == b.Platform && a.User == b.User }

// Kind says what happened.
type Kind string

// The kinds of events.
const (
	Said    Kind = "said"    // the person wrote Text
	Pressed Kind = "pressed" // the person pressed the button whose token is Action
	Filled  Kind = "filled"  // the person filled the form whose token is Action with Text
	Fired   Kind = "fired"   // the timer Timer of Unit fell due at Due
	Gone    Kind = "gone"    // the platform says that the person cannot be reached
	Back    Kind = "back"    // the platform says that the person can be reached again; they have said nothing yet
	Away    Kind = "away"    // the person's platform is back, which was out of reach since Since: taps made meanwhile are lost
	Other   Kind = "other"   // something we do not read: a file, a place, an unknown shape
)

// Seed is fresh chance for one event: codes, tokens, ids and draws come from it and from nothing else.
type Seed [32]byte

// Event is one thing that happened. ID makes it happen once, however often it is delivered.
type Event struct {
	ID     string
	Kind   Kind
	From   Address // not for Fired
	At     time.Time
	Seed   Seed
	Text   string
	Action string
	Locale string    // the language of the person's app, "de" or "pt-br": a hint, often empty
	Since  time.Time // Away only
	Sent   time.Time // when its person did it, by the platform's clock; zero: unknown. At is when we handled it

	Unit  UnitID // Fired only, as are Timer and Due
	Timer string
	Due   time.Time
}

// LogValue leaves out everything a person wrote, and where they are.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", e.ID), slog.String("kind", string(e.Kind)))
}

// Block is a paragraph. A Quote is a person's own words: shown apart, never read as markup.
type Block struct {
	Text  string `json:"text"`
	Quote bool   `json:"quote,omitempty"`
	Own   bool   `json:"own,omitempty"` // of a Quote: typed by that person, not chosen from what was offered
}

// Choice is a button. ID is stable and readable ("skip", "3"), Action the single-use token that presses it.
type Choice struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	Action string `json:"action"`
}

// Form says that words are wanted. Where a platform has no forms, the next thing its person writes is the answer.
type Form struct {
	Action string `json:"action"` // the token that fills it
	Max    int    `json:"max"`    // characters
	Long   bool   `json:"long,omitempty"`
}

// Image is a picture. Alt says in words what is to be seen.
type Image struct {
	Name  string `json:"name"`
	Alt   string `json:"alt"`
	Bytes []byte `json:"bytes"` // PNG
}

// Op says what a Message does.
type Op string

// The operations. Close and Delete name an earlier message in Message.On; neither makes a sound.
const (
	Show   Op = ""       // a new message
	Close  Op = "close"  // the question of On can no longer be answered: its buttons go
	Delete Op = "delete" // On disappears, where the platform can still do that
)

// Lane orders messages of different people, never of one person.
type Lane int

// The lanes, first things first.
const (
	LaneReply     Lane = iota // answers the person's own input
	LaneCard                  // something another person shared
	LaneScheduled             // comes by the clock
)

// Message is one thing to say to one person.
type Message struct {
	ID      string    `json:"id"` // unique for its recipient, at most 25 characters: a platform's nonce
	To      PersonID  `json:"to"`
	At      *Address  `json:"at,omitempty"` // nil: wherever To is; else another account of theirs, or one that was until now. Dropped where that is out of reach
	Op      Op        `json:"op,omitempty"`
	On      string    `json:"on,omitempty"`
	Body    []Block   `json:"body,omitempty"`
	Choices []Choice  `json:"choices,omitempty"`
	Form    *Form     `json:"form,omitempty"`
	Image   *Image    `json:"image,omitempty"`
	Private bool      `json:"private,omitempty"` // no forwarding, no link preview
	Once    bool      `json:"once,omitempty"`    // better lost than said twice
	Lane    Lane      `json:"lane,omitempty"`
	Until   time.Time `json:"until,omitzero"` // pointless later; zero: never
}

// LogValue leaves out everything that is said.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.String("op", string(m.Op)), slog.Int("lane", int(m.Lane)))
}

// Text is the message as plain lines; every line of a quote starts with "> ".
func (m Message) Text() string { return blocksText(m.Body) }

// Queued is a message in the outbox. Keys of one person sort in the order of queueing.
type Queued struct {
	Key     string
	Person  PersonID
	To      Address
	At      time.Time // when it was queued
	Message Message
	// Ref is what the platform calls the message that Message.On names, as Send gave it; "" when nobody knows. To is then
	// where that message went.
	Ref string
	// Answers is the id of the event of its own recipient to which the message is an answer; "" when it answers none.
	Answers string
	// Left says that the message of Ref is on an account which its person does not use any more.
	Left bool
	// Marked is when it was about to be sent, by Store.Mark; zero: it was not marked.
	Marked time.Time
}

// Due is a row of the time index: a timer of a unit, and when it falls due.
type Due struct {
	Unit  UnitID
	Timer string
	At    time.Time
}

// Entry is an answer that was kept, for its owner only. A later entry of the same Person and ID replaces it.
type Entry struct {
	Person PersonID  `json:"person"`
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Flow   string    `json:"flow"`
	Name   string    `json:"name"`
	Asked  string    `json:"asked,omitempty"` // the id of a drawn question
	Value  Value     `json:"value"`
	Until  time.Time `json:"until"` // kept no longer; at or before the event: taken back
}

// Input is all that one step may read besides its event.
type Input struct {
	Self  State    // the unit of the event's person; its Unit is "" when the address is unknown
	Who   PersonID // the event's person; "" when unknown
	Other *State   // the unit that Needs named; nil when there is none
	Timer *Timer   // Fired: the timer, already taken out of Self
	// WrongCodes counts pairing codes of nobody, tried by anybody in the quarter hour before the event.
	WrongCodes int
}

// Output is everything that one step changes.
type Output struct {
	// States replace Self and Other: a loaded unit that is not among them is removed, and a person
	// who is in none of them is forgotten (but for messages still to be delivered).
	States    []State
	Messages  []Message // in order; To is in States or was in Self or Other, or else is a stranger: the event's own sender, who is not kept
	Journal   []Entry
	WrongCode bool // a pairing code of nobody was tried
	// Trace is what was passed, in order, where the library is Traced; else nil. Nobody keeps it.
	Trace []Covered
}

// Machine is the engine as a store sees it: two pure functions. Step may be called again for the same event.
type Machine interface {
	// Needs names a second unit that Step wants to see: "" for none, "code/"+digest or "unit/"+id.
	Needs(self State, who PersonID, ev Event) string
	Step(in Input, ev Event) Output
}

// Result is what a committed step means to whoever asked for it.
type Result struct {
	Seen   bool       // the event had been handled before; nothing was done
	Queued int        // messages put into the outbox
	To     []PersonID // whose they are, each once
}
