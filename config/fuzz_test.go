package config

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever stands in the file: no panic, every finding has a place, one line and no secret, and what is sound is whole.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "data: x", "telegram: {token_file: t}\npeople: {open_to: anyone}", "people: {named: [telegram:5, discord:123456789012345678]}",
		"telegram: {token: " + goodTelegram + "}", goodTelegram + ": x", "a: &x b\nc: *x", "? [a]\n: b", "\t", "data: !!binary x", "log: {level: " + goodTelegram + "}",
		"telegram: {api_url: http://localhost:1/, webhook: {listen: x:1, url: https://x/y}}", "people:\n  open_to: named\n  named:\n    - telegram:1\n"} {
		f.Add([]byte(s))
	}
	f.Add([]byte(Example(Answers{Telegram: true, Discord: true})))
	f.Fuzz(func(t *testing.T, data []byte) {
		log := &findings{file: "rewoo.yaml"}
		c, p := parse("rewoo.yaml", data, log)
		n := 1
		for _, r := range string(data) {
			if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) { // what YAML takes for the end of a line
				n++
			}
		}
		for _, fi := range log.sorted() {
			s := fi.String()
			if fi.Line < 1 || fi.Column < 1 || fi.Line > n+1 || strings.ContainsAny(s, "\n\r\x1b") || !utf8.ValidString(s) || fi.Suggestion == "" {
				t.Fatalf("%q", s)
			}
			if telegramLike := secretLike.FindString(fi.Text); telegramLike != "" {
				t.Fatalf("a secret in %q", s)
			}
		}
		if len(log.all) > 0 {
			return
		}
		if c.Data == "" || c.Telegram == nil && c.Discord == nil || c.People.OpenTo == Named && len(c.People.Named) == 0 || len(p.secrets) == 0 {
			t.Fatalf("this was taken: %+v", c)
		}
	})
}
