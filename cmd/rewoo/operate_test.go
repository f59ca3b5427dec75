package main

import (
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rewoo/config"
)

// block is a fenced block of docs/operate.md. A comment before it says how its commands are run: "run" here and now, "run with
// the platforms" where they can be reached, "by hand" where a test cannot.
type block struct {
	line      int
	kind, how string
	text      string
}

var fence = regexp.MustCompile("(?ms)(?:^<!-- ([^\n]*) -->\n)?^```([a-z]+)\n(.*?)^```$")

func operateBlocks(t *testing.T) []block {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repo, "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	for _, m := range fence.FindAllSubmatchIndex(b, -1) {
		bl := block{line: 1 + strings.Count(string(b[:m[4]]), "\n"), kind: string(b[m[4]:m[5]]), text: string(b[m[6]:m[7]])}
		if m[2] >= 0 {
			bl.how = string(b[m[2]:m[3]])
		}
		out = append(out, bl)
	}
	return out
}

// What docs/operate.md says to type works: the commands marked "run", one after the other in one folder. Then the folder is as
// it has to be.
func TestOperateCommands(t *testing.T) {
	dir := t.TempDir()
	editor := filepath.Join(t.TempDir(), "editor")
	script := "#!/bin/sh\ncase $1 in *telegram*) echo '" + testTelegram + "' > $1 ;; *) echo '" + testDiscord + "' > $1 ;; esac\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	ran, blocks := 0, operateBlocks(t)
	for _, b := range blocks {
		if b.kind != "sh" {
			continue
		}
		switch {
		case b.how == "run":
			cmd := exec.Command("sh", "-eu", "-c", b.text) // rewoo in PATH is this test binary: see TestMain
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "EDITOR="+editor, "HOME="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("docs/operate.md:%d: %v\n%s\n%s", b.line, err, b.text, out)
			}
			ran++
		case !strings.HasPrefix(b.how, "run with the platforms") && !strings.HasPrefix(b.how, "by hand: "):
			t.Errorf("docs/operate.md:%d: a comment before the commands has to say how they are run, not %q", b.line, b.how)
		}
	}
	if ran < 3 {
		t.Errorf("only %d blocks were run", ran)
	}
	cfg, found := config.Load(filepath.Join(dir, "bot", "rewoo.yaml"))
	if len(found) > 0 || cfg.Telegram.Token.Reveal() != testTelegram || cfg.Discord.Token.Reveal() != testDiscord || len(cfg.KeyBytes()) != 32 {
		t.Error(found)
	}
	secret, err := os.ReadFile(filepath.Join(dir, "bot", "webhook.secret"))
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{64}$`).Match(secret) {
		t.Errorf("the webhook's secret: %q %v", secret, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "bot", "webhook.secret")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

// Every piece of configuration in docs/operate.md is right, put into a whole one.
func TestOperateConfigurations(t *testing.T) {
	n := 0
	for _, b := range operateBlocks(t) {
		if b.kind != "yaml" {
			continue
		}
		n++
		text := strings.ReplaceAll(b.text, strings.Repeat("0", 64), strings.Repeat("1", 64)) // yours goes there
		if !strings.Contains(text, "people:") {
			text += "people: { open_to: anyone }\n"
		}
		if !strings.Contains(text, "token_file:") {
			text += "telegram: { token_file: t }\n"
		}
		path := filepath.Join(t.TempDir(), "rewoo.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, found := config.Read(path); len(found) > 0 {
			t.Errorf("docs/operate.md:%d: %v", b.line, found)
		}
	}
	if n < 5 {
		t.Errorf("only %d pieces", n)
	}
	b, err := os.ReadFile(filepath.Join(repo, "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	words := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "\n> ", " ")), " ") }
	if !strings.Contains(words(string(b)), ruleNote) {
		t.Error("docs/operate.md does not quote the note on rule 16 as the program says it")
	}
}

var quotedLog = regexp.MustCompile("^\\| `([^`]+)`")

// What docs/operate.md says that the log says, some code says.
func TestOperateQuotesTheLog(t *testing.T) {
	var said strings.Builder
	eachFile(t, func(path string, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil {
					said.WriteString(s + "\n")
				}
			}
			return true
		})
	})
	b, err := os.ReadFile(filepath.Join(repo, "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, line := range strings.Split(string(b), "\n") {
		m := quotedLog.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if n++; !strings.Contains(said.String(), m[1]) {
			t.Errorf("docs/operate.md:%d: nothing says %q", i+1, m[1])
		}
	}
	if n < 10 {
		t.Errorf("only %d quotations", n)
	}
}

// The unit that ships shuts the bot off from the rest of the machine, line by line.
func TestUnit(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(repo, "docs", "rewoo.service"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, line := range strings.Split(string(b), "\n") {
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			got[key] = append(got[key], value)
		}
	}
	for key, want := range map[string]string{
		"DynamicUser": "yes", "StateDirectory": "rewoo", "StateDirectoryMode": "0700", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
		"PrivateTmp": "yes", "PrivateDevices": "yes", "PrivateUsers": "yes", "ProtectProc": "invisible", "ProcSubset": "pid", "ProtectKernelTunables": "yes",
		"ProtectKernelModules": "yes", "ProtectKernelLogs": "yes", "ProtectControlGroups": "yes", "ProtectClock": "yes", "ProtectHostname": "yes",
		"RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "RestrictNamespaces": "yes", "RestrictRealtime": "yes", "RestrictSUIDSGID": "yes", "LockPersonality": "yes",
		"MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native", "SystemCallFilter": "@system-service|~@privileged @resources", "CapabilityBoundingSet": "",
		"UMask": "0077", "LimitCORE": "0", "MemoryMax": "256M", "Environment": "GOTRACEBACK=none", "SystemCallErrorNumber": "EPERM", "Restart": "on-failure",
		"ExecStart": "/usr/local/bin/rewoo serve --config %d/rewoo.yaml", "AmbientCapabilities": "", "ExecReload": "/bin/kill -HUP $MAINPID", "StartLimitIntervalSec": "1h", "StartLimitBurst": "20", "RestartSec": "60",
	} {
		if have, ok := got[key]; !ok || strings.Join(have, "|") != want {
			t.Errorf("%s=%s, want %s", key, strings.Join(have, "|"), want)
		}
	}
	for _, name := range []string{"rewoo.yaml", "telegram.token", "master.key"} {
		if !strings.Contains(strings.Join(got["LoadCredential"], " ")+" ", name+":/etc/rewoo/") {
			t.Errorf("%s is not handed over", name)
		}
	}
}
