package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"rewoo/bot/play"
	"rewoo/flows"
)

// What a new conversation begins as. NAME and TITLE are filled in.
var (
	//go:embed templates/flow.yaml
	newFlowYAML string
	//go:embed templates/flow.txt
	newFlowInputs string
	//go:embed templates/flow_alone.txt
	newFlowAlone string
)

func newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Begin something new: a conversation, or a translation of one",
		Example: `  rewoo new flow evening --flows ./my-flows
  rewoo new translation de evening --flows ./my-flows`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("rewoo new makes a flow or a translation, not %q; rewoo new --help shows how", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newFlowCommand(), newTranslationCommand())
	return cmd
}

func newFlowCommand() *cobra.Command {
	var dir, title string
	cmd := &cobra.Command{
		Use:   "flow NAME",
		Short: "Write a small conversation that passes every check, and transcripts that take each of its ways",
		Long: `Write a small conversation that passes every check, and transcripts that take each of its ways.
It is there to be changed: two questions, a preview, and three ways to end. Nothing is written over a file that is there.`,
		Example: `  rewoo new flow evening --flows ./my-flows
  rewoo new flow evening_walk --flows ./my-flows --title "A walk in the evening"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name the new conversation: rewoo new flow NAME --flows DIR")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir == "" {
				return usagef("--flows DIR is missing: the folder of your own conversations; it is made if need be")
			}
			return newFlow(cmd.Context(), cmd.OutOrStdout(), dir, args[0], title)
		},
	}
	cmd.Flags().StringVar(&dir, "flows", "", "folder of your own conversations; it is made if need be")
	cmd.Flags().StringVar(&title, "title", "", "what it is called where people choose (default: from its name)")
	return cmd
}

// newName is what serves as a flow, a command and a file at once.
var newName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

const longestName = 32 // of a command, on either platform

// schemaName is where editors find what the first line of a new file points to.
const schemaName = "schema.json"

type newFile struct{ path, text string } // within the folder

// newFlow checks and plays before it writes anything.
func newFlow(ctx context.Context, out io.Writer, dir, name, title string) error {
	if !newName.MatchString(name) || len(name) > longestName {
		return usagef("%q cannot be a name; write small letters, digits and single underscores, beginning with a letter, %d at most, like evening_walk", name, longestName)
	}
	if title == "" {
		title = strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
	}
	if strings.ContainsAny(title, "\n\r\"\\#:{}[]&*!|>%@`'") {
		return usagef("--title %q: write plain words; punctuation can be added in the file", title)
	}
	if taken, by := takenName(name); taken {
		return usagef("%s is taken by a conversation that ships with rewoo, %s; take another name", name, by)
	}
	fill := strings.NewReplacer("NAME", name, "TITLE", title).Replace
	made := []newFile{
		{name + ".yaml", fill(newFlowYAML)},
		{play.Folder + "/" + name + ".txt", fill(newFlowInputs)},
		{play.Folder + "/" + name + "_alone.txt", fill(newFlowAlone)},
	}
	for _, m := range made {
		path := filepath.Join(dir, filepath.FromSlash(m.path))
		if _, err := os.Lstat(path); err == nil {
			return usagef("%s is there already, and nothing is written over it; take another name", path)
		}
	}
	fsys, err := overFolder(dir)
	if err != nil {
		return err
	}
	for _, m := range made[1:] { // others may begin with it
		if _, err := fs.Stat(fsys, m.path); err == nil {
			return usagef("%s is taken: a transcript that ships with rewoo is called %s; take another name", name, m.path)
		}
	}
	fsys, done, err := withFile(fsys, made[0].path, made[0].text)
	if err != nil {
		return err
	}
	defer done()
	lib, findings := flows.Load(fsys)
	if lib == nil {
		if err := report(out, dir, flows.Errors(findings), asLines); err != nil {
			return err
		}
		fmt.Fprintln(out, "Nothing was written: "+wayOut(flows.Errors(findings), made[0].path))
		return errFindings
	}
	for i := range made[1:] {
		m := &made[1+i]
		if m.text, err = playText(ctx, fsys, lib, m.text); err != nil {
			return fmt.Errorf("the transcript of %s: %w", name, err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, schemaName)); errors.Is(err, fs.ErrNotExist) {
		made = append(made, newFile{schemaName, string(flows.Schema())})
	}
	if err := writeFiles(out, dir, made); err != nil {
		return err
	}
	fmt.Fprintf(out, `
Next:
  rewoo try --flows %[1]s      say /%[2]s on a phone; what you save in an editor is there at once
  rewoo check --flows %[1]s    finds what is wrong
  rewoo test --flows %[1]s -update %[2]s    writes down what comes now
`, shellWord(dir), name)
	return nil
}

// wayOut is what to do about findings, which may all be of the file that is not there yet.
func wayOut(findings []flows.Finding, made string) string {
	for _, f := range findings {
		if f.File != made {
			return "mend that first, then call this again."
		}
	}
	return "that is how " + made + " would be with this name or title; take another."
}

// writeFiles writes all files, or none.
func writeFiles(out io.Writer, dir string, made []newFile) error {
	var wrote []string
	for _, m := range made {
		path := filepath.Join(dir, filepath.FromSlash(m.path))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = writeNew(path, m.text, 0o644)
		}
		if err != nil {
			for _, path := range wrote {
				err = errors.Join(err, os.Remove(path))
			}
			return fmt.Errorf("%w; name a folder that you may write to", err)
		}
		wrote = append(wrote, path)
	}
	for _, path := range wrote {
		fmt.Fprintf(out, "wrote %s\n", path)
	}
	return nil
}

// takenName tells whether a flow that ships has the name, as its own, as its command or as its file's. A file of that name
// would lie over it.
func takenName(name string) (taken bool, by string) {
	lib, _ := flows.Load(flows.Shipped())
	for _, flow := range flowNames(lib) {
		f := lib.Flows[flow]
		if flow == name || f.Start.Command == name || f.Pos.File == name+".yaml" {
			return true, f.Title
		}
	}
	_, err := fs.Stat(flows.Shipped(), name+".yaml")
	return err == nil, name + ".yaml"
}

// overFolder is flowFiles for a folder that may still be missing.
func overFolder(dir string) (fs.FS, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return flows.Shipped(), nil
	}
	return flowFiles(dir)
}
