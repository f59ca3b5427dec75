package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"rewoo/bot"
	"rewoo/config"
	"rewoo/flows"
	"rewoo/storage"
)

// meetTimeout is how long a platform has to say who the bot is, before serve starts without knowing.
const meetTimeout = 10 * time.Second

// ready is everything that serve needs, checked. Nothing of it runs yet.
type ready struct {
	parts parts
	file  string
	log   *slog.Logger
	cfg   *config.Config
	lib   *flows.Library
	db    *storage.DB   // nil where it was only looked at
	conns []*connection // in the order of their names' importance: Telegram, Discord
	notes []string      // what --check could not look at

	found []config.Finding
	inLib []flows.Finding
}

// connection is a platform that serve runs.
type connection struct {
	platform string
	how      string
	adapter  bot.Adapter

	mu  sync.Mutex
	who identity // zero: not known yet
}

func (c *connection) identity() identity {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.who
}

// look checks everything that can be checked without speaking to a platform. With only it changes nothing, not even by making
// a database.
func (r *ready) look(ctx context.Context, only bool, stderr io.Writer) {
	r.cfg, r.found = config.Load(r.file)
	r.log = newLog(stderr, r.cfg.Log)
	r.flows()
	if r.cfg.Data == "" {
		return // the file could not be read
	}
	if r.lib != nil {
		r.connections()
	}
	r.store(ctx, only) // last: it makes a database only when all else is fine
}

func (r *ready) connections() {
	if t := r.cfg.Telegram; t != nil && !t.Token.Empty() {
		how := "long poll"
		if t.Webhook != nil {
			how = "webhook at " + t.Webhook.Listen
		}
		r.connect("telegram", how, r.parts.telegram)
	}
	if d := r.cfg.Discord; d != nil && !d.Token.Empty() {
		how := "gateway"
		if d.Interactions != nil {
			how = "interactions at " + d.Interactions.Listen
		}
		r.connect("discord", how, r.parts.discord)
	}
}

// flows loads the conversations. A folder that is not there is a finding of the configuration.
func (r *ready) flows() {
	dir := r.cfg.Flows
	if info, err := os.Stat(dir); dir != "" && (err != nil || !info.IsDir()) {
		dir = ""
	}
	fsys, err := flowFiles(dir)
	if err != nil {
		r.problem(dir, err.Error(), "name another folder")
		return
	}
	lib, found := flows.Load(fsys)
	r.lib, r.inLib = lib, placed(dir, found)
}

// store opens the database, or makes one if nothing is wrong so far.
func (r *ready) store(ctx context.Context, only bool) {
	data := r.cfg.Data
	if f, bad := socketFinding(data); bad {
		r.found = append(r.found, f)
	}
	if info, err := os.Stat(data); err != nil || !info.IsDir() {
		return // a finding already
	}
	path := filepath.Join(data, dbName)
	if _, err := os.Lstat(path); err != nil && (only || !r.fine()) {
		return
	}
	if only && len(socketPath(data)) <= maxSocket && askAdmin(ctx, data, "/status", new(statusReport)) == nil {
		r.notes = append(r.notes, "a bot runs on this data; its database was not looked at")
		return
	}
	db, err := storage.Open(path, storage.Options{Log: r.log})
	var oe *storage.OpenError
	switch {
	case errors.As(err, &oe):
		r.problem(oe.Path, oe.Problem, oe.Hint)
	case err != nil:
		r.problem(path, "it cannot be opened", "see whether this user may")
	case only:
		if err := db.Close(); err != nil {
			r.problem(path, "it cannot be closed", "see whether the disk is full")
		}
	default:
		r.db = db
	}
}

func (r *ready) connect(platform, how string, make func(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error)) {
	a, err := make(r.cfg, r.lib, r.log)
	if err != nil {
		r.problem(r.file, platform+": "+err.Error(), "")
		return
	}
	r.conns = append(r.conns, &connection{platform: platform, how: how, adapter: a})
}

func (r *ready) problem(where, text, hint string) {
	r.found = append(r.found, config.Finding{File: where, Text: text, Suggestion: hint})
}

func (r *ready) fine() bool { return len(r.found)+len(r.inLib) == 0 }

// meet asks every platform who the bot is. A platform that refuses the token is a finding; one that is out of reach is not,
// because the other may be there, and this one will be again.
func (r *ready) meet(ctx context.Context) {
	errs := make([]error, len(r.conns))
	var wg sync.WaitGroup
	for i, c := range r.conns {
		wg.Go(func() { errs[i] = c.meet(ctx, r.parts) })
	}
	wg.Wait()
	for i, c := range r.conns {
		var pe *bot.PlatformError
		switch {
		case errors.As(errs[i], &pe):
			r.problem(r.file, c.platform+": "+pe.Problem+" ("+pe.Code+")", pe.Hint)
		case errs[i] != nil && ctx.Err() == nil:
			r.log.Warn("out of reach; starting all the same, and trying again", "platform", c.platform) // the error may hold a URL with the token
		}
	}
}

func (c *connection) meet(ctx context.Context, p parts) error {
	ctx, cancel := context.WithTimeout(ctx, meetTimeout)
	defer cancel()
	who, err := p.identify(ctx, c.adapter)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.who = who
	return nil
}

// reportAll prints all findings and is errFindings if there are any.
func reportAll(w io.Writer, found []config.Finding, inLib []flows.Finding) error {
	for _, f := range found {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	for _, f := range inLib {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	switch n := len(found) + len(inLib); n {
	case 0:
		return nil
	case 1:
		fmt.Fprintln(w, "1 finding")
	default:
		fmt.Fprintln(w, n, "findings")
	}
	return errFindings
}
