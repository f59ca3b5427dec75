package fakediscord

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrNoButton says that nothing with that label can be tapped.
var ErrNoButton = errors.New("fakediscord: no such button")

// Strange lets something of a shape that nobody knows come from them. It is not kept in the chat.
func (p *Person) Strange() {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	p.f.dispatchRaw("MESSAGE_CREATE", must(json.Marshal(map[string]any{
		"id": p.f.snowflake(), "channel_id": p.f.dm(p).id, "author": userJSON(p.ID), "content": map[string]any{"new": "shape"},
		"components": []any{map[string]any{"type": 999}},
	})))
}

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

// Again delivers an interaction once more, as a resumed session may.
func (p *Person) Again(i *Interaction) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	p.f.dispatchRaw("INTERACTION_CREATE", i.json(nil))
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

// Write taps the newest blue button, which opens a form, and sends that with text. It waits for the form, for up to five
// seconds of real time.
func (p *Person) Write(text string) (*Interaction, error) {
	p.f.mu.Lock()
	label := ""
	if p.channel != nil {
		for _, m := range p.channel.messages {
			for _, row := range m.components {
				for _, c := range row.Components {
					if c.Type == 2 && c.Style == 1 && !m.deleted {
						label = c.Label
					}
				}
			}
		}
	}
	p.f.mu.Unlock()
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
