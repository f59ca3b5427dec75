package flows

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

// shippedFiles are the files of the library, by name.
func shippedFiles(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range Files(Shipped()) {
		data, err := fs.ReadFile(Shipped(), name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(data)
	}
	return out
}

func TestShippedIsFormatted(t *testing.T) {
	files := shippedFiles(t)
	if len(files) < 50 {
		t.Fatalf("only %d files", len(files))
	}
	for name, src := range files {
		out, findings := Format(name, []byte(src))
		for _, f := range findings {
			t.Error(f)
		}
		if string(out) != src {
			t.Errorf("rewoo fmt would change it:\n%s", diff.Diff(name, []byte(src), name, out))
		}
	}
}

// Each case is what somebody wrote and what comes of it.
func TestFormat(t *testing.T) {
	paths, err := filepath.Glob("testdata/format/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no cases: ", err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(a.Files); i += 2 {
			in, want := a.Files[i], a.Files[i+1]
			t.Run(filepath.Base(path)+"/"+in.Name, func(t *testing.T) {
				if want.Name != "want" {
					t.Fatalf("%s is not followed by want", in.Name)
				}
				src := strings.NewReplacer("·", " ", "→", "\t", "¶", "\r").Replace(string(in.Data))
				out, findings := Format(in.Name, []byte(src))
				got := string(out)
				if len(findings) > 0 {
					got = ""
					for _, f := range findings {
						got += f.String() + "\n"
					}
					if string(out) != src {
						t.Error("a file that is not formatted came back changed")
					}
				}
				if got != string(want.Data) {
					t.Fatalf("%s", diff.Diff("want", want.Data, "got", []byte(got)))
				}
				if len(findings) == 0 {
					if again, _ := Format(in.Name, out); string(again) != got {
						t.Errorf("formatted again:\n%s", diff.Diff("once", out, "twice", again))
					}
				}
			})
		}
	}
}

// A byte order mark, line ends of other machines, and a last line without one.
func TestFormatOtherMachines(t *testing.T) {
	src := shippedFiles(t)["welcome.yaml"]
	for name, s := range map[string]string{
		"mark":            "\ufeff" + src,
		"crlf":            strings.ReplaceAll(src, "\n", "\r\n"),
		"cr":              strings.ReplaceAll(src, "\n", "\r"),
		"both":            "\ufeff" + strings.ReplaceAll(src, "\n", "\r\n"),
		"no last line":    strings.TrimSuffix(src, "\n"),
		"many last lines": src + "\n\n\n",
		"blanks":          strings.ReplaceAll(src, "\n\n", "\n \n\n"),
	} {
		if name == "blanks" { // they would be part of texts that run over several lines
			s = strings.ReplaceAll(src, "\n\n  ", "\n\n\n  ")
			s = s[:strings.Index(s, "text: |-")] + src[strings.Index(src, "text: |-"):]
		}
		out, findings := Format("welcome.yaml", []byte(s))
		if len(findings) > 0 || string(out) != src {
			t.Errorf("%s: %v\n%s", name, findings, diff.Diff("want", []byte(src), "got", out))
		}
	}
	for s, want := range map[string]string{"a: |\n  x": "a: |-\n  x\n", "a: |+\n  x\n  ": "a: |+\n  x\n", "a: >2\n  x\n   ": "a: >2-\n  x\n   \n", "a: |\n": "a: |\n", "a: |": "a: |\n"} {
		if out, findings := Format("x.yaml", []byte(s)); len(findings) > 0 || string(out) != want {
			t.Errorf("%q became %q, %v", s, out, findings)
		}
	}
	for name, s := range map[string]string{"": "", "utf16": "\xff\xfef\x00", "line sign": "a: \"x\u2028y\"\n", "two": "a: b\n---\nc: d\n", "anchor": "a: &x b\nc: *x\n",
		"tab": "a:\n\tb: c\n", "tag": "a: !!str b\n", "twice": "a: b\na: c\n", "merge": "a: &x { b: c }\nd: { <<: *x }\n", "large": strings.Repeat("# \n", 100_000)} {
		out, findings := Format("x.yaml", []byte(s))
		if len(findings) == 0 || findings[0].Code != "F01" || findings[0].File != "x.yaml" || findings[0].Suggestion == "" || string(out) != s {
			t.Errorf("%s: %v, %q", name, findings, out)
		}
	}
}

// filePlaces are where things stand in files.
var filePlaces = regexp.MustCompile(`\{"File":[^}]*\}`)

// whole is all that a library says, whatever its files look like.
func whole(t testing.TB, fsys fs.FS) string {
	t.Helper()
	lib, findings := Load(fsys)
	if lib == nil {
		t.Fatal(Errors(findings)[0])
	}
	lock, findings := Stamp(fsys)
	if len(findings) > 0 {
		t.Fatal(findings[0])
	}
	var b strings.Builder
	b.Write(lock)
	for _, name := range keysOf(lib.Flows) {
		f := lib.Flows[name]
		b.WriteString(name + " " + f.Shape + " " + f.Words + "\n")
	}
	for _, name := range keysOf(lib.Words) {
		b.WriteString(name + ": " + lib.Words[name] + "\n")
	}
	for _, part := range []any{lib.Lists, lib.Records, lib.Person, lib.Couple, lib.Globals, lib.Months, lib.Zones} {
		data, err := json.MarshalIndent(part, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		b.Write(filePlaces.ReplaceAll(data, nil))
	}
	return b.String()
}

// Formatting keeps what the library says; and so it does when everything is written upside down.
func TestFormatKeepsWhatIsSaid(t *testing.T) {
	want := whole(t, Shipped())
	for _, twist := range []func(string) string{
		func(s string) string { return s },
		func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	} {
		fsys := fstest.MapFS{}
		for name, src := range shippedFiles(t) {
			out, findings := Format(name, []byte(twist(src)))
			if len(findings) > 0 {
				t.Fatal(findings[0])
			}
			fsys[name] = &fstest.MapFile{Data: out}
		}
		if got := whole(t, fsys); got != want {
			t.Fatalf("%s", diff.Diff("was", []byte(want), "is", []byte(got)))
		}
	}
}

// What the check finds in the corpus, it finds in the formatted files: the same codes in the same files.
func TestFormatKeepsFindings(t *testing.T) {
	formatted := 0
	for _, path := range checkCases(t) {
		fsys, _, _ := checkCase(t, path)
		_, before := Load(fsys)
		other := fstest.MapFS{}
		for name, f := range fsys {
			other[name] = f
			if strings.HasSuffix(name, ".yaml") {
				if out, findings := Format(name, f.Data); len(findings) == 0 {
					formatted++
					other[name] = &fstest.MapFile{Data: out, Mode: f.Mode}
				} else if slices.ContainsFunc(findings, func(f Finding) bool { return strings.Contains(f.Text, "put in order") }) {
					t.Errorf("%s: %v", path, findings)
				}
			}
		}
		_, after := Load(other)
		if was, is := codes(before), codes(after); !slices.Equal(was, is) {
			t.Errorf("%s: %v, formatted %v", path, was, is)
		}
	}
	if formatted < 300 {
		t.Errorf("only %d files were formatted", formatted)
	}
}

func codes(all []Finding) (out []string) {
	for _, f := range all {
		out = append(out, f.File+" "+f.Code)
	}
	slices.Sort(out)
	return out
}

var endsInColon = regexp.MustCompile(`:\s*[,}\]]`)

// FuzzFormat: never a panic; what comes out says the same, and is in order. A file that is not formatted comes back as it was.
func FuzzFormat(f *testing.F) {
	for name, src := range shippedFiles(f) {
		if len(src) < 8<<10 {
			f.Add(name, []byte(src))
		}
	}
	paths, _ := filepath.Glob("testdata/format/*.txtar")
	for _, path := range append(paths, checkCases(f)...) {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			f.Add(file.Name, file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		if len(src) > maxFuzzed {
			t.Skip()
		}
		began := time.Now()
		out, findings := Format(name, src)
		if len(findings) > 0 {
			if string(out) != string(src) {
				t.Fatal("a file with findings came back changed")
			}
			for _, x := range findings {
				// Nothing is damaged then, but the layout was not understood. Of texts that end in a colon that is known.
				if os.Getenv("FORMAT_STRICT") != "" && strings.Contains(x.Text, "without changing it") && !endsInColon.Match(src) {
					t.Fatalf("%v\n%q", x, src)
				}
			}
			return
		}
		is := parseYAML(name, out, &findingLog{})
		if was := parseYAML(name, src, &findingLog{}); is == nil || !sameNode(was, is, keyOrders(name, src)) {
			t.Fatalf("%q became\n%q", src, out)
		}
		if again, findings := Format(name, out); len(findings) > 0 || string(again) != string(out) {
			t.Fatalf("of %q\nonce\n%s\nagain\n%s%v", src, out, again, findings)
		}
		quick(t, "formatting", began)
	})
}

// A mistake in the library is found in the formatted file too, and nothing else is.
func TestFormatKeepsMistakes(t *testing.T) {
	paths, _ := filepath.Glob("testdata/mistakes/*.txt")
	changed := 0
	for _, path := range paths {
		m := readMistake(t, path)
		fsys, _ := m.files(t)
		out, findings := Format(m.file, fsys[m.file].Data)
		if len(findings) > 0 || string(out) == string(fsys[m.file].Data) {
			continue
		}
		changed++
		_, before := Load(fsys)
		fsys[m.file] = &fstest.MapFile{Data: out}
		_, after := Load(fsys)
		if was, is := codes(before), codes(after); !slices.Equal(was, is) {
			t.Errorf("%s: %v, formatted %v", path, was, is)
		}
	}
	if len(paths) < 100 || changed == 0 {
		t.Errorf("of %d mistakes formatting changed %d", len(paths), changed)
	}
}

func BenchmarkFormat(b *testing.B) {
	src := []byte(shippedFiles(b)["i18n/de.yaml"])
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Format("i18n/de.yaml", src)
	}
}
