package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gopkg.in/yaml.v3"
)

// Nothing that prints shows a secret, wherever it lies.
func TestSecretIsNeverPrinted(t *testing.T) {
	const canary = "kanarienvogel"
	s := NewSecret(canary)
	type hidden struct{ s Secret }
	type shown struct{ S Secret }
	var out bytes.Buffer
	for _, v := range []any{s, &s, hidden{s}, &hidden{s}, shown{s}, []Secret{s}, map[string]Secret{"a": s}, map[string]hidden{"a": {s}}, []*hidden{{s}},
		&Config{Key: s, Telegram: &Telegram{Token: s, Webhook: &Webhook{Secret: s}}}, fmt.Errorf("x %v %w", s, errors.New("y"))} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%t", "%c", "%U", "%e"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v)
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).With("w", v).WithGroup("g").Info("m", "v", v)
		}
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
		if b, err := yaml.Marshal(v); err == nil {
			out.Write(b)
		}
	}
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprint([]byte(canary))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("it was shown as %s:\n%s", form, out.String())
		}
	}
	if !strings.Contains(out.String(), secretText) || s.Reveal() != canary || s.Empty() || !(Secret{}).Empty() || !NewSecret("").Empty() || (Secret{}).Reveal() != "" {
		t.Error("the secret itself is wrong")
	}
}

func TestSecretFiles(t *testing.T) {
	const text = "telegram: { token_file: t }\npeople: { open_to: anyone }\n"
	const canary = "kanarienvogel"
	path := func(content string, mode os.FileMode) string {
		p := write(t, text, map[string]string{"t": content})
		if err := os.Chmod(filepath.Join(filepath.Dir(p), "t"), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	folder, pipe, none := write(t, text, nil), write(t, text, nil), write(t, text, nil)
	if err := os.Mkdir(filepath.Join(filepath.Dir(folder), "t"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(filepath.Dir(pipe), "t"), 0o600); err != nil {
		t.Fatal(err)
	}
	const form = `rewoo.yaml:1:25: telegram.token_file: "t" does not hold a Telegram token; copy the line that BotFather gives, like 123456789:AAE…`
	for name, tc := range map[string]struct{ path, want string }{
		"fine":       {path(goodTelegram, 0o400), ""},
		"newlines":   {path("\r\n\t"+goodTelegram+" \n\n", 0o600), ""},
		"none":       {none, `rewoo.yaml:1:25: telegram.token_file: "t" is not there; make it, or name another file`},
		"folder":     {folder, `rewoo.yaml:1:25: telegram.token_file: "t" is not an ordinary file; name a file`},
		"pipe":       {pipe, `rewoo.yaml:1:25: telegram.token_file: "t" is not an ordinary file; name a file`},
		"group":      {path(goodTelegram, 0o640), `rewoo.yaml:1:25: telegram.token_file: "t" can be read or changed by others than its owner; chmod 600 t`},
		"world":      {path(goodTelegram, 0o604), `rewoo.yaml:1:25: telegram.token_file: "t" can be read or changed by others than its owner; chmod 600 t`},
		"empty":      {path(" \n", 0o600), `rewoo.yaml:1:25: telegram.token_file: "t" is empty; put a Telegram token into it, with an editor`},
		"large":      {path(strings.Repeat(canary, 400), 0o600), `rewoo.yaml:1:25: telegram.token_file: "t" is larger than 4 KiB; is it the right file?`},
		"two lines":  {path(goodTelegram+"\n"+canary, 0o600), `rewoo.yaml:1:25: telegram.token_file: "t" has more than one line; put a Telegram token into it as one line, and nothing else`},
		"cut in two": {path(goodTelegram[:20]+"\r\n"+goodTelegram[20:], 0o600), `rewoo.yaml:1:25: telegram.token_file: "t" has more than one line; put a Telegram token into it as one line, and nothing else`},
		"bad form":   {path("123456789:"+canary, 0o600), form},
		"in quotes":  {path(`"`+goodTelegram+`"`, 0o600), form},
		"a discord1": {path(goodDiscord, 0o600), form},
	} {
		c, fs := Load(tc.path)
		if got := lines(tc.path, fs); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, tc.want)
		}
		if all := fmt.Sprintf("%v %+v %+v", fs, fs, *c.Telegram); strings.Contains(all, canary) || strings.Contains(all, goodTelegram) {
			t.Errorf("%s: a secret is in %s", name, all)
		}
		if tc.want != "" && !c.Telegram.Token.Empty() {
			t.Errorf("%s: the token was taken all the same", name)
		}
		if _, fs := Read(tc.path); len(fs) > 0 {
			t.Errorf("%s: Read looked at secrets: %v", name, fs)
		}
	}
}

func TestCredentials(t *testing.T) {
	const text = "telegram: { token_file: \"credential:telegram.token\" }\npeople: { open_to: anyone }\nkey_file: credential:master.key\n"
	path := write(t, text, nil)
	dir := t.TempDir()
	for name, content := range map[string]string{"telegram.token": goodTelegram + "\n", "master.key": goodKey} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"CREDENTIALS_DIRECTORY": dir}
	get := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	c, fs := load(path, true, get)
	if len(fs) > 0 || c.Telegram.Token.Reveal() != goodTelegram || len(c.KeyBytes()) != 32 {
		t.Fatal(lines(path, fs))
	}
	env = map[string]string{"REWOO_TELEGRAM_TOKEN": goodTelegram}
	_, fs = load(path, true, get)
	const want = `rewoo.yaml:1:1: REWOO_TELEGRAM_TOKEN is set, and secrets are not taken from the environment; put it into a file and unset the variable
rewoo.yaml:1:25: telegram.token_file: systemd handed over no credentials; start rewoo from a unit with LoadCredential=, or name a file
rewoo.yaml:3:11: key_file: systemd handed over no credentials; start rewoo from a unit with LoadCredential=, or name a file`
	if got := lines(path, fs); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A key beside what it is to seal would be copied along with it, also when the way there leads over a link.
func TestKeyOutsideTheData(t *testing.T) {
	const text = "telegram: { token_file: t }\npeople: { open_to: anyone }\nkey_file: KEY\n"
	for key, bad := range map[string]bool{"k": false, "data/k": true, "data2/k": false, "data/../k": false, "link/k": true, "..k": false} {
		path := write(t, strings.Replace(text, "KEY", key, 1), map[string]string{"t": goodTelegram})
		dir := filepath.Dir(path)
		if err := os.Mkdir(filepath.Join(dir, "data2"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("data", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, key), []byte(goodKey), 0o600); err != nil {
			t.Fatal(err)
		}
		_, fs := Load(path)
		if got := strings.Contains(lines(path, fs), "lies in the data folder"); got != bad || len(fs) > 1 {
			t.Errorf("%s: %v", key, fs)
		}
	}
}
