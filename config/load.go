package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

// Load reads the file at path and the secrets that it names. It returns all findings at once, sorted by place; the
// configuration is what could be read in spite of them, never nil, and only whole where there are none. Its Data is "" when
// nothing could be read.
func Load(path string) (*Config, []Finding) {
	return load(path, true, os.LookupEnv)
}

// Read is Load without the secrets: for who only asks where things lie.
func Read(path string) (*Config, []Finding) {
	return load(path, false, os.LookupEnv)
}

func load(path string, secrets bool, env func(string) (string, bool)) (*Config, []Finding) {
	log := &findings{file: path}
	data, ok := readFile(path, log)
	if !ok {
		c := Defaults()
		c.File, c.Data = path, ""
		return &c, log.all
	}
	c, p := parse(path, data, log)
	if secrets {
		get := func(name string) string { s, _ := env(name); return s }
		for _, s := range p.secrets {
			s.read(p.base, get, log)
		}
		for _, name := range []string{"REWOO_TOKEN", "REWOO_TELEGRAM_TOKEN", "REWOO_DISCORD_TOKEN", "REWOO_KEY", "REWOO_MASTER_KEY", "REWOO_WEBHOOK_SECRET"} {
			if _, set := env(name); set {
				log.add(top, "put it into a file and unset the variable", "%s is set, and secrets are not taken from the environment", name)
			}
		}
	}
	if secrets && c.Data != "" {
		p.folders(c)
	}
	return c, log.sorted()
}

func readFile(path string, log *findings) ([]byte, bool) {
	whole := func(hint, text string) ([]byte, bool) {
		log.all = append(log.all, Finding{File: path, Text: text, Suggestion: hint})
		return nil, false
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return whole(wayIn(err, "rewoo init writes one; --config names another"), "this file "+unreadable(err))
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return whole("name another file", "this file "+unreadable(err))
	case !info.Mode().IsRegular():
		return whole("name the file itself", "this is not an ordinary file")
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		log.all = append(log.all, Finding{File: path, Text: "this file can be changed by others than its owner, who could send the token elsewhere",
			Suggestion: "chmod 600 " + quoted(path)})
	}
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return whole("name another file", "this file "+unreadable(err))
	}
	return data, true
}

// parse is everything that needs no other file than this one.
func parse(path string, data []byte, log *findings) (*Config, *parser) {
	c := Defaults()
	c.File = path
	p := &parser{log: log, base: filepath.Dir(path), seen: map[string]place{}}
	n := readYAML(data, log)
	if n == nil {
		c.Data = ""
		return &c, p
	}
	c.Data = filepath.Join(p.base, c.Data)
	p.section(n, "", map[string]func(string, *node){
		"data":     p.path(&c.Data),
		"flows":    p.path(&c.Flows),
		"telegram": p.telegram(&c.Telegram),
		"discord":  p.discord(&c.Discord),
		"people": func(key string, n *node) {
			p.section(n, key, map[string]func(string, *node){
				"open_to": p.oneOf(&c.People.OpenTo, Named, Anyone),
				"named":   p.accounts(&c.People.Named),
			})
		},
		"operator": p.account(&c.Operator),
		"key_file": p.secret(&c.KeyFile, keyForm, "a key", "it is 64 hex digits: rewoo init makes one", func(s Secret) { c.Key = s }),
		"log": func(key string, n *node) {
			p.section(n, key, map[string]func(string, *node){
				"level":  p.oneOf(&c.Log.Level, "debug", "info", "warn", "error"),
				"format": p.oneOf(&c.Log.Format, "text", "json"),
			})
		},
	})
	p.together(n, &c)
	return &c, p
}

