package fakediscord

import (
	"encoding/json"
	"time"
)

// messageJSON is a message as REST and the gateway give it. f.mu is held.
func (f *Fake) messageJSON(ch *channel, m *message) []byte {
	user := userJSON(m.author)
	if m.bot {
		user = botJSON()
	}
	d := map[string]any{
		"type": 0, "content": m.content, "mentions": []any{}, "mention_roles": []any{}, "attachments": []any{}, "embeds": []any{},
		"timestamp": m.at.UTC().Format(time.RFC3339Nano), "edited_timestamp": nil, "flags": m.flags, "components": f.componentsJSON(m.components),
		"id": m.id, "channel_id": ch.id, "author": user, "pinned": false, "mention_everyone": false, "tts": false,
	}
	if m.nonce != "" {
		d["nonce"] = m.nonce
	}
	if !m.edited.IsZero() {
		d["edited_timestamp"] = m.edited.UTC().Format(time.RFC3339Nano)
	}
	if m.loading {
		d["flags"] = m.flags | 128
	}
	if m.file != nil {
		d["attachments"] = []any{map[string]any{"id": m.file.id, "filename": m.file.name, "size": len(m.file.data), "description": m.file.alt,
			"url": f.url + "/files/" + m.file.id, "proxy_url": f.url + "/files/" + m.file.id}}
	}
	if i := m.interaction; i != nil {
		d["type"], d["application_id"], d["webhook_id"] = 20, AppID, AppID
		d["interaction_metadata"] = map[string]any{"id": i.ID, "type": i.kind, "user": userJSON(i.person.ID), "authorizing_integration_owners": map[string]string{"1": i.person.ID}}
	}
	if m.change != nil {
		m.change(d)
	}
	return must(json.Marshal(d))
}

func userJSON(id string) map[string]any {
	return map[string]any{"id": id, "username": "person" + id[max(0, len(id)-3):], "avatar": nil, "discriminator": "0", "public_flags": 0, "flags": 0,
		"global_name": nil, "primary_guild": nil}
}

func botJSON() map[string]any {
	u := userJSON(BotID)
	u["username"], u["bot"] = BotName, true
	return u
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
