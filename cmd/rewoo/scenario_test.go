package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/bot/play"
	"rewoo/bot/web"
	"rewoo/flows"
)

// person on a page, asked over its API.
func (p *process) bonnet(t *testing.T) web.Bonnet {
	t.Helper()
	var b web.Bonnet
	if err := call(t.Context(), p.url+"api/bonnet", nil, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

func (p *process) read(t *testing.T, who string) []apiMessage {
	t.Helper()
	got, err := messages(p.url, who, 0)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// last is the last thing on a phone.
func (p *process) last(t *testing.T, who string) apiMessage {
	t.Helper()
	all := p.read(t, who)
	if len(all) == 0 {
		return apiMessage{}
	}
	return all[len(all)-1]
}

func (p *process) say(t *testing.T, who, text string) {
	t.Helper()
	var got struct{ Messages []apiMessage }
	if err := call(t.Context(), p.url+"api/people/"+who+"/say", map[string]string{"text": text}, &got); err != nil {
		t.Fatal(err)
	}
}

// Each scenario that ships begins where it says, with its history on both phones.
func TestScenariosBeginWhereTheySay(t *testing.T) {
	at := func(p *process, who, flow, phase string) bool {
		return slices.ContainsFunc(p.bonnet(t).Tracks, func(v web.TrackView) bool { return v.Person == who && v.Flow == flow && v.Phase == phase })
	}
	holds := map[string]func(p *process) bool{
		"fresh": func(p *process) bool {
			return len(p.read(t, "a"))+len(p.read(t, "b")) == 0 && len(p.bonnet(t).People) == 0
		},
		"paired": func(p *process) bool {
			a, b := p.last(t, "a"), p.last(t, "b")
			return strings.HasPrefix(a.Text, "That is all I need.") && b.Text == a.Text && len(p.bonnet(t).Tracks) == 0
		},
		"week3": func(p *process) bool {
			began, now := p.read(t, "a")[0].At, p.last(t, "b").At
			return now.Sub(began) >= 14*24*time.Hour && now.Sub(began) < 21*24*time.Hour && at(p, "a", "daily_checkin", "knock") && at(p, "b", "daily_checkin", "knock")
		},
		"tender": func(p *process) bool {
			p.say(t, "a", "/idea")
			return strings.HasPrefix(p.last(t, "a").Text, "Ideas rest on tender days.")
		},
		"parting": func(p *process) bool {
			return at(p, "a", "partner", "ask") && slices.ContainsFunc(p.last(t, "a").Choices, func(c apiChoice) bool { return c.Label == "Leave quietly" })
		},
	}
	all, err := play.ListScenarios(flows.Shipped())
	if err != nil || len(all) != len(holds) {
		t.Fatalf("%d scenarios ship, and %d are looked at: %v", len(all), len(holds), err)
	}
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			if len(s.About) < 20 {
				t.Errorf("it says %q of itself", s.About)
			}
			p := startTry(t, "--scenario", s.Name)
			t.Cleanup(p.kill)
			if holds[s.Name] == nil || !holds[s.Name](p) {
				t.Errorf("it begins elsewhere: %+v\nA: %+v\nB: %+v", p.bonnet(t), p.last(t, "a"), p.last(t, "b"))
			}
		})
	}
}

// A transcript is played on the phones of the page, through its API.
func (p *process) play(t *testing.T, acts []play.Act, phones map[string]string) {
	t.Helper()
	code := ""
	for _, act := range acts {
		var err error
		switch who := phones[act.Who]; {
		case act.Who == "" && act.Next:
			err = call(t.Context(), p.url+"api/clock", map[string]string{"until": "next"}, &struct{}{})
		case act.Who == "":
			err = call(t.Context(), p.url+"api/clock", map[string]string{"forward": act.Forward.String()}, &struct{}{})
		case act.Press:
			err = p.press(t, who, act.Text)
		default:
			p.say(t, who, strings.ReplaceAll(act.Text, "{code}", code))
		}
		if err != nil {
			t.Fatalf("%+v: %v", act, err)
		}
		if act.Who != "" {
			for _, m := range p.read(t, phones[act.Who]) {
				if c := play.Code(m.Text); c != "" && m.From == "bot" {
					code = c
				}
			}
		}
	}
}

func (p *process) press(t *testing.T, who, label string) error {
	t.Helper()
	all := p.read(t, who)
	for _, open := range []bool{true, false} {
		for _, m := range slices.Backward(all) {
			for _, c := range m.Choices {
				if c.Label == label && m.Closed != open {
					return call(t.Context(), p.url+"api/people/"+who+"/press", map[string]any{"message": m.ID, "choice": c.ID}, &struct{}{})
				}
			}
		}
	}
	return fmt.Errorf("no button [%s]", label)
}

