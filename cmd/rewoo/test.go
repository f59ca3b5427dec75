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

// testRun is one call of rewoo test.
type testRun struct {
	dir     string // of --flows
	propose string // where transcripts are written that cover what is missing; "": nowhere
	asJSON  bool
	update  bool
	covers  bool

	fsys  fs.FS
	lib   *flows.Library
	cover *flows.Coverage
	say   func(format string, args ...any)
}

func testCommand() *cobra.Command {
	var r testRun
	cmd := &cobra.Command{
		Use:   "test [transcript ...]",
		Short: "Play the transcripts of a library and compare what comes",
		Example: `  rewoo test                                  all that ship
  rewoo test --flows ./my-flows               all, with your own laid over them
  rewoo test --flows ./my-flows -update low   write down what came in low.txt
  rewoo test --flows ./my-flows --cover       also say which steps and ways on none of them takes
  rewoo test --flows ./my-flows --propose ./my-flows/transcripts   write transcripts that do`,
		ValidArgsFunction: completeTranscripts,
		RunE:              func(cmd *cobra.Command, names []string) error { return r.run(cmd, names) },
	}
	cmd.Flags().StringVar(&r.dir, "flows", "", "folder whose files are laid over those that ship")
	cmd.Flags().BoolVar(&r.asJSON, "json", false, "print findings as JSON")
	cmd.Flags().BoolVar(&r.update, "update", false, "rewrite the transcripts in --flows DIR with what came")
	cmd.Flags().BoolVar(&r.covers, "cover", false, "also find every step and way on that no transcript takes (F20)")
	cmd.Flags().StringVar(&r.propose, "propose", "", "folder to write transcripts to that take what is missing")
	return cmd
}

func (r *testRun) run(cmd *cobra.Command, names []string) (err error) {
	if r.fsys, err = flowFiles(r.dir); err != nil {
		return err
	}
	if r.update && r.dir == "" {
		return usagef("-update needs --flows DIR, the folder whose transcripts it may rewrite")
	}
	if len(names) > 0 && (r.covers || r.propose != "") {
		return usagef("--cover and --propose look at all transcripts; name none")
	}
	r.say = progress(cmd.OutOrStdout(), r.asJSON)
	lib, findings := flows.Load(r.fsys)
	if lib != nil {
		r.lib, r.cover = lib, lib.Cover()
		findings, err = r.playAll(cmd.Context(), names)
	}
	if err == nil && len(findings) == 0 && (r.covers || r.propose != "") {
		findings, err = r.covered(cmd.Context())
	}
	if err != nil {
		return err
	}
	if as, _ := chosenForm(r.asJSON, false); len(findings) > 0 || r.asJSON {
		if err := report(cmd.OutOrStdout(), r.dir, findings, as); err != nil {
			return err
		}
	}
	if len(findings) > 0 {
		return errFindings
	}
	return nil
}

// covered says what the transcripts that were played do not take, and writes proposals where that was asked for.
func (r *testRun) covered(ctx context.Context) ([]flows.Finding, error) {
	how := map[flows.Covered]string{}
	if r.propose != "" || r.covers && len(r.cover.Missing()) > 0 {
		if err := r.proposals(ctx, how); err != nil {
			return nil, err
		}
	}
	for _, row := range r.cover.Rows() {
		r.say("%-24s steps %3d/%-3d  edges %3d/%-3d\n", row.Name, row.Steps, row.AllSteps, row.Edges, row.AllEdges)
	}
	if !r.covers {
		return nil, nil
	}
	return r.cover.Findings(func(x flows.Covered) string { return how[x] }), nil
}

