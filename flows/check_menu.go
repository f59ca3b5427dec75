package flows

import (
	"strings"
	"unicode/utf16"
)

// What platforms take around a conversation, in UTF-16 units where they are lengths.
const (
	maxCommands = 100 // of a bot
	maxAbout    = 100 // of a command
	maxFormText = 45  // title and label of a form
	maxPickOne  = 100 // above a closed list
)

// menu is F17 for what stands around a conversation: the menu of commands, and the engine's own words on forms and lists.
func (c *flowCheck) menu() {
	for _, key := range keysOf(RequiredTexts) {
		limit, where := 0, "a form"
		switch {
		case strings.HasPrefix(key, "command_"):
			limit, where = maxAbout, "the menu"
		case key == "form_title", key == "form_label":
			limit = maxFormText
		case key == "pick_one":
			limit, where = maxPickOne, "a list"
		}
		if limit > 0 {
			c.oneLine(c.lib.Words[key], c.at(c.lib, "texts", key), limit, where)
		}
	}
	commands := 0
	for word, action := range c.lib.Globals {
		if word == "/"+action {
			commands++
		}
	}
	for _, f := range c.flows {
		if f.Start.Command == "" || f.Start.On != "" {
			continue
		}
		c.oneLine(f.Title, c.at(f, "title"), 0, "the menu") // its length is F01
		if commands++; commands == maxCommands+1 {
			c.log.add("F17", c.at(f, "start", "command"), "let some flows be reached from others", "with /%s there are more than the %d commands that a menu takes", f.Start.Command, maxCommands)
		}
	}
}

func (c *flowCheck) oneLine(text string, pos Pos, limit int, where string) {
	if n := len(utf16.Encode([]rune(text))); limit > 0 && n > limit {
		c.log.add("F17", pos, "say it shorter", "this has %d characters, more than the %d that fit %s", n, limit, where)
	}
	if strings.Contains(text, "\n") {
		c.log.add("F17", pos, "write it on one line", "this stands in %s, which has one line for it", where)
	}
}
