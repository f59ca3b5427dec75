package fakediscord

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Person is somebody with an app. Their methods may be called from any goroutine.
type Person struct {
	f       *Fake
	ID      string
	Locale  string
	channel *channel
	blocked bool // 50007
	left    bool // 50278
}

// channel is the direct messages of the bot with one person.
type channel struct {
	id       string
	person   *Person
	messages []*message
	recent   []time.Time // of new messages of the bot, for the bucket
}

// User is the person with this id, which must be a snowflake. They have a server in common with the bot.
func (f *Fake) User(id string) *Person {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.user(id)
}

func (f *Fake) user(id string) *Person {
	p := f.people[id]
	if p == nil {
		p = &Person{f: f, ID: id, Locale: "en-US"}
		f.people[id] = p
	}
	return p
}

// dm opens the direct messages with p. f.mu is held.
func (f *Fake) dm(p *Person) *channel {
	if p.channel == nil {
		p.channel = &channel{id: f.snowflake(), person: p}
		f.channels[p.channel.id] = p.channel
	}
	return p.channel
}

// Say writes text to the bot, and gives the id of the message.
func (p *Person) Say(text string) string { return p.Post(text, nil) }

// Post writes to the bot; change may alter the message as it is delivered and kept: attachments, stickers, its type.
func (p *Person) Post(text string, change func(map[string]any)) string {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	ch := p.f.dm(p)
	m := &message{id: p.f.snowflake(), author: p.ID, content: text, at: p.f.now(), change: change}
	ch.messages = append(ch.messages, m)
	p.f.dispatch("MESSAGE_CREATE", intentDM, p.f.messageJSON(ch, m))
	return m.id
}

// Block makes every send to them fail with 50007, and Unblock ends that. CloseDMs looks the same to a bot.
func (p *Person) Block()    { p.set(func() { p.blocked = true }) }
func (p *Person) CloseDMs() { p.Block() }

// Unblock lets the bot write again.
func (p *Person) Unblock() { p.set(func() { p.blocked = false }) }

// LeaveServer makes every send to them fail with 50278, and JoinServer ends that.
func (p *Person) LeaveServer() { p.set(func() { p.left = true }) }

// JoinServer is in a server with the bot again.
func (p *Person) JoinServer() { p.set(func() { p.left = false }) }

func (p *Person) set(change func()) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	change()
}

// Message is one message of the chat as its person sees it.
type Message struct {
	ID         string
	FromBot    bool
	Content    string
	Components []Component
	Flags      int
	Deleted    bool
	Edited     bool
	Ephemeral  bool // only they see it, until they close the app
	Loading    bool // "thinking …"
	Image      []byte
	Alt        string
	Nonce      string
}

// Messages gives all of them, oldest first.
func (p *Person) Messages() []Message {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	if p.channel == nil {
		return nil
	}
	var out []Message
	for _, m := range p.channel.messages {
		out = append(out, m.seen())
	}
	return out
}

// Received gives the texts of the bot that they see.
func (p *Person) Received() []string {
	var out []string
	for _, m := range p.Messages() {
		if m.FromBot && !m.Deleted && !m.Loading {
			out = append(out, m.Content)
		}
	}
	return out
}

// ErrNoButton says that nothing with that label can be tapped.
var ErrNoButton = errors.New("fakediscord: no such button")

// Press taps the newest button with this label, or picks the newest option of a list that has it.
func (p *Person) Press(label string) (*Interaction, error) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	if p.channel == nil {
		return nil, ErrNoButton
	}
	for _, m := range slices.Backward(p.channel.messages) {
		if m.deleted {
			continue
		}
		for _, row := range m.components {
			for _, c := range row.Components {
				if c.Type == 2 && c.Label == label && !c.Disabled {
					return p.tap(m, map[string]any{"component_type": 2, "custom_id": c.CustomID, "id": 1}), nil
				}
				for _, o := range c.Options {
					if o.Label == label {
						return p.tap(m, map[string]any{"component_type": 3, "custom_id": c.CustomID, "values": []string{o.Value}, "id": 1}), nil
					}
				}
			}
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoButton, label)
}

// Tap is what a changed app can do: any custom_id, on the newest message of the bot.
func (p *Person) Tap(customID string) *Interaction {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	for _, m := range slices.Backward(p.f.dm(p).messages) {
		if m.bot {
			return p.tap(m, map[string]any{"component_type": 2, "custom_id": customID, "id": 1})
		}
	}
	return p.tap(&message{id: p.f.snowflake(), author: BotID, bot: true, at: p.f.now()}, map[string]any{"component_type": 2, "custom_id": customID, "id": 1})
}

// tap begins an interaction with a component of m. f.mu is held.
func (p *Person) tap(m *message, data map[string]any) *Interaction {
	i := p.f.interaction(p, 3, data)
	i.message = m
	p.f.deliver(i, p.f.messageJSON(p.f.dm(p), m))
	return i
}

// Command uses a slash command in the direct messages. It need not be registered.
func (p *Person) Command(name string) *Interaction {
	return p.command(name, "")
}

// CommandInGuild uses a slash command in a server, before everybody.
func (p *Person) CommandInGuild(name string) *Interaction { return p.command(name, guildID) }

func (p *Person) command(name, guild string) *Interaction {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	i := p.f.interaction(p, 2, map[string]any{"id": "900000000000000009", "name": name, "type": 1})
	i.guild = guild
	p.f.deliver(i, nil)
	return i
}

// TapInGuild taps a button of somebody else's message in a server.
func (p *Person) TapInGuild(customID string) *Interaction {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	i := p.f.interaction(p, 3, map[string]any{"component_type": 2, "custom_id": customID, "id": 1})
	i.guild = guildID
	i.message = &message{id: p.f.snowflake(), author: BotID, bot: true, at: p.f.now()}
	p.f.deliver(i, p.f.messageJSON(&channel{id: guildChannel}, i.message))
	return i
}

// Write taps the newest button with this label, gets a form, and sends it with text. It waits for the form, for up to
// five seconds of real time.
func (p *Person) Write(label, text string) (*Interaction, error) {
	open, err := p.Press(label)
	if err != nil {
		return nil, err
	}
	p.f.Await(5*time.Second, func() bool { return open.Answer() != 0 })
	return p.Submit(open, text)
}

// Submit sends the form that open was answered with.
func (p *Person) Submit(open *Interaction, text string) (*Interaction, error) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	if open.answer != 9 {
		return nil, fmt.Errorf("fakediscord: no form came, but an answer of type %d", open.answer)
	}
	var form struct {
		CustomID   string `json:"custom_id"`
		Components []Component
	}
	if err := json.Unmarshal(open.data, &form); err != nil {
		return nil, err
	}
	in := form.Components[0].Components[0]
	if n := length(text); n > in.MaxLength || n < in.MinLength {
		return nil, fmt.Errorf("fakediscord: the app lets nobody send %d characters", n)
	}
	i := p.f.interaction(p, 5, map[string]any{"custom_id": form.CustomID, "components": []any{
		map[string]any{"type": 1, "id": 1, "components": []any{map[string]any{"type": 4, "id": 2, "custom_id": in.CustomID, "value": text}}},
	}})
	i.message = open.message
	p.f.deliver(i, p.f.messageJSON(p.f.dm(p), i.message))
	return i, nil
}
