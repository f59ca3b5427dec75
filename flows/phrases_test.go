package flows

import (
	"os"
	"strings"
	"testing"
	"time"
)

// corpus reads a file of texts, one a line.
func corpus(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/danger/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// TestDangerIsHeard: of texts that sound like danger, as people write them, 95 in 100 are heard in every language, and
// as what they are.
func TestDangerIsHeard(t *testing.T) {
	list := shippedList(t, "danger")
	for _, lang := range phraseLangs {
		lines, missed := corpus(t, "fire."+lang), 0
		for _, line := range lines {
			want, text, _ := strings.Cut(line, ": ")
			if got, ok := list.sounds(text); !ok || got != want {
				missed++
				t.Logf("%s: %q sounds like %q, not %q", lang, text, got, want)
			}
		}
		t.Logf("%s: %d of %d heard", lang, len(lines)-missed, len(lines))
		if 100*missed > 5*len(lines) {
			t.Errorf("%s: %d of %d are missed", lang, missed, len(lines))
		}
	}
}

// TestQuietWordsAreLeft: of texts that are no danger, though some of their words are in the list, 90 in 100 are left.
func TestQuietWordsAreLeft(t *testing.T) {
	list := shippedList(t, "danger")
	for _, lang := range phraseLangs {
		lines, loud := corpus(t, "quiet."+lang), 0
		for _, text := range lines {
			if got, ok := list.sounds(text); ok {
				loud++
				t.Logf("%s: %q sounds like %s", lang, text, got)
			}
		}
		t.Logf("%s: %d of %d false alarms", lang, loud, len(lines))
		if 10*loud > len(lines) {
			t.Errorf("%s: %d of %d are false alarms", lang, loud, len(lines))
		}
	}
}

// listening is a list with one phrase.
func listening(t testing.TB, phrases, unless string) *List {
	t.Helper()
	log := &findingLog{}
	text := "list: d\nkind: phrases\nitems:\n  a: { tier: self, lang: en, any: [" + phrases + "], unless: [" + unless + "] }\n"
	p := flowParser{log: log, nodes: map[any]*yamlNode{}}
	l := p.list(parseYAML("d.yaml", []byte(text), log))
	if len(log.all) > 0 {
		t.Fatal(log.all)
	}
	return l
}

func TestPhrasesHowTheyAreWritten(t *testing.T) {
	l := listening(t, `"want|wish to die", "straße", "a * c"`, `"don't want to die", "want to die of"`)
	for text, want := range map[string]bool{
		"want to die": true, "WANT TO DIE!": true, "…I wish—to\ndie…": true, "wänt tó diê": true, "w4nt t0 d1e": true, "w@nt to die": true,
		"waaaant to dieeee": true, "waant to die": false, "want\u200b t\u00ado die": true, "ｗａｎｔ to die": true, "want to\u00a0die": true,
		"wanting to die": false, "want to diet": false, "want 2 die": false, "want to 1 die": false, "die to want": false, "": false,
		"STRASSE": true, "Straße": true, "a b c": true, "a c": false, "a b b c": false, "a 1 c": true,
		"I don't want to die": false, "I don’t want to die": false, "I don´t want to die": false, "dont want to die": false,
		"I want to die of shame":                      false,
		"I don't want to die, but I want to die":      true,
		"I want to die. I don't want to die.":         true,
		"I don't want to die of shame, I want to die": true,
		"don't, I want to die":                        true,
	} {
		if tier, ok := l.sounds(text); ok != want || ok && tier != "self" {
			t.Errorf("%q: %q, %v", text, tier, ok)
		}
	}
	if _, ok := (&List{}).sounds("want to die"); ok {
		t.Error("a list without phrases hears something")
	}
}

// TestTheGravestCounts: of several, what somebody says of themself comes first, then what was done to them.
func TestTheGravestCounts(t *testing.T) {
	list := shippedList(t, "danger")
	for text, want := range map[string]string{
		"I'll kill him. He hit me.":                      "harm",
		"I'll kill him. He hit me. I want to die.":       "self",
		"I want to die. He hit me.":                      "self",
		"I hit her. I didn't want to die. I threw a cup": "threat",
	} {
		if got, _ := list.sounds(text); got != want {
			t.Errorf("%q sounds like %q, not %q", text, got, want)
		}
	}
}

// TestEveryPhraseIsHeard: no phrase of the shipped list is in the way of another.
func TestEveryPhraseIsHeard(t *testing.T) {
	list := shippedList(t, "danger")
	for _, ph := range list.Phrases {
		for _, phrase := range ph.Any {
			var words []string
			for _, w := range strings.Fields(phrase) {
				either := strings.Split(w, "|")
				words = append(words, either[len(phrase)%len(either)])
			}
			if got, ok := list.sounds(strings.Join(words, " ")); !ok && !excusedAll(list, words) {
				t.Errorf("%s: %q sounds like %q", ph.ID, words, got)
			}
		}
	}
}

// excusedAll says whether some phrase of unless is just these words, as it may be for some of a|b.
func excusedAll(list *List, words []string) bool {
	text := heardWords(strings.Join(words, " "))
	for _, ph := range list.Phrases {
		for _, u := range ph.Unless {
			read, _ := readPhrase(u)
			if len(read) <= len(text) && (read.at(text, 0) || read.at(text, len(text)-len(read))) {
				return true
			}
		}
	}
	return false
}

// TestSoundsTakesItsTime: the longest text, of words that many phrases begin with, is read in a moment.
func TestSoundsTakesItsTime(t *testing.T) {
	list := shippedList(t, "danger")
	for _, words := range []string{"i ", "he hit me up ", "i dont want to die ", "want to want to ", "e\u0301\u0301", "aaaaaaaa", "' ", "\u200b", "@$1 "} {
		text := strings.Repeat(words, maxInput*3/len(words))
		start := time.Now()
		list.sounds(text)
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%q again and again took %v", words, d)
		}
	}
}

func BenchmarkSounds(b *testing.B) {
	list := shippedList(b, "danger")
	text := strings.Join(corpus(b, "quiet.en"), " ")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		list.sounds(text)
	}
}

// FuzzSounds: no panic, a moment's time, the same answer twice, and words around a text do not silence it.
func FuzzSounds(f *testing.F) {
	list := shippedList(f, "danger")
	for _, lang := range phraseLangs {
		for _, name := range []string{"fire.", "quiet."} {
			for i, text := range corpus(f, name+lang) {
				if i%8 == 0 {
					f.Add(text)
				}
			}
		}
	}
	f.Add("e\u0301\u200b ﬁ İ ß \xff\x00 ´ K")
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		tier, ok := list.sounds(text)
		if d := time.Since(start); d > time.Second+time.Duration(len(text))*10*time.Microsecond {
			t.Errorf("%d bytes took %v", len(text), d)
		}
		if ok != (tier != "") {
			t.Errorf("%q and %v", tier, ok)
		}
		if again, _ := list.sounds(text); again != tier {
			t.Errorf("%q, then %q", tier, again)
		}
		if got, _ := list.sounds("x. " + text + " .x I want to die"); got != "self" {
			t.Errorf("with a plain sentence behind it: %q", got)
		}
	})
}
