package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"rewoo/bot"
	"rewoo/config"
	"rewoo/flows"
)

// ruleNote is what the operator reads who lets people write in words of their own on Discord.
const ruleNote = "Discord's Developer Policy, rule 16 (effective 8 July 2024), says that an app may not obtain or transmit data that includes protected health information, financial information or other sensitive information under applicable law. What people write here may well be that. Turning this on is your decision and your responsibility."

type serveOptions struct {
	config string
	check  bool
	hup    <-chan os.Signal // each says that the flows are to be read again; nil: nothing ever does
}

func serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the bot on Telegram, on Discord, or on both, until SIGTERM or Ctrl-C",
		Example: `  rewoo serve --config rewoo.yaml
  rewoo serve --check              only look for mistakes; connects to nothing`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			hup := make(chan os.Signal, 1)
			signal.Notify(hup, syscall.SIGHUP)
			defer signal.Stop(hup)
			o.hup = hup
			return serve(cmd.Context(), o, realParts, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.config, "config", "rewoo.yaml", "the file that rewoo init writes")
	cmd.Flags().BoolVar(&o.check, "check", false, "check configuration, conversations, data and tokens, and start nothing")
	return cmd
}

// serve checks everything, says all that is wrong at once, and then runs the bot until ctx ends. It owns three goroutines
// besides the bot's: the admin socket's, one that asks a platform again who the bot is, and one that reads the flows again on
// SIGHUP. Shutdown: the bot ends, these three end, the database closes.
func serve(ctx context.Context, o serveOptions, p parts, stdout, stderr io.Writer) (err error) {
	r := &ready{parts: p, file: o.config}
	r.look(ctx, o.check, stderr)
	defer func() {
		if r.db != nil {
			err = errors.Join(err, r.db.Close())
		}
	}()
	if r.fine() && !o.check {
		defer quiet(hush{r.log})()
		r.meet(ctx)
	}
	if err := reportAll(stderr, r.found, r.inLib); err != nil {
		return err
	}
	if o.check {
		for _, n := range r.notes {
			fmt.Fprintln(stdout, n)
		}
		if d := r.cfg.Discord; d != nil && d.FreeText {
			fmt.Fprintln(stdout, "discord.free_text is on. "+ruleNote)
		}
		_, err := fmt.Fprintf(stdout, "fine: %s; nothing was started\n", r.cfg.File)
		return err
	}
	if ctx.Err() != nil {
		return nil // told to end while it asked
	}
	return r.run(ctx, o.hup)
}

// quiet sends what libraries print through the standard logger to w, until the function it returns is called.
func quiet(w io.Writer) func() {
	before, flags := log.Writer(), log.Flags()
	log.SetOutput(w)
	log.SetFlags(0)
	return func() { log.SetOutput(before); log.SetFlags(flags) }
}

// run wires bot, library and socket together.
func (r *ready) run(ctx context.Context, hup <-chan os.Signal) (err error) {
	started := time.Now()
	where := newPlace(r.lib.With(r.setup()))
	again := &reloader{dir: r.cfg.Flows, shelf: r.db, log: r.log, now: time.Now, where: where, setup: r.setup}
	for _, c := range r.conns {
		if a, ok := c.adapter.(bot.Follower); ok {
			again.follow = append(again.follow, func(lib *flows.Library) { a.Follow(bot.LinesOf(lib), lib.Commands()) })
		}
	}
	if err := again.put(ctx, r.lib); err != nil {
		return err
	}
	machine := r.parts.gate(r.cfg, r.lib, where)
	zones := findZoneData(started)
	r.announce(zones)

	opts := bot.Options{Store: r.db, Machine: machine, Log: r.log}
	for _, c := range r.conns {
		opts.Adapters = append(opts.Adapters, c.adapter)
	}
	b := bot.New(r.parts.options(opts))

	a, err := openAdmin(r.cfg.Data, r.log, adminRoute{"GET /status", func(ctx context.Context) (any, error) { return r.status(ctx, b, started, zones, again.report()) }})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	learning, stop := context.WithCancel(ctx)
	defer func() {
		stop()
		wg.Wait()
		err = errors.Join(err, a.close())
		r.log.Info("stopped")
	}()
	wg.Go(func() { r.learn(learning, again) })
	wg.Go(func() { again.onSignal(learning, hup) })
	return b.Run(ctx)
}

// setup is what the conversations have to know of where they run.
func (r *ready) setup() flows.Setup {
	s := flows.Setup{Platforms: map[string]flows.Platform{}, Operator: address(r.cfg.Operator)}
	for _, c := range r.conns {
		switch c.platform {
		case "telegram":
			s.Platforms[c.platform] = flows.Platform{}
			if user := c.identity().User; user != "" {
				s.InviteLink = "https://t.me/" + user + "?start="
			}
		case "discord":
			s.Platforms[c.platform] = flows.Platform{NoText: !r.cfg.Discord.FreeText, Forms: true}
		}
	}
	return s
}

func address(a config.Account) flows.Address {
	return flows.Address{Platform: a.Platform, User: a.User}
}

// announce says what the bot is connected to and who may come in.
func (r *ready) announce(zones zoneData) {
	r.log.Info("starting", "version", version())
	for _, c := range r.conns {
		if who := c.identity(); who != (identity{}) {
			r.log.Info("the bot is known", "platform", c.platform, "bot", who.Shown, "how", c.how)
		} else {
			r.log.Warn("who the bot is, is not known yet", "platform", c.platform, "how", c.how)
		}
	}
	r.log.Info("who may come in", "open_to", r.cfg.People.OpenTo, "named", len(r.cfg.People.Named), "operator", operatorText(r.cfg.Operator.Platform))
	if d := r.cfg.Discord; d != nil && d.FreeText {
		r.log.Warn("discord.free_text is on. " + ruleNote)
	}
	if !r.cfg.Key.Empty() {
		r.log.Warn("there is a key, and this version does not seal what it stores: whoever reads the data folder reads everything")
	}
	if zones.Old {
		r.log.Warn("time zone data", "from", zones.String())
	} else {
		r.log.Info("time zone data", "from", zones.String())
	}
}

// learn asks the platforms that were out of reach again, until all said who the bot is. What is wrong with them is the
// adapters' to report.
func (r *ready) learn(ctx context.Context, again *reloader) {
	for wait := 5 * time.Second; ; wait = min(2*wait, 5*time.Minute) {
		missing := false
		for _, c := range r.conns {
			missing = missing || c.identity() == (identity{})
		}
		if !missing {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		for _, c := range r.conns {
			if c.identity() == (identity{}) && c.meet(ctx, r.parts) == nil {
				again.moved()
				r.log.Info("the bot is known", "platform", c.platform, "bot", c.identity().Shown, "how", c.how)
			}
		}
	}
}

// status is what rewoo status gets.
func (r *ready) status(ctx context.Context, b *bot.Bot, started time.Time, zones zoneData, library flowsReport) (statusReport, error) {
	got, err := r.parts.status(ctx, b)
	if err != nil {
		return statusReport{}, err
	}
	s := statusReport{Version: version(), Now: time.Now(), Started: started, OpenTo: r.cfg.People.OpenTo, Operator: r.cfg.Operator.Platform, Zones: zones, Flows: library, Bot: got}
	for _, c := range r.conns {
		name := c.identity().Shown
		if h := platformOf(got, c.platform).Health; name == "" && h != nil {
			name = h.Name
		}
		s.Connections = append(s.Connections, connectionReport{Platform: c.platform, Name: name, How: c.how})
	}
	return s, nil
}
