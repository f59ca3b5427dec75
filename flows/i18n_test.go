package flows

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTranslationsAreReleasable: what ships is as complete as before a release, in every language.
func TestTranslationsAreReleasable(t *testing.T) {
	_, findings := LoadWith(Shipped(), LoadOptions{Release: true})
	for _, f := range findings {
		if f.Code != "F16" { // flows are stamped when they go out
			t.Error(f)
		}
	}
	if lib := mustShipped(t); !slices.Equal(lib.Languages(), []string{"en", "de"}) {
		t.Fatalf("there is no German: %v", lib.Languages())
	}
	if todo, findings := Untranslated(Shipped(), "de", ""); len(findings) > 0 || strings.Contains(todo, "\n  welcome:") {
		t.Errorf("%v, and to be done: %s", findings, todo)
	}
}

func TestLocale(t *testing.T) {
	lib := mustShipped(t)
	for locale, want := range map[string]string{"de": "de", "de-AT": "de", "de_ch": "de", "DE-de": "de", "de-Latn-DE": "de", "en": "en", "en-GB": "en",
		"fr": "en", "pt-br": "en", "": "en", "not a language": "en", "\xff\xfe": "en", "x-klingon": "en", strings.Repeat("de-", 200): "en"} {
		if got := lib.Match(locale); got != want {
			t.Errorf("%q is %q, want %q", locale, got, want)
		}
	}
}

// TestViewsHaveTheSameSteps: a view differs from the base in nothing but what is said, and shares what is not translated.
func TestViewsHaveTheSameSteps(t *testing.T) {
	lib := mustShipped(t)
	view := lib.In("de")
	if view == lib || lib.In("xx") != lib {
		t.Fatal("there is no view for German, or one for nothing")
	}
	for name, f := range lib.Flows {
		v := view.Flows[name]
		if v.Shape != f.Shape {
			t.Errorf("flow %s has another shape", name)
		}
		v.fingerprints() // from what the view really does
		if v.Shape != f.Shape {
			t.Errorf("flow %s does other things in German", name)
		}
	}
	for name, l := range lib.Lists {
		for i, it := range l.Items {
			v := view.Lists[name].Items[i]
			if v.ID != it.ID || v.place != it.place || (v.Decl == nil) != (it.Decl == nil) || v.Decl != nil && !slices.Equal(optionIDs(v.Decl), optionIDs(it.Decl)) {
				t.Errorf("item %s of %s is another one in German", it.ID, name)
			}
		}
	}
	if view.Flows["idea"] != lib.Flows["idea"] || view.Lists["danger"] != lib.Lists["danger"] {
		t.Error("what is not translated is not shared")
	}
	for _, changed := range []*Library{lib.With(Setup{InviteLink: "x"}), lib.WithOld(nil), lib.Traced()} {
		if v := changed.In("de"); v == changed || v == view || v.setup.InviteLink != changed.setup.InviteLink || v.traced != changed.traced {
			t.Error("a changed library has lost its views")
		}
	}
}

// TestBothLanguagesAreUnderstood: the words of the language, those of the base, and the global words of both.
func TestBothLanguagesAreUnderstood(t *testing.T) {
	view := mustShipped(t).In("de")
	st := view.Flows["daily_checkin"].ByID["pulse"]
	q := question{step: st, decl: view.Flows["daily_checkin"].Answers["pulse"]}
	for _, text := range []string{"Dazwischen", "geht so", "In between", "so-so", "3"} {
		if id, ok := match(q.options(view), text); !ok || id != "3" {
			t.Errorf("%q is %q", text, id)
		}
	}
	for word, want := range map[string]string{"/hilfe": "help", "hilfe": "help", "/help": "help", "/weiter": "skip", "/skip": "skip"} {
		if view.Globals[word] != want {
			t.Errorf("%q does %q", word, view.Globals[word])
		}
	}
	if mustShipped(t).Globals["/hilfe"] != "" {
		t.Error("a German word has reached the base")
	}
}

