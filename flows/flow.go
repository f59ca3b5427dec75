package flows

import "time"

// Pos is a place in a flow file, counted from 1.
type Pos struct {
	File         string
	Line, Column int
}

// Type is the type of an answer or a fact.
type Type string

// The types. FromList stands for whatever the drawn question says.
const (
	Scale    Type = "scale"
	OneOf    Type = "choice"
	Multi    Type = "multi"
	YesNo    Type = "yes_no"
	Text     Type = "text"
	Time     Type = "time"     // of day, "15:04"
	Zone     Type = "zone"     // an IANA name
	Number   Type = "number"   // a whole number, typed
	Date     Type = "date"     // "2006-01-02"
	Span     Type = "duration" // facts and choices only: "48h"
	FromList Type = "from_list"
	ItemOf   Type = "item" // one of several items that a draw with count offers
)

// Who may come to see an answer.
const (
	SeesNever    = "never"
	SeesOnShare  = "on_share"
	SeesTogether = "together" // only if the other answers and chooses the same
)

// Option is one thing a closed question can be answered with.
type Option struct {
	ID    string
	Label string
	Also  []string // further words that mean it
}

// Ready is a sentence that a question for words can be answered with where no words can be written.
type Ready struct {
	ID, Label, Text string
	Elsewhere       []string // the sentence in all languages of the library, where there are several
}

// Decl declares an answer or a fact.
type Decl struct {
	Name        string
	Pos         Pos
	Type        Type
	From, To    int           // scale, number
	Least, Most time.Duration // duration
	Options     []Option
	Max         int     // text: characters; multi: options. 0: the type's own limit
	Ready       []Ready // text
	Optional    bool
	List        string // from_list
	PartnerSees string
	Keep        time.Duration // 0: none
	Default     Value         // facts only
	Derived     string        // facts only: the name of the pure function that computes it
	Reads       []string      // derived: the names that the function may read
}

// Start says what begins a flow.
type Start struct {
	Schedule string // "person.NAME" or "couple.NAME" of a time fact, or a five-field cron expression
	Days     string // schedule of a fact: "sun wed", or "couple.NAME" of a choice among mon … sun; "": every day
	Couple   bool   // schedule: on the couple's clock, and only for two
	Command  string // without the slash
	On       string // "welcome": /start of a newcomer; "card": something was shared with the person
	When     *Cond  // schedule: nil, or what has to hold at the time
	plan     plan   // of a cron expression
}

// none says that nothing begins the flow but another one.
func (s Start) none() bool { return s.Schedule == "" && s.Command == "" && s.On == "" }

// Flow is a conversation: parsed, checked, never changed.
type Flow struct {
	Name    string
	Pos     Pos
	Version int
	Title   string
	Who     string // one, both
	Start   Start
	Knock   string
	Expires time.Duration
	About   string // the kind of record that it is about: whatever starts it brings one

	// Two fingerprints, hex (shape.go). Words may change at any time, the shape only with a higher version.
	Shape, Words string
	Migrate      *Migration // how sessions of an older version go on; nil: they finish on their own shape

	Answers map[string]*Decl
	Steps   []*Step // in reading order; the first is where it starts
	ByID    map[string]*Step

	source []byte // of its file
}

// Source is the text of the file that the flow was read from.
func (f *Flow) Source() string { return string(f.source) }

// Migration moves running sessions of an older version to this one.
type Migration struct {
	From    int               // the version
	Steps   map[string]string // old step → new step
	Answers map[string]string // old answer → new answer; one that is not named is dropped
	Pos     Pos
}

// RecordKind declares things that last: promises, questions, boundaries. See record.go.
type RecordKind struct {
	Name        string
	Pos         Pos
	Fields      []*Decl       // in order; the first text is what a list shows
	States      []string      // the first is what a new one has
	Joint       bool          // belongs to the couple: only added and changed behind a yes of both
	PartnerSees string        // never, on_share
	Keep        time.Duration // since it was last changed
	Most        int           // of one person, or of the couple; the oldest stays, and one more is refused
	Remind      *RecordRemind
}

// RecordRemind is an exact reminder that the person set: Run begins, with the record at hand.
type RecordRemind struct {
	On     string        // a field of type date; "": the next time that At comes
	At     string        // a field of type time; "": when the person's quiet hours end
	Before time.Duration // so long before
	Yearly bool          // and again every year
	While  []string      // only in these states; empty: the first one
	Run    string        // the flow
	Pos    Pos
}

// Item is one entry of a list: a question to ask, or a line.
type Item struct {
	ID     string
	Pos    Pos
	Fields map[string]Value // for where: role, phase, …
	Text   string
	Decl   *Decl             // kind questions
	Then   map[string]string // option → follow-up flow
	Ready  []Ready           // kind lines: for the question that shows the line
	place  int               // in its list
}

// Phrase is what some words sound like: whoever writes one of Any may be in danger, unless it is part of one of Unless.
// In a list for check steps it is wording help, and Say is what is said about it.
type Phrase struct {
	ID          string
	Say         string
	Tier        string // self, harm (to the writer), threat (to another)
	Lang        string
	Any, Unless []string
}

// List is something to draw from, or phrases to listen for.
type List struct {
	Name      string
	Pos       Pos
	Kind      string // questions, lines, phrases
	Where     *Cond  // nil: all
	Both      *Cond  // what both of a couple may get, where one draw is for both; nil: all
	NotWithin time.Duration
	Items     []*Item
	ByID      map[string]*Item
	Phrases   []Phrase // kind phrases
	ear       ear      // Phrases, ready to listen with
}

// Library is everything that was loaded together. It never changes; a reload makes a new one.
type Library struct {
	Flows   map[string]*Flow
	Records map[string]*RecordKind // records/*.yaml
	Lists   map[string]*List
	Person  map[string]*Decl  // person.yaml
	Couple  map[string]*Decl  // couple.yaml
	Words   map[string]string // words.yaml: what the engine itself says
	// Months are the names of the twelve months, of each first the one that is shown: words.yaml.
	Months [][]string
	// Globals are the commands that work everywhere: "/help" → what it does ("help"), aliases included.
	Globals map[string]string
	Zones   []ZoneEntry // zones.yaml, likeliest first
	reveals bool        // some flow has a double reveal
	setup   Setup       // of the place where it runs
	traced  bool        // notes what its steps pass

	views   map[string]*Library // by language: the same steps and other texts (i18n.go)
	base    string              // the language of the base texts
	tongues *tongues            // nil: there are no translations

	old    map[string]*Flow // flows as sessions under way began them, by their shapes
	stamps stamps           // versions.yaml
	lists  []*List          // as they were read
	byName []*Flow          // the flows in order of their names
}

// ZoneEntry is a place whose clock somebody may name.
type ZoneEntry struct {
	Zone    string // IANA name
	Country string
	Names   []string // further names people use
}
