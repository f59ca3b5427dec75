package flows

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  hello \n":                             "hello",
		"a\u202eb\u2066c\u200bd":                 "abcd",
		"a\x00b\x1b[31mc":                        "ab[31mc",
		"line\r\nline\rline":                     "line\nline\nline",
		"a\n\n\n\n\nb":                           "a\n\nb",
		"e\u0301":                                "é",
		"z\u0300\u0301\u0302\u0303\u0304\u0305a": "z\u0300\u0301a",
		"\u200b\u200d\ufeff":                     "",
		"👩\u200d👧 ok":                            "👩\u200d👧 ok",
		"❤\ufe0f":                                "❤\ufe0f",
		"שלום, مرحبا":                            "שלום, مرحبا",
		"\xff\xfea":                              "a",
		"\u3164\u2800":                           "",
		"tab\there":                              "tab here",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "hello", "a\u202eb", "👩\u200d👧", "e\u0301\u0301\u0301\u0301", "\xff", "> From Ana:\n> x", "  a  b~ ", "a\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > maxFuzzed {
			t.Skip()
		}
		began := time.Now()
		out := clean(in)
		if len(out) > 3*len(in) { // composing makes some letters longer
			t.Fatalf("clean(%q) has %d bytes of %d", in, len(out), len(in))
		}
		if !utf8.ValidString(out) || clean(out) != out {
			t.Fatalf("clean(%q) = %q, which is not clean", in, out)
		}
		if printable(in) && out != cleanOnce(in) {
			t.Fatalf("clean(%q) = %q by the short way, %q by the long one", in, out, cleanOnce(in))
		}
		for _, r := range out {
			if r != '\n' && r != zwj && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("clean(%q) keeps %U", in, r)
			}
		}
		if strings.Count(out, "\n") >= lineBreaks || strings.ContainsAny(oneLine(in), "\n\r") {
			t.Fatalf("clean(%q) has too many lines", in)
		}
		// Nothing that a person wrote starts a line outside a quote.
		for _, line := range strings.Split(blocksText([]Block{{Text: "ours"}, {Text: out, Quote: true}}), "\n")[1:] {
			if !strings.HasPrefix(line, "> ") {
				t.Fatalf("%q escapes its quote: %q", in, line)
			}
		}
		quick(t, "cleaning", began)
	})
}

// A person's words are never read as holes.
func TestFillIsOnePass(t *testing.T) {
	got := fill("Hello {me.name}, {you.name} and {me.name", func(hole string) string {
		return map[string]string{"me.name": "{you.name}", "you.name": "Ben"}[hole]
	})
	if got != "Hello {you.name}, Ben and {me.name" {
		t.Fatalf("%q", got)
	}
}

func TestReadTime(t *testing.T) {
	for in, want := range map[string]string{
		"20:00": "20:00", "8pm": "20:00", "8:30 PM": "20:30", "20.30": "20:30", "2030": "20:30", "7": "07:00", "12am": "00:00",
		"12 p.m.": "12:00", " 9:05 ": "09:05", "20h30": "20:30", "8 uhr": "08:00",
	} {
		if w, ok := readTime(in); !ok || w.String() != want {
			t.Errorf("%q is %v %v, want %s", in, w, ok, want)
		}
	}
	for _, in := range []string{"", "25:00", "8:60", "13pm", "0am", "later", "20:0", "1234567", "-1:00", "8:30:15"} {
		if w, ok := readTime(in); ok {
			t.Errorf("%q was read as %v", in, w)
		}
	}
}

func TestReadZone(t *testing.T) {
	lib := mustShipped(t)
	winter := time.Date(2026, 1, 15, 13, 30, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "new york": "America/New_York", "America/new_york": "America/New_York",
		"UTC": "UTC", "Germany": "Europe/Berlin", "são paulo": "America/Sao_Paulo", "19:15": "Asia/Kathmandu",
	} {
		if got := lib.readZone(in, winter); len(got) != 1 || got[0] != want {
			t.Errorf("%q is %v, want %s", in, got, want)
		}
	}
	for in, has := range map[string]string{"14:32": "Europe/Berlin", "+1": "Europe/Berlin", "UTC-5": "America/New_York", "8:31 am": "America/New_York", "Australia": "Australia/Sydney"} {
		if got := lib.readZone(in, winter); len(got) < 2 || len(got) > maxPlaces || !slices.Contains(got, has) {
			t.Errorf("%q offers %v, without %s", in, got, has)
		}
	}
	for _, in := range []string{"", "nowhere at all", "Local", "../etc/passwd", "/etc/localtime", strings.Repeat("a/", 1000), "Etc/Nonsense"} {
		if got := lib.readZone(in, winter); len(got) > 0 {
			t.Errorf("%q is %v", in, got)
		}
	}
}

func FuzzReadZone(f *testing.F) {
	for _, s := range []string{"Berlin", "14:32", "+5:45", "europe/berlin", "a//b", "Ünited"} {
		f.Add(s)
	}
	lib := mustShipped(f)
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > maxFuzzed {
			t.Skip()
		}
		began := time.Now()
		zones := lib.readZone(in, time.Date(2026, 1, 15, 13, 30, 0, 0, time.UTC))
		quick(t, "looking for a zone", began)
		if len(zones) > maxPlaces {
			t.Fatalf("%q offers %d places", in, len(zones))
		}
		for _, z := range zones {
			if _, ok := lookupZone(z); !ok {
				t.Fatalf("%q gives %q, which is no zone", in, z)
			}
		}
	})
}

func TestMatchIsNeverFuzzy(t *testing.T) {
	options := []Option{{ID: "yes", Label: "Yes, please"}, {ID: "no", Label: "No"}, {ID: "so", Label: "So-so", Also: []string{"ok"}}}
	for in, want := range map[string]string{"YES": "yes", "yes, please!": "yes", "nó": "no", " ok ": "so", "so-so": "so"} {
		if got, ok := match(options, in); !ok || got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
	for _, in := range []string{"ye", "yess", "no no", "", "n"} {
		if got, ok := match(options, in); ok {
			t.Errorf("%q is %q", in, got)
		}
	}
}

// The short way of fold, for plain text, is the same as the long one.
func TestFoldOfPlainText(t *testing.T) {
	for _, s := range []string{"", " ", "Yes", "  So-So  ", "\"Quoted.\"", "a\tb\nc", "I AM 18 OR OVER", "it's", "x\x00\x1fy", "...", "1\u00a0"} {
		if got, want := fold(s), foldLong(s); got != want {
			t.Errorf("%q: %q, the long way %q", s, got, want)
		}
	}
}
