package discord

import (
	"fmt"
	"strconv"
	"strings"

	"rewoo/flows"
)

// What a custom_id that is no Action begins with. Actions are base64 and hold no colon.
const (
	openPrefix = "w:" // a button that opens a form: w:<most characters>:<1 if long>:<token>
	formPrefix = "f:" // a form: f:<token>
	listPrefix = "s:" // a list: its options have the actions
	inputID    = "words"
)

// openID holds all that the form needs: it has to be the first answer to the tap, so there is no time to look anything up.
func openID(f flows.Form) string {
	long := 0
	if f.Long {
		long = 1
	}
	return fmt.Sprintf("%s%d:%d:%s", openPrefix, min(max(f.Max, 1), maxInput), long, f.Action)
}

// parseOpen reads what openID wrote. Anybody can send anything.
func parseOpen(id string) (flows.Form, bool) {
	rest, ok := strings.CutPrefix(id, openPrefix)
	part := strings.SplitN(rest, ":", 3)
	if !ok || len(part) != 3 || part[2] == "" || len(formPrefix+part[2]) > maxID || part[1] != "0" && part[1] != "1" {
		return flows.Form{}, false
	}
	most, err := strconv.Atoi(part[0])
	if err != nil || most < 1 || most > maxInput {
		return flows.Form{}, false
	}
	return flows.Form{Action: part[2], Max: most, Long: part[1] == "1"}, true
}

type modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
}

// modalOf is the form as Discord shows it.
func modalOf(f flows.Form, l look) modal {
	style, yes := 1, true
	if f.Long {
		style = 2
	}
	in := component{
		Type: 4, CustomID: inputID, Style: style, Label: clip(named(l.Lines.FormLabel, "…"), maxTitle), MinLength: 1, MaxLength: f.Max, Required: &yes,
	}
	return modal{CustomID: formPrefix + f.Action, Title: clip(named(l.Lines.FormTitle, "…"), maxTitle), Components: []component{{Type: 1, Components: []component{in}}}}
}
