package telegram

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"rewoo/flows"
)

// update is what an update means to us. At most one of ev, group and nothing at all; callback may come with each.
type update struct {
	id       int64
	person   string       // whose lane it goes on; "": nobody's
	ev       *flows.Event // without its ID; nil: nothing that the engine should hear
	callback string       // a tap to be answered, with or without an event
	group    int64        // somebody spoke in this group
}

// errNoID is an update that cannot be confirmed, since nobody can say which it is.
var errNoID = errors.New("an update without a readable id")

// What we read of an update. Nothing else is decoded, so no file, place or contact is ever in a variable of ours.
type (
	rawUpdate struct {
		Message  *rawMessage  `json:"message"`
		Edited   *rawMessage  `json:"edited_message"`
		Callback *rawCallback `json:"callback_query"`
		Member   *rawMember   `json:"my_chat_member"`
	}
	rawMessage struct {
		From *rawUser `json:"from"`
		Chat rawChat  `json:"chat"`
		Text *string  `json:"text"`
		// Unix seconds, whatever shape they have.
		Date   json.RawMessage `json:"date"`
		Edited json.RawMessage `json:"edit_date"`
		// What Telegram itself notes in a private chat: nobody wrote it.
		Pinned     json.RawMessage `json:"pinned_message"`
		AutoDelete json.RawMessage `json:"message_auto_delete_timer_changed"`
		Write      json.RawMessage `json:"write_access_allowed"`
		Background json.RawMessage `json:"chat_background_set"`
		Website    json.RawMessage `json:"connected_website"`
	}
	rawCallback struct {
		ID      string      `json:"id"`
		From    *rawUser    `json:"from"`
		Message *rawMessage `json:"message"`
		Data    string      `json:"data"`
	}
	rawMember struct {
		From *rawUser `json:"from"`
		Chat rawChat  `json:"chat"`
		New  struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	}
	rawUser struct {
		ID       int64  `json:"id"`
		IsBot    bool   `json:"is_bot"`
		Language string `json:"language_code"`
	}
	rawChat struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	}
)

// convert reads one update. It is pure. Its only error is errNoID: what it does not understand becomes Other if it is
// clear who sent it, and nothing if not. The text of a decoder's error never leaves it: it quotes people.
func convert(raw []byte) (update, error) {
	var head struct {
		ID *int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil || head.ID == nil || *head.ID < 0 {
		return update{}, errNoID
	}
	u := update{id: *head.ID}
	var in rawUpdate
	odd := json.Unmarshal(raw, &in) != nil // the fields that fit are there even then
	switch {
	case in.Message != nil:
		u.message(in.Message, odd)
	case in.Edited != nil:
		u.edited(in.Edited)
	case in.Callback != nil:
		u.pressed(in.Callback)
	case in.Member != nil:
		u.member(in.Member)
	}
	return u, nil
}

func (u *update) message(m *rawMessage, odd bool) {
	switch {
	case !human(m.From):
	case m.Chat.Type == "group" || m.Chat.Type == "supergroup":
		u.group = m.Chat.ID
	case m.Chat.Type != "private" || m.notice():
	case m.Text == nil || odd:
		u.set(flows.Other, m.From)
		u.ev.Sent = moment(m.Date)
	default:
		u.set(flows.Said, m.From)
		u.ev.Sent, u.ev.Text = moment(m.Date), command(*m.Text)
	}
}

func (u *update) edited(m *rawMessage) {
	if human(m.From) && m.Chat.Type == "private" {
		u.set(flows.Other, m.From)
		u.ev.Sent = moment(m.Edited)
	}
}

// pressed: a tap in a group or on an inline message is answered, so that its wheel stops, and means nothing.
func (u *update) pressed(c *rawCallback) {
	u.callback = c.ID
	if human(c.From) && c.Message != nil && c.Message.Chat.Type == "private" && c.Data != "" {
		u.set(flows.Pressed, c.From)
		u.ev.Action = c.Data
	}
}

func (u *update) member(m *rawMember) {
	if !human(m.From) || m.Chat.Type != "private" {
		return
	}
	switch m.New.Status {
	case "kicked":
		u.set(flows.Gone, m.From)
	case "member":
		u.set(flows.Back, m.From)
	}
}

func (u *update) set(kind flows.Kind, from *rawUser) {
	u.person = strconv.FormatInt(from.ID, 10)
	u.ev = &flows.Event{Kind: kind, From: flows.Address{Platform: Platform, User: u.person, Chat: u.person}, Locale: locale(from.Language)}
}

// moment is a time in Unix seconds; zero if it is none.
func moment(raw json.RawMessage) time.Time {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

func human(u *rawUser) bool { return u != nil && u.ID > 0 && !u.IsBot }

// notice tells what Telegram wrote from what the person wrote.
func (m *rawMessage) notice() bool {
	return m.Pinned != nil || m.AutoDelete != nil || m.Write != nil || m.Background != nil || m.Website != nil
}

// command turns "/help@OurBot" into "/help", which some apps write even here.
func command(text string) string {
	if !strings.HasPrefix(text, "/") {
		return text
	}
	word, rest := text, ""
	if i := strings.IndexAny(text, " \n\t"); i >= 0 {
		word, rest = text[:i], text[i:]
	}
	word, _, _ = strings.Cut(word, "@")
	return word + rest
}

var localeForm = regexp.MustCompile(`^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}$`)

// locale is a language tag, or "" if it is not in the form of one.
func locale(tag string) string {
	if tag = strings.ToLower(tag); localeForm.MatchString(tag) {
		return tag
	}
	return ""
}
