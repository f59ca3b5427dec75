package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (p *parser) telegram(into **Telegram) func(string, *node) {
	return func(key string, n *node) {
		t := &Telegram{}
		*into = t
		p.section(n, key, map[string]func(string, *node){
			"token_file": p.secret(&t.TokenFile, telegramToken, "a Telegram token", "copy the line that BotFather gives, like 123456789:AAE…",
				func(s Secret) { t.Token = s }),
			"api_url": p.apiURL(&t.APIURL, "https://api.telegram.org"),
			"webhook": func(key string, n *node) {
				t.Webhook = &Webhook{}
				p.webhook(key, n, t.Webhook)
			},
		})
		p.needs(key, n, "token_file")
	}
}

func (p *parser) webhook(key string, n *node, w *Webhook) {
	p.section(n, key, map[string]func(string, *node){
		"listen": p.listen(&w.Listen),
		"url":    p.publicURL(&w.URL),
		"secret_file": p.secret(&w.SecretFile, webhookSecret, "a webhook secret", "it is 32 to 256 letters, digits, _ and -: openssl rand -hex 32 makes one",
			func(s Secret) { w.Secret = s }),
	})
	p.needs(key, n, "listen", "url", "secret_file")
}

func (p *parser) discord(into **Discord) func(string, *node) {
	return func(key string, n *node) {
		d := &Discord{}
		*into = d
		p.section(n, key, map[string]func(string, *node){
			"token_file": p.secret(&d.TokenFile, discordToken, "a Discord token",
				"copy the bot's token from the Developer Portal, without the word Bot; it has three parts with dots between",
				func(s Secret) { d.Token = s }),
			"api_url":   p.apiURL(&d.APIURL, "https://discord.com"),
			"free_text": p.flag(&d.FreeText),
			"interactions": func(key string, n *node) {
				d.Interactions = &Interactions{}
				p.section(n, key, map[string]func(string, *node){
					"listen":     p.listen(&d.Interactions.Listen),
					"public_key": p.publicKey(&d.Interactions.PublicKey),
				})
				p.needs(key, n, "listen", "public_key")
			},
		})
		p.needs(key, n, "token_file")
	}
}

// needs notes the keys that a section lacks.
func (p *parser) needs(section string, n *node, keys ...string) {
	if n.kind != mapping && !n.empty() {
		return // it was noted that this is no section
	}
	for _, k := range keys {
		if _, ok := p.seen[section+"."+k]; !ok {
			p.log.add(n.at, "add it", "%s has no %s", section, k)
		}
	}
}

// listen reads host:port. The port is the operator's to know, so it is not left open.
func (p *parser) listen(into *string) func(string, *node) {
	const like = "write host:port, like 127.0.0.1:8443"
	return func(key string, v *node) {
		var got string
		if p.text(&got, like)(key, v); got == "" {
			return
		}
		_, port, err := net.SplitHostPort(got)
		if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 1 || n > 65535 {
			p.log.add(v.at, like, "%s cannot be %s", key, shown(got))
			return
		}
		*into = got
	}
}

var hexKey = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (p *parser) publicKey(into *string) func(string, *node) {
	return func(key string, v *node) {
		var got string
		if p.text(&got, "write it as one line")(key, v); got == "" {
			return
		}
		if got = strings.ToLower(got); !hexKey.MatchString(got) {
			p.log.add(v.at, "copy the Public Key from the Developer Portal: 64 hex digits", "%s is no public key", key)
			return
		}
		if strings.Trim(got, "0") == "" { // anybody can sign for it
			p.log.add(v.at, "copy the Public Key from the Developer Portal", "%s is the example's", key)
			return
		}
		*into = got
	}
}

// apiURL reads the address of a server that gets the token. In the clear it may only go to this machine or its own network.
func (p *parser) apiURL(into *string, like string) func(string, *node) {
	hint := "write an address like " + like
	return func(key string, v *node) {
		var got string
		if p.text(&got, hint)(key, v); got == "" {
			return
		}
		u, problem := plainURL(got)
		switch {
		case problem != "":
			p.log.add(v.at, hint, "%s %s", key, problem)
		case key == "discord.api_url" && strings.Trim(u.Path, "/") != "": // discordgo brings the path along
			p.log.add(v.at, hint, "%s has a path, and the path is always Discord's own", key)
		case u.Scheme == "http" && !near(u.Hostname()):
			p.log.add(v.at, "use https, or a server on this machine or in its own network", "%s would send the token in the clear", key)
		default:
			*into = strings.TrimRight(u.String(), "/")
		}
	}
}

func (p *parser) publicURL(into *string) func(string, *node) {
	const like = "write an address like https://bot.example.org/telegram"
	return func(key string, v *node) {
		var got string
		if p.text(&got, like)(key, v); got == "" {
			return
		}
		u, problem := plainURL(got)
		switch {
		case problem != "":
			p.log.add(v.at, like, "%s %s", key, problem)
		case u.Scheme != "https":
			p.log.add(v.at, like, "%s must be https: Telegram calls nothing else", key)
		default:
			*into = u.String()
		}
	}
}

// oddPort tells an address that Telegram itself does not call. A server of one's own may.
func oddPort(address string) bool {
	u, err := url.Parse(address)
	return err == nil && !slices.Contains([]string{"", "443", "80", "88", "8443"}, u.Port())
}

// plainURL is an address without what could hold a secret.
func plainURL(s string) (*url.URL, string) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, "is no web address"
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, "may hold neither a password nor a ? nor a #"
	case secretLike.MatchString(u.Path):
		return nil, "seems to hold a secret"
	}
	return u, ""
}

// near tells a host on this machine, in its own network, or named by a container.
func near(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal")
}
