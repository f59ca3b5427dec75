package fakediscord

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxContent = 2000
	nonceLives = 5 * time.Minute
	maxFile    = 10 << 20
)

// message is one message of a channel.
type message struct {
	id, author  string
	bot         bool
	content     string
	components  []Component
	flags       int
	at          time.Time
	edited      time.Time
	deleted     bool
	loading     bool
	nonce       string
	file        *file
	interaction *Interaction         // what it answers
	change      func(map[string]any) // what Post wants to be different
}

type file struct {
	id, name, alt string
	data          []byte
}

func (m *message) seen() Message {
	out := Message{
		ID: m.id, FromBot: m.bot, Content: m.content, Components: slices.Clone(m.components), Flags: m.flags, Deleted: m.deleted,
		Edited: !m.edited.IsZero(), Ephemeral: m.flags&64 != 0, Loading: m.loading, Nonce: m.nonce,
	}
	if m.file != nil {
		out.Image, out.Alt = m.file.data, m.file.alt
	}
	return out
}

// length is the larger of what Discord may count.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf8.RuneLen(r)-2) // 2 beyond the basic plane
	}
	return n
}

func within(s string, least, most int) bool { return length(s) >= least && length(s) <= most }

// body is what a request says about a message.
type body struct {
	json []byte
	file []byte
	name string // of the file
}

type messageFields struct {
	Content      *string
	Components   *[]Component
	Flags        int
	Nonce        json.RawMessage
	EnforceNonce bool            `json:"enforce_nonce"`
	Mentions     json.RawMessage `json:"allowed_mentions"`
	Attachments  []struct {
		ID          json.RawMessage
		Filename    string
		Description string
	}
}

// newMessage reads and checks a message. within names the field that holds it, "" for none. f.mu is held.
func (f *Fake) newMessage(raw []byte, within string, files ...body) (*message, reply) {
	if within != "" {
		var outer map[string]json.RawMessage
		if json.Unmarshal(raw, &outer) != nil || outer[within] == nil {
			return nil, refuse(http.StatusBadRequest, 50006, "Cannot send an empty message")
		}
		raw = outer[within]
	}
	var in messageFields
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	m := &message{flags: in.Flags}
	if in.Content != nil {
		m.content = strings.TrimSpace(*in.Content)
	}
	if strings.Contains(string(in.Nonce), `"`) {
		m.nonce, _ = strconv.Unquote(string(in.Nonce))
	}
	if len(m.nonce) > 25 {
		return nil, invalid("nonce", "Must be 25 or fewer in length.")
	}
	f.mentions(in)
	if in.Components != nil {
		m.components = *in.Components
		if flaw := componentsFlaw(m.components); flaw != "" {
			return nil, invalid("components", flaw)
		}
	}
	for _, b := range files {
		if b.file == nil {
			continue
		}
		if len(b.file) > maxFile {
			return nil, refuse(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
		}
		m.file = &file{id: f.snowflake(), name: b.name, data: b.file}
		if len(in.Attachments) == 1 {
			m.file.alt = in.Attachments[0].Description
		}
	}
	switch {
	case length(m.content) > maxContent:
		return nil, invalid("content", "Must be 2000 or fewer in length.")
	case m.content == "" && m.file == nil:
		return nil, refuse(http.StatusBadRequest, 50006, "Cannot send an empty message")
	}
	return m, reply{}
}

// mentions must be off in all that the bot writes.
func (f *Fake) mentions(in messageFields) {
	if in.Content == nil || *in.Content == "" {
		return
	}
	var a struct{ Parse *[]string }
	if json.Unmarshal(in.Mentions, &a) != nil || a.Parse == nil || len(*a.Parse) > 0 {
		f.violate("a message that may mention somebody")
	}
}

// create is POST /channels/{id}/messages. f.mu is held.
func (f *Fake) create(ch *channel, b body) reply {
	if r := f.reachable(ch.person); r.status != 0 {
		return r
	}
	m, r := f.newMessage(b.json, "", b)
	if r.status != 0 {
		return r
	}
	var in messageFields
	json.Unmarshal(b.json, &in)
	if m.nonce != "" && in.EnforceNonce {
		for _, in := range f.channels { // a nonce is its author's, in whatever channel
			for _, old := range in.messages {
				if old.bot && old.nonce == m.nonce && f.now().Sub(old.at) <= nonceLives {
					return reply{status: http.StatusOK, body: f.messageJSON(in, old)}
				}
			}
		}
	}
	m.id, m.author, m.bot, m.at = f.snowflake(), BotID, true, f.now()
	ch.messages = append(ch.messages, m)
	f.touch()
	raw := f.messageJSON(ch, m)
	f.dispatch("MESSAGE_CREATE", intentDM, raw) // the bot hears itself
	return reply{status: http.StatusOK, body: raw}
}

// edit is PATCH of one of the bot's messages. f.mu is held.
func (f *Fake) edit(ch *channel, m *message, b body) reply {
	var in messageFields
	if err := json.Unmarshal(b.json, &in); err != nil {
		return refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if in.Content == nil && !m.loading { // what is not named stays
		in.Content = &m.content
		in.Mentions = json.RawMessage(`{"parse":[]}`)
	}
	keep := m.components
	whole, r := f.newMessage(must(json.Marshal(map[string]any{
		"content": in.Content, "components": in.Components, "flags": in.Flags, "allowed_mentions": in.Mentions, "attachments": in.Attachments,
	})), "", b)
	if r.status != 0 {
		return r
	}
	m.content, m.loading, m.edited = whole.content, false, f.now()
	if m.components = keep; in.Components != nil {
		m.components = whole.components
	}
	if whole.file != nil {
		m.file = whole.file
	}
	f.touch()
	raw := f.messageJSON(ch, m)
	f.dispatch("MESSAGE_UPDATE", intentDM, raw)
	return reply{status: http.StatusOK, body: raw}
}

// reachable tells whether the bot may write to p. f.mu is held.
func (f *Fake) reachable(p *Person) reply {
	switch {
	case p.left:
		return refuse(http.StatusForbidden, 50278, "Cannot send messages to this user due to having no mutual guilds")
	case p.blocked:
		return refuse(http.StatusForbidden, 50007, "Cannot send messages to this user")
	}
	return reply{}
}

// list is GET /channels/{id}/messages: the limit messages that follow after, newest first. f.mu is held.
func (f *Fake) list(ch *channel, after string, limit int) reply {
	out := []json.RawMessage{}
	for _, m := range ch.messages {
		if !m.deleted && m.flags&64 == 0 && newer(m.id, after) && len(out) < limit {
			out = append(out, f.messageJSON(ch, m))
		}
	}
	slices.Reverse(out)
	return reply{status: http.StatusOK, body: must(json.Marshal(out))}
}

func newer(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }
