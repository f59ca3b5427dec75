package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rewoo/bot"
	"rewoo/flows"
)

// lines are the ways to end a line. Discord may take any of them for one, and a quote must not end with it.
var lines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// plain is text that Discord shows as it is: no markup, mention, emoji, link or preview comes of it. Discord takes a
// backslash before anything that is neither letter nor digit nor space for that character itself.
func plain(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	begin := true // nothing but space in this line so far
	digits := 0   // of them, if nothing else
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		next, _ := utf8.DecodeRuneInString(text[i+size:])
		if needsEscape(r, next, begin, digits > 0) {
			b.WriteByte('\\')
		}
		b.WriteString(text[i : i+size])
		i += size
		switch {
		case r == '\n':
			begin, digits = true, 0
		case begin && r >= '0' && r <= '9':
			digits++
		case digits > 0 || !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r): // what is not seen may not be there for Discord
			begin = false
		}
	}
	return b.String()
}

// needsEscape decides by the character, the one behind it, and where in its line it stands.
func needsEscape(r, next rune, begin, digits bool) bool {
	switch r {
	case '\\', '*', '_', '~', '`', '|', '<', '@', '[', ']':
		return true
	case '>', '#', '-', '+':
		return begin && !digits // a quote, a heading, a list
	case '.', ')':
		return begin && digits || r == '.' && wordly(next) // a numbered list; the address of an invitation
	case ':':
		return next == '/' || next == '+' || next == '-' || wordly(next) // a link, an emoji
	case '(':
		return false
	}
	return false
}

func wordly(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// block renders one block. Every line of a quote is marked, so that none of it can look like ours.
func block(b flows.Block) string {
	text := plain(lines.Replace(b.Text))
	if !b.Quote {
		return text
	}
	return "> " + strings.ReplaceAll(text, "\n", "\n> ")
}

// width is how long a block is for Discord, in whichever unit is larger.
func width(b flows.Block) int { return bot.UTF16Len(block(b)) }

// clip makes a label short enough: our own words, and better cut than not sent.
func clip(s string, most int) string {
	if bot.UTF16Len(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		if n += bot.UTF16Len(string(r)); n > most-1 {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}
