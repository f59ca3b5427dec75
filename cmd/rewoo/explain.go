package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"rewoo/docs"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE ...]",
		Short: "Say what a code of a finding means, with an example of the mistake and of what is right",
		Example: `  rewoo explain        all codes, a line each
  rewoo explain F11    the page of one
  rewoo explain f3 T01 the pages of two`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var out []string
			for _, p := range codePages() {
				out = append(out, p.code+"\t"+p.title)
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error { return explain(cmd.OutOrStdout(), args) },
	}
}

// codePage is the section of docs/flows/checks.md about one code.
type codePage struct{ code, title, text string }

var codeHeading = regexp.MustCompile(`(?m)^## ([A-Z]\d\d) (.*)$`)

func codePages() []codePage {
	at := codeHeading.FindAllStringSubmatchIndex(docs.Checks, -1)
	var out []codePage
	for i, m := range at {
		end := len(docs.Checks)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		page := docs.Checks[m[0]:end]
		if next := strings.Index(page[3:], "\n## "); next >= 0 { // a section that is no code's
			page = page[:next+4]
		}
		out = append(out, codePage{docs.Checks[m[2]:m[3]], docs.Checks[m[4]:m[5]], strings.TrimSpace(page) + "\n"})
	}
	return out
}

// explain prints the pages of codes, or without any the list of them. A code may be written as f3.
func explain(w io.Writer, args []string) error {
	pages := codePages()
	if len(args) == 0 {
		for _, p := range pages {
			fmt.Fprintf(w, "%s  %s\n", p.code, p.title)
		}
		fmt.Fprintln(w, "\nrewoo explain F11 shows the page of one.")
		return nil
	}
	var chosen []string
	for _, arg := range args {
		page, err := pageOf(pages, arg)
		if err != nil {
			return err
		}
		chosen = append(chosen, page.text)
	}
	_, err := io.WriteString(w, strings.Join(chosen, "\n"))
	return err
}

var shortCode = regexp.MustCompile(`^([A-Z])(\d)$`)

func pageOf(pages []codePage, arg string) (codePage, error) {
	code := shortCode.ReplaceAllString(strings.ToUpper(arg), "${1}0$2")
	var known []string
	for _, p := range pages {
		if p.code == code {
			return p, nil
		}
		known = append(known, p.code)
	}
	return codePage{}, usagef("there is no code %q; there are %s", arg, strings.Join(known, " "))
}
