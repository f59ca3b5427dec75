package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"rewoo/bot/play"
	"rewoo/flows"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what came")

const library = repo + "/flows/library"

// The shipped transcripts, over the real engine, a real store and the real deliverer; every event is delivered twice.
func TestTranscripts(t *testing.T) {
	fsys := os.DirFS(library)
	lib, findings := flows.Load(fsys)
	for _, f := range findings {
		t.Error(f)
	}
	if lib == nil {
		return
	}
	names, err := play.Names(fsys)
	if err != nil || len(names) < 9 {
		t.Fatalf("only %d transcripts, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got, _, err := playOne(t.Context(), fsys, lib, name)
			if err != nil {
				t.Fatal(err)
			}
			if want == got {
				return
			}
			if *update {
				if err := os.WriteFile(filepath.Join(library, play.Folder, name), []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			f, _ := differs(name, want, got)
			t.Fatal(f)
		})
	}
}