// proposals looks for transcripts that pass what is missing: how each begins, and with --propose the whole of them.
func (r *testRun) proposals(ctx context.Context, how map[flows.Covered]string) error {
	o := play.Search{}
	if r.propose == "" {
		o.Lines, o.Lives = 1, 200
	}
	cover := r.cover.Clone() // a proposal is no transcript yet
	props, err := play.Propose(ctx, r.fsys, r.lib, cover, o)
	if err != nil {
		return err
	}
	for _, p := range props {
		for _, x := range p.Covers {
			how[x] = "play " + p.Inputs()
		}
		if r.propose != "" {
			if err := r.write(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// write plays a proposal and writes down what came.
func (r *testRun) write(ctx context.Context, p play.Proposal) error {
	got, err := playText(ctx, r.fsys, r.lib, p.Text)
	if err == nil {
		err = os.MkdirAll(r.propose, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(r.propose, p.Name), []byte(got), 0o644)
	}
	if err != nil {
		return fmt.Errorf("proposal %s: %w", p.Name, err)
	}
	r.say("wrote %-24s %d things\n", p.Name, len(p.Covers))
	return nil
}

// playText plays the inputs of a text and gives them back with what came: a transcript.
func playText(ctx context.Context, fsys fs.FS, lib *flows.Library, inputs string) (string, error) {
	const name = "inputs.txt" // no transcript that ships; one of the author's only stands aside
	fsys, done, err := withFile(fsys, play.Folder+"/"+name, inputs)
	if err != nil {
		return "", err
	}
	defer done()
	_, got, _, err := playOne(ctx, fsys, lib, name)
	return got, err
}

// withFile lays one more file over others. It lies in a temporary folder until done is called.
func withFile(fsys fs.FS, name, text string) (over fs.FS, done func(), err error) {
	dir, err := os.MkdirTemp("", "rewoo-test-")
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return flows.Overlay(fsys, os.DirFS(dir)), func() { _ = os.RemoveAll(dir) }, nil // the system clears what is left
}

func progress(w io.Writer, asJSON bool) func(format string, args ...any) {
	if asJSON {
		return func(string, ...any) {}
	}
	return func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
}

// playAll plays the named transcripts, or all. A transcript that does not hold is a finding T01, one that cannot be played T02.
func (r *testRun) playAll(ctx context.Context, names []string) ([]flows.Finding, error) {
	all, err := play.Names(r.fsys)
	if err != nil {
		return nil, err
	}
	chosen := all
	if len(names) > 0 {
		chosen = nil
		for _, n := range names {
			n = strings.TrimSuffix(n, ".txt") + ".txt"
			if !slices.Contains(all, n) {
				return nil, unknownTranscript(r.dir, n, all)
			}
			chosen = append(chosen, n)
		}
	}
	var findings []flows.Finding
	for _, name := range chosen {
		began := time.Now()
		want, got, passed, err := playOne(ctx, r.fsys, r.lib, name)
		r.cover.Add(passed)
		var at *play.LineError
		switch {
		case errors.As(err, &at):
			findings = append(findings, flows.Finding{Code: "T02", File: at.File, Line: at.Line, Column: 1, Text: at.Text, Suggestion: "mend this line, or those above it"})
			r.say("FAIL %s\n", name)
			continue
		case err != nil:
			return findings, fmt.Errorf("transcript %s: %w", name, err)
		}
		if want != got && r.update {
			path := filepath.Join(r.dir, filepath.FromSlash(play.Path(name)))
			err := os.MkdirAll(filepath.Dir(path), 0o755)
			if err == nil {
				err = rewriteFile(path, []byte(got))
			}
			if err != nil {
				return findings, fmt.Errorf("transcript %s: %w", name, err)
			}
			r.say("wrote %s\n", name)
			continue
		}
		if f, same := differs(name, want, got); !same {
			if r.dir != "" {
				f.Suggestion = strings.ReplaceAll(f.Suggestion, "DIR", shellWord(r.dir))
			}
			findings = append(findings, f)
			r.say("FAIL %s\n", name)
			continue
		}
		r.say("ok   %-28s %4d ms\n", name, time.Since(began).Milliseconds())
	}
	return findings, nil
}

// playOne plays a transcript over a real store of its own.
func playOne(ctx context.Context, fsys fs.FS, lib *flows.Library, name string) (want, got string, passed []flows.Covered, err error) {
	dir, err := os.MkdirTemp("", "rewoo-test-")
	if err != nil {
		return "", "", nil, err
	}
	defer os.RemoveAll(dir)
	db, err := storage.Open(filepath.Join(dir, "rewoo.db"), storage.Options{NoSync: true})
	if err != nil {
		return "", "", nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return play.Trace(ctx, fsys, lib, db, name)
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
		Code: "T01", File: play.Path(name), Line: n + 1, Column: 1,
		Text:       fmt.Sprintf("expected %s, got %s", lineOf(w), lineOf(g)),
		Suggestion: "if what came is right, run rewoo test --flows DIR -update, which writes it into the transcripts there",
	}, false
}
