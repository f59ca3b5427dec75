package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	linkOf  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	titleOf = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// Every link from one of our pages to another leads to a page that is there, and to a heading of it.
func TestLinksBetweenPages(t *testing.T) {
	root, err := os.OpenRoot(repo)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	seen := 0
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "." {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".md") {
			return nil
		}
		b, err := fs.ReadFile(root.FS(), path)
		if err != nil {
			return err
		}
		for _, m := range linkOf.FindAllStringSubmatch(string(b), -1) {
			to, mark, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			seen++
			target := path
			if to != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(path), to))
			}
			page, err := fs.ReadFile(root.FS(), target)
			if err != nil {
				if _, err := fs.Stat(root.FS(), target); err != nil {
					t.Errorf("%s links to %s, which is not there", path, m[1])
				}
				continue
			}
			if mark != "" && !hasHeading(string(page), mark) {
				t.Errorf("%s links to %s, and there is no such heading", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Errorf("only %d links were found", seen)
	}
}

// hasHeading tells whether a page has a heading that is linked to so.
func hasHeading(page, to string) bool {
	return slices.ContainsFunc(titleOf.FindAllStringSubmatch(page, -1), func(m []string) bool { return anchor(m[1]) == to })
}
