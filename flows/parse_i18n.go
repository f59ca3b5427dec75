package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// Translations: files in the folder i18n, LANG.yaml, and LANG.anything.yaml for what an author adds to a language that ships: they
// are read as one. The base texts stay in the flows; each entry says which base text it
// was made from, by a short hash, so that a text that changed marks its translations as stale.
//
//	language: de
//	covers: [welcome]               # flows that are complete in it; the lists and words that they use come along
//	globals: { help: [/hilfe] }     # further words that work everywhere
//	words: { label_skip: { of: 5ab1c2, say: "Überspringen" } }
//	facts: { person.role: { hurt: { of: 77f0aa, say: "…" } } }
//	flows:
//	  welcome:
//	    title: { of: 0a1b2c, say: "Erste Schritte" }
//	    options.begin.go_on: { of: 3fa1c2, say: "Weiter", also: ["ja"] }   # of an answer
//	    hello: { text: { of: 9c0d1e, say: "…" } }                          # of a step
//	lists: { daily_bank: { SA-H1: { ask: { of: 4e5f60, say: "…" } } } }

// i18nFolder is where translations lie.
const i18nFolder = "i18n"

// translation is a language as its files were read.
type translation struct {
	lang    string
	nodes   []*yamlNode // of its files
	covers  []Target
	entries []*i18nEntry
	at      map[string]*i18nEntry
	seen    map[string]Pos // prefixes of paths, and where they stand
	globals map[string]string
	again   []*i18nEntry // those of further files for what has one already; see settle
}

// i18nEntry is one text: the base text that it was made from, by its hash, what to say, and further words that mean the option.
type i18nEntry struct {
	path []string
	pos  Pos // of the key
	node *yamlNode
	of   string
	say  *yamlNode
	also []*yamlNode
}

// i18nSections are what a file of translations can hold besides its head.
var i18nSections = []string{"words", "facts", "flows", "lists", "records"}

var (
	translationKeys = append([]string{"language", "covers", "globals", "months"}, i18nSections...)
	entryKeys       = []string{"of", "say", "also"}
)

// baseHash is what says which text a translation was made from: 6 hex digits.
func baseHash(text string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(text)))
	return hex.EncodeToString(sum[:3])
}

// translation reads a file of the folder i18n; nil when it says no language.
func (p *flowParser) translation(name string, n *yamlNode) *translation {
	t := &translation{nodes: []*yamlNode{n}, at: map[string]*i18nEntry{}, seen: map[string]Pos{}}
	if !p.fields(n, "a translation", translationKeys...) {
		return nil
	}
	p.missing(n, "this file", "language", "covers")
	v, ok := p.scalar(n, "language")
	if !ok {
		return nil
	}
	t.lang = v.text
	if tag, err := language.Parse(v.text); err != nil || tag.String() != v.text {
		p.log.add("F15", v.pos, "write it like de or pt-BR", "%q is not the tag of a language", v.text)
		return nil
	}
	if file := strings.TrimSuffix(path.Base(name), ".yaml"); file != t.lang && !strings.HasPrefix(file, t.lang+".") {
		p.log.add("F15", v.pos, "call the file "+t.lang+".yaml, or "+t.lang+".more.yaml beside one that ships", "this file is called %q and says that it is in %q", file, t.lang)
	}
	if v := n.get("covers"); v != nil && v.kind != yamlList {
		p.log.add("F01", v.pos, "write [welcome, daily_checkin]", "covers must be a list of flows")
	} else if v != nil {
		for _, f := range v.list {
			if p.isScalar(f, "covers") {
				t.covers = append(t.covers, Target{Step: f.text, Pos: f.pos})
			}
		}
	}
	t.globals = p.globals(n.get("globals"))
	for _, section := range i18nSections {
		p.entries(n.get(section), []string{section}, t)
	}
	return t
}

// section is a part of a language's files, the first that has it; nil when none does.
func (t *translation) section(name string) *yamlNode {
	for _, n := range t.nodes {
		if v := n.get(name); v != nil {
			return v
		}
	}
	return nil
}

