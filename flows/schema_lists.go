package flows

import "slices"

// listBlocks describe the files of the folder lists.
func listBlocks() []blockDoc {
	kinds := []struct{ kind, item string }{{"questions", "question"}, {"lines", "line"}, {"phrases", "phrase"}}
	list := blockDoc{name: "list", title: "A list", says: "A file of the folder `lists` holds something to draw from, or phrases to look for.", keys: []keyDoc{
		must("list", aName("a name"), "The name of this list.", "daily_bank"),
		must("kind", oneOfWords("questions", "lines", "phrases"), "What it holds: questions with their types, lines to say, or phrases to look for.", "lines"),
		key("pick", aBlock("pick", "a mapping"), "How items are chosen. Phrases have none.", "{ not_within: 5d, order: least_recently_used }"),
		must("items", valueDoc{says: "a mapping of names to items", schema: schemaNode{"type": "object", "minProperties": 1, "maxProperties": maxListItems,
			"propertyNames": schemaNode{"pattern": itemPattern.String(), "maxLength": maxNameChars}}}, "The items, each under its name.", `{ CL-1: { text: "One word for today?" } }`),
	}, example: "lists/closing_lines.yaml"}
	for _, k := range kinds {
		then := schemaNode{"properties": schemaNode{"items": schemaNode{"additionalProperties": refTo(k.item)}}}
		if k.kind == "phrases" {
			then["properties"].(schemaNode)["pick"] = false
		}
		list.rules = append(list.rules, ruleDoc{"", whenIs("kind", k.kind, then)})
	}
	own := either("a value, or a list of values", valueDoc{schema: schemaNode{"type": scalars, "minLength": 1}},
		listOf("", schemaNode{"type": scalars, "minLength": 1}, 0, 0, true))
	line := blockDoc{name: "line", title: "A line", says: "In a list of kind `lines`. It can have fields of its own, which `where` reads as `item.x`.", fields: &own, keys: []keyDoc{
		must("text", textValue(maxTextChars), "What it says.", `"One word for today?"`),
		key("ready", readyValue(), "What can be tapped in answer to it where no words can be written.", `{ quiet: "Quiet" }`),
	}, rules: []ruleDoc{{"", schemaNode{"propertyNames": refTo("name")}}, {"", barsMappings(itemKeys, lineKeys)}}, example: "lists/closing_lines.yaml items.CL-1"}
	return []blockDoc{list, pickBlock(), questionBlock(own), line, phraseBlock()}
}

// barsMappings refuses lists and mappings behind keys of items of another kind.
func barsMappings(keys, but []string) schemaNode {
	props := schemaNode{}
	for _, k := range keys {
		if !slices.Contains(but, k) {
			props[k] = schemaNode{"type": scalars}
		}
	}
	return schemaNode{"properties": props}
}

func pickBlock() blockDoc {
	return blockDoc{name: "pick", title: "How items are chosen", says: "Under `pick:` of a list.", keys: []keyDoc{
		key("where", condValue("a condition about item.x"), "Which items fit the person.", `"item.phase in [person.phase, 'any']"`),
		key("both", condValue("a condition about item.x"), "Which items fit both, for a draw that is the same for the couple.", `"item.role == 'any'"`),
		key("not_within", spanValue(), "For how long the same item does not come again.", "5d"),
		key("order", oneOfWords("least_recently_used"), "What was drawn longest ago comes first.", "least_recently_used"),
	}}
}

// questionBlock is an item that asks. Beside its own keys it has fields, so what does not belong to its type is barred by name.
func questionBlock(own valueDoc) blockDoc {
	b := blockDoc{name: "question", title: "A question", says: "In a list of kind `questions`. It brings its type, and can have fields of its own, which `where` reads as `item.x`.", fields: &own,
		keys: append(append([]keyDoc{must("ask", textValue(maxTextChars), "The question.", `"What helped?"`)}, typedKeys()...), []keyDoc{
			key("buttons", mapOf("options with labels", nil, labelled().schema, 1, 0), "Labels. They can stand for options, and for the ends of a scale.", `{ 1: "Not safe", 2: "A little", 3: "Safe" }`),
			key("also", alsoValue(), "Further words that mean an option.", `{ 3: ["ok"] }`),
			key("ready", readyValue(), "What can be tapped where no words can be written.", `{ rest: "Rest" }`),
			key("optional", truth(), "A note for whoever reads the file: leaving it out is quite usual. Every question can be skipped.", "true"),
			key("partner_sees", oneOfWords(SeesNever, SeesOnShare, SeesTogether), "Who may come to see the answer. Without it, nobody.", "on_share"),
			key("keep", keepValue(), "How long the answer is kept. Without it, until the conversation is over.", "90d"),
			key("then", followValue(), "Conversations that follow some options, where the step says follow: once.", "{ 1: low_safety }"),
		}...), rules: []ruleDoc{{"", schemaNode{"propertyNames": refTo("name")}}}, example: "lists/daily_bank.yaml items.SA-H1"}
	b.typed([]Type{Scale, OneOf, Multi, YesNo, Text, Time, Zone, Number, Date}, func(t Type) []string {
		more := []string{"ask", "optional", "partner_sees", "keep"}
		if t != Text && t != Zone && t != Date {
			more = append(more, "buttons", "also", "then")
		}
		return more
	})
	for i := range b.variants {
		if t := Type(b.variants[i].value); t == Scale || t == OneOf || t == Multi {
			b.variants[i].otherwise = "buttons"
		}
	}
	return b
}