// TestLanguageOfCommands: menus can be had in each language.
func TestLanguageOfCommands(t *testing.T) {
	lib := mustShipped(t)
	base, de := lib.Commands(), lib.In("de").Commands()
	if len(base) != len(de) {
		t.Fatalf("%d commands, and %d in German", len(base), len(de))
	}
	about := map[string]string{}
	for _, c := range de {
		about[c.Name] = c.About
	}
	if about["help"] != "Was es gibt, und wo es Hilfe gibt" || about["checkin"] != "Tägliches Check-in" {
		t.Errorf("got %v", about)
	}
}

// TestReadySentencesInAllLanguages: who tapped a ready sentence and then changed the language has not typed it.
func TestReadySentencesInAllLanguages(t *testing.T) {
	lib := mustShipped(t)
	for _, l := range []*Library{lib, lib.In("de")} {
		q := question{ready: l.Lists["closing_lines"].ByID["CL-1"].Ready}
		for _, said := range []string{"Quiet", "Still"} {
			if q.own(Value{T: Text, S: said}) {
				t.Errorf("%q counts as typed", said)
			}
		}
		if !q.own(Value{T: Text, S: "Silence"}) {
			t.Error("what was typed counts as chosen")
		}
	}
}

// TestFindingsOfALanguage: a warning leaves a library, an error none.
func TestFindingsOfALanguage(t *testing.T) {
	fsys := i18nBase("language: de\ncovers: [plain]\nflows: { plain: { title: { of: 000000, say: \"Schlicht\" } } }\n")
	lib, findings := Load(fsys)
	if lib == nil || len(findings) == 0 || len(Errors(findings)) > 0 {
		t.Fatalf("library %v, findings %v", lib != nil, findings)
	}
	if got := lib.In("de").Flows["plain"].Title; got != "Schlicht" {
		t.Errorf("a stale translation that shows the same is not used: %q", got)
	}
	if lib, findings := LoadWith(fsys, LoadOptions{Release: true}); lib != nil || len(Errors(findings)) != len(findings) {
		t.Error("a release is let through with warnings")
	}
	if !strings.Contains(findings[0].String(), ": warning: F15 ") {
		t.Errorf("a warning reads %s", findings[0])
	}
}

// i18nBase is a small library with a translation into German.
func i18nBase(de string) fstest.MapFS {
	fsys := checkBase()
	fsys["person.yaml"].Data = append(fsys["person.yaml"].Data, "  language: { type: choice, options: { en: English, de: Deutsch }, default: en }\n"...)
	fsys["plain.yaml"] = &fstest.MapFile{Data: []byte(plainFlow)}
	fsys["i18n/de.yaml"] = &fstest.MapFile{Data: []byte(de)}
	return fsys
}

// FuzzTranslation: whatever a file of translations says, loading it ends quickly, with places in files, and a view that has every flow.
func FuzzTranslation(f *testing.F) {
	for _, s := range []string{
		"language: de\ncovers: [plain]\nflows: { plain: { title: { of: 000000, say: \"Schlicht\" }, a: { say: { of: 000000, say: \"Hallo.\" } } } }\n",
		"language: de\ncovers: [plain, nowhere]\nwords: { label_skip: { of: 1, say: \"{x}\" } }\n",
		"language: de\ncovers: []\nglobals: { help: [/hilfe] }\nfacts: { person.role: { hurt: { of: a, say: b, also: [c] } } }\n",
		"language: xx-\ncovers: 1\n", "language: de\ncovers: [plain]\nmonths: [[a]]\n", "flows: [1]\n", "language: de\nflows: { a: { b: { c: { d: { e: 1 } } } } }\n",
		"language: de\ncovers: [plain]\nflows: { plain: { of: 1 } }\nlists: 1\nrecords: { x: }\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, de string) {
		if len(de) > maxFuzzed>>4 {
			t.Skip()
		}
		lib, findings := Load(i18nBase(de))
		if (lib == nil) != (len(Errors(findings)) > 0) {
			t.Fatalf("library %v with %v", lib != nil, findings)
		}
		for _, f := range findings {
			if f.Line < 1 || f.Column < 1 || f.File == "" {
				t.Errorf("a finding without a place: %s", f)
			}
		}
		if lib != nil {
			for _, l := range lib.Languages() {
				if len(lib.In(l).Flows) != len(lib.Flows) || len(lib.In(l).Words) != len(lib.Words) {
					t.Errorf("%s has other flows or words", l)
				}
			}
		}
	})
}

