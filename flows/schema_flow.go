package flows

import "fmt"

// flowBlocks describe a file that holds a conversation.
func flowBlocks() []blockDoc {
	return []blockDoc{
		{name: "flow", title: "A flow", says: "A file beside the folders holds one conversation.",
			keys: []keyDoc{
				must("flow", aName("a name"), "The name of this conversation. Other flows run it by this name.", "evening"),
				must("version", numberValue(1, 1_000_000), "The version of its shape. It goes up when steps, targets, types or times change, and stays when only words do.", "1"),
				must("title", textValue(maxLabelChars), "What menus and messages call it.", `"Evening"`),
				key("who", oneOfWords("one", "both"), "Whether one person takes it, or both the same steps, each in their own chat. Without it, one.", "both"),
				key("about", aName("a kind of record"), "The kind of record that this flow is about. It begins with one in hand, as from a reminder.", "promise"),
				key("start", aBlock("start", "a mapping"), "What starts it. Without it, only another flow does.", "{ command: evening }"),
				key("knock", textValue(maxTextChars), "What a push says before the first question. It is neutral: somebody may look over a shoulder.", `"Your check-in is ready."`),
				key("expires", aBlock("expires", "a mapping"), "How long after its beginning it is over, whatever happens.", "{ after: 20h }"),
				key("migrate", aBlock("migrate", "a mapping"), "How conversations that are under way in an older version go on in this one.", "{ from: 1, steps: { old: new } }"),
				key("answers", nullable(mapOf("a mapping of names to answers", refTo("name"), refTo("answer"), 0, 0)), "The answers that this flow asks for or is given, each with its type.", "{ pulse: { type: scale, from: 1, to: 5 } }"),
				must("steps", mapOf("a mapping of names to steps", refTo("name"), refTo("step"), 1, maxFlowSteps), "The steps, in reading order. The first one begins.", `{ hello: { say: "Hello.", end: done } }`),
			},
			rules: []ruleDoc{{"A flow that comes by the clock or with a card needs a `knock`.", schemaNode{
				"if": schemaNode{"properties": schemaNode{"start": schemaNode{"type": "object", "anyOf": []any{
					needs("schedule"), schemaNode{"properties": schemaNode{"on": schemaNode{"const": "card"}}, "required": []any{"on"}}}}}, "required": []any{"start"}},
				"then": needs("knock")}}},
			example: "tender.yaml"},
		{name: "start", title: "What starts a flow", says: "Under `start:`, one way or several.",
			keys: []keyDoc{
				key("schedule", naming("five fields of cron, or a fact of type time"), "When it comes by itself: five fields of cron, or a time that the person or the couple set.", `"0 18 * * 0"`),
				key("days", either("days of the week, or a fact that holds one", patterned("a fact, like couple.meet_day", "^"+factPattern+"$"), oneOfWords(weekdays...),
					listOf("a list of days", schemaNode{"enum": anys(weekdays)}, 1, 7, true)), "On which days, where the schedule is a time that somebody set. Without it, every day.", "[sun, wed]"),
				key("clock", oneOfWords("couple"), "Goes by the couple's clock, so that it comes to both at once.", "couple"),
				key("command", patterned("a word of small letters, digits and _, without the slash", commandPattern.String()), "The command that starts it.", "evening"),
				key("on", oneOfWords("welcome", "card"), "The event that starts it: somebody's first message, or something shared that arrives.", "card"),
				key("when", condValue("a condition"), "When the schedule holds. Otherwise nothing comes that day.", `"person.tender == 'no'"`),
			},
			rules: append([]ruleDoc{{"It has at least one of them.", schemaNode{"minProperties": 1}}}, startRules()...),
		},
		{name: "expires", title: "When a flow is over", says: "Under `expires:`.", keys: []keyDoc{
			must("after", spanValue(), "How long after its beginning. Every wait in it has to fit.", "20h"),
		}},
		{name: "migrate", title: "From an older version", says: "Under `migrate:`. Steps and answers of the same name need no line.", keys: []keyDoc{
			must("from", numberValue(1, 1_000_000), "The version that conversations under way come from.", "1"),
			key("steps", renames("a mapping of old steps to new ones"), "Where a step that is gone goes on.", "{ old: new }"),
			key("answers", renames("a mapping of old answers to new ones"), "Under which name an answer goes on.", "{ feeling: pulse }"),
		}},
	}
}

func renames(says string) valueDoc {
	return mapOf(says, nil, schemaNode{"type": scalars, "minLength": 1}, 1, 0)
}

// nullable allows nothing to stand there yet.
func nullable(v valueDoc) valueDoc {
	v.schema["type"] = []any{v.schema["type"], "null"}
	return v
}

func startRules() []ruleDoc {
	fact := schemaNode{"properties": schemaNode{"schedule": schemaNode{"pattern": "^" + factPattern + "$"}}}
	foreign := schemaNode{"properties": schemaNode{"schedule": schemaNode{"not": schemaNode{"pattern": `^person\.`}}}}
	return []ruleDoc{
		{"`days`, `clock` and `when` need a `schedule`.", when("days", needs("schedule"))},
		{"", when("clock", needs("schedule"))},
		{"", when("when", needs("schedule"))},
		{"`days` go with a fact: five fields say their days themselves.", when("days", fact)},
		{"`clock: couple` goes with five fields: a person's own time goes by their own clock.", when("clock", foreign)},
	}
}

