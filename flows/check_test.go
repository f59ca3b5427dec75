package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// checkBase is what a library needs besides flows.
func checkBase() fstest.MapFS {
	var words strings.Builder
	words.WriteString("globals: { help: [/help], skip: [/skip], back: [/back], leave: [/leave], stop: [/stop], privacy: [/privacy], start: [/start], cards: [/cards] }\ntexts:\n")
	for _, key := range keysOf(RequiredTexts) {
		text := "text"
		if label, ok := strings.CutPrefix(key, "label_"); ok {
			text = label
		}
		for _, hole := range neededHoles[key] {
			text += " {" + hole + "}"
		}
		fmt.Fprintf(&words, "  %s: %q\n", key, text)
	}
	words.WriteString("months: [[January, Jan], [February, Feb], [March, Mar], [April], [May], [June], [July], [August], [September], [October], [November], [December, Dec]]\n")
	return fstest.MapFS{
		"words.yaml":    {Data: []byte(words.String())},
		"wording.yaml":  {Data: []byte("texts: { en: [{ any: [unsayable], why: Example, instead: example }] }\nknocks: { en: [{ any: [telltale], why: Example, instead: example }] }\n")},
		"greeting.yaml": {Data: []byte("flow: greeting\nversion: 1\ntitle: G\nstart: { on: welcome }\nsteps:\n  hi: { end: welcomed }\n")},
		"person.yaml": {Data: []byte(`person:
  name: { type: text, max: 40, default: "" }
  zone: { type: zone, default: UTC }
  checkin: { type: time }
  role: { type: choice, options: { hurt: "Hurt", repairing: "Repairing", both: "Both" }, default: both }
  phase: { type: choice, options: [safety, atone, attune], default: safety }
  tender: { type: yes_no, default: "no" }
  paired: { type: yes_no, derived: paired }
`)},
		"couple.yaml":       {Data: []byte("couple:\n  zone: { type: zone, default: UTC }\n  reveal_hour: { type: time, default: \"20:30\" }\n")},
		"lists/danger.yaml": {Data: []byte("list: danger\nkind: phrases\nitems:\n  die_en: { tier: self, lang: en, any: [\"want to die\"] }\n")},
	}
}

// checkCase is a file of testdata/check: lines of its comment that start with "! " are the findings to expect, all of
// them, in order; the files lie over checkBase.
func checkCase(t testing.TB, path string) (fsys fstest.MapFS, want []string, a *txtar.Archive) {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(a.Comment)) {
		if w, ok := strings.CutPrefix(strings.TrimSpace(line), "! "); ok {
			want = append(want, w)
		}
	}
	fsys = checkBase()
	if strings.HasPrefix(filepath.Base(path), "F21") {
		delete(fsys, "wording.yaml") // so that the one that ships holds
	}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys, want, a
}

func checkCases(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/check/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases in testdata/check", err)
	}
	return paths
}

// TestCheckCorpus compares every finding to the letter: code, place, sentence and suggestion. CHECK_UPDATE=1 rewrites
// the expectations; read the difference.
func TestCheckCorpus(t *testing.T) {
	for _, path := range checkCases(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			fsys, want, a := checkCase(t, path)
			lib, findings := Load(fsys)
			var got []string
			for _, f := range findings {
				got = append(got, f.String())
			}
			if (lib == nil) != (len(Errors(findings)) > 0) {
				t.Errorf("library %v with %d findings: it must be there exactly when there are no errors", lib != nil, len(findings))
			}
			if os.Getenv("CHECK_UPDATE") != "" {
				writeWant(t, path, a, got)
				return
			}
			if !slices.Equal(got, want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func writeWant(t *testing.T, path string, a *txtar.Archive, got []string) {
	t.Helper()
	var comment strings.Builder
	for line := range strings.Lines(string(a.Comment)) {
		if !strings.HasPrefix(line, "! ") {
			comment.WriteString(line)
		}
	}
	for _, g := range got {
		comment.WriteString("! " + g + "\n")
	}
	a.Comment = []byte(comment.String())
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// corpusCodes are those that the checker of files gives.
var corpusCodes = []string{"F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F10", "F11", "F12", "F13", "F14", "F15", "F16", "F17", "F18", "F21"}

// TestCheckCorpusCovers demands a case that fails and one that passes for every code. A case is named after its code;
// one that must pass has "_ok" behind it.
func TestCheckCorpusCovers(t *testing.T) {
	fails, passes := map[string]bool{}, map[string]bool{}
	for _, path := range checkCases(t) {
		_, want, _ := checkCase(t, path)
		code, rest, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".txtar"), "_")
		if strings.HasPrefix(rest, "ok") {
			passes[code] = true
			if len(want) > 0 {
				t.Errorf("%s is called ok and expects findings", path)
			}
			continue
		}
		if !slices.ContainsFunc(want, func(w string) bool { return strings.Contains(w, ": "+code+" ") }) {
			t.Errorf("%s expects no %s", path, code)
		}
		fails[code] = true
	}
	for _, code := range corpusCodes {
		if !fails[code] || !passes[code] {
			t.Errorf("%s: fails %v, passes %v", code, fails[code], passes[code])
		}
	}
}
