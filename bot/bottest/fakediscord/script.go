package fakediscord

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Failure is how one request fails.
type Failure struct {
	Status int           // answered instead of doing it, 429 and 5xx among them
	Code   int           // of Discord, with Status
	After  time.Duration // 429: how long to wait
	Global bool          // 429
	HTML   bool          // the answer is a page, as front servers give it
	Cut    bool          // the connection breaks before anything is done
	Lose   bool          // it is done, and the answer is lost
	Delay  time.Duration // real time before anything else happens
	Late   time.Duration // real time between what is done and its answer
}

func (x *Failure) reply() reply {
	switch {
	case x.Status == http.StatusTooManyRequests:
		return tooMany(x.After, x.Global)
	case x.HTML:
		return reply{status: x.Status, body: []byte("<html><body>" + http.StatusText(x.Status) + "</body></html>"), header: map[string]string{"Content-Type": "text/html"}}
	}
	r := refuse(x.Status, x.Code, "on purpose")
	return r
}

// Fail asks next about every request, before anything else; nil lets it through. It may be called from many goroutines.
func (f *Fake) Fail(next func(Request) *Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = next
}

// Sending tells whether a request writes, edits or deletes a message of p, or the answer to their command.
func (f *Fake) Sending(r Request, p *Person) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method == "GET" {
		return false
	}
	if p.channel != nil && strings.HasPrefix(r.Path, "/channels/"+p.channel.id+"/messages") {
		return true
	}
	if strings.HasPrefix(r.Path, "/webhooks/") {
		i := f.tokens[strings.Split(r.Path, "/")[3]]
		return i != nil && i.person == p
	}
	return false
}

// gatewayScript is how the gateway misbehaves. Each number counts down.
type gatewayScript struct {
	total, remaining int
	resetAfter       time.Duration
	silent           int // connections that never get Hello
	early            int // IDENTIFYs answered with op 7 instead of READY
	refuse           int // RESUMEs answered with op 9
	closeOn          int // IDENTIFYs answered with a close
	code             int // and its code
	flap             int // connections that are closed with 4000 right after READY
	noAcks           bool
	noHandshake      int    // connections refused with 502
	url              string // what is named as the gateway; "": the real one
}

// Script changes how the gateway behaves from now on.
type Script struct{ f *Fake }

// Gateway gives the script of the gateway.
func (f *Fake) Gateway() Script { return Script{f} }

func (s Script) set(do func(*gatewayScript)) {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	do(&s.f.gateway)
}

// Starts is what GET /gateway/bot tells of the budget.
func (s Script) Starts(remaining int, resetAfter time.Duration) {
	s.set(func(g *gatewayScript) { g.remaining, g.resetAfter = remaining, resetAfter })
}

// Silent lets the next n connections wait for Hello for ever.
func (s Script) Silent(n int) { s.set(func(g *gatewayScript) { g.silent = n }) }

// ReconnectBeforeReady answers the next n IDENTIFYs with op 7.
func (s Script) ReconnectBeforeReady(n int) { s.set(func(g *gatewayScript) { g.early = n }) }

// RefuseResume answers the next n RESUMEs with op 9.
func (s Script) RefuseResume(n int) { s.set(func(g *gatewayScript) { g.refuse = n }) }

// CloseOnIdentify answers the next n IDENTIFYs by closing with code.
func (s Script) CloseOnIdentify(n, code int) {
	s.set(func(g *gatewayScript) { g.closeOn, g.code = n, code })
}

// Flap closes the next n connections right after READY.
func (s Script) Flap(n int) { s.set(func(g *gatewayScript) { g.flap = n }) }

// NoAcks stops answering heartbeats, or begins again.
func (s Script) NoAcks(on bool) { s.set(func(g *gatewayScript) { g.noAcks = on }) }

// At names another address as the gateway's.
func (s Script) At(url string) { s.set(func(g *gatewayScript) { g.url = url }) }

// Down refuses the next n connections.
func (s Script) Down(n int) { s.set(func(g *gatewayScript) { g.noHandshake = n }) }

// Close closes all connections with code. After a fatal one, and after 4009, their sessions are gone.
func (s Script) Close(code int) {
	s.f.each(func(c *conn) { c.close(code) })
	if code == 4004 || code == 4009 || code >= 4010 {
		s.Forget()
	}
}

// Cut breaks all connections without a word.
func (s Script) Cut() { s.f.each(func(c *conn) { c.ws.CloseNow() }) }

// Reconnect sends op 7.
func (s Script) Reconnect() { s.f.each(func(c *conn) { c.send([]byte(`{"op":7,"d":null}`)) }) }

// Invalid sends op 9.
func (s Script) Invalid(resumable bool) {
	if !resumable {
		s.Forget()
	}
	s.f.each(func(c *conn) { c.send(must(json.Marshal(map[string]any{"op": 9, "d": resumable}))) })
}

// Raw sends any frame to all connections.
func (s Script) Raw(frame string) { s.f.each(func(c *conn) { c.send([]byte(frame)) }) }

// Forget ends all gateway sessions: nothing can be resumed.
func (s Script) Forget() {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.f.sessions = nil
}

// Dispatch delivers any event to all sessions.
func (f *Fake) Dispatch(name string, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dispatchRaw(name, data)
}
