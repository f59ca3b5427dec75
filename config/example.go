package config

import (
	"fmt"
	"strings"
)

// Answers is what rewoo init asks for. Zero values are left to be filled in.
type Answers struct {
	Telegram, Discord bool
	Data              string // "": the default
	OpenTo            string // "": the default
	Named             []Account
	Operator          Account
	KeyFile           string // "": none
}

// Example writes a commented rewoo.yaml. Every key is in it; what is a default or not wanted is shown as a comment.
func Example(a Answers) string {
	d := Defaults()
	if a.Data == "" {
		a.Data = d.Data
	}
	if a.OpenTo == "" {
		a.OpenTo = d.People.OpenTo
	}
	var names []string
	for _, n := range a.Named {
		names = append(names, n.String())
	}
	operator := "# operator: telegram:123456789"
	if a.Operator != (Account{}) {
		operator = "operator: " + a.Operator.String()
	}
	key := "# key_file: rewoo.key"
	if a.KeyFile != "" {
		key = "key_file: " + yamlText(a.KeyFile)
	}
	return fmt.Sprintf(exampleHead, yamlText(a.Data)) +
		section(exampleTelegram, a.Telegram) + section(exampleDiscord, a.Discord) +
		fmt.Sprintf(exampleRest, a.OpenTo, strings.Join(names, ", "), operator, key, d.Log.Level, d.Log.Format)
}

// section makes a comment of what is not wanted.
func section(text string, on bool) string {
	if on {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if l != "" && l != "\n" && !strings.HasPrefix(l, "#") {
			lines[i] = "# " + l
		}
	}
	return strings.Join(lines, "")
}

// yamlText writes a text so that YAML reads it as it is.
func yamlText(s string) string {
	for _, r := range s {
		if !strings.ContainsRune("/._-", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
	}
	if s == "" || strings.HasPrefix(s, "-") {
		return "'" + s + "'"
	}
	return s
}

const exampleHead = `# rewoo.yaml: how this bot runs. Paths are relative to this file. No secret belongs in here: tokens and keys lie in
# files of their own. Check it with: rewoo serve --check --config rewoo.yaml

# The folder of everything that is remembered.
data: %s

# A folder with conversations of your own, laid over those that ship.
# flows: my-flows

`

const exampleTelegram = `# Telegram. The token is the one line that BotFather gives, alone in this file, which only you may read.
telegram:
  token_file: telegram.token
  # A Bot API server of your own:
  # api_url: https://api.telegram.org
  # Without this, Telegram is asked for news, and no port is open. With it, a proxy of yours hands them on.
  # webhook:
  #   listen: 127.0.0.1:8443
  #   url: https://bot.example.org/telegram
  #   secret_file: webhook.secret

`

const exampleDiscord = `# Discord. The token is the bot's, from the Developer Portal.
discord:
  token_file: discord.token
  # May people write in words of their own? Read about rule 16 in docs/operate.md first.
  free_text: false
  # api_url: https://discord.com
  # Without this, the gateway is used, and no port is open. With it, a proxy of yours hands taps and commands on.
  # interactions:
  #   listen: 127.0.0.1:8444
  #   public_key: 0000000000000000000000000000000000000000000000000000000000000000

`

const exampleRest = `# Who may come in. named: the accounts below, and whoever holds a code from one of them. anyone: whoever finds the bot.
people:
  open_to: %s
  named: [%s]

# The account of whoever runs the bot. Both partners are told, if it is one of theirs.
%s

# The key for sealing what is stored: 64 hex digits. This version does not seal yet; keep the file all the same.
%s

# What the log holds: debug, info, warn or error; as text or json.
log:
  level: %s
  format: %s
`
