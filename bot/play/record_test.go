package play

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"rewoo/bot/bottest"
	"rewoo/flows"
)

// What is done as Steps says comes out of Record as a transcript that holds.
func TestRecordIsWhatWasPlayed(t *testing.T) {
	lib := shipped(t)
	for _, file := range []string{"pair.txt", "ideas.txt", "scenarios/tender.txt", "scenarios/parting.txt", "scenarios/fresh.txt"} {
		at, acts, err := Steps(flows.Shipped(), file)
		if err != nil {
			t.Fatal(err)
		}
		r := Recording{About: "x", Start: at, End: at}
		for _, act := range acts {
			r.End = r.End.Add(act.Forward)
			if act.Who != "" {
				r.Done = append(r.Done, Done{Who: act.Who, At: r.End, Press: act.Press, Text: act.Text})
			}
		}
		rec, err := Record(t.Context(), flows.Shipped(), lib, bottest.NewMemStore(), r)
		if err != nil {
			t.Fatal(err)
		}
		want, got, err := Play(t.Context(), fstest.MapFS{"transcripts/x.txt": {Data: []byte(rec.Text)}}, lib, bottest.NewMemStore(), "x.txt")
		if err != nil || want != got {
			t.Errorf("%s: what was recorded does not hold: %v\n%s", file, err, rec.Text)
		}
	}
}

func TestRecordCutsAtTheMark(t *testing.T) {
	at := time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)
	later := at.Add(49*time.Hour + 61*time.Second)
	r := Recording{About: "two \n lines", Start: at, Prelude: "scenarios/x.txt", Mark: 1, Marked: at.Add(time.Hour), End: later,
		Done: []Done{{Who: "Ana", At: at.Add(30 * time.Second), Text: "/start"}, {Who: "Ana", At: later, Press: true, Text: "Not now"}}}
	rec, err := Record(t.Context(), script(""), shipped(t), bottest.NewMemStore(), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := "# two lines: what came before\nat 2026-03-02 17:00\n+ 30s\nAna > /start\n== Mon 2 Mar 17:00\nAna < Hello."; !strings.HasPrefix(rec.Prelude, want) || !strings.HasSuffix(rec.Prelude, "\n+ 59m\n+ 30s\n") {
		t.Errorf("before the mark:\n%s", rec.Prelude)
	}
	if want := "# two lines\ninclude scenarios/x.txt\n+ 2d\n+ 1m\n+ 1s\nAna > [Not now]\n"; !strings.HasPrefix(rec.Text, want) {
		t.Errorf("behind it:\n%s\nwant\n%s", rec.Text, want)
	}
	if len(rec.Shown["Ana"]) < 2 {
		t.Errorf("all that came: %q", rec.Shown)
	}
}

func TestRecordRefuses(t *testing.T) {
	at := time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)
	for want, d := range map[string]Done{
		"a name is one word with a capital":      {Who: "ana b", At: at, Text: "hello"},
		"takes for a button":                     {Who: "Ana", At: at, Text: "[hello]"},
		"Ana has no button [Open]":               {Who: "Ana", At: at, Press: true, Text: "Open"},
		"a transcript counts whole seconds":      {Who: "Ana", At: at.Add(time.Millisecond), Text: "hello"},
		"what was played:1: Ana has no button [": {Who: "Ana", At: at, Press: true, Text: "x]\nBen > [y"},
	} {
		_, err := Record(t.Context(), script(""), shipped(t), bottest.NewMemStore(), Recording{Start: at, End: d.At, Done: []Done{d}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", d, err, want)
		}
	}
}

func TestStepsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"Ana >> x\n":                         "transcripts/one.txt:1: two plain phones cannot do that",
		"@platform chat notext\n":            "two plain phones",
		"@locale Ana de\n":                   "two plain phones",
		"+ 3h away\n":                        "transcripts/one.txt:1: here the clock moves",
		"Ana > x\nat 2026-03-02 18:00\n":     "transcripts/one.txt:2: the clock is set once",
		"include circle.txt\n":               "in a circle",
		"include nowhere.txt\n":              "nowhere.txt",
		"include scenarios/../../../x.txt\n": "x.txt",
	} {
		if _, _, err := Steps(script(text), "one.txt"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	_, acts, err := Steps(script("# x\nAna > hello\n+ 1d\nagain 2\n+ next\n"), "one.txt")
	if err != nil || len(acts) != 7 || acts[5] != (Act{Forward: 24 * time.Hour}) || !acts[6].Next {
		t.Errorf("%v: %+v", err, acts)
	}
}

func TestScenariosOfALibrary(t *testing.T) {
	fsys := fstest.MapFS{
		"transcripts/b.txt": {}, "scenarios/z.txt": {Data: []byte("\n#  what it is \n# more\n")}, "scenarios/a.txt": {}, "scenarios/note.md": {},
	}
	names, err := Names(fsys)
	if err != nil || strings.Join(names, " ") != "b.txt scenarios/a.txt scenarios/z.txt" {
		t.Errorf("%v: %q", err, names)
	}
	all, err := ListScenarios(fsys)
	if err != nil || len(all) != 2 || all[1] != (Scenario{Name: "z", File: "scenarios/z.txt", About: "what it is"}) {
		t.Errorf("%v: %+v", err, all)
	}
	if _, err := Names(broken{}); err == nil {
		t.Error("a folder that cannot be read has no transcripts")
	}
}

type broken struct{}

func (broken) Open(string) (fs.File, error) { return nil, os.ErrPermission }
