package config

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// write makes a rewoo.yaml with what it needs beside it, and gives its path.
func write(t testing.TB, text string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "rewoo.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func lines(path string, fs []Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, strings.ReplaceAll(f.String(), filepath.Dir(path)+string(filepath.Separator), ""))
	}
	return strings.Join(out, "\n")
}

const (
	goodTelegram = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
	goodDiscord  = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
	goodKey      = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
)

func TestWhole(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := write(t, strings.ReplaceAll(`
data: DIR/data
flows: .
telegram:
  token_file: t
  api_url: http://127.0.0.1:8081/
  webhook: { listen: "127.0.0.1:8443", url: "https://bot.example.org/telegram", secret_file: w }
discord:
  token_file: d
  api_url: https://discord.example.org
  free_text: true
  interactions: { listen: "[::1]:8444", public_key: 000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f }
people:
  open_to: anyone
  named: [telegram:123456789, "discord:123456789012345678"]
operator: telegram:123456789
key_file: k
log: { level: debug, format: json }
`, "DIR", dir), map[string]string{"t": "\ufeff\n " + goodTelegram + "\r\n", "d": goodDiscord, "w": strings.Repeat("w", 32), "k": goodKey + "\n"})
	c, fs := Load(path)
	if len(fs) > 0 {
		t.Fatal(lines(path, fs))
	}
	if got := c.Telegram.Token.Reveal(); got != goodTelegram {
		t.Errorf("the token is %q", got)
	}
	if c.Discord.Token.Reveal() != goodDiscord || c.Telegram.Webhook.Secret.Reveal() != strings.Repeat("w", 32) {
		t.Error("another secret was read")
	}
	if key := c.KeyBytes(); len(key) != 32 || key[31] != 0x1f {
		t.Errorf("the key is %x", key)
	}
	c.Telegram.Token, c.Discord.Token, c.Telegram.Webhook.Secret, c.Key = Secret{}, Secret{}, Secret{}, Secret{}
	want := &Config{
		File: path, Data: filepath.Join(dir, "data"), Flows: filepath.Dir(path),
		Telegram: &Telegram{TokenFile: "t", APIURL: "http://127.0.0.1:8081",
			Webhook: &Webhook{Listen: "127.0.0.1:8443", URL: "https://bot.example.org/telegram", SecretFile: "w"}},
		Discord: &Discord{TokenFile: "d", APIURL: "https://discord.example.org", FreeText: true,
			Interactions: &Interactions{Listen: "[::1]:8444", PublicKey: goodKey}},
		People:   People{OpenTo: Anyone, Named: []Account{{"telegram", "123456789"}, {"discord", "123456789012345678"}}},
		Operator: Account{"telegram", "123456789"}, KeyFile: "k", Log: Log{"debug", "json"},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v\nwant %+v", c, want)
	}
}

