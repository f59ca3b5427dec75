package faketelegram

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// chat is a private chat of the bot's, or a group that it is in.
type chat struct {
	id       int64
	kind     string // private, group, supergroup, channel
	started  bool   // the bot may write
	blocked  bool
	gone     bool // the account was deleted
	language string
	messages []*Message // of the bot's and of the people's
	rate     bucket
}

const leanMessages = 20

func (c *chat) add(m *Message, lean bool) {
	c.messages = append(c.messages, m)
	if lean && len(c.messages) > 2*leanMessages {
		c.messages = slices.Clone(c.messages[leanMessages:])
	}
}

func (c *chat) message(id int64) *Message {
	for _, m := range c.messages {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// Message is one in a chat, as its people see it.
type Message struct {
	ID        int64
	Text      string // or the caption
	Entities  []Entity
	Buttons   [][]Button // as they are now
	Photo     bool
	PhotoSize int
	Protected bool
	NoPreview bool
	ParseMode string
	Edited    int
	Deleted   bool
	At        time.Time
	fromBot   bool
	buttons   [][]Button // as they were last: an old screen may still show them
}

// Entity marks a part of a text, in UTF-16 units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

// Button is one that can be tapped.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// User is somebody with a phone.
type User struct {
	s  *Server
	id int64
}

// User is the person with this number, who speaks English and has not started the bot yet.
func (s *Server) User(id int64) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chatOf(id, "private")
	return &User{s, id}
}

// Group is a group that the bot is in. Its id is negative.
func (s *Server) Group(id int64, kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chatOf(id, kind)
}

func (s *Server) chatOf(id int64, kind string) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{id: id, kind: kind, language: "en"}
		s.chats[id] = c
	}
	return c
}

// ID is their number.
func (u *User) ID() int64 { return u.id }

// Speaks sets the language of their app; "": it does not say.
func (u *User) Speaks(code string) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	u.s.chats[u.id].language = code
}

func (s *Server) account(id int64) map[string]any {
	out := map[string]any{"id": id, "is_bot": false, "first_name": fmt.Sprint("Person ", id)}
	if c := s.chats[id]; c != nil && c.language != "" {
		out["language_code"] = c.language
	}
	return out
}

func (s *Server) chatJSON(c *chat) map[string]any {
	if c.kind == "private" {
		return map[string]any{"id": c.id, "type": "private", "first_name": fmt.Sprint("Person ", c.id)}
	}
	return map[string]any{"id": c.id, "type": c.kind, "title": "A group"}
}

// written makes a message of a person's, in a chat, with content. s.mu is held.
func (s *Server) written(from int64, c *chat, content map[string]any) map[string]any {
	s.messageID++
	text, _ := content["text"].(string)
	c.add(&Message{ID: s.messageID, Text: text, At: s.o.Now()}, s.o.Lean)
	out := map[string]any{"message_id": s.messageID, "from": s.account(from), "chat": s.chatJSON(c), "date": s.o.Now().Unix()}
	if c.kind == "channel" {
		delete(out, "from")
		out["sender_chat"] = s.chatJSON(c)
	}
	for k, v := range content {
		out[k] = v
	}
	return out
}

// shown is a message of the bot's as JSON. s.mu is held.
func (s *Server) shown(c *chat, m *Message) map[string]any {
	out := map[string]any{"message_id": m.ID, "from": s.me(), "chat": s.chatJSON(c), "date": max(m.At.Unix(), 1)}
	text, entities := "text", "entities"
	if m.Photo {
		text, entities = "caption", "caption_entities"
		out["photo"] = []any{map[string]any{"file_id": "photo", "file_unique_id": "photo", "width": 90, "height": 90}}
	}
	if m.Text != "" {
		out[text] = m.Text
	}
	if len(m.Entities) > 0 {
		out[entities] = m.Entities
	}
	if m.Buttons != nil {
		out["reply_markup"] = map[string]any{"inline_keyboard": m.Buttons}
	}
	if m.Protected {
		out["has_protected_content"] = true
	}
	if m.Edited > 0 {
		out["edit_date"] = max(s.o.Now().Unix(), 1)
	}
	return out
}

// Say writes text, after pressing START if that has not happened. It gives the update's id, 0 if the bot does not ask
// for messages.
func (u *User) Say(text string) int64 { return u.Send(map[string]any{"text": text}) }

// Start presses START on a link that carries payload; "" is the bare button.
func (u *User) Start(payload string) int64 {
	text := "/start"
	if payload != "" {
		text += " " + payload
	}
	return u.Send(map[string]any{"text": text, "entities": []Entity{{Type: "bot_command", Offset: 0, Length: len("/start")}}})
}

// Send writes a message with any content, see the Send functions.
func (u *User) Send(content map[string]any) int64 {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[u.id]
	u.s.unblock(c)
	return u.s.put(u.id, "message", u.s.written(u.id, c, content))
}

