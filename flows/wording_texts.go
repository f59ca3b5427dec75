package flows

import (
	"path"
	"slices"
	"strings"
)

// wordedText is a text that somebody reads, with how exceptions call its place.
type wordedText struct {
	text  string
	pos   Pos
	scope string // "flow.step", "words.key", "list.item", "person.fact"
	lang  string
	says  bool // a message of its own, as against a label or a part of one
	whole bool // tells what somebody agrees to, and so has to be whole, however long
	knock bool // may stand on a locked screen
}

// wordedTexts are all of them, file by file. They are found by their keys rather than through the types of flow.go, so that a
// new kind of step or file that says something under the usual keys is looked at from its first day.
func wordedTexts(docs map[string]*yamlNode) []wordedText {
	var out []wordedText
	for _, file := range keysOf(docs) {
		w := textWalk{lang: "en"}
		n := docs[file]
		switch name := strings.TrimSuffix(path.Base(file), ".yaml"); {
		case slices.Contains([]string{"wording.yaml", "lint.yaml", "zones.yaml"}, file) || n.kind != yamlMap:
		case file == "words.yaml":
			w.values(n.get("texts"), "words", true)
		case file == "person.yaml", file == "couple.yaml":
			w.each(n.get(name), name)
		case strings.HasPrefix(file, "lists/"):
			w.list(n, textName(n, "list", name))
		case strings.HasPrefix(file, "records/"):
			w.each(n.get("fields"), textName(n, "record", name))
		default:
			w.flow(n, textName(n, "flow", name))
		}
		out = append(out, w.out...)
	}
	return out
}

// textName is what a file calls itself.
func textName(n *yamlNode, key, otherwise string) string {
	if v := n.get(key); v != nil && v.kind == yamlScalar && v.text != "" {
		return v.text
	}
	return otherwise
}

type textWalk struct {
	lang  string
	whole bool
	out   []wordedText
}

func (w *textWalk) add(v *yamlNode, scope string, says, knock bool) {
	if v != nil && v.kind == yamlScalar && strings.TrimSpace(v.text) != "" {
		w.out = append(w.out, wordedText{text: v.text, pos: v.pos, scope: scope, lang: w.lang, says: says, knock: knock, whole: w.whole})
	}
}

func (w *textWalk) flow(n *yamlNode, name string) {
	w.add(n.get("title"), name+".title", false, false)
	w.add(n.get("knock"), name+".knock", true, true)
	w.each(n.get("answers"), name)
	w.each(n.get("steps"), name)
}

// each walks the values of a mapping, each in a scope of its own.
func (w *textWalk) each(n *yamlNode, name string) {
	if n == nil || n.kind != yamlMap {
		return
	}
	for _, p := range n.pairs {
		w.whole = slices.ContainsFunc(wholeKinds, func(k StepKind) bool { return p.val.get(string(k)) != nil })
		w.under(p.val, name+"."+p.key, false)
	}
	w.whole = false
}

// wholeKinds are steps in whose text a person is told what a yes will do.
var wholeKinds = []StepKind{KShare, KTogether, KOpen, KClose, KTakeBack, KPart, KPair, KAccount, KRemove}

func (w *textWalk) list(n *yamlNode, name string) {
	items := n.get("items")
	if items == nil || items.kind != yamlMap {
		return
	}
	for _, p := range items.pairs {
		scope := name + "." + p.key
		switch kind := n.get("kind"); {
		case kind != nil && kind.text == "phrases": // what is listened for is not said
			w.add(p.val.get("say"), scope, true, false)
		case kind != nil && kind.text == "lines" && p.val.kind == yamlMap: // further texts of a line fill holes
			for _, field := range p.val.pairs {
				if strings.Contains(field.val.text, " ") || field.key == "text" {
					w.add(field.val, scope, field.key == "text", false)
				}
			}
			w.values(p.val.get("ready"), scope, false)
		default:
			w.add(p.val.get("ask"), scope, true, false)
			w.under(p.val, scope, false)
		}
	}
}