func (p *process) save(ctx context.Context, name string, replace bool) (s web.Saved, err error) {
	err = call(ctx, p.url+"api/author/save", map[string]any{"name": name, "replace": replace}, &s)
	return s, err
}

// What was played on the page with flows of one's own is saved as it came, chance included, and rewoo test takes it.
func TestSavedTranscriptsHold(t *testing.T) {
	for _, file := range []string{"pair.txt", "ideas.txt", "checkin_share.txt", "question_answered.txt", "idea_evenings.txt", "scenarios/week3.txt"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			at, acts, err := play.Steps(flows.Shipped(), file)
			if err != nil {
				t.Fatal(err)
			}
			mine := t.TempDir()
			p := startTry(t, "--flows", mine, "--at", at.Format(time.RFC3339))
			t.Cleanup(p.kill)
			p.play(t, acts, map[string]string{"Ana": "a", "Ben": "b"})
			saved, err := p.save(t.Context(), "mine", false)
			if err != nil || !saved.Written || len(saved.Notes) != 0 || len(saved.Files) != 1 {
				t.Fatalf("%v: %+v", err, saved)
			}
			var out strings.Builder
			if code := run(t.Context(), []string{"test", "--flows", mine, "mine"}, &out, &out); code != exitFine {
				t.Errorf("rewoo test: %d\n%s\n%s", code, &out, saved.Files[0].Text)
			}
			for _, who := range []string{"a", "b"} {
				for _, m := range p.read(t, who) {
					first, _, _ := strings.Cut(play.Shown(m.Text, nil), "\n")
					if m.From == "bot" && !m.Deleted && !strings.Contains(saved.Files[0].Text, strings.TrimPrefix(first, " <")) {
						t.Errorf("%s saw %q, which was not saved", who, m.Text)
					}
				}
			}
		})
	}
}

// A transcript that begins at a mark has what came before in a scenario of its own; nothing is written over unasked.
func TestSaveFromAMark(t *testing.T) {
	mine := t.TempDir()
	if err := os.WriteFile(filepath.Join(mine, "tea.yaml"), []byte(teaFlow), 0o644); err != nil {
		t.Fatal(err)
	}
	p := startTry(t, "--flows", mine, "--scenario", "paired")
	t.Cleanup(p.kill)
	refused := func(name, want string) {
		t.Helper()
		if _, err := p.save(t.Context(), name, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
	refused("later", "Nothing was said or pressed since")
	p.play(t, []play.Act{{Who: "Ana", Text: "/tender"}, {Who: "Ana", Press: true, Text: "Two days"}, {Forward: 26 * time.Hour}}, map[string]string{"Ana": "a"})
	if err := call(t.Context(), p.url+"api/author/mark", struct{}{}, &struct{}{}); err != nil {
		t.Fatal(err)
	}
	refused("later", "Nothing was said or pressed since")
	p.play(t, []play.Act{{Forward: 90 * time.Second}, {Who: "Ben", Text: " /tea"}, {Who: "Ben", Press: true, Text: "Yes"}, {Who: "Ben", Text: "two\nlines"}}, map[string]string{"Ben": "b"})
	for _, bad := range []string{"", "../up", "Tea", "a b", "scenarios/x", strings.Repeat("x", 61)} {
		refused(bad, "A name is a word of small letters")
	}
	refused("pair", "transcripts/pair.txt ships with rewoo")
	refused("paired", "scenarios/paired.txt ships with rewoo")
	saved, err := p.save(t.Context(), "later", false)
	if err != nil || !saved.Written || len(saved.Files) != 2 {
		t.Fatalf("%v: %+v", err, saved)
	}
	if want := "# later: played on the page\ninclude scenarios/later.txt\n+ 1m\n+ 30s\nBen > /tea\n"; !strings.HasPrefix(saved.Files[0].Text, want) || !strings.HasSuffix(saved.Files[0].Text, "Ben < A cup, then.\nBen > two lines\n"+after(saved.Files[0].Text, "two lines\n")) {
		t.Errorf("saved was\n%s\nwant\n%s", saved.Files[0].Text, want)
	}
	if want := "# later: played on the page: what came before\ninclude scenarios/paired.txt\nAna > /tender\n"; !strings.HasPrefix(saved.Files[1].Text, want) {
		t.Errorf("what came before was\n%s\nwant\n%s", saved.Files[1].Text, want)
	}
	var out strings.Builder
	if code := run(t.Context(), []string{"test", "--flows", mine, "later", "scenarios/later"}, &out, &out); code != exitFine {
		t.Errorf("rewoo test: %d\n%s", code, &out)
	}
	p.say(t, "b", "/tea")
	if again, err := p.save(t.Context(), "later", false); err != nil || !again.Exists || again.Written {
		t.Errorf("%v: %+v", err, again)
	}
	if text, err := os.ReadFile(filepath.Join(mine, "transcripts", "later.txt")); err != nil || string(text) != saved.Files[0].Text {
		t.Errorf("it was written over unasked: %v\n%s", err, text)
	}
	if again, err := p.save(t.Context(), "later", true); err != nil || !again.Written || again.Files[0].Text == saved.Files[0].Text {
		t.Errorf("%v: %+v", err, again)
	}
	q := startTry(t, "--flows", mine, "--scenario", "later")
	t.Cleanup(q.kill)
	q.say(t, "a", "/idea")
	if got := q.last(t, "a").Text; !strings.HasPrefix(got, "Ideas rest on tender days.") {
		t.Errorf("where it began, ideas do not rest: %q", got)
	}
	if err := call(t.Context(), q.url+"api/author/mark", struct{}{}, &struct{}{}); err != nil {
		t.Fatal(err)
	}
	q.say(t, "a", "/tea")
	if s, err := q.save(t.Context(), "later", true); err == nil || !strings.Contains(err.Error(), "in a circle") {
		t.Errorf("what it began with includes itself: %v, %+v", err, s)
	}
}

// Of two pages that save under one name at once, one is told that it is there; a link is replaced, not what it leads to.
func TestSaveWritesOverNothing(t *testing.T) {
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthor(&reloader{dir: t.TempDir(), lib: lib}, viewer{}, nil, true)
	const text = "# x\nAna > /privacy\n"
	var written atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			s, err := a.written(t.Context(), web.Saved{Files: []web.SavedFile{{Name: "transcripts/x.txt", Text: text}}}, false)
			if err != nil || s.Written == s.Exists {
				t.Errorf("%v: %+v", err, s)
			}
			if s.Written {
				written.Add(1)
			}
		})
	}
	wg.Wait()
	if n := written.Load(); n != 1 {
		t.Errorf("%d were written", n)
	}
	other := filepath.Join(t.TempDir(), "other.txt")
	link := filepath.Join(a.dir, "transcripts", "y.txt")
	if err := errors.Join(os.WriteFile(other, []byte("mine"), 0o644), os.Symlink(other, link)); err != nil {
		t.Skip(err) // not everybody may
	}
	if s, err := a.written(t.Context(), web.Saved{Files: []web.SavedFile{{Name: "transcripts/y.txt", Text: text}}}, true); err != nil || !s.Written {
		t.Errorf("%v: %+v", err, s)
	}
	if b, err := os.ReadFile(other); err != nil || string(b) != "mine" {
		t.Errorf("%v: what the link leads to is %q", err, b)
	}
}

