package fakediscord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	answerWithin = 3 * time.Second
	tokenLives   = 15 * time.Minute
)

// Interaction is a tap, a command or a form that was sent.
type Interaction struct {
	f        *Fake
	ID       string
	Token    string
	kind     int // 2 command, 3 component, 5 form
	person   *Person
	guild    string
	message  *message // the one tapped
	raw      map[string]any
	at       time.Time
	answer   int             // callback type; 0: none yet
	data     json.RawMessage // of the answer
	original *message        // what @original is
	answered time.Time
}

// Answer is the type of the first answer, 0 as long as there is none.
func (i *Interaction) Answer() int {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	return i.answer
}

// AnsweredAfter is how long the first answer took, by the clock of the fake.
func (i *Interaction) AnsweredAfter() time.Duration {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	return i.answered.Sub(i.at)
}

// Data is what the first answer said.
func (i *Interaction) Data() string {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	return string(i.data)
}

// Failed tells whether the app shows "interaction failed".
func (i *Interaction) Failed() bool {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	return i.answer == 0 && i.f.now().Sub(i.at) > answerWithin
}

// Original is the message that answers a command, if there is one and it was not deleted.
func (i *Interaction) Original() (Message, bool) {
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	if i.original == nil || i.original.deleted {
		return Message{}, false
	}
	return i.original.seen(), true
}

// interaction begins one. f.mu is held.
func (f *Fake) interaction(p *Person, kind int, data map[string]any) *Interaction {
	i := &Interaction{f: f, ID: f.snowflake(), person: p, kind: kind, raw: data, at: f.now()}
	i.Token = "interaction-token-" + i.ID
	f.interactions[i.ID], f.tokens[i.Token] = i, i
	return i
}

// deliver hands i to the bot: through the gateway, or to its endpoint. f.mu is held.
func (f *Fake) deliver(i *Interaction, on []byte) {
	raw := i.json(on)
	if f.endpoint != "" {
		f.work.Go(func() { f.post(i, raw) })
		return
	}
	f.dispatch("INTERACTION_CREATE", 0, raw)
}

func (i *Interaction) json(on []byte) []byte {
	user := userJSON(i.person.ID)
	d := map[string]any{
		"id": i.ID, "application_id": AppID, "type": i.kind, "token": i.Token, "version": 1, "data": i.raw,
		"locale": i.person.Locale, "app_permissions": "0", "entitlements": []any{}, "attachment_size_limit": 10485760,
		"authorizing_integration_owners": map[string]string{"1": i.person.ID},
	}
	if i.guild != "" {
		d["guild_id"], d["context"], d["channel_id"] = i.guild, 0, guildChannel
		d["channel"] = map[string]any{"id": guildChannel, "type": 0}
		d["member"] = map[string]any{"user": user, "roles": []string{}, "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false, "flags": 0, "permissions": "0"}
	} else {
		ch := i.f.dm(i.person)
		d["context"], d["channel_id"], d["user"] = 1, ch.id, user
		d["channel"] = map[string]any{"id": ch.id, "type": 1}
	}
	if on != nil {
		d["message"] = json.RawMessage(on)
	}
	return must(json.Marshal(d))
}

// callback is POST /interactions/{id}/{token}/callback. f.mu is held.
func (f *Fake) callback(id, token string, body []byte) reply {
	i := f.interactions[id]
	if i == nil || i.Token != token || f.now().Sub(i.at) > answerWithin && i.answer == 0 {
		return refuse(http.StatusNotFound, 10062, "Unknown interaction")
	}
	if i.answer != 0 {
		return refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	}
	return f.answer(i, body)
}

// answer takes the first answer to i, whichever way it came. f.mu is held.
func (f *Fake) answer(i *Interaction, body []byte) reply {
	var a struct {
		Type int
		Data json.RawMessage
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	switch {
	case a.Type == 6 && i.kind == 2, a.Type == 7 && i.kind == 2, a.Type == 9 && i.kind == 5,
		a.Type != 4 && a.Type != 5 && a.Type != 6 && a.Type != 7 && a.Type != 9:
		return invalid("type", fmt.Sprintf("an answer of type %d to an interaction of type %d", a.Type, i.kind))
	case a.Type == 9:
		if flaw := modalFlaw(a.Data); flaw != "" {
			return invalid("data", flaw)
		}
	case a.Type == 4 || a.Type == 5:
		m, r := f.newMessage(body, "data")
		if r.status != 0 && a.Type == 4 {
			return r
		}
		if m == nil {
			m = &message{}
		}
		m.id, m.author, m.bot, m.at, m.interaction = f.snowflake(), BotID, true, f.now(), i
		m.loading = a.Type == 5
		i.original = m
		if i.guild == "" {
			ch := f.dm(i.person)
			ch.messages = append(ch.messages, m)
		}
	default:
		i.original = i.message
	}
	i.answer, i.data, i.answered = a.Type, a.Data, f.now()
	f.touch()
	return reply{status: http.StatusNoContent}
}

// ofToken is the interaction whose token still lives. f.mu is held.
func (f *Fake) ofToken(app, token string) (*Interaction, reply) {
	i := f.tokens[token]
	switch {
	case i == nil || app != AppID:
		return nil, refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	case f.now().Sub(i.at) > tokenLives:
		return nil, refuse(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	case i.answer == 0 || i.answer == 9:
		return nil, refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	}
	return i, reply{}
}

// editOriginal is PATCH …/messages/@original. f.mu is held.
func (f *Fake) editOriginal(app, token string, b body) reply {
	i, r := f.ofToken(app, token)
	if i == nil {
		return r
	}
	if i.original == nil || i.original.deleted {
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	return f.edit(f.dm(i.person), i.original, b)
}

// deleteOriginal is DELETE …/messages/@original. f.mu is held.
func (f *Fake) deleteOriginal(app, token string) reply {
	i, r := f.ofToken(app, token)
	if i == nil {
		return r
	}
	if i.original == nil || i.original.deleted {
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	i.original.deleted = true
	f.touch()
	return reply{status: http.StatusNoContent}
}

func modalFlaw(data []byte) string {
	var m struct {
		CustomID   string `json:"custom_id"`
		Title      string
		Components []Component
	}
	if json.Unmarshal(data, &m) != nil {
		return "not a form"
	}
	switch {
	case !within(m.CustomID, 1, 100):
		return "custom_id"
	case !within(m.Title, 1, 45):
		return "title"
	case len(m.Components) < 1 || len(m.Components) > 5:
		return "1 to 5 rows"
	}
	for _, row := range m.Components {
		if row.Type != 1 || len(row.Components) != 1 {
			return "a row that does not hold one input"
		}
		in := row.Components[0]
		if in.Type != 4 || !within(in.CustomID, 1, 100) || !within(in.Label, 1, 45) || in.Style < 1 || in.Style > 2 ||
			in.MaxLength < 1 || in.MaxLength > 4000 || in.MinLength < 0 || in.MinLength > in.MaxLength {
			return "an input out of its limits"
		}
	}
	return ""
}
