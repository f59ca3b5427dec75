package storage

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// openAsNobody is Open without root's right to open everything; its thread is thrown away afterwards.
func openAsNobody(path string, o Options) (db *DB, err error) {
	if os.Geteuid() != 0 {
		return Open(path, o)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked
		if err = syscall.Setfsuid(65534); err == nil {
			db, err = Open(path, o)
		}
	}()
	<-done
	return db, err
}

// passable lets anybody through the folders that t.TempDir made.
func passable(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefusesWithoutPermission(t *testing.T) {
	for _, mode := range []os.FileMode{0, 0o400, 0o444} { // a file that can only be read is refused too
		path := filled(t)
		passable(t, filepath.Dir(path))
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		refusesBy(t, openAsNobody, path, "no permission", "user")
	}
	dir := t.TempDir()
	passable(t, dir)
	closed := filepath.Join(dir, "closed") // nothing there, and nothing may be made
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	refusesBy(t, openAsNobody, filepath.Join(closed, "rewoo.db"), "no permission")
}

func TestRefusesAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, path, "not an ordinary file") // at once, without waiting for a writer
}
