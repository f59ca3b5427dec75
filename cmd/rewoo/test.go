package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rewoo/bot/play"
	"rewoo/flows"
	"rewoo/storage"
)

func testCommand() *cobra.Command {
	var dir string
	var asJSON, update bool
	cmd := &cobra.Command{
		Use:   "test [transcript ...]",
		Short: "Play the transcripts of a library and compare what comes",
		Example: `  rewoo test                                  all that ship
  rewoo test --flows ./my-flows               all, with your own laid over them
  rewoo test --flows ./my-flows -update low   write down what came in low.txt`,
		RunE: func(cmd *cobra.Command, names []string) error {
			fsys, err := flowFiles(dir)
			if err != nil {
				return err
			}
			if update && dir == "" {
				return usagef("-update needs --flows DIR, the folder whose transcripts it may rewrite")
			}
			lib, findings := flows.Load(fsys)
			if lib != nil {
				findings, err = playAll(cmd.Context(), fsys, lib, names, update, dir, progress(cmd.OutOrStdout(), asJSON))
			}
			if err != nil {
				return err
			}
			if len(findings) > 0 || asJSON {
				if err := report(cmd.OutOrStdout(), findings, asJSON); err != nil {
					return err
				}
			}
			if len(findings) > 0 {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "flows", "", "folder whose files are laid over those that ship")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print findings as JSON")
	cmd.Flags().BoolVar(&update, "update", false, "rewrite the transcripts in --flows DIR with what came")
	return cmd
}

func progress(w io.Writer, asJSON bool) func(format string, args ...any) {
	if asJSON {
		return func(string, ...any) {}
	}
	return func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
}

// playAll plays the named transcripts, or all. A transcript that does not hold is a finding T01, one that cannot be played T02.
func playAll(ctx context.Context, fsys fs.FS, lib *flows.Library, names []string, update bool, dir string, say func(string, ...any)) ([]flows.Finding, error) {
	all, err := play.Names(fsys)
	if err != nil {
		return nil, err
	}
	chosen := all
	if len(names) > 0 {
		chosen = nil
		for _, n := range names {
			n = strings.TrimSuffix(n, ".txt") + ".txt"
			if !slices.Contains(all, n) {
				return nil, usagef("there is no transcript %s; there are: %s", n, strings.Join(all, " "))
			}
			chosen = append(chosen, n)
		}
	}
	var findings []flows.Finding
	for _, name := range chosen {
		began := time.Now()
		want, got, err := playOne(ctx, fsys, lib, name)
		var at *play.LineError
		switch {
		case errors.As(err, &at):
			findings = append(findings, flows.Finding{Code: "T02", File: at.File, Line: at.Line, Column: 1, Text: at.Text, Suggestion: "mend this line, or those above it"})
			say("FAIL %s\n", name)
			continue
		case err != nil:
			return findings, fmt.Errorf("transcript %s: %w", name, err)
		}
		if want != got && update {
			err := os.MkdirAll(filepath.Join(dir, play.Folder), 0o755)
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, play.Folder, name), []byte(got), 0o644)
			}
			if err != nil {
				return findings, fmt.Errorf("transcript %s: %w", name, err)
			}
			say("wrote %s\n", name)
			continue
		}
		if f, same := differs(name, want, got); !same {
			findings = append(findings, f)
			say("FAIL %s\n", name)
			continue
		}
		say("ok   %-28s %4d ms\n", name, time.Since(began).Milliseconds())
	}
	return findings, nil
}

// playOne plays a transcript over a real store of its own.
func playOne(ctx context.Context, fsys fs.FS, lib *flows.Library, name string) (want, got string, err error) {
	dir, err := os.MkdirTemp("", "rewoo-test-")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(dir)
	db, err := storage.Open(filepath.Join(dir, "rewoo.db"), storage.Options{NoSync: true})
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return play.Play(ctx, fsys, lib, db, name)
}

// differs finds the first line at which a transcript and what came part.
func differs(name, want, got string) (flows.Finding, bool) {
	if want == got {
		return flows.Finding{}, true
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	n := 0
	for n < len(w) && n < len(g) && w[n] == g[n] {
		n++
	}
	lineOf := func(lines []string) string {
		if n < len(lines) && lines[n] != "" {
			return fmt.Sprintf("%q", lines[n])
		}
		return "nothing more"
	}
	return flows.Finding{
		Code: "T01", File: play.Folder + "/" + name, Line: n + 1, Column: 1,
		Text:       fmt.Sprintf("expected %s, got %s", lineOf(w), lineOf(g)),
		Suggestion: "if what came is right, run rewoo test --flows DIR -update, which writes it to DIR/transcripts",
	}, false
}