// what stands under these keys is a sentence, a mapping of labels, or nothing that is read
var (
	saidKeys     = []string{"say", "text", "wrong", "preview"}
	labelKeys    = []string{"buttons", "options", "ready"}
	notTextsKeys = []string{"also", "with", "set", "open", "close", "to", "go", "then", "choose", "where", "reads", "items", "default"}
)

// under walks what belongs to one scope. A reminder comes unasked, and so may stand on a locked screen.
func (w *textWalk) under(n *yamlNode, scope string, knock bool) {
	if n == nil || n.kind != yamlMap {
		return
	}
	for _, p := range n.pairs {
		switch {
		case slices.Contains(notTextsKeys, p.key):
		case slices.Contains(labelKeys, p.key):
			w.values(p.val, scope, false)
		case slices.Contains(saidKeys, p.key) && p.val.kind == yamlScalar:
			w.add(p.val, scope, true, knock)
		case p.key == "label":
			w.add(p.val, scope, false, false)
		default:
			w.under(p.val, scope, p.key == "remind")
		}
	}
}

// unaskedWords are the engine's own texts that come without being asked for.
var unaskedWords = []string{"account_news", "was_away"}

// values are the texts of a mapping or a list: labels, ready sentences, or the engine's own texts, each in its own scope.
func (w *textWalk) values(n *yamlNode, scope string, keyed bool) {
	if n == nil || n.kind == yamlScalar {
		return
	}
	for _, v := range n.list {
		w.add(v, scope, false, false)
	}
	for _, p := range n.pairs {
		if keyed {
			w.add(p.val, scope+"."+p.key, false, slices.Contains(unaskedWords, p.key))
			continue
		}
		w.add(p.val, scope, false, false)
		w.add(p.val.get("label"), scope, false, false)
		w.add(p.val.get("text"), scope, false, false)
	}
}

// translatedTexts are the texts of other languages. They are looked at like those that they were made from: what is a message, what
// may stand on a locked screen, and what has to be whole, is the same, and so are the places that exceptions name.
func translatedTexts(langs []*translation, docs map[string]*yamlNode) (out []wordedText) {
	whole := map[string]bool{}
	for _, t := range wordedTexts(docs) {
		whole[t.scope] = whole[t.scope] || t.whole
	}
	for _, t := range langs {
		base, _, _ := strings.Cut(t.lang, "-")
		for _, section := range i18nSections {
			w := textWalk{lang: base}
			for _, n := range t.nodes {
				w.entries(n.get(section), nil, section)
			}
			for i := range w.out {
				w.out[i].whole = whole[w.out[i].scope]
			}
			out = append(out, w.out...)
		}
	}
	return out
}

// entries walks a file of translations down to what it says.
func (w *textWalk) entries(n *yamlNode, path []string, section string) {
	if n == nil || n.kind != yamlMap {
		return
	}
	if say := n.get("say"); say != nil && n.get("of") != nil {
		last, scope := path[len(path)-1], strings.Join(path, ".")
		field, _, part := strings.Cut(last, ".")
		says := slices.Contains(append([]string{"ask", "knock", "remind"}, saidKeys...), last)
		knock := last == "knock" || field == "remind" || section == "words" && slices.Contains(unaskedWords, last)
		switch {
		case section == "words":
			scope, says = "words."+last, false
		case section == "facts": // person.role, then the option
			scope = path[0]
		case section == "flows" && part && (field == "options" || field == "ready") && len(path) == 2: // of an answer
			answer, _, _ := strings.Cut(strings.TrimPrefix(last, field+"."), ".")
			scope = path[0] + "." + answer
		case len(path) > 2:
			scope = strings.Join(path[:2], ".")
		}
		w.add(say, scope, says, knock)
		return
	}
	for _, p := range n.pairs {
		w.entries(p.val, append(slices.Clip(path), p.key), section)
	}
}
