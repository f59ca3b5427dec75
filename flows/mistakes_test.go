package flows

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// mistake is one slip of an author's, made in the library that ships. Its file says in words what happened, then
//
//	file: checkin.yaml
//	expect: F02 +0:13
//	-- replace --
//	    go: low
//	-- with --
//	    go: lwo
//
// An expectation is a code and a place: lines from where the replaced text begins, and the column; or FILE:LINE:COLUMN in
// another file. They are all that may be found, in order. Lines count from the change so that a library that grows elsewhere
// leaves them true.
type mistake struct {
	path, file string
	old, new   string
	want       []string
	archive    *txtar.Archive
}

func readMistake(t *testing.T, path string) mistake {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m := mistake{path: path, archive: a}
	for line := range strings.Lines(string(a.Comment)) {
		if v, ok := strings.CutPrefix(line, "file: "); ok {
			m.file = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "expect: "); ok {
			m.want = append(m.want, strings.TrimSpace(v))
		}
	}
	for _, f := range a.Files {
		switch f.Name {
		case "replace":
			m.old = strings.TrimSuffix(string(f.Data), "\n")
		case "with":
			m.new = strings.TrimSuffix(string(f.Data), "\n")
		default:
			t.Fatalf("%s: there is no part %q", path, f.Name)
		}
	}
	return m
}

// files are those of the shipped library, with the mistake made; line is where.
func (m mistake) files(t *testing.T) (fsys fstest.MapFS, line int) {
	t.Helper()
	fsys = fstest.MapFS{}
	for _, name := range shippedNames(t) {
		data, err := fs.ReadFile(Shipped(), name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	f := fsys[m.file]
	if f == nil || m.old == "" || strings.Count(string(f.Data), m.old) != 1 {
		t.Fatalf("%s: what to replace is not there once in %q", m.path, m.file)
	}
	before, after, _ := strings.Cut(string(f.Data), m.old)
	fsys[m.file] = &fstest.MapFile{Data: []byte(before + m.new + after)}
	return fsys, 1 + strings.Count(before, "\n")
}

func shippedNames(t *testing.T) (out []string) {
	t.Helper()
	err := fs.WalkDir(Shipped(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".yaml") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// place words where a finding is, as a mistake's file does.
func (m mistake) place(f Finding, line int) string {
	if f.File == m.file {
		return fmt.Sprintf("%s %+d:%d", f.Code, f.Line-line, f.Column)
	}
	return fmt.Sprintf("%s %s:%d:%d", f.Code, f.File, f.Line, f.Column)
}

// TestSeededMistakes: each mistake is found, by its own check and where it was made, and nothing else is. MISTAKES_UPDATE=1
// rewrites the expectations; read the difference, since what was written there first is what ought to be found.
func TestSeededMistakes(t *testing.T) {
	paths, err := filepath.Glob("testdata/mistakes/*.txt")
	if err != nil || len(paths) < 100 {
		t.Fatalf("there are %d mistakes, fewer than a hundred (%v)", len(paths), err)
	}
	codes := map[string]int{}
	var ships []string // warnings about what ships
	if _, findings := Load(Shipped()); len(Errors(findings)) == 0 {
		for _, f := range findings {
			ships = append(ships, f.String())
		}
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		code, _, _ := strings.Cut(name, "_")
		codes[code]++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := readMistake(t, path)
			fsys, line := m.files(t)
			_, findings := Load(fsys)
			findings = slices.DeleteFunc(findings, func(f Finding) bool { return slices.Contains(ships, f.String()) })
			if code != "F15" {
				findings = Errors(findings) // a changed text makes its translations stale, which is another matter
			}
			var got, texts []string
			for _, f := range findings {
				got, texts = append(got, m.place(f, line)), append(texts, f.String())
			}
			if os.Getenv("MISTAKES_UPDATE") != "" {
				m.rewrite(t, got)
			} else if !slices.Equal(got, m.want) {
				t.Errorf("found %q, want %q:\n%s", got, m.want, strings.Join(texts, "\n"))
			}
			if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == code }) {
				t.Errorf("it is not found as %s", code)
			}
		})
	}
	for n := 1; n <= 21; n++ { // F15 is about translations and F16 about what was stamped: their mistakes come with them
		if code := "F" + strconv.Itoa(100 + n)[1:]; code != "F15" && code != "F16" && slices.Contains(corpusCodes, code) && codes[code] < 3 {
			t.Errorf("%s has %d mistakes, fewer than three", code, codes[code])
		}
	}
}

func (m mistake) rewrite(t *testing.T, got []string) {
	t.Helper()
	var comment strings.Builder
	for line := range strings.Lines(string(m.archive.Comment)) {
		if !strings.HasPrefix(line, "expect: ") {
			comment.WriteString(line)
		}
	}
	for _, g := range got {
		comment.WriteString("expect: " + g + "\n")
	}
	m.archive.Comment = []byte(comment.String())
	if err := os.WriteFile(m.path, txtar.Format(m.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestNoFalseAlarms: nothing that ships has a finding, whole or laid under an empty folder.
func TestNoFalseAlarms(t *testing.T) {
	if _, findings := Load(Shipped()); len(Errors(findings)) > 0 {
		t.Errorf("the first of %d findings: %s", len(findings), findings[0])
	}
	if _, findings := Load(Overlay(Shipped(), fstest.MapFS{})); len(Errors(findings)) > 0 {
		t.Errorf("under an empty folder, the first of %d findings: %s", len(findings), findings[0])
	}
}
