package specs_test

import (
	"fmt"
	"strings"
	"testing"

	"rewoo/bot/bottest/specs"
)

const user = `{"id":"12","username":"a","avatar":null,"discriminator":"0","public_flags":0,"flags":0,"global_name":null,"primary_guild":null}`
const msg = `{"type":0,"content":"x","mentions":[],"mention_roles":[],"attachments":[],"embeds":[],"timestamp":"2026-11-01T00:00:00Z","edited_timestamp":null,"flags":0,"components":[],"id":"1","channel_id":"2","author":` + user + `,"pinned":false,"mention_everyone":false,"tts":false}`

func TestDiscordExchanges(t *testing.T) {
	d := specs.NeedDiscord(t)
	send := func(body string) error {
		return d.Exchange("POST", "/channels/2/messages", []byte(body), 200, []byte(msg))
	}
	button := func(id string) string { return fmt.Sprintf(`{"type":2,"style":2,"label":"a","custom_id":%q}`, id) }
	row := func(inner string) string {
		return `{"content":"x","components":[{"type":1,"components":[` + inner + `]}]}`
	}
	for _, c := range []struct {
		name string
		err  error
		good bool
	}{
		{"a message", send(`{"content":"x","nonce":"n","enforce_nonce":true,"allowed_mentions":{"parse":[]},"flags":4}`), true},
		{"2000", send(`{"content":"` + strings.Repeat("x", 2000) + `"}`), true},
		{"2001", send(`{"content":"` + strings.Repeat("x", 2001) + `"}`), false},
		{"empty", send(`{"content":" "}`), false},
		{"a nonce of 26", send(`{"content":"x","nonce":"` + strings.Repeat("n", 26) + `"}`), false},
		{"buttons", send(row(button("a") + "," + button("b"))), true},
		{"an id twice", send(row(button("a") + "," + button("a"))), false},
		{"an id too long", send(row(button(strings.Repeat("a", 101)))), false},
		{"a mention of a kind unknown", send(`{"content":"x","allowed_mentions":{"parse":["all"]}}`), false},
		{"no JSON", send(`{`), false},
		{"a path unknown", d.Exchange("GET", "/nowhere/at/all/really", nil, 200, nil), false},
		{"a literal before a template", d.Exchange("GET", "/users/@me", nil, 200, []byte(user[:len(user)-1]+`,"mfa_enabled":true,"locale":"de"}`)), true},
		{"an answer of another shape", d.Exchange("POST", "/channels/2/messages", []byte(`{"content":"x"}`), 200, []byte(user)), false},
		{"an error", d.Exchange("POST", "/channels/2/messages", []byte(`{"content":"x"}`), 403, []byte(`{"message":"no","code":50007}`)), true},
		{"an error without a code", d.Exchange("POST", "/channels/2/messages", []byte(`{"content":"x"}`), 403, []byte(`{"message":"no"}`)), false},
		{"a limit", d.Exchange("POST", "/channels/2/messages", []byte(`{"content":"x"}`), 429, []byte(`{"message":"slow","code":0,"retry_after":1.5,"global":false}`)), true},
		{"a form with a title of 46", d.Exchange("POST", "/interactions/1/t/callback", []byte(`{"type":9,"data":{"custom_id":"f","title":"`+strings.Repeat("t", 46)+`","components":[{"type":1,"components":[{"type":4,"custom_id":"w","style":1,"label":"l"}]}]}}`), 204, nil), false},
		{"a form", d.Exchange("POST", "/interactions/1/t/callback", []byte(`{"type":9,"data":{"custom_id":"f","title":"t","components":[{"type":1,"components":[{"type":4,"custom_id":"w","style":1,"label":"l"}]}]}}`), 204, nil), true},
	} {
		if (c.err == nil) != c.good {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
}

func TestDiscordEvents(t *testing.T) {
	d := specs.NeedDiscord(t)
	inter := func(extra string) []byte {
		return []byte(`{"id":"1","token":"t","application_id":"2","channel_id":"3","version":1,"context":1,"data":{},` + extra + `}`)
	}
	for _, c := range []struct {
		name string
		err  error
		good bool
	}{
		{"a message", d.Event("MESSAGE_CREATE", []byte(msg)), true},
		{"a message without an author", d.Event("MESSAGE_CREATE", []byte(strings.Replace(msg, "author", "auth", 1))), false},
		{"ready", d.Event("READY", []byte(`{"user":`+user+`}`)), true},
		{"a tap", d.Event("INTERACTION_CREATE", inter(`"type":3,"user":`+user+`,"message":`+msg)), true},
		{"a tap on nothing", d.Event("INTERACTION_CREATE", inter(`"type":3,"user":`+user)), false},
		{"nobody's", d.Event("INTERACTION_CREATE", inter(`"type":2`)), false},
		{"something else", d.Event("TYPING_START", []byte(`{}`)), true},
	} {
		if (c.err == nil) != c.good {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
}
