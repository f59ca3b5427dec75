package flows

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// wordingTable is wording.yaml: what texts do not say, why, and what they could say instead. It is data, so that a counsellor
// can read it and add to it.
type wordingTable struct {
	texts  map[string][]wordingRule // by language: for every text
	knocks map[string][]wordingRule // besides, for what can be read on a locked screen
	signs  []wordingRule            // signs rather than words, in every language

	textEars, knockEars map[string]wordingEar // the phrases of texts and of knocks
}

// wordingEar is the phrases of one language by the first word that they can begin with, in the order of the file. No phrase of any
// begins with *, so none is missed.
type wordingEar map[string][]*wordingHeard

type wordingHeard struct {
	heard
	rule *wordingRule
}

// wordingRule is phrases that are avoided for one reason.
type wordingRule struct {
	any, unless  []phraseWords
	signs        []string
	why, instead string
}

// The keys of wording.yaml, of one rule in it, and of a line of lint.yaml.
var (
	wordingKeys     = []string{"texts", "knocks", "signs"}
	wordingRuleKeys = []string{"any", "unless", "why", "instead"}
	exceptionKeys   = []string{"code", "scope", "phrase", "reason"}
)

// wordingFile reads wording.yaml.
func (p *flowParser) wordingFile(n *yamlNode) *wordingTable {
	t := &wordingTable{}
	if !p.fields(n, "wording.yaml", wordingKeys...) {
		return t
	}
	p.missing(n, "wording.yaml", "texts", "knocks")
	t.texts, t.knocks = p.wordingLanguages(n.get("texts"), "texts"), p.wordingLanguages(n.get("knocks"), "knocks")
	t.signs = p.wordingRules(n.get("signs"), "signs")
	t.textEars, t.knockEars = wordingEars(t.texts), wordingEars(t.knocks)
	return t
}

func wordingEars(langs map[string][]wordingRule) map[string]wordingEar {
	out := map[string]wordingEar{}
	for lang, rules := range langs {
		e := wordingEar{}
		for i := range rules {
			for _, words := range rules[i].any {
				e.listen(&wordingHeard{heard{words: words, unless: rules[i].unless}, &rules[i]})
			}
		}
		out[lang] = e
	}
	return out
}

// listen adds a phrase, once under each word.
func (e wordingEar) listen(h *wordingHeard) {
	for _, w := range h.words[0] {
		if at := e[w.short]; !slices.Contains(at, h) {
			e[w.short] = append(at, h)
		}
	}
}

func (p *flowParser) wordingLanguages(n *yamlNode, what string) map[string][]wordingRule {
	out := map[string][]wordingRule{}
	if n == nil || !p.fields(n, what, phraseLangs...) {
		return out
	}
	for _, pair := range n.pairs {
		out[pair.key] = p.wordingRules(pair.val, what)
	}
	return out
}

func (p *flowParser) wordingRules(n *yamlNode, what string) (out []wordingRule) {
	if n == nil {
		return nil
	}
	if n.kind != yamlList || len(n.list) == 0 {
		p.log.add("F01", n.pos, `write - { any: ["…"], why: "…", instead: "…" } lines`, "%s must be a list", what)
		return nil
	}
	for _, entry := range n.list {
		if !p.fields(entry, "a rule of wording", wordingRuleKeys...) {
			continue
		}
		p.missing(entry, "a rule of wording", "any", "why", "instead")
		r := wordingRule{why: p.text(entry, "why", maxLabelChars), instead: p.text(entry, "instead", maxPhraseChars)}
		if what == "signs" {
			r.signs = p.words(entry.get("any"), "any")
		} else {
			_, r.any = p.phrases(entry.get("any"), "any", nil)
			_, r.unless = p.phrases(entry.get("unless"), "unless", r.any)
		}
		out = append(out, r)
	}
	return out
}

// shippedWording is what holds for a library that brings no wording.yaml of its own.
var shippedWording = sync.OnceValue(func() *wordingTable {
	p, n := shippedFile("wording.yaml")
	return p.wordingFile(n)
})

// shippedLint are the exceptions for what ships. They hold beside those of an author's folder, whose lint.yaml takes the place
// of theirs, and excuse nothing there without being missed: the author may have replaced what they are about.
var shippedLint = sync.OnceValue(func() []*wordingException {
	p, n := shippedFile("lint.yaml")
	return p.lintFile(n)
})

// shippedFile reads one of the files inside the program. Its mistakes are ours, and the check of the library finds them.
func shippedFile(name string) (*flowParser, *yamlNode) {
	data, _ := readFlowFile(Shipped(), name)
	p := &flowParser{log: &findingLog{}, nodes: map[any]*yamlNode{}}
	n := parseYAML(name, data, p.log)
	if n == nil {
		n = &yamlNode{} // unreachable unless the file is broken
	}
	return p, n
}

// wordingException is one line of lint.yaml: a phrase that one place may use after all.
type wordingException struct {
	scope, phrase string
	pos           Pos
}

// lintFile reads lint.yaml.
func (p *flowParser) lintFile(n *yamlNode) (out []*wordingException) {
	if n.kind != yamlList || len(n.list) == 0 {
		p.log.add("F01", n.pos, `write - { code: F21, scope: "flow.step", phrase: "…", reason: "…" } lines`, "lint.yaml must be a list")
		return nil
	}
	for _, entry := range n.list {
		if !p.fields(entry, "an exception", exceptionKeys...) {
			continue
		}
		p.missing(entry, "an exception", "code", "scope", "phrase", "reason")
		known := p.word(entry, "code", "F21") == "F21" || entry.get("code") == nil
		p.text(entry, "reason", maxPhraseChars)
		x := &wordingException{scope: p.target(entry, "scope").Step, phrase: phraseKey(p.text(entry, "phrase", maxPhraseChars)), pos: entry.pos}
		if !known || entry.get("scope") == nil || entry.get("phrase") == nil {
			continue
		}
		if slices.ContainsFunc(out, func(o *wordingException) bool { return o.scope == x.scope && o.phrase == x.phrase }) {
			p.log.add("F01", entry.pos, "keep one of the two", "the exception for %s in %s is there twice", strconv.Quote(x.phrase), x.scope)
			continue
		}
		out = append(out, x)
	}
	return out
}

// phraseKey is a phrase as exceptions and findings are compared: its words, or the sign itself.
func phraseKey(s string) string {
	words := heardWords(s)
	if len(words) == 0 {
		return strings.TrimSpace(s)
	}
	return phraseOf(words)
}

func phraseOf(words []heardWord) string {
	var out []string
	for _, w := range words {
		out = append(out, w.word)
	}
	return strings.Join(out, " ")
}
