package flows

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// maxFuzzed bounds what a fuzzer looks at: what takes long because it is long tells nothing.
const maxFuzzed = 64 << 10

// quick fails a test whose part took longer than it may, whatever else the machine does.
func quick(t *testing.T, what string, began time.Time) {
	t.Helper()
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("%s took %v", what, d)
	}
}

var holeForm = regexp.MustCompile(`\{[^}]*\}`)

// FuzzFill: holes are filled in one pass, what a person wrote is never read as one, and nothing else changes.
func FuzzFill(f *testing.F) {
	for _, s := range [][2]string{{"Hello {me.name}, {you.name}", "{you.name}"}, {"{{a}}", "}"}, {"}{", "{}"}, {"{", "x"}, {"\xff{\xff}", "\xff"}, {"{options}", "{max}"}, {"", " "}} {
		f.Add(s[0], s[1])
	}
	lib := mustShipped(f)
	f.Fuzz(func(t *testing.T, text, said string) {
		if len(text)+len(said) > maxFuzzed>>6 { // what comes out is their product at most
			t.Skip()
		}
		began := time.Now()
		var asked []string
		got := fill(text, func(hole string) string {
			asked = append(asked, hole)
			return said
		})
		if want := strings.TrimSpace(holeForm.ReplaceAllStringFunc(text, func(string) string { return said })); got != want {
			t.Errorf("%q with %q is %q, want %q", text, said, got, want)
		}
		// The checker and the filler read the same holes in what the checker takes.
		if names, sound := textHoles(text); sound && fmt.Sprint(names) != fmt.Sprint(asked) {
			t.Errorf("%q: the checker sees %q, and %q are filled", text, names, asked)
		}
		wordsInOnePass(t, lib, said)
		quick(t, "filling", began)
	})
}

// wordsInOnePass fills the engine's own sentences with what somebody wrote.
func wordsInOnePass(t *testing.T, lib *Library, said string) {
	t.Helper()
	for key, holes := range RequiredTexts {
		var pairs []string
		values := map[string]string{}
		for i, hole := range holes {
			values["{"+hole+"}"] = said + itoa(i)
			pairs = append(pairs, hole, said+itoa(i))
		}
		want := holeForm.ReplaceAllStringFunc(lib.Words[key], func(hole string) string { return values[hole] })
		if got := lib.word(key, pairs...); got != want {
			t.Errorf("%s with %q is %q, want %q", key, said, got, want)
		}
	}
}
