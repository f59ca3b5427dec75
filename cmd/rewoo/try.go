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
	"sync"
	"time"

	"github.com/spf13/cobra"

	"rewoo/bot"
	"rewoo/bot/web"
	"rewoo/flows"
	"rewoo/storage"
)

var _ bot.Store = (*storage.DB)(nil)

// dbName is the bot's own file in the data folder.
const dbName = "rewoo.db"

type tryOptions struct {
	listen, data, flows, at string
	seed                    int64
	fixed, remote           bool
}

func tryCommand() *cobra.Command {
	var o tryOptions
	cmd := &cobra.Command{
		Use:   "try",
		Short: "Open a local page with two phones, A and B, and try everything; no token, no set-up",
		Example: `  rewoo try
  rewoo try --data ./days --listen 127.0.0.1:8080
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
	lib, findings := flows.Load(fsys)
	if lib == nil {
		if err := report(stderr, findings, false); err != nil {
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
	page, err := web.Open(web.Options{
		Dir: dir, Listen: o.listen, AllowRemote: o.remote, At: at, Log: lg,
		Inspect: view.bonnet, Title: view.title,
		Ready: func(url string) {
			fmt.Fprintf(stdout, "rewoo try: %s\n", url)
			fmt.Fprintln(stdout, "Open that in a browser. Ctrl-C ends it; without --data, nothing is kept.")
		},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()

	where := newPlace(lib)
	again := &reloader{dir: o.flows, shelf: db, log: lg, now: page.Now, where: where, setup: func() flows.Setup { return flows.Setup{} }}
	if err := again.put(ctx, lib); err != nil {
		return err
	}
	b := bot.New(bot.Options{
		Store: db, Machine: where, Adapters: []bot.Adapter{page}, Now: page.Now, Seed: seeds(o), Log: lg, Manual: true,
	})
	page.Attach(b)
	if o.flows != "" {
		watching, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		wg.Go(func() {
			again.onChange(watching, watchEvery, func(found []flows.Finding, err error) { sayReloaded(stdout, stderr, found, err) })
		})
		defer func() { stop(); wg.Wait() }()
	}
	return b.Run(ctx)
}

// watchEvery is how often the folder of --flows is looked at.
const watchEvery = time.Second

// sayReloaded tells an author what came of a change.
func sayReloaded(stdout, stderr io.Writer, found []flows.Finding, err error) {
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "rewoo try: %v; the flows stay as they were\n", err)
	case len(found) > 0:
		_ = report(stderr, found, false)
		fmt.Fprintln(stderr, "The flows stay as they were until this is mended.")
	default:
		fmt.Fprintln(stdout, "The flows were loaded again.")
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

// seeds fixes chance when that was asked for: each event's seed comes from its id.
func seeds(o tryOptions) func(string) flows.Seed {
	if !o.fixed {
		return nil
	}
	return func(id string) flows.Seed {
		return flows.Seed(sha256.Sum256(fmt.Appendf(nil, "rewoo seed %d %s", o.seed, id)))
	}
}
