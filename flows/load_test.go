package flows

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

const plainFlow = "flow: plain\nversion: 1\ntitle: Plain\nsteps:\n  a: { say: \"Hello.\", end: done }\n"

// TestAllFindingsAtOnce: many faults in many files come out together, in order, and nothing is loaded.
func TestAllFindingsAtOnce(t *testing.T) {
	fsys := checkBase()
	fsys["z.yaml"] = &fstest.MapFile{Data: []byte("flow: z\nversion: 1\ntitle: Z\nsteps:\n  a: { say: \"Hello.\", go: b }\n  b: { sya: \"Hello.\", go: shrae }\n  share: { end: done }\n")}
	fsys["b.yaml"] = &fstest.MapFile{Data: []byte("flow: b\nversion: 1\n  title: B\n")}
	fsys["a.yaml"] = &fstest.MapFile{Data: []byte("flow: a\ntitle: A\nversion: one\nsteps:\n  a: { say: \"{me.x}\", end: done }\n  b: { end: done }\n")}
	fsys["ok.yaml"] = &fstest.MapFile{Data: []byte(plainFlow)}
	fsys["lists/l.yaml"] = &fstest.MapFile{Data: []byte("list: l\nkind: line\nitems:\n  L1: { text: \"Hello {you.age}.\" }\n")}
	delete(fsys, "person.yaml")
	lib, findings := Load(fsys)
	if lib != nil {
		t.Error("a library with faults was loaded")
	}
	var places []string
	for _, f := range findings {
		s := f.String()
		places = append(places, s[:strings.Index(s, " ")+4])
	}
	want := []string{"a.yaml:3:10: F01", "a.yaml:5:13: F02", "a.yaml:6:3: F03", "b.yaml:3:3: F01", "lists/l.yaml:2:7: F01", "lists/l.yaml:4:15: F02",
		"person.yaml:1:1: F02", "z.yaml:6:8: F01", "z.yaml:6:27: F02"}
	if !slices.Equal(places, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(places, "\n"), strings.Join(want, "\n"))
	}
}

// TestLoadIsTheSameTwice: findings and their order depend on the files alone.
func TestLoadIsTheSameTwice(t *testing.T) {
	for _, path := range checkCases(t) {
		fsys, _, _ := checkCase(t, path)
		_, first := Load(fsys)
		_, second := Load(fsys)
		if !slices.Equal(first, second) {
			t.Errorf("%s: %v and then %v", path, first, second)
		}
	}
}

// TestLoadRemembersNothingWrong: with a memory, whatever was loaded before, findings and shapes are those of the files alone.
func TestLoadRemembersNothingWrong(t *testing.T) {
	var m Memory
	same := func(what string, fsys fs.FS) {
		t.Helper()
		lib, want := Load(fsys)
		for range 2 {
			again, got := LoadWith(fsys, LoadOptions{Memory: &m})
			if !slices.Equal(got, want) || (lib == nil) != (again == nil) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
			if lib != nil && !reflect.DeepEqual(lib.Shapes(), again.Shapes()) {
				t.Errorf("%s: other shapes", what)
			}
		}
	}
	same("what ships", Shipped())
	for _, path := range checkCases(t) {
		fsys, _, _ := checkCase(t, path)
		same(path, fsys)
	}
	same("what ships, again", Shipped())
}

func TestFindingForms(t *testing.T) {
	f := Finding{Code: "F02", File: "daily.yaml", Line: 31, Column: 9, Text: `step "shrae" does not exist`, Suggestion: `did you mean "share"?`}
	if got, want := f.String(), `daily.yaml:31:9: F02 step "shrae" does not exist; did you mean "share"?`; got != want {
		t.Errorf("got %s", got)
	}
	data, err := json.Marshal(f)
	if want := `{"code":"F02","file":"daily.yaml","line":31,"column":9,"text":"step \"shrae\" does not exist","suggestion":"did you mean \"share\"?"}`; err != nil || string(data) != want {
		t.Errorf("got %s, %v", data, err)
	}
}

func TestShippedLibrary(t *testing.T) {
	start := time.Now()
	_, findings := Load(Shipped())
	for _, f := range findings {
		t.Error(f)
	}
	t.Logf("loaded in %v", time.Since(start))
}

