package flows

import "slices"

// stepSchema is any step. Its kind is the one key that names it, and decides what else it can hold.
func stepSchema() schemaNode {
	props, all := schemaNode{}, []any{}
	for _, b := range stepBlocks() {
		kind := b.keys[0]
		props[kind.key] = schemaNode{"description": kind.hover(kind.value)}
		var others []string
		for _, k := range stepKinds {
			if k != StepKind(kind.key) && slices.Contains(stepKeys[k], kind.key) {
				others = append(others, string(k)) // say, show and list can end, and are no end
			}
		}
		cond := schemaNode{"required": []any{kind.key}}
		if len(others) > 0 {
			cond["not"] = schemaNode{"anyOf": having(others)}
		}
		all = append(all, schemaNode{"if": cond, "then": refTo(b.name)})
	}
	return schemaNode{"type": "object", "properties": props, "anyOf": having(kindNames()), "allOf": all,
		"description": "A step does one thing. The key that comes first says which."}
}

// stepBlocks describe the kinds of steps.
func stepBlocks() []blockDoc {
	out := slices.Concat(askingSteps(), sayingSteps(), recordSteps(), doorSteps(), joiningSteps())
	for i := range out {
		out[i].title, out[i].name = out[i].keys[0].key, "step_"+out[i].keys[0].key
	}
	return out
}

// What several kinds of steps have.
var (
	aStep = func() valueDoc { return nameOf("a step") }

	goKey    = func() keyDoc { return must("go", aStep(), "The step that comes next.", "done") }
	maybeGo  = func() keyDoc { return key("go", aStep(), "The step that comes next.", "done") }
	maybeEnd = func() keyDoc {
		return key("end", aName("a result"), "In place of go: the conversation is over, with this result.", "done")
	}
	goOrMap = func(says string) keyDoc {
		return must("go", either("a step, or a step for each "+says, aStep(), mapOf("", nil, schemaNode{"type": "string", "minLength": 1}, 1, 0)),
			"The step that comes next, or one for each "+says+".", "done")
	}
	textKey = func(says string) keyDoc {
		return must("text", textValue(maxTextChars), says, "")
	}
	skipKey = func() keyDoc {
		return key("skip", aStep(), "Where the button Skip leads. Every question has one.", "done")
	}
	noneKey  = func(says string) keyDoc { return must("none", aStep(), says, "done") }
	wrongKey = func() keyDoc {
		return key("wrong", textValue(maxTextChars), "What is said when an answer does not fit. Without it, rewoo's own words.", `"A number from 1 to 5, please."`)
	}
	timeKey = func() keyDoc {
		return key("timeout", aBlock("timeout", "a mapping"), "How long it waits, and where it goes then without a word.", "{ after: 2h, go: closed }")
	}
	exitsKey = func() keyDoc {
		return key("exits", mapOf("names, each with label and go", refTo("name"), refTo("exit"), 1, 0), "Further buttons, which answer nothing and lead elsewhere.", `{ enough: { label: "Enough for today", go: done } }`)
	}
	buttonKey = func() keyDoc {
		return key("buttons", mapOf("options with labels", nil, labelled().schema, 1, 0), "Labels for the options of the answer, where they read better here.", `{ yes: "Yes, please" }`)
	}
	whereKey = func() keyDoc {
		return key("where", condValue("a condition about record.x"), "Which records count.", `"record.state == 'open'"`)
	}
	visitKeys = func() []keyDoc {
		return []keyDoc{
			key("visits", numberValue(1, maxVisits), "How often this step may be entered in one conversation. It bounds a circle.", "3"),
			key("too_often", aStep(), "Where to go instead, once it was entered that often.", "done"),
		}
	}
)

// visitRules: one without the other says nothing.
func visitRules() []ruleDoc {
	return []ruleDoc{{"`visits` and `too_often` go together.", when("visits", needs("too_often"))}, {"", when("too_often", needs("visits"))}}
}