// unblock is what writing to a bot does. s.mu is held.
func (s *Server) unblock(c *chat) {
	c.started = true
	if c.blocked {
		c.blocked = false
		s.member(c, "kicked", "member")
	}
}

// Edit changes the text of the newest message that they wrote.
func (u *User) Edit(text string) int64 {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[u.id]
	for i := len(c.messages) - 1; i >= 0; i-- {
		if m := c.messages[i]; !m.fromBot {
			m.Text = text
			return u.s.put(u.id, "edited_message", map[string]any{
				"message_id": m.ID, "from": u.s.account(u.id), "chat": u.s.chatJSON(c), "date": max(m.At.Unix(), 1),
				"edit_date": max(u.s.o.Now().Unix(), 1), "text": text,
			})
		}
	}
	return 0
}

// Block stops the bot from writing to them.
func (u *User) Block() { u.turn(true) }

// Unblock lets it again.
func (u *User) Unblock() { u.turn(false) }

func (u *User) turn(blocked bool) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[u.id]
	if c.blocked == blocked {
		return
	}
	c.blocked = blocked
	if blocked {
		u.s.member(c, "member", "kicked")
	} else {
		u.s.member(c, "kicked", "member")
	}
}

// member tells that somebody blocked or unblocked the bot. s.mu is held.
func (s *Server) member(c *chat, before, now string) {
	as := func(status string) map[string]any {
		out := map[string]any{"status": status, "user": s.me()}
		if status == "kicked" {
			out["until_date"] = 0
		}
		return out
	}
	s.put(c.id, "my_chat_member", map[string]any{
		"chat": s.chatJSON(c), "from": s.account(c.id), "date": max(s.o.Now().Unix(), 1), "old_chat_member": as(before), "new_chat_member": as(now),
	})
}

// Vanish deletes their account.
func (u *User) Vanish() {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	u.s.chats[u.id].gone = true
}

// Messages is what they see of the bot's, in order of arrival: deleted ones too.
func (u *User) Messages() []Message { return u.s.Messages(u.id) }

// Messages is what the bot wrote in a chat.
func (s *Server) Messages(chat int64) (out []Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chats[chat]; c != nil {
		for _, m := range c.messages {
			if m.fromBot {
				out = append(out, *m)
			}
		}
	}
	return out
}

// Texts is the texts of what they see of the bot's and is not deleted.
func (u *User) Texts() (out []string) {
	for _, m := range u.Messages() {
		if !m.Deleted {
			out = append(out, m.Text)
		}
	}
	return out
}

// Press taps the newest button with this label. Only buttons that are there can be tapped.
func (u *User) Press(label string) error { return u.press(label, false) }

// PressOld taps it even if it has been taken away: their screen was old.
func (u *User) PressOld(label string) error { return u.press(label, true) }

func (u *User) press(label string, old bool) error {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[u.id]
	for i := len(c.messages) - 1; i >= 0; i-- {
		m := c.messages[i]
		rows := m.Buttons
		if old {
			rows = m.buttons
		}
		if m.Deleted && !old {
			continue
		}
		for _, row := range rows {
			for _, b := range row {
				if b.Text == label {
					u.s.tap(u.id, c, m, b.Data)
					return nil
				}
			}
		}
	}
	return errors.New("no such button")
}

// PressData taps with any data on the newest message of the bot's, as a modified app can.
func (u *User) PressData(data string) error {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[u.id]
	for i := len(c.messages) - 1; i >= 0; i-- {
		if c.messages[i].fromBot {
			u.s.tap(u.id, c, c.messages[i], data)
			return nil
		}
	}
	return errors.New("no message to tap on")
}

// tap queues a callback. s.mu is held.
func (s *Server) tap(from int64, c *chat, m *Message, data string) {
	id := fmt.Sprint(c.id, "-", s.updateID)
	s.queries[id] = &query{at: s.o.Now()}
	s.put(c.id, "callback_query", map[string]any{
		"id": id, "from": s.account(from), "message": s.shown(c, m), "chat_instance": fmt.Sprint(c.id*7 + 1), "data": data,
	})
}

// GroupSay writes text in a group, as the person.
func (u *User) GroupSay(group int64, text string) int64 {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[group]
	kind := "message"
	if c.kind == "channel" {
		kind = "channel_post"
	}
	return u.s.put(group, kind, u.s.written(u.id, c, map[string]any{"text": text}))
}

// GroupPress taps with any data on the newest message of the bot's in a group.
func (u *User) GroupPress(group int64, data string) error {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	c := u.s.chats[group]
	for i := len(c.messages) - 1; i >= 0; i-- {
		if c.messages[i].fromBot {
			u.s.tap(u.id, c, c.messages[i], data)
			return nil
		}
	}
	return errors.New("no message to tap on")
}
