package flows

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// F21: what these texts must never say to two people after a breach of trust, and how they say the rest.
//
// The phrases are data (wording.yaml), looked for as whole words, without accents and capitals. Of phrases that lie over each
// other the longest is named. A place that needs one after all has a line in lint.yaml with a reason, and a line that excuses
// nothing is a finding too, or the next slip there would pass unseen.

// Limits of one message.
const (
	maxSentences = 3
	maxQuestions = 1
)

// what exceptions call a finding that has no phrase
const (
	tooLong   = "more than three sentences"
	manyAsked = "more than one question"
	noLetters = "no letters"
)

func (c *flowCheck) wording(texts []wordedText, table *wordingTable, lint []*wordingException) {
	used := map[*wordingException]bool{}
	both := slices.Concat(lint, shippedLint())
	for _, t := range texts {
		say := func(phrase, hint, format string, args ...any) {
			key, excused := phraseKey(phrase), false
			for _, x := range both {
				if x.scope == t.scope && x.phrase == key {
					used[x], excused = true, true
				}
			}
			if !excused {
				c.log.add("F21", t.pos, hint, format, args...)
			}
		}
		wordingPhrases(t, table, say)
		wordingStyle(t, table, say)
	}
	for _, x := range lint {
		ships := slices.ContainsFunc(shippedLint(), func(s *wordingException) bool { return s.scope == x.scope && s.phrase == x.phrase })
		if !used[x] && !ships {
			c.log.add("F21", x.pos, "remove the line, or mend its scope and phrase", "this exception excuses nothing: %s does not hold %q", x.scope, x.phrase)
		}
	}
}

type sayWording func(phrase, hint, format string, args ...any)

// wordingPhrases looks for what texts do not say.
func wordingPhrases(t wordedText, table *wordingTable, say sayWording) {
	type found struct {
		from, to int
		phrase   string
		rule     *wordingRule
	}
	ears := []wordingEar{table.textEars[t.lang]}
	if t.knock {
		ears = append(ears, table.knockEars[t.lang])
	}
	var all []found
	at := 0
	for _, part := range strings.FieldsFunc(withoutHoles(t.text), endsPhrase) {
		words := heardWords(part)
		for _, ear := range ears {
			for i, w := range words {
				for _, h := range ear[w.short] {
					if h.words.at(words, i) && !h.excused(words, i) {
						all = append(all, found{at + i, at + i + len(h.words), phraseOf(words[i : i+len(h.words)]), h.rule})
					}
				}
			}
		}
		at += len(words) + 1
	}
	// of those as long and in the same place the first of the file counts: ears keep its order
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.to-b.from, a.to-a.from), cmp.Compare(a.from, b.from))
	})
	var named []found
	for _, f := range all {
		if slices.ContainsFunc(named, func(n found) bool { return f.from < n.to && n.from < f.to || f.phrase == n.phrase }) {
			continue
		}
		named = append(named, f)
		say(f.phrase, f.rule.instead, "%q: %s", f.phrase, f.rule.why)
	}
}

// wordingStyle is about signs, length and questions.
func wordingStyle(t wordedText, table *wordingTable, say sayWording) {
	for _, r := range table.signs {
		if i := slices.IndexFunc(r.signs, func(sign string) bool { return strings.Contains(t.text, sign) }); i >= 0 {
			say(r.signs[i], r.instead, "%q: %s", r.signs[i], r.why)
		}
	}
	plain := withoutHoles(t.text)
	if !hasWords(t.text) {
		say(noLetters, "add a word", "this text has no words, and not everybody can see signs")
	} else if t.says && !t.whole {
		if n := sentences(plain); n > maxSentences {
			say(tooLong, "say it shorter, or in several steps", "this message has %d sentences, and more than three are not read", n)
		}
	}
	if n := strings.Count(plain, "?"); t.says && n > maxQuestions {
		say(manyAsked, "ask the one that matters", "this message asks %d questions at once", n)
	}
}

// endsPhrase is a sign over which no phrase goes.
func endsPhrase(r rune) bool { return strings.ContainsRune(".?!:;{}", r) }

// withoutHoles empties the holes of a text, in which others' words will stand.
func withoutHoles(text string) string {
	if !strings.Contains(text, "{") { // most have none
		return text
	}
	return emptyHoles.ReplaceAllString(text, "{}")
}

var emptyHoles = regexp.MustCompile(`\{[^{}]*\}`)

// sentences counts them: a sign that ends one counts where a space or the end follows.
func sentences(text string) int {
	n, open := 0, false
	for _, word := range strings.Fields(text) {
		open = open || hasWords(word)
		bare := strings.TrimRight(word, `"'”’)`)
		if open && bare != strings.TrimRight(bare, ".?!") {
			n, open = n+1, false
		}
	}
	if open {
		n++
	}
	return n
}
