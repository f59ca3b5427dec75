package flows

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEndColumn: | is where a finding points, ^ where it ends.
func TestEndColumn(t *testing.T) {
	for _, s := range []string{
		`|shrae^: 1`, `  go: |shrae^`, `  a: { go: |shrae^, say: "x" }`, `  a: { go: |shrae^ }`, `say: |"Hello, \"you\": {x}"^ # what`, `say: |'It''s, fine'^, go: x`,
		`a: |{ say: "It } is", go: [a, b] }^, x`, `a: |[one, "two]"]^`, `a: |{ open`, `a: |"open`, `say: |One thing^ # a note`, `if: |me.pulse = 2^, go: x`, `|# note^`,
		`say: |Über uns^, x`, `|[a, it's]^: b`, `a: |:^`,
	} {
		want := 0
		if i := strings.IndexRune(s, '^'); i >= 0 {
			want = len([]rune(s[:i])) // with the | before it
		} else {
			want = len([]rune(s))
		}
		column := len([]rune(s[:strings.IndexRune(s, '|')])) + 1
		line := strings.NewReplacer("|", "", "^", "").Replace(s)
		f := Finding{Line: 2, Column: column}
		if got := f.EndColumn([]byte("first\n" + line + "\r\nlast")); got != want {
			t.Errorf("%s: it ends at %d, want %d", s, got, want)
		}
	}
	for _, f := range []Finding{{Line: 3, Column: 1}, {Line: 1, Column: 9}, {}, {Line: 1}} {
		if got := f.EndColumn([]byte("one\ntwo")); got != 0 {
			t.Errorf("%+v ends at %d", f, got)
		}
	}
}

// TestEndColumnIsInItsLine for any text.
func TestEndColumnIsInItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[a ,:#"'\\{}\[\]ü]{0,20}`).Draw(t, "line")
		f := Finding{Line: 1, Column: rapid.IntRange(1, 22).Draw(t, "column")}
		end, length := f.EndColumn([]byte(line)), len([]rune(line))
		if end != 0 && (end <= f.Column || end > length+1) {
			t.Fatalf("%q: %d to %d", line, f.Column, end)
		}
	})
}
