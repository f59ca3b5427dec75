package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// holdHere is how long a send waits for a limit by itself. The outbox has better things to do with the time of longer
// ones.
const holdHere = time.Second

// openChat opens channels, which is a bucket of its own; openingRest is how long nobody's is opened after one was refused as too fast.
const (
	openChat    = "/users/@me/channels"
	openingRest = time.Minute
)

// Send delivers q. The ref is "channel/message", the last part of a long one first.
func (a *Adapter) Send(ctx context.Context, q flows.Queued) (string, error) {
	ctx = patient(ctx, holdHere)
	if q.Message.Lane == flows.LaneScheduled {
		ctx = unhurried(ctx)
	}
	var ref string
	var err error
	switch q.Message.Op {
	case flows.Show:
		ref, err = a.show(ctx, q)
	case flows.Close:
		err = a.close(ctx, q)
	case flows.Delete:
		err = a.delete(ctx, q)
	default:
		err = mistake("op")
	}
	if err == nil {
		return ref, nil
	}
	failed := sendError(err, q.Message.Once)
	if failed.Class == bot.Fatal {
		a.problem(refused(failed.Code).Error())
	}
	return "", failed
}

// show sends all parts of a message. Those that were sent in an earlier try are not sent again.
func (a *Adapter) show(ctx context.Context, q flows.Queued) (string, error) {
	parts, err := render(q.Message, a.look())
	if err != nil {
		return "", err
	}
	key := q.To.User + "/" + q.Message.ID
	sent, _ := a.parts.get(key)
	chat := q.To.Chat
	for i := len(sent); i < len(parts); i++ {
		var id string
		if id, chat, err = a.part(ctx, q, chat, parts, i); err != nil {
			return "", err
		}
		if sent = append(slices.Clone(sent), chat+"/"+id); len(parts) > 1 {
			a.parts.put(key, sent)
		}
	}
	return join(sent), nil
}

// join makes a ref of "channel/message" in the order of sending.
func join(sent []string) string {
	var ids []string
	chat := ""
	for _, s := range slices.Backward(sent) {
		var id string
		chat, id, _ = strings.Cut(s, "/")
		ids = append(ids, id)
	}
	return chat + "/" + strings.Join(ids, ",")
}

type made struct {
	ID      string `json:"id"`
	Channel string `json:"channel_id"`
}

// part sends one of the parts and gives its id and channel. The first fills the answer to a command, if one is open.
func (a *Adapter) part(ctx context.Context, q flows.Queued, chat string, parts []part, i int) (string, string, error) {
	if i == 0 && q.Answers != "" {
		m, err := a.answer(ctx, q, parts[0])
		if err != nil || m.ID != "" {
			return m.ID, m.Channel, err
		}
	}
	var err error
	if chat == "" {
		if chat, err = a.dm(ctx, q.To.User); err != nil {
			return "", "", err
		}
	}
	id, err := a.post(ctx, chat, parts[i], nonce(q.Message.ID, i))
	f, ok := errors.AsType[*failure](err)
	if !ok || f.code != unknownChannel {
		return id, chat, err
	}
	a.dms.drop(q.To.User)
	other, opening := a.dm(ctx, q.To.User) // once: opening channels over and over gets a bot banned
	switch {
	case opening != nil:
		return "", "", opening
	case other == chat:
		return "", "", err
	}
	id, err = a.post(ctx, other, parts[i], nonce(q.Message.ID, i))
	return id, other, err
}

func (a *Adapter) post(ctx context.Context, chat string, p part, nonce string) (string, error) {
	var m made
	err := a.rest.do(ctx, call{method: http.MethodPost, path: "/channels/" + url.PathEscape(chat) + "/messages", body: p.body(nonce), image: p.Image}, &m)
	return m.ID, err
}

// nonce is what Discord knows a part by: the id of the message, or a short digest of it for later parts.
func nonce(id string, part int) string {
	if part == 0 {
		return id
	}
	sum := sha256.Sum256([]byte(id + "/" + strconv.Itoa(part)))
	return base64.RawURLEncoding.EncodeToString(sum[:18]) // 24 characters
}

// dm is the channel to a person from whom none is known.
func (a *Adapter) dm(ctx context.Context, user string) (string, error) {
	if chat, ok := a.dms.get(user); ok {
		return chat, nil
	}
	var m made
	err := a.rest.do(ctx, call{method: http.MethodPost, path: openChat, body: map[string]string{"recipient_id": user}}, &m)
	if f, ok := errors.AsType[*failure](err); ok && f.code == tooFastOpening {
		a.rest.limits.rest(route(http.MethodPost, apiVersion+openChat), openingRest)
	}
	if err != nil {
		return "", err
	}
	a.dms.put(user, m.ID)
	return m.ID, nil
}

// close takes away what can be tapped.
func (a *Adapter) close(ctx context.Context, q flows.Queued) error {
	chat, ids := split(q.Ref)
	if len(ids) == 0 {
		return &bot.SendError{Class: bot.Stale, Code: "no ref"}
	}
	body := map[string]any{"components": []component{}, "allowed_mentions": mentions{Parse: []string{}}}
	return a.rest.do(ctx, call{method: http.MethodPatch, path: path(chat, ids[0]), body: body}, nil)
}

// delete takes all parts away. One that is gone already is as good as deleted.
func (a *Adapter) delete(ctx context.Context, q flows.Queued) error {
	chat, ids := split(q.Ref)
	if len(ids) == 0 {
		return &bot.SendError{Class: bot.Stale, Code: "no ref"}
	}
	for _, id := range ids {
		err := a.rest.do(ctx, call{method: http.MethodDelete, path: path(chat, id)}, nil)
		if err != nil && sendError(err, false).Class != bot.Stale {
			return err
		}
	}
	return nil
}

func path(chat, id string) string {
	return "/channels/" + url.PathEscape(chat) + "/messages/" + url.PathEscape(id)
}

// split reads a ref: the last part of the message comes first.
func split(ref string) (chat string, ids []string) {
	chat, rest, ok := strings.Cut(ref, "/")
	if !ok || chat == "" || rest == "" {
		return "", nil
	}
	return chat, strings.Split(rest, ",")
}
