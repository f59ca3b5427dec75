package flows

import (
	"time"
)

// State is everything about one unit: a couple, or one person alone. On disk it is kept in parts: Couple under the
// unit, each Person under their own id.
type State struct {
	Unit   UnitID   `json:"unit"`
	Couple Couple   `json:"couple"`
	People []Person `json:"-"`
}

// Couple is what both may read. Since is zero for somebody alone. Names holds the names both saw when they confirmed,
// so that nothing that either does later shows through them.
type Couple struct {
	Since time.Time           `json:"since,omitzero"`
	Names map[PersonID]string `json:"names,omitempty"`
	Facts map[string]Value    `json:"facts,omitempty"`
	// What went through a door: it stays here when its author leaves, so that leaving takes nothing back.
	Opened []Opened `json:"opened,omitempty"` // oldest first
	Offers []Offer  `json:"offers,omitempty"`
	Votes  []Vote   `json:"votes,omitempty"`
	// Records that both confirmed, oldest first.
	Records []Record `json:"records,omitempty"`
}

// Record is a thing that lasts. Every change of its fields is a new version.
type Record struct {
	ID       string    `json:"id"` // 16 hex digits; a copy that went to the other has the same
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Versions []Version `json:"versions"` // oldest first, at least one
	Changed  time.Time `json:"changed"`  // the last change of state or fields
}

// Version is what a record said from a day on.
type Version struct {
	At     time.Time        `json:"at"`
	Fields map[string]Value `json:"fields"`
}

// Bound is the record at hand in a flow. With Fields it is the snapshot that came with a card; without, the person's (or the
// couple's) own record of that id.
type Bound struct {
	Kind   string           `json:"kind"`
	ID     string           `json:"id"`
	Fields map[string]Value `json:"fields,omitempty"`
}

// Half is one answer of a double reveal as its receiver has it: both texts.
type Half struct {
	Name   string `json:"name"` // of the answer
	Mine   string `json:"mine"`
	Theirs string `json:"theirs"`
}

