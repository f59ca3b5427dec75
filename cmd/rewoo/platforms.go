package main

import (
	"context"
	"fmt"
	"log/slog"

	"rewoo/bot"
	"rewoo/bot/discord"
	"rewoo/bot/telegram"
	"rewoo/config"
	"rewoo/flows"
)

// parts is what serve is put together from. Tests put in others.
type parts struct {
	telegram, discord func(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error)
	// identify asks the platform who the bot is. A *bot.PlatformError is what no retry can mend.
	identify func(context.Context, bot.Adapter) (identity, error)
	// gate lets in only whom the configuration names.
	gate func(*config.Config, *flows.Library, flows.Machine) flows.Machine
	// options adds what serve wants of the bot besides its parts.
	options func(bot.Options) bot.Options
	// status is what the bot tells about its queues and failures.
	status func(context.Context, *bot.Bot) (bot.Status, error)
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
	options:  supervised,
	status:   func(ctx context.Context, b *bot.Bot) (bot.Status, error) { return b.Status(ctx) },
}

// telegramAdapter makes the adapter of Telegram. It speaks to nobody yet.
func telegramAdapter(cfg *config.Config, lib *flows.Library, lg *slog.Logger) (bot.Adapter, error) {
	o := telegram.Options{
		Token: cfg.Telegram.Token.Reveal(), APIURL: cfg.Telegram.APIURL, Lines: bot.LinesOf(lib), Commands: lib.Commands(), Log: lg,
	}
	if w := cfg.Telegram.Webhook; w != nil {
		o.Webhook = &telegram.Webhook{Listen: w.Listen, URL: w.URL, Secret: w.Secret.Reveal()}
	}
	return telegram.New(o)
}

// discordAdapter makes the adapter of Discord. It speaks to nobody yet.
func discordAdapter(cfg *config.Config, lib *flows.Library, lg *slog.Logger) (bot.Adapter, error) {
	o := discord.Options{
		Token: cfg.Discord.Token.Reveal(), APIURL: cfg.Discord.APIURL, FreeText: cfg.Discord.FreeText, Lines: bot.LinesOf(lib),
		Commands: lib.Commands(), Log: lg,
	}
	if i := cfg.Discord.Interactions; i != nil {
		o.Interactions = &discord.Endpoint{Listen: i.Listen, PublicKey: i.PublicKey}
	}
	return discord.New(o)
}

func identify(ctx context.Context, a bot.Adapter) (identity, error) {
	switch a := a.(type) {
	case *telegram.Adapter:
		me, err := a.Me(ctx)
		return identity{Shown: "@" + me.Username, User: me.Username}, err
	case *discord.Adapter:
		me, err := a.Me(ctx)
		return identity{Shown: me.Username}, err
	}
	return identity{}, fmt.Errorf("%s does not say who the bot is", a.Name())
}

// gate stands in front of the conversations, unless anybody may come in.
func gate(cfg *config.Config, lib *flows.Library, m flows.Machine) flows.Machine {
	if cfg.People.OpenTo != config.Named {
		return m
	}
	o := bot.GateOptions{Word: lib.Word("invited_only")}
	for _, a := range cfg.People.Named {
		o.Named = append(o.Named, address(a))
	}
	return bot.NewGate(m, o)
}

// supervised keeps one platform running when the other fails, and lets nobody write without end.
func supervised(o bot.Options) bot.Options {
	o.Supervise, o.Flood = true, &bot.Flood{}
	return o
}
