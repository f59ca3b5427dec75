package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rewoo/bot/web"
)

// A folder whose phones are gone while the bot remembers people is refused, and the clock goes on where it stood.
func TestDataFolder(t *testing.T) {
	dir := t.TempDir()
	pl := &player{t: t, args: []string{"--data", dir, "--seed", "1", "--at", "2026-03-02T17:00:00Z"}, rev: map[string]int{}}
	pl.p = startTry(t, pl.args...)
	for _, a := range []act{{who: "a", say: "/start"}, {who: "a", press: "Go on"}} {
		if err := pl.do(a); err != nil {
			t.Fatal(err)
		}
	}
	var into any
	if err := call(t.Context(), pl.p.url+"api/clock", map[string]any{"forward": "90m"}, &into); err != nil {
		t.Fatal(err)
	}

	// While it runs, a second one is told so.
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"try", "--data", dir}, &bytes.Buffer{}, &stderr); code != exitFindings || !strings.Contains(stderr.String(), "rewoo.db") {
		t.Fatalf("a second process: %d %s", code, stderr.String())
	}
	pl.p.kill()

	pl.p = startTry(t, "--data", dir)
	at, err := now(pl.p.url)
	if want := time.Date(2026, 3, 2, 18, 30, 0, 0, time.UTC); err != nil || !at.Equal(want) {
		t.Fatalf("the clock begins at %v, %v; want %v", at, err, want)
	}
	got, err := messages(pl.p.url, "a", 0)
	if err != nil || len(got) != 4 || got[3].Closed {
		t.Fatalf("%+v %v", got, err)
	}
	pl.p.kill()

	log := filepath.Join(dir, web.LogName)
	if err := os.Rename(log, log+".away"); err != nil {
		t.Fatal(err)
	}
	stderr.Reset()
	if code := run(t.Context(), []string{"try", "--data", dir}, &bytes.Buffer{}, &stderr); code != exitFindings || !strings.Contains(stderr.String(), "put that file back") {
		t.Fatalf("without its phones: %d %s", code, stderr.String())
	}
	if _, err := os.Stat(log); err == nil {
		t.Fatal("a new log was begun all the same")
	}

	if err := errors.Join(os.Rename(log+".away", log), os.Rename(filepath.Join(dir, dbName), filepath.Join(dir, "away"))); err != nil {
		t.Fatal(err)
	}
	stderr.Reset()
	if code := run(t.Context(), []string{"try", "--data", dir}, &bytes.Buffer{}, &stderr); code != exitFindings || !strings.Contains(stderr.String(), "put that file back") {
		t.Fatalf("without its database: %d %s", code, stderr.String())
	}
	if _, err := os.Stat(filepath.Join(dir, dbName)); err == nil {
		t.Fatal("a new database was begun all the same")
	}
}
