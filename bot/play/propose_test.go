package play

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"rewoo/bot/bottest"
	"rewoo/flows"
)

// small is a library of two flows, with a transcript that takes some ways of the second.
func small(t *testing.T) (fs.FS, *flows.Library) {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"words.yaml", "zones.yaml", "wording.yaml"} {
		data, err := fs.ReadFile(flows.Shipped(), name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	for name, text := range map[string]string{
		"person.yaml":   "person:\n  zone: { type: zone, default: UTC }\n  name: { type: text, max: 40, default: \"\" }\n",
		"greeting.yaml": "flow: greeting\nversion: 1\ntitle: First\nwho: one\nstart: { on: welcome }\nsteps:\n  hi: { say: \"Hello.\", end: welcomed }\n",
		"tea.yaml": `flow: tea
version: 1
title: Tea
who: one
start: { command: tea }
expires: { after: 5h }
answers:
  want: { type: scale, from: 1, to: 3 }
steps:
  want:
    ask: want
    text: "How much tea?"
    skip: none
    timeout: { after: 2h, go: none }
    go: much
  much:
    choose:
      - { if: me.want == 3, go: pot }
      - { else: cup }
  pot: { say: "A pot.", end: pot }
  cup: { say: "A cup.", end: cup }
  none: { end: none }
`,
		"transcripts/cup.txt": "# tea: a cup\nAna > /start\nAna > /tea\nAna > [2]\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	lib, findings := flows.Load(files)
	if lib == nil {
		t.Fatal(findings)
	}
	return files, lib
}

func covered(t *testing.T, fsys fs.FS, lib *flows.Library, names ...string) *flows.Coverage {
	t.Helper()
	c := lib.Cover()
	for _, name := range names {
		_, _, passed, err := Trace(t.Context(), fsys, lib, bottest.NewMemStore(), name)
		if err != nil {
			t.Fatal(err)
		}
		c.Add(passed)
	}
	return c
}

func TestCoverageNamesThePlace(t *testing.T) {
	fsys, lib := small(t)
	c := covered(t, fsys, lib, "cup.txt")
	var got []string
	for _, f := range c.Findings(func(flows.Covered) string { return "play it" }) {
		got = append(got, f.String())
	}
	want := []string{
		`tea.yaml:13:11: F20 no transcript goes from step "want" by skip to "none"; play it`,
		`tea.yaml:14:31: F20 no transcript goes from step "want" by timeout to "none"; play it`,
		`tea.yaml:18:33: F20 no transcript goes from step "much" by branch 1 to "pot"; play it`,
		`tea.yaml:20:3: F20 no transcript enters step "pot"; play it`,
		`tea.yaml:22:3: F20 no transcript enters step "none"; play it`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if rows := c.Rows(); len(rows) != 2 || rows[1] != (flows.CoverageRow{Name: "tea", Steps: 3, AllSteps: 5, Edges: 2, AllEdges: 5}) {
		t.Errorf("%+v", rows)
	}
}

func TestProposalsCoverWhatIsMissing(t *testing.T) {
	fsys, lib := small(t)
	c := covered(t, fsys, lib, "cup.txt")
	before := c.Clone()
	props, err := Propose(t.Context(), fsys, lib, c, Search{})
	if err != nil || len(props) != 1 || props[0].Name != "tea_ways.txt" {
		t.Fatalf("%v, %+v", err, props)
	}
	files := flows.Overlay(fsys, fstest.MapFS{Folder + "/" + props[0].Name: {Data: []byte(props[0].Text)}})
	_, got, passed, err := Trace(t.Context(), files, lib, bottest.NewMemStore(), props[0].Name)
	if err != nil {
		t.Fatalf("%v\n%s", err, props[0].Text)
	}
	for _, x := range props[0].Covers {
		if !slices.Contains(passed, x) {
			t.Errorf("no proposal %s:\n%s", x, got)
		}
	}
	if before.Add(passed); len(before.Missing()) > 0 {
		t.Errorf("missing after all: %v\n%s", before.Missing(), got)
	}
	again, err := Propose(t.Context(), fsys, lib, covered(t, fsys, lib, "cup.txt"), Search{})
	if err != nil || len(again) != 1 || again[0].Text != props[0].Text {
		t.Errorf("another proposal the second time: %v\n%s\n%s", err, props[0].Text, again)
	}
}

// What the search lives through is what the player does, to the last word: or its transcripts could not be played.
func TestLivesAreAsPlayed(t *testing.T) {
	fsys, lib := flows.Shipped(), shipped(t)
	for _, name := range []string{"checkin_share.txt", "account_add.txt", "leave_openly.txt", "follow_ups.txt"} {
		_, _, passed, err := Trace(t.Context(), fsys, lib, bottest.NewMemStore(), name)
		if err != nil {
			t.Fatal(err)
		}
		l := newLife(fsys, lib)
		lines, _, err := load(fsys, name)
		if err == nil {
			err = l.play(lines)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, x := range passed {
			if !slices.Contains(l.trace, x) {
				t.Errorf("%s: played, and not lived: %s", name, x)
			}
		}
	}
}

func TestPlayRepeats(t *testing.T) {
	fsys, lib := small(t)
	text := "# tea\nAna > /start\n# a cup\nAna > /tea\nAna > [1]\nagain 3\n# the day after\n+ 1d\n"
	files := flows.Overlay(fsys, fstest.MapFS{Folder + "/again.txt": {Data: []byte(text)}})
	store := bottest.NewMemStore()
	_, got, err := Play(t.Context(), files, lib, store, "again.txt")
	if err != nil || strings.Count(got, "Ana < A cup.") != 1 || !strings.Contains(got, "again 3\n# the day after") {
		t.Fatalf("%v\n%s", err, got)
	}
	for _, u := range store.Units() {
		if n := u.People[0].LastTrack; n != 5 { // the welcome, and four cups
			t.Errorf("%d conversations were begun", n)
		}
	}
}

func TestPlayNamesTheOperator(t *testing.T) {
	_, got, err := Play(t.Context(), flows.Shipped(), shipped(t), bottest.NewMemStore(), "partner_confirm_operator.txt")
	if err != nil || !strings.Contains(got, "Ana < Your account is the one named as running this bot.") || !strings.Contains(got, "Ben < Your partner's account is the one") {
		t.Fatalf("%v\n%s", err, got)
	}
}
