package discord

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// wireCommand is a slash command as Discord keeps it.
type wireCommand struct {
	Name             string `json:"name"`
	Description      string `json:"description"`
	Type             int    `json:"type"`
	IntegrationTypes []int  `json:"integration_types"` // 0 servers, 1 people
	Contexts         []int  `json:"contexts"`          // 0 servers, 1 direct messages with the bot
}

var commandName = regexp.MustCompile(`^[a-z0-9_-]{1,32}$`)

// menu is the list that Discord should have. Help is offered in servers too, where it says that the bot is private.
func (a *Adapter) menu() []wireCommand {
	out := []wireCommand{}
	for _, c := range a.shows.Load().commands {
		w := wireCommand{Name: c.Name, Description: clip(named(c.About, c.Name), 100), Type: 1, IntegrationTypes: []int{0, 1}, Contexts: []int{1}}
		if c.Name == "help" {
			w.Contexts = []int{0, 1}
		}
		known := slices.ContainsFunc(out, func(o wireCommand) bool { return o.Name == w.Name })
		if commandName.MatchString(c.Name) && !known && len(out) < 100 {
			out = append(out, w)
		} else {
			a.log.Warn("a command that Discord would not take is left out of its menu", "platform", Platform, "command", c.Name)
		}
	}
	return out
}

// setCommands makes the menu what it should be. It only writes when it is not: Discord counts the writes of a day.
// That it fails keeps nobody from typing.
func (r *run) setCommands(ctx context.Context) {
	want := r.menu()
	path := "/applications/" + url.PathEscape(r.me.AppID) + "/commands"
	var have []wireCommand
	err := r.rest.do(ctx, call{method: http.MethodGet, path: path}, &have)
	if err == nil && !sameMenu(have, want) {
		err = r.rest.do(ctx, call{method: http.MethodPut, path: path, body: want}, nil)
	}
	if err != nil {
		r.log.Warn("the menu of commands was not set", "platform", Platform, "failure", sendError(err, false))
	}
}

// sameMenu compares what was read with what is wanted, in any order.
func sameMenu(have, want []wireCommand) bool {
	sorted := func(list []wireCommand) []wireCommand {
		list = slices.Clone(list)
		for i := range list {
			list[i].IntegrationTypes, list[i].Contexts = slices.Sorted(slices.Values(list[i].IntegrationTypes)), slices.Sorted(slices.Values(list[i].Contexts))
		}
		slices.SortFunc(list, func(a, b wireCommand) int { return strings.Compare(a.Name, b.Name) })
		return list
	}
	return slices.EqualFunc(sorted(have), sorted(want), func(a, b wireCommand) bool {
		return a.Name == b.Name && a.Description == b.Description && a.Type == b.Type &&
			slices.Equal(a.IntegrationTypes, b.IntegrationTypes) && slices.Equal(a.Contexts, b.Contexts)
	})
}
