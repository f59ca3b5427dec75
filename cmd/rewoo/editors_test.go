package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rewoo/flows"
)

// editorBlocks are the examples of docs/flows/editors.md in one language.
func editorBlocks(t *testing.T, info string) (out []string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repo, "docs/flows/editors.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?ms)^```"+info+"\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		out = append(out, m[1])
	}
	if len(out) == 0 {
		t.Fatalf("editors.md has no example in %s", info)
	}
	return out
}

// TestProblemMatcher holds the pattern that editors.md gives VS Code against real findings, errors and warnings.
func TestProblemMatcher(t *testing.T) {
	var pattern map[string]any
	for _, text := range editorBlocks(t, "json") {
		var doc map[string]any
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if doc["tasks"] != nil {
			pattern = at[map[string]any](t, doc, "tasks", 0, "problemMatcher", "pattern")
		}
	}
	t.Chdir(t.TempDir())
	re := regexp.MustCompile(at[string](t, pattern, "regexp"))
	_, findings := sarifOf(t, "our flows", "one.yaml")
	findings = append(findings, flows.Finding{Code: "F15", File: "one.yaml", Line: 3, Column: 8, Text: "nothing of facts is translated: a 1:2: b", Suggestion: "translate it", Warning: true})
	var out bytes.Buffer
	if err := report(&out, "our flows", findings, asLines); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, f := range findings {
		m := re.FindStringSubmatch(lines[i])
		if m == nil {
			t.Errorf("it does not match %s", lines[i])
			continue
		}
		got := func(group string) string { return m[int(at[float64](t, pattern, group))] }
		severity := map[bool]string{true: "warning"}[f.Warning]
		if got("file") != filepath.Join("our flows", "one.yaml") || got("severity") != severity || got("code") != f.Code || !strings.HasPrefix(got("message"), f.Text) {
			t.Errorf("%s is read as %q", lines[i], m)
		}
	}
	for _, line := range lines[len(findings):] { // how many there are
		if re.MatchString(line) {
			t.Errorf("it matches %s", line)
		}
	}
}

// TestEditorExamples: the flow is fine, and what runs before a commit is what the script of the tests runs.
func TestEditorExamples(t *testing.T) {
	for _, text := range editorBlocks(t, "yaml right") {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "evening.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		fsys, err := flowFiles(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, findings := flows.Load(fsys); len(flows.Errors(findings)) > 0 {
			t.Errorf("%v", findings[0])
		}
	}
	script, err := os.ReadFile("testdata/script/schema.txtar")
	if err != nil {
		t.Fatal(err)
	}
	hook := editorBlocks(t, "sh")[1]
	if !strings.Contains(string(script), "-- hook.sh --\n"+hook) {
		t.Errorf("the script does not run this hook:\n%s", hook)
	}
}
