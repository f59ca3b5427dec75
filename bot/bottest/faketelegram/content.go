package faketelegram

import (
	"strings"
)

// fill reads content and buttons, and refuses what Telegram refuses.
func (m *Message) fill(method string, p params) *reply {
	bad := func(text string) *reply {
		a := failed(400, "Bad Request: "+text)
		return &a
	}
	text, entities, limit := "text", "entities", 4096
	if method == "sendPhoto" {
		text, entities, limit = "caption", "caption_entities", 1024
		m.Photo, m.PhotoSize = true, p.files["photo"]
		if m.PhotoSize == 0 || m.PhotoSize > 10<<20 {
			return bad("there is no photo in the request, or it is too big")
		}
	}
	var preview struct {
		Off bool `json:"is_disabled"`
	}
	if !p.object(entities, &m.Entities) || !p.object("link_preview_options", &preview) {
		return bad("can't parse entities")
	}
	m.NoPreview = preview.Off
	raw := p.values[text]
	if m.ParseMode = p.values["parse_mode"]; m.ParseMode != "" {
		return bad("can't parse entities: this server knows no markup")
	}
	for _, e := range m.Entities {
		if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units(raw) {
			return bad("can't parse entities: one lies outside of the text")
		}
	}
	m.Text = strings.TrimSpace(raw)
	lead := units(raw) - units(strings.TrimLeft(raw, " \t\r\n"))
	for i := range m.Entities {
		m.Entities[i].Offset -= lead
	}
	switch {
	case method == "sendMessage" && m.Text == "":
		return bad("message text is empty")
	case units(m.Text) > limit && method == "sendPhoto":
		return bad("message caption is too long")
	case units(m.Text) > limit:
		return bad("message is too long")
	}
	buttons, no := keyboard(p)
	m.Buttons, m.buttons = buttons, buttons
	return no
}

// keyboard reads an inline keyboard.
func keyboard(p params) ([][]Button, *reply) {
	var in struct {
		Rows [][]struct {
			Text string `json:"text"`
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	}
	bad := func(text string) ([][]Button, *reply) {
		a := failed(400, "Bad Request: "+text)
		return nil, &a
	}
	if !p.object("reply_markup", &in) {
		return bad("can't parse reply keyboard markup JSON object")
	}
	var out [][]Button
	n := 0
	for _, row := range in.Rows {
		var line []Button
		for _, b := range row {
			n++
			switch {
			case strings.TrimSpace(b.Text) == "":
				return bad("can't parse inline keyboard button: text must be non-empty")
			case len(b.Data) < 1 || len(b.Data) > 64:
				return bad("BUTTON_DATA_INVALID")
			case len(row) > 8 || n > 100:
				return bad("REPLY_MARKUP_TOO_LONG")
			}
			line = append(line, Button{b.Text, b.Data})
		}
		out = append(out, line)
	}
	return out, nil
}

func same(a, b [][]Button) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return false
		}
		for j := range a[i] {
			if a[i][j] != b[i][j] {
				return false
			}
		}
	}
	return true
}
