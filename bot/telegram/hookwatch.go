package telegram

import (
	"context"
	"fmt"
	"time"

	tg "github.com/go-telegram/bot"

	"rewoo/bot"
)

// watch sets the webhook and looks every now and then whether it is still set and Telegram gets through.
func (h *hookServer) watch(ctx context.Context) error {
	rest := rests{first: h.rest, most: restMax}
	for set, seen := false, int64(0); ctx.Err() == nil; {
		var info hookInfo
		failure := h.look(ctx, set, &info)
		switch {
		case ctx.Err() != nil:
			return nil
		case failure != nil && failure.Class == bot.Invalid:
			problem := "Telegram does not take webhook.url (400); it must be https, on port 443, 80, 88 or 8443, with a name that Telegram can look up"
			if h.state.lost(problem) {
				h.log.Error(problem, "platform", Platform)
			}
			sleep(ctx, restMax)
			continue
		case failure != nil:
			h.online = time.Time{}
			if err := h.pollFailed(ctx, failure, &rest); err != nil {
				return err
			}
			continue
		case set && info.URL != h.hook.url:
			h.log.Warn("the webhook was taken away; setting it again", "platform", Platform)
			set = false
			continue
		}
		set = true
		rest.reset()
		if h.state.up(fmt.Sprintf("%d updates waiting at Telegram", info.Pending)) {
			h.log.Info("connected", "platform", Platform)
		}
		if info.failing(time.Now()) {
			h.state.trouble("Telegram cannot deliver to the webhook; look at webhook.url, the certificate and the reverse proxy")
		}
		taken := h.taken.Load()
		if info.Pending == 0 || taken > seen && !h.online.IsZero() {
			if err := h.reach(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
		seen = taken
		if h.online.IsZero() { // what waited is on its way
			sleep(ctx, 4*h.rest)
		} else {
			sleep(ctx, h.probe)
		}
	}
	return nil
}

type hookInfo struct {
	URL     string `json:"url"`
	Pending int    `json:"pending_update_count"`
	Failed  int64  `json:"last_error_date"` // Unix seconds
}

func (i hookInfo) failing(now time.Time) bool {
	return i.Pending > 0 && now.Sub(time.Unix(i.Failed, 0)) < 2*time.Minute
}

// look sets the webhook unless it is set, and asks how it does.
func (h *hookServer) look(ctx context.Context, set bool, info *hookInfo) *bot.SendError {
	if !set {
		_, failure := h.try(ctx, 0, false, func(ctx context.Context) error {
			_, err := h.api().SetWebhook(ctx, &tg.SetWebhookParams{URL: h.hook.url, SecretToken: h.hook.secret(), AllowedUpdates: wanted})
			return err
		})
		if failure != nil {
			return failure
		}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	return h.call(ctx, "getWebhookInfo", nil, info)
}
