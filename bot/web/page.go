package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// World is what the page needs of the bot: *bot.Bot has it.
type World interface {
	// Settle returns when nothing that can be delivered is left to deliver.
	Settle(ctx context.Context) error
	// Fire hands over every timer due at or before now and says how many those were.
	Fire(ctx context.Context, now time.Time) (int, error)
	// NextDue is when the earliest timer falls due, which may be in the past; false when there is none.
	NextDue(ctx context.Context) (time.Time, bool, error)
}

// Bonnet is what "under the bonnet" shows: where things stand, and nothing that anybody said.
type Bonnet struct {
	People []PersonView `json:"people"`
	Tracks []TrackView  `json:"tracks"`
	Timers []TimerView  `json:"timers"`
	Outbox []OutboxView `json:"outbox"`
}

// PersonView is where somebody's clock is.
type PersonView struct {
	Person string `json:"person"`
	Zone   string `json:"zone"` // an IANA name
}

// TrackView is a conversation under way. Person is "a", "b" or "" (not on this page), here and below.
type TrackView struct {
	Person  string    `json:"person"`
	Flow    string    `json:"flow"`
	Step    string    `json:"step"`
	Phase   string    `json:"phase"`
	Expires time.Time `json:"expires,omitzero"`
}

// TimerView is a timer that has not fired.
type TimerView struct {
	Person string    `json:"person"`
	What   string    `json:"what"`
	Due    time.Time `json:"due"`
	Flow   string    `json:"flow"`
}

// OutboxView is a message on its way. Lane is a word: "reply", "card", "scheduled".
type OutboxView struct {
	Person string    `json:"person"`
	ID     string    `json:"id"`
	Lane   string    `json:"lane"`
	Queued time.Time `json:"queued"`
}

// Options say where the page keeps its log and listens. Only Dir is needed.
type Options struct {
	Dir         string    // made if missing, for its owner only
	Listen      string    // host:port; "" is 127.0.0.1:0, any free port of this machine
	AllowRemote bool      // without it, Listen must be loopback
	At          time.Time // what the clock shows on the very first start; zero: the real time. Later starts go on where it stood
	Log         *slog.Logger
	Inspect     func(context.Context) (Bonnet, error)         // nil: an empty bonnet
	Title       func(ctx context.Context, user string) string // of phone "a" or "b"; nil or "": "Phone A"
	Ready       func(url string)                              // called once, when the page can be opened
	Begin       func(context.Context, *Hands) error           // called once, before anybody can open the page: what is done there first
	Author      Author                                        // nil: the page has nothing for who writes conversations
}

// Page is the two phones and their clock. Make one with Open.
type Page struct {
	opts  Options
	lg    *slog.Logger
	allow hosts
	world World

	broken   chan error   // 1 slot: why the bot takes no events any more
	requests sync.RWMutex // read-held by each request, so that Run can wait for all of them
	moving   sync.RWMutex // see the package comment for the order of the locks

	mu     sync.Mutex
	log    *logFile
	now    time.Time
	start  time.Time // what the clock showed at first
	phones map[string]*phone
	done   []Done // all that was said and pressed, in order
	mark   Mark
}

// names are the two people, in the order in which the page shows them.
var names = [...]string{"a", "b"}

// Open reads DIR/phones.jsonl, or begins one, and takes the clock from it. The caller sees to it that one process at a
// time works in DIR, and calls Close at the end.
func Open(o Options) (*Page, error) {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	allow, err := allowedHosts(o.Listen, o.AllowRemote)
	if err != nil {
		return nil, err
	}
	p := &Page{opts: o, lg: o.Log, allow: allow, phones: map[string]*phone{}, broken: make(chan error, 1)}
	if p.lg == nil {
		p.lg = slog.New(slog.DiscardHandler)
	}
	for _, name := range names {
		p.phones[name] = newPhone(name)
	}
	if p.log, err = openLog(o.Dir, p.replay); err != nil {
		return nil, err
	}
	if err := p.startClock(); err != nil {
		return nil, errors.Join(err, p.log.close())
	}
	return p, nil
}

// Attach gives the page the bot that it moves and waits for. It is called once, before Run.
func (p *Page) Attach(w World) { p.world = w }

// Close ends the log. What is sent or said afterwards is an error.
func (p *Page) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.close()
}

// breaks ends Run when the bot's store failed. It gives err back.
func (p *Page) breaks(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		select {
		case p.broken <- err:
		default: // it is ending already
		}
	}
	return err
}

// title names a phone for the person who looks at the page.
func (p *Page) title(ctx context.Context, user string) string {
	if p.opts.Title != nil {
		if t := p.opts.Title(ctx, user); t != "" {
			return t
		}
	}
	return map[string]string{"a": "Phone A", "b": "Phone B"}[user]
}

// bonnet asks Inspect and makes its lists lists, never null.
func (p *Page) bonnet(ctx context.Context) (Bonnet, error) {
	var b Bonnet
	if p.opts.Inspect != nil {
		var err error
		if b, err = p.opts.Inspect(ctx); err != nil {
			return b, fmt.Errorf("look under the bonnet: %w", err)
		}
	}
	if b.People == nil {
		b.People = []PersonView{}
	}
	if b.Tracks == nil {
		b.Tracks = []TrackView{}
	}
	if b.Timers == nil {
		b.Timers = []TimerView{}
	}
	if b.Outbox == nil {
		b.Outbox = []OutboxView{}
	}
	return b, nil
}
