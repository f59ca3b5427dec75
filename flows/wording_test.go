package flows

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func wordingCorpus(t *testing.T, name string) (out []string) {
	t.Helper()
	data, err := os.ReadFile("testdata/wording/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// named are the phrases of wording.yaml that a text holds.
func named(lang, text string) (out []string) {
	wordingPhrases(wordedText{text: text, lang: lang}, shippedWording(), func(phrase, _, _ string, _ ...any) { out = append(out, phrase) })
	return out
}

// TestWordingIsRefused: what the brief forbids is found as people would write it, and the longest phrase is what is named.
func TestWordingIsRefused(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		for _, line := range wordingCorpus(t, "refused."+lang) {
			want, text, _ := strings.Cut(line, ": ")
			if got := named(lang, text); !slices.Contains(got, want) {
				t.Errorf("%s: %q names %q, not %q", lang, text, got, want)
			}
		}
	}
}

// TestFineWordingIsLeft: no false alarms where the same words mean something else.
func TestFineWordingIsLeft(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		for _, text := range wordingCorpus(t, "fine."+lang) {
			if got := named(lang, text); len(got) > 0 {
				t.Errorf("%s: %q names %q", lang, text, got)
			}
		}
	}
}

// TestEveryTranslatedTextIsLookedAt: whatever a file of translations says is among those that are looked at, in its language.
func TestEveryTranslatedTextIsLookedAt(t *testing.T) {
	l, _ := load(Shipped(), LoadOptions{})
	seen := map[string]bool{}
	for _, w := range translatedTexts(l.langs, l.docs) {
		seen[w.lang+": "+strings.TrimSpace(w.text)] = true
	}
	n := 0
	for _, tr := range l.langs {
		for _, e := range tr.at {
			if n++; !seen[tr.lang+": "+strings.TrimSpace(e.say.text)] {
				t.Errorf("%s: nobody looks at %q", tr.lang, e.say.text)
			}
		}
	}
	if n == 0 {
		t.Error("there is no translation")
	}
}

// TestShippedWordingIsSound: the table that holds where there is no other has no mistake, and every one of its phrases is
// listened for under each word that it can begin with.
func TestShippedWordingIsSound(t *testing.T) {
	table := shippedWording()
	if len(table.texts["en"]) < 10 || len(table.texts["de"]) < 10 || len(table.signs) == 0 {
		t.Fatal("the table is not there")
	}
	for i, rules := range []map[string][]wordingRule{table.texts, table.knocks} {
		ears := []map[string]wordingEar{table.textEars, table.knockEars}[i]
		for lang, list := range rules {
			for _, r := range list {
				for _, any := range r.any {
					for _, w := range any[0] {
						if !slices.ContainsFunc(ears[lang][w.short], func(h *wordingHeard) bool { return &h.words[0] == &any[0] }) {
							t.Errorf("%s: %v is not listened for under %q", lang, any, w.word)
						}
					}
				}
				if len(r.any) == 0 || r.why == "" || r.instead == "" {
					t.Errorf("%s: a rule has no phrase, no reason or nothing instead: %q", lang, r.why)
				}
			}
		}
	}
}

// TestShippedExceptionsAreUsed: each excuses something that would be refused without it.
func TestShippedExceptionsAreUsed(t *testing.T) {
	var said []string
	for _, w := range wordedTexts(shippedDocs(t)) {
		say := func(phrase, _, _ string, _ ...any) { said = append(said, w.scope+": "+phraseKey(phrase)) }
		wordingPhrases(w, shippedWording(), say)
		wordingStyle(w, shippedWording(), say)
	}
	for _, x := range shippedLint() {
		if !slices.Contains(said, x.scope+": "+x.phrase) {
			t.Errorf("lint.yaml:%d: %s does not hold %q", x.pos.Line, x.scope, x.phrase)
		}
	}
}

