package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	promiseRow = regexp.MustCompile(`^\| *(\d+) *\|([^|]+)\|([^|]+)\|$`)
	testName   = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
)

// Every promise in PROMISES.md names tests that exist.
func TestEveryPromiseHasATest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repo, "PROMISES.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	eachFile(t, func(path string, file *ast.File) {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasSuffix(path, "_test.go") {
				tests[fn.Name.Name] = true
			}
		}
	})
	promises := 0
	for i, line := range strings.Split(string(text), "\n") {
		m := promiseRow.FindStringSubmatch(line)
		if m == nil {
			if strings.HasPrefix(line, "| ") && !strings.Contains(line, "Promise") {
				t.Errorf("PROMISES.md:%d: not a promise with a number, a sentence and its tests: %s", i+1, line)
			}
			continue
		}
		promises++
		names := testName.FindAllStringSubmatch(m[3], -1)
		if len(names) == 0 {
			t.Errorf("PROMISES.md:%d: promise %s has no test", i+1, m[1])
		}
		for _, name := range names {
			if !tests[name[1]] {
				t.Errorf("PROMISES.md:%d: promise %s names %s, which does not exist", i+1, m[1], name[1])
			}
		}
	}
	if promises < 10 {
		t.Fatalf("PROMISES.md holds %d promises; is it the right file?", promises)
	}
}
