package discord

import (
	"strconv"
	"strings"

	"rewoo/bot"
	"rewoo/flows"
)

const (
	maxText    = 2000
	maxButtons = 10 // more choices become a list
	maxButton  = 38 // characters of a button's label that are shown
	maxRows    = 5
	perRow     = 5
	maxOptions = 25
	maxOption  = 100
	maxHolder  = 150
	maxLabel   = 80
	maxTitle   = 45
	maxID      = 100
	maxInput   = 4000

	suppressEmbeds = 1 << 2
	ephemeral      = 1 << 6
)

// look is what rendering depends on besides the message.
type look struct {
	FreeText bool
	Lines    bot.Lines
}

// part is one message of Discord.
type part struct {
	Content    string
	Components []component
	Image      *flows.Image
}

type component struct {
	Type        int         `json:"type"` // 1 row, 2 button, 3 list, 4 input
	Style       int         `json:"style,omitempty"`
	CustomID    string      `json:"custom_id,omitempty"`
	Label       string      `json:"label,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	Options     []option    `json:"options,omitempty"`
	MinLength   int         `json:"min_length,omitempty"`
	MaxLength   int         `json:"max_length,omitempty"`
	Required    *bool       `json:"required,omitempty"`
	Components  []component `json:"components,omitempty"`
}

type option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// mentions says that nobody is to be mentioned.
type mentions struct {
	Parse []string `json:"parse"`
}

type attachment struct {
	ID          string `json:"id"` // of the file in this request, from 0
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
}

// messageBody is a message as a request says it.
type messageBody struct {
	Content     string       `json:"content"`
	Components  []component  `json:"components,omitempty"`
	Mentions    mentions     `json:"allowed_mentions"`
	Flags       int          `json:"flags,omitempty"`
	Nonce       string       `json:"nonce,omitempty"`
	Enforce     bool         `json:"enforce_nonce,omitempty"`
	Attachments []attachment `json:"attachments,omitempty"`
}

func (p part) body(nonce string) messageBody {
	b := messageBody{
		Content: p.Content, Components: p.Components, Mentions: mentions{Parse: []string{}}, Flags: suppressEmbeds,
		Nonce: nonce, Enforce: nonce != "",
	}
	if p.Image != nil {
		b.Attachments = []attachment{{ID: "0", Filename: fileName(p.Image), Description: clip(p.Image.Alt, 1024)}}
	}
	return b
}

func mistake(code string) *bot.SendError { return &bot.SendError{Class: bot.Invalid, Code: code} }

// render turns a message into those of Discord: the picture with the first, what can be tapped under the last. Its
// error is a *bot.SendError.
func render(m flows.Message, l look) ([]part, error) {
	var parts []part
	for _, body := range bot.Split(m.Body, maxText, width) {
		var texts []string
		for _, b := range body {
			texts = append(texts, block(b))
		}
		if content := strings.Join(texts, "\n"); strings.TrimSpace(content) != "" {
			parts = append(parts, part{Content: content})
		}
	}
	if m.Image != nil && len(m.Image.Bytes) > 0 {
		if len(parts) == 0 {
			parts = []part{{}}
		}
		parts[0].Image = m.Image
	}
	if len(parts) == 0 {
		return nil, mistake("empty")
	}
	for _, p := range parts {
		if bot.UTF16Len(p.Content) > maxText {
			return nil, mistake("too long")
		}
	}
	rows, err := controls(m, l)
	if err != nil {
		return nil, err
	}
	parts[len(parts)-1].Components = rows
	return parts, nil
}

// controls are the rows under a message.
func controls(m flows.Message, l look) ([]component, error) {
	for _, c := range m.Choices {
		if c.Action == "" || bot.UTF16Len(c.Action) > maxID || strings.HasPrefix(c.Action, openPrefix) || strings.HasPrefix(c.Action, formPrefix) || strings.HasPrefix(c.Action, listPrefix) {
			return nil, mistake("action")
		}
	}
	rows := buttons(m.Choices)
	if asList(m.Choices) {
		rows = lists(m.Choices, l.Lines.PickOne)
	}
	if m.Form != nil && l.FreeText {
		id := openID(*m.Form)
		if m.Form.Action == "" || len(id) > maxID {
			return nil, mistake("form")
		}
		write := component{Type: 2, Style: 1, CustomID: id, Label: clip(named(l.Lines.Write, "…"), maxLabel)}
		rows = append(rows, component{Type: 1, Components: []component{write}})
	}
	if len(rows) > maxRows {
		return nil, mistake("choices")
	}
	return rows, nil
}

// asList tells whether choices are too many or too long for buttons.
func asList(choices []flows.Choice) bool {
	for _, c := range choices {
		if bot.UTF16Len(c.Label) > maxButton {
			return true
		}
	}
	return len(choices) > maxButtons
}

// named is s, or what a choice without a name shows: Discord refuses an empty one.
func named(s, or string) string {
	if strings.TrimSpace(s) == "" {
		return or
	}
	return s
}

func buttons(choices []flows.Choice) (rows []component) {
	if len(choices) == 0 {
		return nil
	}
	each := (len(choices) + perRow - 1) / perRow // rows
	each = (len(choices) + each - 1) / each      // and so many in each
	for i, c := range choices {
		if i%each == 0 {
			rows = append(rows, component{Type: 1})
		}
		row := &rows[len(rows)-1]
		row.Components = append(row.Components, component{Type: 2, Style: 2, CustomID: c.Action, Label: named(c.Label, c.ID)})
	}
	return rows
}

func lists(choices []flows.Choice, holder string) (rows []component) {
	for i, c := range choices {
		if i%maxOptions == 0 {
			list := component{Type: 3, CustomID: listPrefix + strconv.Itoa(len(rows)), Placeholder: clip(holder, maxHolder)}
			rows = append(rows, component{Type: 1, Components: []component{list}})
		}
		list := &rows[len(rows)-1].Components[0]
		list.Options = append(list.Options, option{Label: clip(named(c.Label, c.ID), maxOption), Value: c.Action})
	}
	return rows
}
