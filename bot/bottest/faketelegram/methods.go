package faketelegram

import (
	"net/http"
	"strings"
	"time"
)

// call does what a method does.
func (s *Server) call(r *http.Request, method string, p params) reply {
	switch method {
	case "getUpdates":
		return s.getUpdates(r, p)
	case "setWebhook":
		return s.setWebhook(p)
	case "deleteWebhook":
		return s.deleteWebhook(p)
	case "getWebhookInfo":
		return s.getWebhookInfo()
	case "getMe":
		me := s.me()
		me["can_join_groups"], me["can_read_all_group_messages"], me["supports_inline_queries"] = true, false, false
		return ok(me)
	case "sendMessage", "sendPhoto":
		return s.send(method, p)
	case "editMessageReplyMarkup", "editMessageText":
		return s.edit(method, p)
	case "deleteMessage":
		return s.remove(p)
	case "answerCallbackQuery":
		return s.acknowledge(r, p)
	case "sendChatAction":
		return ok(true)
	case "setMyCommands":
		return s.setCommands(p)
	case "getFile":
		return failed(400, "Bad Request: invalid file_id")
	}
	return failed(404, "Not Found: method not found")
}

func (s *Server) me() map[string]any {
	return map[string]any{"id": s.BotID(), "is_bot": true, "first_name": "rewoo", "username": s.o.Username}
}

// BotID is the bot's own number.
func (s *Server) BotID() int64 {
	id, _, _ := strings.Cut(s.o.Token, ":")
	return params{values: map[string]string{"id": id}}.number("id")
}

// reach finds the chat of a send, or says why it cannot be written to. s.mu is held.
func (s *Server) reach(p params) (*chat, *reply) {
	no := func(code int, text string) (*chat, *reply) {
		a := failed(code, text)
		return nil, &a
	}
	c := s.chats[p.chat()]
	switch {
	case p.values["chat_id"] == "":
		return no(400, "Bad Request: chat_id is empty")
	case c == nil:
		return no(400, "Bad Request: chat not found")
	case c.gone:
		return no(403, "Forbidden: user is deactivated")
	case !c.started && c.kind == "private":
		return no(403, "Forbidden: bot can't initiate conversation with a user")
	case c.blocked:
		return no(403, "Forbidden: bot was blocked by the user")
	}
	return c, nil
}

// send is sendMessage and sendPhoto.
func (s *Server) send(method string, p params) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, no := s.reach(p)
	if no != nil {
		return *no
	}
	m := &Message{Protected: p.yes("protect_content"), At: s.o.Now(), fromBot: true}
	if no = m.fill(method, p); no != nil {
		return *no
	}
	if no = s.limit(c, true); no != nil {
		return *no
	}
	s.messageID++
	m.ID = s.messageID
	c.add(m, s.o.Lean)
	return ok(s.shown(c, m))
}

// edit changes the text or the buttons of a message of the bot's.
func (s *Server) edit(method string, p params) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, no := s.reach(p)
	if no != nil {
		return *no
	}
	m := c.message(p.number("message_id"))
	if m == nil || m.Deleted || !m.fromBot {
		return failed(400, "Bad Request: message to edit not found")
	}
	buttons, no := keyboard(p)
	if no != nil {
		return *no
	}
	text := m.Text
	if method == "editMessageText" {
		edited := &Message{}
		if no := edited.fill("sendMessage", p); no != nil {
			return *no
		}
		text = edited.Text
	}
	if text == m.Text && same(buttons, m.Buttons) {
		return failed(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if no := s.limit(c, false); no != nil {
		return *no
	}
	m.Text, m.Buttons, m.Edited = text, buttons, m.Edited+1
	if buttons != nil {
		m.buttons = buttons
	}
	return ok(s.shown(c, m))
}

// remove is deleteMessage.
func (s *Server) remove(p params) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, no := s.reach(p)
	if no != nil {
		return *no
	}
	m := c.message(p.number("message_id"))
	switch {
	case m == nil || m.Deleted:
		return failed(400, "Bad Request: message to delete not found")
	case s.o.Now().Sub(m.At) >= 48*time.Hour:
		return failed(400, "Bad Request: message can't be deleted for everyone")
	}
	if no := s.limit(c, false); no != nil {
		return *no
	}
	m.Deleted = true
	return ok(true)
}

// query is a tap that waits for its answer.
type query struct {
	at       time.Time
	answered int
}

// acknowledge is answerCallbackQuery. The deadline is not documented; it is about 15 s.
func (s *Server) acknowledge(r *http.Request, p params) reply {
	s.mu.Lock()
	slow := s.slowAck
	s.mu.Unlock()
	if slow > 0 {
		s.sleep(r, slow)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[p.values["callback_query_id"]]
	if q == nil || s.o.Now().Sub(q.at) > keepTaps+15*time.Second {
		return failed(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
	}
	if units(p.values["text"]) > 200 {
		return failed(400, "Bad Request: MESSAGE_TOO_LONG")
	}
	q.answered++
	return ok(true)
}

// Answered tells how many taps there were, and how many of them the bot has answered.
func (s *Server) Answered() (taps, answered int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.queries {
		if q.answered > 0 {
			answered++
		}
	}
	return len(s.queries), answered
}

func (s *Server) setCommands(p params) reply {
	var list []struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	if p.values["commands"] == "" || !p.object("commands", &list) || len(list) > 100 {
		return failed(400, "Bad Request: can't parse commands list JSON object")
	}
	for _, c := range list {
		if len(c.Command) < 1 || len(c.Command) > 32 || strings.Trim(c.Command, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return failed(400, "Bad Request: BOT_COMMAND_INVALID")
		}
		if n := units(c.Description); n < 1 || n > 256 {
			return failed(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[p.values["scope"]+p.values["language_code"]] = p.values["commands"]
	return ok(true)
}
