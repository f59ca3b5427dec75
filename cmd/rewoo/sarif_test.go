package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rewoo/docs"
	"rewoo/flows"
)

const slipped = `flow: "one"
version: 1
title: One
start: { command: one }
expires: { after: 20h }
steps:
  hello: { say: "Grüße.", go: dnoe }
  done: { end: done }
`

// sarifOf writes the findings of a folder with a slip in a file, and reads the log as anybody would.
func sarifOf(t *testing.T, dir, file string) (log map[string]any, findings []flows.Finding) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(slipped), 0o644); err != nil {
		t.Fatal(err)
	}
	fsys, err := flowFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, findings = flows.Load(fsys)
	var out bytes.Buffer
	if err := report(&out, dir, findings, asSARIF); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	return log, findings
}

// at follows keys and places in a list; it fails where the way ends.
func at[T any](t *testing.T, v any, way ...any) T {
	t.Helper()
	for _, w := range way {
		switch w := w.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[w]
		case int:
			l, _ := v.([]any)
			if w >= len(l) {
				t.Fatalf("%v: there is no place %d", way, w)
			}
			v = l[w]
		}
	}
	out, ok := v.(T)
	if !ok {
		t.Fatalf("%v is %#v", way, v)
	}
	return out
}

// TestSARIF holds a log against what the standard demands of the parts that are written, and against the files it names.
func TestSARIF(t *testing.T) {
	t.Chdir(t.TempDir())
	log, findings := sarifOf(t, "our flows", "one.yaml")
	if at[string](t, log, "version") != "2.1.0" || !strings.Contains(at[string](t, log, "$schema"), "sarif-2.1.0") || len(at[[]any](t, log, "runs")) != 1 {
		t.Fatalf("the head: %v", log)
	}
	run := at[map[string]any](t, log, "runs", 0)
	if at[string](t, run, "tool", "driver", "name") != "rewoo" || at[string](t, run, "columnKind") != "unicodeCodePoints" {
		t.Errorf("the tool: %v", run["tool"])
	}
	rules := at[[]any](t, run, "tool", "driver", "rules")
	seen := map[string]bool{}
	for _, r := range rules {
		id := at[string](t, r, "id")
		if seen[id] || at[string](t, r, "shortDescription", "text") == "" || at[string](t, r, "help", "text") == "" {
			t.Errorf("rule %v", r)
		}
		seen[id] = true
		if at, there := r.(map[string]any)["helpUri"]; there { // its schema asks for a URI, with a scheme
			if u, err := url.Parse(fmt.Sprint(at)); err != nil || !u.IsAbs() {
				t.Errorf("%s: helpUri %v is not absolute", id, at)
			}
		}
		if page, mark, _ := strings.Cut(helpPages()[id], "#"); page != "docs/flows/checks.md" || !hasHeading(docs.Checks, mark) {
			t.Errorf("%s: there is no heading %q", id, mark)
		}
	}
	results := at[[]any](t, run, "results")
	if len(results) != len(findings) || len(results) == 0 || len(seen) < 21 {
		t.Fatalf("%d results of %d findings, %d rules", len(results), len(findings), len(seen))
	}
	for _, r := range results {
		sarifResultHolds(t, run, r)
	}
}

func sarifResultHolds(t *testing.T, run map[string]any, r any) {
	t.Helper()
	rule := at[string](t, run, "tool", "driver", "rules", int(at[float64](t, r, "ruleIndex")), "id")
	if level := at[string](t, r, "level"); rule != at[string](t, r, "ruleId") || level != "error" && level != "warning" || at[string](t, r, "message", "text") == "" {
		t.Errorf("result %v", r)
	}
	place := at[map[string]any](t, r, "locations", 0, "physicalLocation")
	uri, base := at[string](t, place, "artifactLocation", "uri"), at[string](t, place, "artifactLocation", "uriBaseId")
	at[map[string]any](t, run, "originalUriBaseIds", base)
	region := at[map[string]any](t, place, "region")
	if base == sarifShipped {
		return
	}
	path, err := url.PathUnescape(uri)
	if _, there := os.Stat(filepath.FromSlash(path)); err != nil || there != nil || strings.Contains(uri, " ") {
		t.Errorf("%q is no path from here: %v", uri, there)
	}
	if from, to := at[float64](t, region, "startColumn"), at[float64](t, region, "endColumn"); at[float64](t, region, "startLine") < 1 || from < 1 || to <= from {
		t.Errorf("region %v", region)
	}
}

// TestFindingsHaveTheirPath: of an author's file it is one that exists from here, in every form; what ships has its bare name.
func TestFindingsHaveTheirPath(t *testing.T) {
	t.Chdir(t.TempDir())
	_, findings := sarifOf(t, "mine", "one.yaml")
	findings = append(findings, flows.Finding{Code: "F02", File: "checkin.yaml", Line: 1, Column: 1, Text: "x", Warning: true}, flows.Finding{Code: "F02", File: "nowhere.yaml", Line: 1, Column: 1, Text: "x"})
	all := locate("mine", findings)
	last := len(all) - 1
	if all[0].File != filepath.Join("mine", "one.yaml") || all[0].EndColumn != 35 || all[0].EndLine != 7 || all[0].Level != "error" {
		t.Errorf("%+v", all[0])
	}
	if s := all[last-1]; s.File != "checkin.yaml" || !s.shipped || s.Level != "warning" || s.EndColumn != 5 {
		t.Errorf("%+v", s)
	}
	if s := all[last]; s.File != "nowhere.yaml" || s.shipped || s.EndLine != 0 {
		t.Errorf("%+v", s)
	}
	var out bytes.Buffer
	if err := report(&out, "mine", findings, asLines); err != nil || !strings.HasPrefix(out.String(), filepath.Join("mine", "one.yaml")+":7:31: F02 ") {
		t.Errorf("%v: %s", err, out.String())
	}
}
