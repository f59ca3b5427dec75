package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"rewoo/bot"
)

// Identity is who the bot is.
type Identity struct{ ID, Username, AppID string }

// Me asks Discord who the bot is.
func (a *Adapter) Me(ctx context.Context) (Identity, error) {
	var app struct {
		ID  string
		Bot struct{ ID, Username string }
	}
	err := a.rest.do(ctx, call{method: http.MethodGet, path: "/applications/@me"}, &app)
	if err == nil && app.Bot.ID == "" {
		err = a.rest.do(ctx, call{method: http.MethodGet, path: "/users/@me"}, &app.Bot)
	}
	switch {
	case unauthorized(err):
		return Identity{}, refused("401")
	case err != nil:
		return Identity{}, fmt.Errorf("discord: ask who the bot is: %w", err)
	}
	a.set(func(s *state) { s.name = app.Bot.Username })
	return Identity{ID: app.Bot.ID, Username: app.Bot.Username, AppID: app.ID}, nil
}

// begin finds out who the bot is, however long that takes.
func (r *run) begin() error {
	const outOfReach = "Discord is out of reach; it is tried again"
	wait := backoff{least: r.times.Backoff, most: r.times.Longest}
	for told := false; ; {
		me, err := r.Me(r.ctx)
		if err == nil {
			r.me = me
			return nil
		}
		if p, ok := errors.AsType[*bot.PlatformError](err); ok {
			r.stop(p)
		}
		if r.ctx.Err() != nil {
			return err
		}
		if !told {
			r.log.Warn(outOfReach, "platform", Platform, "failure", sendError(err, false))
		}
		told = true
		r.problem(outOfReach)
		if err := sleep(r.ctx, wait.next()); err != nil {
			return err
		}
	}
}
