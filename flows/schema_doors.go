package flows

func recordSteps() []blockDoc {
	return []blockDoc{
		{says: "Makes a new record. It is the record in hand from then on, and `record.x` reads its fields.", keys: []keyDoc{
			must("add", nameOf("a kind of record"), "The kind of record.", "promise"),
			key("with", valuesOf("fields with values"), "Its fields, each with a value.", "{ what: me.what }"),
			key("from", oneOfWords(recordScope), "In place of with: a copy of what the record in hand says, for both to agree on.", "record"),
			must("full", aStep(), "Where to go when there are as many of them as there can be.", "full"),
			goKey()}, rules: oneOfKeys("with", "from", "It has either `with` or `from`."), example: "promise.yaml"},
		{says: "Lets somebody choose one of their records. It is the record in hand from then on, and `record.x` reads its fields.",
			keys: append([]keyDoc{
				must("pick", nameOf("a kind of record"), "The kind of record.", "promise"), whereKey(),
				textKey("What is asked above the list."), exitsKey(), timeKey(), skipKey(), noneKey("Where to go when there is none.")},
				append(visitKeys(), goOrMap("result"))...), rules: visitRules(), example: "questions.yaml"},
		{says: "Changes the record in hand: another state, or a new version of its words.", keys: []keyDoc{
			must("update", nameOf("a kind of record"), "The kind of record.", "promise"),
			must("to", valuesOf("fields, or state, with values"), "What it says from now on.", `{ state: "'kept'" }`), goKey()}, example: "promise_followup.yaml"},
		{says: "Shows records, one below the other.", keys: []keyDoc{
			must("list", nameOf("a kind of record"), "The kind of record.", "promise"), whereKey(),
			textKey("What is said above them."), noneKey("Where to go when there is none."), maybeGo(), maybeEnd()},
			rules: oneOfKeys("go", "end", "It has either `go` or `end`."), example: "promises.yaml"},
	}
}

// doorSteps lead to the other person, or wait for an instant that both share.
func doorSteps() []blockDoc {
	preview := must("preview", textValue(maxTextChars), "What the other may notice. It is said before the tap.", `"Ideas for your partner may then go by it."`)
	return []blockDoc{
		{says: "The door for a person's own words: an exact preview, then Share or Keep. The other gets a neutral knock first.", keys: []keyDoc{
			must("share", aBlock("share", "a mapping"), "What is offered to be shared.", "{ items: [line] }"),
			timeKey(), noneKey("Where to go when there is nothing to share."), goKey()}, example: "checkin.yaml steps.offer"},
		{says: "A double reveal at the couple's hour: only if both answered and both tapped Share. Otherwise nothing happens and nothing is said.", keys: []keyDoc{
			must("together", listOf("a list of answers", schemaNode{"type": "string", "minLength": 1}, 1, 0, true), "The answers that are shown side by side.", "[line]"),
			key("opens", nameOf("a flow"), "A flow that goes on from what both then read.", "together_read"),
			timeKey(), noneKey("Where to go when there is nothing to reveal."), goKey()}, example: "together.yaml"},
		{says: "Lets the flows of both use one fact of this person. It can be closed again at once.", keys: []keyDoc{
			must("open", mapOf("one fact with a value", nil, condValue("").schema, 1, 1), "The fact, and the value that it is opened with.", "{ person.touch: person.touch }"),
			must("for", spanOrFact(), "For how long it counts.", "60d"), preview, timeKey(), noneKey("Where to go when there is nothing to open."), goKey()}, example: "ideas_use.yaml"},
		{says: "Closes facts that were opened.", keys: []keyDoc{
			must("close", listOf("a list of facts", schemaNode{"type": "string", "minLength": 1}, 1, 0, false), "The facts.", "[person.touch]"),
			preview, timeKey(), noneKey("Where to go when none is open."), goKey()}, example: "ideas_use.yaml"},
		{says: "Acts only if both said yes by an instant. What else was said shows nowhere.", keys: append(append([]keyDoc{
			must("both", nameOf("an answer of type yes_no"), "The yes that counts.", "ready"),
			key("about", oneOfWords(recordScope), "Both agree to the record in hand, and it belongs to both from then on.", "record"),
			key("at", instantValue(), "The instant by which both have said yes.", `"18:00"`)}, visitKeys()...),
			must("go", outcomes(doorOutcomes[KBoth]), "Where to go if both said yes, and otherwise.", "{ yes: helped, otherwise: moved }")),
			rules: visitRules(), example: "meeting.yaml steps.gather"},
		{says: "Goes on at a fixed instant, never sooner, so that nobody's pace shows.", keys: []keyDoc{
			must("wait_for", oneOfWords("partner"), "Whom it waits for.", "partner"),
			key("at", instantValue(), "The instant at which it goes on.", "couple.meet + 45m"), goKey()}, example: "meeting.yaml steps.round"},
		{says: "Takes back something that was shared lately.", keys: []keyDoc{
			must("take_back", oneOfWords("shared"), "What can be taken back.", "shared"),
			timeKey(), noneKey("Where to go when nothing can be taken back."), goKey()}, example: "take_back.yaml"},
		{says: "This person leaves the couple: quietly, so that nothing shows, or openly.", keys: []keyDoc{
			must("part", oneOfWords("quietly", "openly"), "How.", "quietly"),
			textKey("What is asked once more before it happens."), timeKey(),
			must("go", outcomes(doorOutcomes[KPart]), "Where to go after it, and if the person stays.", "{ left: over, stayed: done }")}, example: "partner.yaml"},
	}
}

