package flows

import "time"

// StepKind is what a step does; a step has exactly one.
type StepKind string

// The kinds.
const (
	KAsk    StepKind = "ask"
	KSay    StepKind = "say"
	KChoose StepKind = "choose"
	KDraw   StepKind = "draw"
	KShare  StepKind = "share"
	KSet    StepKind = "set"
	KSleep  StepKind = "sleep"
	KRun    StepKind = "run"
	KEnd    StepKind = "end"
	KPair   StepKind = "pair" // offer, claim, confirm: two people become one couple
	// KAccount is the same for two accounts of one person: add and move offer a code, the new account claims it, both confirm.
	KAccount StepKind = "account"
	KRemove  StepKind = "remove" // account: one of several accounts of this person
	KShow    StepKind = "show"   // cards: what was shared with this person

	// The doors, beside share. Each shows exactly what passes before its author's tap.
	KTogether StepKind = "together"  // a double reveal
	KOpen     StepKind = "open"      // a fact that the flows of both may use
	KClose    StepKind = "close"     // and no longer
	KBoth     StepKind = "both"      // acts only if both said yes by an instant
	KWaitFor  StepKind = "wait_for"  // goes on at an instant, whatever the other does
	KTakeBack StepKind = "take_back" // what was shared lately

	// Records: things that last (record.go).
	KAdd    StepKind = "add"    // a new one
	KPick   StepKind = "pick"   // choose one: it is the record at hand from then on
	KUpdate StepKind = "update" // the record at hand: another state, or a new version
	KList   StepKind = "list"   // show them

	KCheck StepKind = "check" // look an answer up in a list of phrases
	KPart  StepKind = "part"  // quietly, openly: this person leaves the couple
)

// joins says that the step is a part of joining two by a code: two people, or two accounts of one.
func (k StepKind) joins() bool { return k == KPair || k == KAccount }

// part is a joining step as its author wrote it: "pair: offer", "account: move".
func (s *Step) part() string {
	switch {
	case s.Kind == KAccount && s.Pair == "offer" && s.Move:
		return "account: move"
	case s.Kind == KAccount && s.Pair == "offer":
		return "account: add"
	}
	return string(s.Kind) + ": " + s.Pair
}

// Exit is a button that answers nothing and leads elsewhere.
type Exit struct {
	ID, Label, Go string
	Pos           Pos
}

// Target is a step id with the place that names it.
type Target struct {
	Step string
	Pos  Pos
}

// Step is one step of a flow. Which fields are set depends on Kind.
type Step struct {
	ID   string
	Kind StepKind
	Pos  Pos

	Text      string // ask, say, pair
	TextPos   Pos
	Wrong     string   // ask, pair: the re-prompt; "" for the usual one
	Ask       string   // the answer's name
	Options   []Option // ask: labels and accepted words that override the declaration's
	Ready     []Ready  // ask: in place of the declaration's
	ReadyFrom string   // ask: the draw whose line brings them
	Exits     []Exit
	Remind    *Remind
	Timeout   *Timeout
	Skip      Target
	Follow    bool
	Then      map[string]string // ask: option → follow-up flow

	Visits  int    // how often the step may be entered in one session; 0: any number of times
	TooMany Target // with Visits: where to go then

	Go    Target            // where to next
	GoMap map[string]Target // ask: by option; run: by result; pair: by outcome
	Order []string          // the keys of GoMap as written

	Branches []Branch // choose
	Else     Target

	Draw, From string // draw: binding, list
	NoneLeft   Target
	Count      int      // draw: how many to offer; 0: one, bound at once
	ForCouple  bool     // draw: once for both, by couple and local date
	Score      string   // draw: the registered function that chooses
	Reads      []string // draw: the names it may read

	Items     []Target // share, together: answer names
	None      Target
	Class     string   // share: the kind of card
	ShareText string   // share: one message composed of answers and the record's fields, in place of Items
	SharePos  Pos      // of that
	Opens     string   // share, together: the flow that runs in the receiver's own track behind the card
	Carry     []Assign // share with opens: further fields of the snapshot, each a name that the card shows

	Record string   // add, pick, update, list: which kind
	Where  *Cond    // pick, list: nil: all
	Full   Target   // add: where there are as many as there may be
	Copy   bool     // add: the fields are those of the record at hand (from: record)
	To     []Assign // update: "state", and fields
	About  bool     // both: what counts is a yes to the record at hand, in whatever flow it was said

	Check   string // check: the answer
	Against string // check: the list of phrases
	As      string // check: what was found, for texts: {as.text}

	Sets  []Assign
	For   time.Duration // sleep; set, open: how long it holds, 0 for ever (set only)
	ForOf string        // the fact of type duration that says so; For is then its longest

	Open  *Assign  // open: a fact of this person, and what to set it to
	Close []Target // close: facts of this person

	Both string        // both: the yes_no answer that counts
	At   string        // both, wait_for: "18:00", or couple.x
	Plus time.Duration // both, wait_for: so long after At
	Part string        // quietly, openly

	Run  string
	With []Assign // run: answers of the called flow; add: fields

	Pair string // pair, account: offer, claim, confirm
	Move bool   // account: the offer is to give up the account that it is made on
	Show string // cards
	End  string // end, and say … end
}

// Remind is a second message inside a step.
type Remind struct {
	After   time.Duration
	AfterOf string // the fact of type duration that says so; After is then its longest
	Text    string
	Pos     Pos
}

// Timeout ends a wait.
type Timeout struct {
	After   time.Duration
	AfterOf string // the fact of type duration that says so; After is then its longest
	Go      Target
	Pos     Pos
}

// Branch is one way of a choose step.
type Branch struct {
	If  *Cond
	Go  Target
	Pos Pos
}

// Assign gives a name a value: a condition-language expression.
type Assign struct {
	Name string // "person.role", or an answer of the called flow
	Expr *Cond
	Pos  Pos
}
