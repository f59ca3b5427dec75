package flows

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// keyDoc describes one key: for the hover of an editor and for the reference, from one place.
type keyDoc struct {
	key     string
	value   valueDoc
	must    bool
	says    string              // what it is for, in a sentence or two
	example string              // what can stand behind it
	by      map[string]valueDoc // where it depends on the variant, such as the type of an answer
}

// ruleDoc is what a block demands beyond its keys.
type ruleDoc struct {
	says   string
	schema schemaNode
}

// variantDoc is one of the forms of a block: what else it must hold and what it can hold, by the value of one of its keys.
type variantDoc struct {
	value     string
	takes     []string
	must      []string
	otherwise string // a key that can stand for all that must be there
}

// blockDoc describes a mapping of the language.
type blockDoc struct {
	name     string // in the schema
	title    string
	says     string
	keys     []keyDoc
	rules    []ruleDoc
	by       string // the key whose value decides which of the variants it is
	variants []variantDoc
	fields   *valueDoc // further keys that the author chooses
	example  string    // where the library has one: file and path
}

func key(name string, v valueDoc, says, example string) keyDoc {
	return keyDoc{key: name, value: v, says: says, example: example}
}

func must(name string, v valueDoc, says, example string) keyDoc {
	return keyDoc{key: name, value: v, must: true, says: says, example: example}
}

// find is the description of a key.
func (b *blockDoc) find(name string) *keyDoc {
	if i := slices.IndexFunc(b.keys, func(k keyDoc) bool { return k.key == name }); i >= 0 {
		return &b.keys[i]
	}
	return nil
}

// schemaBlocks are all mappings of the language.
func schemaBlocks() []blockDoc {
	return slices.Concat(flowBlocks(), answerBlocks(), stepBlocks(), partBlocks(), listBlocks(), recordBlocks(), factBlocks(), textBlocks(), stampBlocks())
}

// Schema is the JSON Schema (2020-12) of every file that a library can hold, for editors. It knows the form of a file: keys, kinds,
// values. Names that are not there, private words that would cross over and all else are for Load to find. What it demands
// beyond draft 7 it does without where an editor knows only that.
func Schema() []byte {
	defs := schemaNode{"step": stepSchema(), "tree_1": treeSchema(1), "tree_2": treeSchema(2), "tree_3": treeSchema(3), "name": nameSchema()}
	for _, b := range schemaBlocks() {
		defs[b.name] = b.schema()
	}
	root := schemaNode{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "A file of a rewoo library",
		"description": "Conversations, lists, records, facts, translations and the words of rewoo. Written by rewoo schema; not to be edited.",
		"$defs":       defs,
	}
	maps.Copy(root, fileSchema())
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(root); err != nil {
		panic(err) // unreachable: maps, lists, words and numbers
	}
	return out.Bytes()
}

// fileSchema tells the kinds of files apart by a key that only they have.
func fileSchema() schemaNode {
	out := refTo("flow")
	for _, k := range slices.Backward([]struct {
		keys []string
		name string
	}{
		{[]string{"flow"}, "flow"}, {[]string{"list"}, "list"}, {[]string{"record"}, "record"}, {[]string{"person"}, "person_file"},
		{[]string{"couple"}, "couple_file"}, {[]string{"language"}, "translation"}, {[]string{"stamps"}, "versions"},
		{[]string{"globals", "months"}, "words"}, {[]string{"texts", "knocks", "signs"}, "wording"},
	}) {
		out = schemaNode{"if": schemaNode{"anyOf": having(k.keys)}, "then": refTo(k.name), "else": out}
	}
	zones := schemaNode{"if": schemaNode{"anyOf": having([]string{"zone", "country", "names"})}, "then": refTo("zone"), "else": refTo("exception")}
	return schemaNode{"if": schemaNode{"type": "array"}, "then": schemaNode{"items": zones}, "else": out}
}

// having is one schema for each key, which holds where the key is.
func having(keys []string) []any {
	var out []any
	for _, k := range keys {
		out = append(out, schemaNode{"required": []any{k}})
	}
	return out
}

// schema is the block as a schema. Each key has its description beside its value, since it is what an editor shows.
func (b blockDoc) schema() schemaNode {
	props, required := schemaNode{}, []any{}
	for _, k := range b.keys {
		props[k.key] = k.schema("")
		if k.must {
			required = append(required, k.key)
		}
	}
	out := schemaNode{"type": "object", "properties": props, "additionalProperties": false}
	if b.fields != nil {
		out["additionalProperties"] = b.fields.schema
	}
	if len(required) > 0 {
		out["required"] = required
	}
	var all []any
	for _, v := range b.variants {
		all = append(all, b.variant(v))
	}
	for _, r := range b.rules {
		all = append(all, r.schema)
	}
	if len(all) > 0 {
		out["allOf"] = all
	}
	return out
}

// schema of a key, in a variant of its block. Where it is left to the variant the key itself says only what it is for.
func (k keyDoc) schema(variant string) schemaNode {
	v, ok := k.by[variant]
	if !ok {
		v = k.value
	}
	out := maps.Clone(v.schema)
	if out == nil {
		out = schemaNode{}
	}
	out["description"] = k.hover(v)
	return out
}

// hover is what an editor shows, without marks: not every editor shows them as what they are. Words that it may be are shown anyway.
func (k keyDoc) hover(v valueDoc) string {
	out := k.says
	if v.says != "" && v.schema["enum"] == nil {
		out += "\n\nHere stands " + v.says + "."
	}
	if k.example != "" {
		out += "\n\nExample: " + k.key + ": " + k.example
	}
	return unmarked(out)
}

func unmarked(s string) string { return strings.ReplaceAll(s, "`", "") }

// variant is what holds for a block of one form.
func (b blockDoc) variant(v variantDoc) schemaNode {
	props := schemaNode{}
	for _, k := range b.keys {
		if _, ok := k.by[v.value]; ok {
			props[k.key] = k.schema(v.value)
		} else if !slices.Contains(v.takes, k.key) {
			props[k.key] = false
		}
	}
	then := schemaNode{"properties": props}
	switch {
	case v.otherwise != "":
		then["anyOf"] = []any{needs(v.must...), schemaNode{"required": []any{v.otherwise}, "not": schemaNode{"anyOf": having(v.must)}}}
	case len(v.must) > 0:
		then["required"] = anys(v.must)
	}
	return schemaNode{"if": schemaNode{"properties": schemaNode{b.by: schemaNode{"const": v.value}}, "required": []any{b.by}}, "then": then}
}

// when is a rule: where a key stands, something else holds.
func when(key string, then schemaNode) schemaNode {
	return schemaNode{"if": schemaNode{"required": []any{key}}, "then": then}
}

// whenIs is the same for a key with one value.
func whenIs(key string, value any, then schemaNode) schemaNode {
	return schemaNode{"if": schemaNode{"properties": schemaNode{key: schemaNode{"const": value}}, "required": []any{key}}, "then": then}
}

// needs and bars are what can follow.
func needs(keys ...string) schemaNode { return schemaNode{"required": anys(keys)} }

func bars(keys ...string) schemaNode {
	props := schemaNode{}
	for _, k := range keys {
		props[k] = false
	}
	return schemaNode{"properties": props}
}

// oneOfKeys is a rule: one of two keys, and not both.
func oneOfKeys(a, b, says string) []ruleDoc {
	return []ruleDoc{
		{says, when(a, bars(b))},
		{"", schemaNode{"if": schemaNode{"not": needs(b)}, "then": needs(a)}},
	}
}