func askingSteps() []blockDoc {
	return []blockDoc{
		{says: "Asks, and waits for an answer. A valid one becomes `me.name`. Unless its question is drawn from a list it needs a `text`, and always a `skip` and a `timeout`.",
			keys: slices.Concat([]keyDoc{
				must("ask", nameOf("an answer"), "The answer that this step asks for.", "pulse"),
				key("text", textValue(maxTextChars), "The question. A drawn question brings its own.", `"How is the ground under you today?"`),
				wrongKey(), buttonKey(),
				key("also", alsoValue(), "Further words that mean an option, besides its label.", `{ 3: ["so-so", "ok"] }`),
				key("ready", either("names with sentences, or a drawn line that has some", patterned("a name", "^"+plainName+"$"), readyValue()), "What can be tapped where no words can be written.", `{ tea: "A cup of tea" }`),
				exitsKey(),
				key("remind", aBlock("remind", "a mapping"), "One reminder while the question is open.", `{ after: 45m, text: "Your check-in is open if it suits you." }`),
				timeKey(), skipKey(),
				key("follow", oneOfWords("once"), "A drawn question may lead into the conversation that an option of it names, once.", "once"),
				key("then", followValue(), "Conversations that follow some options. It comes back here afterwards.", "{ 1: low_safety }"),
			}, visitKeys(), []keyDoc{goOrMap("option")}),
			rules: visitRules(), example: "checkin.yaml steps.pulse"},
		{says: "Goes where the first true condition leads. Nobody notices it.", keys: []keyDoc{
			must("choose", valueDoc{says: "a list of branches, the last of them `else`", schema: schemaNode{"type": "array", "minItems": 1, "items": refTo("branch"),
				"contains": schemaNode{"type": "object", "required": []any{"else"}}, "maxContains": 1}},
				"Branches, from the top: the first that holds is taken.", `[{ if: me.pulse <= 2, go: care }, { else: done }]`),
		}, example: "checkin.yaml steps.low"},
		{says: "Takes something from a list: a question to ask, a line to say, or several lines to choose from.",
			keys: []keyDoc{
				must("draw", aName("a name", takenScopes...), "What the drawn item is called from here on, as in `{tip.text}`.", "tip"),
				must("from", nameOf("a list"), "The list that it is taken from.", "closing_lines"),
				key("for", oneOfWords("couple"), "Draws the same for both on the same day.", "couple"),
				key("count", numberValue(2, maxOffered), "Offers so many to choose from. An answer of type item asks which.", "3"),
				key("score", oneOfWords(keysOf(scorers)...), "The function that decides which come first.", "ideas"),
				key("reads", listOf("a list of names", labelled().schema, 0, 0, false), "The names that the score goes by.", "[person.touch]"),
				key("none_left", aStep(), "Where to go when nothing in the list fits.", "done"),
				goKey(),
			},
			rules: []ruleDoc{
				{"`score` needs `count` and `reads`, and `reads` needs `score`.", when("score", needs("count", "reads"))}, {"", when("reads", needs("score"))},
				{"`for: couple` has no `count` and no `score`.", when("for", bars("count", "score"))},
			}, example: "checkin.yaml steps.draw_q"},
		{says: "Looks an answer up in a list of phrases: help with wording, never a judgement.", keys: []keyDoc{
			must("check", nameOf("an answer of type text"), "The answer to look up.", "line"),
			must("against", nameOf("a list of phrases"), "The phrases to look for.", "softeners"),
			key("as", aName("a name", takenScopes...), "What the phrase that was found is called from here on, as in `{hint.say}`.", "hint"),
			must("go", outcomes(checkOutcomes), "Where to go if one was found, and if not.", "{ found: hint, clear: send }"),
		}, example: "question.yaml"},
	}
}

func alsoValue() valueDoc {
	return mapOf("options with lists of words", nil, listOf("", labelled().schema, 0, 0, false).schema, 1, 0)
}

func followValue() valueDoc {
	return mapOf("options with flows", nil, schemaNode{"type": "string", "minLength": 1}, 1, 0)
}

func sayingSteps() []blockDoc {
	goOrEnd := "It has either `go` or `end`."
	return []blockDoc{
		{says: "Says something and goes on at once.", keys: slices.Concat([]keyDoc{
			must("say", textValue(maxTextChars), "What is said.", `"Thank you for saying so."`)}, visitKeys(), []keyDoc{maybeGo(), maybeEnd()}),
			rules: append(visitRules(), oneOfKeys("go", "end", goOrEnd)...), example: "checkin.yaml steps.care"},
		{says: "Shows what was shared with this person and has not been read, and goes on at once.", keys: []keyDoc{
			must("show", oneOfWords("cards"), "What is shown.", "cards"), maybeGo(), maybeEnd()}, rules: oneOfKeys("go", "end", goOrEnd), example: "card.yaml"},
		{says: "Sets lasting facts about this person.", keys: []keyDoc{
			must("set", valuesOf("facts with values"), "The facts, each with a value. A text stands in quotes within quotes.", `{ person.tender: "'yes'" }`),
			key("for", spanOrFact(), "For how long. Then the fact has its default again.", "48h"), goKey()}, example: "tender.yaml"},
		{says: "Waits with no question open. Other conversations go on meanwhile.", keys: slices.Concat([]keyDoc{
			must("sleep", spanOrFact(), "For how long.", "2d")}, visitKeys(), []keyDoc{goKey()}), rules: visitRules(), example: "card.yaml"},
		{says: "Runs another flow and comes back with its result.", keys: []keyDoc{
			must("run", nameOf("a flow"), "The flow.", "body_care"),
			key("with", valuesOf("answers of that flow with values"), "What that flow is given, under the names of its own answers.", "{ topic: me.topic }"),
			goOrMap("result")}, example: "partner.yaml"},
		{says: "The conversation is over.", keys: []keyDoc{
			must("end", aName("a result"), "The result. A flow that ran this one can go by it.", "done")}, example: "checkin.yaml steps.closed"},
	}
}
