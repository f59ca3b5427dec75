package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"rewoo/flows"
)

// The daily check-in that the description of the language shows loads word for word, and asks what it says.
func TestSampleOfTheLanguage(t *testing.T) {
	const path = repo + "/../shared/flows.md"
	b, err := os.ReadFile(path)
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "shared") {
			t.Fatal(err)
		}
		t.Skip("the description of the language is not on this machine")
	}
	_, rest, _ := strings.Cut(string(b), "```yaml\n")
	sample, _, ok := strings.Cut(rest, "```")
	if !ok || !strings.HasPrefix(sample, "flow: daily_checkin") {
		t.Fatal("the description begins with another sample")
	}
	lib, findings := flows.Load(flows.Overlay(flows.Shipped(), fstest.MapFS{"checkin.yaml": {Data: []byte(sample)}}))
	for _, f := range flows.Errors(findings) { // translations of it are stale, which is a warning
		t.Error(f)
	}
	if lib != nil && lib.Flows["daily_checkin"].Version != 3 {
		t.Error("the shipped check-in was loaded instead")
	}
}
