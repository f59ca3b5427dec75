package fakediscord

import (
	"encoding/json"
	"strconv"
	"time"
)

const (
	intentDM     = 1 << 12
	sessionLives = 3 * time.Minute // after its connection was lost
)

// session is what IDENTIFY makes: it outlives its connection.
type session struct {
	id      string
	seq     int
	events  [][]byte // by seq, from 1
	intents int
	conn    *conn
	lost    time.Time // when the connection went
}

func (f *Fake) identify(c *conn, d []byte) {
	f.counts.Identifies++
	g := &f.gateway
	g.remaining--
	if g.remaining < 0 {
		f.violate("more IDENTIFYs than there were: Discord resets the token")
	}
	var in struct {
		Token    string
		Intents  int
		Compress bool
	}
	json.Unmarshal(d, &in)
	switch {
	case in.Token != f.o.Token && in.Token != "Bot "+f.o.Token:
		c.close(4004)
		return
	case in.Intents&^intentDM != 0:
		f.violate("intents %d, of which only direct messages are needed", in.Intents)
	case in.Compress:
		f.violate("a bot that asks for compression")
	}
	switch {
	case countdown(&g.early):
		c.send([]byte(`{"op":7,"d":null}`))
		return
	case countdown(&g.closeOn):
		c.close(g.code)
		return
	}
	s := &session{id: "session-" + strconv.Itoa(f.number()), intents: in.Intents, conn: c}
	f.sessions = append(f.sessions, s)
	s.deliver("READY", must(json.Marshal(map[string]any{
		"v": 9, "user": botJSON(), "guilds": []any{}, "session_id": s.id, "resume_gateway_url": f.gatewayURL(),
		"application": map[string]any{"id": AppID, "flags": 0}, "session_type": "normal", "private_channels": []any{},
	})))
	if countdown(&g.flap) {
		c.close(4000)
	}
}

func (f *Fake) resume(c *conn, d []byte) {
	f.counts.Resumes++
	var in struct {
		Session string `json:"session_id"`
		Seq     int
	}
	json.Unmarshal(d, &in)
	for _, s := range f.sessions {
		if s.id != in.Session || s.conn == nil && f.now().Sub(s.lost) > sessionLives || in.Seq > s.seq || countdown(&f.gateway.refuse) {
			continue
		}
		s.conn = c
		for _, frame := range s.events[in.Seq:] {
			c.send(frame)
		}
		s.deliver("RESUMED", []byte(`{"_trace":[]}`))
		return
	}
	c.send([]byte(`{"op":9,"d":false}`))
}

// deliver sends an event, or keeps it for a resume. f.mu is held.
func (s *session) deliver(name string, data []byte) {
	s.seq++
	frame := must(json.Marshal(map[string]any{"op": 0, "s": s.seq, "t": name, "d": json.RawMessage(data)}))
	s.events = append(s.events, frame)
	if s.conn != nil {
		s.conn.send(frame)
	}
}

// dispatch delivers to the sessions that asked for it. intent 0: to all. f.mu is held.
func (f *Fake) dispatch(name string, intent int, data []byte) {
	if f.o.Check.Event != nil {
		if err := f.o.Check.Event(name, data); err != nil {
			f.violate("event %s: %v", name, err)
		}
	}
	for _, s := range f.sessions {
		if intent == 0 || s.intents&intent != 0 {
			s.deliver(name, data)
		}
	}
	f.touch()
}

// dispatchRaw delivers what need not be right. f.mu is held.
func (f *Fake) dispatchRaw(name string, data []byte) {
	for _, s := range f.sessions {
		s.deliver(name, data)
	}
}
