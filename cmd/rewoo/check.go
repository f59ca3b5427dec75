package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"rewoo/flows"
)

func checkCommand() *cobra.Command {
	var dir, model string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Find every mistake in flow files, with its place and a suggestion",
		Example: `  rewoo check                     the conversations that ship
  rewoo check --flows ./my-flows  your own, laid over them
  rewoo check --model             walk every conversation through the engine, too
  rewoo check --model card        one of them
  rewoo check --json              for machines`,
		Args: func(cmd *cobra.Command, args []string) error {
			if model == everyFlow && len(args) == 1 {
				model = args[0] // behind the flag, with a space
				return nil
			}
			return noArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			fsys, err := flowFiles(dir)
			if err != nil {
				return err
			}
			lib, findings := flows.Load(fsys)
			if cmd.Flags().Changed("model") && lib != nil {
				return modelAll(cmd.OutOrStdout(), lib, model, asJSON)
			}
			if err := report(cmd.OutOrStdout(), findings, asJSON); err != nil {
				return err
			}
			if len(findings) > 0 {
				return errFindings
			}
			if !asJSON {
				steps := 0
				for _, f := range lib.Flows {
					steps += len(f.Steps)
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "fine: %d flows with %d steps, %d lists\n", len(lib.Flows), steps, len(lib.Lists))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "flows", "", "folder whose files are laid over those that ship")
	cmd.Flags().StringVar(&model, "model", "", "walk all that can happen in a conversation, for both people: one, by its name, or all")
	cmd.Flags().Lookup("model").NoOptDefVal = everyFlow
	cmd.Flags().BoolVar(&asJSON, "json", false, "print findings as JSON")
	return cmd
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

// report prints all findings, for people a line each.
func report(w io.Writer, findings []flows.Finding, asJSON bool) error {
	if asJSON {
		if findings == nil {
			findings = []flows.Finding{}
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"findings": findings})
	}
	for _, f := range findings {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	if n := len(findings); n == 1 {
		fmt.Fprintln(w, "1 finding")
	} else if n > 1 {
		fmt.Fprintln(w, n, "findings")
	}
	return nil
}
