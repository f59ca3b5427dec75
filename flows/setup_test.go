package flows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCommandsAreFitForAMenu(t *testing.T) {
	lib := mustShipped(t)
	form := regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	seen := map[string]bool{}
	var names []string
	for _, c := range lib.Commands() {
		switch n := length(c.About); {
		case !form.MatchString(c.Name):
			t.Errorf("/%s is no command for every platform", c.Name)
		case seen[c.Name]:
			t.Errorf("/%s is there twice", c.Name)
		case n == 0 || n > maxAbout || strings.ContainsAny(c.About, "\n{}"):
			t.Errorf("/%s: %q", c.Name, c.About)
		}
		seen[c.Name] = true
		names = append(names, c.Name)
		// Whoever looks over a shoulder reads the menu.
		for _, word := range []string{"affair", "betray", "trust", "hurt", "cheat", "safe", "danger", "partner", "couple", "secret", "private", "leav", "wound", "breach"} {
			if strings.Contains(strings.ToLower(c.About), word) {
				t.Errorf("/%s: %q says %q to whoever looks at the screen", c.Name, c.About, word)
			}
		}
		if lib.Globals["/"+c.Name] == "" && lib.flowByCommand(c.Name) == nil {
			t.Errorf("/%s does nothing", c.Name)
		}
	}
	global := []string{"back", "cards", "help", "leave", "privacy", "skip", "start", "stop"}
	if len(names) < 15 || !slices.Equal(names[:8], global) || !slices.Contains(names, "checkin") || slices.Contains(names, "") {
		t.Errorf("the menu is %q", names)
	}
	for _, f := range lib.Flows {
		if f.Start.Command != "" && !seen[f.Start.Command] {
			t.Errorf("/%s is not in the menu", f.Start.Command)
		}
	}
}

func TestWordsForAdapters(t *testing.T) {
	lib := mustShipped(t)
	for _, key := range []string{"private_only", "label_write", "form_title", "form_label", "pick_one", "too_fast", "invited_only"} {
		if lib.Word(key) == "" {
			t.Errorf("%s is empty", key)
		}
	}
	if lib.Word("no_such_word") != "" {
		t.Error("a word that is not there is something")
	}
}

// With leaves the library that it began with alone.
func TestWithMakesACopy(t *testing.T) {
	lib := mustShipped(t)
	there := lib.With(Setup{InviteLink: "x", Platforms: map[string]Platform{"sim": {NoText: true}}})
	if lib.setup.InviteLink != "" || lib.setup.Platforms != nil || there.setup.InviteLink != "x" || len(there.Commands()) != len(lib.Commands()) {
		t.Error("the setup of one is that of the other")
	}
}

// A menu takes a hundred commands.
func TestTooManyCommands(t *testing.T) {
	fsys := checkBase()
	add := func(i int) {
		fsys[fmt.Sprintf("f%d.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "flow: f%d\nversion: 1\ntitle: One\nstart: { command: c%d }\nsteps:\n  hi: { say: \"Hello.\", end: done }\n", i, i)}
	}
	for i := range maxCommands - len(globalActions) {
		add(i)
	}
	if _, findings := Load(fsys); len(findings) > 0 {
		t.Fatalf("a full menu: %v", findings)
	}
	add(200)
	if _, findings := Load(fsys); len(findings) != 1 {
		t.Fatalf("one too many: %v", findings)
	}
	add(201)
	if _, findings := Load(fsys); len(findings) != 1 || findings[0].Code != "F17" || !strings.Contains(findings[0].Text, "more than the 100 commands") {
		t.Fatalf("too many: %v", findings)
	}
}
