package specs

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Telegram is the description of the Bot API as one JSON Schema. Its objects are closed: a field that is not described
// is refused.
type Telegram struct {
	spec tgSpec
	c    *jsonschema.Compiler

	mu   sync.Mutex
	made map[string]*jsonschema.Schema
}

type tgSpec struct {
	Version string            `json:"version"`
	Methods map[string]tgType `json:"methods"`
	Types   map[string]tgType `json:"types"`
}

type tgType struct {
	Fields   []tgField `json:"fields"`
	Subtypes []string  `json:"subtypes"`
	Returns  []string  `json:"returns"`
}

type tgField struct {
	Name        string   `json:"name"`
	Types       []string `json:"types"`
	Required    bool     `json:"required"`
	Description string   `json:"description"`
}

const tgURL = "https://specs.invalid/telegram"

// LoadTelegram reads telegram-api.json.
func LoadTelegram(path string) (*Telegram, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &Telegram{c: jsonschema.NewCompiler(), made: map[string]*jsonschema.Schema{}}
	if err := json.Unmarshal(raw, &t.spec); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(t.spec.Methods) < 100 || len(t.spec.Types) < 100 {
		return nil, fmt.Errorf("%s: this is no description of the Bot API", path)
	}
	defs := map[string]any{}
	for name, typ := range t.spec.Types {
		defs["type "+name] = t.typeSchema(name, typ)
	}
	for name, m := range t.spec.Methods {
		defs["method "+name] = t.object(m.Fields)
		defs["returns "+name] = t.anyOf(m.Returns, "")
	}
	t.c.AssertFormat()
	if err := t.c.AddResource(tgURL, map[string]any{"$defs": defs}); err != nil {
		return nil, err
	}
	return t, nil
}

// Check is what a fake asks, see faketelegram.Options.Check. Direction is "request" (body is map[string]string for a
// form, map[string]any for JSON), "response" or "update".
func (t *Telegram) Check(direction, method string, body any) error {
	m, known := t.spec.Methods[method]
	if direction != "update" && !known {
		return fmt.Errorf("the Bot API has no method %q", method)
	}
	switch direction {
	case "update":
		return t.valid("type Update", body)
	case "response":
		return t.response(method, body)
	case "request":
		if form, ok := body.(map[string]string); ok {
			v, err := typed(m, form)
			if err != nil {
				return err
			}
			body = v
		}
		return t.valid("method "+method, body)
	}
	return fmt.Errorf("no direction %q", direction)
}

// response checks an answer: the result, or the shape of a refusal.
func (t *Telegram) response(method string, body any) error {
	a, ok := body.(map[string]any)
	if !ok {
		return errors.New("an answer is an object")
	}
	if a["ok"] == true {
		return t.valid("returns "+method, a["result"])
	}
	code, isNumber := a["error_code"].(float64)
	_, isText := a["description"].(string)
	if a["ok"] != false || !isNumber || code < 300 || !isText {
		return errors.New("a refusal has ok, error_code and description")
	}
	if p, ok := a["parameters"]; ok {
		return t.valid("type ResponseParameters", p)
	}
	return nil
}

func (t *Telegram) valid(def string, v any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.made[def]
	if s == nil {
		var err error
		if s, err = t.c.Compile(tgURL + "#/$defs/" + strings.ReplaceAll(def, " ", "%20")); err != nil {
			return err
		}
		t.made[def] = s
	}
	return s.Validate(v)
}

// typed gives the texts of a form the types that the method wants.
func typed(m tgType, form map[string]string) (map[string]any, error) {
	out := map[string]any{}
	for name, text := range form {
		out[name] = text // one that the method does not know is refused later
		i := slices.IndexFunc(m.Fields, func(f tgField) bool { return f.Name == name })
		if i < 0 {
			continue
		}
		v, err := value(m.Fields[i].Types, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = v
	}
	return out, nil
}

func value(types []string, text string) (any, error) {
	if slices.Contains(types, "InputFile") {
		return text, nil
	}
	_, notInt := strconv.ParseInt(text, 10, 64)
	if slices.Contains(types, "String") && (notInt != nil || !slices.Contains(types, "Integer")) {
		return text, nil
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return nil, errors.New("this text is not of the type that the method wants")
	}
	return v, nil
}

// Methods lists what the description knows.
func (t *Telegram) Methods() []string { return slices.Sorted(maps.Keys(t.spec.Methods)) }
