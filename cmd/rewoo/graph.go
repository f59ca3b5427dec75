package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rewoo/bot/chart"
	"rewoo/config"
	"rewoo/flows"
)

// graphRun is one call of rewoo graph.
type graphRun struct {
	dir    string // of --flows
	format string
	out    string // the file to write; "": standard output
	whole  bool   // the map of all flows
}

var graphFormats = []string{"mermaid", "dot", "svg"}

func graphCommand() *cobra.Command {
	var r graphRun
	cmd := &cobra.Command{
		Use:   "graph FLOW",
		Short: "Draw a conversation, or the map of all of them",
		Example: `  rewoo graph daily_checkin                      as Mermaid, which many pages and editors draw
  rewoo graph boundary --format dot              for Graphviz
  rewoo graph boundary --format svg --out boundary.svg   a picture that a browser shows
  rewoo graph --flows ./my-flows mine            one of your own
  rewoo graph --map --format svg --out map.svg   which conversation leads to which`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return offered(cmd, flowNames), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, names []string) error { return r.run(cmd.OutOrStdout(), names) },
	}
	cmd.Flags().StringVar(&r.dir, "flows", "", "folder whose files are laid over those that ship")
	cmd.Flags().StringVar(&r.format, "format", "mermaid", "mermaid, dot or svg")
	cmd.Flags().StringVar(&r.out, "out", "", "file to write the picture to, rather than print it")
	cmd.Flags().BoolVar(&r.whole, "map", false, "draw all conversations, and which leads to which")
	completes(cmd, "format", func(*flows.Library) []string { return graphFormats })
	return cmd
}

func (r *graphRun) run(w io.Writer, names []string) error {
	switch {
	case !slices.Contains(graphFormats, r.format):
		return usagef("there is no format %q; %s", r.format, config.DidYouMean(r.format, graphFormats))
	case r.whole && len(names) > 0:
		return usagef("--map draws all conversations; name none")
	case !r.whole && len(names) != 1:
		return usagef("name one conversation, like rewoo graph daily_checkin, or write --map for all of them")
	}
	fsys, err := flowFiles(r.dir)
	if err != nil {
		return err
	}
	lib, findings := flows.Load(fsys)
	if errs := flows.Errors(findings); lib == nil || len(errs) > 0 {
		if err := report(w, r.dir, findings, asLines); err != nil {
			return err
		}
		return errFindings
	}
	g := lib.Map()
	if !r.whole {
		var known bool
		if g, known = lib.Graph(names[0]); !known {
			return unknownFlow(lib, r.dir, names[0])
		}
	}
	var picture bytes.Buffer // whole, or not at all
	if err := r.draw(&picture, g); err != nil {
		return fmt.Errorf("the picture was not drawn: %w", err)
	}
	if r.out == "" {
		_, err := picture.WriteTo(w)
		return err
	}
	if err := os.WriteFile(r.out, picture.Bytes(), 0o644); err != nil {
		return fmt.Errorf("the picture was not written: %w", err)
	}
	return nil
}

func (r *graphRun) draw(w io.Writer, g *flows.Graph) error {
	switch r.format {
	case "dot":
		return chart.DOT(w, g)
	case "svg":
		return chart.SVG(w, g, chart.Options{})
	}
	return chart.Mermaid(w, g)
}

// unknownFlow says which flow was probably meant. A command may have another name than its flow.
func unknownFlow(lib *flows.Library, dir, name string) error {
	name = strings.TrimSuffix(filepath.Base(name), ".yaml")
	var names []string
	for n, f := range lib.Flows {
		names = append(names, n)
		if f.Start.Command != "" && f.Start.Command == strings.TrimPrefix(name, "/") {
			return usagef("there is no conversation %q; /%s begins %q", name, f.Start.Command, n)
		}
	}
	return usagef("there is no conversation %q%s; %s", name, amongShipped(dir), config.DidYouMean(strings.ReplaceAll(name, "-", "_"), names))
}