// TestAnAuthorsExceptions: their file takes the place of the one that ships, and what ships needs no line in it; nor does it
// matter that one of the shipped exceptions is about something that the author has replaced.
func TestAnAuthorsExceptions(t *testing.T) {
	support, err := fs.ReadFile(Shipped(), "support.yaml")
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Replace(string(support), "text: \"Carrying this alone is hard.", "text: \"You must not carry this alone.", 1)
	top := fstest.MapFS{
		"support.yaml": {Data: []byte(said)},
		"lint.yaml":    {Data: []byte("- { code: F21, scope: support.wish, phrase: you must, reason: as we say it here }\n")},
	}
	if _, findings := Load(Overlay(Shipped(), top)); len(Errors(findings)) > 0 {
		t.Errorf("%v", Errors(findings))
	}
	delete(top, "lint.yaml")
	if _, all := Load(Overlay(Shipped(), top)); len(Errors(all)) != 1 || Errors(all)[0].Code != "F21" {
		t.Errorf("without the line: %v", Errors(all))
	}
	screen := "flow: welcome\nversion: 3\ntitle: First steps\nstart: { on: welcome }\nsteps:\n  hello: { say: \"Hello.\", end: welcomed }\n"
	if _, findings := Load(Overlay(Shipped(), fstest.MapFS{"welcome.yaml": {Data: []byte(screen)}})); slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == "F21" }) {
		t.Errorf("with a welcome of one's own: %v", findings)
	}
}

// shippedDocs are the files of the shipped library.
func shippedDocs(t *testing.T) map[string]*yamlNode {
	t.Helper()
	docs, l := map[string]*yamlNode{}, &loader{log: &findingLog{}}
	for _, name := range l.names(Shipped()) {
		data, _ := readFlowFile(Shipped(), name)
		docs[name] = parseYAML(name, data, l.log)
	}
	return docs
}

// TestEveryShippedTextIsLookedAt: whatever the parser calls a text of a step or an item is among those that are looked at.
func TestEveryShippedTextIsLookedAt(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range wordedTexts(shippedDocs(t)) {
		seen[strings.TrimSpace(w.text)] = true
	}
	lib := mustShipped(t)
	look := func(where, text string) {
		if text != "" && !seen[text] {
			t.Errorf("%s: nobody looks at %q", where, text)
		}
	}
	for _, f := range lib.Flows {
		look(f.Name, f.Title)
		look(f.Name, f.Knock)
		for _, d := range f.Answers {
			lookAtDecl(look, f.Name+"."+d.Name, d)
		}
		for _, s := range f.Steps {
			at := f.Name + "." + s.ID
			look(at, s.Text)
			look(at, s.Wrong)
			look(at, s.ShareText)
			if s.Remind != nil {
				look(at, s.Remind.Text)
			}
			for _, o := range s.Options {
				look(at, o.Label)
			}
			for _, e := range s.Exits {
				look(at, e.Label)
			}
			for _, r := range s.Ready {
				look(at, r.Label)
				look(at, r.Text)
			}
		}
	}
	for _, list := range lib.Lists {
		for _, it := range list.Items {
			at := list.Name + "." + it.ID
			look(at, it.Text)
			for _, r := range it.Ready {
				look(at, r.Text)
			}
			if it.Decl != nil {
				lookAtDecl(look, at, it.Decl)
			}
		}
	}
	for key, text := range lib.Words {
		look("words."+key, text)
	}
	for name, d := range lib.Person {
		lookAtDecl(look, "person."+name, d)
	}
	for name, d := range lib.Couple {
		lookAtDecl(look, "couple."+name, d)
	}
}

func lookAtDecl(look func(where, text string), where string, d *Decl) {
	for _, o := range d.Options {
		if d.Type != YesNo {
			look(where, o.Label)
		}
	}
	for _, r := range d.Ready {
		look(where, r.Text)
	}
}

// FuzzWording: whatever a text is, looking at it is quick, every phrase that is named stands in it, and the sentences counted are
// no more than its words.
func FuzzWording(f *testing.F) {
	for _, s := range []string{"You should forgive and forget!", "{me.x} {", "...?!", "a\u0301 ß ﷽", "dieeee in the pool", "Where were you? Why did you?", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxTextChars*4 {
			t.Skip()
		}
		began := time.Now()
		words := phraseOf(heardWords(text))
		for _, lang := range []string{"en", "de"} {
			w := wordedText{text: text, lang: lang, says: true, knock: true}
			wordingPhrases(w, shippedWording(), func(phrase, hint, _ string, args ...any) {
				if !strings.Contains(" "+words+" ", " "+phrase+" ") || hint == "" {
					t.Errorf("%q does not hold %q", text, phrase)
				}
			})
			wordingStyle(w, shippedWording(), func(string, string, string, ...any) {})
		}
		if n := sentences(text); n > len(heardWords(text)) {
			t.Errorf("%q has %d sentences", text, n)
		}
		quick(t, "looking at the wording", began)
	})
}
