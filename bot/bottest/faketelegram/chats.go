package faketelegram

import (
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

func (s *Server) chatOf(id int64, kind string) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{id: id, kind: kind, language: "en"}
		s.chats[id] = c
	}
	return c
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
