package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/text/language"

	"rewoo/flows"
)

func newTranslationCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "translation LANGUAGE FLOW",
		Short: "Write a file with every text of a conversation, to be filled in in another language",
		Example: `  rewoo new translation de evening --flows ./my-flows
  rewoo check --release --flows ./my-flows     says what is still to be filled in`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("name a language and a conversation: rewoo new translation de evening --flows DIR")
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := func(lib *flows.Library) []string { return lib.Languages()[1:] }
			if len(args) == 1 {
				names = flowNames
			}
			if len(args) > 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return offered(cmd, names), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir == "" {
				return usagef("--flows DIR is missing: the folder of your own conversations")
			}
			return newTranslation(cmd.OutOrStdout(), dir, args[0], args[1])
		},
	}
	cmd.Flags().StringVar(&dir, "flows", "", "folder of your own conversations")
	return cmd
}

// newTranslation writes DIR/i18n/LANGUAGE.FLOW.yaml, which stands beside what ships of that language.
func newTranslation(out io.Writer, dir, lang, flow string) error {
	if tag, err := language.Parse(lang); err != nil || tag.String() != lang {
		return usagef("%q is not the tag of a language; write it like de or pt-BR", lang)
	}
	fsys, err := flowFiles(dir)
	if err != nil {
		return err
	}
	lib, findings := flows.Load(fsys)
	if lib == nil {
		if err := report(out, dir, flows.Errors(findings), asLines); err != nil {
			return err
		}
		fmt.Fprintln(out, "Nothing was written: mend that first, then call this again.")
		return errFindings
	}
	if lib.Flows[flow] == nil {
		return unknownFlow(lib, dir, flow)
	}
	if lang == lib.Languages()[0] {
		return usagef("%q is the language that the conversations are written in; change the texts themselves", lang)
	}
	path := filepath.Join(dir, "i18n", lang+"."+flow+".yaml")
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return usagef("%s is there already, and nothing is written over it; rewoo check --translate %s --flows %s prints what is still missing", path, lang, shellWord(dir))
	}
	text, _ := flows.Untranslated(fsys, lang, flow)
	if text == "" {
		return usagef("%s is translated into %q already", flow, lang)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := writeNew(path, text, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "wrote %s\n\nFill in what follows each say:. Then rewoo check --release --flows %s says whether it is whole.\n", path, shellWord(dir))
	return nil
}
