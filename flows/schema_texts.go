package flows

import "strings"

// factBlocks describe person.yaml and couple.yaml.
func factBlocks() []blockDoc {
	facts := func(says string) valueDoc { return mapOf(says, refTo("name"), refTo("fact"), 0, 0) }
	fact := blockDoc{name: "fact", title: "A fact", says: "In `person.yaml` or `couple.yaml`, by name. Texts and conditions read it as `person.name` or `couple.name`.",
		keys: append(typedKeys(), defaultKey(),
			key("derived", oneOfWords(keysOf(derived)...), "The function that computes it. Nobody can set it.", "paired"),
			key("reads", listOf("a list of names", labelled().schema, 0, 0, false), "What that function goes by.", "[person.zone]")),
		rules: []ruleDoc{
			{"A fact that is computed has no `default`, and only it has `reads`.", when("derived", bars("default"))}, {"", when("reads", needs("derived"))},
			{"A duration needs a `default`.", schemaNode{"if": schemaNode{"properties": schemaNode{"type": schemaNode{"const": string(Span)}}, "required": []any{"type"},
				"not": needs("derived")}, "then": needs("default")}},
		}, example: "couple.yaml couple.reveal_hour"}
	fact.typed([]Type{Scale, OneOf, Multi, YesNo, Text, Time, Zone, Number, Date, Span}, func(Type) []string { return []string{"default", "derived", "reads"} })
	for _, name := range keysOf(derived) {
		fact.rules = append(fact.rules, ruleDoc{"", whenIs("derived", name, schemaNode{"properties": schemaNode{"type": schemaNode{"const": string(derived[name].gives)}}})})
	}
	return []blockDoc{
		{name: "person_file", title: "person.yaml", says: "Lasting facts about one person. Nobody else's flow reads them.", keys: []keyDoc{
			must("person", facts("a mapping of names to facts"), "The facts.", `{ name: { type: text, max: 40, default: "" } }`)}},
		{name: "couple_file", title: "couple.yaml", says: "Lasting facts that both may read. They change only by what both agree to.", keys: []keyDoc{
			must("couple", facts("a mapping of names to facts"), "The facts.", `{ reveal_hour: { type: time, default: "20:30" } }`)}},
		fact,
	}
}

func defaultKey() keyDoc {
	any := valueDoc{says: "a value of its type", schema: schemaNode{"type": scalars}}
	return keyDoc{key: "default", value: any, says: "What it is until somebody sets it.", example: `"20:30"`, by: map[string]valueDoc{
		string(Time): clockValue(), string(Number): describe(numberValue(-maxNumber, maxNumber), "a whole number"), string(Span): spanValue(),
		string(Date): patterned(`a date, like "2026-12-24"`, dateFormPattern), string(YesNo): oneOfWords("yes", "no")}}
}

