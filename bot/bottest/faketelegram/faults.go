package faketelegram

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Fault is a way to fail. It strikes the calls that fit, Times of them; what it leaves empty happens as always.
type Fault struct {
	Method string        // "": sendMessage, sendPhoto, the edits and deleteMessage
	Chat   int64         // 0: any
	Times  int           // 0: once; -1: until Mend
	Slow   time.Duration // it takes that long before the call has an effect
	Late   time.Duration // and the answer that long after it
	Cut    bool          // the connection ends before the call has an effect
	Lost   bool          // and after it had its effect
	Status int           // refused with this code
	Text   string        // and this description
	After  int           // and this retry_after, in seconds
	HTML   bool          // as a page, the way a front server says it
	Body   string        // this body, with Status or 200, whatever it is
	Header http.Header   // headers of it
}

// The usual ones.
func Flood(chat int64, times, after int) Fault {
	return Fault{Chat: chat, Times: times, Status: 429, Text: fmt.Sprintf("Too Many Requests: retry after %d", after), After: after}
}
func Forbidden(chat int64, times int) Fault {
	return Fault{Chat: chat, Times: times, Status: 403, Text: "Forbidden: bot was blocked by the user"}
}
func BadRequest(chat int64, times int, text string) Fault {
	return Fault{Chat: chat, Times: times, Status: 400, Text: "Bad Request: " + text}
}
func Unauthorized(chat int64, times int) Fault {
	return Fault{Chat: chat, Times: times, Status: 401, Text: "Unauthorized"}
}
func BadGateway(chat int64, times int) Fault {
	return Fault{Chat: chat, Times: times, Status: 502, HTML: true}
}

// Fail adds a fault. Earlier ones strike first.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// SlowAck makes every answerCallbackQuery take d.
func (s *Server) SlowAck(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slowAck = d
}

var sends = map[string]bool{
	"sendMessage": true, "sendPhoto": true, "editMessageText": true, "editMessageReplyMarkup": true, "deleteMessage": true,
}

// fault is the first that fits; it is used up by one.
func (s *Server) fault(method string, chat int64) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if (f.Method == method || f.Method == "" && sends[method]) && (f.Chat == 0 || f.Chat == chat) {
			if f.Times--; f.Times == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			}
			out := *f
			return &out
		}
	}
	return nil
}

const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"

// spoils gives the wrong answer in place of the right one.
func (f *Fault) spoils(w http.ResponseWriter) bool {
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	switch {
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.Body != "":
		w.WriteHeader(max(f.Status, 200))
		fmt.Fprint(w, f.Body)
	case f.HTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		fmt.Fprint(w, page)
	case f.Status != 0:
		a := failed(f.Status, f.Text)
		if f.After > 0 {
			a.Parameters = &after{f.After}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(f.Status)
		json.NewEncoder(w).Encode(a)
	default:
		return false
	}
	return true
}
