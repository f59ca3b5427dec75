package specs

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// component is as much of a component as the documentation has rules for that the description lacks.
type component struct {
	Type       int
	CustomID   string `json:"custom_id"`
	Components []component
}

// discordMessage checks what only Discord's documentation says of a message that a bot writes: 2000 characters, not empty,
// buttons with an id, each once.
func discordMessage(pattern, method string, request []byte) error {
	if !strings.Contains(pattern, "/messages") || method != "post" && method != "patch" {
		return nil
	}
	var m struct {
		Content     *string
		Components  []component
		Attachments []json.RawMessage
	}
	if err := json.Unmarshal(request, &m); err != nil {
		return err
	}
	var errs []error
	if m.Content != nil && utf8.RuneCountInString(*m.Content) > 2000 {
		errs = append(errs, errors.New("request: content has more than 2000 characters"))
	}
	if method == "post" && (m.Content == nil || strings.TrimSpace(*m.Content) == "") && len(m.Attachments) == 0 {
		errs = append(errs, errors.New("request: an empty message"))
	}
	return errors.Join(append(errs, uniqueIDs(m.Components, map[string]bool{}))...)
}

func uniqueIDs(all []component, seen map[string]bool) error {
	for _, c := range all {
		if c.Type == 2 || c.Type == 3 {
			if c.CustomID == "" || seen[c.CustomID] {
				return errors.New("request: a custom_id that is missing or there twice")
			}
			seen[c.CustomID] = true
		}
		if err := uniqueIDs(c.Components, seen); err != nil {
			return err
		}
	}
	return nil
}
