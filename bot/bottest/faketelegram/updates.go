package faketelegram

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// How long Telegram keeps what nobody fetched.
const (
	keepTaps  = 150 * time.Second
	keepOther = 24 * time.Hour
)

// update waits in the queue until it is confirmed or too old.
type update struct {
	id    int64
	chat  int64
	kind  string
	raw   json.RawMessage
	until time.Time
}

// put queues an update. body is its only field, named kind. It gives the id, 0 if the bot does not want the kind.
// s.mu is held.
func (s *Server) put(chat int64, kind string, body any) int64 {
	if !s.wants(kind) {
		return 0
	}
	return s.enqueue(chat, kind, func(id int64) json.RawMessage {
		raw, err := json.Marshal(map[string]any{"update_id": id, kind: body})
		if err != nil {
			panic(err)
		}
		s.inspect("update", "", raw)
		return raw
	})
}

// enqueue gives out the next id. s.mu is held.
func (s *Server) enqueue(chat int64, kind string, raw func(id int64) json.RawMessage) int64 {
	u := &update{id: s.updateID, chat: chat, kind: kind, until: s.o.Now().Add(keepOther)}
	s.updateID++
	u.raw = raw(u.id)
	if kind == "callback_query" {
		u.until = s.o.Now().Add(keepTaps)
	}
	s.queue = append(s.queue, u)
	s.newest[chat] = u
	s.stirred(u)
	return u.id
}

func (s *Server) wants(kind string) bool {
	if s.allowed == nil {
		return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
	}
	return slices.Contains(s.allowed, kind)
}

// Repeat queues the newest update of theirs once more, as Telegram does when it did not hear that the bot had it.
func (u *User) Repeat() error {
	s := u.s
	s.mu.Lock()
	defer s.mu.Unlock()
	again := s.newest[u.id]
	if again == nil {
		return errors.New("nothing to repeat")
	}
	if !slices.Contains(s.queue, again) {
		s.queue = slices.Insert(s.queue, 0, again)
		s.stirred(again)
	}
	return nil
}

// stirred wakes pollers, and the webhook for what is to be delivered. s.mu is held.
func (s *Server) stirred(deliver ...*update) {
	close(s.stir)
	s.stir = make(chan struct{})
	s.dispatch(deliver)
}

// Jump makes id the next update_id, as happens after a quiet week.
func (s *Server) Jump(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updateID = id
}

// Raw queues an update of any shape: body is a JSON object without update_id. It gives the id.
func (s *Server) Raw(body string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enqueue(0, "raw", func(id int64) json.RawMessage {
		return json.RawMessage(`{"update_id":` + strconv.FormatInt(id, 10) + `,` + body[1:])
	})
}

// Element queues something that is an element of what getUpdates gives, and need be no update at all.
func (s *Server) Element(raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enqueue(0, "raw", func(int64) json.RawMessage { return json.RawMessage(raw) })
}

// Pending gives the ids of the updates that are not confirmed.
func (s *Server) Pending() (out []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	for _, u := range s.queue {
		out = append(out, u.id)
	}
	return out
}

// expire forgets what is too old. s.mu is held.
func (s *Server) expire() {
	now := s.o.Now()
	s.queue = slices.DeleteFunc(s.queue, func(u *update) bool { return !u.until.After(now) })
}

// confirm forgets everything before offset. One that lies outside of the queue confirms nothing unless it is the next
// id: then everything is. s.mu is held.
func (s *Server) confirm(offset int64) {
	at := slices.IndexFunc(s.queue, func(u *update) bool { return u.id+1 == offset }) + 1
	if at == 0 {
		at = slices.IndexFunc(s.queue, func(u *update) bool { return u.id >= offset })
	}
	if at > 0 {
		s.queue = slices.Clone(s.queue[at:])
	}
}

// getUpdates is a long poll.
func (s *Server) getUpdates(r *http.Request, p params) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook.url != "" {
		return failed(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if s.poller != nil {
		close(s.poller) // the later one wins
	}
	mine := make(chan struct{})
	s.poller = mine
	defer func() {
		if s.poller == mine {
			s.poller = nil
		}
	}()
	if _, ok := p.values["allowed_updates"]; ok {
		var kinds []string
		if !p.object("allowed_updates", &kinds) {
			return failed(400, "Bad Request: can't parse allowed_updates")
		}
		s.allowed = kinds
		if len(kinds) == 0 {
			s.allowed = nil
		}
	}
	if offset := p.number("offset"); offset > 0 {
		s.confirm(offset)
	} else if offset < 0 && int(-offset) < len(s.queue) {
		s.queue = slices.Clone(s.queue[len(s.queue)+int(offset):])
	}
	timeout := time.NewTimer(min(time.Duration(p.number("timeout"))*time.Second, 50*time.Second))
	defer timeout.Stop()
	for over := false; ; {
		s.expire()
		if len(s.queue) > 0 || over {
			a := ok(s.batch(int(p.number("limit"))))
			a.odd = slices.ContainsFunc(s.queue, func(u *update) bool { return u.kind == "raw" })
			return a
		}
		stir := s.stir
		s.mu.Unlock()
		select {
		case <-stir:
		case <-timeout.C:
			over = true
		case <-mine:
			s.mu.Lock()
			return failed(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
		case <-r.Context().Done():
			over = true
		case <-s.done:
			over = true
		}
		s.mu.Lock()
	}
}

// batch is the head of the queue. s.mu is held.
func (s *Server) batch(limit int) []json.RawMessage {
	if limit < 1 || limit > 100 {
		limit = 100
	}
	out := []json.RawMessage{}
	for _, u := range s.queue[:min(limit, len(s.queue))] {
		out = append(out, u.raw)
	}
	return out
}
