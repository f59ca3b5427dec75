package faketelegram

import (
	"encoding/json"
	"fmt"
	"time"
)

// Request is a call of the bot's.
type Request struct {
	Method string
	Values map[string]string // of a JSON body: strings as they are, the rest as JSON. Of a file: "file:" and its name
	Files  map[string]int    // sizes
	JSON   bool
	At     time.Time
	Code   int // the answer; 0: none was given
}

// inspect lets Check see what leaves. s.mu is held.
func (s *Server) inspect(direction, method string, raw []byte) {
	if s.o.Check == nil {
		return
	}
	var body any
	if err := json.Unmarshal(raw, &body); err != nil {
		panic(err)
	}
	s.check(direction, method, body)
}

// check collects what Check refuses. s.mu is held.
func (s *Server) check(direction, method string, body any) {
	if s.o.Check == nil {
		return
	}
	if err := s.o.Check(direction, method, body); err != nil {
		s.violations = append(s.violations, fmt.Sprintf("%s %s: %v", direction, method, err))
	}
}

// Violations is what Check refused so far; it is forgotten.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.violations
	s.violations = nil
	return out
}

func (s *Server) note(method string, p params) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[method]++
	s.check("request", method, p.body())
	if s.o.Lean {
		return -1
	}
	s.requests = append(s.requests, Request{Method: method, Values: p.values, Files: p.files, JSON: p.json != nil, At: s.o.Now()})
	return len(s.requests) - 1
}

func (s *Server) code(at, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at >= 0 {
		s.requests[at].Code = max(code, 200)
	}
}

// Requests lists the calls so far of one method, or of all: "".
func (s *Server) Requests(method string) (out []Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		if method == "" || r.Method == method {
			out = append(out, r)
		}
	}
	return out
}

// Calls tells how often a method was called.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}
