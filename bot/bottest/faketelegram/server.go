package faketelegram

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Options is what a Server is made of. All may stay empty.
type Options struct {
	Token    string           // "": DefaultToken
	Username string           // "": "rewoo_test_bot"
	Now      func() time.Time // nil: time.Now
	Rate     *Rate            // nil: as fast as anybody likes
	// Check sees whatever goes in and out: direction is "request" (body is map[string]string for a form and
	// map[string]any for JSON), "response" (the whole answer) or "update". Its errors are collected in Violations.
	Check func(direction, method string, body any) error
	// Lean keeps no requests, and only the last messages of each chat: for long runs.
	Lean bool
	// RetryFirst is the first pause before an update is tried again at the webhook, doubling up to twenty times as
	// much; 0: 20 ms.
	RetryFirst time.Duration
	// HookConnections is how many connections to the webhook there are at most, which are then kept; 0: one for each update.
	HookConnections int
}

// DefaultToken has the form of a token.
const DefaultToken = "4242424242:AAFakeFakeFakeFakeFakeFakeFakeFake-_0"

// Server is the platform. Its methods may be called from many goroutines.
type Server struct {
	o    Options
	http *httptest.Server // nil unless Start made it
	done chan struct{}    // closed by Close
	wg   sync.WaitGroup

	mu         sync.Mutex
	chats      map[int64]*chat
	messageID  int64
	updateID   int64 // of the next update
	queue      []*update
	newest     map[int64]*update // by chat, confirmed or not
	stir       chan struct{}     // closed and made anew when the queue or the webhook changes
	poller     chan struct{}     // closed when another poller takes over; nil: nobody polls
	allowed    []string          // nil: the default
	hook       webhook
	queries    map[string]*query
	commands   map[string]string // scope and language → commands as JSON
	faults     []*Fault
	rate       rate
	requests   []Request
	calls      map[string]int
	violations []string
	slowAck    time.Duration
}

// New makes a platform on which nobody has said anything. It serves nobody yet.
func New(o Options) *Server {
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Username == "" {
		o.Username = "rewoo_test_bot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RetryFirst == 0 {
		o.RetryFirst = 20 * time.Millisecond
	}
	return &Server{
		o: o, done: make(chan struct{}), chats: map[int64]*chat{}, newest: map[int64]*update{}, messageID: 100, updateID: 700_000_001,
		stir: make(chan struct{}), queries: map[string]*query{}, commands: map[string]string{}, calls: map[string]int{},
	}
}

// Start makes a Server on a port of loopback.
func Start(o Options) *Server {
	s := New(o)
	s.http = httptest.NewServer(s)
	return s
}

// Serve answers on l until that is closed.
func (s *Server) Serve(l net.Listener) error { return (&http.Server{Handler: s}).Serve(l) }

// URL is the api_url of a bot; "" unless Start made s.
func (s *Server) URL() string {
	if s.http == nil {
		return ""
	}
	return s.http.URL
}

// Token is the bot's.
func (s *Server) Token() string { return s.o.Token }

// Close ends everything that s started.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.done:
	default:
		close(s.done)
	}
	s.mu.Unlock()
	if s.http != nil {
		s.http.CloseClientConnections()
		s.http.Close()
	}
	s.wg.Wait()
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, _ := strings.Cut(rest, "/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	if token != s.o.Token {
		s.answer(w, method, failed(401, "Unauthorized"))
		return
	}
	p, err := parse(r)
	if err != nil {
		s.answer(w, method, failed(400, "Bad Request: "+err.Error()))
		return
	}
	at := s.note(method, p)
	fault := s.fault(method, p.chat())
	if fault != nil && fault.Slow > 0 {
		s.sleep(r, fault.Slow)
	}
	if fault != nil && fault.spoils(w) {
		s.code(at, fault.Status)
		return
	}
	a := s.call(r, method, p)
	if fault != nil && fault.Lost {
		panic(http.ErrAbortHandler)
	}
	s.code(at, a.Code)
	s.answer(w, method, a)
}

// reply is an answer of the Bot API.
type reply struct {
	OK          bool   `json:"ok"`
	Result      any    `json:"result,omitempty"`
	Code        int    `json:"error_code,omitempty"`
	Description string `json:"description,omitempty"`
	Parameters  *after `json:"parameters,omitempty"`
	odd         bool   // it holds what a test made up: Check does not see it
}

type after struct {
	RetryAfter int `json:"retry_after"`
}

func ok(result any) reply { return reply{OK: true, Result: result} }

func failed(code int, text string) reply { return reply{Code: code, Description: text} }

func (s *Server) answer(w http.ResponseWriter, method string, a reply) {
	raw, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	if !a.odd {
		s.mu.Lock()
		s.inspect("response", method, raw)
		s.mu.Unlock()
	}
	w.Header().Set("Content-Type", "application/json")
	if !a.OK {
		w.WriteHeader(a.Code)
	}
	w.Write(raw)
}

// sleep waits while the client does.
func (s *Server) sleep(r *http.Request, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	case <-s.done:
	}
}
