package faketelegram

import (
	"errors"
	"fmt"
	"time"
)

// Press taps the newest button with this label. Only buttons that are there can be tapped.
func (u *User) Press(label string) error { return u.press(label, false, false) }

// PressOld taps it even if it has been taken away: their screen was old.
func (u *User) PressOld(label string) error { return u.press(label, true, false) }

// PressLate taps like PressOld, and the tap is under way for so long that it can no longer be answered.
func (u *User) PressLate(label string) error { return u.press(label, true, true) }

func (u *User) press(label string, old, late bool) error {
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
					if q := u.s.tap(u.id, c, m, b.Data); late {
						q.at = q.at.Add(-time.Hour)
					}
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
func (s *Server) tap(from int64, c *chat, m *Message, data string) *query {
	id := fmt.Sprint(c.id, "-", s.updateID)
	q := &query{at: s.o.Now()}
	s.queries[id] = q
	s.put(c.id, "callback_query", map[string]any{
		"id": id, "from": s.account(from), "message": s.shown(c, m), "chat_instance": fmt.Sprint(c.id*7 + 1), "data": data,
	})
	return q
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
