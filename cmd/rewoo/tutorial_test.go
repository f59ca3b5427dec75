package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The tutorial, walked literally: files are written as it shows them, slips are made and taken back, commands are run, and
// what they print is what it says.
//
//	```yaml file PATH          the block is written there
//	```console edit PATH "FROM" "TO"   first FROM is replaced; taken back afterwards where the block ends in findings and no version was raised
//	```console                 lines after "$ " are commands; what follows each is its output, … stands for any lines
//	```console slow            the same, with REWOO_SOAK set
//	```text ends PATH          the file ends like that
//	```sh                      for a terminal of its own, with a page: only its command line is looked at
func TestTutorial(t *testing.T) {
	page, err := filepath.Abs("../../docs/flows/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	w := &walk{T: t}
	for _, m := range regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(string(b), -1) {
		w.block(strings.TrimSpace(m[1]), m[2])
	}
	if w.commands < 12 || w.files < 4 || w.edits < 4 {
		t.Errorf("%d commands, %d files, %d edits: the page was not read", w.commands, w.files, w.edits)
	}
}

type walk struct {
	*testing.T
	commands, files, edits int
}

var editOf = regexp.MustCompile(`^console edit (\S+) "(.*)" "(.*)"$`)

func (w *walk) block(info, text string) {
	w.Helper()
	kind, path, _ := strings.Cut(info, " ")
	edit := editOf.FindStringSubmatch(info)
	switch {
	case strings.HasPrefix(path, "file "):
		w.files++
		if err := os.WriteFile(strings.TrimPrefix(path, "file "), []byte(text), 0o644); err != nil {
			w.Fatal(err)
		}
	case strings.HasPrefix(path, "ends "):
		if b, err := os.ReadFile(strings.TrimPrefix(path, "ends ")); err != nil || !strings.HasSuffix(string(b), text) {
			w.Errorf("%s does not end like this (%v):\n%s\nbut:\n%s", path, err, text, b)
		}
	case edit != nil:
		w.edits++
		before, err := os.ReadFile(edit[1])
		after := regexp.MustCompile("(?m)"+edit[2]).ReplaceAllString(string(before), edit[3])
		if err != nil || after == string(before) {
			w.Fatalf("%s: %q is not there (%v)", edit[1], edit[2], err)
		}
		if err := os.WriteFile(edit[1], []byte(after), 0o644); err != nil {
			w.Fatal(err)
		}
		w.console(text)
		if strings.Contains(text, " F02 ") || strings.Contains(text, " F12 ") { // "put it back"
			if err := os.WriteFile(edit[1], before, 0o644); err != nil {
				w.Fatal(err)
			}
		}
	case info == "console slow":
		if os.Getenv("REWOO_SOAK") == "" {
			w.Log("left out, as REWOO_SOAK is not set: a look at all transcripts")
			return
		}
		w.console(text)
	case info == "console":
		w.console(text)
	case kind == "sh":
		w.fits(text)
	default:
		w.Errorf("nobody knows what to do with a block %q", info)
	}
}

func (w *walk) console(text string) {
	w.Helper()
	for _, part := range strings.Split("\n"+text, "\n$ ")[1:] {
		line, want, _ := strings.Cut(part, "\n")
		w.commands++
		var got bytes.Buffer
		run(w.Context(), words(line)[1:], &got, &got)
		if !matches(want, got.String()) {
			w.Errorf("$ %s\nshould print:\n%s\nand prints:\n%s", line, want, got.String())
		}
	}
}

// fits tells whether the flags of a command line exist, without running it.
func (w *walk) fits(line string) {
	w.Helper()
	args := words(strings.TrimSpace(line))
	cmd, rest, err := command().Find(args[1:])
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err != nil || args[0] != "rewoo" {
		w.Errorf("%q: %v", line, err)
	}
}

// words are the words of a command line; double quotes hold some together.
func words(line string) (out []string) {
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}

// matches compares what came with what a page shows.
func matches(want, got string) bool {
	var re strings.Builder
	for line := range strings.Lines(strings.TrimRight(want, "\n") + "\n") {
		if line == "…\n" {
			re.WriteString(`(?:.*\n)*?`)
			continue
		}
		re.WriteString(regexp.QuoteMeta(strings.TrimRight(line, " \n")) + `[ ]*\n`)
	}
	if strings.TrimSpace(want) == "" {
		return strings.TrimSpace(got) == ""
	}
	return regexp.MustCompile(fmt.Sprintf(`\A%s\z`, re.String())).MatchString(strings.TrimRight(got, "\n") + "\n")
}
