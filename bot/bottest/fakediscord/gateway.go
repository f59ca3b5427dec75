package fakediscord

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"
)

// conn is one connection. Its writer owns out.
type conn struct {
	ws   *websocket.Conn
	mu   sync.Mutex
	out  [][]byte
	wake chan struct{}
	over atomic.Bool // the fake closed it: what the bot answers means nothing
}

func (c *conn) send(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, b)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// close queues a closing frame behind what is queued.
func (c *conn) close(code int) { c.send([]byte("close " + strconv.Itoa(code))) }

func (c *conn) write(ctx context.Context) {
	for {
		c.mu.Lock()
		out := c.out
		c.out = nil
		c.mu.Unlock()
		for _, b := range out {
			if code, ok := strings.CutPrefix(string(b), "close "); ok {
				n, _ := strconv.Atoi(code)
				c.over.Store(true)
				c.ws.Close(websocket.StatusCode(n), "")
				return
			}
			if c.ws.Write(ctx, websocket.MessageText, b) != nil {
				return
			}
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return
		}
	}
}

// gatewayURL is where the gateway is said to be. f.mu is held.
func (f *Fake) gatewayURL() string {
	if f.gateway.url != "" {
		return f.gateway.url
	}
	return "ws" + strings.TrimPrefix(f.url, "http") + "/gateway-ws"
}

// each does something with all connections.
func (f *Fake) each(do func(*conn)) {
	f.mu.Lock()
	var all []*conn
	for c := range f.conns {
		all = append(all, c)
	}
	f.mu.Unlock()
	for _, c := range all {
		do(c)
	}
}

// countdown tells whether something that counts down still holds. f.mu is held.
func countdown(n *int) bool {
	if *n > 0 {
		*n--
		return true
	}
	return false
}

// accept is a new connection to the gateway, until it ends.
func (f *Fake) accept(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	down := countdown(&f.gateway.noHandshake)
	silent := !down && countdown(&f.gateway.silent)
	f.counts.Connections++
	f.touch()
	f.mu.Unlock()
	if down {
		http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway)
		return
	}
	if q := r.URL.Query(); q.Get("encoding") != "json" || q.Get("v") != "9" && q.Get("v") != "10" {
		f.note("a gateway connection with the query %q", r.URL.RawQuery)
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(f.quit)
	defer cancel()
	c := &conn{ws: ws, wake: make(chan struct{}, 1)}
	f.mu.Lock()
	f.conns[c] = true
	f.mu.Unlock()
	f.work.Go(func() { c.write(ctx) })
	if !silent {
		c.send(must(json.Marshal(map[string]any{"op": 10, "d": map[string]any{"heartbeat_interval": f.o.Heartbeat.Milliseconds()}})))
	}
	code := f.read(ctx, c)
	ws.CloseNow()
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.conns, c)
	for i, s := range f.sessions {
		if s.conn != c {
			continue
		}
		s.conn, s.lost = nil, f.now()
		if (code == 1000 || code == 1001) && !c.over.Load() {
			f.sessions = append(f.sessions[:i:i], f.sessions[i+1:]...)
		}
		break
	}
	f.touch()
}

// read takes what a bot sends until the connection ends, and gives the code with which the bot closed it.
func (f *Fake) read(ctx context.Context, c *conn) int {
	for {
		_, b, err := c.ws.Read(ctx)
		if err != nil {
			return int(websocket.CloseStatus(err))
		}
		var frame struct {
			Op int
			D  json.RawMessage
		}
		if json.Unmarshal(b, &frame) != nil {
			c.close(4002)
			continue
		}
		f.mu.Lock()
		f.frame(c, frame.Op, frame.D)
		f.touch()
		f.mu.Unlock()
	}
}

// frame handles what came. f.mu is held.
func (f *Fake) frame(c *conn, op int, d []byte) {
	switch op {
	case 1:
		if !f.gateway.noAcks {
			c.send([]byte(`{"op":11}`))
		}
	case 2:
		f.identify(c, d)
	case 6:
		f.resume(c, d)
	default:
		f.violate("a gateway frame of op %d", op)
		c.close(4001)
	}
}
