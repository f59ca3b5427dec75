package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"rewoo/bot"
	"rewoo/flows"
)

const (
	maxBatch   = 100                    // updates a call, Telegram's most; as many are under way at most
	pollSlack  = 10 * time.Second       // a poll may take that much longer than it was asked to wait
	lookFirst  = 25 * time.Millisecond  // a batch that is not handled by then does not keep us from looking for more
	lookMax    = 100 * time.Millisecond // and then every so often
	onlineRest = 10 * time.Second       // the desk need not hear of us more often
)

// wanted are the kinds of updates we ask for. Unset would mean: as in the call before.
var wanted = []string{"message", "edited_message", "callback_query", "my_chat_member"}

// intake is one Run: it hands over what comes in.
type intake struct {
	*Adapter
	handle  func(context.Context, flows.Event) error
	errands *errands
	online  time.Time // when the desk heard of us last; zero: at once
}

// one hands over one update and does what follows from it.
func (in *intake) one(ctx context.Context, u update) error {
	if u.ev != nil {
		ev := *u.ev
		ev.ID = in.eventID(u.id)
		if err := in.handle(ctx, ev); err != nil {
			return err
		}
	}
	in.after(u)
	return nil
}

// reach tells the desk that Telegram is in reach and all of its updates are handled.
func (in *intake) reach(ctx context.Context) error {
	if time.Since(in.online) < onlineRest {
		return nil
	}
	if in.desk != nil {
		if err := in.desk.Online(ctx, Platform); err != nil {
			return err
		}
	}
	in.online = time.Now()
	return nil
}

// poll fetches updates until ctx ends. See the package comment for how they are confirmed.
func (in *intake) poll(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	w := newWindow(func(u update) error { return in.one(gctx, u) }, g.Go)
	err := in.fetch(gctx, w)
	if failed := g.Wait(); failed != nil && ctx.Err() == nil {
		return failed
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// fetch ends when ctx does, or with an error.
func (in *intake) fetch(ctx context.Context, w *window) error {
	rest, odd := rests{first: in.rest, most: restMax}, rests{first: 100 * time.Millisecond, most: 5 * time.Second}
	look := lookFirst
	steady := false // the last poll went well
	for ctx.Err() == nil {
		wait := time.Duration(0)
		if w.confirm() && steady {
			wait = in.pollTime
		}
		batch, failure := in.updates(ctx, w.offset, wait)
		if failure != nil {
			if err := in.pollFailed(ctx, failure, &rest); err != nil {
				return err
			}
			steady, in.online = false, time.Time{}
			continue
		}
		steady = true
		rest.reset()
		if in.state.up() {
			in.log.Info("connected", "platform", Platform)
		}
		fresh, unreadable := w.add(batch)
		if fresh > 0 {
			look = lookFirst
		}
		switch handled := w.wait(ctx, look); {
		case !handled:
			look = min(2*look, lookMax)
		case unreadable > 0:
			in.log.Warn("an update cannot be read, nor confirmed; going on behind it", "platform", Platform, "bytes", unreadable)
			sleep(ctx, odd.next())
		case len(batch) < maxBatch:
			odd.reset()
			if err := in.reach(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
	return nil
}

// conflict is a 409 of getUpdates.
type conflict struct{ webhook bool }

func (conflict) Error() string { return "conflict" }

// updates makes one call. With offset 0 it gets the earliest update that is not confirmed.
func (in *intake) updates(ctx context.Context, offset int64, wait time.Duration) ([]json.RawMessage, *bot.SendError) {
	ctx, cancel := context.WithTimeout(ctx, wait+pollSlack)
	defer cancel()
	params := map[string]any{"limit": maxBatch, "timeout": int((wait + time.Second - 1) / time.Second), "allowed_updates": wanted}
	if offset != 0 {
		params["offset"] = offset
	}
	var batch []json.RawMessage
	if failure := in.call(ctx, "getUpdates", params, &batch); failure != nil {
		return nil, failure
	}
	return batch, nil
}

// pollFailed waits as long as it takes, or gives the error that ends Run.
func (in *intake) pollFailed(ctx context.Context, f *bot.SendError, rest *rests) error {
	if ctx.Err() != nil {
		return nil
	}
	wait := max(rest.next(), f.After)
	var c conflict
	switch {
	case f.Class == bot.Fatal:
		in.state.lost("Telegram refuses the bot's token (" + f.Code + "); " + refused(f.Code).Hint)
		return refused(f.Code)
	case errors.As(f.Err, &c) && c.webhook:
		in.unhook(ctx)
	case errors.As(f.Err, &c):
		problem := "another process fetches this bot's updates (409); stop it, or ask BotFather for a new token if it is not yours"
		if in.state.contested(problem, time.Now()) {
			in.log.Error(problem, "platform", Platform)
		}
		wait = max(wait, 10*in.rest) // or the two would throw each other out all the time
	case f.Class == bot.Limited:
		in.state.lost("Telegram asks us to wait before we fetch updates (429); nothing to do")
		in.log.Warn("asked to wait", "platform", Platform, "failure", f)
	default:
		if in.state.lost("Telegram is out of reach" + inBrackets(f.Code) + "; look at the network and at api_url if this stays") {
			in.log.Warn("Telegram is out of reach; it is tried again", "platform", Platform, "failure", f)
		}
	}
	sleep(ctx, wait)
	return nil
}

func inBrackets(code string) string {
	if code == "" {
		return ""
	}
	return " (" + code + ")"
}

// unhook takes away a webhook that somebody set: it keeps us from polling. What is waiting stays.
func (in *intake) unhook(ctx context.Context) {
	in.log.Warn("a webhook is set, and we are to poll; taking it away", "platform", Platform)
	in.state.lost("a webhook was set for this bot (409); taking it away")
	var done bool
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if failure := in.call(ctx, "deleteWebhook", map[string]any{"drop_pending_updates": false}, &done); failure != nil {
		in.log.Warn("the webhook is still set", "platform", Platform, "failure", failure)
	}
}

// conflictOf reads a 409.
func conflictOf(description string) error {
	return conflict{webhook: strings.Contains(strings.ToLower(description), "webhook")}
}
