package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const repo = "../.."

// arrows says what of ours each package may import. Test files may import more: they stand outside the design.
var arrows = map[string][]string{
	"flows":                    {},
	"config":                   {},
	"docs":                     {},
	"storage":                  {"rewoo/flows"},
	"bot":                      {"rewoo/flows"},
	"bot/web":                  {"rewoo/bot", "rewoo/flows"},
	"bot/telegram":             {"rewoo/bot", "rewoo/flows"},
	"bot/discord":              {"rewoo/bot", "rewoo/flows"},
	"bot/bottest":              {"rewoo/bot", "rewoo/flows"},
	"bot/bottest/faketelegram": {},
	"bot/bottest/fakediscord":  {},
	"bot/bottest/specs":        {},
	"bot/play":                 {"rewoo/bot", "rewoo/flows"},
	"bot/chart":                {"rewoo/flows"},
	"cmd/rewoo":                {"rewoo/bot", "rewoo/bot/chart", "rewoo/bot/discord", "rewoo/bot/play", "rewoo/bot/telegram", "rewoo/bot/web", "rewoo/config", "rewoo/docs", "rewoo/flows", "rewoo/storage"},
}

// only says which files may import a package that is not ours.
var only = []struct {
	pkg   string // a prefix
	files func(path string) bool
	where string
}{
	{"go.etcd.io/bbolt", in("storage/"), "storage"},
	{"gopkg.in/yaml.v3", func(p string) bool { return filepath.Base(p) == "yaml.go" }, "files named yaml.go"},
	{"github.com/robfig/cron", func(p string) bool { return p == "flows/schedule.go" }, "flows/schedule.go"},
	{"github.com/expr-lang/expr", in("flows/cond"), "flows/cond*.go"},
	{"github.com/spf13/cobra", in("cmd/"), "cmd"},
	{"github.com/rogpeppe/go-internal", in("cmd/rewoo/fmt"), "cmd/rewoo/fmt.go, for differences between texts"},
	{"math/rand", in("bot/"), "bot, for jitter"}, // never for codes, tokens and ids
	{"net/http", in("bot/web/", "bot/telegram/", "bot/discord/", "bot/bottest/fake", "cmd/rewoo/admin"), "adapters, their fakes, and the admin socket"},
	{"github.com/go-telegram/bot", in("bot/telegram/"), "bot/telegram"},
	{"github.com/bwmarrin/discordgo", in("bot/discord/"), "bot/discord"},
	{"github.com/gorilla/websocket", in("bot/discord/"), "bot/discord"},
	{"github.com/coder/websocket", in("bot/bottest/fakediscord/"), "the fake Discord"},
	{"github.com/santhosh-tekuri/jsonschema", in("bot/bottest/specs/"), "bot/bottest/specs"},
}

// pure is what flows must not import, by prefix. log/slog is allowed for LogValue alone.
var pure = []string{"net", "os", "log", "context", "crypto/rand", "math/rand", "runtime", "unsafe", "syscall", "io/ioutil"}

func in(prefixes ...string) func(string) bool {
	return func(p string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(p, prefix) })
	}
}

func TestImports(t *testing.T) {
	seen := 0
	eachFile(t, func(path string, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		seen++
		dir := filepath.ToSlash(filepath.Dir(path))
		allowed, known := arrows[dir]
		if !known {
			t.Errorf("%s: package %s is in no rule; add it to the arrows", path, dir)
		}
		for _, spec := range file.Imports {
			pkg := strings.Trim(spec.Path.Value, `"`)
			if strings.HasPrefix(pkg, "rewoo/") && !slices.Contains(allowed, pkg) {
				t.Errorf("%s imports %s: that arrow points outward", path, pkg)
			}
			for _, rule := range only {
				if strings.HasPrefix(pkg, rule.pkg) && !rule.files(path) {
					t.Errorf("%s imports %s, which belongs in %s", path, pkg, rule.where)
				}
			}
			for _, bad := range pure {
				if dir == "flows" && (pkg == bad || strings.HasPrefix(pkg, bad+"/")) && pkg != "log/slog" {
					t.Errorf("%s imports %s: flows is pure", path, pkg)
				}
			}
		}
		if dir == "flows" {
			impure(t, path, file)
		}
	})
	if seen < 40 {
		t.Fatalf("only %d files looked at", seen)
	}
}

// impure finds what no import shows: the clock, goroutines, and channels to wait on.
func impure(t *testing.T, path string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			t.Errorf("%s starts a goroutine: flows is pure", path)
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "NewTimer", "Tick", "AfterFunc", "Local"}, n.Sel.Name) {
				t.Errorf("%s uses time.%s: time is Event.At", path, n.Sel.Name)
			}
		}
		return true
	})
}

func eachFile(t *testing.T, do func(path string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(repo, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && path != repo || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(repo, path)
		do(filepath.ToSlash(rel), file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