// TestEvilFiles: what could make a reader work for ever, or eat all memory, is refused quickly and with a place.
func TestEvilFiles(t *testing.T) {
	const head = "flow: evil\nversion: 1\ntitle: Evil\nsteps:\n"
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 9) + "]\n"
	}
	for name, c := range map[string]struct{ data, want string }{
		"large":         {head + strings.Repeat("# comment\n", 30_000), "1:1: F01 this file is larger than 256 KiB"},
		"just not":      {head + "  a: { end: done }\n" + strings.Repeat("#", 256<<10-len(head)-20), ""},
		"bomb":          {bomb, "1:4: F01 anchors"},
		"deep flow":     {head + "  a: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "F01 this is nested more than 32 levels deep"},
		"deeper flow":   {head + "  a: " + strings.Repeat("[", 100_000), "5:3: F01 this is nested too deep"},
		"deep block":    {head + deepBlock(300), "35:33: F01 this is nested more than 32 levels deep"},
		"depth 32":      {head + "  a: " + strings.Repeat("[", 30) + strings.Repeat("]", 30), "5:6: F01 step"},
		"depth 33":      {head + "  a: " + strings.Repeat("[", 31) + strings.Repeat("]", 31), "5:36: F01 this is nested more than 32 levels deep"},
		"not UTF-8":     {head + "  a: { say: \"\xff\", end: done }\n", "5:14: F01 this file is not UTF-8"},
		"NUL":           {head + "  a: { say: \"\x00\", end: done }\n", "5:3: F01 this file holds control characters"},
		"UTF-16":        {"\xff\xfef\x00l\x00o\x00w\x00", "1:1: F01 this file is not UTF-8"},
		"many steps":    {head + manySteps(12_000), "5:3: F01 this flow has 12000 steps, more than 500"},
		"many twice":    {head + strings.Repeat("  a: { say: hi, go: b }\n", 10_000), "6:3: F01 \"a\" is there twice"},
		"many keys":     {strings.Repeat("x: 1\n", 50_000), "2:1: F01 \"x\" is there twice"},
		"many docs":     {strings.Repeat("---\na: 1\n", 20_000), "3:1: F01 a second document"},
		"long key":      {strings.Repeat("k", 200_000) + ": 1\n", "1:1: F01"},
		"question":      {strings.Repeat("? ", 60_000), "1:1: F01 this is nested too deep"},
		"dashes":        {strings.Repeat("- ", 60_000), "1:1: F01 this is nested too deep"},
		"many comments": {strings.Repeat("a: 1 # c\n# d\n", 15_000), "3:1: F01 \"a\" is there twice"},
		"long name":     {head + "  " + strings.Repeat("k", 1_000) + ": { end: " + strings.Repeat("q", 100_000) + " }\n", "is longer than 60 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := checkBase()
			fsys["evil.yaml"] = &fstest.MapFile{Data: []byte(c.data)}
			start := time.Now()
			lib, findings := Load(fsys)
			if name == "just not" {
				if lib == nil {
					t.Error(findings)
				}
				return
			}
			if lib != nil || len(findings) == 0 {
				t.Fatal("it was loaded")
			}
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("it took %v", d)
			}
			if !slices.ContainsFunc(findings, func(f Finding) bool { return strings.Contains(f.String(), c.want) }) {
				t.Errorf("%d findings, the first: %s\nwant %s", len(findings), findings[0], c.want)
			}
			for _, f := range findings {
				if f.Line < 1 || f.Column < 1 || f.File == "" || len(f.String()) > 1000 {
					t.Fatalf("finding %.300s", f.String())
				}
			}
		})
	}
}

func deepBlock(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+2) + "a:\n")
	}
	return b.String()
}

func manySteps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("  s" + itoa(i) + ": { go: z }\n")
	}
	return b.String()
}

