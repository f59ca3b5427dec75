package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rewoo/bot/web"
)

// What changes in the folder is in place at once, and what its transcripts say of it is told afterwards.
func TestWatchTellsOfChanges(t *testing.T) {
	o := newOuting(t, map[string]string{"trip.yaml": tripOne})
	a := newAuthor(o.again, viewer{}, nil, true)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.watch(ctx, looksLike(a.dir), io.Discard, io.Discard)
	}()
	defer func() { stop(); <-ended }()
	time.Sleep(4 * watchEvery) // it has looked once
	expect := func(what string, done func(web.News) bool) {
		t.Helper()
		late := time.After(time.Minute)
		for {
			news, newer := a.News()
			if done(news) {
				return
			}
			select {
			case <-newer:
			case <-late:
				t.Fatalf("%s: never came; the last was %+v", what, news)
			}
		}
	}
	holds := func(n int) func(web.News) bool {
		return func(w web.News) bool { return w.Played == "hold" && w.Transcripts == n && len(w.Findings) == 0 }
	}
	o.write("trip.yaml", tripTwo)
	expect("a change", holds(0))
	o.says("/trip", "Where to?")
	o.says("Brest", "Off you go.")

	o.write("transcripts/trip.txt", "# trip\nAna > /start\nAna < Hello.\nAna > /trip\nAna < Whither?  [Skip]\n")
	expect("a transcript that does not hold", func(w web.News) bool {
		return w.State == "played" && w.Played == "differ" && len(w.Findings) == 1 && w.Findings[0].File == "transcripts/trip.txt" && w.Findings[0].Line == 5
	})
	o.write("transcripts/trip.txt", "# trip\nAna > /start\nAna < Hello.\nAna > /trip\nAna < Where to?  [Skip]\n")
	expect("it is mended", holds(1))

	before := a.again.where.lib.Load()
	o.write("trip.yaml", strings.Replace(tripTwo, "skip: done", "skip: don", 1))
	kept := func(w web.News) bool {
		return w.State == "kept" && len(w.Findings) == 1 && w.Findings[0].File == "trip.yaml" && w.Findings[0].Line == 9
	}
	expect("a mistake", kept)
	if a.again.where.lib.Load() != before {
		t.Error("a library with a mistake is in place")
	}
	o.write("transcripts/trip.txt", "# nothing\n")
	time.Sleep(10 * watchEvery)
	expect("a mistake, whatever transcripts say", kept)
	o.write("trip.yaml", tripOne)
	expect("mended", holds(1))
	if err := os.RemoveAll(filepath.Join(o.dir, "transcripts")); err != nil {
		t.Fatal(err)
	}
}