// joiningSteps make two people, or two accounts of one person, find each other by a code.
func joiningSteps() []blockDoc {
	results := func(kind, example string, parts ...string) keyDoc {
		k := keyDoc{key: "go", must: true, says: "Where to go for each result.", example: example, by: map[string]valueDoc{}}
		for _, p := range parts {
			k.by[p] = outcomes(pairOutcomes[kind+": "+p])
		}
		return k
	}
	keys := func(first, last keyDoc) []keyDoc {
		return []keyDoc{first, textKey("What is said with it."), wrongKey(), buttonKey(), exitsKey(), timeKey(), skipKey(), last}
	}
	pair := blockDoc{says: "Two people become one couple: one offers a code, the other claims it, both confirm.", by: "pair",
		keys: keys(must("pair", oneOfWords("offer", "claim", "confirm"), "Which part of it this step is.", "offer"), results("pair", "{ claimed: confirm, ended: closed }", "offer", "claim", "confirm")), example: "partner_offer.yaml"}
	account := blockDoc{says: "The same for two accounts of one person: add another, or move to it.", by: "account",
		keys: keys(must("account", oneOfWords("add", "move", "claim", "confirm"), "Which part of it this step is.", "add"), results("account", "{ claimed: confirm, full: closed, ended: closed }", "add", "move", "claim", "confirm")), example: "account_add.yaml"}
	part := func(b *blockDoc, value, keysOf string) {
		b.variants = append(b.variants, variantDoc{value: value, takes: append([]string{b.by}, pairKeys[keysOf]...)})
	}
	for _, p := range []string{"offer", "claim", "confirm"} {
		part(&pair, p, p)
	}
	for _, p := range [][2]string{{"add", "offer"}, {"move", "offer"}, {"claim", "claim"}, {"confirm", "confirm"}} {
		part(&account, p[0], p[1])
	}
	remove := blockDoc{says: "Removes one of several accounts of this person.", keys: []keyDoc{
		must("remove", oneOfWords("account"), "What is removed.", "account"),
		textKey("What is asked above the list."), timeKey(),
		must("go", outcomes(doorOutcomes[KRemove]), "Where to go after it, and if nothing was removed.", "{ removed: done, kept: done }")}, example: "account.yaml"}
	return []blockDoc{pair, account, remove}
}

// partBlocks describe the mappings inside steps.
func partBlocks() []blockDoc {
	return []blockDoc{
		{name: "timeout", title: "A timeout", says: "Under `timeout:`.", keys: []keyDoc{
			must("after", spanOrFact(), "How long it waits, counted from the step.", "2h"),
			must("go", aStep(), "Where it goes then. Nothing is said until the person's next word.", "closed")}},
		{name: "remind", title: "A reminder of a question", says: "Under `remind:` of an ask step.", keys: []keyDoc{
			must("after", spanOrFact(), "How long after the question.", "45m"),
			must("text", textValue(maxTextChars), "What it says.", `"Your check-in is open if it suits you."`)}},
		{name: "exit", title: "An exit", says: "Under `exits:`, by name.", keys: []keyDoc{
			must("label", labelled(), "The text of the button.", `"Enough for today"`),
			must("go", aStep(), "Where it leads.", "done")}},
		{name: "branch", title: "A branch", says: "In the list under `choose:`.", keys: []keyDoc{
			key("if", condValue("a condition"), "When this branch is taken.", "me.pulse <= 2"),
			key("go", aStep(), "Where it leads.", "care"),
			key("else", aStep(), "Where it goes when no branch above holds. It stands alone, as the last.", "done")},
			rules: []ruleDoc{{"A branch has `if` and `go`, or `else` alone.", schemaNode{"if": needs("else"), "then": bars("if", "go"), "else": needs("if", "go")}}}},
		{name: "share", title: "What is shared", says: "Under `share:`.", keys: []keyDoc{
			key("items", listOf("a list of answers", schemaNode{"type": "string", "minLength": 1}, 1, 0, true), "The answers that are offered, one by one.", "[line]"),
			key("text", textValue(maxTextChars), "In place of items: one message, composed of answers.", `"{me.what}, by {me.due}"`),
			key("class", aName("a name"), "What sort of note it is. The receiver can say how notes of a sort come, in the fact class_NAME.", "daily_note"),
			key("opens", nameOf("a flow"), "A flow that the receiver can go on with.", "moment_reply"),
			key("with", valuesOf("answers of that flow with values"), "What that flow is given, as it was when it was shared.", "{ what: me.what }")},
			rules: append(oneOfKeys("items", "text", "It has either `items` or `text`."), ruleDoc{"`with` needs `opens`.", when("with", needs("opens"))})},
	}
}
