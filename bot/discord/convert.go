package discord

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"rewoo/flows"
)

// what says what is to be done with something that came in.
type what int

const (
	nothing what = iota // not for us
	message             // an event
	tap                 // an event, and an interaction to be answered with a deferred update
	command             // an event, and an interaction to be answered with a message
	opening             // a tap that opens a form: no event
	foreign             // an interaction outside direct messages: one neutral line, no event
	ping                // over HTTP: "are you there?"
)

// incoming is one thing that came in.
type incoming struct {
	what  what
	event flows.Event
	id    string // the message's or the interaction's
	token string // the interaction's
	app   string
	form  flows.Form
}

type author struct {
	ID     string
	Bot    bool
	System bool
}

// wireMessage is as much of a message as is read.
type wireMessage struct {
	ID, Content string
	Channel     string `json:"channel_id"`
	Guild       string `json:"guild_id"`
	Webhook     string `json:"webhook_id"`
	Type        int
	Author      author
}

// ofMessage reads a message of a person. One of unknown shape is an event all the same, if it says whose it is.
func ofMessage(app string, raw []byte) incoming {
	var m wireMessage
	kind := flows.Said
	if json.Unmarshal(raw, &m) != nil {
		var least struct {
			ID      string
			Channel string `json:"channel_id"`
		}
		_ = json.Unmarshal(raw, &least) // what can be read of it
		m = wireMessage{ID: least.ID, Channel: least.Channel, Author: author{ID: personIn(raw, "author")}}
		kind = flows.Other
	}
	if !snowflake(m.ID) || !snowflake(m.Author.ID) || m.Author.Bot || m.Author.System || m.Guild != "" || m.Webhook != "" {
		return incoming{}
	}
	if m.Type != 0 && m.Type != 19 { // 19 is a reply; all others are made by the app: calls, pins, joins
		return incoming{}
	}
	if strings.TrimSpace(m.Content) == "" {
		kind = flows.Other // a file, a sticker, a forwarded message
	}
	in := incoming{what: message, id: m.ID, app: app, event: flows.Event{ID: eventID(app, "m", m.ID), Kind: kind, From: address(m.Author.ID, m.Channel), Sent: moment(m.ID)}}
	if kind == flows.Said {
		in.event.Text = m.Content
	}
	return in
}

// wireInteraction is as much of an interaction as is read.
type wireInteraction struct {
	ID, Token, Locale string
	Type              int
	App               string `json:"application_id"`
	Guild             string `json:"guild_id"`
	ChannelID         string `json:"channel_id"`
	Context           *int
	Channel           struct {
		ID   string
		Type *int
	}
	User   author
	Member struct{ User author }
	Data   json.RawMessage
}

type wireData struct {
	Name       string
	Type       int
	CustomID   string   `json:"custom_id"`
	Values     []string `json:"values"`
	Components []wireField
}

// wireField is a row, a label, or an input of a form that was sent.
type wireField struct {
	Value      string
	Components []wireField
	Component  *wireField
}

// ofInteraction reads an interaction.
func ofInteraction(app string, raw []byte) incoming {
	var i wireInteraction
	bad := json.Unmarshal(raw, &i) != nil
	if bad {
		var least struct{ ID, Token string }
		_ = json.Unmarshal(raw, &least)
		i = wireInteraction{ID: least.ID, Token: least.Token, User: author{ID: personIn(raw, "user")}}
	}
	in := incoming{id: i.ID, token: i.Token, app: i.App}
	if in.app == "" {
		in.app = app
	}
	switch {
	case i.Type == 1:
		in.what = ping
		return in
	case !snowflake(i.ID) || i.Token == "":
		return incoming{}
	case i.Guild != "" || i.Context != nil && *i.Context != 1 || i.Channel.Type != nil && *i.Channel.Type != 1 || !snowflake(i.User.ID) && snowflake(i.Member.User.ID):
		in.what = foreign
		return in
	case !snowflake(i.User.ID) || i.User.Bot || i.Type == 4:
		return incoming{}
	}
	if i.ChannelID == "" {
		i.ChannelID = i.Channel.ID
	}
	in.what = tap
	in.event = flows.Event{ID: eventID(app, "i", i.ID), Kind: flows.Other, From: address(i.User.ID, i.ChannelID), Locale: strings.ToLower(i.Locale), Sent: moment(i.ID)}
	var d wireData
	if bad || json.Unmarshal(i.Data, &d) != nil {
		return in
	}
	in.read(i.Type, d)
	return in
}

// read takes from the data of an interaction what was done.
func (in *incoming) read(kind int, d wireData) {
	ev := &in.event
	switch kind {
	case 2:
		in.what = command
		if d.Type <= 1 && d.Name != "" {
			ev.Kind, ev.Text = flows.Said, "/"+d.Name
		}
	case 3:
		action := d.CustomID
		if strings.HasPrefix(action, listPrefix) {
			action = ""
			if len(d.Values) > 0 {
				action = d.Values[0]
			}
		}
		if form, ok := parseOpen(action); ok {
			in.what, in.form = opening, form
			return
		}
		if action != "" && len(action) <= maxID {
			ev.Kind, ev.Action = flows.Pressed, action
		}
	case 5:
		action, ok := strings.CutPrefix(d.CustomID, formPrefix)
		if text, found := input(d.Components); ok && found && action != "" && len(action) <= maxID {
			ev.Kind, ev.Action, ev.Text = flows.Filled, action, text
		}
	}
}

// input finds the first thing that was typed, in rows or in labels.
func input(fields []wireField) (string, bool) {
	for _, f := range fields {
		if f.Value != "" {
			return f.Value, true
		}
		if f.Component != nil {
			f.Components = append(f.Components, *f.Component)
		}
		if s, ok := input(f.Components); ok {
			return s, true
		}
	}
	return "", false
}

// personIn reads who did something of which the rest cannot be read; "" when that cannot be either, or is a bot.
func personIn(raw []byte, field string) string {
	var outer map[string]json.RawMessage
	var who struct {
		ID  string
		Bot bool
	}
	if json.Unmarshal(raw, &outer) != nil || outer["guild_id"] != nil || json.Unmarshal(outer[field], &who) != nil || who.Bot {
		return ""
	}
	return who.ID
}

func address(user, chat string) flows.Address {
	if !snowflake(chat) {
		chat = ""
	}
	return flows.Address{Platform: Platform, User: user, Chat: chat}
}

func eventID(app, kind, id string) string { return Platform + "/" + app + "/" + kind + "/" + id }

const epoch = 1420070400000 // milliseconds: when Discord's ids begin

// snowflake tells whether s can be an id.
func snowflake(s string) bool {
	n, err := strconv.ParseUint(s, 10, 63)
	return err == nil && n > 0 && len(s) <= 20
}

// moment is when an id was made.
func moment(id string) time.Time {
	n, err := strconv.ParseUint(id, 10, 63)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(n>>22) + epoch)
}

// before is an id smaller than all made at t or later.
func before(t time.Time) string {
	ms := t.UnixMilli() - epoch
	if ms < 1 {
		return "0"
	}
	return strconv.FormatInt(ms<<22, 10)
}

// newer tells whether id a was made after b. They are numbers without leading zeros.
func newer(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }
