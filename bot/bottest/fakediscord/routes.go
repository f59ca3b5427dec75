package fakediscord

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Command is a registered slash command.
type Command struct {
	Name             string `json:"name"`
	Description      string `json:"description"`
	Type             int    `json:"type"`
	IntegrationTypes []int  `json:"integration_types"`
	Contexts         []int  `json:"contexts"`
}

// route finds what a request is for. f.mu is held.
func (f *Fake) route(req Request, seg []string, b body) reply {
	is := func(method, pattern string) bool {
		want := strings.Split(pattern, "/")
		return req.Method == method && len(want) == len(seg) && match(want, seg)
	}
	switch {
	case is("GET", "gateway"):
		return ok(map[string]any{"url": f.gatewayURL()})
	case is("GET", "gateway/bot"):
		g := &f.gateway
		return ok(map[string]any{"url": f.gatewayURL(), "shards": 1, "session_start_limit": map[string]any{
			"total": g.total, "remaining": g.remaining, "reset_after": g.resetAfter.Milliseconds(), "max_concurrency": 1}})
	case is("GET", "users/@me"):
		u := botJSON()
		u["mfa_enabled"], u["locale"], u["verified"], u["email"] = true, "en-US", true, nil
		return ok(u)
	case is("GET", "applications/@me"):
		return ok(map[string]any{"id": AppID, "name": BotName, "icon": nil, "description": "", "type": nil, "verify_key": strings.Repeat("0", 64), "flags": 0,
			"flags_new": "0", "redirect_uris": []string{}, "interactions_endpoint_url": nil, "role_connections_verification_url": nil, "owner": userJSON("900000000000000008"),
			"approximate_guild_count": 1, "approximate_user_install_count": 2, "approximate_user_authorization_count": 2, "explicit_content_filter": 0, "team": nil,
			"eligible_oauth2_scopes": []string{}, "bot": botJSON()})
	case is("POST", "users/@me/channels"):
		return f.openDM(b)
	case is("GET", "applications/*/commands") && seg[1] == AppID:
		return ok(f.commandsJSON())
	case is("PUT", "applications/*/commands") && seg[1] == AppID:
		return f.putCommands(b)
	case is("POST", "interactions/*/*/callback"):
		return f.callback(seg[1], seg[2], b.json)
	case is("PATCH", "webhooks/*/*/messages/@original"):
		return f.editOriginal(seg[1], seg[2], b)
	case is("DELETE", "webhooks/*/*/messages/@original"):
		return f.deleteOriginal(seg[1], seg[2])
	case seg[0] == "channels" && len(seg) >= 3 && seg[2] == "messages":
		return f.inChannel(req, seg, b)
	}
	f.violate("%s %s is nothing that a bot of ours needs", req.Method, req.Path)
	return refuse(http.StatusNotFound, 0, "404: Not Found")
}

func match(want, seg []string) bool {
	for i := range want {
		if want[i] != "*" && want[i] != seg[i] {
			return false
		}
	}
	return true
}

func ok(v any) reply { return reply{status: http.StatusOK, body: must(json.Marshal(v))} }

func (f *Fake) inChannel(req Request, seg []string, b body) reply {
	ch := f.channels[seg[1]]
	if ch == nil {
		return refuse(http.StatusNotFound, 10003, "Unknown Channel")
	}
	if len(seg) == 3 && req.Method == "POST" {
		return f.paced(ch, func() reply { return f.create(ch, b) })
	}
	if len(seg) == 3 && req.Method == "GET" {
		q, _ := url.ParseQuery(req.Query)
		limit, err := strconv.Atoi(q.Get("limit"))
		if err != nil || limit < 1 || limit > 100 {
			return invalid("limit", "int value should be less than or equal to 100.")
		}
		return f.list(ch, q.Get("after"), limit)
	}
	if len(seg) != 4 {
		return refuse(http.StatusNotFound, 0, "404: Not Found")
	}
	for _, m := range ch.messages {
		if m.id != seg[3] || m.deleted {
			continue
		}
		if !m.bot {
			return refuse(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
		}
		switch req.Method {
		case "PATCH":
			return f.edit(ch, m, b)
		case "DELETE":
			m.deleted = true
			f.touch()
			return reply{status: http.StatusNoContent}
		}
	}
	return refuse(http.StatusNotFound, 10008, "Unknown Message")
}

// paced keeps the bucket of a channel. f.mu is held.
func (f *Fake) paced(ch *channel, do func() reply) reply {
	if f.o.PerChannel <= 0 {
		return do()
	}
	now, window := f.now(), 5*time.Second
	ch.recent = slices.DeleteFunc(ch.recent, func(t time.Time) bool { return now.Sub(t) >= window })
	if len(ch.recent) >= f.o.PerChannel {
		return tooMany(ch.recent[0].Add(window).Sub(now), false)
	}
	ch.recent = append(ch.recent, now)
	r := do()
	r.header = map[string]string{
		"X-RateLimit-Limit": strconv.Itoa(f.o.PerChannel), "X-RateLimit-Remaining": strconv.Itoa(f.o.PerChannel - len(ch.recent)),
		"X-RateLimit-Reset-After": strconv.FormatFloat(ch.recent[0].Add(window).Sub(now).Seconds(), 'f', 3, 64), "X-RateLimit-Bucket": "abcd1234",
	}
	return r
}

func (f *Fake) openDM(b body) reply {
	var in struct {
		Recipient string `json:"recipient_id"`
	}
	if json.Unmarshal(b.json, &in) != nil || in.Recipient == "" {
		return invalid("recipient_id", "This field is required")
	}
	p := f.people[in.Recipient]
	if p == nil {
		return refuse(http.StatusBadRequest, 50033, "Invalid Recipient(s)")
	}
	ch := f.dm(p)
	return ok(map[string]any{"id": ch.id, "type": 1, "flags": 0, "recipients": []any{userJSON(p.ID)}})
}

func (f *Fake) putCommands(b body) reply {
	var in []Command
	if err := json.Unmarshal(b.json, &in); err != nil || len(in) > 100 {
		return invalid("commands", "not a list of at most 100")
	}
	names := map[string]bool{}
	for i, c := range in {
		if !within(c.Name, 1, 32) || strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" || !within(c.Description, 1, 100) || names[c.Name] {
			return invalid("commands", "a name or a description out of its limits")
		}
		names[c.Name] = true
		in[i].Type = 1
	}
	f.commands = in
	f.commandPuts++
	f.touch()
	return ok(f.commandsJSON())
}

func (f *Fake) commandsJSON() []any {
	out := []any{}
	for i, c := range f.commands {
		out = append(out, map[string]any{"id": strconv.Itoa(910000000000000000 + i), "application_id": AppID, "version": "910000000000000100", "default_member_permissions": nil,
			"type": 1, "name": c.Name, "description": c.Description, "contexts": c.Contexts, "integration_types": c.IntegrationTypes, "nsfw": false})
	}
	return out
}

// Commands gives what is registered, and how often the list was replaced.
func (f *Fake) Commands() ([]Command, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.commands), f.commandPuts
}

// DropChannel makes the bot's channel with p unknown (10003); the next opening makes a new one with the old messages.
func (p *Person) DropChannel() {
	p.set(func() {
		if old := p.channel; old != nil {
			delete(p.f.channels, old.id)
			p.channel = nil
			p.f.dm(p).messages = old.messages
		}
	})
}
