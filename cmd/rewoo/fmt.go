package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"rewoo/flows"
)

// maxStdin is more than any flow file has: what is longer is refused for its length.
const maxStdin = 1 << 20

func fmtCommand() *cobra.Command {
	var f formatter
	var dir string
	cmd := &cobra.Command{
		Use:   "fmt [FILE|DIR ...]",
		Short: "Put flow files into the one form that all of them have, and list what changed",
		Long: `Put flow files into the one form that all of them have, and list what changed.
Keys come into their usual order, with two spaces a level and { a: b } and [a, b] inside a line. Comments, quotes and texts stay
as they are, and so does everything a file says. A file that cannot be read is left alone.
Of a folder, the files are those that rewoo check reads there. Without a name, or with -, it goes from standard input to
standard output.`,
		Example: `  rewoo fmt ./my-flows             all files of a folder
  rewoo fmt evening.yaml           one file
  rewoo fmt --check ./my-flows     only list those that would change; exit 1 if there are any
  rewoo fmt -d ./my-flows          show what would change; exit 1 if anything would
  rewoo fmt < evening.yaml         from standard input to standard output`,
		Args: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, args []string) error {
			f.out, f.err = cmd.OutOrStdout(), cmd.ErrOrStderr()
			if cmd.Flags().Changed("flows") {
				if _, err := flowFiles(dir); err != nil {
					return err
				}
				args = append(args, dir)
			}
			if in := cmd.InOrStdin(); len(args) == 0 && isTerminal(in) {
				return usagef("name a file or a folder, as in rewoo fmt ./my-flows; rewoo fmt - reads what you type")
			}
			return f.all(args, cmd.InOrStdin())
		},
	}
	cmd.Flags().StringVar(&dir, "flows", "", "a folder to format, as DIR")
	cmd.Flags().BoolVarP(&f.check, "check", "l", false, "only list files that would change; exit 1 if there are any")
	cmd.Flags().BoolVarP(&f.diff, "diff", "d", false, "show what would change and change nothing; exit 1 if anything would")
	return cmd
}

// formatter goes through files. Names and texts go to out, what is wrong with them to err.
type formatter struct {
	check, diff bool
	out, err    io.Writer
}

func (f *formatter) all(args []string, stdin io.Reader) error {
	if len(args) == 0 || len(args) == 1 && args[0] == "-" {
		return f.stdin(stdin)
	}
	paths, err := formatPaths(args)
	if err != nil {
		return err
	}
	fine, failed := true, []error(nil)
	for _, path := range paths {
		ok, err := f.file(path)
		if err != nil {
			failed = append(failed, err)
		}
		fine = fine && ok
	}
	if !fine && len(failed) == 0 {
		return errFindings
	}
	return errors.Join(failed...)
}

// formatPaths are the files that are meant, each once. What is not there is said before anything is changed.
func formatPaths(args []string) (out []string, err error) {
	seen := map[string]bool{}
	for _, arg := range args {
		if arg == "-" {
			return nil, usagef("- stands for standard input and has to be alone")
		}
		info, err := os.Stat(arg)
		switch {
		case err == nil && !info.IsDir() && !info.Mode().IsRegular():
			return nil, usagef("%s is no plain file", arg)
		case errors.Is(err, fs.ErrNotExist):
			return nil, usagef("%s: there is no such file or folder", arg)
		case err != nil:
			return nil, fmt.Errorf("%s cannot be read: %w", arg, err)
		}
		paths := []string{arg}
		if info.IsDir() {
			paths = nil
			for _, name := range flows.Files(os.DirFS(arg)) {
				paths = append(paths, filepath.Join(arg, filepath.FromSlash(name)))
			}
			if len(paths) == 0 {
				return nil, usagef("%s: there are no flow files in this folder; they end in .yaml", arg)
			}
		}
		for _, path := range paths {
			if !seen[filepath.Clean(path)] {
				seen[filepath.Clean(path)] = true
				out = append(out, path)
			}
		}
	}
	return out, nil
}

// isTerminal tells whether somebody would have to type what is read. Without a word they would think that it hangs.
func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

func (f *formatter) stdin(r io.Reader) error {
	const name = "<standard input>"
	src, err := io.ReadAll(io.LimitReader(r, maxStdin))
	if err != nil {
		return fmt.Errorf("standard input cannot be read: %w", err)
	}
	out, ok := f.format(name, src)
	switch {
	case !ok:
		return errFindings
	case !f.check && !f.diff:
		_, err = f.out.Write(out)
		return err
	case bytes.Equal(src, out):
		return nil
	}
	f.show(name, src, out)
	return errFindings
}

// format logs what keeps a file from being formatted.
func (f *formatter) format(name string, src []byte) ([]byte, bool) {
	out, findings := flows.Format(name, src)
	for _, x := range findings {
		fmt.Fprintln(f.err, x)
	}
	return out, len(findings) == 0
}

// show tells that a file changes, or how.
func (f *formatter) show(name string, src, out []byte) {
	if f.check || !f.diff {
		fmt.Fprintln(f.out, name)
	}
	if f.diff {
		f.out.Write(diff.Diff(name+".orig", src, name, out))
	}
}

// file formats one file. It is not ok if there is something for its author to do.
func (f *formatter) file(path string) (ok bool, err error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // of a folder
		err = errors.New("it is no plain file")
	}
	var src []byte
	if err == nil {
		src, err = os.ReadFile(path)
	}
	if err != nil {
		return false, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	out, ok := f.format(path, src)
	if !ok || bytes.Equal(src, out) {
		return ok, nil
	}
	if !f.check && !f.diff {
		if err := rewriteFile(path, out); err != nil {
			return false, fmt.Errorf("%s was not changed: %w", path, err)
		}
	}
	f.show(path, src, out)
	return !f.check && !f.diff, nil
}

// rewriteFile replaces an author's file, or makes it. A link stays one, and what is read-only stays as it is.
func rewriteFile(path string, text []byte) error {
	mode := fs.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		info, err := os.Stat(real)
		switch {
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return errors.New("it is no plain file")
		case info.Mode().Perm()&0o200 == 0: // replacing it would ask the folder only
			return errors.New("it is read-only; let its owner write to it first")
		}
		path, mode = real, info.Mode().Perm()
	}
	return replaceFile(path, text, mode)
}

// replaceFile puts a text in a file's place at once: whoever reads it meanwhile gets the one or the other, whole.
func replaceFile(path string, text []byte, mode fs.FileMode) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(text); err != nil {
		return err
	}
	if err = tmp.Chmod(mode); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
