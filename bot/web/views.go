package web

import (
	"context"
	"encoding/base64"
)

type personView struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

type stateView struct {
	Now    string       `json:"now"`
	People []personView `json:"people"`
	Author bool         `json:"author,omitempty"` // there is something for who writes conversations
}

func (p *Page) state(ctx context.Context) stateView {
	out := stateView{Now: stamp(p.Now()), Author: p.opts.Author != nil}
	for _, name := range names {
		out.People = append(out.People, personView{name, p.title(ctx, name)})
	}
	return out
}

type choiceView struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type imageView struct {
	Alt string `json:"alt"`
	Src string `json:"src"` // all of it, as a data URL
}

type messageView struct {
	ID      int          `json:"id"`
	Rev     int          `json:"rev"`
	At      string       `json:"at"`
	From    string       `json:"from"`
	Text    string       `json:"text"`
	Choices []choiceView `json:"choices"`
	Image   *imageView   `json:"image,omitempty"`
	Closed  bool         `json:"closed"`
	Deleted bool         `json:"deleted"`
}

func viewsOf(messages []message) map[string][]messageView {
	out := make([]messageView, 0, len(messages))
	for _, m := range messages {
		v := messageView{ID: m.id, Rev: m.rev, At: stamp(m.at), From: "me", Text: m.text, Choices: []choiceView{}, Closed: m.closed, Deleted: m.deleted}
		if m.bot {
			v.From = "bot"
		}
		if !m.deleted {
			for _, c := range m.choices {
				v.Choices = append(v.Choices, choiceView{c.ID, c.Label})
			}
		}
		if m.image != nil {
			v.Image = &imageView{m.image.Alt, "data:image/png;base64," + base64.StdEncoding.EncodeToString(m.image.Bytes)}
		}
		out = append(out, v)
	}
	return map[string][]messageView{"messages": out}
}