// Each slip is found, where it is, with the way out, and all of a file at once.
func TestAllFindingsAtOnce(t *testing.T) {
	path := write(t, `data: ~/days
dta: x
flows: [a]
telegram:
  token: `+goodTelegram+`
  token_file: `+goodTelegram+`
  api_url: http://api.example.org
  webhook:
    listen: 8443
    url: http://bot.example.org
    url: twice
discord:
  token_file: $DISCORD_TOKEN
  free_text: yes
  interactions: { listen: "x:99999", public_key: abc }
people:
  open_to: everybody
  named: [telegram:@ana, telegram:5, telegram:5, matrix:5]
operator: 5
key_file:
log: { levle: info, format: xml }
`, nil)
	_, fs := Load(path)
	want := strings.TrimPrefix(`
rewoo.yaml:1:7: data: ~ and $ mean nothing in this file; write the path out
rewoo.yaml:2:1: rewoo.yaml has no key "dta"; did you mean "data"?
rewoo.yaml:3:8: flows must be one value; write a path
rewoo.yaml:5:3: a secret may not stand in this file; put it into a file with mode 0600 and name that: token_file: PATH. What stands here is known to whoever reads the file: change it
rewoo.yaml:6:15: telegram.token_file is the path of a file, and what stands here looks like the secret itself; put it into a file with mode 0600 and name that here. What stands here is known to whoever reads the file: change it
rewoo.yaml:7:12: telegram.api_url would send the token in the clear; use https, or a server on this machine or in its own network
rewoo.yaml:9:5: telegram.webhook has no secret_file; add it
rewoo.yaml:9:13: telegram.webhook.listen cannot be "8443"; write host:port, like 127.0.0.1:8443
rewoo.yaml:10:10: telegram.webhook.url must be https: Telegram calls nothing else; write an address like https://bot.example.org/telegram
rewoo.yaml:11:5: "url" is there twice; the first is on line 10; keep one of the two
rewoo.yaml:13:15: discord.token_file: secrets are not taken from the environment, which every child inherits; put it into a file with mode 0600 and name that, or use credential:NAME
rewoo.yaml:14:14: discord.free_text must be true or false; write true or false
rewoo.yaml:15:27: discord.interactions.listen cannot be "x:99999"; write host:port, like 127.0.0.1:8443
rewoo.yaml:15:50: discord.interactions is no public key; copy
rewoo.yaml:17:12: people.open_to cannot be "everybody"; there are anyone and named
rewoo.yaml:18:11: an entry of people.named is no account; write the account's number, not its name; docs/operate.md says where to find it
rewoo.yaml:18:38: people.named holds telegram:5 twice; keep one of the two
rewoo.yaml:18:50: an entry of people.named is no account; write telegram:123456789 or discord:123456789012345678
rewoo.yaml:19:11: operator is no account; write telegram:123456789 or discord:123456789012345678
rewoo.yaml:20:1: key_file has no value; give it one, or remove the line
rewoo.yaml:21:8: log has no key "levle"; did you mean "level"?
rewoo.yaml:21:29: log.format cannot be "xml"; there are json and text`, "\n")
	want = strings.Replace(want, "discord.interactions is no public key; copy", "discord.interactions.public_key is no public key; copy the Public Key from the Developer Portal: 64 hex digits", 1)
	if got := lines(path, fs); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFindings(t *testing.T) {
	base := "telegram: { token_file: t }\n"
	for _, tc := range []struct{ name, text, want string }{
		{"empty", "", "rewoo.yaml:1:1: this file is empty; rewoo init writes one"},
		{"list", "- a\n", "rewoo.yaml:1:1: this file is no section; write its keys below it, indented"},
		{"tab", "people:\n\topen_to: named\n", "rewoo.yaml:2:1: this line is indented with a tab, which YAML forbids; indent with spaces"},
		{"latin", "data: \xe9\n", "rewoo.yaml:1:1: this file is not UTF-8 text; save the file as UTF-8"},
		{"two", "data: a\n---\ndata: b\n", "rewoo.yaml:1:1: this file holds two documents, parted by ---; keep one"},
		{"anchor", base + "people: &p { open_to: anyone }\n", "rewoo.yaml:2:9: anchors are not allowed; write the value out where it is needed"},
		{"alias", base + "people: { open_to: anyone, named: *p }\n", "rewoo.yaml:1:1: aliases are not allowed; write the value out, or put a text that starts with * in quotes"},
		{"odd port", "telegram: { token_file: t, webhook: { listen: \"127.0.0.1:8443\", url: \"https://bot.example.org:8444/x\", secret_file: w } }\npeople: { open_to: anyone }\n",
			"rewoo.yaml:1:70: telegram.webhook.url: Telegram calls ports 443, 80, 88 and 8443 alone; let the proxy listen on one of these"},
		{"odd port of one's own", "telegram: { token_file: t, api_url: \"http://127.0.0.1\", webhook: { listen: \"127.0.0.1:8443\", url: \"https://bot.example.org:8444/x\", secret_file: w } }\npeople: { open_to: anyone }\n", ""},
		{"example's key", "discord: { token_file: t, interactions: { listen: \"127.0.0.1:8444\", public_key: \"" + strings.Repeat("0", 64) + "\" } }\npeople: { open_to: anyone }\n",
			"rewoo.yaml:1:81: discord.interactions.public_key is the example's; copy the Public Key from the Developer Portal"},
		{"tag", base + "people: { open_to: !!str anyone }\n", "rewoo.yaml:2:20: tags are not allowed; remove it"},
		{"no colon", base + "people:\n  open_to anyone\n", "rewoo.yaml:3:3: people is no section; write its keys below it, indented"},
		{"quote", base + "data: \"x\n", "rewoo.yaml:2:1: a quote is opened and never closed; close it"},
		{"nobody", base, "rewoo.yaml:1:1: nobody could come in: people.open_to is named and people.named is empty; name your own account, or write open_to: anyone"},
		{"nobody below", base + "people:\n  named: []\n", "rewoo.yaml:3:10: nobody could come in: people.open_to is named and people.named is empty; name your own account, or write open_to: anyone"},
		{"no platform", "people: { open_to: anyone }\n", "rewoo.yaml:1:1: there is no platform to connect to; add telegram: or discord:, each with its token_file"},
		{"other platform", base + "people: { named: [discord:123456789012345678] }\noperator: discord:123456789012345678\n",
			"rewoo.yaml:2:19: people.named has an account on discord, which is not set up; add discord: or remove the account\n" +
				"rewoo.yaml:3:11: operator is on discord, which is not set up; add discord: or name another account"},
		{"hidden", base + "people: { open_to: anyone, \"na\u202emed\": [] }\n", "rewoo.yaml:2:28: people has no key \"na\\u202emed\"; did you mean \"named\"?\n" +
			"rewoo.yaml:2:28: this text holds a sign that cannot be seen (U+202E); remove it"},
		{"deep", "data: [[[[[[[[[x]]]]]]]]]\n", "rewoo.yaml:1:1: nobody could come in: people.open_to is named and people.named is empty; name your own account, or write open_to: anyone\n" +
			"rewoo.yaml:1:1: there is no platform to connect to; add telegram: or discord:, each with its token_file\n" +
			"rewoo.yaml:1:7: data must be one value; write a path\n" +
			"rewoo.yaml:1:14: this is nested more than 8 levels deep; flatten it"},
		{"one port", "telegram: { token_file: t, webhook: { listen: \"x:1\", url: https://x.org, secret_file: w } }\n" +
			"discord: { token_file: d, interactions: { listen: \"x:1\", public_key: " + goodKey + " } }\npeople: { open_to: anyone }\n",
			"rewoo.yaml:2:51: discord.interactions.listen is taken by telegram.webhook; give each a port of its own"},
		{"url with a token", base + "people: { open_to: anyone }\ndiscord: { token_file: d, api_url: \"https://x.org/bot" + goodTelegram + "\" }\n",
			"rewoo.yaml:3:36: discord.api_url seems to hold a secret; write an address like https://discord.com"},
		{"path", base + "people: { open_to: anyone }\ndiscord: { token_file: d, api_url: \"https://discord.com/api\" }\n",
			"rewoo.yaml:3:36: discord.api_url has a path, and the path is always Discord's own; write an address like https://discord.com"},
		{"credential", "telegram: { token_file: \"credential:../x\" }\npeople: { open_to: anyone }\n",
			"rewoo.yaml:1:25: telegram.token_file names no credential; write credential:NAME as in LoadCredential=NAME:PATH"},
	} {
		path := write(t, tc.text, nil)
		if _, fs := Read(path); lines(path, fs) != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tc.name, lines(path, fs), tc.want)
		}
	}
}