// textBlocks describe the files about words: what rewoo says itself, how it is translated, and what it does not say.
func textBlocks() []blockDoc {
	command := listOf("", schemaNode{"type": scalars, "pattern": `^[^ \n]{1,60}$`}, 1, 0, false)
	globals := blockDoc{name: "globals", title: "Words that work everywhere", says: "Under `globals:`: for each of the actions the words that mean it."}
	does := map[string]string{"help": "Says what can be done now.", "skip": "Skips the question.", "back": "Asks the question before once more.", "leave": "Ends the conversation.",
		"stop": "Nothing comes until /start.", "privacy": "Says what is stored and who sees what.", "start": "Begins, or begins again after a stop.", "cards": "Shows what was shared."}
	for _, action := range globalActions {
		globals.keys = append(globals.keys, key(action, describe(command, "a list of words"), does[action], "[/"+action+"]"))
	}
	return []blockDoc{
		{name: "words", title: "words.yaml", says: "What rewoo says besides the flows. A folder with a words.yaml of its own is a library of its own.", keys: []keyDoc{
			must("globals", aBlock("globals", "a mapping"), "The words that work everywhere.", "{ help: [/help], skip: [/skip] }"),
			must("texts", wordTexts(), "rewoo's own sentences, under the names that are listed below.", `{ label_skip: "Skip" }`),
			key("months", monthsValue(), "The names of the months. The first of each is shown, all are understood.", ""),
		}},
		globals,
		{name: "translation", title: "A translation", says: "A file of the folder `i18n`, called after its language. `rewoo check --translate de` prints what it lacks.", keys: []keyDoc{
			must("language", naming("the tag of a language, like de or pt-BR"), "The language. The file is called after it.", "de"),
			must("covers", listOf("a list of flows", schemaNode{"type": scalars, "minLength": 1}, 0, 0, false), "The flows that are complete in it.", "[welcome]"),
			key("globals", aBlock("globals", "a mapping"), "Further words that work everywhere.", "{ help: [/hilfe] }"),
			key("months", monthsValue(), "The names of the months in this language.", ""),
			key("words", treeValue("entries by name"), "rewoo's own sentences.", `{ label_skip: { of: "28d035", say: "Überspringen" } }`),
			key("facts", treeValue("facts, each with entries"), "Labels of facts.", `{ person.role: { hurt: { of: "77f0aa", say: "…" } } }`),
			key("flows", treeValue("flows, each with entries"), "Titles, labels and the texts of steps.", `{ welcome: { title: { of: "0a1b2c", say: "Erste Schritte" } } }`),
			key("lists", treeValue("lists, each with items and entries"), "Items of lists.", `{ closing_lines: { CL-1: { text: { of: "4e5f60", say: "…" } } } }`),
			key("records", treeValue("kinds of records, each with entries"), "Labels of fields and states.", ""),
		}},
		{name: "entry", title: "An entry of a translation", says: "One text in another language.", keys: []keyDoc{
			must("of", valueDoc{says: "six signs that say which text it was made from", schema: schemaNode{"type": scalars}}, "Which text it was made from. If that changes, the entry is stale.", `"28d035"`),
			must("say", untranslated(), "The text in this language. What is empty counts as not translated yet.", `"Überspringen"`),
			key("also", listOf("a list of words", labelled().schema, 0, 0, false), "Further words that mean an option.", `["ja"]`),
		}},
		{name: "wording", title: "wording.yaml", says: "What texts do not say, why, and what they could say instead.", keys: []keyDoc{
			must("texts", wordingValue(), "What no text says, by language.", ""),
			must("knocks", wordingValue(), "What can be read on a locked screen does not say, by language.", ""),
			key("signs", listOf("a list of rules", refTo("sign_rule"), 1, 0, false), "Signs rather than words, in every language.", ""),
		}},
		wordingRuleBlock("wording_rule", "A rule of wording", phraseList("a list of phrases")),
		wordingRuleBlock("sign_rule", "A rule about signs", listOf("a list of signs", labelled().schema, 0, 0, false)),
		{name: "exception", title: "lint.yaml", says: "A list of exceptions: a phrase that one place may use after all.", keys: []keyDoc{
			must("code", oneOfWords("F21"), "The check that it is an exception to.", "F21"),
			must("scope", naming("a place, like flow.step, list.item or words.key"), "The place.", `"welcome.hello"`),
			must("phrase", textValue(maxPhraseChars), "The phrase, as the finding names it.", `"more than three sentences"`),
			must("reason", textValue(maxPhraseChars), "Why it is right there.", `"fixed text: what this is, before anything is asked"`),
		}},
		{name: "zone", title: "zones.yaml", says: "A list of places whose clock somebody may name.", keys: []keyDoc{
			must("zone", naming("the name of a time zone"), "The zone.", "Europe/Berlin"),
			must("country", textValue(maxLabelChars), "The country that it is in.", `"Germany"`),
			key("names", listOf("a list of places", labelled().schema, 0, 0, false), "Other places with the same clock, and other spellings.", `["Munich", "München"]`),
		}},
	}
}

func wordingRuleBlock(name, title string, any valueDoc) blockDoc {
	return blockDoc{name: name, title: title, says: "In the lists of wording.yaml.", keys: []keyDoc{
		must("any", any, "What is not said.", `["by now"]`),
		key("unless", phraseList("a list of phrases"), "Longer phrases in which it is fine.", `["by now or later"]`),
		must("why", textValue(maxLabelChars), "Why not.", `"it sets somebody a time"`),
		must("instead", textValue(maxPhraseChars), "What it could say instead.", `"leave it out"`),
	}}
}

// wordingValue is rules for each language.
func wordingValue() valueDoc {
	props := schemaNode{}
	for _, lang := range phraseLangs {
		props[lang] = schemaNode{"type": "array", "minItems": 1, "items": refTo("wording_rule")}
	}
	return valueDoc{says: "languages, each with a list of rules", schema: schemaNode{"type": "object", "properties": props, "additionalProperties": false}}
}

