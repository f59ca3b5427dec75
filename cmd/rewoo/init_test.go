package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that appeared after the first look is not written over either.
func TestWriteNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeNew(path, "yours", 0o600); err == nil {
		t.Error("no error")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
		t.Errorf("%q %v", b, err)
	}
}

// On a terminal a question comes again; out of a pipe the next line was meant for the next question.
func TestAskAgain(t *testing.T) {
	for tries, want := range map[int]string{3: "good", 1: ""} {
		var out strings.Builder
		got := ""
		q := &asker{in: bufio.NewReader(strings.NewReader("bad\ngood\n")), out: &out, given: func(string) bool { return false }, tries: tries}
		q.ask("x", "Well?", "or", func(s string) string {
			if s == "bad" {
				return "write good"
			}
			got = s
			return ""
		})
		if got != want || (q.err == nil) != (want != "") || !strings.Contains(out.String(), "Well? [or] ") || !strings.Contains(out.String(), "That cannot be; write good.") {
			t.Errorf("%d: %q %v %q", tries, got, q.err, out.String())
		}
	}
}
