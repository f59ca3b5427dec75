package main

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"rewoo/bot/play"
	"rewoo/flows"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what came")

const library = repo + "/flows/library"

// The shipped transcripts, over the real engine, a real store and the real deliverer; every event is delivered twice.
// Together they enter every step and take every way on (F20).
func TestTranscripts(t *testing.T) {
	fsys := os.DirFS(library)
	lib, findings := flows.Load(fsys)
	for _, f := range flows.Errors(findings) {
		t.Error(f)
	}
	if lib == nil {
		return
	}
	names, err := play.Names(fsys)
	if err != nil || len(names) < 9 {
		t.Fatalf("only %d transcripts, %v", len(names), err)
	}
	cover := lib.Cover()
	var mu sync.Mutex
	t.Run("each", func(t *testing.T) { playEach(t, fsys, lib, names, cover, &mu) })
	if t.Failed() {
		return
	}
	for _, f := range cover.Findings(nil) {
		t.Error(f)
	}
}

func playEach(t *testing.T, fsys fs.FS, lib *flows.Library, names []string, cover *flows.Coverage, mu *sync.Mutex) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got, passed, err := playOne(t.Context(), fsys, lib, name)
			if err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			cover.Add(passed)
			mu.Unlock()
			if want == got {
				return
			}
			if *update {
				if err := os.WriteFile(filepath.Join(library, filepath.FromSlash(play.Path(name))), []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			f, _ := differs(name, want, got)
			t.Fatal(f)
		})
	}
}