// together checks what no key can tell alone.
func (p *parser) together(n *node, c *Config) {
	if n.kind != mapping && !n.empty() {
		return
	}
	has := map[string]bool{"telegram": c.Telegram != nil, "discord": c.Discord != nil}
	if c.Telegram == nil && c.Discord == nil {
		p.log.add(top, "add telegram: or discord:, each with its token_file", "there is no platform to connect to")
	}
	for _, a := range c.People.Named {
		if !has[a.Platform] {
			p.log.add(p.seen["people.named "+a.String()], "add "+a.Platform+": or remove the account", "people.named has an account on %s, which is not set up", a.Platform)
		}
	}
	if o := c.Operator; o != (Account{}) && !has[o.Platform] {
		p.log.add(p.seen["operator"], "add "+o.Platform+": or name another account", "operator is on %s, which is not set up", o.Platform)
	}
	if c.People.OpenTo == Named && len(c.People.Named) == 0 && !p.unsound("people") { // else it was not left out, but written wrongly
		at := p.at("people")
		if named, ok := p.seen["people.named"]; ok {
			at = named
		}
		p.log.add(at, "name your own account, or write open_to: anyone", "nobody could come in: people.open_to is named and people.named is empty")
	}
	if t := c.Telegram; t != nil && t.APIURL == "" && t.Webhook != nil && oddPort(t.Webhook.URL) {
		p.log.add(p.seen["telegram.webhook.url"], "let the proxy listen on one of these", "telegram.webhook.url: Telegram calls ports 443, 80, 88 and 8443 alone")
	}
	if t, d := c.Telegram, c.Discord; t != nil && t.Webhook != nil && d != nil && d.Interactions != nil && t.Webhook.Listen != "" && t.Webhook.Listen == d.Interactions.Listen {
		p.log.add(p.seen["discord.interactions.listen"], "give each a port of its own", "discord.interactions.listen is taken by telegram.webhook")
	}
}

// unsound tells whether a key or what is below it has a finding.
func (p *parser) unsound(key string) bool {
	for _, f := range p.log.all {
		if strings.Contains(f.Text, key) {
			return true
		}
	}
	return false
}

// folders checks what the paths lead to.
func (p *parser) folders(c *Config) {
	info, err := os.Stat(c.Data)
	at := p.at("data")
	switch {
	case errors.Is(err, fs.ErrPermission):
		p.log.add(at, wayIn(err, ""), "the data folder %s %s", shown(c.Data), unreadable(err))
	case err != nil:
		p.log.add(at, "make it: mkdir -m 700 "+quoted(c.Data), "the data folder %s %s", shown(c.Data), unreadable(err))
	case !info.IsDir():
		p.log.add(at, "name a folder", "data: %s is no folder", shown(c.Data))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		p.log.add(at, "chmod 700 "+quoted(c.Data), "the data folder %s is open to others than its owner", shown(c.Data))
	default:
		if problem, hint := unusable(c.Data); problem != "" {
			p.log.add(at, hint, "the data folder %s %s", shown(c.Data), problem)
		}
	}
	if c.Flows != "" {
		if info, err := os.Stat(c.Flows); err != nil || !info.IsDir() {
			p.log.add(p.at("flows"), "make it, or remove the line", "flows: there is no folder %s", shown(c.Flows))
		}
	}
	if c.KeyFile == "" || strings.HasPrefix(c.KeyFile, credentialPrefix) {
		return
	}
	key := c.KeyFile
	if !filepath.IsAbs(key) {
		key = filepath.Join(p.base, key)
	}
	if inside(real(key), real(c.Data)) { // beside what it is to seal it would be copied along with it
		p.log.add(p.at("key_file"), "keep it elsewhere", "key_file lies in the data folder, where whoever copies the data gets it too")
	}
}

// at is where a key's value stands, or the beginning of the file where it is left out.
func (p *parser) at(key string) place {
	if at, ok := p.seen[key]; ok {
		return at
	}
	return top
}

// real is the absolute path without links, as far as it exists.
func real(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rest := ""
	for dir := abs; ; dir = filepath.Dir(dir) {
		if r, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(r, rest)
		}
		if dir == filepath.Dir(dir) {
			return abs
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

func inside(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && !upward.MatchString(filepath.ToSlash(rel))
}

var upward = regexp.MustCompile(`^\.\.(/|$)`)
