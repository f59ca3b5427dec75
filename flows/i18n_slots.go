package flows

import (
	"slices"
	"strings"
)

// i18nSlot is a place whose text can be translated: where an entry for it stands in a file of translations, and the node that
// holds the base text.
type i18nSlot struct {
	path   []string
	base   *yamlNode
	owner  *yamlNode // of an option: the mapping whose also holds further words for it; nil where none can be written
	option string
	in     *yamlNode // of an option in a list of labels: the list
}

func (s *i18nSlot) key() string { return strings.Join(s.path, "/") }

// i18nSlots are the places of all files, in their order. They are found by their keys rather than through the types of
// flow.go, so that a new kind of step that says something under the usual keys can be translated from its first day.
func i18nSlots(docs map[string]*yamlNode) []*i18nSlot {
	w := &slotWalk{shown: shownFields(docs)}
	for _, file := range keysOf(docs) {
		n := docs[file]
		switch {
		case n == nil || n.kind != yamlMap:
		case file == "words.yaml":
			for _, p := range n.get("texts").each() {
				w.add(p.val, "words", p.key)
			}
		case file == "person.yaml", file == "couple.yaml":
			of := strings.TrimSuffix(file, ".yaml")
			for _, p := range n.get(of).each() {
				w.options(p.val, nil, []string{"facts", of + "." + p.key}, "")
			}
		case strings.HasPrefix(file, "lists/") && n.get("list") != nil:
			w.list(n)
		case strings.HasPrefix(file, "records/") && n.get("record") != nil:
			for _, p := range n.get("fields").each() {
				w.labels(p.val, nil, []string{"records", n.get("record").text}, p.key+".")
			}
		case n.get("flow") != nil:
			w.flow(n)
		}
	}
	return w.out
}

// each is the pairs of a mapping; none of anything else.
func (n *yamlNode) each() []yamlPair {
	if n == nil || n.kind != yamlMap {
		return nil
	}
	return n.pairs
}

type slotWalk struct {
	shown map[string]bool
	out   []*i18nSlot
}

func (w *slotWalk) add(n *yamlNode, path ...string) *i18nSlot {
	if n == nil || n.kind != yamlScalar || n.empty() {
		return nil
	}
	s := &i18nSlot{path: slices.Clone(path), base: n}
	w.out = append(w.out, s)
	return s
}

func (w *slotWalk) flow(n *yamlNode) {
	at := []string{"flows", n.get("flow").text}
	w.add(n.get("title"), append(at, "title")...)
	w.add(n.get("knock"), append(at, "knock")...)
	for _, p := range n.get("answers").each() {
		w.labels(p.val, p.val, at, p.key+".")
	}
	for _, p := range n.get("steps").each() {
		here := append(at[:2:2], p.key)
		for _, key := range []string{"text", "say", "wrong", "preview"} {
			w.add(p.val.get(key), append(here, key)...)
		}
		w.add(p.val.get("remind").get("text"), append(here, "remind")...)
		w.add(p.val.get("share").get("text"), append(here, "share")...)
		owner := p.val
		if p.val.get("ask") == nil { // a button of another step means what it says, and nothing else can be written
			owner = nil
		}
		w.labels(p.val, owner, here, "")
		for _, e := range p.val.get("exits").each() {
			w.add(e.val.get("label"), append(here, "exits."+e.key)...)
		}
	}
}

func (w *slotWalk) list(n *yamlNode) {
	at := []string{"lists", n.get("list").text}
	kind := n.get("kind")
	for _, p := range n.get("items").each() {
		here := append(at[:2:2], p.key)
		if kind != nil && kind.text == "phrases" { // what is listened for is not said
			w.add(p.val.get("say"), append(here, "say")...)
			continue
		}
		w.add(p.val.get("ask"), append(here, "ask")...)
		w.add(p.val.get("text"), append(here, "text")...)
		for _, f := range p.val.each() {
			if w.shown[f.key] && !slices.Contains(itemKeys, f.key) && f.key != "text" {
				w.add(f.val, append(here, f.key)...)
			}
		}
		w.labels(p.val, p.val, here, "")
	}
}

// labels are the options, buttons and ready sentences of a declaration or a step.
func (w *slotWalk) labels(n, owner *yamlNode, at []string, of string) {
	w.options(n, owner, at, "options."+of)
	for _, p := range n.get("buttons").each() {
		if s := w.add(p.val, append(at[:len(at):len(at)], "buttons."+of+p.key)...); s != nil {
			s.owner, s.option = owner, p.key
		}
	}
	for _, p := range n.get("ready").each() {
		here := append(at[:len(at):len(at)], "ready."+of+p.key)
		if p.val.kind == yamlScalar {
			w.add(p.val, here...)
			continue
		}
		w.add(p.val.get("label"), here...)
		here[len(here)-1] += ".text"
		w.add(p.val.get("text"), here...)
	}
}

func (w *slotWalk) options(n, owner *yamlNode, at []string, prefix string) {
	put := func(id string, label, in *yamlNode) {
		if s := w.add(label, append(at[:len(at):len(at)], prefix+id)...); s != nil {
			s.owner, s.option, s.in = owner, id, in
		}
	}
	switch v := n.get("options"); {
	case v == nil:
	case v.kind == yamlList:
		for _, label := range v.list {
			put(snake(label.text), label, v)
		}
	default:
		for _, p := range v.each() {
			put(p.key, p.val, nil)
		}
	}
}

// notDrawn are the first halves of holes that no draw has.
var notDrawn = []string{"me", "person", "couple", "you", "pair", "record", "both"}

// shownFields are the further fields of items that some text shows, such as {idea.caution}.
func shownFields(docs map[string]*yamlNode) map[string]bool {
	out := map[string]bool{}
	var walk func(n *yamlNode)
	walk = func(n *yamlNode) {
		if n.kind == yamlScalar && strings.Contains(n.text, "{") {
			names, _ := textHoles(n.text)
			for _, name := range names {
				if scope, field, ok := strings.Cut(name, "."); ok && !slices.Contains(notDrawn, scope) {
					out[field] = true
				}
			}
		}
		for _, p := range n.pairs {
			walk(p.val)
		}
		for _, v := range n.list {
			walk(v)
		}
	}
	for _, n := range docs {
		if n.get("flow") != nil {
			walk(n)
		}
	}
	return out
}