// A second file of a language adds to the first, and takes nothing away.
func TestLanguageOfSeveralFiles(t *testing.T) {
	more := fstest.MapFS{
		"evening.yaml": {Data: []byte("flow: evening\nversion: 1\ntitle: Evening\nstart: { command: evening }\nexpires: { after: 2h }\nsteps:\n  done: { say: \"Good night.\", end: done }\n")},
		"i18n/de.evening.yaml": {Data: []byte("language: de\ncovers: [evening]\nflows:\n  evening:\n    title: { of: " + quotedHash(baseHash("Evening")) +
			", say: \"Abend\" }\n    done: { say: { of: " + quotedHash(baseHash("Good night.")) + ", say: \"Gute Nacht.\" } }\n")},
	}
	lib, findings := Load(Overlay(Shipped(), more))
	if lib == nil || len(findings) > 0 {
		t.Fatal(findings)
	}
	de := lib.In("de")
	if got := de.Flows["evening"].Steps[0].Text; got != "Gute Nacht." {
		t.Errorf("the new one says %q", got)
	}
	if got := de.Words["label_skip"]; got != "Überspringen" {
		t.Errorf("what shipped says %q", got)
	}
	if got := lib.In("de").Flows["welcome"].Title; got == lib.Flows["welcome"].Title {
		t.Errorf("welcome is called %q in both", got)
	}
}

// Of two translations of one text the one holds that was made from the text as it is now.
func TestTwoTranslationsOfOneText(t *testing.T) {
	const flow = "flow: plain\nversion: 1\ntitle: %s\nstart: { command: plain }\nsteps:\n  done: { say: Hello., end: done }\n"
	file := func(base, say string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("language: de\ncovers: [plain]\nflows:\n  plain:\n    title: { of: " + quotedHash(baseHash(base)) + ", say: \"" + say + "\" }\n" +
			"    done: { say: { of: " + quotedHash(baseHash("Hello.")) + ", say: Hallo. } }\n")}
	}
	for _, c := range []struct{ ships, mine, want, finding string }{
		{"Old", "New", "Meins", ""},
		{"New", "Old", "Liefert", ""},
		{"Old", "Older", "Meins", "has changed since"},
		{"New", "New", "", `de.plain.yaml:5:5: F01 the translation of "plain title" is there twice; the other is in i18n/de.yaml`},
	} {
		fsys := i18nBase("")
		fsys["plain.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, flow, "New")}
		fsys["i18n/de.yaml"], fsys["i18n/de.plain.yaml"] = file(c.ships, "Liefert"), file(c.mine, "Meins")
		fsys["i18n/de.plain.yaml"].Data = fsys["i18n/de.plain.yaml"].Data[:bytes.Index(fsys["i18n/de.plain.yaml"].Data, []byte("    done:"))]
		lib, findings := Load(fsys)
		var about []string
		for _, f := range findings {
			if strings.Contains(f.Text, "plain title") {
				about = append(about, f.String())
			}
		}
		got := ""
		if lib != nil {
			got = lib.In("de").Flows["plain"].Title
		}
		if got != c.want || (len(about) > 0) != (c.finding != "") || !strings.Contains(strings.Join(about, "\n"), c.finding) {
			t.Errorf("made from %s and %s: %q, %q", c.ships, c.mine, got, about)
			for _, f := range findings {
				t.Log(f)
			}
		}
	}
}