func phraseBlock() blockDoc {
	phrases := func(says string) valueDoc { return phraseList(says) }
	return blockDoc{name: "phrase", title: "Phrases", says: "In a list of kind `phrases`. Capitals, accents and signs make no difference; `a|b` is either word, `*` any one word.", keys: []keyDoc{
		key("tier", oneOfWords(phraseTiers...), "In the list danger: what the words may mean. The list is for crisis words, and comes before everything else.", "self"),
		must("lang", oneOfWords(phraseLangs...), "The language that they are in.", "en"),
		must("any", phrases("a list of phrases"), "The phrases.", `["yes but"]`),
		key("unless", phrases("a list of phrases"), "Longer phrases in which they do not count.", `["yes but also"]`),
		key("say", textValue(maxTextChars), "What is said when one is found, as it stands.", `"You could stop before that word."`),
	}, rules: []ruleDoc{{"Without `say` it needs a `tier`.", schemaNode{"if": schemaNode{"not": needs("say")}, "then": needs("tier")}}}, example: "lists/softeners.yaml items.but"}
}

func phraseList(says string) valueDoc {
	return listOf(says, textValue(maxPhraseChars).schema, 1, maxPhrases, false)
}

// recordBlocks describe the files of the folder records.
func recordBlocks() []blockDoc {
	record := blockDoc{name: "record", title: "A kind of record", says: "A file of the folder `records` declares things that last, such as a promise.", keys: []keyDoc{
		must("record", aName("a name"), "The name of this kind.", "promise"),
		must("fields", mapOf("a mapping of names to fields", nameSchema(stateField, sinceField), refTo("field"), 1, maxFields), "What each of them holds.", "{ what: { type: text, max: 240 } }"),
		key("states", stateList(), "The states that it can be in. The first is where it begins.", "[open, kept]"),
		key("belongs", oneOfWords(belongsPerson, belongsCouple), "Whose it is: one person's, or both's once both agreed. Without it, one person's.", "couple"),
		key("partner_sees", oneOfWords(SeesNever, SeesOnShare), "Who may come to see it. Without it, nobody.", "on_share"),
		key("most", numberValue(1, mostRecords), "How many of them there can be. Without it, 50.", "60"),
		key("remind", aBlock("record_remind", "a mapping"), "When its flow comes by itself.", "{ at: due, run: promise_followup }"),
		key("keep", patterned("draft, or days or years like 90d or 1y", `^(draft|0*[1-9][0-9]{0,6}[dy])$`), "How long it is kept after its last change.", "1y"),
	}, example: "records/promise.yaml"}
	field := blockDoc{name: "field", title: "A field of a record", says: "Under `fields:`, by name. Texts read it as `{record.name}`.", keys: typedKeys(), example: "records/promise.yaml fields.due"}
	field.typed(fieldTypes, func(Type) []string { return nil })
	remind := blockDoc{name: "record_remind", title: "A reminder of a record", says: "Under `remind:` of a kind of record.", keys: []keyDoc{
		key("on", nameOf("a field of type date"), "The day on which it comes.", "day"),
		key("at", nameOf("a field of type time"), "The time at which it comes.", "due"),
		key("before", spanValue(), "How long before.", "3d"),
		key("every", oneOfWords(remindsYearly), "Every year again.", "year"),
		key("while", stateList(), "In which states it comes. Without it, in the first.", "[open]"),
		must("run", nameOf("a flow"), "The flow that comes, with the record in hand.", "promise_followup"),
	}, rules: []ruleDoc{{"It has `on`, `at` or both.", schemaNode{"anyOf": having([]string{"on", "at"})}}, {"`every` needs `on`.", when("every", needs("on"))}},
		example: "records/promise.yaml remind"}
	return []blockDoc{record, field, remind}
}

func stateList() valueDoc { return listOf("1 to 12 names", refTo("name"), 1, maxStates, true) }
