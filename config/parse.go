package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// parser turns nodes into a Config. It goes on after a fault, so that all come out at once.
type parser struct {
	log     *findings
	base    string // the folder of the file: what relative paths are relative to
	secrets []secretFile
	seen    map[string]place // where a key's value stands, by its whole name
}

// section reads a mapping key by key. A key that it does not know is a finding.
func (p *parser) section(n *node, name string, keys map[string]func(key string, v *node)) {
	if n.empty() {
		return
	}
	if n.kind != mapping {
		p.log.add(n.at, "write its keys below it, indented", "%s is no section", calledOr(name, "this file"))
		return
	}
	for _, pr := range n.pairs {
		full := strings.TrimPrefix(name+"."+pr.key, ".")
		read, known := keys[pr.key]
		if known {
			p.seen[full] = pr.val.at
			read(full, pr.val)
			continue
		}
		if secretKey.MatchString(pr.key) {
			hint := "put it into a file with mode 0600 and name that"
			if _, ok := keys[pr.key+"_file"]; ok {
				hint += ": " + pr.key + "_file: PATH"
			}
			p.log.add(pr.at, hint+". What stands here is known to whoever reads the file: change it", "a secret may not stand in this file")
			continue
		}
		var names []string
		for k := range keys {
			names = append(names, k)
		}
		p.log.add(pr.at, DidYouMean(pr.key, names), "%s has no key %s", calledOr(name, "rewoo.yaml"), shown(pr.key))
	}
}

var secretKey = regexp.MustCompile(`(?i)^(bot_?|master_?)?(token|secret|password|key)$`)

func calledOr(name, other string) string {
	if name == "" {
		return other
	}
	return name
}

// text reads a value; what is given is trimmed.
func (p *parser) text(into *string, hint string) func(string, *node) {
	return func(key string, v *node) {
		switch {
		case v.kind != scalar:
			p.log.add(v.at, hint, "%s must be one value", key)
		case strings.TrimSpace(v.text) == "" || v.empty():
			p.log.add(v.at, "give it one, or remove the line", "%s has no value", key)
		default:
			*into = strings.TrimSpace(v.text)
		}
	}
}

// oneOf reads a word out of a few.
func (p *parser) oneOf(into *string, words ...string) func(string, *node) {
	return func(key string, v *node) {
		var got string
		p.text(&got, "write "+strings.Join(words, " or "))(key, v)
		switch {
		case got == "":
		case !slices.Contains(words, got):
			p.log.add(v.at, DidYouMean(got, words), "%s cannot be %s", key, shown(got))
		default:
			*into = got
		}
	}
}

// flag reads true or false. YAML's other words for them are refused: half of its parsers read them otherwise.
func (p *parser) flag(into *bool) func(string, *node) {
	return func(key string, v *node) {
		if v.kind != scalar || !v.plain || v.text != "true" && v.text != "false" {
			p.log.add(v.at, "write true or false", "%s must be true or false", key)
			return
		}
		*into = v.text == "true"
	}
}

// path reads a path; relative ones are relative to the file.
func (p *parser) path(into *string) func(string, *node) {
	return func(key string, v *node) {
		var got string
		p.text(&got, "write a path")(key, v)
		switch {
		case got == "":
		case secretLike.MatchString(got) && !strings.ContainsAny(got, `/\`):
			p.log.add(v.at, "write a path", "%s looks like a secret, not like a path", key)
		case strings.HasPrefix(got, "~"), strings.HasPrefix(got, "$"):
			p.log.add(v.at, "write the path out", "%s: ~ and $ mean nothing in this file", key)
		case filepath.IsAbs(got):
			*into = filepath.Clean(got)
		default:
			*into = filepath.Join(p.base, got)
		}
	}
}

// secret reads the name of a secret's file. The file itself is read later, if at all.
func (p *parser) secret(into *string, form *regexp.Regexp, what, like string, store func(Secret)) func(string, *node) {
	return func(key string, v *node) {
		var got string
		p.text(&got, "write the path of a file")(key, v)
		name, credential := strings.CutPrefix(got, credentialPrefix)
		switch {
		case got == "":
			return
		case credential && !credentialName.MatchString(name):
			p.log.add(v.at, "write credential:NAME as in LoadCredential=NAME:PATH", "%s names no credential", key)
			return
		case !credential && secretLike.MatchString(got) && !strings.ContainsAny(got, `/\`):
			p.log.add(v.at, "put it into a file with mode 0600 and name that here. What stands here is known to whoever reads the file: change it",
				"%s is the path of a file, and what stands here looks like the secret itself", key)
			return
		case strings.HasPrefix(got, "$"), strings.HasPrefix(got, "env:"):
			p.log.add(v.at, "put it into a file with mode 0600 and name that, or use credential:NAME",
				"%s: secrets are not taken from the environment, which every child inherits", key)
			return
		case !credential && strings.HasPrefix(got, "~"):
			p.log.add(v.at, "write the path out", "%s: ~ means nothing in this file", key)
			return
		}
		*into = got
		p.secrets = append(p.secrets, secretFile{key: key, at: v.at, value: got, form: form, what: what, like: like, into: store})
	}
}

var (
	telegramUser = regexp.MustCompile(`^[1-9][0-9]{0,15}$`)
	discordUser  = regexp.MustCompile(`^[1-9][0-9]{14,19}$`)
)

// ParseAccount reads platform:number. hint is the way out where that is not what s is.
func ParseAccount(s string) (a Account, hint string) {
	platform, user, ok := strings.Cut(s, ":")
	form := map[string]*regexp.Regexp{"telegram": telegramUser, "discord": discordUser}[platform]
	switch {
	case !ok || form == nil:
		return a, "write telegram:123456789 or discord:123456789012345678"
	case !form.MatchString(user):
		return a, "write the account's number, not its name; docs/operate.md says where to find it"
	}
	return Account{platform, user}, ""
}

func (p *parser) account(into *Account) func(string, *node) {
	return func(key string, v *node) {
		var got string
		p.text(&got, "write telegram:123456789")(key, v)
		if got == "" {
			return
		}
		a, hint := ParseAccount(got)
		if hint != "" {
			p.log.add(v.at, hint, "%s is no account", key)
			return
		}
		*into = a
	}
}

func (p *parser) accounts(into *[]Account) func(string, *node) {
	return func(key string, v *node) {
		if v.empty() {
			return
		}
		if v.kind != list {
			p.log.add(v.at, "write "+key[strings.LastIndex(key, ".")+1:]+": [telegram:123456789]", "%s must be a list of accounts", key)
			return
		}
		for _, item := range v.list {
			var a Account
			if p.account(&a)("an entry of "+key, item); a == (Account{}) {
				continue
			}
			if slices.Contains(*into, a) {
				p.log.add(item.at, "keep one of the two", "%s holds %s twice", key, a)
				continue
			}
			p.seen[key+" "+a.String()] = item.at
			*into = append(*into, a)
		}
	}
}
