package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"rewoo/bot"
	"rewoo/bot/play"
	"rewoo/bot/web"
	"rewoo/flows"
	"rewoo/storage"
)

var _ bot.Store = (*storage.DB)(nil)

// dbName is the bot's own file in the data folder.
const dbName = "rewoo.db"

type tryOptions struct {
	listen, data, flows, at, scenario string
	seed                              int64
	fixed, remote                     bool
}

func tryCommand() *cobra.Command {
	var o tryOptions
	cmd := &cobra.Command{
		Use:   "try",
		Short: "Open a local page with two phones, A and B, and try everything; no token, no set-up",
		Example: `  rewoo try
  rewoo try --data ./days --listen 127.0.0.1:8080
  rewoo try --flows ./my-flows                    your own conversations: see, play, change and save them
  rewoo try --flows ./my-flows --scenario week3   begin in the third week of two people
  rewoo try --scenario list                       which prepared points there are
  rewoo try --flows ./my-flows --at 2026-03-02T18:00:00Z --seed 1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.fixed = cmd.Flags().Changed("seed")
			return try(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address of the page; port 0 is any free one")
	f.StringVar(&o.data, "data", "", "folder that keeps everything, the clock too (default: a temporary one, removed at the end)")
	f.StringVar(&o.flows, "flows", "", "folder whose flow files are laid over those that ship")
	f.StringVar(&o.scenario, "scenario", "", "begin at a prepared point; list says which there are")
	f.StringVar(&o.at, "at", "", "what the clock shows at the very first start, like 2026-03-02T18:00:00Z (default: now)")
	f.Int64Var(&o.seed, "seed", 0, "fix chance, for tests and demos")
	f.BoolVar(&o.remote, "allow-remote", false, "let the page be reached from other machines: whoever reaches it reads everything")
	return cmd
}

// try wires the page, the store and the bot together and runs until ctx ends. The store closes last.
func try(ctx context.Context, o tryOptions, stdout, stderr io.Writer) (err error) {
	at, err := parseAt(o.at)
	if err != nil {
		return err
	}
	fsys, err := flowFiles(o.flows)
	if err != nil {
		return err
	}
	if o.scenario == "list" {
		return listScenarios(stdout, fsys)
	}
	start, err := scenarioOf(o, fsys)
	if err != nil {
		return err
	}
	looked := looksLike(o.flows) // before it is read: who saves while rewoo begins is not passed over
	memory := &flows.Memory{}
	lib, findings := flows.LoadWith(fsys, flows.LoadOptions{Memory: memory})
	if lib == nil {
		if err := report(stderr, o.flows, findings, asLines); err != nil {
			return err
		}
		return errFindings
	}
	dir, cleanup, err := dataDir(o.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cleanup()) }()

	if err := wholeFolder(dir); err != nil {
		return err
	}
	if err := start.newDay(dir); err != nil {
		return err
	}
	lg := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	db, err := storage.Open(filepath.Join(dir, dbName), storage.Options{Log: lg})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	view := viewer{db: db}
	if err := view.belongs(ctx, dir); err != nil {
		return err
	}
	where := newPlace(lib)
	again := &reloader{dir: o.flows, shelf: db, log: lg, where: where, memory: memory, setup: func() flows.Setup { return flows.Setup{} }}
	writer := newAuthor(again, view, start, !o.remote)
	page, err := web.Open(web.Options{
		Dir: dir, Listen: o.listen, AllowRemote: o.remote, At: start.clock(at), Log: lg,
		Inspect: view.bonnet, Title: view.title, Begin: start.begin, Author: writer,
		Ready: func(url string) {
			fmt.Fprintf(stdout, "rewoo try: %s\n", url)
			fmt.Fprintln(stdout, "Open that in a browser. Ctrl-C ends it; without --data, nothing is kept.")
		},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()

	again.now = page.Now
	if err := again.put(ctx, lib); err != nil {
		return err
	}
	b := bot.New(bot.Options{
		Store: db, Machine: where, Adapters: []bot.Adapter{page}, Now: page.Now, Seed: seeds(o, page.Nth), Log: lg, Manual: true,
	})
	page.Attach(b)
	if o.flows != "" {
		defer writer.watchBeside(ctx, looked, stdout, stderr)()
	}
	return b.Run(ctx)
}

// watchEvery is how often the folder of --flows is looked at. A change counts when it has lain still from one look to the next, so
// that half a file is not read.
const watchEvery = 25 * time.Millisecond

// sayReloaded tells an author what came of a change.
func sayReloaded(stdout, stderr io.Writer, dir string, found []flows.Finding, in bool, err error) {
	if err != nil {
		fmt.Fprintf(stderr, "rewoo try: %v; the flows stay as they were\n", err)
		return
	}
	_ = report(stderr, dir, found, asLines)
	if in {
		fmt.Fprintln(stdout, "The flows were loaded again.")
	} else {
		fmt.Fprintln(stderr, "The flows stay as they were until this is mended.")
	}
}

// dataDir is where everything is kept: the folder that was asked for, or one that goes with the program.
func dataDir(path string) (dir string, cleanup func() error, err error) {
	if path == "" {
		dir, err := os.MkdirTemp("", "rewoo-try-")
		if err != nil {
			return "", nil, fmt.Errorf("a temporary folder: %w", err)
		}
		return dir, func() error { return os.RemoveAll(dir) }, nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", nil, fmt.Errorf("--data %s: %w; name a folder that you may write to", path, err)
	}
	return path, func() error { return nil }, nil
}

func parseAt(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usagef("--at %q is no time; write it like 2026-03-02T18:00:00Z", s)
}

// seeds is chance where it is fixed: each event's seed comes from its id. With flows of one's own, or a scenario, it is a player's
// (play.Chance), so that what was played comes again when it is played as a transcript. nth is the place of an event among all that
// was done on the page.
func seeds(o tryOptions, nth func(event string) (int, bool)) func(string) flows.Seed {
	switch {
	case o.fixed:
		return func(id string) flows.Seed {
			return flows.Seed(sha256.Sum256(fmt.Appendf(nil, "rewoo seed %d %s", o.seed, id)))
		}
	case o.flows == "" && o.scenario == "":
		return nil
	}
	return func(id string) flows.Seed {
		if n, ok := nth(id); ok {
			id = play.InputID(n)
		}
		return play.Chance(id)
	}
}
