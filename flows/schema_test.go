package flows

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// TestSchemaFile holds the committed schema to what the code says. SCHEMA_UPDATE=1 writes it; read the difference.
func TestSchemaFile(t *testing.T) {
	if os.Getenv("SCHEMA_UPDATE") != "" {
		if err := os.WriteFile("schema.json", Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, Schema()) {
		t.Error("schema.json is not what the code says; SCHEMA_UPDATE=1 go test ./flows -run SchemaFile writes it")
	}
}

var compiledSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

// refusals are the lines of a file that the schema objects to, with what it says. None is a file that it accepts.
func refusals(t testing.TB, n *yamlNode) map[int][]string {
	t.Helper()
	s, err := compiledSchema()
	if err != nil {
		t.Fatal(err)
	}
	out := map[int][]string{}
	if err := s.Validate(asEditorsRead(n)); err != nil {
		leaves(err.(*jsonschema.ValidationError), func(e *jsonschema.ValidationError) {
			at := [][]string{e.InstanceLocation}
			switch k := e.ErrorKind.(type) { // these are about a key
			case *kind.AdditionalProperties:
				for _, p := range k.Properties {
					at = append(at, append(slices.Clone(e.InstanceLocation), p))
				}
			case *kind.PropertyNames: // its location is of something else: the library uses that memory again
				for _, pos := range keysNamed(n, k.Property) {
					out[pos.Line] = append(out[pos.Line], e.Error())
				}
				return
			}
			for _, at := range at[min(1, len(at)-1):] {
				for _, pos := range placesOf(n, at) {
					out[pos.Line] = append(out[pos.Line], e.Error())
				}
			}
		})
	}
	return out
}

func leaves(e *jsonschema.ValidationError, do func(*jsonschema.ValidationError)) {
	if _, ok := e.ErrorKind.(*kind.PropertyNames); ok || len(e.Causes) == 0 {
		do(e)
		return
	}
	for _, c := range e.Causes {
		leaves(c, do)
	}
}

// placesOf are the places of a value and of its key.
func placesOf(n *yamlNode, at []string) []Pos {
	out := []Pos{n.pos}
	for _, key := range at {
		if n.kind == yamlList {
			i, _ := strconv.Atoi(key)
			n = n.list[i]
			out = []Pos{n.pos}
			continue
		}
		for _, p := range n.pairs {
			if p.key == key {
				n, out = p.val, []Pos{p.val.pos, p.pos}
				break
			}
		}
	}
	return out
}

// keysNamed are the places of a key, wherever it stands.
func keysNamed(n *yamlNode, key string) (out []Pos) {
	for _, p := range n.pairs {
		if p.key == key {
			out = append(out, p.pos)
		}
		out = append(out, keysNamed(p.val, key)...)
	}
	for _, v := range n.list {
		out = append(out, keysNamed(v, key)...)
	}
	return out
}

var (
	coreInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	coreFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

// asEditorsRead turns a node into what YAML 1.2's core schema makes of it: true is true, 1 a number, and yes, 20:30 and 2026-12-24
// are texts.
func asEditorsRead(n *yamlNode) any {
	switch n.kind {
	case yamlMap:
		out := map[string]any{}
		for _, p := range n.pairs {
			out[p.key] = asEditorsRead(p.val)
		}
		return out
	case yamlList:
		out := []any{}
		for _, v := range n.list {
			out = append(out, asEditorsRead(v))
		}
		return out
	}
	if !n.plain {
		return n.text
	}
	switch {
	case slices.Contains([]string{"", "~", "null", "Null", "NULL"}, n.text):
		return nil
	case slices.Contains([]string{"true", "True", "TRUE"}, n.text):
		return true
	case slices.Contains([]string{"false", "False", "FALSE"}, n.text):
		return false
	case coreInt.MatchString(n.text):
		i, _ := strconv.Atoi(n.text)
		return float64(i)
	case coreFloat.MatchString(n.text):
		f, _ := strconv.ParseFloat(n.text, 64)
		return f
	}
	return n.text
}

// TestSchemaAcceptsTheLibrary: every file that ships.
func TestSchemaAcceptsTheLibrary(t *testing.T) {
	for _, name := range shippedNames(t) {
		data, ok := readFlowFile(Shipped(), name)
		if !ok {
			t.Fatal(name)
		}
		for line, says := range refusals(t, parseYAML(name, data, &findingLog{})) {
			t.Errorf("%s:%d: %s", name, line, strings.Join(says, "\n"))
		}
	}
}

// keySchemas are the schemas of single keys, by block and key; where one depends on the variant, of any.
func keySchemas(t *testing.T) func(b blockDoc, k keyDoc) *jsonschema.Schema {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	keys := map[string]any{}
	for _, b := range schemaBlocks() {
		for _, k := range b.keys {
			var all []any
			for _, v := range k.by {
				all = append(all, v.schema)
			}
			if len(all) == 0 {
				all = []any{k.value.schema}
			}
			keys[b.name+"."+k.key] = map[string]any{"anyOf": all}
		}
	}
	text, err := json.Marshal(map[string]any{"$schema": doc["$schema"], "$defs": doc["$defs"], "keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("key.json", parsed); err != nil {
		t.Fatal(err)
	}
	return func(b blockDoc, k keyDoc) *jsonschema.Schema {
		s, err := c.Compile("key.json#/keys/" + b.name + "." + k.key)
		if err != nil {
			t.Fatalf("%s.%s: %v", b.name, k.key, err)
		}
		return s
	}
}

// TestSchemaKeepsToDraft7 but for $defs, which all understand, and maxContains, which they may pass over.
func TestSchemaKeepsToDraft7(t *testing.T) {
	known := strings.Fields(`$schema $defs $ref title description type properties required additionalProperties propertyNames minProperties maxProperties
		items minItems maxItems uniqueItems contains maxContains enum const pattern minLength maxLength minimum maximum not anyOf allOf if then else
		errorMessage patternErrorMessage enumDescriptions`) // the last three are for editors
	var walk func(at string, v any)
	walk = func(at string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for k, x := range m {
			if !slices.Contains(known, k) {
				t.Errorf("%s: there is %q", at, k)
			}
			switch x := x.(type) {
			case []any:
				for _, y := range x {
					walk(at+"/"+k, y)
				}
			case map[string]any:
				if k != "properties" && k != "$defs" {
					walk(at+"/"+k, x)
					continue
				}
				for name, y := range x {
					walk(at+"/"+k+"/"+name, y)
				}
			}
		}
	}
	var doc any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	walk("", doc)
}
