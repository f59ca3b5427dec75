package bot

import (
	"context"
	"log/slog"
	"time"

	"rewoo/flows"
)

// Store keeps what must not be lost. Every error of it is fatal to the bot. Its methods are called from many goroutines.
type Store interface {
	// Step lets m handle ev in one transaction, or tells that ev was seen before. m may be called more than once.
	Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error)
	// Heads gives the first waiting row of every person that has one, or of those that are named, oldest first.
	Heads(ctx context.Context, of ...flows.PersonID) ([]flows.Queued, error)
	// Done removes an outbox row. One that is not there is fine. ref is what Send gave, and at is where it was sent, which may
	// not be where the row would go by now; zero: it is. For eight days Heads gives both back, as Queued.Ref and To, with rows
	// that name the message. "" is not kept.
	Done(ctx context.Context, key string, at flows.Address, ref string) error
	// Mark notes in an outbox row that it is about to be sent: Heads gives at back as Queued.Marked. The zero time takes the
	// note back. A row that is not there is fine.
	Mark(ctx context.Context, key string, at time.Time) error
	// Online notes that platform was in reach at at, and LastOnline gives what was noted last; zero: nothing ever was.
	Online(ctx context.Context, platform string, at time.Time) error
	LastOnline(ctx context.Context, platform string) (time.Time, error)
	// People lists the accounts of platform whose people keep says yes to: at most limit of them, in the order of
	// their users, those behind the user after. next is where to go on; "" at the end. Somebody with several accounts
	// is where their messages go. keep only reads, and must return soon. With no keep, all accounts are listed.
	People(ctx context.Context, platform, after string, limit int, keep func(*flows.Person) bool) (page []flows.Address, next string, err error)
	// Due gives at most limit rows due at or before now, in order, and the moment of the earliest row after now:
	// zero if there is none.
	Due(ctx context.Context, now time.Time, limit int) (due []flows.Due, next time.Time, err error)
	// Prune forgets seen marks older than a week and journal entries past their time.
	Prune(ctx context.Context, now time.Time) error
}

// Adapter speaks one platform.
type Adapter interface {
	// Name is the Platform of every Address that the adapter makes. It never changes.
	Name() string
	// Run receives until ctx ends, and reconnects by itself. It must not acknowledge an event before handle returned
	// nil for it, and hands over one person's events in order; people need not wait for each other. It returns early,
	// with an error, only for what no retry can mend and when handle fails. The error is shown to the operator: it
	// must hold neither a secret nor a person's words.
	Run(ctx context.Context, handle func(context.Context, flows.Event) error) error
	// Send delivers q once, and gives what the platform calls the message; "" if nobody needs to know. A failure is a
	// *SendError; any other error counts as Transient. It is called for many people at a time, but for one at most once at a
	// time, and returns soon after ctx has ended. It may be called before Run is ready, and again for a message that did
	// arrive: Message.ID tells. Message.Lane is its haste by now.
	Send(ctx context.Context, q flows.Queued) (ref string, err error)
}

// What an adapter may be besides, found by type assertion.
type (
	// Pacer is an adapter whose platform has limits.
	Pacer interface{ Pace() Pace }
	// Prober is an adapter that knows how it is.
	Prober interface{ Health() Health }
	// Follower is an adapter that shows sentences and a menu of commands itself. Follow puts others in their place, at any time:
	// the library was loaded again.
	Follower interface {
		Follow(lines Lines, commands []flows.Command)
	}
	// Attacher is an adapter that needs the bot for more than handing over events. Attach comes once, before Run.
	Attacher interface{ Attach(Desk) }
)

// Desk is what the bot does for an adapter besides Handle.
type Desk interface {
	// Online notes that platform is in reach now, and that all it kept for us until now is handled. To be called after each
	// reconnect and each successful poll, at least every 30 s while all is well. After a gap longer than 150 s, over restarts
	// too, it shows open questions again.
	Online(ctx context.Context, platform string) error
	// LastOnline is when Online was called last, in this run or before; zero: never.
	LastOnline(ctx context.Context, platform string) (time.Time, error)
	// People lists all accounts of platform: anybody may have written while it was out of reach, whether a question was open or not.
	// At most limit of them, in order, those behind the user after. next is "" at the end.
	People(ctx context.Context, platform, after string, limit int) (page []flows.Address, next string, err error)
}

