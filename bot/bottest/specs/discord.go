package specs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Discord is Discord's own description of its REST API, OpenAPI 3.1. It is open: what it does not name is not wrong.
// It may be used from many goroutines.
type Discord struct {
	doc   map[string]any
	paths [][]string // split at slashes, those with fewer templates first

	mu       sync.Mutex // of compiler and schemas
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer
}

const discordDoc = "file:///discord.json"

// LoadDiscord reads the description at path, as Find gives it.
func LoadDiscord(path string) (*Discord, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("specs: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("specs: %s: %w", path, err)
	}
	d := &Discord{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	var ok bool
	if d.doc, ok = doc.(map[string]any); !ok {
		return nil, fmt.Errorf("specs: %s is no description", path)
	}
	paths, _ := d.doc["paths"].(map[string]any)
	for p := range paths {
		d.paths = append(d.paths, strings.Split(p, "/"))
	}
	slices.SortFunc(d.paths, func(a, b []string) int {
		if x, y := strings.Count(strings.Join(a, "/"), "{"), strings.Count(strings.Join(b, "/"), "{"); x != y {
			return x - y
		}
		return strings.Compare(strings.Join(a, "/"), strings.Join(b, "/"))
	})
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	d.compiler.RegisterFormat(&jsonschema.Format{Name: "snowflake", Validate: snowflake})
	d.compiler.RegisterFormat(&jsonschema.Format{Name: "nonce", Validate: nonce})
	return d, d.compiler.AddResource(discordDoc, doc)
}

var digits = regexp.MustCompile(`^(0|[1-9][0-9]{0,19})$`)

func snowflake(v any) error {
	if s, ok := v.(string); ok && !digits.MatchString(s) {
		return errors.New("not a snowflake")
	}
	return nil
}

func nonce(v any) error {
	if s, ok := v.(string); ok && (s == "" || utf8.RuneCountInString(s) > 25) {
		return errors.New("a nonce has 1 to 25 characters")
	}
	return nil
}

// Exchange checks a request and its answer. path begins behind /api/vN; request may be empty.
func (d *Discord) Exchange(method, path string, request []byte, status int, answer []byte) error {
	pattern := d.find(path)
	if pattern == "" {
		return fmt.Errorf("no such path")
	}
	method = strings.ToLower(method)
	operation := d.at("paths", pattern, method)
	if operation == nil {
		return fmt.Errorf("%s has no such method", pattern)
	}
	var errs []error
	if d.at("paths", pattern, method, "requestBody") != nil {
		errs = append(errs, d.check("request", request, "paths", pattern, method, "requestBody", "content", "application/json", "schema"), discordMessage(pattern, method, request))
	}
	if len(answer) > 0 {
		errs = append(errs, d.answer(pattern, method, status, answer))
	}
	return errors.Join(errs...)
}

// answer checks an answer by its status: the one named, or its class.
func (d *Discord) answer(pattern, method string, status int, answer []byte) error {
	for _, name := range []string{strconv.Itoa(status), fmt.Sprintf("%dXX", status/100)} {
		at := []string{"paths", pattern, method, "responses", name}
		if ref, ok := d.at(append(at, "$ref")...).(string); ok {
			at = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		}
		at = append(at, "content", "application/json", "schema")
		if d.at(at...) != nil {
			return d.check("answer", answer, at...)
		}
	}
	if status >= 500 {
		return nil
	}
	return fmt.Errorf("no answer of status %d is described", status)
}

// Event checks what the gateway delivers, as far as its parts are part of the REST API too.
func (d *Discord) Event(name string, data []byte) error {
	schema := func(kind string, data []byte) error {
		return d.check(kind, data, "components", "schemas", kind)
	}
	switch name {
	case "MESSAGE_CREATE", "MESSAGE_UPDATE":
		return schema("MessageResponse", data)
	case "READY":
		var r struct{ User json.RawMessage }
		if err := json.Unmarshal(data, &r); err != nil {
			return err
		}
		return schema("UserResponse", r.User)
	case "INTERACTION_CREATE":
		return d.interaction(data, schema)
	}
	return nil
}

// interaction checks what Discord's documentation says that every interaction has.
func (d *Discord) interaction(data []byte, schema func(string, []byte) error) error {
	var i struct {
		ID, Token     string
		Application   string `json:"application_id"`
		Channel       string `json:"channel_id"`
		Guild         string `json:"guild_id"`
		Type, Version int
		Context       *int
		User, Message json.RawMessage
		Member        *struct{ User json.RawMessage }
		Data          json.RawMessage
	}
	if err := json.Unmarshal(data, &i); err != nil {
		return err
	}
	user := i.User
	if i.Guild != "" && i.Member != nil {
		user = i.Member.User
	}
	var errs []error
	if snowflake(i.ID) != nil || snowflake(i.Application) != nil || snowflake(i.Channel) != nil || i.Token == "" || i.Version != 1 || i.Context == nil || i.Data == nil {
		errs = append(errs, errors.New("an interaction without what every interaction has"))
	}
	if (i.Guild == "") != (i.Member == nil) || (i.User == nil) == (i.Member == nil) {
		errs = append(errs, errors.New("an interaction has a member in a server, and a user elsewhere"))
	}
	errs = append(errs, schema("UserResponse", user))
	if i.Type == 3 && i.Message == nil {
		errs = append(errs, errors.New("a tap without its message"))
	}
	if i.Message != nil {
		errs = append(errs, schema("MessageResponse", i.Message))
	}
	return errors.Join(errs...)
}

// find gives the pattern that path fits: one with literal segments before one with templates.
func (d *Discord) find(path string) string {
	segments := strings.Split(path, "/")
	for _, p := range d.paths {
		if len(p) != len(segments) {
			continue
		}
		fits := true
		for i := range p {
			fits = fits && (p[i] == segments[i] || strings.HasPrefix(p[i], "{") && segments[i] != "")
		}
		if fits {
			return strings.Join(p, "/")
		}
	}
	return ""
}

// at gives what lies at these keys, nil if nothing does.
func (d *Discord) at(keys ...string) any {
	var v any = d.doc
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

// check validates data against the schema that lies at these keys.
func (d *Discord) check(what string, data []byte, keys ...string) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s: no JSON", what)
	}
	s, err := d.schema(keys)
	if err != nil {
		return err
	}
	if err := s.Validate(v); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (d *Discord) schema(keys []string) (*jsonschema.Schema, error) {
	pointer := ""
	for _, k := range keys {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(k))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.schemas[pointer]; s != nil {
		return s, nil
	}
	s, err := d.compiler.Compile(discordDoc + "#" + pointer)
	if err != nil {
		return nil, fmt.Errorf("specs: %s: %w", pointer, err)
	}
	d.schemas[pointer] = s
	return s, nil
}