// answerBlocks describe what is answered.
func answerBlocks() []blockDoc {
	b := blockDoc{name: "answer", title: "An answer", says: "Under `answers:`, by name. Steps ask for it by that name, and it is `me.name` from then on.",
		keys: append(typedKeys(), []keyDoc{
			key("ready", readyValue(), "What can be tapped where no words can be written.", `{ tea: "A cup of tea" }`),
			key("optional", truth(), "A note for whoever reads the file: leaving it out is quite usual. Every question can be skipped.", "true"),
			key("list", nameOf("a list"), "The list that its question or its items are drawn from.", "daily_bank"),
			key("partner_sees", oneOfWords(SeesNever, SeesOnShare, SeesTogether), "Who may come to see it: nobody, the partner after a tap on Share, or both at once. Without it, nobody.", "on_share"),
			key("keep", keepValue(), "How long it is kept. none: until the conversation is over. draft: 14 days. Without it, none.", "90d"),
		}...), by: "type", example: "checkin.yaml answers.line"}
	types := []Type{Scale, OneOf, Multi, YesNo, Text, Time, Zone, Number, Date, FromList, ItemOf}
	b.typed(types, func(t Type) []string {
		if t == FromList {
			return nil
		}
		return []string{"optional", "partner_sees", "keep"}
	})
	ready := blockDoc{name: "ready", title: "A ready sentence", says: "Under `ready:`, by name: a label that is the sentence, or a label and a longer text.", keys: []keyDoc{
		must("label", labelled(), "The text of the button.", `"A walk"`),
		must("text", textValue(maxText), "The sentence that counts as written.", `"A walk by the river would be good."`),
	}}
	return []blockDoc{b, ready}
}

// typedKeys are those that belong to the type of an answer, a fact, a field or a question.
func typedKeys() []keyDoc {
	ends := map[string]valueDoc{string(Scale): numberValue(0, 100), string(Number): numberValue(-maxNumber, maxNumber), string(Span): spanValue()}
	return []keyDoc{
		{key: "type", must: true, says: "What kind of answer it is.", example: "scale"},
		{key: "from", says: "The lowest number, or the shortest time.", example: "1", by: ends},
		{key: "to", says: "The highest number, or the longest time.", example: "5", by: ends},
		{key: "options", value: optionsValue(), says: "What can be chosen: names with their labels, or labels alone.", example: `{ rest: "Rest", company: "Company" }`},
		{key: "max", says: "The most characters of a text, or the most options that can be chosen.", example: "240",
			by: map[string]valueDoc{string(Text): numberValue(1, maxText), string(Multi): numberValue(1, maxOptions)}},
	}
}

func optionsValue() valueDoc {
	label := labelled()
	return either("names with labels, or a list of labels; 2 to 25", mapOf("", optionNames(), label.schema, 2, maxOptions),
		listOf("", label.schema, 2, maxOptions, true))
}

func readyValue() valueDoc {
	return mapOf("1 to 25 names, each with a label or with label and text", optionNames(), either("", labelled(), aBlock("ready", "")).schema, 1, maxOptions)
}

// typeNeeds are the keys that a type cannot be without.
var typeNeeds = map[Type][]string{Scale: {"from", "to"}, Number: {"from", "to"}, Span: {"from", "to"}, OneOf: {"options"}, Multi: {"options"},
	FromList: {"list"}, ItemOf: {"list"}}

// typeSays is what somebody answers, or what a fact holds, by type.
var typeSays = map[Type]string{
	Scale:    fmt.Sprintf("A number on a short scale, shown as buttons. `from` is at least 0, and there are 2 to %d points.", maxScale),
	OneOf:    fmt.Sprintf("One of 2 to %d options, shown as buttons.", maxOptions),
	Multi:    fmt.Sprintf("Several of 2 to %d options: at most `max`, and %d without it.", maxOptions, maxMulti),
	YesNo:    "Yes or no. Conditions compare it with 'yes' and 'no'.",
	Text:     fmt.Sprintf("Words of one's own: at most `max` characters, and %d without it.", maxText),
	Time:     "A time of day, like 21:30.",
	Zone:     "A time zone, found by the name of a city.",
	Number:   fmt.Sprintf("A whole number that is typed, from -%d to %d.", maxNumber, maxNumber),
	Date:     fmt.Sprintf("A date, like 2026-12-24, in the years %d to %d.", firstYear, lastYear),
	Span:     "A length of time, like 48h. Only facts have it, and they need a `default`.",
	FromList: "Whatever the question that was drawn asks for. Everything else comes with that question.",
	ItemOf:   "One of several lines that a draw with `count` offers.",
}

// typed gives a block a variant for each type. Which keys a type has is the parser's table.
func (b *blockDoc) typed(types []Type, more func(Type) []string) {
	b.by = "type"
	var names []string
	for _, t := range types {
		names = append(names, string(t))
		b.variants = append(b.variants, variantDoc{value: string(t), takes: append(append([]string{"type"}, declKeys[t]...), more(t)...), must: typeNeeds[t]})
	}
	v := oneOfWords(names...)
	var says []any
	for _, t := range types {
		says = append(says, unmarked(typeSays[t]))
	}
	v.schema["enumDescriptions"] = says // some editors show them beside the names
	b.find("type").value = v
}
