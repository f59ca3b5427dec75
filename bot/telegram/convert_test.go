package telegram

import (
	"fmt"
	"strings"
	"testing"

	"rewoo/flows"
)

const (
	anna    = `"from":{"id":7,"is_bot":false,"first_name":"A","language_code":"pt-BR"}`
	private = `"chat":{"id":7,"type":"private"}`
	group   = `"chat":{"id":-5,"type":"supergroup"}`
)

// When something was written counts, not when it was fetched; of what is edited, the edit. A tap has no time.
func TestConvertKnowsWhen(t *testing.T) {
	for body, want := range map[string]int64{
		`"message":{"date":1700000000,` + anna + "," + private + `,"text":"hello"}`:                               1700000000,
		`"message":{"date":1700000000,` + anna + "," + private + `,"photo":[]}`:                                   1700000000,
		`"edited_message":{"date":1700000000,"edit_date":1700000009,` + anna + "," + private + `,"text":"hello"}`: 1700000009,
		`"message":{"date":"soon",` + anna + "," + private + `,"text":"hello"}`:                                   0,
		`"message":{` + anna + "," + private + `,"text":"hello"}`:                                                 0,
		`"callback_query":{"id":"q",` + anna + `,"message":{"date":1700000000,` + private + `},"data":"abc"}`:     0,
	} {
		u, err := convert([]byte(`{"update_id":1,` + body + `}`))
		if err != nil || u.ev == nil {
			t.Fatalf("%s: %v", body, err)
		}
		if got := u.ev.Sent; got.IsZero() != (want == 0) || want != 0 && got.Unix() != want {
			t.Errorf("%s: sent at %v", body, got)
		}
		if u.ev.Kind == flows.Other && strings.Contains(body, `"text"`) && !strings.Contains(body, "edited") {
			t.Errorf("%s is not read", body)
		}
	}
}

