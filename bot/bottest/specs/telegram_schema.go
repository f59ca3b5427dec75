package specs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func (t *Telegram) typeSchema(name string, typ tgType) any {
	switch {
	case name == "InputFile":
		return map[string]any{"type": "string"}
	case len(typ.Subtypes) > 0:
		return t.anyOf(typ.Subtypes, "")
	case name == "RichText": // described in prose only
		return true
	}
	s := t.object(typ.Fields)
	switch name {
	case "Update":
		s["minProperties"], s["maxProperties"] = 2, 2
	case "InlineKeyboardButton":
		s["oneOf"] = oneAction(typ.Fields)
	}
	return s
}

// oneAction: a button does exactly one thing.
func oneAction(fields []tgField) (out []any) {
	for _, f := range fields {
		if f.Name != "text" && f.Name != "style" && f.Name != "icon_custom_emoji_id" {
			out = append(out, map[string]any{"required": []any{f.Name}})
		}
	}
	return out
}

func (t *Telegram) object(fields []tgField) map[string]any {
	properties := map[string]any{}
	required := []any{}
	for _, f := range fields {
		properties[f.Name] = t.anyOf(f.Types, f.Description)
		if f.Name == "chat_id" && slices.Contains(f.Types, "String") {
			properties[f.Name] = map[string]any{"anyOf": []any{
				map[string]any{"type": "integer"}, map[string]any{"type": "string", "pattern": "^@[A-Za-z]"},
			}}
		}
		if f.Required {
			required = append(required, f.Name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func (t *Telegram) anyOf(types []string, prose string) any {
	var out []any
	for _, name := range types {
		out = append(out, t.one(name, prose))
	}
	if len(out) == 1 {
		return out[0]
	}
	return map[string]any{"anyOf": out}
}

func (t *Telegram) one(name, prose string) any {
	if of, ok := strings.CutPrefix(name, "Array of "); ok {
		return map[string]any{"type": "array", "items": t.one(of, "")}
	}
	switch name {
	case "Integer":
		return map[string]any{"type": "integer"}
	case "Float":
		return map[string]any{"type": "number"}
	case "Boolean":
		return map[string]any{"type": "boolean"}
	case "String":
		s := map[string]any{"type": "string"}
		if format := t.length(prose); format != "" {
			s["format"] = format
		}
		return s
	}
	return map[string]any{"$ref": "#/$defs/type%20" + name}
}

var lengths = regexp.MustCompile(`(\d+)-(\d+) (characters|bytes)`)

// length makes a format of what the prose says about a text, "1-4096 characters": Telegram means UTF-16 units, which
// JSON Schema does not know.
func (t *Telegram) length(prose string) string {
	m := lengths.FindStringSubmatch(prose)
	if m == nil {
		return ""
	}
	least, _ := strconv.Atoi(m[1])
	most, _ := strconv.Atoi(m[2])
	name := strings.ReplaceAll(m[0], " ", "-")
	t.c.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(v any) error {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		n := len(s)
		if m[3] == "characters" {
			n = 0
			for _, r := range s {
				if n++; r > 0xffff {
					n++
				}
			}
		}
		if n < least || n > most {
			return fmt.Errorf("%d of %s", n, m[0])
		}
		return nil
	}})
	return name
}
