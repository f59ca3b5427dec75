package play

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

func script(text string) fstest.MapFS {
	return fstest.MapFS{
		"transcripts/one.txt":    {Data: []byte(text)},
		"transcripts/circle.txt": {Data: []byte("include circle.txt\n")},
	}
}

func shipped(t *testing.T) *flows.Library {
	t.Helper()
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// Who saves from a mark again and again has transcripts that begin with each other, as deep as they like.
func TestIncludesAreDeep(t *testing.T) {
	fsys := script("include scenarios/9.txt\nAna > hello\n")
	for i := range 10 {
		text := "Ana > hello\n"
		if i > 0 {
			text = fmt.Sprintf("include scenarios/%d.txt\n+ 1m\n", i-1)
		}
		fsys[fmt.Sprintf("scenarios/%d.txt", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	if _, _, err := Play(t.Context(), fsys, shipped(t), bottest.NewMemStore(), "one.txt"); err != nil {
		t.Error(err)
	}
	if _, acts, err := Steps(fsys, "one.txt"); err != nil || len(acts) != 11 {
		t.Errorf("%v: %+v", err, acts)
	}
}

func TestPlayWritesDownWhatCame(t *testing.T) {
	text := "# a newcomer\nat 2026-03-02 09:00\n\nAna > hello\nAna < wrong\nBen > hello\n+ 1h\nAna > /start\nAna > [Not now]\n"
	want, got, err := Play(t.Context(), script(text), shipped(t), bottest.NewMemStore(), "one.txt")
	if err != nil {
		t.Fatal(err)
	}
	if want != text {
		t.Fatalf("the file was read as %q", want)
	}
	for _, line := range []string{"# a newcomer\nat 2026-03-02 09:00\n\nAna > hello\nAna < Hello. /start", "Ben > hello\nBen < Hello.", "+ 1h\nAna > /start\n== Mon 2 Mar 10:00\nAna < Hello. I am a chat program", "    [Go on] [Not now] [I use this elsewhere] [Skip]\nAna > [Not now]\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
	again, second, err := Play(t.Context(), script(got), shipped(t), bottest.NewMemStore(), "one.txt")
	if err != nil || again != second {
		t.Fatalf("played again: %v\n%s", err, second)
	}
}

func TestPlayRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"Ana says hello\n":            "transcripts/one.txt:1: nobody can play",
		"at noon\n":                   "transcripts/one.txt:1: a start looks like",
		"# x\nAna > [Open]\n":         "transcripts/one.txt:2: Ana has no button [Open]",
		"+ next\n":                    "transcripts/one.txt:1: nothing is due",
		"Ana >> x\n":                  "transcripts/one.txt:1: Ana has no form",
		"@platform chat aloud\n":      "nobody can play",
		"+ 3h off\n":                  "nobody can play",
		"again 301\n":                 "transcripts/one.txt:1: again says at most",
		"@operator ana\n":             "nobody can play",
		"+ 401d\n":                    "transcripts/one.txt:1: a move is 400 days",
		"include nowhere.txt\n":       "nowhere.txt",
		"include circle.txt\n":        "in a circle",
		"+ 3 weeks\n":                 "nobody can play",
		"  Ana > two spaces before\n": "nobody can play",
	} {
		_, _, err := Play(t.Context(), script(text), shipped(t), bottest.NewMemStore(), "one.txt")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestPlayIsWhereTheHeaderSays(t *testing.T) {
	text := "@platform chat notext forms\nAna > /start\nAna > [Go on]\nAna > [I agree]\nAna > [I am 18 or over]\nAna > [Continue]\nAna > [Skip]\nAna >> Berlin\n"
	_, got, err := Play(t.Context(), script(text), shipped(t), bottest.NewMemStore(), "one.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Words of your own are not read in this app", "like Berlin.  [Skip] [>>]\nAna >> Berlin\nAna < So it is now"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
}

// forgetful takes every event for a new one.
type forgetful struct{ bot.Store }

func (s forgetful) Step(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
	res, err := s.Store.Step(ctx, ev, m)
	res.Seen = false
	return res, err
}

func TestPlayNoticesAnEventThatTakesEffectTwice(t *testing.T) {
	_, _, err := Play(t.Context(), script("Ana > hello\n"), shipped(t), forgetful{bottest.NewMemStore()}, "one.txt")
	if err == nil || !strings.Contains(err.Error(), "took effect twice") {
		t.Fatalf("%v", err)
	}
}

func TestPlayEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := Play(ctx, script("Ana > hello\n"), shipped(t), bottest.NewMemStore(), "one.txt")
	if !errors.Is(err, context.Canceled) && err == nil {
		t.Fatalf("%v", err)
	}
}

func FuzzScript(f *testing.F) {
	for _, s := range []string{"Ana > hi\n", "+ 3h\n", "at 2026-03-02 18:00\n", "Ana < x\n    [y]\n== Mon\n", "include a\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			t.Skip()
		}
		began := time.Now()
		lines, err := parse("x.txt", text)
		if d := time.Since(began); d > 5*time.Second || len(lines) > strings.Count(text, "\n")+1 {
			t.Fatalf("%q: %d lines in %v", text, len(lines), d)
		}
		var at *LineError
		if err != nil && (!errors.As(err, &at) || at.Line < 1) {
			t.Fatalf("%q: %v", text, err)
		}
		for _, l := range lines {
			if l.kind == advances && l.by < 0 {
				t.Fatalf("%q goes back", text)
			}
		}
	})
}
