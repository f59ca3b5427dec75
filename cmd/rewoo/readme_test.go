package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"rewoo/flows"
)

// The README's flow is fine, and the mistake it speaks of is found as it says.
func TestReadme(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(repo, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	_, rest, _ := strings.Cut(text, "```yaml\n")
	flow, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the README holds no flow")
	}
	check := func(flow string) []flows.Finding {
		top := fstest.MapFS{"checkin.yaml": {Data: []byte(flow)}}
		_, findings := flows.Load(flows.Overlay(flows.Shipped(), top))
		return flows.Errors(findings)
	}
	if got := check(flow); len(got) != 0 {
		t.Fatal(got)
	}
	got := check(strings.Replace(flow, "    skip: offer\n", "", 1))
	if len(got) != 1 || !strings.Contains(text, "    mine/"+got[0].String()+"\n") {
		t.Fatalf("the README quotes another finding than %v", got)
	}
	for _, command := range []string{"    go run ./cmd/rewoo try\n", "    go test ./...\n"} {
		if strings.Count(text, command) != 1 {
			t.Errorf("the README should hold %q once", command)
		}
	}
}
