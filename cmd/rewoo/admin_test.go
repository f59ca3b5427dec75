package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot/bottest"
	"rewoo/config"
)

func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rw")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestAdminSocket(t *testing.T) {
	defer goleak.VerifyNone(t)
	data := socketDir(t)
	defer syscall.Umask(syscall.Umask(0)) // the socket is narrow all the same
	var out bottest.Log
	lg := newLog(&out, config.Log{Level: "debug"})

	// One that was left behind, as by kill -9.
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketPath(data)})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	old.Close()
	if err := askAdmin(t.Context(), data, "/status", new(any)); !errors.Is(err, errNobody) {
		t.Errorf("at a socket that nobody listens at: %v", err)
	}

	inStuck, release := make(chan struct{}), make(chan struct{})
	a, err := openAdmin(data, lg,
		adminRoute{"GET /stuck", func(context.Context) (any, error) { close(inStuck); <-release; return nil, nil }},
		adminRoute{"GET /status", func(context.Context) (any, error) { return map[string]string{"is": "well"}, nil }},
		adminRoute{"GET /broken", func(context.Context) (any, error) { return nil, errors.New("the disk\x1b is full") }},
		adminRoute{"GET /panic", func(context.Context) (any, error) { panic("kanarienvogel") }})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(socketPath(data))
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	var got struct{ Is string }
	if err := askAdmin(t.Context(), data, "/status", &got); err != nil || got.Is != "well" {
		t.Errorf("%v %v", got, err)
	}
	for path, want := range map[string]string{"/broken": `the bot says: the disk\u001b is full`, "/backup": "404", "/panic": "does not answer"} {
		if err := askAdmin(t.Context(), data, path, &got); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "kanarienvogel") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if strings.Contains(out.String(), "kanarienvogel") {
		t.Error(out.String())
	}

	// Neither somebody who connects and says nothing nor an answer that never comes holds up the end.
	asked := make(chan error, 1)
	go func() { asked <- askAdmin(context.Background(), data, "/stuck", new(any)) }()
	<-inStuck
	idle, err := net.Dial("unix", socketPath(data))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	begin := time.Now()
	if err := a.close(); err != nil {
		t.Error(err)
	}
	if err := <-asked; err == nil {
		t.Error("an answer came after the end")
	}
	if d := time.Since(begin); d > 8*time.Second { // who asks would wait for 15
		t.Errorf("it took %v to end", d)
	}
	close(release)
	if _, err := os.Lstat(socketPath(data)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the socket is still there")
	}
	if err := askAdmin(t.Context(), data, "/status", &got); !errors.Is(err, errNobody) {
		t.Errorf("where there is none: %v", err)
	}
}

func TestSocketFinding(t *testing.T) {
	data := socketDir(t)
	if f, bad := socketFinding(data); bad {
		t.Error(f)
	}
	long := filepath.Join(data, strings.Repeat("x", maxSocket))
	if f, bad := socketFinding(long); !bad || !strings.Contains(f.String(), "shorter path") {
		t.Error(f)
	}
	if err := os.WriteFile(socketPath(data), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openAdmin(data, newLog(&bottest.Log{}, config.Log{})); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Error(err)
	}
	if b, err := os.ReadFile(socketPath(data)); err != nil || string(b) != "mine" {
		t.Errorf("somebody's file was touched: %q %v", b, err)
	}
}