func TestFileItself(t *testing.T) {
	dir := t.TempDir()
	good := "telegram: { token_file: t }\npeople: { open_to: anyone }\n"
	open := write(t, good, nil)
	if err := os.Chmod(open, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "no.yaml"): "this file is not there; rewoo init writes one",
		dir:                           "this is not an ordinary file",
		open:                          "can be changed by others than its owner",
		write(t, strings.Repeat("# "+strings.Repeat("x", 62)+"\n", 1100), nil): "larger than 64 KiB",
	} {
		c, fs := Read(path)
		if c == nil || len(fs) != 1 || !strings.Contains(fs[0].String(), want) {
			t.Errorf("%s: got %v, want %q", path, fs, want)
		}
	}
}

func TestFolders(t *testing.T) {
	const text = "telegram: { token_file: t }\npeople: { open_to: anyone }\n"
	files := map[string]string{"t": goodTelegram}
	wide := write(t, text, files)
	if err := os.Chmod(filepath.Join(filepath.Dir(wide), "data"), 0o750); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		wide: `rewoo.yaml:1:1: the data folder "data" is open to others than its owner; chmod 700 data`,
		write(t, "flows: mine\ndata: elsewhere\n"+text, files): "rewoo.yaml:1:8: flows: there is no folder \"mine\"; make it, or remove the line\n" +
			`rewoo.yaml:2:7: the data folder "elsewhere" is not there; make it: mkdir -m 700 elsewhere`,
		write(t, "data: t\n"+text, files): `rewoo.yaml:1:7: data: "t" is no folder; name a folder`,
	} {
		if _, fs := Load(path); lines(path, fs) != want {
			t.Errorf("got\n%s\nwant\n%s", lines(path, fs), want)
		}
		if _, fs := Read(path); len(fs) > 0 {
			t.Errorf("Read looked at folders: %v", fs)
		}
	}
}

