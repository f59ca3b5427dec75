package faketelegram

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

// ID is their number.
func (u *User) ID() int64 { return u.id }

// Speaks sets the language of their app; "": it does not say.
func (u *User) Speaks(code string) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	u.s.chats[u.id].language = code
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
