package fakediscord

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options is what a Fake is made of. Everything may stay empty.
type Options struct {
	Listener   net.Listener     // where it stands; nil: a free port of the loopback interface
	Now        func() time.Time // nil: time.Now
	Token      string           // "": DefaultToken
	Heartbeat  time.Duration    // what Hello asks for; 0: 41.25 s
	PerSecond  int              // requests in any second; 0: 50, below: no limit
	PerChannel int              // new messages to one channel in five seconds; 0: no limit
	Check      Check
	// Route carries what is brought to the endpoint for interactions, in place of the network. nil: the network.
	Route http.RoundTripper
}

// Check asks a description of the API. An error is a violation.
type Check struct {
	// Exchange gets what was asked and answered. request is the JSON of the body, "payload_json" of a form.
	Exchange func(method, path string, request []byte, status int, answer []byte) error
	// Event gets what the gateway delivers.
	Event func(name string, data []byte) error
}

// Who the bot is, unless Options say otherwise.
const (
	DefaultToken = "MTAwMDAwMDAwMDAwMDAwMDAw.Gfake0.not-a-token-but-shaped-like-one-0123456789"
	AppID        = "900000000000000001"
	BotID        = "900000000000000002"
	BotName      = "rewoo-test"
	guildID      = "900000000000000003"
	guildChannel = "900000000000000004"
)

// Fake is one Discord.
type Fake struct {
	o   Options
	srv *http.Server
	url string
	now func() time.Time

	mu           sync.Mutex
	last         int64 // the last snowflake
	numbers      int   // ids of components and sessions
	people       map[string]*Person
	channels     map[string]*channel
	interactions map[string]*Interaction
	tokens       map[string]*Interaction // by token
	commands     []Command
	commandPuts  int
	sessions     []*session
	conns        map[*conn]bool
	gateway      gatewayScript
	fail         func(Request) *Failure
	requests     []Request
	recent       []time.Time // of requests, for the limit of all
	violations   []string
	counts       Counts
	endpoint     string
	key          ed25519.PrivateKey
	changed      chan struct{} // closed and made anew when something happened
	work         sync.WaitGroup
	quit         context.Context
	stop         context.CancelFunc
}

// Counts are numbers that a bot must keep low.
type Counts struct {
	Identifies, Resumes, Connections int
	Refused                          map[int]int // answers of 401, 403 and 429: ten thousand in ten minutes are a ban
}

// New starts a Discord on which nobody has said anything.
func New(o Options) (*Fake, error) {
	if o.Listener == nil {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("fakediscord: no port to stand on: %w", err)
		}
		o.Listener = l
	}
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 41250 * time.Millisecond
	}
	if o.PerSecond == 0 {
		o.PerSecond = 50
	}
	f := &Fake{
		o: o, now: o.Now, url: "http://" + o.Listener.Addr().String(),
		people: map[string]*Person{}, channels: map[string]*channel{}, interactions: map[string]*Interaction{},
		tokens: map[string]*Interaction{}, conns: map[*conn]bool{}, changed: make(chan struct{}),
		counts:  Counts{Refused: map[int]int{}},
		gateway: gatewayScript{total: 1000, remaining: 1000, resetAfter: 24 * time.Hour},
	}
	f.quit, f.stop = context.WithCancel(context.Background())
	f.srv = &http.Server{Handler: http.HandlerFunc(f.serve)}
	f.work.Go(func() { f.srv.Serve(o.Listener) })
	return f, nil
}

// URL is where it stands, "http://127.0.0.1:1234".
func (f *Fake) URL() string { return f.url }

// Token is what a bot must show.
func (f *Fake) Token() string { return f.o.Token }

// Close ends it and all its connections.
func (f *Fake) Close() {
	f.stop()
	f.srv.Close()
	f.mu.Lock()
	conns := f.conns
	f.conns = map[*conn]bool{}
	f.mu.Unlock()
	for c := range conns {
		c.ws.CloseNow()
	}
	f.work.Wait()
}

// Violations are what the bot, or the fake itself, did against the rules.
func (f *Fake) Violations() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.violations)
}

// Requests gives all requests so far, without those refused for a script's sake.
func (f *Fake) Requests() []Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.requests)
}

// Counts gives the numbers so far.
func (f *Fake) Counts() Counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.counts
	c.Refused = map[int]int{}
	for k, v := range f.counts.Refused {
		c.Refused[k] = v
	}
	return c
}

// Await waits until ok, which is asked whenever something happened here, or gives up after d of real time.
func (f *Fake) Await(d time.Duration, ok func() bool) bool {
	end := time.NewTimer(d)
	defer end.Stop()
	for {
		f.mu.Lock()
		changed := f.changed
		f.mu.Unlock()
		if ok() {
			return true
		}
		select {
		case <-changed:
		case <-end.C:
			return ok()
		case <-f.quit.Done():
			return false
		}
	}
}

// touch tells whoever waits that something happened. f.mu is held.
func (f *Fake) touch() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// violate notes something against the rules. f.mu is held.
func (f *Fake) violate(format string, a ...any) {
	f.violations = append(f.violations, fmt.Sprintf(format, a...))
}

const epoch = 1420070400000

// snowflake makes an id: unique, in order, and of the time of the clock. f.mu is held.
func (f *Fake) snowflake() string {
	id := (f.now().UnixMilli() - epoch) << 22
	if id <= f.last {
		id = f.last + 1
	}
	f.last = id
	return fmt.Sprint(id)
}

func (f *Fake) number() int {
	f.numbers++
	return f.numbers
}
