package telegram

import (
	"context"
	"regexp"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rewoo/bot"
)

// greet asks who we are, for the operator, and sets the menu of commands, as long as that takes: at once, and again whenever it
// has become another. Nothing depends on either.
func (a *Adapter) greet(ctx context.Context) {
	rest := rests{first: a.rest, most: greetMax}
	a.patiently(ctx, &rest, "its name was not asked", func() *bot.SendError {
		_, err := a.Me(ctx)
		return failureOf(err)
	})
	for {
		rest.reset()
		if menu := a.menu(); len(menu) > 0 {
			a.setMenu(ctx, &rest, menu)
		}
		select {
		case <-ctx.Done():
			return
		case <-a.stale:
		}
	}
}

func (a *Adapter) setMenu(ctx context.Context, rest *rests, menu []models.BotCommand) {
	a.patiently(ctx, rest, "the menu of commands was not set", func() *bot.SendError {
		_, failure := a.try(ctx, 0, false, func(ctx context.Context) error {
			_, err := a.api().SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: menu, Scope: &models.BotCommandScopeAllPrivateChats{}})
			return err
		})
		return failure
	})
}

// failureOf is what Me returned, as far as it can be tried again.
func failureOf(err error) *bot.SendError {
	switch err := err.(type) {
	case nil:
		return nil
	case *bot.SendError:
		return err
	}
	return &bot.SendError{Class: bot.Fatal} // the poll says so too, and ends Run
}

// patiently tries until it works, ctx ends, or trying again cannot help.
func (a *Adapter) patiently(ctx context.Context, rest *rests, what string, do func() *bot.SendError) {
	for {
		failure := do()
		switch {
		case failure == nil || ctx.Err() != nil || failure.Class == bot.Fatal:
			return
		case failure.Class == bot.Invalid:
			a.log.Warn(what, "platform", Platform, "failure", failure)
			return
		}
		a.log.Debug(what+" yet", "platform", Platform, "failure", failure)
		if !sleep(ctx, max(failure.After, rest.next())) {
			return
		}
	}
}

var commandForm = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// menu is what Telegram takes of the commands: 100, with 1 to 256 characters about each.
func (a *Adapter) menu() (out []models.BotCommand) {
	for _, c := range a.shows.Load().commands {
		about := cutAt(strings.TrimSpace(strings.ToValidUTF8(c.About, "\ufffd")), 256)
		if commandForm.MatchString(c.Name) && about != "" && len(out) < 100 {
			out = append(out, models.BotCommand{Command: c.Name, Description: about})
		}
	}
	return out
}