// TestFilesThatAreNone: a pipe would block for ever, a folder is no file, a broken link leads nowhere.
func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	for name, f := range checkBase() {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700), os.WriteFile(filepath.Join(dir, name), f.Data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	for _, err := range []error{os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o700), os.Symlink("nowhere", filepath.Join(dir, "link.yaml")),
		os.WriteFile(filepath.Join(dir, "README.md"), []byte("words"), 0o600), os.WriteFile(filepath.Join(dir, ".hidden.yaml"), []byte("{"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, findings := Load(os.DirFS(dir))
	var got []string
	for _, f := range findings {
		got = append(got, f.String())
	}
	want := []string{"link.yaml:1:1: F01 this file cannot be read; check that it is a plain file and may be read",
		"pipe.yaml:1:1: F01 this file cannot be read; check that it is a plain file and may be read"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if _, laid := Load(Overlay(Shipped(), os.DirFS(dir))); !slices.ContainsFunc(laid, func(f Finding) bool { return f.File == "pipe.yaml" }) {
		t.Errorf("laid over the shipped files: %v", laid)
	}
	if _, findings := Load(os.DirFS(filepath.Join(dir, "missing"))); len(findings) == 0 {
		t.Error("a missing folder was loaded")
	}
}

// barred is a folder in which one thing may not be read.
type barred struct {
	fstest.MapFS
	what string
}

func (b barred) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == b.what {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.ReadDir(name)
}

func (b barred) Open(name string) (fs.File, error) {
	if name == b.what {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.Open(name)
}

// An author's file, or folder of files, that may not be read is not passed over for what ships.
func TestOverlaySaysWhatCannotBeRead(t *testing.T) {
	for what, files := range map[string]fstest.MapFS{
		"welcome.yaml": {"welcome.yaml": {Data: []byte("flow: welcome\n")}},
		"i18n":         {"i18n/de.yaml": {Data: []byte("language: de\n")}},
	} {
		_, findings := Load(Overlay(Shipped(), barred{files, what}))
		if !slices.ContainsFunc(findings, func(f Finding) bool { return f.File == what && strings.Contains(f.Text, "cannot be read") }) {
			t.Errorf("%s: %v", what, findings)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{"1m": time.Minute, "45m": 45 * time.Minute, "20h": 20 * time.Hour, "3d": 72 * time.Hour, "1y": 8760 * time.Hour, "10y": maxDuration} {
		if got, err := parseDuration(s); err != nil || got != want {
			t.Errorf("%s is %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "m", "0m", "-1h", "+1h", "1", "1s", "1w", "1h30m", "1 h", "1H", "11y", "99999999999999999999d", "1.5h", "５m"} {
		if got, err := parseDuration(s); err == nil {
			t.Errorf("%q is %v", s, got)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"share", "done", "draw_q", "q", "closed", "close", "full", ""}
	for name, want := range map[string]string{"shrae": "share", "Share": "share", "doen": "done", "closd": "close", "draw": "draw_q", "drawing": "", "x": "", "": "", "somewhere": "", "tell": "", "flul": "full", "Fulll": "full", "drawq": "draw_q"} {
		if got := nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}

// FuzzLoad: no panic, bounded time, a place for every finding, and a library exactly when there is none.
func FuzzLoad(f *testing.F) {
	for _, path := range checkCases(f) {
		_, _, a := checkCase(f, path)
		for _, file := range a.Files {
			if len(file.Data) < 4000 {
				f.Add(file.Name, file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if len(data) > maxFuzzed {
			t.Skip()
		}
		switch { // a file where it counts
		case strings.HasPrefix(name, "lists/"):
			name = "lists/x.yaml"
		case strings.HasPrefix(name, "records/"):
			name = "records/x.yaml"
		case !slices.Contains([]string{"words.yaml", "person.yaml", "couple.yaml", "zones.yaml", "wording.yaml", "lint.yaml", "versions.yaml"}, name):
			name = "x.yaml"
		}
		fsys := checkBase()
		fsys[name] = &fstest.MapFile{Data: data}
		start := time.Now()
		lib, findings := Load(fsys)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("it took %v", d)
		}
		if (lib == nil) != (len(findings) > 0) {
			t.Errorf("library %v with %d findings", lib != nil, len(findings))
		}
		for _, x := range findings {
			if x.Line < 1 || x.Column < 1 || x.File == "" || x.Text == "" || !strings.HasPrefix(x.Code, "F") {
				t.Errorf("finding without a place: %v", x)
			}
		}
	})
}