// wordTexts are rewoo's own sentences. An editor offers their names; one that is not among them is F02.
func wordTexts() valueDoc {
	v := mapOf("a mapping of names to texts", refTo("name"), textValue(maxTextChars).schema, 0, 0)
	props := schemaNode{}
	for name, holes := range RequiredTexts {
		text := textValue(maxTextChars).schema
		text["description"] = "A sentence of rewoo's own, without holes."
		if len(holes) > 0 {
			text["description"] = "A sentence of rewoo's own. It can have {" + strings.Join(holes, "} and {") + "}."
		}
		props[name] = text
	}
	v.schema["properties"] = props
	return v
}

func monthsValue() valueDoc {
	return listOf("twelve lists of names", listOf("", labelled().schema, 1, 0, false).schema, 12, 12, false)
}

// untranslated is a text that may still be empty.
func untranslated() valueDoc {
	v := textValue(maxTextChars)
	delete(v.schema, "pattern")
	delete(v.schema, "patternErrorMessage")
	return v
}

// treeValue is a section of a translation: entries, or mappings that lead to some.
func treeValue(says string) valueDoc {
	return valueDoc{says: says, schema: schemaNode{"type": "object", "additionalProperties": refTo("tree_1")}}
}

// treeSchema is what can stand at a depth of a section. What says something is an entry; at the deepest nothing else can be.
func treeSchema(depth int) schemaNode {
	deeper := schemaNode{"type": "object", "maxProperties": 0}
	if depth < 3 {
		deeper = schemaNode{"type": "object", "additionalProperties": refTo("tree_" + itoa(depth+1))}
	}
	says := schemaNode{"properties": schemaNode{"say": schemaNode{"type": scalars}}, "required": []any{"say"}}
	return schemaNode{"if": schemaNode{"type": "object", "anyOf": []any{needs("of"), says}}, "then": refTo("entry"), "else": deeper}
}

// stampBlocks describe versions.yaml, which rewoo check --stamp writes.
func stampBlocks() []blockDoc {
	plain := listOf("a list of words", schemaNode{"type": scalars}, 0, 0, false)
	text := func(says string) valueDoc { return valueDoc{says: says, schema: schemaNode{"type": scalars}} }
	number := describe(numberValue(-maxCondNumber, maxCondNumber), "a whole number")
	return []blockDoc{
		{name: "versions", title: "versions.yaml", says: "Which shape each version of a flow has. `rewoo check --stamp` writes it; nobody else does.", keys: []keyDoc{
			key("stamps", nullable(mapOf("a mapping of flows to lists of stamps", nil, schemaNode{"type": "array", "items": refTo("stamp")}, 0, 0)), "The stamps of each flow.", "")}},
		{name: "stamp", title: "A stamp", says: "One version of a flow, in outline.", keys: []keyDoc{
			must("version", numberValue(1, 1_000_000), "The version.", ""), must("shape", text("sixteen signs"), "The hash of its shape.", ""),
			key("answers", mapOf("a mapping of names to outlines", nil, refTo("stamp_answer"), 0, 0), "Its answers.", ""),
			key("draws", mapOf("a mapping of names to lists", nil, schemaNode{"type": scalars}, 0, 0), "What it draws from.", ""),
			must("steps", mapOf("a mapping of names to outlines", nil, refTo("stamp_step"), 0, 0), "Its steps.", "")}},
		{name: "stamp_step", title: "A step in outline", says: "In a stamp.", keys: []keyDoc{
			key("kind", text("a kind of step"), "What it does.", ""), key("of", text("a name"), "What it is about.", ""), key("knows", plain, "What is known there on all ways.", "")}},
		{name: "stamp_answer", title: "An answer in outline", says: "In a stamp.", keys: []keyDoc{
			key("type", text("a type"), "Its type.", ""), key("from", number, "Its lowest number.", ""), key("to", number, "Its highest number.", ""), key("max", number, "Its most.", ""),
			key("least", spanValue(), "Its shortest time.", ""), key("most", spanValue(), "Its longest time.", ""), key("options", plain, "Its options.", ""),
			key("list", text("a list"), "Its list.", ""), key("partner_sees", text("a word"), "Who may come to see it.", ""), key("keep", spanValue(), "How long it is kept.", "")}},
	}
}
