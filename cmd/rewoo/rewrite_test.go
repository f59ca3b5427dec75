package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRewriteFile(t *testing.T) {
	dir := t.TempDir()
	path, link, shut := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "link.yaml"), filepath.Join(dir, "shut.yaml")
	err := errors.Join(os.WriteFile(path, []byte("old"), 0o600), os.Symlink(path, link), os.WriteFile(shut, []byte("old"), 0o400))
	if err != nil {
		t.Fatal(err)
	}
	if err := rewriteFile(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "new" {
		t.Errorf("what the link leads to holds %q, %v", b, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	for _, p := range []string{shut, dir} {
		if rewriteFile(p, []byte("new")) == nil {
			t.Errorf("%s was written", p)
		}
	}
	if b, _ := os.ReadFile(shut); string(b) != "old" {
		t.Errorf("what is read-only holds %q", b)
	}
	if err := rewriteFile(filepath.Join(dir, "fresh.yaml"), []byte("new")); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
