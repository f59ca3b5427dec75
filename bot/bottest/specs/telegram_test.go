package specs

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTelegramForms(t *testing.T) {
	s := NeedTelegram(t)
	button := func(rest string) string { return `{"inline_keyboard":[[{"text":"a"` + rest + `}]]}` }
	for name, c := range map[string]struct {
		method string
		form   map[string]string
		good   bool
	}{
		"a text":              {"sendMessage", map[string]string{"chat_id": "7", "text": "a"}, true},
		"the longest text":    {"sendMessage", map[string]string{"chat_id": "7", "text": strings.Repeat("😀", 2048)}, true},
		"a unit more":         {"sendMessage", map[string]string{"chat_id": "7", "text": strings.Repeat("😀", 2048) + "a"}, false},
		"an empty text":       {"sendMessage", map[string]string{"chat_id": "7", "text": ""}, false},
		"no text":             {"sendMessage", map[string]string{"chat_id": "7"}, false},
		"a chat of nobody":    {"sendMessage", map[string]string{"chat_id": "null", "text": "a"}, false},
		"a text of digits":    {"sendMessage", map[string]string{"chat_id": "7", "text": "12"}, true},
		"an unknown field":    {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "colour": "red"}, false},
		"a button":            {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "reply_markup": button(`,"callback_data":"x"`)}, true},
		"64 bytes":            {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "reply_markup": button(`,"callback_data":"` + strings.Repeat("ä", 32) + `"`)}, true},
		"65 bytes":            {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "reply_markup": button(`,"callback_data":"a` + strings.Repeat("ä", 32) + `"`)}, false},
		"a button of nothing": {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "reply_markup": button("")}, false},
		"a button of two":     {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "reply_markup": button(`,"callback_data":"x","url":"https://example.org"`)}, false},
		"entities":            {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "entities": `[{"type":"blockquote","offset":0,"length":1}]`}, true},
		"entities half":       {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "entities": `[{"type":"blockquote","offset":0}]`}, false},
		"a word for yes":      {"sendMessage", map[string]string{"chat_id": "7", "text": "a", "protect_content": "yes"}, false},
		"the longest caption": {"sendPhoto", map[string]string{"chat_id": "7", "photo": "file:x", "caption": strings.Repeat("ä", 1024)}, true},
		"a longer caption":    {"sendPhoto", map[string]string{"chat_id": "7", "photo": "file:x", "caption": strings.Repeat("ä", 1025)}, false},
		"an unknown method":   {"sendEverything", map[string]string{}, false},
		"no parameters":       {"getMe", map[string]string{}, true},
	} {
		if err := s.Check("request", c.method, c.form); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTelegramJSON(t *testing.T) {
	s := NeedTelegram(t)
	const user = `{"id":7,"is_bot":false,"first_name":"A"}`
	const chat = `{"id":7,"type":"private"}`
	for name, c := range map[string]struct {
		direction, method, body string
		good                    bool
	}{
		"a poll":                  {"request", "getUpdates", `{"offset":1,"limit":100,"timeout":25,"allowed_updates":["message"]}`, true},
		"a poll in words":         {"request", "getUpdates", `{"offset":"one"}`, false},
		"an update":               {"update", "", `{"update_id":1,"message":{"message_id":1,"date":1,"chat":` + chat + `,"from":` + user + `,"text":"a"}}`, true},
		"an empty update":         {"update", "", `{"update_id":1}`, false},
		"a message without date":  {"update", "", `{"update_id":1,"message":{"message_id":1,"chat":` + chat + `}}`, false},
		"a tap":                   {"update", "", `{"update_id":1,"callback_query":{"id":"1","from":` + user + `,"chat_instance":"1","data":"x"}}`, true},
		"a tap without instance":  {"update", "", `{"update_id":1,"callback_query":{"id":"1","from":` + user + `,"data":"x"}}`, false},
		"who we are":              {"response", "getMe", `{"ok":true,"result":` + user + `}`, true},
		"who we are, but nothing": {"response", "getMe", `{"ok":true,"result":true}`, false},
		"a refusal":               {"response", "getMe", `{"ok":false,"error_code":429,"description":"a","parameters":{"retry_after":3}}`, true},
		"a refusal without code":  {"response", "getMe", `{"ok":false,"description":"a"}`, false},
		"no update":               {"response", "getUpdates", `{"ok":true,"result":[]}`, true},
	} {
		var body any
		if err := json.Unmarshal([]byte(c.body), &body); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(c.direction, c.method, body); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every method and every type can be checked: the description has no loose end.
func TestTelegramWhole(t *testing.T) {
	s := NeedTelegram(t)
	for _, m := range s.Methods() {
		s.valid("method "+m, nil)
		s.valid("returns "+m, nil)
	}
	for name := range s.spec.Types {
		s.valid("type "+name, nil)
	}
	if want := 2*len(s.spec.Methods) + len(s.spec.Types); len(s.made) != want {
		t.Errorf("%d of %d schemas could be made", len(s.made), want)
	}
}
