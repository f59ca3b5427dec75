package fakediscord

import "fmt"

// Component is a row, a button (2), a list (3) or an input (4).
type Component struct {
	Type        int         `json:"type"`
	CustomID    string      `json:"custom_id,omitempty"`
	Style       int         `json:"style,omitempty"`
	Label       string      `json:"label,omitempty"`
	Disabled    bool        `json:"disabled,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	MinValues   *int        `json:"min_values,omitempty"`
	MaxValues   *int        `json:"max_values,omitempty"`
	Options     []Option    `json:"options,omitempty"`
	Components  []Component `json:"components,omitempty"`
	MinLength   int         `json:"min_length,omitempty"`
	MaxLength   int         `json:"max_length,omitempty"`
}

// Option is a line of a list.
type Option struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
}

// componentsFlaw says what Discord would refuse; "" when nothing.
func componentsFlaw(rows []Component) string {
	if len(rows) > 5 {
		return "more than 5 rows"
	}
	ids := map[string]bool{}
	for _, row := range rows {
		if row.Type != 1 || len(row.Components) < 1 || len(row.Components) > 5 {
			return "a row must hold 1 to 5 components"
		}
		for _, c := range row.Components {
			if ids[c.CustomID] {
				return "a custom_id twice"
			}
			ids[c.CustomID] = true
			if flaw := c.flaw(len(row.Components) == 1); flaw != "" {
				return flaw
			}
		}
	}
	return ""
}

func (c Component) flaw(alone bool) string {
	switch {
	case !within(c.CustomID, 1, 100):
		return "custom_id must be 1 to 100 characters long"
	case c.Type == 2 && (c.Style < 1 || c.Style > 4):
		return "style of a button"
	case c.Type == 2 && !within(c.Label, 1, 80):
		return "label of a button must be 1 to 80 characters long"
	case c.Type == 2:
		return ""
	case c.Type != 3:
		return fmt.Sprintf("component of type %d", c.Type)
	case !alone:
		return "a list must be alone in its row"
	case len(c.Options) < 1 || len(c.Options) > 25:
		return "a list must have 1 to 25 options"
	case length(c.Placeholder) > 150:
		return "placeholder must be at most 150 characters long"
	}
	values := map[string]bool{}
	for _, o := range c.Options {
		if !within(o.Label, 1, 100) || !within(o.Value, 1, 100) || length(o.Description) > 100 || values[o.Value] {
			return "an option out of its limits"
		}
		values[o.Value] = true
	}
	return ""
}

// componentsJSON is how Discord gives components back: with numbers, and with what was left out. f.mu is held.
func (f *Fake) componentsJSON(rows []Component) []any {
	out, n := []any{}, 0
	number := func() int { n++; return n }
	for _, row := range rows {
		inner := []any{}
		d := map[string]any{"type": 1, "id": number()}
		for _, c := range row.Components {
			e := map[string]any{"type": c.Type, "id": number(), "custom_id": c.CustomID}
			if c.Type == 2 {
				e["style"], e["label"] = c.Style, c.Label
			} else {
				e["placeholder"], e["min_values"], e["max_values"], e["options"] = c.Placeholder, 1, 1, c.Options
			}
			inner = append(inner, e)
		}
		d["components"] = inner
		out = append(out, d)
	}
	return out
}