func TestConvert(t *testing.T) {
	message := func(rest string) string { return `"message":{"message_id":1,"date":1,` + rest + `}` }
	for name, c := range map[string]struct {
		body string
		want string // kind text|action locale, callback, group
	}{
		"words":                   {message(anna + "," + private + `,"text":"hello"`), `said "hello" pt-br`},
		"start":                   {message(anna + "," + private + `,"text":"/start abc"`), `said "/start abc" pt-br`},
		"start at us":             {message(anna + "," + private + `,"text":"/start@rewoo_bot abc"`), `said "/start abc" pt-br`},
		"a command alone":         {message(anna + "," + private + `,"text":"/help@rewoo_bot"`), `said "/help" pt-br`},
		"an address":              {message(anna + "," + private + `,"text":"a@b.c /x@y"`), `said "a@b.c /x@y" pt-br`},
		"no words":                {message(anna + "," + private + `,"text":""`), `said "" pt-br`},
		"a photo":                 {message(anna + "," + private + `,"photo":[{"file_id":"x"}],"caption":"mine"`), `other "" pt-br`},
		"a place":                 {message(anna + "," + private + `,"location":{"latitude":1,"longitude":2}`), `other "" pt-br`},
		"nothing we know":         {message(anna + "," + private + `,"hologram":{}`), `other "" pt-br`},
		"a text of a new shape":   {message(anna + "," + private + `,"text":{"rich":1}`), `other "" pt-br`},
		"an id of a new shape":    {`"message":{"message_id":"x",` + anna + "," + private + `,"text":["a"]}`, `other "" pt-br`},
		"a timer was set":         {message(anna + "," + private + `,"message_auto_delete_timer_changed":{"message_auto_delete_time":1}`), "nothing"},
		"a pin":                   {message(anna + "," + private + `,"pinned_message":{}`), "nothing"},
		"edited":                  {`"edited_message":{"message_id":1,"date":1,` + anna + "," + private + `,"text":"hello"}`, `other "" pt-br`},
		"a bot":                   {message(`"from":{"id":7,"is_bot":true},` + private + `,"text":"hello"`), "nothing"},
		"nobody":                  {message(private + `,"text":"hello"`), "nothing"},
		"a number below one":      {message(`"from":{"id":-7,"is_bot":false},` + private + `,"text":"hello"`), "nothing"},
		"a number too big":        {message(`"from":{"id":1e40,"is_bot":false},` + private + `,"text":"hello"`), "nothing"},
		"an odd language":         {message(`"from":{"id":7,"language_code":"` + strings.Repeat("x", 50) + `"},` + private + `,"text":"hello"`), `said "hello" `},
		"in a group":              {message(anna + "," + group + `,"text":"hello"`), "nothing group -5"},
		"a photo in a group":      {message(anna + "," + group + `,"photo":[]`), "nothing group -5"},
		"a bot in a group":        {message(`"from":{"id":7,"is_bot":true},` + group + `,"text":"hello"`), "nothing"},
		"edited in a group":       {`"edited_message":{` + anna + "," + group + `,"text":"hello"}`, "nothing"},
		"in a channel":            {message(anna + `,"chat":{"id":-6,"type":"channel"},"text":"hello"`), "nothing"},
		"a post in a channel":     {`"channel_post":{"message_id":1,"chat":{"id":-6,"type":"channel"},"text":"hello"}`, "nothing"},
		"an unknown kind of chat": {message(anna + `,"chat":{"id":-6,"type":"hive"},"text":"hello"`), "nothing"},
		"a tap":                   {`"callback_query":{"id":"q",` + anna + `,"message":{` + private + `},"data":"abc"}`, `pressed "abc" pt-br callback q`},
		"a tap on an old one":     {`"callback_query":{"id":"q",` + anna + `,"message":{` + private + `,"date":0},"data":"abc"}`, `pressed "abc" pt-br callback q`},
		"a tap in a group":        {`"callback_query":{"id":"q",` + anna + `,"message":{` + group + `},"data":"abc"}`, "nothing callback q"},
		"a tap on an inline":      {`"callback_query":{"id":"q",` + anna + `,"inline_message_id":"i","data":"abc"}`, "nothing callback q"},
		"a tap on a game":         {`"callback_query":{"id":"q",` + anna + `,"message":{` + private + `},"game_short_name":"g"}`, "nothing callback q"},
		"blocked":                 {`"my_chat_member":{` + anna + "," + private + `,"new_chat_member":{"status":"kicked"}}`, `gone "" pt-br`},
		"unblocked":               {`"my_chat_member":{` + anna + "," + private + `,"new_chat_member":{"status":"member"}}`, `back "" pt-br`},
		"thrown out of a group":   {`"my_chat_member":{` + anna + "," + group + `,"new_chat_member":{"status":"kicked"}}`, "nothing"},
		"an unknown kind":         {`"telepathy":{` + anna + `}`, "nothing"},
		"a message of no object":  {`"message":"hello"`, "nothing"},
		"nothing":                 {`"message":null`, "nothing"},
	} {
		u, err := convert([]byte(`{"update_id":12,` + c.body + `}`))
		if err != nil || u.id != 12 {
			t.Errorf("%s: id %d, error %v", name, u.id, err)
		}
		if got := show(u); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

func show(u update) string {
	out := "nothing"
	if ev := u.ev; ev != nil {
		out = fmt.Sprintf("%s %q %s", ev.Kind, ev.Text+ev.Action, ev.Locale)
		if want := (flows.Address{Platform: "telegram", User: "7", Chat: "7"}); ev.From != want || u.person != "7" || !ev.At.IsZero() || ev.ID != "" {
			out += fmt.Sprintf(" from %v", ev.From)
		}
	}
	if u.callback != "" {
		out += " callback " + u.callback
	}
	if u.group != 0 {
		out += fmt.Sprint(" group ", u.group)
	}
	return out
}

// What has no id cannot be confirmed, and no error quotes it.
func TestConvertWithoutID(t *testing.T) {
	for _, raw := range []string{"", "null", "7", `"xylophone"`, "[]", "{}", `{"update_id":"xylophone"}`, `{"update_id":1.5}`, `{"update_id":-1}`, `{"update_id":1,"message":{"text":"xylo`} {
		if _, err := convert([]byte(raw)); err != errNoID {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func FuzzConvert(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{` + anna + `,` + private + `,"text":"/a@b c"}}`))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"q",` + anna + `,"message":{` + private + `},"data":"abc"}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{` + anna + `,` + private + `,"new_chat_member":{"status":"kicked"}}}`))
	f.Add([]byte(`{"update_id":1,"message":{` + anna + `,` + group + `,"text":7}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := convert(raw)
		switch {
		case err != nil:
			if err != errNoID || u.ev != nil || u.callback != "" || u.group != 0 {
				t.Fatalf("%v and %s", err, show(u))
			}
		case u.id < 0:
			t.Fatalf("id %d", u.id)
		case u.ev != nil:
			if _, ok := chatOf(u.ev.From); !ok || u.ev.From.User != u.person || u.group != 0 {
				t.Fatalf("cannot be answered: %v", u.ev.From)
			}
			if u.ev.Text != "" && u.ev.Kind != flows.Said || u.ev.Action != "" && u.ev.Kind != flows.Pressed {
				t.Fatalf("%s with words", u.ev.Kind)
			}
		}
	})
}
