package flows

import (
	"slices"
	"strings"
)

// Setup is what a library has to know of the place where it runs.
type Setup struct {
	Platforms map[string]Platform // by their names; one that is not there takes words and has no forms
	Operator  Address             // the account of whoever runs the bot; zero: not named
	// InviteLink, followed by a code, is a link that opens the chat and brings the code along. "": there is none.
	InviteLink string
}

// Platform is what a platform lets people do.
type Platform struct {
	NoText bool // questions for words of one's own are not asked there
	Forms  bool // words are written into a form
}

// With is the same library in a place. The receiver stays as it is.
func (l *Library) With(s Setup) *Library {
	return l.with(func(l *Library) { l.setup = s })
}

// Command is a word with a slash, for a platform's menu. About is at most 100 characters long.
type Command struct{ Name, About string }

// Commands lists what can be typed with a slash, by name: the global words first, then the flows that a command starts.
func (l *Library) Commands() []Command {
	var out []Command
	for word, action := range l.Globals {
		if about := l.Words["command_"+action]; word == "/"+action && about != "" {
			out = append(out, Command{action, about})
		}
	}
	slices.SortFunc(out, func(a, b Command) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range l.ordered() {
		if f.Start.Command != "" && f.Start.On == "" {
			out = append(out, Command{f.Start.Command, f.Title})
		}
	}
	return out
}

// Word is a sentence of words.yaml, for adapters: what they say themselves lives there too.
func (l *Library) Word(key string) string { return l.Words[key] }