// first says that a file is the one that a language begins with, and not one beside it.
func (t *translation) first(file string) bool { return path.Base(file) == t.lang+".yaml" }

func (t *translation) twice(log *findingLog, what string, a, b Pos) {
	if t.first(a.File) { // the author's own file is the one to change
		a, b = b, a
	}
	log.add("F01", a, "keep one of the two", "%s is there twice; the other is in %s", what, b.File)
}

// settle chooses between two translations of one text. Who changes a text of what ships cannot change what was made from the old
// one: so it gives way, and only two that are made from the text as it is now are one too many.
func (t *translation) settle(by map[string]*i18nSlot, log *findingLog) {
	for _, e := range t.again {
		key := strings.Join(e.path, "/")
		have, stale := t.at[key], func(e *i18nEntry) bool { return by[key] == nil || e.of != baseHash(by[key].base.text) }
		switch {
		case !stale(have) && !stale(e):
			t.twice(log, "the translation of "+strconv.Quote(strings.Join(e.path[1:], " ")), e.pos, have.pos)
		case stale(have) && (!stale(e) || t.first(have.pos.File)):
			t.at[key] = e
			t.entries[slices.Index(t.entries, have)] = e
		}
	}
	t.again = nil
}

// join takes in another file of the same language. Each text is translated in one place.
func (t *translation) join(o *translation, log *findingLog) {
	for _, e := range o.entries {
		key := strings.Join(e.path, "/")
		if t.at[key] != nil {
			t.again = append(t.again, e)
			continue
		}
		t.at[key] = e
		t.entries = append(t.entries, e)
	}
	if a, b := o.section("months"), t.section("months"); a != nil && b != nil {
		t.twice(log, "months", a.pos, b.pos)
	}
	for _, word := range keysOf(o.globals) {
		if have, ok := t.globals[word]; ok && have != o.globals[word] {
			log.add("F14", o.section("globals").pos, "find another word", "%q already means %s", word, have)
		}
		t.globals[word] = o.globals[word]
	}
	for key, pos := range o.seen {
		if _, ok := t.seen[key]; !ok {
			t.seen[key] = pos
		}
	}
	t.covers, t.nodes = append(t.covers, o.covers...), append(t.nodes, o.nodes...)
}

// entries walks a section. What says something is an entry; every other mapping leads to some.
func (p *flowParser) entries(n *yamlNode, at []string, t *translation) {
	if n == nil {
		return
	}
	if n.kind != yamlMap {
		p.log.add("F01", n.pos, `write it like { of: 3fa1c2, say: "…" }`, "%s must be a mapping", at[len(at)-1])
		return
	}
	for _, pair := range n.pairs {
		here := append(at[:len(at):len(at)], pair.key)
		t.seen[strings.Join(here, "/")] = pair.pos
		if v := pair.val; v.get("of") == nil && (v.get("say") == nil || v.get("say").kind != yamlScalar) {
			if len(here) > 3 && len(v.pairs) > 0 && v.get("say") == nil {
				p.log.add("F01", v.pos, `write it like { of: 3fa1c2, say: "…" }`, "%s does not say anything", pair.key)
				continue
			}
			p.entries(v, here, t)
			continue
		}
		if e := p.entry(pair, here); e != nil {
			t.entries = append(t.entries, e)
			t.at[strings.Join(here, "/")] = e
		}
	}
}

func (p *flowParser) entry(pair yamlPair, at []string) *i18nEntry {
	if !p.fields(pair.val, "an entry", entryKeys...) {
		return nil
	}
	p.missing(pair.val, pair.key, "of", "say")
	of, okOf := p.scalar(pair.val, "of")
	say, okSay := p.scalar(pair.val, "say")
	if !okOf || !okSay || strings.TrimSpace(say.text) == "" { // still to be filled in: as good as not there
		return nil
	}
	e := &i18nEntry{path: at, pos: pair.pos, node: pair.val, of: of.text, say: say}
	if v := pair.val.get("also"); v != nil && p.words(v, "also") != nil {
		e.also = v.list
	}
	return e
}
