package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"rewoo/flows"
)

// checkRun is one call of rewoo check.
type checkRun struct {
	dir         string // of --flows
	lang, model string // of --translate and --model; "": not asked for
	json, sarif bool
	stamp       bool
	release     bool
}

func checkCommand() *cobra.Command {
	var r checkRun
	cmd := &cobra.Command{
		Use:     "check",
		Aliases: []string{"lint"}, // how texts are worded is part of it
		Short:   "Find every mistake in flow files, with its place and a suggestion",
		Example: `  rewoo check                     the conversations that ship
  rewoo check --flows ./my-flows  your own, laid over them
  rewoo check --model             walk every conversation through the engine, too
  rewoo check --model card        one of them
  rewoo check --json              for machines
  rewoo check --sarif             for code scanning and editors
  rewoo check --stamp --flows ./my-flows     note in versions.yaml there what each version is; commit it
  rewoo check --release --flows ./my-flows   before it goes out: warnings, and what is not stamped, are errors
  rewoo check --translate de                 what i18n/de.yaml lacks, to be filled in`,
		Args: func(cmd *cobra.Command, args []string) error {
			if r.model == everyFlow && len(args) == 1 {
				r.model = args[0] // behind the flag, with a space
				return nil
			}
			return noArgs(cmd, args)
		},
		ValidArgsFunction: completeModel,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.run(cmd.OutOrStdout(), cmd.Flags().Changed("model"))
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.dir, "flows", "", "folder whose files are laid over those that ship")
	f.StringVar(&r.model, "model", "", "walk all that can happen in a conversation, for both people: one, by its name, or all")
	f.Lookup("model").NoOptDefVal = everyFlow
	completes(cmd, "model", func(lib *flows.Library) []string { return append(flowNames(lib), everyFlow) })
	f.BoolVar(&r.json, "json", false, "print findings as JSON")
	f.BoolVar(&r.sarif, "sarif", false, "print findings as SARIF 2.1.0, for code scanning and editors")
	f.BoolVar(&r.stamp, "stamp", false, "if nothing is found, note new versions in versions.yaml in --flows DIR")
	f.BoolVar(&r.release, "release", false, "be as strict as for what goes out to people: warnings are errors")
	f.StringVar(&r.lang, "translate", "", "print what is not translated into this language, or was made from another text")
	return cmd
}

func (r *checkRun) run(out io.Writer, walk bool) error {
	fsys, err := flowFiles(r.dir)
	if err != nil {
		return err
	}
	as, err := chosenForm(r.json, r.sarif)
	if err != nil {
		return err
	}
	if r.lang != "" {
		return untranslated(out, fsys, r.dir, r.lang)
	}
	if r.stamp && r.dir == "" {
		return usagef("--stamp needs --flows DIR, the folder whose versions.yaml it writes")
	}
	var findings []flows.Finding
	if r.stamp {
		var wrote string
		if findings, wrote, err = writeStamps(fsys, r.dir); err != nil {
			return err
		}
		if wrote != "" && as == asLines {
			fmt.Fprintf(out, "wrote %s\n", wrote)
		}
	}
	lib, found := flows.LoadWith(fsys, flows.LoadOptions{Release: r.release})
	if len(flows.Errors(findings)) == 0 {
		findings = found
	}
	if walk && lib != nil && len(flows.Errors(findings)) == 0 {
		return modelAll(out, lib, r.dir, r.model, as)
	}
	if err := report(out, r.dir, findings, as); err != nil {
		return err
	}
	if lib == nil {
		return errFindings
	}
	if as == asLines {
		steps := 0
		for _, f := range lib.Flows {
			steps += len(f.Steps)
		}
		_, err = fmt.Fprintf(out, "fine: %d flows with %d steps, %d lists\n", len(lib.Flows), steps, len(lib.Lists))
	}
	return err
}

// writeStamps brings the lock file of a folder up to date, unless something is found. It tells the file that it wrote.
func writeStamps(fsys fs.FS, dir string) (findings []flows.Finding, wrote string, err error) {
	lock, findings := flows.Stamp(fsys)
	if len(findings) > 0 {
		return findings, "", nil
	}
	path := filepath.Join(dir, "versions.yaml")
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, lock) {
		return nil, "", nil
	}
	if err := rewriteFile(path, lock); err != nil {
		return nil, "", fmt.Errorf("%s was not written: %w", path, err)
	}
	return nil, path, nil
}

// untranslated prints what a translator has still to do.
func untranslated(w io.Writer, fsys fs.FS, dir, lang string) error {
	text, findings := flows.Untranslated(fsys, lang, "")
	if len(findings) > 0 {
		if err := report(w, dir, findings, asLines); err != nil {
			return err
		}
		return errFindings
	}
	if text == "" {
		text = "# everything is translated\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// flowFiles are the shipped files, with the author's folder laid over them.
func flowFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return flows.Shipped(), nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, usagef("--flows %s: there is no such folder", dir)
	}
	if !info.IsDir() {
		return nil, usagef("--flows %s: that is a file; name the folder it lies in", dir)
	}
	return flows.Overlay(flows.Shipped(), os.DirFS(dir)), nil
}

// chosenForm is how findings are printed.
func chosenForm(json, sarif bool) (form, error) {
	switch {
	case json && sarif:
		return asLines, usagef("--json and --sarif are two forms; choose one")
	case json:
		return asJSON, nil
	case sarif:
		return asSARIF, nil
	}
	return asLines, nil
}
