package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rewoo/bot"
	"rewoo/flows"
)

// Send delivers q. The ref names all messages that it took, the one with the buttons first: "123,122,121". A failure is
// a *bot.SendError.
func (a *Adapter) Send(ctx context.Context, q flows.Queued) (string, error) {
	chat, ok := chatOf(q.To)
	if !ok {
		return "", &bot.SendError{Class: bot.Invalid}
	}
	var ref string
	var failure *bot.SendError
	switch q.Message.Op {
	case flows.Show:
		ref, failure = a.show(ctx, chat, q.Message)
	case flows.Close:
		failure = a.close(ctx, chat, q)
	case flows.Delete:
		failure = a.remove(ctx, chat, q)
	default:
		failure = &bot.SendError{Class: bot.Invalid}
	}
	if failure != nil { // not as an error that holds a nil pointer
		return "", failure
	}
	return ref, nil
}

// chatOf is the private chat of an address: it has the number of its person.
func chatOf(a flows.Address) (int64, bool) {
	if a.Chat == "" {
		a.Chat = a.User
	}
	n, err := strconv.ParseInt(a.Chat, 10, 64)
	return n, err == nil && n > 0 && a.Platform == Platform
}

// show sends the parts of m that have not been sent yet.
func (a *Adapter) show(ctx context.Context, chat int64, m flows.Message) (string, *bot.SendError) {
	parts, err := render(m)
	if err != nil {
		return "", &bot.SendError{Class: bot.Invalid, Err: err}
	}
	sent := a.progress.take(chat, m.ID)
	for i := len(sent); i < len(parts); i++ {
		id, failure := a.part(ctx, chat, m, parts[i])
		if failure != nil {
			a.progress.keep(chat, m.ID, sent)
			return "", failure
		}
		sent = append(sent, id)
	}
	slices.Reverse(sent)
	return strings.Join(sent, ","), nil
}

// part sends one message, and gives its number; "" if Telegram did not say it.
func (a *Adapter) part(ctx context.Context, chat int64, m flows.Message, p part) (id string, failure *bot.SendError) {
	yes := true
	var keyboard models.ReplyMarkup // stays an untyped nil without buttons
	if p.keyboard != nil {
		keyboard = &models.InlineKeyboardMarkup{InlineKeyboard: p.keyboard}
	}
	result, failure := a.try(ctx, chat, m.Once, func(ctx context.Context) error {
		if p.photo != nil {
			_, err := a.api().SendPhoto(ctx, &tg.SendPhotoParams{
				ChatID: chat, Photo: &models.InputFileUpload{Filename: "picture.png", Data: bytes.NewReader(p.photo.Bytes)},
				Caption: p.text, CaptionEntities: p.entities, ProtectContent: p.protect, ReplyMarkup: keyboard,
			})
			return err
		}
		_, err := a.api().SendMessage(ctx, &tg.SendMessageParams{
			ChatID: chat, Text: p.text, Entities: p.entities, ProtectContent: p.protect, ReplyMarkup: keyboard,
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &yes},
		})
		return err
	})
	if failure != nil {
		return "", failure
	}
	var made struct {
		ID int64 `json:"message_id"`
	}
	if json.Unmarshal(result, &made) != nil || made.ID == 0 {
		return "0", nil // it is there, and nothing can be done with it any more
	}
	return strconv.FormatInt(made.ID, 10), nil
}

// close takes the buttons away from the question of q.
func (a *Adapter) close(ctx context.Context, chat int64, q flows.Queued) *bot.SendError {
	ids := numbers(q.Ref)
	if len(ids) == 0 {
		return &bot.SendError{Class: bot.Stale}
	}
	_, failure := a.try(ctx, chat, q.Message.Once, func(ctx context.Context) error {
		_, err := a.api().EditMessageReplyMarkup(ctx, &tg.EditMessageReplyMarkupParams{ChatID: chat, MessageID: ids[0]})
		return err
	})
	return failure
}

// remove deletes all parts of a message. It is Stale if none of them could be.
func (a *Adapter) remove(ctx context.Context, chat int64, q flows.Queued) *bot.SendError {
	gone := &bot.SendError{Class: bot.Stale}
	for _, id := range numbers(q.Ref) {
		_, failure := a.try(ctx, chat, q.Message.Once, func(ctx context.Context) error {
			_, err := a.api().DeleteMessage(ctx, &tg.DeleteMessageParams{ChatID: chat, MessageID: id})
			return err
		})
		switch {
		case failure == nil:
			gone = nil
		case failure.Class != bot.Stale:
			return failure
		}
	}
	return gone
}

// try makes one call of the library's, and gives the raw result.
func (a *Adapter) try(ctx context.Context, chat int64, once bool, do func(context.Context) error) (json.RawMessage, *bot.SendError) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	c := &call{}
	failure := c.failure(do(context.WithValue(ctx, callKey{}, c)), once)
	if failure != nil && failure.Class == bot.Limited && chat != 0 {
		failure.Global = a.limits.refused(chat, time.Now())
	}
	return c.result, failure
}

// numbers are the message numbers in a ref, those that are none left out.
func numbers(ref string) (out []int) {
	for id := range strings.SplitSeq(ref, ",") {
		if n, err := strconv.Atoi(id); err == nil && n > 0 {
			out = append(out, n)
		}
	}
	return out
}

// progress knows which parts of a message went out before one failed, so that a retry repeats none of them. It is
// memory only: a crash between two parts repeats the first.
type progress struct {
	mu    sync.Mutex
	sent  map[progressKey][]string
	order []progressKey // oldest first
}

type progressKey struct {
	chat int64
	id   string
}

const maxProgress = 2000 // messages; the oldest goes first

// take gives what was sent, and forgets it.
func (p *progress) take(chat int64, id string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := progressKey{chat, id}
	sent := p.sent[key]
	if sent != nil {
		delete(p.sent, key)
		p.order = slices.DeleteFunc(p.order, func(k progressKey) bool { return k == key })
	}
	return sent
}

func (p *progress) keep(chat int64, id string, sent []string) {
	if len(sent) == 0 || id == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent == nil {
		p.sent = map[progressKey][]string{}
	}
	key := progressKey{chat, id}
	p.sent[key] = sent
	if p.order = append(p.order, key); len(p.order) > maxProgress {
		delete(p.sent, p.order[0])
		p.order = p.order[1:]
	}
}
