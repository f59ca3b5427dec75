package flows

import (
	"fmt"
	"slices"
	"strings"
)

// schemaNode is a JSON Schema, or a part of one.
type schemaNode = map[string]any

// valueDoc is what can stand behind a key: in words for the reference, and as a schema for editors.
type valueDoc struct {
	says   string
	schema schemaNode
	block  string // the block of keys that stands there, if one does
}

// Patterns of what is written as text. They are no narrower than the parser, and some a little wider.
const (
	spanPattern     = `0*[1-9][0-9]{0,6}[mhdy]`
	clockPattern    = `([01][0-9]|2[0-3]):[0-5][0-9]`
	plainName       = `[a-z][a-z0-9_]*`
	factPattern     = `(person|couple)\.` + plainName
	dateFormPattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
)

// scalars: a text may be written without quotes, and then be a number or true to whoever reads YAML by its types.
var scalars = []any{"string", "number", "boolean"}

func describe(v valueDoc, says string) valueDoc {
	v.says = says
	return v
}

func patterned(says, pattern string) valueDoc {
	return valueDoc{says: says, schema: schemaNode{"type": "string", "pattern": pattern, "patternErrorMessage": "write " + says}}
}

// sentences is a text that somebody reads: not empty, no links.
func textValue(limit int) valueDoc {
	return valueDoc{says: fmt.Sprintf("a text, up to %d characters", limit), schema: schemaNode{
		"type": scalars, "pattern": `\S`, "patternErrorMessage": "write something",
		"maxLength": limit + 1, // the line break that ends a block of text does not count
		"not":       schemaNode{"type": "string", "pattern": `://|[wW][wW][wW]\.`},
	}}
}

// labelled is the text of a button.
func labelled() valueDoc {
	v := textValue(maxLabelChars)
	delete(v.schema, "maxLength")
	v.says = fmt.Sprintf("a label: one line, up to %d characters, without holes", maxLabelChars)
	v.schema["pattern"] = fmt.Sprintf(`^\s*[^\s{}]([^{}\n]{0,%d}[^\s{}])?\s*$`, maxLabelChars-2)
	v.schema["patternErrorMessage"] = fmt.Sprintf("a label is one line of up to %d characters, without { and }", maxLabelChars)
	return v
}

// aName is an id that the file gives.
func aName(says string, taken ...string) valueDoc {
	if len(taken) == 0 {
		return valueDoc{says: says, schema: refTo("name")}
	}
	return valueDoc{says: says, schema: nameSchema(taken...)}
}

// nameSchema is a name that is none of the words of conditions, and of those that are taken where it stands.
func nameSchema(taken ...string) schemaNode {
	return schemaNode{"type": "string", "pattern": "^" + plainName + "$", "maxLength": maxNameChars,
		"patternErrorMessage": "a name has small letters, digits and _, and starts with a letter",
		"not":                 schemaNode{"enum": anys(append(slices.Clone(condWords), taken...))}}
}

// naming is a reference to something by its name; whether it is there is for rewoo check to say.
func naming(says string) valueDoc {
	return valueDoc{says: says, schema: schemaNode{"type": "string", "minLength": 1}}
}

// nameOf is a reference to something of a kind.
func nameOf(what string) valueDoc { return naming("the name of " + what) }

func numberValue(from, to int) valueDoc {
	return valueDoc{says: fmt.Sprintf("a whole number from %d to %d", from, to), schema: schemaNode{"type": "integer", "minimum": from, "maximum": to}}
}

func oneOfWords(words ...string) valueDoc {
	return valueDoc{says: alternatives(words), schema: schemaNode{"enum": anys(words)}}
}

func alternatives(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "`" + w + "`"
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

func spanValue() valueDoc {
	return patterned("a length of time, like 45m, 20h, 3d or 1y", "^"+spanPattern+"$")
}

func spanOrFact() valueDoc {
	return patterned("a length of time, like 45m, 20h, 3d or 1y, or a fact of type duration", "^("+spanPattern+"|"+factPattern+")$")
}

func clockValue() valueDoc { return patterned(`a time of day, like "21:30"`, "^"+clockPattern+"$") }

// instantValue is where a pair of people meet again: a time of day, and how long after it.
func instantValue() valueDoc {
	return patterned(`a time of day on the couple's clock, like "18:00", couple.reveal_hour or couple.meet + 20m`,
		`^\s*(`+clockPattern+`|couple\.`+plainName+`)\s*(\+\s*0*([1-9][0-9]{0,2}m|[1-9]h|1[0-2]h)\s*)?$`)
}

func keepValue() valueDoc {
	return patterned("none, draft, or days or years like 90d or 1y", `^(none|draft|0*[1-9][0-9]{0,6}[dy])$`)
}

// condValue is an expression. Its own language is for rewoo check.
func condValue(says string) valueDoc {
	return valueDoc{says: says, schema: schemaNode{"type": []any{"string", "integer"}, "pattern": `\S`, "maxLength": maxCondChars}}
}

func truth() valueDoc {
	return valueDoc{says: "`true` or `false`", schema: schemaNode{"type": "boolean"}}
}

// listOf is a list of values, with bounds on how many; most of 0 is no bound.
func listOf(says string, of schemaNode, least, most int, unique bool) valueDoc {
	s := schemaNode{"type": "array", "items": of}
	if least > 0 {
		s["minItems"] = least
	}
	if most > 0 {
		s["maxItems"] = most
	}
	if unique {
		s["uniqueItems"] = true
	}
	return valueDoc{says: says, schema: s}
}

// mapOf is a mapping whose keys the author chooses.
func mapOf(says string, keys, of schemaNode, least, most int) valueDoc {
	s := schemaNode{"type": "object", "additionalProperties": of}
	if keys != nil {
		s["propertyNames"] = keys
	}
	if least > 0 {
		s["minProperties"] = least
	}
	if most > 0 {
		s["maxProperties"] = most
	}
	return valueDoc{says: says, schema: s}
}

// optionNames are the ids of options and of ready sentences.
func optionNames() schemaNode {
	return schemaNode{"pattern": optionPattern.String(), "maxLength": maxNameChars, "not": schemaNode{"const": "skip"},
		"patternErrorMessage": "a name has small letters, digits and _"}
}

// valuesOf is a mapping of names to expressions.
func valuesOf(says string) valueDoc {
	return mapOf(says, nil, condValue("").schema, 1, 0)
}

// either is one of several.
func either(says string, vs ...valueDoc) valueDoc {
	var all []any
	for _, v := range vs {
		all = append(all, v.schema)
	}
	return valueDoc{says: says, schema: schemaNode{"anyOf": all}}
}

// aBlock is a mapping with keys of its own.
func aBlock(name, says string) valueDoc {
	return valueDoc{says: says, schema: refTo(name), block: name}
}

func refTo(name string) schemaNode { return schemaNode{"$ref": "#/$defs/" + name} }

// outcomes is a go that names a step for each result.
func outcomes(names []string) valueDoc {
	props := schemaNode{}
	for _, n := range names {
		props[n] = schemaNode{"type": "string", "minLength": 1, "description": "The step to go to then."}
	}
	return valueDoc{says: "a step for each of " + listed(names), schema: schemaNode{"type": "object", "properties": props, "required": anys(names), "additionalProperties": false,
		"errorMessage": "name a step for each of " + listed(names)}}
}

func anys[T any](all []T) []any {
	out := make([]any, len(all))
	for i, x := range all {
		out[i] = x
	}
	return out
}