func after(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return rest
}

// Without a folder of one's own nothing is written, and where chance was another, that is said.
func TestSaveWithoutAFolder(t *testing.T) {
	at, acts, err := play.Steps(flows.Shipped(), "pair.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := startTry(t, "--at", at.Format(time.RFC3339))
	t.Cleanup(p.kill)
	p.play(t, acts, map[string]string{"Ana": "a", "Ben": "b"})
	saved, err := p.save(t.Context(), "day", false)
	if err != nil || saved.Written || len(saved.Notes) != 1 || !strings.Contains(saved.Notes[0], "--flows DIR") || !strings.Contains(saved.Files[0].Text, "Ben > {code}\n") {
		t.Fatalf("%v: %+v", err, saved)
	}
	p.play(t, []play.Act{{Who: "Ana", Text: "/checkin"}, {Who: "Ana", Press: true, Text: "Steady"}}, map[string]string{"Ana": "a"})
	for range 12 { // until chance draws what a player's chance does not
		p.play(t, []play.Act{{Forward: 24 * time.Hour}, {Who: "Ana", Text: "/checkin"}, {Who: "Ana", Press: true, Text: "Steady"}}, map[string]string{"Ana": "a"})
		if saved, err = p.save(t.Context(), "day", false); err != nil || len(saved.Notes) > 1 {
			break
		}
	}
	said := fmt.Sprint(err, saved.Notes)
	if !strings.Contains(said, "chance was another") {
		t.Errorf("nothing is said of chance: %s", said)
	}
}

// With the page open to other machines nothing is written, wherever the author's folder is.
func TestNothingIsWrittenFromAfar(t *testing.T) {
	mine := t.TempDir()
	p := startTry(t, "--flows", mine, "--scenario", "paired", "--allow-remote")
	t.Cleanup(p.kill)
	p.say(t, "a", "/tender")
	saved, err := p.save(t.Context(), "afar", true)
	if err != nil || saved.Written || len(saved.Files) != 1 {
		t.Errorf("%v: %+v", err, saved)
	}
	if left, err := os.ReadDir(mine); err != nil || len(left) > 0 {
		t.Errorf("%v: %v", err, left)
	}
}