// Opened is a fact that one of the two lets the flows of both use, until it ends by itself.
type Opened struct {
	By    PersonID  `json:"by"`
	Name  string    `json:"name"` // of the fact, without "person."
	Value Value     `json:"value"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
}

// Offer is one half of a double reveal: shown to nobody unless the other half is there at the reveal hour.
type Offer struct {
	By       PersonID  `json:"by"`
	Key      string    `json:"key"` // which question: both halves have the same
	Question string    `json:"question"`
	Words    string    `json:"words"`
	Own      bool      `json:"own,omitempty"`   // they were typed
	Until    time.Time `json:"until"`           // the reveal hour that it is for, the next one after the tap
	Name     string    `json:"name,omitempty"`  // of the answer, when the card opens a flow
	Opens    string    `json:"opens,omitempty"` // that flow
}

// Vote is a yes to something at a fixed instant. It shows only if the other said yes too.
type Vote struct {
	By  PersonID  `json:"by"`
	Key string    `json:"key"`
	At  time.Time `json:"at"` // the instant that it is for
}

// Person is one person's own part: nobody else's flow reads it. Rest is nil, or reads everything but the ID, which is all
// that is there then: a step of one has no need of the other's part, until something passes between them.
type Person struct {
	ID       PersonID         `json:"id"`
	Rest     func() Person    `json:"-"`
	Addr     Address          `json:"addr"`           // where messages go: the account that was used last
	Also     []Address        `json:"also,omitempty"` // further accounts of the same person
	Joined   time.Time        `json:"joined"`
	Welcomed bool             `json:"welcomed,omitempty"` // finished the welcome; before, nothing outlives it
	Stopped  bool             `json:"stopped,omitempty"`  // said /stop
	Gone     bool             `json:"gone,omitempty"`     // cannot be reached; their next input ends it, or that the platform says they are back
	Facts    map[string]Value `json:"facts,omitempty"`
	// Ends says when facts go by themselves.
	Ends map[string]time.Time `json:"ends,omitempty"`

	Tracks  []Track     `json:"tracks,omitempty"` // the last one with a question has the floor
	Timers  []Timer     `json:"timers,omitempty"`
	Buttons []Button    `json:"buttons,omitempty"`
	Inbox   []Card      `json:"inbox,omitempty"`  // shared with this person, not yet read
	Coming  []Coming    `json:"coming,omitempty"` // on its way to this person
	Shown   []Shown     `json:"shown,omitempty"`  // read cards, while they can be taken back
	Passed  []Passed    `json:"passed,omitempty"` // what this person passed on, while they can take it back
	Waiting []Wait      `json:"waiting,omitempty"`
	Pair    *Pairing    `json:"pair,omitempty"`
	Tries   []time.Time `json:"tries,omitempty"`  // wrong pairing codes, last quarter hour
	Parked  string      `json:"parked,omitempty"` // a code that came before the welcome was over, unread

	Draws   Draws    `json:"draws,omitempty"`
	Records []Record `json:"records,omitempty"` // this person's own, oldest first

	Nudged map[string]string `json:"nudged,omitempty"` // flow → nominal local date of its last knock; records/kind/id → for which change of it, and that date
	Budget Budget            `json:"budget,omitzero"`

	LastTrack int `json:"last_track,omitempty"` // counters: ids are counted per person, so that they tell nothing of the other
	LastVisit int `json:"last_visit,omitempty"`
	LastMsg   int `json:"last_msg,omitempty"`
}

// Draws says when items of lists were last drawn: lists by their names, items by their ids, in order, each once.
type Draws []DrawnList

// DrawnList is the draws from one list.
type DrawnList struct {
	List  string  `json:"list"`
	Items []Drawn `json:"items"`
}

// Drawn is an item, and when it was last drawn.
type Drawn struct {
	Item string    `json:"item"`
	At   time.Time `json:"at"`
}

// Budget counts what was sent unasked on one local date.
type Budget struct {
	Date    string `json:"date,omitempty"`
	Unasked int    `json:"unasked,omitempty"`
	Knocks  int    `json:"knocks,omitempty"` // knocks for cards, which have a cap of their own
}

// Phase says what a track is doing.
type Phase string

// The phases of a track.
const (
	Knocking Phase = "knock" // a knock was sent; the first question comes when the person opens it
	Asking   Phase = "ask"   // its question is open, or parked if the track is not the last
	Sleeping Phase = "sleep" // waits for its timer, with nothing to answer
	Quiet    Phase = "quiet" // a timer moved it; it shows where things stand at the person's next input
	Joining  Phase = "pair"  // waits for another person to confirm
)

// Track is one conversation of one person.
type Track struct {
	ID      int       `json:"id"`
	Phase   Phase     `json:"phase"`
	Visit   int       `json:"visit"`            // of the step it is at; its timers carry it
	Prompt  string    `json:"prompt,omitempty"` // message whose buttons are live
	Asked   time.Time `json:"asked,omitzero"`   // when that was sent
	Expires time.Time `json:"expires,omitzero"`
	Frames  []Frame   `json:"frames"` // calls, innermost last
	Marks   []Mark    `json:"marks,omitempty"`
	Parked  bool      `json:"parked,omitempty"`
}

// Mark is a question that /back can return to: never one before something was shared.
type Mark struct {
	Depth int    `json:"depth"`
	Step  string `json:"step"`
}

// Frame is a flow under way.
type Frame struct {
	Flow     string            `json:"flow"`
	Step     string            `json:"step"`
	Answers  map[string]Value  `json:"answers,omitempty"`
	Items    map[string]string `json:"items,omitempty"`   // drawn: binding → item id
	Sharing  int               `json:"sharing,omitempty"` // which item of a share step is previewed
	Preview  []Block           `json:"preview,omitempty"` // what the preview showed, to the letter
	Held     bool              `json:"held,omitempty"`    // share: words that sound like danger, asked about once more
	Followed bool              `json:"followed,omitempty"`
	Picked   []string          `json:"picked,omitempty"` // multi: chosen so far
	Shape    string            `json:"shape,omitempty"`  // of the flow when the session began
	Visits   map[string]int    `json:"visits,omitempty"` // steps that count how often they are entered
	Record   *Bound            `json:"record,omitempty"` // the record at hand
	Both     []Half            `json:"both,omitempty"`   // what a double reveal showed
	Page     int               `json:"page,omitempty"`   // pick: how many records were paged over
}

// Timer asks for a Fired event. Track and Visit say which step set it: when that has moved on, firing does nothing.
// Names are unique in a unit, because they start with the person's id.
type Timer struct {
	Name    string    `json:"name"`
	Due     time.Time `json:"due"`
	Track   int       `json:"track,omitempty"`
	Visit   int       `json:"visit,omitempty"`
	What    string    `json:"what"` // timeout, remind, wake, until, later, expire, schedule, code, cards, pass, undo, reveal, account, record
	Flow    string    `json:"flow,omitempty"`
	Record  string    `json:"record,omitempty"`  // record: its id
	Nominal string    `json:"nominal,omitempty"` // schedule, record: the local date it is for
	Shape   string    `json:"shape,omitempty"`   // schedule: the time and zone it was made from; account: which one is new
}

// Button is a live button: a single-use token and what it presses.
type Button struct {
	Token  string `json:"token"`
	Track  int    `json:"track"` // 0: Undo, which belongs to no conversation
	Visit  int    `json:"visit"`
	Choice string `json:"choice"`
	Label  string `json:"label"`
	Value  string `json:"value,omitempty"` // what it answers, when not its choice id
}

// Card is the receiver's own copy of something shared, to the letter of the preview.
type Card struct {
	ID    string  `json:"id"`
	Body  []Block `json:"body"`
	Opens string  `json:"opens,omitempty"` // a flow that its receiver gets in a track of its own once they read the card
	Bound *Bound  `json:"bound,omitempty"` // with it: the snapshot, nothing that Body does not show
	Both  []Half  `json:"both,omitempty"`  // of a double reveal
}

// Coming is a card on its way: in its author's undo minute, or waiting for the day on which its receiver wants such cards.
type Coming struct {
	Card
	Due   time.Time `json:"due"`
	Class string    `json:"class,omitempty"` // kind of card, which the receiver may have asked for weekly or not at all
}

// Shown is a card that was read: which message it was.
type Shown struct {
	ID      string    `json:"id"`
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// Passed is the author's note of a card: what it said, and which message offers to undo it, while it does.
type Passed struct {
	Card
	At   time.Time `json:"at"`
	Undo string    `json:"undo,omitempty"`
}

// Wait is a scheduled flow that found the person busy.
type Wait struct {
	Flow   string    `json:"flow"`
	Until  time.Time `json:"until"`
	Record string    `json:"record,omitempty"` // of a reminder: the record's id
}

// Pairing is a code on its way from one person to another. Both ends run out at the same instant.
type Pairing struct {
	Code      string    `json:"code,omitempty"` // the offering side: shown to its person, and looked up by digest
	Expires   time.Time `json:"expires"`
	Peer      UnitID    `json:"peer,omitempty"` // set once the code was entered
	Person    PersonID  `json:"person,omitempty"`
	Name      string    `json:"name,omitempty"`
	Confirmed bool      `json:"confirmed,omitempty"`
	Account   bool      `json:"account,omitempty"` // joins two accounts of one person, not two people
	At        Address   `json:"at,omitzero"`       // account: where the code was made, and what comes of it is said
	Move      bool      `json:"move,omitempty"`    // account: that account is given up for the new one
	Ended     bool      `json:"ended,omitempty"`   // declined or cancelled here; the other side sees only the end of the quarter hour
}

// Value is an answer or a fact: text (also an option's id, a time, a zone), a number, or several options.
type Value struct {
	S string   `json:"s,omitempty"`
	N int      `json:"n,omitempty"`
	L []string `json:"l,omitempty"`
	T Type     `json:"t"`
}

// Person finds a member of the unit.
func (s *State) Person(id PersonID) (*Person, bool) {
	for i := range s.People {
		if s.People[i].ID == id {
			return &s.People[i], true
		}
	}
	return nil, false
}

// Partner finds the other member. It is false for somebody alone, and after the other left.
func (s *State) Partner(id PersonID) (*Person, bool) {
	for i := range s.People {
		if s.People[i].ID != id {
			return &s.People[i], true
		}
	}
	return nil, false
}

// Codes are the digests of the pairing codes that this unit answers to; the store indexes them.
func (s *State) Codes() []string {
	var out []string
	for i := range s.People {
		if p := s.People[i].Pair; p != nil && p.Code != "" && p.Peer == "" && !p.Ended {
			out = append(out, CodeDigest(p.Code))
		}
	}
	return out
}