// Pace says how fast a platform lets us send. The zero value is no limit.
type Pace struct {
	PerSecond float64       // sends a second to everybody, edits and deletions included
	ChatEvery time.Duration // between two new messages to one chat, on the average
	ChatBurst int           // new messages to one chat at once
	Exact     bool          // the platform says what a limit is for; else two chats that are limited at once mean everybody
	Nonce     time.Duration // how long a repeat of a Message.ID is dropped by the platform; zero: it is not
}

// Health is how a platform is doing, for the operator: no ids, no content, no secret.
type Health struct {
	Connected bool      `json:"connected"`
	Since     time.Time `json:"since,omitzero"`    // of the connection, or of its loss
	Name      string    `json:"name,omitempty"`    // the bot's public name there, once known
	Problem   string    `json:"problem,omitempty"` // what is wrong, in one sentence with the way out; "" when nothing is
	Notes     []string  `json:"notes,omitempty"`   // numbers worth knowing: "812 of 1000 IDENTIFYs left"
}

// PlatformError ends an adapter's Run: what no retry of its own can mend. Both texts are shown to the operator.
type PlatformError struct {
	Code    string // short and stable: "401", "4004", "409"
	Problem string // one sentence: what is wrong
	Hint    string // the way out
}

func (e *PlatformError) Error() string { return e.Problem + " (" + e.Code + "); " + e.Hint }

// Apologizer is a Machine that knows how to say "something went wrong here" to the person of in. The Output must leave
// in as it is, but for what counting a message takes.
type Apologizer interface {
	Apology(in flows.Input, ev flows.Event) flows.Output
}

// Slower is a Machine that knows how to tell the person of in that they wrote too much at once, and that ev was not read. The
// Output must leave in as it is, but for what counting a message takes.
type Slower interface {
	TooFast(in flows.Input, ev flows.Event) flows.Output
}

// Class says what a failed send means for the message.
type Class string

// The classes.
const (
	Transient   Class = "transient"   // nothing was sent: tried again after 1, 2, 4 … 60 s
	Limited     Class = "limited"     // too fast: tried again after After, and a tenth of it by chance
	Ambiguous   Class = "ambiguous"   // may have been sent: tried again while the platform drops repeats, else once, or never (Once)
	Unreachable Class = "unreachable" // the person is held until their next input, and the engine gets a Gone event
	Stale       Class = "stale"       // what it refers to is gone: counts as done
	Unchanged   Class = "unchanged"   // the platform shows it already: counts as done
	Invalid     Class = "invalid"     // our mistake: dropped, and logged loudly
	Fatal       Class = "fatal"       // nothing can be sent any more: Run ends, or the adapter is run again (Supervise)
)

// SendError is a failed send. It can be printed and logged: neither shows Err.
type SendError struct {
	Class  Class
	After  time.Duration // Limited: how long to wait
	Global bool          // Limited: everybody on this platform waits
	Code   string        // the platform's short code, "403", "50007": safe to log
	Err    error         // what the platform's library said; it may hold a token or a person's words
}

// Error names class and code, and leaves out the text of Err.
func (e *SendError) Error() string {
	if e.Code == "" {
		return "send: " + string(e.Class)
	}
	return "send: " + string(e.Class) + " (" + e.Code + ")"
}

// Unwrap is for errors.Is and errors.As only: what it returns is never to be logged.
func (e *SendError) Unwrap() error { return e.Err }

// LogValue leaves out Err.
func (e *SendError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("class", string(e.Class)), slog.String("code", e.Code),
		slog.Duration("after", e.After), slog.Bool("global", e.Global))
}
