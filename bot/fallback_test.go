package bot

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rewoo/flows"
)

func TestSplit(t *testing.T) {
	width := func(b flows.Block) int { return UTF16Len(b.Text) }
	for _, c := range []struct {
		name  string
		body  []flows.Block
		limit int
		want  []string
	}{
		{"fits", []flows.Block{{Text: "one"}, {Text: "two"}}, 7, []string{"one\ntwo"}},
		{"one more unit", []flows.Block{{Text: "one"}, {Text: "two"}}, 6, []string{"one", "two"}},
		{"paragraphs", []flows.Block{{Text: "One. Two.\n\nThree. Four."}}, 14, []string{"One. Two.", "Three. Four."}},
		{"sentences", []flows.Block{{Text: "One. Two. Three."}}, 10, []string{"One. Two.", "Three."}},
		{"words", []flows.Block{{Text: "one two three"}}, 7, []string{"one two", "three"}},
		{"anywhere", []flows.Block{{Text: "abcdefgh"}}, 3, []string{"abc", "def", "gh"}},
		{"units, not characters", []flows.Block{{Text: "🍰🍰🍰"}}, 4, []string{"🍰🍰", "🍰"}},
		{"nothing", nil, 4, nil},
	} {
		var got []string
		for _, part := range Split(c.body, c.limit, width) {
			got = append(got, flows.Message{Body: part}.Text())
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever is split fits, is still text, and has lost white space only.
func TestSplitLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(2, 40).Draw(t, "limit")
		text := rapid.StringMatching(`[a-z .\n🍰é]{0,120}`).Draw(t, "text")
		width := func(b flows.Block) int { return UTF16Len(b.Text) }
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		all := ""
		for _, part := range Split([]flows.Block{{Text: text}, {Text: "end", Quote: true}}, limit, width) {
			whole := 0
			for i, b := range part {
				if !utf8.ValidString(b.Text) {
					t.Fatalf("cut inside a character: %q", b.Text)
				}
				whole += width(b) + min(i, 1)
				all += b.Text
			}
			if whole > limit {
				t.Fatalf("%d units, want at most %d", whole, limit)
			}
		}
		if bare(all) != bare(text+"end") {
			t.Fatalf("%q became %q", text, all)
		}
	})
}
