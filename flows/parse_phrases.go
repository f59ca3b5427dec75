package flows

import (
	"slices"
	"strings"
)

// Limits of one item of a list of phrases.
const (
	maxPhraseChars = 300 // with all that may stand in the place of one word
	maxPhrases     = 200 // of any, and of unless
)

var phraseKeys = []string{"tier", "lang", "say", "any", "unless"}

// phrase reads an item of a list of phrases.
func (p *flowParser) phrase(pair yamlPair, l *List) {
	n, what := pair.val, p.itemName(pair)
	if !p.fields(n, what, phraseKeys...) {
		return
	}
	if n.get("say") == nil || l.Name == dangerList { // without one it is wording help
		p.missing(n, what, "tier")
	}
	p.missing(n, what, "lang", "any")
	ph := Phrase{ID: pair.key, Tier: p.word(n, "tier", phraseTiers...), Lang: p.word(n, "lang", phraseLangs...)}
	var any, unless []phraseWords
	ph.Any, any = p.phrases(n.get("any"), "any", nil)
	ph.Unless, unless = p.phrases(n.get("unless"), "unless", any)
	ph.Say = p.text(n, "say", maxTextChars)
	if v := n.get("say"); strings.ContainsAny(ph.Say, "{}") {
		p.log.add("F02", v.pos, "say it without", "say is shown as it stands and can have no {holes}")
	}
	l.Phrases = append(l.Phrases, ph)
	l.listen(ph.Tier, any, unless)
}

// phrases reads a list of phrases, and says which of them are none. Those of unless have to hold one of any as a whole.
func (p *flowParser) phrases(v *yamlNode, what string, any []phraseWords) (texts []string, read []phraseWords) {
	switch {
	case v == nil:
		return nil, nil
	case v.kind != yamlList:
		p.log.add("F01", v.pos, `write it as ["one", "two"]`, "%s must be a list", what)
		return nil, nil
	case len(v.list) == 0:
		p.log.add("F01", v.pos, "write some, or remove the key", "%s is empty", what)
	case len(v.list) > maxPhrases:
		p.log.add("F01", v.pos, "split it into several items", "%s has %d phrases, more than %d", what, len(v.list), maxPhrases)
		return nil, nil
	}
	for _, w := range v.list {
		s := p.readText(w, what, maxPhraseChars)
		words, ok := readPhrase(s)
		switch {
		case s == "" || len([]rune(s)) > maxPhraseChars:
		case !ok:
			p.log.add("F01", w.pos, "write words, and a|b where either may stand", "%s holds %q, which is no phrase", what, s)
		case what == "any" && words[0] == nil:
			p.log.add("F01", w.pos, "leave the first * out", "%q begins with any word, which says nothing", s)
		case len(any) > 0 && !slices.ContainsFunc(any, words.covers):
			p.log.add("F01", w.pos, "write the phrase of any with the words around it", "unless holds %q, which holds no phrase of any", s)
		default:
			texts, read = append(texts, s), append(read, words)
		}
	}
	return texts, read
}
