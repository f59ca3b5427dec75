package telegram

import (
	"errors"
	"strings"

	"github.com/go-telegram/bot/models"

	"rewoo/bot"
	"rewoo/flows"
)

// What Telegram takes. Texts are counted in UTF-16 units, actions in bytes.
const (
	maxText    = 4096
	maxCaption = 1024
	maxAction  = 64
)

// errRender is a message that Telegram would refuse: a mistake of ours.
var errRender = errors.New("telegram: this message cannot be shown")

// part is one message of Telegram's.
type part struct {
	text     string // a caption if there is a photo
	entities []models.MessageEntity
	photo    *flows.Image
	keyboard [][]models.InlineKeyboardButton // nil: none
	protect  bool
}

// render turns a new message into the parts that show it, in order; the last one has the buttons. It is pure. A form
// is left out: the next thing that the person writes is its answer.
func render(m flows.Message) ([]part, error) {
	keyboard, err := layout(m.Choices)
	if err != nil {
		return nil, err
	}
	body := clean(m.Body)
	var parts []part
	if m.Image != nil {
		if len(m.Image.Bytes) == 0 {
			return nil, errRender
		}
		photo := part{photo: m.Image}
		switch all := bot.Split(body, maxText, width); {
		case len(all) == 0: // a photo has no field for words to be read aloud
			photo.text = cutAt(strings.TrimSpace(strings.ToValidUTF8(m.Image.Alt, "\ufffd")), maxCaption)
		case len(all) == 1 && lengthOf(all[0]) <= maxCaption:
			photo.text, photo.entities = plain(all[0])
			body = nil
		}
		parts = append(parts, photo)
	}
	for _, blocks := range bot.Split(body, maxText, width) {
		var p part
		if p.text, p.entities = plain(blocks); strings.TrimSpace(p.text) != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil, errRender
	}
	for i := range parts {
		parts[i].protect = m.Private
	}
	parts[len(parts)-1].keyboard = keyboard
	return parts, nil
}

func width(b flows.Block) int { return bot.UTF16Len(b.Text) }

func clean(body []flows.Block) []flows.Block {
	out := make([]flows.Block, 0, len(body))
	blank := true
	for _, b := range body {
		b.Text = strings.ToValidUTF8(b.Text, "\ufffd")
		blank = blank && strings.TrimSpace(b.Text) == ""
		out = append(out, b)
	}
	if blank {
		return nil
	}
	return out
}

func lengthOf(blocks []flows.Block) int {
	n := len(blocks) - 1
	for _, b := range blocks {
		n += width(b)
	}
	return n
}

// plain joins blocks and marks the quotes. Nothing in a text is ever read as markup.
func plain(blocks []flows.Block) (string, []models.MessageEntity) {
	var text strings.Builder
	var entities []models.MessageEntity
	at := 0
	for i, b := range blocks {
		if i > 0 {
			text.WriteByte('\n')
			at++
		}
		n := width(b)
		if b.Quote && strings.TrimSpace(b.Text) != "" {
			entities = append(entities, models.MessageEntity{Type: models.MessageEntityTypeBlockquote, Offset: at, Length: n})
		}
		text.WriteString(b.Text)
		at += n
	}
	return text.String(), entities
}

// layout puts short labels beside each other, in rows of about the same length, and long ones below each other.
func layout(choices []flows.Choice) ([][]models.InlineKeyboardButton, error) {
	if len(choices) == 0 {
		return nil, nil
	}
	widest := 0
	buttons := make([]models.InlineKeyboardButton, len(choices))
	for i, c := range choices {
		label, action := strings.ToValidUTF8(c.Label, "\ufffd"), strings.ToValidUTF8(c.Action, "")
		if strings.TrimSpace(label) == "" || action == "" || action != c.Action || len(action) > maxAction {
			return nil, errRender
		}
		widest = max(widest, bot.UTF16Len(label))
		buttons[i] = models.InlineKeyboardButton{Text: label, CallbackData: action}
	}
	row := 1
	switch {
	case widest <= 3:
		row = 5
	case widest <= 12:
		row = 3
	}
	lines := (len(buttons) + row - 1) / row
	var out [][]models.InlineKeyboardButton
	for i := range lines {
		n := len(buttons) / (lines - i)
		if len(buttons)%(lines-i) > 0 {
			n++
		}
		out, buttons = append(out, buttons[:n]), buttons[n:]
	}
	return out, nil
}

// cutAt is the first limit units of s.
func cutAt(s string, limit int) string {
	n := 0
	for i, r := range s {
		if n++; r > 0xffff {
			n++
		}
		if n > limit {
			return s[:i]
		}
	}
	return s
}
