package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"rewoo/bot"
	"rewoo/config"
	"rewoo/flows"
)

// parts is what serve is put together from. Tests put in others.
type parts struct {
	telegram, discord func(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error)
	// identify asks the platform who the bot is. A *bot.PlatformError is what no retry can mend.
	identify func(context.Context, bot.Adapter) (identity, error)
	// gate lets in only whom the configuration names.
	gate func(*config.Config, *flows.Library, flows.Machine) (flows.Machine, error)
	// options adds what serve wants of the bot besides its parts.
	options func(bot.Options) bot.Options
	// status is what the bot tells about its queues and failures.
	status func(context.Context, *bot.Bot) (botReport, error)
}

// identity is the bot's own account on a platform.
type identity struct {
	Shown string // how people see it: "@shore_bot"
	User  string // Telegram: the name in links, "shore_bot"
}

// realParts is what rewoo serve runs with.
var realParts = parts{
	telegram: telegramAdapter,
	discord:  discordAdapter,
	identify: identify,
	gate:     gate,
	options:  func(o bot.Options) bot.Options { return o },
	status:   func(context.Context, *bot.Bot) (botReport, error) { return botReport{}, nil },
}

// telegramAdapter makes the adapter of Telegram. It speaks to nobody yet.
func telegramAdapter(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error) {
	return nil, notBuiltIn("Telegram")
}

// discordAdapter makes the adapter of Discord. It speaks to nobody yet.
func discordAdapter(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error) {
	return nil, notBuiltIn("Discord")
}

func notBuiltIn(platform string) error {
	return fmt.Errorf("%s is not built in yet; wait for the next version, or try the page: rewoo try", platform)
}

func identify(context.Context, bot.Adapter) (identity, error) {
	return identity{}, errors.New("nobody to ask")
}

func gate(cfg *config.Config, _ *flows.Library, m flows.Machine) (flows.Machine, error) {
	if cfg.People.OpenTo == config.Named {
		return nil, errors.New("people.open_to: named is not built in yet")
	}
	return m, nil
}

// botReport is what the bot tells about itself: the shape of bot.Status, and to be an alias of it.
type botReport struct {
	Started   time.Time        `json:"started,omitzero"`
	Platforms []platformReport `json:"platforms"`
	Overdue   int              `json:"overdue"`
	NextDue   time.Time        `json:"next_due,omitzero"`
}

// platformReport is to be an alias of bot.PlatformStatus.
type platformReport struct {
	Name        string          `json:"name"`
	Health      *bot.Health     `json:"health,omitempty"`
	Problem     string          `json:"problem,omitempty"`
	ClosedUntil time.Time       `json:"closed_until,omitzero"`
	Replies     int             `json:"replies"`
	Cards       int             `json:"cards"`
	Scheduled   int             `json:"scheduled"`
	BackingOff  int             `json:"backing_off"`
	LastOnline  time.Time       `json:"last_online,omitzero"`
	Failures    []failureReport `json:"failures,omitempty"`
}

// failureReport is to be an alias of bot.Failures.
type failureReport struct {
	Class bot.Class `json:"class"`
	Code  string    `json:"code,omitempty"`
	Last  time.Time `json:"last"`
	Count int       `json:"count"`
}