// What this user may not read or write is found before anything is started. Root may do everything, so it is somebody else who
// tries.
func TestNotAllowed(t *testing.T) {
	const text = "telegram: { token_file: t }\npeople: { open_to: anyone }\n"
	if os.Getuid() == 0 {
		t.Skip("root may read and write everything")
	}
	path := write(t, text, map[string]string{"t": goodTelegram})
	dir := filepath.Dir(path)
	for _, tc := range []struct {
		name string
		mode os.FileMode
		want string
	}{
		{"t", 0o000, `rewoo.yaml:1:25: telegram.token_file: "t" may not be read by this user; run rewoo as the user who owns it, or change its owner`},
		{"data", 0o500, `rewoo.yaml:1:1: the data folder "data" may not be read and written by this user; run rewoo as the user who owns it, or name another folder`},
		{"rewoo.yaml", 0o000, `rewoo.yaml: this file may not be read by this user; run rewoo as the user who owns it, or change its owner`},
	} {
		file := filepath.Join(dir, tc.name)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, tc.mode); err != nil {
			t.Fatal(err)
		}
		if _, fs := Load(path); lines(path, fs) != tc.want {
			t.Errorf("got\n%s\nwant\n%s", lines(path, fs), tc.want)
		}
		if err := os.Chmod(file, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
}

// What rewoo init writes is what it says: read back, and compared with the defaults.
func TestExample(t *testing.T) {
	path := write(t, Example(Answers{}), nil)
	c, fs := Read(path)
	if len(fs) != 2 { // no platform, and nobody
		t.Fatal(lines(path, fs))
	}
	want := Defaults()
	want.File, want.Data = path, filepath.Join(filepath.Dir(path), want.Data)
	if !reflect.DeepEqual(*c, want) {
		t.Errorf("got %+v\nwant %+v", *c, want)
	}

	odd := "it's here: # yes"
	path = write(t, Example(Answers{Telegram: true, Discord: true, Data: odd, OpenTo: Anyone, KeyFile: "rewoo.key",
		Named: []Account{{"telegram", "5"}, {"discord", "123456789012345678"}}, Operator: Account{"telegram", "5"}}), nil)
	c, fs = Read(path)
	if len(fs) > 0 {
		t.Fatal(lines(path, fs))
	}
	want.File, want.Data = path, filepath.Join(filepath.Dir(path), odd)
	want.Telegram, want.Discord = &Telegram{TokenFile: "telegram.token"}, &Discord{TokenFile: "discord.token"}
	want.People = People{Anyone, []Account{{"telegram", "5"}, {"discord", "123456789012345678"}}}
	want.Operator, want.KeyFile = Account{"telegram", "5"}, "rewoo.key"
	if !reflect.DeepEqual(*c, want) {
		t.Errorf("got %+v\nwant %+v", *c, want)
	}
}

// Every key is in the example, and what stands there as a comment can be used by taking the # away.
func TestExampleUncommented(t *testing.T) {
	comment := regexp.MustCompile(`(?m)^( *)# ((?: *# )? *[a-z_]+:(?: [^ ]+)?)$`)
	text := Example(Answers{})
	for range 3 {
		text = comment.ReplaceAllString(text, "$1$2")
	}
	log := &findings{file: "rewoo.yaml"}
	c, p := parse("rewoo.yaml", []byte(text), log)
	if len(log.all) != 2 || !strings.Contains(log.sorted()[0].Text, "the example's") || !strings.Contains(log.sorted()[1].Text, "nobody") {
		t.Fatalf("%v\n%s", log.all, text)
	}
	for _, key := range []string{"flows", "telegram.webhook.secret_file", "telegram.api_url", "discord.interactions.public_key", "discord.free_text", "operator", "key_file"} {
		if _, ok := p.seen[key]; !ok {
			t.Errorf("the example lacks %s", key)
		}
	}
	if c.Telegram.APIURL != "https://api.telegram.org" {
		t.Error(c.Telegram.APIURL)
	}
	var known []string
	for k := range p.seen {
		if !strings.Contains(k, " ") {
			known = append(known, k)
		}
	}
	if slices.Sort(known); len(known) != 24 {
		t.Errorf("%d keys: %v; is a new one not in the example?", len(known), known)
	}
}
